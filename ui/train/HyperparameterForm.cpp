// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/HyperparameterForm.h"

#include "core/models/ModelRegistry.h"
#include "ui/theme/Theme.h"
#include "ui/train/FieldRow.h"
#include "ui/train/NumberEdit.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace ovation::ui {

namespace {

constexpr int kCardHeight = 15 * kGrid;

bool sameValue(const HyperparameterField& field, const Hyperparameters& a, const Hyperparameters& b) {
    return field.kind == HyperparameterField::Kind::Choice ? field.choice(a) == field.choice(b)
                                                           : field.number(a) == field.number(b);
}

/// The preset that a person compares with: of those with the same model, the one that differs in the fewest fields.
Hyperparameters nearestPreset(const Hyperparameters& values) {
    Hyperparameters nearest;
    std::ptrdiff_t fewest = std::numeric_limits<std::ptrdiff_t>::max();
    for (const Preset& preset : presets()) {
        if (preset.values.model != values.model) continue;
        const auto fields = hyperparameterFields();
        const auto differing = std::count_if(fields.begin(), fields.end(), [&](const HyperparameterField& field) {
            return !sameValue(field, values, preset.values);
        });
        if (differing >= fewest) continue;
        nearest = preset.values;
        fewest = differing;
    }
    return nearest;
}

} // namespace

