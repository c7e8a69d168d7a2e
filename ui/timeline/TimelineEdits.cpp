// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Player.h"
#include "ui/timeline/Ticks.h"
#include "ui/timeline/TimelineViewImpl.h"

#include <algorithm>
#include <cmath>

namespace ovation::ui {

const Segment* TimelineView::Impl::segment(int64_t id) const {
    if (!session || shown == 0) return nullptr;
    const auto& all = session->segments(shown);
    const auto found = std::ranges::find(all, id, &Segment::id);
    return found == all.end() ? nullptr : &*found;
}

void TimelineView::Impl::select(std::vector<int64_t> ids, std::optional<size_t> detection,
                                std::optional<size_t> proposal) {
    std::erase_if(ids, [this](int64_t id) { return segment(id) == nullptr; });
    refresh();
    if (detection && (scene.detection == nullptr || *detection >= scene.detection->segments.size())) detection.reset();
    if (proposal && (scene.proposals == nullptr || *proposal >= scene.proposals->size())) proposal.reset();
    if (ids == scene.selected && detection == scene.selectedDetection && proposal == scene.selectedProposal) return;
    scene.selected = std::move(ids);
    scene.selectedDetection = detection;
    if (detection) selectedRange = scene.detection->segments[*detection].range;
    scene.selectedProposal = proposal;
    if (!scene.selected.empty()) rangeAnchor = scene.selected.front();
    changed();
    Q_EMIT view->selectionChanged();
}

void TimelineView::Impl::change(const Segment& changedSegment, const QString& text, const QString& mergeKey) {
    if (session && shown != 0) session->changeSegment(shown, changedSegment, text, mergeKey);
}

QString TimelineView::Impl::freshKey(const char* what) {
    return QStringLiteral("%1-%2").arg(QLatin1String(what)).arg(++actions);
}

void TimelineView::Impl::setMark(std::optional<SampleRange> range) {
    if (!session || shown == 0 || !range || range->empty()) return;
    if (const int64_t id = session->addSegment(shown, *range, markingClass); id != 0) select({id});
}

std::vector<int64_t> TimelineView::selectedSegments() const {
    return m_impl->scene.selected;
}

void TimelineView::selectSegments(const std::vector<int64_t>& ids) {
    m_impl->select(ids);
}

std::optional<size_t> TimelineView::selectedDetection() const {
    return m_impl->scene.selectedDetection;
}

void TimelineView::selectDetection(std::optional<size_t> index) {
    m_impl->select({}, index);
}

std::optional<TimeSpan> TimelineView::selectedTime() const {
    m_impl->refresh();
    const TimelineScene& scene = m_impl->scene;
    const int rate = scene.axis.sampleRate();
    if (rate <= 0) return std::nullopt;
    std::optional<SampleRange> extent;
    const auto include = [&extent](SampleRange range) {
        if (!extent) extent = range;
        extent = SampleRange{std::min(extent->begin, range.begin), std::max(extent->end, range.end)};
    };
    for (const int64_t id : scene.selected)
        if (const Segment* found = m_impl->segment(id)) include(found->range);
    if (scene.selectedDetection && scene.detection != nullptr &&
        *scene.selectedDetection < scene.detection->segments.size())
        include(scene.detection->segments[*scene.selectedDetection].range);
    if (scene.selectedProposal && scene.proposals != nullptr && *scene.selectedProposal < scene.proposals->size())
        include((*scene.proposals)[*scene.selectedProposal].range);
    if (!extent) return std::nullopt;
    return toSeconds(*extent, rate);
}

void TimelineView::setMarkingClass(LabelClass labelClass) {
    m_impl->markingClass = labelClass;
}

LabelClass TimelineView::markingClass() const {
    return m_impl->markingClass;
}

void TimelineView::setClassOfSelection(LabelClass labelClass) {
    m_impl->refresh();
    if (m_impl->scene.segments == nullptr) return;
    Rearranged changed;
    for (const Segment& found : *m_impl->scene.segments) {
        if (!m_impl->scene.isSelected(found.id) || found.labelClass == labelClass) continue;
        changed.removed.push_back(found.id);
        changed.added.push_back(found);
        changed.added.back().labelClass = labelClass;
        changed.added.back().text.clear(); // its own text named the old class
    }
    if (!changed.added.empty()) m_impl->rearrange(changed, tr("Change class"));
}

void TimelineView::deleteSelection() {
    if (!m_impl->session || m_impl->shown == 0 || m_impl->scene.selected.empty()) return;
    m_impl->session->removeSegments(m_impl->shown, std::vector(m_impl->scene.selected));
}

void TimelineView::markIn() {
    if (!m_impl->scene.hasSpeech) return;
    m_impl->scene.markIn = m_impl->scene.cursor;
    update();
}

bool TimelineView::clearMark() {
    if (!m_impl->scene.markIn) return false;
    m_impl->scene.markIn.reset();
    update();
    return true;
}

MarkedAs TimelineView::markOut() {
    if (!m_impl->scene.markIn) return MarkedAs::NotBegun;
    m_impl->refresh();
    const SampleRange range{*m_impl->scene.markIn, m_impl->scene.cursor};
    m_impl->scene.markIn.reset();
    update();
    if (m_impl->scene.segments == nullptr) return MarkedAs::NoRoom;
    const SampleRange free = freePart(range, *m_impl->scene.segments, m_impl->scene.axis.frames());
    m_impl->setMark(free);
    return free.empty() ? MarkedAs::NoRoom : MarkedAs::Segment;
}

void TimelineView::nudgeSelection(double startS, double endS) {
    m_impl->refresh();
    const TimelineScene& scene = m_impl->scene;
    if (scene.segments == nullptr || scene.axis.sampleRate() <= 0 || !std::isfinite(startS) || !std::isfinite(endS))
        return;
    const int64_t byBegin = toFrame(startS, scene.axis.sampleRate()), byEnd = toFrame(endS, scene.axis.sampleRate());
    // Repeated nudges of the same segments are one step back.
    QString key = QStringLiteral("nudge");
    for (const int64_t id : scene.selected)
        key += QStringLiteral("-%1").arg(id);
    if (byBegin == byEnd) {
        const int64_t by = possibleShift(byBegin, *scene.segments, scene.selected, scene.axis.frames());
        if (by != 0) m_impl->rearrange(shiftChosen(*scene.segments, scene.selected, by), tr("Nudge segment"), key);
        return;
    }
    std::vector<Segment> all = *scene.segments;
    Rearranged wanted;
    for (Segment& segment : all) {
        if (!scene.isSelected(segment.id)) continue;
        const SampleRange before = segment.range;
        using Kind = SegmentDrag::Kind;
        const auto nudged = [&](Kind kind, int64_t by) {
            return SegmentDrag::grab(kind, segment, 0, all, scene.axis.frames()).at(by, false);
        };
        segment.range = nudged(Kind::Begin, byBegin);
        segment.range = nudged(Kind::End, byEnd);
        if (segment.range == before) continue;
        wanted.removed.push_back(segment.id);
        wanted.added.push_back(segment);
    }
    m_impl->rearrange(wanted, tr("Nudge segment"), key);
}

void TimelineView::selectNext(int direction) {
    m_impl->refresh();
    const TimelineScene& scene = m_impl->scene;
    std::vector<SampleRange> ranges;
    std::optional<size_t> present;
    const bool useDetections =
        m_impl->detectionsFirst && scene.detection != nullptr && !scene.detection->segments.empty();
    if (useDetections) {
        for (const DetectedSegment& found : scene.detection->segments)
            ranges.push_back(found.range);
        present = scene.selectedDetection;
    } else if (scene.segments != nullptr) {
        for (const Segment& found : *scene.segments) {
            const bool selected = scene.isSelected(found.id);
            if (selected && (direction > 0 || !present)) present = ranges.size();
            ranges.push_back(found.range);
        }
    }
    if (ranges.empty() || direction == 0) return;
    const auto count = static_cast<int64_t>(ranges.size());
    int64_t next = 0;
    if (present) {
        next = std::clamp<int64_t>(static_cast<int64_t>(*present) + (direction > 0 ? 1 : -1), 0, count - 1);
    } else if (direction > 0) { // from the cursor on
        while (next < count - 1 && ranges[static_cast<size_t>(next)].end <= scene.cursor)
            ++next;
    } else {
        next = count - 1;
        while (next > 0 && ranges[static_cast<size_t>(next)].begin >= scene.cursor)
            --next;
    }
    const SampleRange range = ranges[static_cast<size_t>(next)];
    if (useDetections)
        m_impl->select({}, static_cast<size_t>(next));
    else
        m_impl->select({(*scene.segments)[static_cast<size_t>(next)].id});
    setCursor(range.begin);
    if (const auto span = selectedTime()) reveal(*span);
}

void TimelineView::setDetectionsFirst(bool on) {
    m_impl->detectionsFirst = on;
}

void TimelineView::setSnapping(bool on) {
    if (std::exchange(m_impl->snap, on) != on) Q_EMIT snappingChanged(on);
}

bool TimelineView::snapping() const {
    return m_impl->snap;
}

} // namespace ovation::ui
