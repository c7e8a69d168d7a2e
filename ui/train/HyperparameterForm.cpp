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
#include <QScrollBar>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>
#include <string_view>

namespace ovation::ui {

namespace {

constexpr int kCardHeight = 15 * kGrid; ///< at first; the person may draw it larger
constexpr QSize kPictureSize{37 * kGrid, 9 * kGrid};
constexpr const char* kFirstField = "epochs";

/// Why a field does nothing with the other settings; "" where it does.
QString unusedBecause(const HyperparameterField& field, const Hyperparameters& values, bool taught) {
    const std::string_view name = field.name;
    if (!usedByModel(field, values.model)) {
        const ModelDescription* model = modelDescription(values.model);
        return HyperparameterForm::tr("Not used by %1")
            .arg(QString::fromUtf8(model ? model->name : values.model.c_str()));
    }
    const auto notWith = [](const std::string& choice) {
        return HyperparameterForm::tr("Not used with %1").arg(QString::fromStdString(choice));
    };
    if (name == "momentum" && values.optimizer != "sgd") return notWith(values.optimizer);
    if ((name == "beta1" || name == "beta2") && values.optimizer == "sgd") return notWith(values.optimizer);
    if ((name == "lr_factor" || name == "lr_patience") && values.schedule != "plateau")
        return HyperparameterForm::tr("Not used with the schedule %1").arg(QString::fromStdString(values.schedule));
    if (name == "train_split" && values.folds > 1) return HyperparameterForm::tr("Not used with folds");
    if (name == "teacher_share" && !taught) return HyperparameterForm::tr("Not used without teachers");
    if (name == "fold" && values.folds < 2) return HyperparameterForm::tr("Not used without folds");
    return {};
}

/// Whether the field's 0 turns something off.
bool offAtZero(const HyperparameterField& field) {
    const std::string_view name = field.name;
    return name == "patience" || name == "gradient_clip" || name == "folds";
}

} // namespace

HyperparameterForm::HyperparameterForm(const Hyperparameters& values, QWidget* parent)
    : QWidget(parent),
      m_presets(new QComboBox(this)),
      m_presetMenu(new QMenu(this)),
      m_naming(new QWidget(this)),
      m_name(new QLineEdit(m_naming)),
      m_resetAll(new QPushButton(tr("Reset"), this)),
      m_find(new QLineEdit(this)),
      m_scroll(new QScrollArea(this)),
      m_parts(new QSplitter(Qt::Vertical, this)),
      m_card(new QLabel),
      m_picture(new QLabel),
      m_ends(new QLabel) {
    m_presets->setObjectName(QStringLiteral("presets"));
    m_presets->setAccessibleName(tr("Preset"));
    m_presets->setAccessibleDescription(tr("Preset of settings"));
    connect(m_presets, &QComboBox::activated, this, &HyperparameterForm::applyPreset);
    m_presets->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_presets->setMinimumContentsLength(16);
    colourPresets();
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
        Q_EMIT chosenAsWhole();
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

    m_find->setObjectName(QStringLiteral("find_setting"));
    m_find->setPlaceholderText(tr("Find a setting"));
    m_find->setAccessibleName(m_find->placeholderText());
    m_find->setClearButtonEnabled(true);
    connect(m_find, &QLineEdit::textChanged, this, &HyperparameterForm::filter);

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
    auto* first = new QWidget(this);
    layout->addWidget(first);
    layout->addWidget(m_find);
    layout->addWidget(m_parts, 1);
    buildFields(first, inside);
    const int bar = m_scroll->verticalScrollBar()->sizeHint().width();
    m_scroll->setMinimumWidth(inside->minimumSizeHint().width() + bar);
    first->setContentsMargins(0, 0, bar, 0); // columns below each other
    setTabOrder(m_resetAll, row(QLatin1String(kFirstField))->editor());
    setTabOrder(row(QLatin1String(kFirstField))->editor(), m_find);
    setValues(values);
    if (!m_rows.empty()) explain(m_rows.front());
}

QSize HyperparameterForm::sizeHint() const {
    return {42 * kGrid, 45 * kGrid};
}

QGridLayout* HyperparameterForm::fieldsGrid(QWidget* on) const {
    QFont bold = font();
    bold.setBold(true);
    int label = 0, unit = 0;
    for (const HyperparameterField& field : hyperparameterFields()) {
        label = std::max(label, QFontMetrics(bold).horizontalAdvance(QString::fromUtf8(field.label)));
        unit = std::max(unit, fontMetrics().horizontalAdvance(QString::fromUtf8(field.unit)));
    }
    auto* grid = new QGridLayout(on);
    grid->setContentsMargins(0, 0, kGrid, 0);
    grid->setHorizontalSpacing(kGrid);
    grid->setVerticalSpacing(kGrid / 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnMinimumWidth(0, label);
    grid->setColumnMinimumWidth(1, 10 * kGrid);
    grid->setColumnMinimumWidth(2, unit);
    grid->setColumnMinimumWidth(3, 3 * kGrid);
    return grid;
}

/// How long to train is what is asked first: its field stands above the others.
void HyperparameterForm::buildFields(QWidget* first, QWidget* inside) {
    QGridLayout* top = fieldsGrid(first);
    QGridLayout* grid = fieldsGrid(inside);
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
            m_headings.push_back(heading);
        }
        const bool above = field.name == std::string_view(kFirstField);
        auto* row = above ? new FieldRow(field, top, 0, first) : new FieldRow(field, grid, line, inside);
        line += above ? 0 : 2;
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
    m_nothing = new QLabel(inside);
    m_nothing->setObjectName(QStringLiteral("no_setting"));
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    m_nothing->hide();
    grid->addWidget(m_nothing, line++, 0, 1, 4);
    grid->setRowStretch(line, 1);
}

void HyperparameterForm::filter(const QString& text) {
    const QString wanted = text.simplified();
    std::set<QString> groups;
    bool any = false;
    for (FieldRow* row : m_rows) {
        const HyperparameterField& field = row->field();
        const bool above = field.name == std::string_view(kFirstField);
        const QString group = QString::fromUtf8(field.group);
        const bool found = wanted.isEmpty() || group.contains(wanted, Qt::CaseInsensitive) ||
                           QString::fromUtf8(field.label).contains(wanted, Qt::CaseInsensitive) ||
                           QString::fromUtf8(field.name).contains(wanted, Qt::CaseInsensitive);
        any |= found;
        if (above) continue;
        row->setShown(found);
        if (found) groups.insert(group);
    }
    for (QLabel* heading : m_headings)
        heading->setVisible(groups.contains(heading->text()));
    m_nothing->setText(tr("No setting is called “%1”.").arg(wanted));
    m_nothing->setVisible(!any);
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

void HyperparameterForm::setTaught(bool taught) {
    if (std::exchange(m_taught, taught) != taught) refresh();
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
    bool anyChanged = false;
    for (FieldRow* row : m_rows) {
        const HyperparameterField& field = row->field();
        const auto error =
            std::find_if(m_errors.begin(), m_errors.end(), [&](const FieldError& e) { return e.field == field.name; });
        const bool changed = !sameValue(field, m_values, m_reference) || error != m_errors.end();
        anyChanged |= changed;
        row->showChanged(changed, valueText(field, m_reference));
        row->showError(error == m_errors.end() ? QString() : QString::fromStdString(error->text));
        row->setUnused(unusedBecause(field, m_values, m_taught));
        row->showOff(offAtZero(field) && field.number(m_values) == 0);
    }
    m_resetAll->setEnabled(anyChanged);
    showPreset();
    showCard();
}

void HyperparameterForm::explain(const FieldRow* row) {
    if (row == m_explained) return;
    m_explained = row;
    showCard();
    drawLesson();
}

void HyperparameterForm::showCard() {
    if (!m_explained) return;
    const HyperparameterField& field = m_explained->field();
    const QString unit = QString::fromUtf8(field.unit);
    QString range;
    if (field.kind == HyperparameterField::Kind::Integer || field.kind == HyperparameterField::Kind::Real)
        range = tr("%1 to %2").arg(NumberEdit::textOf(field.minimum), NumberEdit::textOf(field.maximum)) +
                (unit.isEmpty() ? QString() : QLatin1Char(' ') + unit) + QStringLiteral(" · ");
    m_card->setText(QStringLiteral("<b>%1</b><br><small>%2%3</small><br>%4")
                        .arg(QString::fromUtf8(field.label).toHtmlEscaped(), range.toHtmlEscaped(),
                             usualValue(field).toHtmlEscaped(), QString::fromUtf8(field.explanation).toHtmlEscaped()));
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
}

void HyperparameterForm::drawLesson() {
    const FieldLesson* lesson = m_explained ? fieldLesson(m_explained->field().name) : nullptr;
    m_picture->setVisible(lesson != nullptr);
    if (lesson) m_picture->setPixmap(lessonPicture(*lesson, kPictureSize, palette(), devicePixelRatioF()));
}

void HyperparameterForm::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    drawLesson();
    colourPresets();
}

QString HyperparameterForm::cardText() const {
    return m_card->text() + m_ends->text();
}

} // namespace ovation::ui
