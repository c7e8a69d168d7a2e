// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelinePainter.h"

#include "ui/timeline/Ticks.h"
#include "ui/timeline/WaveformPainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPixmap>

#include <algorithm>
#include <cmath>

namespace ovation::ui {
namespace {

QSize devicePixels(const TimelineScene& scene, const QRectF& lane) {
    return {static_cast<int>(std::lround(lane.width() * scene.devicePixelRatio)),
            static_cast<int>(std::lround(lane.height() * scene.devicePixelRatio))};
}

WaveformStyle waveformStyle(const TimelineScene& scene) {
    return {scene.theme.waveform, scene.theme.grid, displayGain(scene.peaks.get())};
}

double topLevelDb(const WaveformPeaks* peaks) {
    // Speech spreads over many bins: its strongest ones lie well below the loudest sample.
    const double largest = peaks != nullptr ? static_cast<double>(peaks->largest()) : 0;
    return largest > 1e-5 ? std::clamp(20 * std::log10(largest) - 18, -90.0, 0.0) : -20;
}

/// Segments over a lane, on `background` where there is one. All is drawn into a strip as high as a brush pattern's
/// period first, which is then repeated down the lane: Qt hands each tall translucent fill to its threads and blends an
/// upright line pixel by pixel, and hundreds of them would cost more than all the rest.
void segmentOverlay(QPainter& painter, const TimelineScene& scene, const QRectF& lane, double strength,
                    const QColor& background = Qt::transparent) {
    constexpr int kPatternPeriod = 8;
    const std::vector<Segment> segments = lanes::shownSegments(scene);
    QPixmap strip(QSize(static_cast<int>(std::ceil(lane.width())), kPatternPeriod) * scene.devicePixelRatio);
    strip.setDevicePixelRatio(scene.devicePixelRatio);
    strip.fill(background);
    QPainter inside(&strip);
    const auto place = [&](const Segment& segment) {
        return scene.span(segment.range, lane).translated(-lane.left(), -lane.top());
    };
    const QRectF whole({}, lane.size());
    inside.setOpacity(strength);
    for (const Segment& segment : segments)
        if (const QRectF rect = place(segment); rect.intersects(whole))
            inside.fillRect(QRectF(rect.left(), 0, rect.width(), kPatternPeriod), scene.theme.fill(segment.labelClass));
    inside.setOpacity(1);
    for (const Segment& segment : segments) {
        const QRectF rect = place(segment);
        if (!rect.intersects(whole)) continue;
        const bool selected = scene.isSelected(segment.id) || (scene.drag && scene.drag->id == segment.id);
        inside.setPen(QPen(selected ? scene.theme.accent : scene.theme.colour(segment.labelClass), selected ? 2 : 1));
        for (const double x : {rect.left(), rect.right()})
            inside.drawLine(QPointF(x, -1), QPointF(x, kPatternPeriod + 1));
    }
    inside.end();
    painter.drawTiledPixmap(lane, strip);
}

/// Where snapping holds the edges that are dragged, through all lanes.
void snapGuides(QPainter& painter, const TimelineScene& scene) {
    if (!scene.drag) return;
    const TimelineLayout& layout = scene.layout;
    painter.save();
    painter.setClipRect(QRectF(layout.ruler.left(), 0, layout.ruler.width(), layout.gutter.height()),
                        Qt::IntersectClip);
    painter.setPen(QPen(scene.theme.accent, 1.5, Qt::DashLine));
    for (const int64_t frame : scene.drag->guides) {
        const double x = std::round(layout.ruler.left() + scene.axis.frameToX(frame)) + 0.5;
        painter.drawLine(QPointF(x, layout.ruler.top() + 4), QPointF(x, layout.detections.bottom()));
    }
    painter.restore();
}

QString hertzText(double hz) {
    return hz < 1000 ? QString::number(hz) : QStringLiteral("%1k").arg(hz / 1000);
}

} // namespace

namespace lanes {

QFont smallFont(const QPainter& painter) {
    QFont font = painter.font();
    if (font.pointSizeF() > 0) font.setPointSizeF(std::max(6.5, font.pointSizeF() * 0.85));
    return font;
}

std::vector<Segment> shownSegments(const TimelineScene& scene) {
    std::vector<Segment> shown;
    if (scene.segments != nullptr) shown = *scene.segments;
    if (!scene.drag) return shown;
    for (Segment& segment : shown)
        if (std::ranges::find(scene.drag->along, segment.id) != scene.drag->along.end())
            segment.range = {segment.range.begin + scene.drag->by, segment.range.end + scene.drag->by};
    const auto moved = std::ranges::find(shown, scene.drag->id, &Segment::id);
    if (moved != shown.end()) {
        moved->range = scene.drag->range;
    } else {
        Segment fresh;
        fresh.id = scene.drag->id;
        fresh.range = scene.drag->range;
        fresh.labelClass = scene.drag->labelClass;
        shown.push_back(fresh);
    }
    return shown;
}

void badge(QPainter& painter, const TimelineScene& scene, QPointF topLeft, const QString& text, const QRectF& within) {
    painter.save();
    painter.setFont(smallFont(painter));
    const QFontMetricsF metrics(painter.font());
    QRectF rect(topLeft, QSizeF(metrics.horizontalAdvance(text) + 12, metrics.height() + 4));
    rect.moveLeft(std::clamp(rect.left(), within.left(), std::max(within.left(), within.right() - rect.width())));
    QColor background = scene.theme.waveformBackground;
    background.setAlphaF(0.88F);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(scene.theme.grid, 1));
    painter.setBrush(background);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setPen(scene.theme.text);
    painter.drawText(rect, Qt::AlignCenter, text);
    painter.restore();
}

void ruler(QPainter& painter, const TimelineScene& scene) {
    const QRectF& lane = scene.layout.ruler;
    painter.save();
    painter.fillRect(QRectF(0, lane.top(), lane.right(), lane.height()), scene.theme.ruler);
    painter.setClipRect(lane, Qt::IntersectClip);
    painter.setFont(smallFont(painter));
    const QFontMetricsF metrics(painter.font());
    // The widest label decides how far ticks must be apart; a second look, because finer steps have longer labels.
    const bool withHours = scene.axis.durationS() >= 3600;
    TimeTicks ticks = timeTicks(scene.axis, 72);
    ticks =
        timeTicks(scene.axis,
                  metrics.horizontalAdvance(formatTime(scene.axis.durationS(), ticks.decimals, withHours)) + 3 * kGrid);
    for (const TimeTick& tick : ticks.ticks) {
        const double x = std::round(lane.left() + scene.axis.toX(tick.seconds)) + 0.5;
        painter.setPen(QPen(tick.major ? scene.theme.faintText : scene.theme.grid, 1));
        painter.drawLine(QPointF(x, lane.bottom() - (tick.major ? 8 : 4)), QPointF(x, lane.bottom()));
        if (!tick.major) continue;
        const QString text = formatTime(tick.seconds, ticks.decimals, withHours);
        if (x + 4 + metrics.horizontalAdvance(text) > lane.right()) continue; // half a time would be another one
        painter.setPen(scene.theme.text);
        painter.drawText(QPointF(x + 4, lane.bottom() - 8), text);
    }
    painter.setPen(QPen(scene.theme.grid, 1));
    painter.drawLine(QPointF(lane.left(), lane.bottom() - 0.5), QPointF(lane.right(), lane.bottom() - 0.5));
    painter.restore();
}

void overview(QPainter& painter, const TimelineScene& scene, const QImage& picture) {
    const QRectF& lane = scene.layout.overview;
    const TimeAxis all(scene.axis.frames(), scene.axis.sampleRate(), lane.width());
    painter.save();
    painter.fillRect(lane, scene.theme.waveformBackground);
    if (all.empty()) {
        painter.restore();
        return;
    }
    painter.setClipRect(lane, Qt::IntersectClip);
    const double heat = std::min(10.0, lane.height() / 3);
    const QRectF wave = lane.adjusted(0, 0, 0, -heat);
    const QRectF strip(lane.left(), wave.bottom(), lane.width(), heat);
    if (!picture.isNull()) painter.drawImage(wave, picture);

    // Where applause is: the detector's certainty, and what is labelled, over it.
    painter.fillRect(strip, scene.theme.ruler);
    if (scene.detection != nullptr && !scene.detection->curve.empty()) {
        const ProbabilityCurve& curve = scene.detection->curve;
        const int columns = std::max(1, static_cast<int>(std::ceil(strip.width())));
        std::vector<float> warmest(static_cast<size_t>(columns), 0.0F);
        const double first = all.toX(curve.startS);
        const double step = all.toX(curve.startS + curve.stepS) - first;
        for (size_t i = 0; i < curve.values.size(); ++i) {
            const double x = first + static_cast<double>(i) * step;
            const int from = std::clamp(static_cast<int>(x), 0, columns - 1);
            const int to = std::clamp(static_cast<int>(std::ceil(x + step)), from + 1, columns);
            for (int column = from; column < to; ++column)
                warmest[static_cast<size_t>(column)] = std::max(warmest[static_cast<size_t>(column)], curve.values[i]);
        }
        QImage heatLine(columns, 1, QImage::Format_ARGB32_Premultiplied);
        for (int column = 0; column < columns; ++column) {
            QColor colour = scene.theme.applause;
            colour.setAlphaF(std::clamp(warmest[static_cast<size_t>(column)], 0.0F, 1.0F) * 0.85F);
            heatLine.setPixelColor(column, 0, colour);
        }
        painter.drawImage(QRectF(strip.left(), strip.top() + heat / 2, columns, heat / 2), heatLine);
    }
    for (const Segment& segment : shownSegments(scene)) {
        const double left = all.frameToX(segment.range.begin), right = all.frameToX(segment.range.end);
        const QRectF bar(strip.left() + left, strip.top(), std::max(1.5, right - left), heat / 2);
        painter.fillRect(bar, scene.theme.colour(segment.labelClass));
    }

    const TimeSpan visible = scene.axis.visible();
    const double left = lane.left() + all.toX(visible.start), right = lane.left() + all.toX(visible.end);
    QColor veil = scene.theme.waveformBackground;
    veil.setAlphaF(0.62F);
    painter.fillRect(QRectF(lane.left(), lane.top(), left - lane.left(), lane.height()), veil);
    painter.fillRect(QRectF(right, lane.top(), lane.right() - right, lane.height()), veil);
    if (visible.length() < all.durationS() * 0.9999) {
        painter.setPen(QPen(scene.theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(
            QRectF(left, lane.top(), std::max(2.0, right - left), lane.height()).adjusted(0.75, 0.75, -0.75, -0.75));
    }
    painter.restore();
}

void recordingName(QPainter& painter, const TimelineScene& scene) {
    constexpr double kShare = 0.4; // of the lane, at most
    const QRectF& lane = scene.layout.overview;
    const QFontMetricsF metrics(smallFont(painter));
    const QString text = metrics.elidedText(scene.name, Qt::ElideMiddle, lane.width() * kShare);
    if (text.isEmpty() || lane.height() < metrics.height() + 6) return;
    badge(painter, scene, lane.topLeft() + QPointF(1, 1), text, lane);
}

void waveform(QPainter& painter, const TimelineScene& scene, const QImage& picture) {
    const QRectF& lane = scene.layout.waveform;
    segmentOverlay(painter, scene, lane, 1, scene.theme.waveformBackground);
    painter.save();
    painter.setPen(QPen(scene.theme.grid, 1));
    const double middle = std::round(lane.center().y()) + 0.5;
    painter.drawLine(QPointF(lane.left(), middle), QPointF(lane.right(), middle));
    painter.restore();
    if (!picture.isNull()) painter.drawImage(lane, picture);
    if (!scene.audioError.isEmpty())
        badge(painter, scene, lane.topLeft() + QPointF(kGrid, kGrid), scene.audioError, lane);
    if (scene.peaks == nullptr || scene.peaks->largest() <= 0) return;
    painter.save();
    painter.setFont(smallFont(painter));
    painter.setPen(scene.theme.faintText);
    const double top = -20 * std::log10(displayGain(scene.peaks.get()));
    const QRectF place(0, lane.top() + 2, scene.layout.gutter.width() - 6, QFontMetricsF(painter.font()).height());
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("%1 dB").arg(std::abs(top) < 0.5 ? 0.0 : top, 0, 'f', 0));
    painter.restore();
}

void spectrogram(QPainter& painter, const TimelineScene& scene, const QImage& picture) {
    const QRectF& lane = scene.layout.spectrogram;
    if (picture.isNull())
        painter.fillRect(lane, scene.theme.ruler);
    else
        painter.drawImage(lane, picture);
    segmentOverlay(painter, scene, lane, 0.3);
    if (scene.axis.empty()) return;
    painter.save();
    painter.setFont(smallFont(painter));
    const QFontMetricsF metrics(painter.font());
    const double highest = highestShownHz(scene.axis.sampleRate());
    for (const double hz : frequencyTicks(scene.spectrogram.scale, highest, lane.height(), metrics.height() + 2)) {
        const double y =
            std::round(lane.bottom() - heightOf(hz, scene.spectrogram.scale, highest) * lane.height()) + 0.5;
        painter.setPen(scene.theme.faintText);
        painter.drawLine(QPointF(lane.left() - 5, y), QPointF(lane.left() - 1, y));
        const QRectF place(0, y - metrics.height() / 2, lane.left() - 8, metrics.height());
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, hertzText(hz));
    }
    if (lane.height() > 3 * metrics.height()) {
        painter.setPen(scene.theme.faintText);
        painter.drawText(QRectF(4, lane.top(), lane.left() - 8, metrics.height()), Qt::AlignLeft | Qt::AlignTop,
                         QStringLiteral("Hz"));
    }
    painter.restore();
}

void emptyState(QPainter& painter, const TimelineScene& scene, QSizeF size) {
    const QRectF all(QPointF(), size);
    painter.save();
    painter.fillRect(all, scene.theme.waveformBackground);
    QFont font = painter.font();
    if (font.pointSizeF() > 0) font.setPointSizeF(font.pointSizeF() * 1.35);
    const QFont normal = painter.font();
    painter.setFont(font);
    painter.setPen(scene.theme.text);
    const double line = QFontMetricsF(font).height();
    QRectF place(all.left(), all.center().y() - 1.4 * line, all.width(), line * 1.2);
    painter.drawText(place, Qt::AlignCenter,
                     QCoreApplication::translate("Timeline", "Drop recordings anywhere on this window"));
    painter.setFont(normal);
    painter.setPen(scene.theme.faintText);
    place.translate(0, line * 1.5);
    painter.drawText(
        place, Qt::AlignCenter,
        QCoreApplication::translate("Timeline", "Sound files or whole folders; label files beside them come along."));
    painter.restore();
}

} // namespace lanes

