// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/SurfacePicture.h"

#include "core/training/LossSurface.h"
#include "ui/charts/ChartMath.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/ColourMap.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ovation::ui {

namespace {

constexpr int kLevels = 14;

QImage coloursOf(const LossSurface& surface) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto logOf = [](double loss) { return std::log(std::max(loss, 1e-6)); };
    for (const double loss : surface.loss)
        if (std::isfinite(loss)) {
            low = std::min(low, logOf(loss));
            high = std::max(high, logOf(loss));
        }
    const ColourTable colours = colourTable(ColourMap::Viridis, false);
    const auto steps = static_cast<int>(surface.steps);
    QImage image(steps, steps, QImage::Format_RGB32);
    for (int y = 0; y < steps; ++y)
        for (int x = 0; x < steps; ++x) {
            const double loss = surface.at(x, y);
            const double share = std::isfinite(loss) && high > low ? (logOf(loss) - low) / (high - low) : 1;
            image.setPixel(x, steps - 1 - y, colours[static_cast<size_t>(std::clamp(255 * share, 0.0, 255.0))]);
        }
    return image;
}

} // namespace

SurfacePicture::SurfacePicture(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setAccessibleName(tr("Contour map of the loss around the trained weights, with the path of training"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize SurfacePicture::minimumSizeHint() const {
    return {20 * kGrid, 18 * kGrid};
}

void SurfacePicture::setSurface(std::shared_ptr<const LossSurface> surface) {
    m_surface = std::move(surface);
    m_colours = m_surface && m_surface->steps > 1 ? coloursOf(*m_surface) : QImage();
    m_contours.clear();
    if (!m_colours.isNull())
        for (const ContourLine& line : contoursOf(*m_surface, kLevels))
            m_contours << QLineF(line.x1, line.y1, line.x2, line.y2);
    update();
}

QRectF SurfacePicture::area() const {
    return QRectF(rect()).adjusted(1, 1, -1, -1);
}

QPointF SurfacePicture::toPixel(double x, double y) const {
    const QRectF in = area();
    return {in.left() + (x - m_surface->lowX) / (m_surface->highX - m_surface->lowX) * in.width(),
            in.bottom() - (y - m_surface->lowY) / (m_surface->highY - m_surface->lowY) * in.height()};
}

void SurfacePicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_colours.isNull()) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF in = area();
    // Values stand for points: the outermost ones lie on the edge, so half a pixel of the image is cut off there.
    painter.drawImage(in, m_colours, QRectF(0.5, 0.5, m_colours.width() - 1, m_colours.height() - 1));
    const double cells = static_cast<double>(m_surface->steps - 1);
    painter.setPen(QPen(QColor(255, 255, 255, 150), 1));
    const auto place = [&](const QPointF& step) {
        return QPointF(in.left() + step.x() / cells * in.width(), in.bottom() - step.y() / cells * in.height());
    };
    for (const QLineF& line : m_contours)
        painter.drawLine(place(line.p1()), place(line.p2()));
    QPolygonF path;
    for (const LossSurface::Point& point : m_surface->path)
        path << toPixel(point.x, point.y);
    painter.setBrush(Qt::NoBrush);
    for (const auto& [colour, width] : {std::pair{QColor(0, 0, 0, 160), 4.0}, std::pair{QColor(Qt::white), 2.0}}) {
        painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(path);
    }
    painter.setPen(QPen(Qt::black, 1));
    painter.setBrush(Qt::white);
    for (const QPointF& point : path)
        painter.drawEllipse(point, 3.5, 3.5);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    const auto write = [&](const QPointF& where, const QString& text) {
        QRectF box(where + QPointF(kGrid, -2.5 * kGrid), painter.fontMetrics().size(0, text));
        if (box.right() > in.right()) box.moveRight(where.x() - kGrid);
        if (box.top() < in.top()) box.moveTop(where.y() + kGrid / 2);
        painter.setPen(Qt::black);
        painter.drawText(box.translated(1, 1), text);
        painter.setPen(Qt::white);
        painter.drawText(box, text);
    };
    if (!path.isEmpty()) write(path.first(), tr("start"));
    const QPointF trained = toPixel(0, 0);
    painter.setPen(QPen(Qt::black, 1));
    painter.setBrush(Theme::of(palette()).applause);
    painter.drawEllipse(trained, 6, 6);
    write(trained, tr("trained"));
}

void SurfacePicture::mouseMoveEvent(QMouseEvent* event) {
    if (m_colours.isNull()) return;
    const QRectF in = area();
    const auto step = [&](double share) {
        return std::clamp<int64_t>(std::llround(share * static_cast<double>(m_surface->steps - 1)), 0,
                                   m_surface->steps - 1);
    };
    const double loss = m_surface->at(step((event->position().x() - in.left()) / in.width()),
                                      step((in.bottom() - event->position().y()) / in.height()));
    QString text = tr("loss here %1").arg(valueText(std::isfinite(loss) ? std::optional(loss) : std::nullopt));
    for (const LossSurface::Point& point : m_surface->path) {
        const QPointF off = toPixel(point.x, point.y) - event->position();
        if (off.manhattanLength() < 10)
            text += point.epoch == 0 ? tr(" · before training") : tr(" · after epoch %1").arg(point.epoch);
    }
    Q_EMIT pointed(text);
}

void SurfacePicture::leaveEvent(QEvent*) {
    Q_EMIT pointed({});
}

} // namespace ovation::ui
