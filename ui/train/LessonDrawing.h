// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"
#include "ui/train/LessonPicture.h"

#include <QFontMetrics>
#include <QPainter>

#include <vector>

// What the pictures of cards and guide are drawn with.
namespace ovation::ui::drawing {

inline QPen solidPen(const QColor& colour, double width = 1.5) {
    QPen pen(colour, width);
    pen.setJoinStyle(Qt::RoundJoin);
    return pen;
}

inline QPen dashedPen(const QColor& colour) {
    QPen pen = solidPen(colour);
    pen.setDashPattern({3, 2});
    return pen;
}

/// Unit square (loss upwards) to a rectangle of the picture.
inline QPolygonF placed(const QPolygonF& curve, const QRectF& plot) {
    QPolygonF result;
    for (const QPointF& point : curve)
        result << QPointF(plot.left() + point.x() * plot.width(), plot.bottom() - point.y() * plot.height());
    return result;
}

inline void drawFrame(QPainter& painter, const QRectF& plot, const Theme& theme) {
    painter.setPen(QPen(theme.faintText, 1));
    painter.drawLine(plot.topLeft(), plot.bottomLeft());
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
}

inline void drawCurves(QPainter& painter, const QRectF& plot, CurveShape shape, const Theme& theme) {
    const DrawnCurves curves = drawnCurves(shape);
    drawFrame(painter, plot, theme);
    painter.setPen(solidPen(theme.training));
    painter.drawPolyline(placed(curves.training, plot));
    painter.setPen(dashedPen(theme.validation));
    painter.drawPolyline(placed(curves.validation, plot));
}

inline QPixmap blank(const QSize& size, double pixelRatio) {
    QPixmap pixmap(size * pixelRatio);
    pixmap.setDevicePixelRatio(pixelRatio);
    pixmap.fill(Qt::transparent);
    return pixmap;
}

/// Parts of the width, side by side, with room for a caption below each.
inline std::vector<QRectF> plotsOf(const QSize& size, int count, int captionHeight) {
    std::vector<QRectF> plots;
    const double gap = kGrid, width = (size.width() - (count - 1) * gap) / count;
    for (int i = 0; i < count; ++i)
        plots.emplace_back(i * (width + gap) + 1, 2, width - 2, size.height() - captionHeight - 4);
    return plots;
}

inline void drawCaption(QPainter& painter, const QRectF& plot, const QString& text, const Theme& theme) {
    painter.setPen(theme.text);
    painter.drawText(QRectF(plot.left(), plot.bottom() + 1, plot.width(), painter.fontMetrics().height() + 2),
                     Qt::AlignHCenter | Qt::AlignTop,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(plot.width())));
}

} // namespace ovation::ui::drawing