QImage overviewBackdrop(const TimelineScene& scene, QImage earlier) {
    const QRectF& lane = scene.layout.overview;
    const double heat = std::min(10.0, lane.height() / 3);
    const TimeAxis all(scene.axis.frames(), scene.axis.sampleRate(), lane.width());
    WaveformStyle style = waveformStyle(scene);
    return waveformImage(devicePixels(scene, lane.adjusted(0, 0, 0, -heat)), all, scene.peaks.get(), nullptr, style,
                         std::move(earlier));
}

QImage waveformBackdrop(const TimelineScene& scene, QImage earlier) {
    return waveformImage(devicePixels(scene, scene.layout.waveform), scene.axis, scene.peaks.get(), scene.samples.get(),
                         waveformStyle(scene), std::move(earlier));
}

QImage spectrogramBackdrop(const TimelineScene& scene, const TileSource& tiles, QImage earlier) {
    const ColourTable colours = colourTable(scene.spectrogram.colourMap, scene.theme.dark);
    const ColourTable levels = levelTable(colours, topLevelDb(scene.peaks.get()), scene.spectrogram.rangeDb);
    return spectrogramImage(devicePixels(scene, scene.layout.spectrogram), scene.axis, scene.spectrogram.scale, tiles,
                            levels, scene.theme.ruler.rgb(), std::move(earlier));
}

