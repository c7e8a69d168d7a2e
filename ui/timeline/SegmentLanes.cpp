// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/Ticks.h"
#include "ui/timeline/TimelinePainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QImage>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace ovation::ui::lanes {
namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("Timeline", text);
}

QString textOf(const Segment& segment) {
    if (!segment.text.empty()) return QString::fromStdString(segment.text);
    switch (segment.labelClass) {
    case LabelClass::Applause:
        return translated("applause");
    case LabelClass::Unsure:
        return translated("unsure");
    case LabelClass::NotApplause:
        break;
    }
    return translated("not applause");
}

void laneFrame(QPainter& painter, const TimelineScene& scene, const QRectF& lane) {
    painter.fillRect(lane, scene.theme.waveformBackground);
    painter.setPen(QPen(scene.theme.grid, 1));
    painter.drawLine(QPointF(lane.left(), lane.top() - 0.5), QPointF(lane.right(), lane.top() - 0.5));
}

void gutterText(QPainter& painter, const TimelineScene& scene, double y, const QString& text, const QColor& colour) {
    const double height = QFontMetricsF(painter.font()).height();
    painter.setPen(colour);
    painter.drawText(QRectF(0, y - height / 2, scene.layout.gutter.width() - 6, height),
                     Qt::AlignRight | Qt::AlignVCenter, text);
}

/// The first and the last value of the curve that matter to what is visible.
std::pair<int64_t, int64_t> visibleValues(const TimelineScene& scene) {
    const ProbabilityCurve& curve = scene.detection->curve;
    const TimeSpan visible = scene.axis.visible();
    const auto count = static_cast<int64_t>(curve.values.size());
    return {std::clamp<int64_t>(static_cast<int64_t>(std::floor((visible.start - curve.startS) / curve.stepS)) - 1, 0,
                                count - 1),
            std::clamp<int64_t>(static_cast<int64_t>(std::ceil((visible.end - curve.startS) / curve.stepS)) + 1, 0,
                                count - 1)};
}

double curveX(const TimelineScene& scene, int64_t value) {
    const ProbabilityCurve& curve = scene.detection->curve;
    return scene.axis.toX(curve.startS + static_cast<double>(value) * curve.stepS);
}

