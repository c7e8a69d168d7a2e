// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Random.h"
#include "ui/train/LessonDrawing.h"
#include "ui/train/LessonPicture.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

using namespace drawing;

struct GuideCanvas {
    QPainter& painter;
    QSize size;
    Theme theme;

    int captionHeight() const { return painter.fontMetrics().height() + 2; }
    std::vector<QRectF> plots(int count) const { return plotsOf(size, count, captionHeight()); }
    void caption(const QRectF& plot, const char* text) const {
        drawCaption(painter, plot, QCoreApplication::translate("GuidePicture", text), theme);
    }
    void dot(const QPointF& place, const QColor& colour, double radius = 3) const {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(place, radius, radius);
        painter.setBrush(Qt::NoBrush);
    }
    void way(const QPolygonF& points, const QColor& colour) const {
        painter.setPen(solidPen(colour));
        painter.drawPolyline(points);
        for (const QPointF& point : points)
            dot(point, colour, 2);
    }
};

/// Contours of a long valley around `centre`.
void drawValley(const GuideCanvas& canvas, const QRectF& plot, double flatness) {
    canvas.painter.setPen(QPen(canvas.theme.grid, 1.2));
    for (int ring = 1; ring <= 5; ++ring)
        canvas.painter.drawEllipse(plot.center(), plot.width() * 0.095 * ring, plot.height() * 0.095 * flatness * ring);
    canvas.dot(plot.center(), canvas.theme.accent);
}

/// Gradient steps down a valley that is steep across and flat along.
QPolygonF stepsDown(const QRectF& plot, double rate, double momentum, int steps) {
    QPolygonF way;
    double x = -0.44, y = 0.34, vx = 0, vy = 0;
    for (int i = 0; i <= steps; ++i) {
        way << QPointF(plot.center().x() + std::clamp(x, -0.5, 0.5) * plot.width(),
                       plot.center().y() + std::clamp(y, -0.5, 0.5) * plot.height());
        vx = momentum * vx - rate * 0.12 * x;
        vy = momentum * vy - rate * y;
        x += vx;
        y += vy;
    }
    return way;
}

void drawLandscape(const GuideCanvas& canvas) {
    const auto plots = canvas.plots(1);
    drawValley(canvas, plots[0], 0.9);
    canvas.way(stepsDown(plots[0], 1.1, 0.25, 14), canvas.theme.training);
    canvas.caption(plots[0], QT_TRANSLATE_NOOP("GuidePicture", "each ring one height; the dots are steps"));
}

void drawLossCurve(const GuideCanvas& canvas) {
    const QRectF plot = canvas.plots(1)[0];
    drawFrame(canvas.painter, plot, canvas.theme);
    QPolygonF curve;
    for (int i = 0; i <= 80; ++i) {
        const double p = 0.01 + 0.99 * i / 80;
        curve << QPointF(p, std::min(1.0, -std::log(p) / 4.6));
    }
    canvas.painter.setPen(solidPen(canvas.theme.training));
    canvas.painter.drawPolyline(placed(curve, plot));
    canvas.caption(plot, QT_TRANSLATE_NOOP("GuidePicture", "loss over the probability given to the truth, 0 to 1"));
}

void drawDescent(const GuideCanvas& canvas) {
    const auto plots = canvas.plots(3);
    const std::pair<double, const char*> ways[] = {{0.09, QT_TRANSLATE_NOOP("GuidePicture", "steps too small")},
                                                   {0.8, QT_TRANSLATE_NOOP("GuidePicture", "about right")},
                                                   {2.02, QT_TRANSLATE_NOOP("GuidePicture", "too large")}};
    for (size_t i = 0; i < 3; ++i) {
        drawValley(canvas, plots[i], 0.6);
        canvas.way(stepsDown(plots[i], ways[i].first, 0, 12), canvas.theme.training);
        canvas.caption(plots[i], ways[i].second);
    }
}

void drawBatches(const GuideCanvas& canvas) {
    const QRectF plot = canvas.plots(1)[0];
    drawFrame(canvas.painter, plot, canvas.theme);
    Random random(4);
    QPolygonF batches, epochs;
    for (int i = 0; i <= 160; ++i) {
        const double t = i / 160.0, value = 0.12 + 0.75 * std::exp(-3.5 * t);
        batches << QPointF(t, std::clamp(value + 0.16 * random.uniform(-1, 1), 0.0, 1.0));
        if (i % 20 == 0) epochs << QPointF(t, value);
    }
    QColor faint = canvas.theme.training;
    faint.setAlpha(100);
    canvas.painter.setPen(solidPen(faint, 1));
    canvas.painter.drawPolyline(placed(batches, plot));
    canvas.way(placed(epochs, plot), canvas.theme.training);
    canvas.caption(plot, QT_TRANSLATE_NOOP("GuidePicture", "faint: each batch; strong: each epoch"));
}

