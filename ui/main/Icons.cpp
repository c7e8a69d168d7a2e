// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/Icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace ovation::ui {

namespace {

constexpr int kSize = 16; ///< the grid on which the symbols are drawn
constexpr int kScale = 4; ///< pixmaps are larger, for sharp displays

void drawSymbol(QPainter& painter, Symbol symbol, const QColor& colour) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const QPen line(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (symbol) {
    case Symbol::Play:
        painter.drawPolygon(QPolygonF({{4, 2.5}, {13.5, 8}, {4, 13.5}}));
        break;
    case Symbol::Pause:
        painter.drawRect(QRectF(4, 3, 3, 10));
        painter.drawRect(QRectF(9, 3, 3, 10));
        break;
    case Symbol::Previous:
        painter.drawRect(QRectF(3, 3, 2, 10));
        painter.drawPolygon(QPolygonF({{13, 3}, {5.5, 8}, {13, 13}}));
        break;
    case Symbol::Next:
        painter.drawPolygon(QPolygonF({{3, 3}, {10.5, 8}, {3, 13}}));
        painter.drawRect(QRectF(11, 3, 2, 10));
        break;
    case Symbol::Loop:
        painter.setPen(line);
        painter.setBrush(Qt::NoBrush);
        painter.drawArc(QRectF(2.5, 3.5, 11, 9), 60 * 16, 270 * 16);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF({{9, 1}, {14, 4}, {9, 7}}));
        break;
    case Symbol::Volume:
        painter.drawPolygon(QPolygonF({{2, 6}, {5, 6}, {9, 2.5}, {9, 13.5}, {5, 10}, {2, 10}}));
        painter.setPen(line);
        painter.setBrush(Qt::NoBrush);
        painter.drawArc(QRectF(8, 4.5, 5, 7), -60 * 16, 120 * 16);
        break;
    case Symbol::Add:
        painter.setPen(line);
        painter.drawLine(QPointF(8, 3), QPointF(8, 13));
        painter.drawLine(QPointF(3, 8), QPointF(13, 8));
        break;
    case Symbol::Close:
        painter.setPen(line);
        painter.drawLine(QPointF(4, 4), QPointF(12, 12));
        painter.drawLine(QPointF(12, 4), QPointF(4, 12));
        break;
    case Symbol::Warning:
        painter.setPen(line);
        painter.setBrush(Qt::NoBrush);
        painter.drawPolygon(QPolygonF({{8, 2}, {14.5, 13.5}, {1.5, 13.5}}));
        painter.drawLine(QPointF(8, 6.5), QPointF(8, 9.5));
        painter.drawPoint(QPointF(8, 11.7));
        break;
    case Symbol::Information:
        painter.setPen(line);
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QRectF(2, 2, 12, 12));
        painter.drawPoint(QPointF(8, 5));
        painter.drawLine(QPointF(8, 7.5), QPointF(8, 11));
        break;
    }
}

QPixmap pixmap(Symbol symbol, const QColor& colour) {
    QPixmap result(kSize * kScale, kSize * kScale);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(kScale, kScale);
    drawSymbol(painter, symbol, colour);
    return result;
}

} // namespace

QIcon icon(Symbol symbol, const QPalette& palette) {
    QIcon result;
    result.addPixmap(pixmap(symbol, palette.color(QPalette::Active, QPalette::ButtonText)));
    result.addPixmap(pixmap(symbol, palette.color(QPalette::Disabled, QPalette::ButtonText)), QIcon::Disabled);
    return result;
}

} // namespace ovation::ui
