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
#include <utility>

namespace ovation::ui {

namespace {

constexpr int kLevels = 14;
constexpr int kMarks = 5; ///< of the scale of colours
constexpr int kBar = 2 * kGrid;
constexpr QRgb kNoNumber = 0xff808080; ///< where the loss is none

double logOf(double loss) {
    return std::log(std::max(loss, 1e-6));
}

const ColourTable& colours() {
    static const ColourTable table = colourTable(ColourMap::Viridis, false);
    return table;
}

/// Lowest and highest log of the loss; equal where there is none.
std::pair<double, double> logRange(const LossSurface& surface) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double loss : surface.loss)
        if (std::isfinite(loss)) {
            low = std::min(low, logOf(loss));
            high = std::max(high, logOf(loss));
        }
    return low <= high ? std::pair(low, high) : std::pair(0.0, 0.0);
}

QImage coloursOf(const LossSurface& surface, double low, double high) {
    const auto steps = static_cast<int>(surface.steps);
    QImage image(steps, steps, QImage::Format_RGB32);
    for (int y = 0; y < steps; ++y)
        for (int x = 0; x < steps; ++x) {
            const double loss = surface.at(x, y);
            const double share = high > low ? (logOf(loss) - low) / (high - low) : 1;
            image.setPixel(x, steps - 1 - y,
                           std::isfinite(loss) ? colours()[static_cast<size_t>(std::clamp(255 * share, 0.0, 255.0))]
                                               : kNoNumber);
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
    const int line = fontMetrics().height();
    return {20 * kGrid + static_cast<int>(scaleWidth()), std::max(18 * kGrid, kMarks * line + 3 * line)};
}

void SurfacePicture::setSurface(std::shared_ptr<const LossSurface> surface) {
    m_surface = std::move(surface);
    m_colours = {};
    m_contours.clear();
    m_scale.clear();
    if (m_surface && m_surface->steps > 1) {
        const auto [low, high] = logRange(*m_surface);
        m_colours = coloursOf(*m_surface, low, high);
        for (int i = 0; i < kMarks; ++i)
            m_scale << valueText(std::exp(low + (high - low) * i / (kMarks - 1)));
        if (m_scale.first() == m_scale.last()) m_scale.clear(); // a plain
    }
    updateGeometry();
    if (!m_colours.isNull())
        for (const ContourLine& line : contoursOf(*m_surface, kLevels))
            m_contours << QLineF(line.x1, line.y1, line.x2, line.y2);
    update();
}

QRectF SurfacePicture::area() const {
    return QRectF(rect()).adjusted(1, 1, -1 - scaleWidth(), -1);
}

double SurfacePicture::scaleWidth() const {
    if (m_scale.isEmpty()) return 0;
    int texts = fontMetrics().horizontalAdvance(tr("loss"));
    for (const QString& text : m_scale)
        texts = std::max(texts, fontMetrics().horizontalAdvance(text));
    return 2 * kGrid + kBar + texts;
}

/// What the colours mean, from the highest loss down, in equal steps of its logarithm as the picture has it.
void SurfacePicture::paintScale(QPainter& painter) const {
    if (m_scale.isEmpty()) return;
    const double line = painter.fontMetrics().height();
    const QRectF bar(area().right() + kGrid, 2 * line, kBar, height() - 3.0 * line);
    if (bar.height() <= 0) return;
    const auto entries = static_cast<int>(colours().size());
    QImage gradient(1, entries, QImage::Format_RGB32);
    for (int i = 0; i < entries; ++i)
        gradient.setPixel(0, entries - 1 - i, colours()[static_cast<size_t>(i)]);
    painter.drawImage(bar, gradient);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(QPointF(bar.left(), bar.top() - 0.75 * line), tr("loss"));
    const QFontMetrics metrics = painter.fontMetrics();
    for (int i = 0; i < m_scale.size(); ++i) {
        const double y = bar.bottom() - bar.height() * i / (kMarks - 1);
        painter.drawText(QPointF(bar.right() + kGrid, y + (metrics.ascent() - metrics.descent()) / 2.0), m_scale[i]);
    }
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
    paintScale(painter);
    const QRectF in = area();
    if (in.width() <= 0 || in.height() <= 0) return;
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
    if (event->position().x() > in.right()) { // the scale
        Q_EMIT pointed({});
        return;
    }
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
