// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/StudioStyle.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace ovation::ui {

StudioStyle::StudioStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void StudioStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                const QWidget* widget) const {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool box = element == PE_IndicatorCheckBox, circle = element == PE_IndicatorRadioButton;
    const bool focused = (option->state & State_HasFocus) && (option->state & State_KeyboardFocusChange);
    if ((!box && !circle) || focused) return; // Fusion highlights what has the keyboard
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(option->palette.color(QPalette::Active, QPalette::PlaceholderText));
    painter->setBrush(Qt::NoBrush);
    const QRectF rect = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (box)
        painter->drawRect(rect);
    else
        painter->drawEllipse(rect);
    painter->restore();
}

int StudioStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    const int usual = QProxyStyle::pixelMetric(metric, option, widget);
    return metric == PM_TabBarTabHSpace ? usual * 3 / 4 : usual;
}

} // namespace ovation::ui
