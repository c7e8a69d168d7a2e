// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"
#include "ui/train/FieldRow.h"
#include "ui/train/HyperparameterForm.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>

#include <algorithm>
#include <limits>
#include <string_view>

namespace ovation::ui {

// The form's presets, and what is told of settings beside them.

namespace {

/// "Seed" is also what randomness begins with.
QString shortNameOfPreset(const Preset& preset) {
    const std::string_view id = preset.id;
    if (id == "seed") return HyperparameterForm::tr("Published network");
    if (id == "seed-small") return HyperparameterForm::tr("Published network, small");
    return QString::fromUtf8(preset.name);
}

/// With what one would choose it for.
QString nameOfPreset(const Preset& preset) {
    const std::string_view id = preset.id;
    const QString name = shortNameOfPreset(preset);
    if (id == "seed") return HyperparameterForm::tr("%1: large, slow").arg(name);
    if (id == "transformer") return HyperparameterForm::tr("%1: large, slow").arg(name);
    if (id == "compact") return HyperparameterForm::tr("%1: exact boundaries, fast").arg(name);
    if (id == "seed-small") return HyperparameterForm::tr("%1: fast").arg(name);
    return name;
}

} // namespace

void HyperparameterForm::fillPresets() {
    m_presets->clear();
    for (const Preset& preset : presets()) {
        m_presets->addItem(nameOfPreset(preset), QString::fromUtf8(preset.id));
        m_presets->setItemData(
            m_presets->count() - 1,
            tr("%1 On the command line: --preset %2").arg(QString::fromUtf8(preset.text), QString::fromUtf8(preset.id)),
            Qt::ToolTipRole);
    }
    for (const OwnPreset& preset : m_own) {
        m_presets->addItem(tr("Preset: %1").arg(preset.name));
        m_presets->setItemData(m_presets->count() - 1, tr("Saved by you: %1").arg(settingsSummary(preset.values)),
                               Qt::ToolTipRole);
    }
    m_presets->view()->setMinimumWidth(m_presets->view()->sizeHintForColumn(0) + 2 * kGrid);
}

/// Own settings are no empty box: their words stand there as any others.
void HyperparameterForm::colourPresets() {
    QPalette colours = m_presets->palette();
    colours.setColor(QPalette::PlaceholderText, palette().color(QPalette::ButtonText));
    m_presets->setPalette(colours);
}

/// What a field has without a change: "30 in this preset".
QString HyperparameterForm::usualValue(const HyperparameterField& field) const {
    const QString value = valueText(field, m_reference);
    const int index = presetOf(m_reference);
    if (index < 0) return tr("default %1").arg(value);
    if (index == m_presets->currentIndex()) return tr("%1 in this preset").arg(value);
    return tr("%1 in the preset %2").arg(value, presetName(index));
}

QString HyperparameterForm::presetName(int index) const {
    const auto place = static_cast<size_t>(index);
    return place < presets().size() ? shortNameOfPreset(presets()[place]) : m_own[place - presets().size()].name;
}

void HyperparameterForm::showPreset() {
    const int nearest = presetOf(m_reference);
    m_presets->setPlaceholderText(nearest < 0 ? tr("Own settings") : tr("%1, changed").arg(presetName(nearest)));
    m_presets->setCurrentIndex(m_errors.empty() ? presetOf(m_values) : -1);
}

void HyperparameterForm::fillPresetMenu() {
    m_presetMenu->clear();
    QAction* save = m_presetMenu->addAction(tr("Save as Preset…"), this, [this] {
        m_name->clear();
        m_naming->show();
        m_name->setFocus();
    });
    save->setEnabled(m_errors.empty());
    if (!m_own.empty()) m_presetMenu->addSeparator();
    for (const OwnPreset& preset : m_own)
        m_presetMenu->addAction(tr("Delete “%1”").arg(preset.name), this, [this, name = preset.name] {
            std::erase_if(m_own, [&](const OwnPreset& other) { return other.name == name; });
            fillPresets();
            refresh();
            Q_EMIT ownPresetsChanged();
        });
}

void HyperparameterForm::savePreset() {
    const QString name = m_name->text().trimmed();
    if (name.isEmpty() || !m_errors.empty()) return;
    putPreset(m_own, {name, m_values});
    m_naming->hide();
    fillPresets();
    readAll();
    Q_EMIT ownPresetsChanged();
}

void HyperparameterForm::setOwnPresets(std::vector<OwnPreset> own) {
    m_own = std::move(own);
    fillPresets();
    readAll();
}

const Hyperparameters* HyperparameterForm::presetAt(int index) const {
    if (index < 0) return nullptr;
    const auto place = static_cast<size_t>(index);
    if (place < presets().size()) return &presets()[place].values;
    return place - presets().size() < m_own.size() ? &m_own[place - presets().size()].values : nullptr;
}

int HyperparameterForm::presetOf(const Hyperparameters& values) const {
    for (int index = 0; const Hyperparameters* preset = presetAt(index); ++index)
        if (*preset == values) return index;
    return -1;
}

/// The preset that a person compares with: of those with the same model, the one that differs in the fewest fields.
Hyperparameters HyperparameterForm::nearestPreset(const Hyperparameters& values) const {
    Hyperparameters nearest;
    std::ptrdiff_t fewest = std::numeric_limits<std::ptrdiff_t>::max();
    for (int index = 0; const Hyperparameters* preset = presetAt(index); ++index) {
        if (preset->model != values.model) continue;
        const auto fields = hyperparameterFields();
        const auto differing = std::count_if(fields.begin(), fields.end(), [&](const HyperparameterField& field) {
            return !sameValue(field, values, *preset);
        });
        if (differing >= fewest) continue;
        nearest = *preset;
        fewest = differing;
    }
    return nearest;
}

void HyperparameterForm::applyPreset(int index) {
    const Hyperparameters* chosen = presetAt(index);
    if (!chosen) return;
    setValues(Hyperparameters(*chosen));
    Q_EMIT chosenAsWhole();
    Q_EMIT edited();
}

QString settingsSummary(const Hyperparameters& values, const Hyperparameters& reference,
                        const std::vector<const HyperparameterField*>& first) {
    QStringList parts;
    const auto add = [&](const HyperparameterField& field) {
        const std::string_view name = field.name;
        if (name == "model" || name == "seed" || name == "threads") return;
        QString label = QString::fromUtf8(field.label);
        label[0] = label[0].toLower();
        parts << label + QLatin1Char(' ') + valueText(field, values);
    };
    for (const HyperparameterField* field : first)
        add(*field);
    for (const HyperparameterField& field : hyperparameterFields())
        if (!sameValue(field, values, reference) && std::ranges::find(first, &field) == first.end()) add(field);
    return parts.isEmpty() ? HyperparameterForm::tr("defaults") : parts.join(QStringLiteral(", "));
}

} // namespace ovation::ui
