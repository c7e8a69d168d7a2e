// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/NumberEdit.h"

#include <QKeyEvent>
#include <QLocale>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {
constexpr int kDigits = 6;
}

NumberEdit::NumberEdit(QWidget* parent) : QLineEdit(parent) {
    setAlignment(Qt::AlignRight);
    connect(this, &QLineEdit::textEdited, this, [this] {
        m_set.reset();
        Q_EMIT edited();
    });
}

void NumberEdit::setStepping(double step, bool logarithmic, double minimum, double maximum) {
    m_step = step;
    m_logarithmic = logarithmic;
    m_minimum = minimum;
    m_maximum = maximum;
}

QString NumberEdit::textOf(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e16) return QString::number(value, 'f', 0);
    QString text = QString::number(value, 'g', kDigits);
    return text.replace(QStringLiteral("e-0"), QStringLiteral("e-"));
}

std::optional<double> NumberEdit::read(const QString& text) {
    QString plain = text.trimmed();
    plain.replace(QLatin1Char(','), QLatin1Char('.'));
    bool ok = false;
    const double value = QLocale::c().toDouble(plain, &ok);
    if (!ok || !std::isfinite(value)) return std::nullopt;
    return value;
}

void NumberEdit::setNumber(double value) {
    if (number() != value) show(value);
}

void NumberEdit::show(double value) {
    setText(textOf(value));
    m_set = value;
}

std::optional<double> NumberEdit::number() const {
    return m_set && text() == textOf(*m_set) ? m_set : read(text());
}

void NumberEdit::stepBy(int steps) {
    const auto value = number();
    if (!value) return;
    double next = *value;
    if (m_logarithmic && m_step > 1)
        next = next == 0 ? m_minimum : next * std::pow(m_step, steps);
    else
        next += m_step * steps;
    // Sums of steps such as 0.1 are shown without their rounding error.
    next = QString::number(std::clamp(next, m_minimum, m_maximum), 'g', 10).toDouble();
    if (next == *value) return;
    show(next);
    Q_EMIT edited();
}

void NumberEdit::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) {
        stepBy(event->key() == Qt::Key_Up ? 1 : -1);
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void NumberEdit::wheelEvent(QWheelEvent* event) {
    // Without the focus the wheel scrolls the form.
    if (!hasFocus()) {
        event->ignore();
        return;
    }
    stepBy(event->angleDelta().y() > 0 ? 1 : -1);
    event->accept();
}

} // namespace ovation::ui
