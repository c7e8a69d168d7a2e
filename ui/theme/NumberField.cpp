// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/NumberField.h"

#include <QKeyEvent>

#include <algorithm>

namespace ovation::ui {

NumberField::NumberField(int least, int most, QWidget* parent) : QDoubleSpinBox(parent), m_least(least) {
    setDecimals(most);
}

QString NumberField::textFromValue(double value) const {
    QString text = QDoubleSpinBox::textFromValue(value);
    const QString zero = locale().zeroDigit();
    for (int shown = decimals(); shown > m_least && text.endsWith(zero); --shown)
        text.chop(zero.size());
    return text;
}

/// The usual field leaves a point out where the language groups thousands by it: 2.5 becomes 25.
QValidator::State NumberField::validate(QString& text, int& position) const {
    const QString point = locale().decimalPoint();
    if (point.size() == 1) text.replace(QLatin1Char('.'), point).replace(QLatin1Char(','), point);
    return QDoubleSpinBox::validate(text, position);
}

QSize NumberField::sizeHint() const {
    return widened(QDoubleSpinBox::sizeHint());
}

QSize NumberField::minimumSizeHint() const {
    return widened(QDoubleSpinBox::minimumSizeHint());
}

QSize NumberField::widened(QSize hint) const {
    const auto longest =
        std::max(QDoubleSpinBox::textFromValue(minimum()).size(), QDoubleSpinBox::textFromValue(maximum()).size());
    const auto measured = std::max(textFromValue(minimum()).size(), textFromValue(maximum()).size());
    hint.rwidth() += fontMetrics().horizontalAdvance(QLatin1Char('0')) * static_cast<int>(longest - measured);
    return hint;
}

bool NumberField::isTyping() const {
    return valueFromText(text()) != value();
}

bool NumberField::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) && !isTyping()) {
            event->ignore();
            return false;
        }
    }
    return QDoubleSpinBox::event(event);
}

} // namespace ovation::ui