HyperparameterForm::HyperparameterForm(const Hyperparameters& values, QWidget* parent)
    : QWidget(parent),
      m_presets(new QComboBox(this)),
      m_resetAll(new QPushButton(tr("Reset"), this)),
      m_scroll(new QScrollArea(this)),
      m_card(new QLabel) {
    m_presets->setObjectName(QStringLiteral("presets"));
    m_presets->setAccessibleName(tr("Preset"));
    for (const Preset& preset : presets()) {
        m_presets->addItem(tr("Preset: %1").arg(QString::fromUtf8(preset.name)), QString::fromUtf8(preset.id));
        m_presets->setItemData(m_presets->count() - 1, QString::fromUtf8(preset.text), Qt::ToolTipRole);
    }
    m_presets->setPlaceholderText(tr("Preset: own settings"));
    connect(m_presets, &QComboBox::activated, this, &HyperparameterForm::applyPreset);
    m_resetAll->setObjectName(QStringLiteral("reset_all"));
    m_resetAll->setToolTip(tr("Set every field back to the preset of this model"));
    connect(m_resetAll, &QPushButton::clicked, this, [this] {
        setValues(m_reference);
        Q_EMIT edited();
    });

    auto* inside = new QWidget;
    m_scroll->setWidget(inside);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    m_card->setObjectName(QStringLiteral("card"));
    m_card->setWordWrap(true);
    m_card->setTextFormat(Qt::RichText);
    m_card->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_card->setMargin(kGrid);
    auto* cardArea = new QScrollArea(this);
    cardArea->setWidget(m_card);
    cardArea->setWidgetResizable(true);
    cardArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    cardArea->setFixedHeight(kCardHeight);
    cardArea->setFocusPolicy(Qt::NoFocus);

    auto* top = new QHBoxLayout;
    top->setSpacing(kGrid);
    top->addWidget(m_presets, 1);
    top->addWidget(m_resetAll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(top);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(cardArea);
    buildFields(inside);
    setValues(values);
    if (!m_rows.empty()) explain(m_rows.front());
}

QSize HyperparameterForm::sizeHint() const {
    return {42 * kGrid, 45 * kGrid};
}

void HyperparameterForm::buildFields(QWidget* inside) {
    auto* grid = new QGridLayout(inside);
    grid->setContentsMargins(0, 0, kGrid, 0);
    grid->setHorizontalSpacing(kGrid);
    grid->setVerticalSpacing(kGrid / 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnMinimumWidth(1, 15 * kGrid);
    QString group;
    int line = 0;
    for (const HyperparameterField& field : hyperparameterFields()) {
        const QString its = QString::fromUtf8(field.group);
        if (its != group) {
            group = its;
            auto* heading = new QLabel(group, inside);
            QFont bold = heading->font();
            bold.setBold(true);
            heading->setFont(bold);
            heading->setForegroundRole(QPalette::PlaceholderText);
            heading->setContentsMargins(0, line == 0 ? 0 : kGrid, 0, 0);
            grid->addWidget(heading, line++, 0, 1, 4);
        }
        auto* row = new FieldRow(field, grid, line, inside);
        line += 2;
        connect(row, &FieldRow::edited, this, [this, row] {
            readAll();
            m_scroll->ensureWidgetVisible(row->editor(), 0, 6 * kGrid);
            Q_EMIT edited();
        });
        connect(row, &FieldRow::resetRequested, this, [this, row] {
            if (row->field().kind == HyperparameterField::Kind::Choice)
                row->field().setChoice(m_values, row->field().choice(m_reference));
            else
                row->field().setNumber(m_values, row->field().number(m_reference));
            row->showValue(m_values);
            readAll();
            Q_EMIT edited();
        });
        connect(row, &FieldRow::pointedAt, this, [this, row] { explain(row); });
        m_rows.push_back(row);
    }
    grid->setRowStretch(line, 1);
}

FieldRow* HyperparameterForm::row(const QString& name) const {
    for (FieldRow* row : m_rows)
        if (QString::fromUtf8(row->field().name) == name) return row;
    return nullptr;
}

void HyperparameterForm::setValues(const Hyperparameters& values) {
    m_values = values;
    m_reference = nearestPreset(values);
    for (FieldRow* row : m_rows)
        row->showValue(m_values);
    readAll();
}

void HyperparameterForm::readAll() {
    m_errors.clear();
    for (FieldRow* row : m_rows)
        if (const auto reason = row->read(m_values)) m_errors.push_back({row->field().name, reason->toStdString()});
    for (FieldError& error : validate(m_values)) {
        const bool known = std::any_of(m_errors.begin(), m_errors.end(),
                                       [&](const FieldError& other) { return other.field == error.field; });
        if (!known) m_errors.push_back(std::move(error));
    }
    const auto exact = std::find_if(presets().begin(), presets().end(),
                                    [this](const Preset& preset) { return preset.values == m_values; });
    if (exact != presets().end())
        m_reference = exact->values;
    else if (m_reference.model != m_values.model)
        m_reference = nearestPreset(m_values);
    refresh();
}

void HyperparameterForm::refresh() {
    const ModelDescription* model = modelDescription(m_values.model);
    const QString modelName = QString::fromUtf8(model ? model->name : m_values.model.c_str());
    bool anyChanged = false;
    for (FieldRow* row : m_rows) {
        const HyperparameterField& field = row->field();
        const auto error =
            std::find_if(m_errors.begin(), m_errors.end(), [&](const FieldError& e) { return e.field == field.name; });
        const bool changed = !sameValue(field, m_values, m_reference) || error != m_errors.end();
        anyChanged |= changed;
        row->showChanged(changed, valueText(field, m_reference));
        row->showError(error == m_errors.end() ? QString() : QString::fromStdString(error->text));
        row->setUsed(field.models.empty() ||
                         std::find(field.models.begin(), field.models.end(), m_values.model) != field.models.end(),
                     modelName);
    }
    m_resetAll->setEnabled(anyChanged);
    int same = -1;
    for (size_t i = 0; i < presets().size(); ++i)
        if (presets()[i].values == m_values && m_errors.empty()) same = static_cast<int>(i);
    m_presets->setCurrentIndex(same);
}

void HyperparameterForm::applyPreset(int index) {
    if (index < 0 || index >= static_cast<int>(presets().size())) return;
    setValues(presets()[static_cast<size_t>(index)].values);
    Q_EMIT edited();
}

void HyperparameterForm::explain(const FieldRow* row) {
    if (row == m_explained) return;
    m_explained = row;
    const HyperparameterField& field = row->field();
    const QString unit = QString::fromUtf8(field.unit);
    QString range;
    if (field.kind == HyperparameterField::Kind::Integer || field.kind == HyperparameterField::Kind::Real)
        range = tr("%1 to %2").arg(NumberEdit::textOf(field.minimum), NumberEdit::textOf(field.maximum)) +
                (unit.isEmpty() ? QString() : QLatin1Char(' ') + unit) + QStringLiteral(" · ");
    m_card->setText(QStringLiteral("<b>%1</b><br><small>%2%3</small><br>%4")
                        .arg(QString::fromUtf8(field.label).toHtmlEscaped(), range.toHtmlEscaped(),
                             tr("default %1").arg(valueText(field, {})).toHtmlEscaped(),
                             QString::fromUtf8(field.explanation).toHtmlEscaped()));
}

QString HyperparameterForm::cardText() const {
    return m_card->text();
}

QString settingsSummary(const Hyperparameters& values, const Hyperparameters& reference) {
    QStringList parts;
    for (const HyperparameterField& field : hyperparameterFields()) {
        const std::string_view name = field.name;
        if (name == "model" || name == "seed" || name == "threads" || sameValue(field, values, reference)) continue;
        QString label = QString::fromUtf8(field.label);
        label[0] = label[0].toLower();
        parts << label + QLatin1Char(' ') + valueText(field, values);
    }
    return parts.isEmpty() ? HyperparameterForm::tr("defaults") : parts.join(QStringLiteral(", "));
}

} // namespace ovation::ui
