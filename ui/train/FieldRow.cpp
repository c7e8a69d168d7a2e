// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/FieldRow.h"

#include "ui/theme/Theme.h"
#include "ui/train/ErrorColour.h"
#include "ui/train/NumberEdit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

#include <cmath>

namespace ovation::ui {

FieldRow::FieldRow(const HyperparameterField& field, QGridLayout* grid, int row, QWidget* parent)
    : QObject(parent),
      m_field(field),
      m_label(new QLabel(QString::fromUtf8(field.label), parent)),
      m_unit(new QLabel(QString::fromUtf8(field.unit), parent)),
      m_error(new QLabel(parent)),
      m_reset(new QToolButton(parent)) {
    const QString name = QString::fromUtf8(field.name);
    switch (field.kind) {
    case HyperparameterField::Kind::Integer:
    case HyperparameterField::Kind::Real:
        m_number = new NumberEdit(parent);
        m_number->setStepping(field.step, field.logarithmic, field.minimum, field.maximum);
        connect(m_number, &NumberEdit::edited, this, &FieldRow::edited);
        break;
    case HyperparameterField::Kind::Choice:
        m_choice = new QComboBox(parent);
        m_choice->setFocusPolicy(Qt::StrongFocus);
        m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_choice->setMinimumContentsLength(6);
        for (const std::string& choice : field.choices)
            m_choice->addItem(QString::fromStdString(choice));
        connect(m_choice, &QComboBox::activated, this, &FieldRow::edited);
        break;
    case HyperparameterField::Kind::Flag:
        m_flag = new QCheckBox(parent);
        connect(m_flag, &QCheckBox::clicked, this, &FieldRow::edited);
        break;
    }
    editor()->setObjectName(QStringLiteral("field_") + name);
    editor()->setAccessibleName(m_label->text());
    editor()->setAccessibleDescription(QString::fromUtf8(field.explanation));
    m_label->setBuddy(editor());
    m_unit->setForegroundRole(QPalette::PlaceholderText);
    m_error->setObjectName(QStringLiteral("error_") + name);
    m_error->setWordWrap(true);
    m_error->hide();
    m_reset->setObjectName(QStringLiteral("reset_") + name);
    m_reset->setText(QStringLiteral("↺"));
    m_reset->setAutoRaise(true);
    m_reset->setFixedWidth(3 * kGrid);
    keepResetSpace(true);
    m_reset->hide();
    connect(m_reset, &QToolButton::clicked, this, &FieldRow::resetRequested);

    grid->addWidget(m_label, row, 0);
    grid->addWidget(editor(), row, 1);
    grid->addWidget(m_unit, row, 2);
    grid->addWidget(m_reset, row, 3);
    grid->addWidget(m_error, row + 1, 0, 1, 4);
    for (QWidget* watched : {static_cast<QWidget*>(m_label), editor(), static_cast<QWidget*>(m_unit)})
        watched->installEventFilter(this);
}

QWidget* FieldRow::editor() const {
    if (m_number) return m_number;
    if (m_choice) return m_choice;
    return m_flag;
}

QString FieldRow::errorText() const {
    return m_error->isHidden() ? QString() : m_error->text();
}

void FieldRow::showValue(const Hyperparameters& values) {
    if (m_number) m_number->setNumber(m_field.number(values));
    if (m_choice) m_choice->setCurrentText(QString::fromStdString(m_field.choice(values)));
    if (m_flag) m_flag->setChecked(m_field.number(values) != 0);
}

void FieldRow::showChanged(bool changed, const QString& defaultText) {
    QFont font = m_label->font();
    font.setBold(changed);
    m_label->setFont(font);
    m_changed = changed;
    m_reset->setVisible(changed && m_shown);
    m_reset->setToolTip(tr("Back to %1").arg(defaultText));
    m_reset->setAccessibleName(tr("Set %1 back to %2").arg(m_label->text(), defaultText));
}

void FieldRow::showError(const QString& text) {
    m_error->setText(text);
    m_error->setVisible(!text.isEmpty() && m_shown);
    QPalette palette = m_error->palette();
    palette.setColor(QPalette::WindowText, errorColour(palette));
    m_error->setPalette(palette);
}

/// So that the row does not jump when its value is changed.
void FieldRow::keepResetSpace(bool keep) {
    QSizePolicy policy = m_reset->sizePolicy();
    policy.setRetainSizeWhenHidden(keep);
    m_reset->setSizePolicy(policy);
}

void FieldRow::setShown(bool shown) {
    m_shown = shown;
    keepResetSpace(shown);
    for (QWidget* widget : {static_cast<QWidget*>(m_label), editor(), static_cast<QWidget*>(m_unit)})
        widget->setVisible(shown);
    m_reset->setVisible(shown && m_changed);
    m_error->setVisible(shown && !m_error->text().isEmpty());
}

void FieldRow::showOff(bool off) {
    m_unit->setText(off ? tr("off") : QString::fromUtf8(m_field.unit));
}

void FieldRow::setUnused(const QString& why) {
    for (QWidget* widget : {static_cast<QWidget*>(m_label), editor(), static_cast<QWidget*>(m_unit)}) {
        widget->setEnabled(why.isEmpty());
        widget->setToolTip(why);
    }
}

std::optional<QString> FieldRow::read(Hyperparameters& values) const {
    if (m_choice) m_field.setChoice(values, m_choice->currentText().toStdString());
    if (m_flag) m_field.setNumber(values, m_flag->isChecked() ? 1 : 0);
    if (!m_number) return std::nullopt;
    const QString label = m_label->text();
    if (m_number->text().trimmed().isEmpty()) return tr("%1 is empty: type a number.").arg(label);
    const auto number = m_number->number();
    if (!number) return tr("%1: “%2” is not a number.").arg(label, m_number->text().trimmed());
    if (m_field.kind == HyperparameterField::Kind::Integer) {
        if (*number != std::floor(*number)) return tr("%1 must be a whole number.").arg(label);
        // Beyond this a double no longer holds every whole number, and a cast may overflow.
        if (std::abs(*number) > 9e15) return tr("%1 is too large.").arg(label);
    }
    if (*number < m_field.minimum || *number > m_field.maximum)
        return tr("%1 must be from %2 to %3.")
            .arg(label, NumberEdit::textOf(m_field.minimum), NumberEdit::textOf(m_field.maximum));
    m_field.setNumber(values, *number);
    return std::nullopt;
}

bool FieldRow::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::Enter) Q_EMIT pointedAt();
    // The wheel scrolls the form unless the box was clicked before.
    if (event->type() == QEvent::Wheel && watched == m_choice && !m_choice->hasFocus()) {
        event->ignore();
        return true;
    }
    return QObject::eventFilter(watched, event);
}

QString valueText(const HyperparameterField& field, const Hyperparameters& values) {
    switch (field.kind) {
    case HyperparameterField::Kind::Choice:
        return QString::fromStdString(field.choice(values));
    case HyperparameterField::Kind::Flag:
        return field.number(values) != 0 ? FieldRow::tr("on") : FieldRow::tr("off");
    default:
        return NumberEdit::textOf(field.number(values));
    }
}

} // namespace ovation::ui