void paintTimeline(QPainter& painter, const TimelineScene& scene, const TimelineBackdrops& backdrops) {
    const QRectF all(0, 0, scene.layout.ruler.right(),
                     std::max(scene.layout.gutter.bottom(), scene.layout.detections.bottom()));
    if (!scene.hasSpeech || scene.axis.empty()) {
        lanes::emptyState(painter, scene, all.size());
        return;
    }
    // The lanes fill themselves; what is left are the gutter and the gaps between lanes.
    painter.fillRect(scene.layout.gutter, scene.theme.ruler);
    const TimelineLayout& layout = scene.layout;
    for (const auto& [above, below] : {std::pair{layout.overview, layout.waveform},
                                       {layout.waveform, layout.spectrogram},
                                       {layout.spectrogram, layout.labels},
                                       {layout.labels, layout.detections}})
        painter.fillRect(QRectF(above.bottomLeft(), below.topRight()), scene.theme.ruler);
    painter.fillRect(QRectF(layout.detections.bottomLeft(), all.bottomRight()), scene.theme.ruler);
    lanes::ruler(painter, scene);
    lanes::overview(painter, scene, backdrops.overview);
    lanes::recordingName(painter, scene);
    lanes::waveform(painter, scene, backdrops.waveform);
    lanes::spectrogram(painter, scene, backdrops.spectrogram);
    lanes::labels(painter, scene);
    lanes::detections(painter, scene);
    snapGuides(painter, scene);
    if (scene.focused) {
        painter.setPen(QPen(scene.theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(all.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

QRect cursorArea(const TimelineScene& scene, int64_t frame) {
    const double x =
        scene.layout.ruler.left() + std::clamp(scene.axis.frameToX(frame), -100.0, scene.axis.widthPx() + 100);
    const TimeAxis all(scene.axis.frames(), scene.axis.sampleRate(), scene.layout.overview.width());
    const double far = scene.layout.overview.left() + all.frameToX(frame);
    const QRect main(static_cast<int>(x) - 8, 0, 16, static_cast<int>(scene.layout.gutter.height()));
    return main.united(QRect(static_cast<int>(far) - 3, static_cast<int>(scene.layout.overview.top()), 6,
                             static_cast<int>(scene.layout.overview.height())));
}

void paintCursor(QPainter& painter, const TimelineScene& scene) {
    if (!scene.hasSpeech || scene.axis.empty()) return;
    const TimelineLayout& layout = scene.layout;
    painter.save();
    painter.setClipRect(QRectF(layout.ruler.left(), 0, layout.ruler.width(), layout.gutter.height()),
                        Qt::IntersectClip);
    const auto line = [&](int64_t frame, const QPen& pen) {
        const double x = std::round(layout.ruler.left() + scene.axis.frameToX(frame)) + 0.5;
        if (x < layout.ruler.left() - 8 || x > layout.ruler.right() + 8) return;
        painter.setPen(pen);
        painter.drawLine(QPointF(x, layout.ruler.top() + 4), QPointF(x, layout.ruler.bottom()));
        painter.drawLine(QPointF(x, layout.waveform.top()), QPointF(x, layout.detections.bottom()));
    };
    if (scene.markIn) line(*scene.markIn, QPen(scene.theme.applause, 1.5, Qt::DashLine));
    line(scene.cursor, QPen(scene.theme.cursor, 1.5));
    const double x = std::round(layout.ruler.left() + scene.axis.frameToX(scene.cursor)) + 0.5;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(scene.theme.cursor);
    const double top = layout.ruler.bottom() - 7;
    painter.drawPolygon(QPolygonF({QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, top + 7)}));
    painter.setRenderHint(QPainter::Antialiasing, false);
    const TimeAxis all(scene.axis.frames(), scene.axis.sampleRate(), layout.overview.width());
    const double far = std::round(layout.overview.left() + all.frameToX(scene.cursor)) + 0.5;
    painter.setPen(QPen(scene.theme.cursor, 1));
    painter.drawLine(QPointF(far, layout.overview.top()), QPointF(far, layout.overview.bottom()));
    painter.restore();
}

} // namespace ovation::ui
