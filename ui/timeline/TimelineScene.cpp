// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineScene.h"

#include "core/base/Text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ovation::ui {
namespace {

constexpr double kGutter = 7 * kGrid;
constexpr double kRuler = 3.5 * kGrid;
constexpr double kEdgePx = 6;
constexpr double kThresholdPx = 5;
constexpr double kLaneMargin = 4; ///< above probability 1 and below 0

} // namespace

TimelineLayout TimelineLayout::of(QSizeF size) {
    TimelineLayout layout;
    const double width = std::max(0.0, size.width() - kGutter);
    const double height = std::max(0.0, size.height());
    layout.gutter = {0, 0, kGutter, height};
    // Fixed lanes first; on a low window all shrink alike.
    const double overview = 6 * kGrid, labels = 4.5 * kGrid,
                 detections = std::clamp(height * 0.16, 7.0 * kGrid, 14.0 * kGrid);
    const double gaps = 5;
    const double fixed = kRuler + overview + labels + detections + gaps;
    const double shrink = fixed > height * 0.7 && fixed > 0 ? height * 0.7 / fixed : 1;
    const double rest = std::max(0.0, height - fixed * shrink);
    double y = 0;
    const auto lane = [&](double laneHeight, double gapBelow) {
        const double top = std::round(y);
        y += laneHeight;
        const QRectF rect(kGutter, top, width, std::max(0.0, std::round(y) - top));
        y += gapBelow * shrink;
        return rect;
    };
    layout.ruler = lane(kRuler * shrink, 0);
    layout.overview = lane(overview * shrink, 2);
    layout.waveform = lane(rest * 0.42, 1);
    layout.spectrogram = lane(rest * 0.58, 1);
    layout.labels = lane(labels * shrink, 1);
    layout.detections = lane(detections * shrink, 0);
    return layout;
}

bool TimelineScene::isSelected(int64_t id) const {
    return std::ranges::find(selected, id) != selected.end();
}

double TimelineScene::y(double probability) const {
    const QRectF& lane = layout.detections;
    const double share = std::isfinite(probability) ? std::clamp(probability, 0.0, 1.0) : 0.0;
    return lane.bottom() - kLaneMargin - share * std::max(0.0, lane.height() - 2 * kLaneMargin);
}

double TimelineScene::probabilityAt(double y) const {
    const QRectF& lane = layout.detections;
    const double height = lane.height() - 2 * kLaneMargin;
    if (!(height > 0) || !std::isfinite(y)) return threshold;
    return std::clamp((lane.bottom() - kLaneMargin - y) / height, 0.01, 0.99);
}

QString TimelineScene::thresholdText() const {
    return QString::fromStdString(fixedBetween(threshold, 2, 4));
}

QRectF TimelineScene::span(SampleRange range, const QRectF& lane) const {
    // Far outside of what is visible, exact places do not matter and would upset the painter.
    const double left = std::clamp(axis.frameToX(range.begin), -1000.0, axis.widthPx() + 1000);
    const double right = std::clamp(axis.frameToX(range.end), -1000.0, axis.widthPx() + 1000);
    return {lane.left() + left, lane.top(), std::max(1.0, right - left), lane.height()};
}

QRectF proposalRect(const TimelineScene& scene, const Proposal& proposal) {
    return scene.span(proposal.range, scene.layout.labels.adjusted(0, 3, 0, -3));
}

ProposalMarks proposalMarks(const TimelineScene& scene, const Proposal& proposal) {
    const QRectF rect = proposalRect(scene, proposal).intersected(scene.layout.labels);
    const double side = std::min(rect.height(), 2.5 * kGrid);
    if (rect.width() < 2 * side + kGrid) return {};
    const double top = rect.center().y() - side / 2;
    return {{rect.right() - 2 * side - 2, top, side, side}, {rect.right() - side - 1, top, side, side}};
}

TimelineHit hitTest(const TimelineScene& scene, QPointF position) {
    using Part = TimelineHit::Part;
    TimelineHit hit;
    const TimelineLayout& layout = scene.layout;
    if (!scene.hasSpeech || scene.axis.empty() || position.x() < layout.ruler.left()) return hit;
    if (layout.ruler.contains(position)) {
        hit.part = Part::Ruler;
    } else if (layout.overview.contains(position)) {
        hit.part = Part::Overview;
    } else if (layout.detections.contains(position)) {
        hit.part = Part::DetectionLane;
        if (scene.detection == nullptr) return hit;
        if (std::abs(position.y() - scene.y(scene.threshold)) <= kThresholdPx) {
            hit.part = Part::Threshold;
            return hit;
        }
        for (size_t i = 0; i < scene.detection->segments.size(); ++i)
            if (scene.span(scene.detection->segments[i].range, layout.detections).contains(position)) {
                hit.part = Part::Detection;
                hit.detection = i;
            }
    } else if (layout.drawable().contains(position)) {
        hit.part = Part::Empty;
        if (scene.proposals != nullptr && layout.labels.contains(position))
            for (size_t i = 0; i < scene.proposals->size(); ++i) {
                const Proposal& proposal = (*scene.proposals)[i];
                if (!proposalRect(scene, proposal).contains(position)) continue;
                const ProposalMarks marks = proposalMarks(scene, proposal);
                hit.part = marks.accept.contains(position)   ? Part::ProposalAccept
                           : marks.reject.contains(position) ? Part::ProposalReject
                                                             : Part::Proposal;
                hit.proposal = i;
                return hit;
            }
        if (scene.segments == nullptr) return hit;
        double nearest = std::numeric_limits<double>::max();
        for (const Segment& segment : *scene.segments) {
            const QRectF rect = scene.span(segment.range, layout.drawable());
            const double inside = std::min(kEdgePx, rect.width() / 3);
            const double x = position.x();
            if (x < rect.left() - kEdgePx || x > rect.right() + kEdgePx) continue;
            const bool within = x >= rect.left() && x <= rect.right();
            const double outside = within ? 0 : 0.5; // of two that touch, the one under the pointer
            const double toBegin = std::abs(x - rect.left()) + outside, toEnd = std::abs(x - rect.right()) + outside;
            if (toBegin <= (within ? inside : kEdgePx) && toBegin < nearest) {
                nearest = toBegin;
                hit = {Part::SegmentBegin, segment.id};
            }
            if (toEnd <= (within ? inside : kEdgePx) && toEnd < nearest) {
                nearest = toEnd;
                hit = {Part::SegmentEnd, segment.id};
            }
            if (within && hit.part == Part::Empty) hit = {Part::Segment, segment.id};
        }
    }
    return hit;
}

} // namespace ovation::ui