void drawMomentum(const GuideCanvas& canvas) {
    const auto plots = canvas.plots(2);
    for (const auto& plot : plots)
        drawValley(canvas, plot, 0.5);
    canvas.way(stepsDown(plots[0], 1.75, 0, 16), canvas.theme.training);
    canvas.caption(plots[0], QT_TRANSLATE_NOOP("GuidePicture", "without momentum"));
    canvas.way(stepsDown(plots[1], 0.5, 0.6, 16), canvas.theme.training);
    canvas.caption(plots[1], QT_TRANSLATE_NOOP("GuidePicture", "with it"));
}

void drawRates(const GuideCanvas& canvas) {
    const QRectF plot = canvas.plots(1)[0];
    drawCurves(canvas.painter, plot, CurveShape::Steps, canvas.theme);
    QPen pen(canvas.theme.learningRate, 1, Qt::DotLine);
    canvas.painter.setPen(pen);
    for (const double drop : {0.35, 0.68})
        canvas.painter.drawLine(QPointF(plot.left() + drop * plot.width(), plot.top()),
                                QPointF(plot.left() + drop * plot.width(), plot.bottom()));
    canvas.caption(plot, QT_TRANSLATE_NOOP("GuidePicture", "dotted: the learning rate drops"));
}

void drawClipping(const GuideCanvas& canvas) {
    const QRectF plot = canvas.plots(1)[0];
    drawFrame(canvas.painter, plot, canvas.theme);
    Random random(9);
    const double limit = 0.45;
    const int bars = 40;
    for (int i = 0; i < bars; ++i) {
        const double high = std::min(1.0, 0.15 + 0.25 * random.uniform() + (i % 11 == 7 ? 0.55 : 0));
        const double x = plot.left() + (i + 0.5) * plot.width() / bars;
        const double kept = std::min(high, limit);
        canvas.painter.setPen(QPen(canvas.theme.grid, 3));
        canvas.painter.drawLine(QPointF(x, plot.bottom() - kept * plot.height()),
                                QPointF(x, plot.bottom() - high * plot.height()));
        canvas.painter.setPen(QPen(canvas.theme.gradientNorm, 3));
        canvas.painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() - kept * plot.height()));
    }
    canvas.painter.setPen(QPen(canvas.theme.text, 1, Qt::DashLine));
    canvas.painter.drawLine(QPointF(plot.left(), plot.bottom() - limit * plot.height()),
                            QPointF(plot.right(), plot.bottom() - limit * plot.height()));
    canvas.caption(plot, QT_TRANSLATE_NOOP("GuidePicture", "gradients longer than the limit are shortened to it"));
}

void drawGap(const GuideCanvas& canvas) {
    const auto plots = canvas.plots(2);
    drawCurves(canvas.painter, plots[0], CurveShape::Good, canvas.theme);
    canvas.caption(plots[0], QT_TRANSLATE_NOOP("GuidePicture", "it learns"));
    drawCurves(canvas.painter, plots[1], CurveShape::Overfits, canvas.theme);
    canvas.caption(plots[1], QT_TRANSLATE_NOOP("GuidePicture", "it learns by heart"));
}

void drawNetwork(const GuideCanvas& canvas) {
    const char* boxes[] = {QT_TRANSLATE_NOOP("GuidePicture", "sound"), QT_TRANSLATE_NOOP("GuidePicture", "features"),
                           QT_TRANSLATE_NOOP("GuidePicture", "read both ways"),
                           QT_TRANSLATE_NOOP("GuidePicture", "attention"),
                           QT_TRANSLATE_NOOP("GuidePicture", "applause?")};
    const double gap = 14, width = (canvas.size.width() - 4 * gap) / 5.0, height = 40;
    const double top = (canvas.size.height() - height) / 2;
    for (int i = 0; i < 5; ++i) {
        const QRectF box(i * (width + gap), top, width, height);
        canvas.painter.setPen(solidPen(i == 4 ? canvas.theme.applause : canvas.theme.training));
        canvas.painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4);
        canvas.painter.setPen(canvas.theme.text);
        canvas.painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap,
                                QCoreApplication::translate("GuidePicture", boxes[i]));
        if (i == 4) continue;
        canvas.painter.setPen(solidPen(canvas.theme.faintText));
        const double x = box.right(), y = box.center().y();
        canvas.painter.drawLine(QPointF(x + 2, y), QPointF(x + gap - 2, y));
        canvas.painter.drawLine(QPointF(x + gap - 6, y - 3), QPointF(x + gap - 2, y));
        canvas.painter.drawLine(QPointF(x + gap - 6, y + 3), QPointF(x + gap - 2, y));
    }
}