void sparseCurve(QPainter& painter, const TimelineScene& scene, int64_t first, int64_t last) {
    QPolygonF line;
    for (int64_t i = first; i <= last; ++i)
        line << QPointF(scene.layout.detections.left() + curveX(scene, i),
                        scene.y(static_cast<double>(scene.detection->curve.values[static_cast<size_t>(i)])));
    QPolygonF area = line;
    area << QPointF(line.last().x(), scene.y(0)) << QPointF(line.first().x(), scene.y(0));
    QColor fill = scene.theme.applause;
    fill.setAlphaF(0.2F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawPolygon(area);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(scene.theme.applause, 1.2));
    painter.drawPolyline(line);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// Pixel column by pixel column, from the highest to the lowest value in each, into an image: the stroke of a line with
/// thousands of corners would take longer than all the rest of the picture.
void denseCurve(QPainter& painter, const TimelineScene& scene, int64_t first, int64_t last) {
    const QRectF& lane = scene.layout.detections;
    const std::vector<float>& values = scene.detection->curve.values;
    const double ratio = scene.devicePixelRatio;
    QImage image((lane.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull()) return;
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QColor fill = scene.theme.applause;
    fill.setAlphaF(0.2F);
    const QRgb inside = qPremultiply(fill.rgba()), stroke = qPremultiply(scene.theme.applause.rgba());
    const auto rowOf = [&](float probability) {
        const double y = (scene.y(static_cast<double>(probability)) - lane.top()) * ratio;
        return std::clamp(static_cast<int>(y), 0, image.height() - 1);
    };
    const int bottom = rowOf(0);
    float before = values[static_cast<size_t>(first)];
    int64_t next = first;
    double x = curveX(scene, first) * ratio;
    const double step = (curveX(scene, first + 1) - curveX(scene, first)) * ratio;
    for (int column = std::max(0, static_cast<int>(x)); column < image.width() && next <= last; ++column) {
        float low = before, high = before;
        for (; next <= last && x < column + 1; ++next, x += step) {
            before = values[static_cast<size_t>(next)];
            low = std::min(low, before);
            high = std::max(high, before);
        }
        const int strokeEnd = rowOf(low);
        for (int y = rowOf(high); y <= bottom; ++y)
            reinterpret_cast<QRgb*>(image.scanLine(y))[column] = y <= strokeEnd ? stroke : inside;
    }
    painter.drawImage(lane.topLeft(), image);
}

void curve(QPainter& painter, const TimelineScene& scene) {
    if (scene.detection->curve.empty() || !(scene.detection->curve.stepS > 0)) return;
    const auto [first, last] = visibleValues(scene);
    if (curveX(scene, first + 1) - curveX(scene, first) > 2)
        sparseCurve(painter, scene, first, last);
    else
        denseCurve(painter, scene, first, last);
}

/// A segment's box. One that is hardly wider than its two edges is nothing but edge: hundreds of rounded, smoothed ones
/// would take longer than all the rest of a picture of hours.
void segmentBox(QPainter& painter, const QRectF& rect, const QColor& edge, int edgeWidth, const QBrush& fill,
                double radius) {
    constexpr double kNarrow = 4;
    if (rect.width() < kNarrow) {
        painter.fillRect(QRectF(rect.left(), rect.top(), std::max(1.0, rect.width()), rect.height()), edge);
        return;
    }
    painter.setPen(QPen(edge, edgeWidth));
    painter.setBrush(fill);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

void detectedSegment(QPainter& painter, const TimelineScene& scene, const DetectedSegment& segment, bool selected) {
    const QRectF lane = scene.layout.detections.adjusted(0, 2, 0, -2);
    const QRectF rect = scene.span(segment.range, lane);
    if (!rect.intersects(lane)) return;
    const bool rejected = segment.verdict == Verdict::Rejected;
    QColor colour = rejected ? scene.theme.rejected : scene.theme.detection;
    QColor fill = colour;
    fill.setAlphaF(segment.verdict == Verdict::Accepted ? 0.36F : rejected ? 0.14F : 0.2F);
    segmentBox(painter, rect, selected ? scene.theme.accent : colour, selected ? 2 : 1, fill, 2);
    if (rejected) {
        painter.setPen(QPen(colour, 1.5));
        painter.drawLine(rect.bottomLeft(), rect.topRight());
    }
    const QString sign = segment.verdict == Verdict::Accepted ? QStringLiteral("\u2713")
                         : rejected                           ? QStringLiteral("\u2717")
                                                              : QString();
    const QString text =
        (sign.isEmpty() ? QString() : sign + QLatin1Char(' ')) + QString::number(segment.score, 'f', 2);
    const QFontMetricsF metrics(painter.font());
    const QRectF shown = rect.intersected(scene.layout.detections);
    if (metrics.horizontalAdvance(text) + 8 > shown.width()) return;
    QColor background = scene.theme.waveformBackground;
    background.setAlphaF(0.88F);
    const QRectF place(shown.left() + 2, shown.top() + 1, metrics.horizontalAdvance(text) + 4, metrics.height());
    painter.fillRect(place, background);
    painter.setPen(rejected ? scene.theme.faintText : scene.theme.text);
    painter.drawText(place, Qt::AlignCenter, text);
}

/// At the foot of the lane, told apart by colour, pattern and where there is room by a word.
void labelError(QPainter& painter, const TimelineScene& scene, SampleRange range, bool miss) {
    constexpr double kHeight = 14;
    const QRectF& lane = scene.layout.detections;
    const double height = std::min(kHeight, lane.height() / 3);
    const QRectF rect = scene.span(range, QRectF(lane.left(), lane.bottom() - height - 1, lane.width(), height));
    if (!rect.intersects(lane)) return;
    painter.fillRect(rect, scene.theme.waveformBackground);
    painter.fillRect(rect, miss ? scene.theme.missFill() : scene.theme.falseAlarmFill());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(miss ? scene.theme.miss : scene.theme.falseAlarm, 1.5));
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    const QString text = miss ? translated("missed") : translated("false alarm");
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(text) + 8;
    const QRectF shown = rect.intersected(lane);
    if (width > shown.width() || metrics.height() > height + 3) return;
    const QRectF place(shown.center().x() - width / 2, rect.top() + 1, width, rect.height() - 2);
    painter.fillRect(place, scene.theme.waveformBackground);
    painter.drawText(place, Qt::AlignCenter, text);
}

/// Dashed, with the pattern of nothing else, and where there is room the two marks that judge it.
void proposedSegment(QPainter& painter, const TimelineScene& scene, const Proposal& proposal, bool selected) {
    const QRectF& lane = scene.layout.labels;
    const QRectF rect = proposalRect(scene, proposal);
    if (!rect.intersects(lane)) return;
    QColor fill = scene.theme.applause;
    fill.setAlphaF(0.45F);
    painter.setBrush(QBrush(fill, Qt::Dense6Pattern));
    painter.setPen(QPen(selected ? scene.theme.accent : scene.theme.applause, selected ? 2 : 1, Qt::DashLine));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    const ProposalMarks marks = proposalMarks(scene, proposal);
    for (const auto& [place, sign] : {std::pair{marks.accept, QChar(0x2713)}, {marks.reject, QChar(0x2717)}}) {
        if (place.isEmpty()) continue;
        painter.setPen(QPen(scene.theme.grid, 1));
        painter.setBrush(scene.theme.waveformBackground);
        painter.drawRoundedRect(place.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3);
        painter.setPen(scene.theme.text);
        painter.drawText(place, Qt::AlignCenter, QString(sign));
    }
    const double right = marks.accept.isEmpty() ? rect.right() : marks.accept.left();
    const QRectF visible =
        QRectF(rect.topLeft(), QPointF(right, rect.bottom())).intersected(lane).adjusted(5, 0, -3, 0);
    const QFontMetricsF metrics(painter.font());
    const QString text = metrics.elidedText(translated("applause?"), Qt::ElideRight, visible.width());
    if (visible.width() < metrics.averageCharWidth() * 4) return;
    painter.setPen(scene.theme.text);
    painter.drawText(visible, Qt::AlignLeft | Qt::AlignVCenter, text);
}

} // namespace

void labels(QPainter& painter, const TimelineScene& scene) {
    const QRectF& lane = scene.layout.labels;
    painter.save();
    laneFrame(painter, scene, lane);
    painter.setFont(smallFont(painter));
    gutterText(painter, scene, lane.center().y(), translated("labels"), scene.theme.faintText);
    painter.setClipRect(lane, Qt::IntersectClip);
    const auto shown = shownSegments(scene);
    const bool proposed = scene.proposals != nullptr && !scene.proposals->empty();
    if (shown.empty() && !proposed) {
        painter.setPen(scene.theme.faintText);
        painter.drawText(lane.adjusted(kGrid, 0, -kGrid, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         translated("Drag across the waveform to mark where the audience claps"));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    if (proposed)
        for (size_t i = 0; i < scene.proposals->size(); ++i)
            proposedSegment(painter, scene, (*scene.proposals)[i], scene.selectedProposal == i);
    const QFontMetricsF metrics(painter.font());
    for (const Segment& segment : shown) {
        const QRectF rect = scene.span(segment.range, lane.adjusted(0, 3, 0, -3));
        if (!rect.intersects(lane)) continue;
        const bool selected = scene.isSelected(segment.id) || (scene.drag && scene.drag->id == segment.id);
        segmentBox(painter, rect, selected ? scene.theme.accent : scene.theme.colour(segment.labelClass),
                   selected ? 2 : 1, scene.theme.fill(segment.labelClass), 3);
        const QRectF visible = rect.intersected(lane).adjusted(5, 0, -5, 0);
        const QString text = metrics.elidedText(textOf(segment), Qt::ElideRight, visible.width());
        if (visible.width() < metrics.averageCharWidth() * 4) continue;
        painter.setPen(scene.theme.text);
        painter.drawText(visible, Qt::AlignLeft | Qt::AlignVCenter, text);
    }
    painter.restore();
    if (scene.band) {
        painter.save();
        painter.setClipRect(scene.layout.drawable(), Qt::IntersectClip);
        QColor veil = scene.theme.accent;
        veil.setAlphaF(0.16F);
        painter.setBrush(veil);
        painter.setPen(QPen(scene.theme.accent, 1, Qt::DashLine));
        painter.drawRect(scene.span(*scene.band, scene.layout.drawable()).adjusted(0.5, 0.5, -0.5, -0.5));
        painter.restore();
    }
    if (!scene.drag) return;
    const SampleRange range = scene.drag->range;
    const int rate = std::max(scene.axis.sampleRate(), 1);
    QString times = QStringLiteral("%1 \u2013 %2  (%3)")
                        .arg(formatTime(toSeconds(range.begin, rate)), formatTime(toSeconds(range.end, rate)),
                             formatLength(toSeconds(range.length(), rate)));
    if (!scene.drag->guides.empty()) times += QStringLiteral(" \u00b7 ") + translated("snapped");
    const QRectF rect = scene.span(range, scene.layout.waveform);
    badge(painter, scene, rect.topLeft() + QPointF(4, 4), times, scene.layout.waveform);
}

void detections(QPainter& painter, const TimelineScene& scene) {
    const QRectF& lane = scene.layout.detections;
    painter.save();
    laneFrame(painter, scene, lane);
    painter.setFont(smallFont(painter));
    if (scene.detection == nullptr) {
        painter.setPen(scene.theme.faintText);
        painter.drawText(lane.adjusted(kGrid, 0, -kGrid, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         translated("Nothing detected yet: press Detect in the Review workspace"));
        painter.restore();
        return;
    }
    const double lineY = std::round(scene.y(scene.threshold)) + 0.5;
    const double lineHeight = QFontMetricsF(painter.font()).height();
    for (const double level : {0.0, 1.0})
        if (std::abs(scene.y(level) - lineY) > lineHeight)
            gutterText(painter, scene,
                       std::clamp(scene.y(level), lane.top() + lineHeight / 2, lane.bottom() - lineHeight / 2),
                       QString::number(level), scene.theme.faintText);
    gutterText(painter, scene, lineY, scene.thresholdText(), scene.theme.threshold);

    painter.setClipRect(lane, Qt::IntersectClip);
    curve(painter, scene);
    painter.setRenderHint(QPainter::Antialiasing);
    for (size_t i = 0; i < scene.detection->segments.size(); ++i)
        detectedSegment(painter, scene, scene.detection->segments[i], scene.selectedDetection == i);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (scene.errors != nullptr) {
        for (const SampleRange& range : scene.errors->falseAlarms)
            labelError(painter, scene, range, false);
        for (const SampleRange& range : scene.errors->misses)
            labelError(painter, scene, range, true);
    }
    painter.setPen(QPen(scene.theme.threshold, 1.5, Qt::DashLine));
    painter.drawLine(QPointF(lane.left(), lineY), QPointF(lane.right(), lineY));
    painter.restore();
}

} // namespace ovation::ui::lanes
