// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/HyperparameterForm.h"

#include "core/models/ModelRegistry.h"
#include "ui/theme/Theme.h"
#include "ui/train/FieldLessons.h"
#include "ui/train/FieldRow.h"
#include "ui/train/LessonPicture.h"
#include "ui/train/NumberEdit.h"
#include "ui/train/TrainingGuide.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace ovation::ui {

namespace {

constexpr int kCardHeight = 15 * kGrid; ///< at first; the person may draw it larger
constexpr QSize kPictureSize{37 * kGrid, 9 * kGrid};

bool sameValue(const HyperparameterField& field, const Hyperparameters& a, const Hyperparameters& b) {
    return field.kind == HyperparameterField::Kind::Choice ? field.choice(a) == field.choice(b)
                                                           : field.number(a) == field.number(b);
}

} // namespace

HyperparameterForm::HyperparameterForm(const Hyperparameters& values, QWidget* parent)
    : QWidget(parent),
      m_presets(new QComboBox(this)),
      m_presetMenu(new QMenu(this)),
      m_naming(new QWidget(this)),
      m_name(new QLineEdit(m_naming)),
      m_resetAll(new QPushButton(tr("Reset"), this)),
      m_scroll(new QScrollArea(this)),
      m_parts(new QSplitter(Qt::Vertical, this)),
      m_card(new QLabel),
      m_picture(new QLabel),
      m_ends(new QLabel) {
    m_presets->setObjectName(QStringLiteral("presets"));
    m_presets->setAccessibleName(tr("Preset"));
    m_presets->setPlaceholderText(tr("Preset: own settings"));
    connect(m_presets, &QComboBox::activated, this, &HyperparameterForm::applyPreset);
    fillPresets();
    auto* more = new QToolButton(this);
    more->setObjectName(QStringLiteral("preset_menu"));
    more->setText(QStringLiteral("…"));
    more->setToolTip(tr("Save these settings under a name, for all projects, or delete a saved one"));
    more->setAccessibleName(tr("Own presets"));
    more->setMenu(m_presetMenu);
    more->setPopupMode(QToolButton::InstantPopup);
    connect(m_presetMenu, &QMenu::aboutToShow, this, &HyperparameterForm::fillPresetMenu);
    m_name->setObjectName(QStringLiteral("preset_name"));
    m_name->setPlaceholderText(tr("Name of the preset"));
    m_name->setMaxLength(60);
    auto* save = new QPushButton(tr("Save"), m_naming);
    save->setObjectName(QStringLiteral("save_preset"));
    auto* cancel = new QPushButton(tr("Cancel"), m_naming);
    auto* naming = new QHBoxLayout(m_naming);
    naming->setContentsMargins(0, 0, 0, 0);
    naming->setSpacing(kGrid);
    naming->addWidget(m_name, 1);
    naming->addWidget(save);
    naming->addWidget(cancel);
    m_naming->hide();
    connect(save, &QPushButton::clicked, this, &HyperparameterForm::savePreset);
    connect(m_name, &QLineEdit::returnPressed, this, &HyperparameterForm::savePreset);
    connect(cancel, &QPushButton::clicked, m_naming, &QWidget::hide);
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
    m_ends->setObjectName(QStringLiteral("card_ends"));
    m_ends->setWordWrap(true);
    m_ends->setTextFormat(Qt::RichText);
    m_ends->setMargin(kGrid);
    connect(m_ends, &QLabel::linkActivated, this, &HyperparameterForm::lessonRequested);
    m_picture->setObjectName(QStringLiteral("card_picture"));
    m_picture->setContentsMargins(kGrid, 0, kGrid, 0);
    auto* card = new QWidget;
    auto* cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(0, 0, 0, 0);
    cardLayout->setSpacing(0);
    cardLayout->addWidget(m_card);
    cardLayout->addWidget(m_picture);
    cardLayout->addWidget(m_ends);
    cardLayout->addStretch(1);
    auto* cardArea = new QScrollArea(this);
    cardArea->setWidget(card);
    cardArea->setWidgetResizable(true);
    cardArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    cardArea->setMinimumHeight(kCardHeight / 2);
    cardArea->setFocusPolicy(Qt::NoFocus);

    auto* top = new QHBoxLayout;
    top->setSpacing(kGrid);
    top->addWidget(m_presets, 1);
    top->addWidget(more);
    top->addWidget(m_resetAll);
    m_parts->addWidget(m_scroll);
    m_parts->addWidget(cardArea);
    m_parts->setChildrenCollapsible(false);
    m_parts->setStretchFactor(0, 5);
    m_parts->setStretchFactor(1, 4);
    m_parts->setSizes({20 * kGrid, kCardHeight});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(top);
    layout->addWidget(m_naming);
    layout->addWidget(m_parts, 1);
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
    if (const Hyperparameters* exact = presetAt(presetOf(m_values)))
        m_reference = *exact;
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
    m_presets->setCurrentIndex(m_errors.empty() ? presetOf(m_values) : -1);
}

void HyperparameterForm::fillPresets() {
    m_presets->clear();
    for (const Preset& preset : presets()) {
        m_presets->addItem(tr("Preset: %1").arg(QString::fromUtf8(preset.name)), QString::fromUtf8(preset.id));
        m_presets->setItemData(m_presets->count() - 1, QString::fromUtf8(preset.text), Qt::ToolTipRole);
    }
    for (const OwnPreset& preset : m_own) {
        m_presets->addItem(tr("Preset: %1").arg(preset.name));
        m_presets->setItemData(m_presets->count() - 1, tr("Saved by you: %1").arg(settingsSummary(preset.values)),
                               Qt::ToolTipRole);
    }
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
    const FieldLesson* lesson = fieldLesson(field.name);
    const GuideSection* section = guideSectionOf(field.name);
    QString ends;
    if (lesson) ends = tr(lesson->little).toHtmlEscaped() + QStringLiteral("<br>") + tr(lesson->much).toHtmlEscaped();
    if (section)
        ends +=
            QStringLiteral("%1<a href=\"%2\">%3</a>")
                .arg(ends.isEmpty() ? QString() : QStringLiteral("<br>"), QLatin1String(section->id),
                     tr("How it works: %1")
                         .arg(QCoreApplication::translate("TrainingGuide", section->title).section(QLatin1Char(' '), 1))
                         .toHtmlEscaped());
    m_ends->setText(ends);
    drawLesson();
}

void HyperparameterForm::drawLesson() {
    const FieldLesson* lesson = m_explained ? fieldLesson(m_explained->field().name) : nullptr;
    m_picture->setVisible(lesson != nullptr);
    if (lesson) m_picture->setPixmap(lessonPicture(*lesson, kPictureSize, palette(), devicePixelRatioF()));
}

void HyperparameterForm::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) drawLesson();
}

QString HyperparameterForm::cardText() const {
    return m_card->text() + m_ends->text();
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