void drawSweep(const GuideCanvas& canvas) {
    const auto plots = canvas.plots(2);
    Random random(3);
    for (int way = 0; way < 2; ++way) {
        const QRectF& plot = plots[static_cast<size_t>(way)];
        drawFrame(canvas.painter, plot, canvas.theme);
        for (int i = 0; i < 9; ++i) {
            const QPointF share = way == 0 ? QPointF((i % 3 + 0.5) / 3, (i / 3 + 0.5) / 3) // NOLINT: whole rows
                                           : QPointF(0.05 + 0.9 * random.uniform(), 0.05 + 0.9 * random.uniform());
            canvas.dot({plot.left() + share.x() * plot.width(), plot.top() + share.y() * plot.height()},
                       canvas.theme.training);
        }
    }
    canvas.caption(plots[0], QT_TRANSLATE_NOOP("GuidePicture", "grid: three values of each"));
    canvas.caption(plots[1], QT_TRANSLATE_NOOP("GuidePicture", "random: nine values of each"));
}

void drawSplit(const GuideCanvas& canvas) {
    const QRectF plot = canvas.plots(1)[0];
    const int count = 10;
    const double width = plot.width() / count;
    for (int i = 0; i < count; ++i) {
        const QRectF bar(plot.left() + i * width + 2, plot.top() + 12, width - 4, plot.height() - 24);
        QColor fill = i < 8 ? canvas.theme.training : canvas.theme.validation;
        fill.setAlpha(120);
        canvas.painter.setPen(fill.darker());
        canvas.painter.setBrush(fill);
        canvas.painter.drawRect(bar);
    }
    canvas.painter.setBrush(Qt::NoBrush);
    canvas.caption(plot,
                   QT_TRANSLATE_NOOP("GuidePicture", "whole recordings: eight to learn from, two to be asked about"));
}

void drawFeatures(const GuideCanvas& canvas) {
    const auto plots = canvas.plots(2);
    Random random(5);
    QPolygonF wave;
    for (int i = 0; i <= 200; ++i) {
        const double t = i / 200.0, loud = t > 0.45 && t < 0.8 ? 0.45 : 0.15 + 0.1 * std::sin(40 * t);
        wave << QPointF(t, 0.5 + loud * random.uniform(-1, 1));
    }
    canvas.painter.setPen(solidPen(canvas.theme.waveform, 1));
    canvas.painter.drawPolyline(placed(wave, plots[0]));
    canvas.caption(plots[0], QT_TRANSLATE_NOOP("GuidePicture", "the sound"));
    const int columns = 40, rows = 13;
    for (int c = 0; c < columns; ++c)
        for (int r = 0; r < rows; ++r) {
            const bool clapping = c > 18 && c < 32;
            const double value =
                clapping ? 0.45 + 0.3 * random.uniform() : 0.7 * std::exp(-r / 4.0) * (0.4 + 0.6 * random.uniform());
            QColor cell = canvas.theme.training;
            cell.setAlphaF(static_cast<float>(value));
            canvas.painter.fillRect(QRectF(plots[1].left() + c * plots[1].width() / columns,
                                           plots[1].bottom() - (r + 1) * plots[1].height() / rows,
                                           plots[1].width() / columns, plots[1].height() / rows),
                                    cell);
        }
    canvas.caption(plots[1], QT_TRANSLATE_NOOP("GuidePicture", "what the network is given"));
}

} // namespace

QPixmap guidePicture(GuidePicture picture, const QSize& size, const QPalette& palette, double pixelRatio) {
    QPixmap pixmap = drawing::blank(size, pixelRatio);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = painter.font();
    font.setPointSizeF(std::max(7.0, font.pointSizeF() - 1));
    painter.setFont(font);
    const GuideCanvas canvas{painter, size, Theme::of(palette)};
    switch (picture) {
    case GuidePicture::Landscape:
        drawLandscape(canvas);
        break;
    case GuidePicture::LossCurve:
        drawLossCurve(canvas);
        break;
    case GuidePicture::Descent:
        drawDescent(canvas);
        break;
    case GuidePicture::Batches:
        drawBatches(canvas);
        break;
    case GuidePicture::Momentum:
        drawMomentum(canvas);
        break;
    case GuidePicture::Rates:
        drawRates(canvas);
        break;
    case GuidePicture::Clipping:
        drawClipping(canvas);
        break;
    case GuidePicture::Gap:
        drawGap(canvas);
        break;
    case GuidePicture::Network:
        drawNetwork(canvas);
        break;
    case GuidePicture::Sweep:
        drawSweep(canvas);
        break;
    case GuidePicture::Split:
        drawSplit(canvas);
        break;
    case GuidePicture::Features:
        drawFeatures(canvas);
        break;
    }
    return pixmap;
}

} // namespace ovation::ui
