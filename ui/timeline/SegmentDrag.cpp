// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SegmentDrag.h"

#include "ui/timeline/Rearrange.h"

#include <algorithm>
#include <cmath>

namespace ovation::ui {
namespace {

/// The steepest rise (or fall) of the sound near a frame, if there is a clear one: the mean height of the waveform over
/// some 60 ms after a place against the same before it.
std::optional<int64_t> onsetNear(int64_t frame, bool fall, const Snapping& snapping) {
    constexpr int64_t kPeak = WaveformPeaks::kFramesPerPeak;
    constexpr double kClearRatio = 2;  // 6 dB
    constexpr double kFarthestS = 0.5; // further away it is another onset, however far one has zoomed out
    constexpr double kQuiet = 1e-4;
    if (snapping.peaks == nullptr || snapping.peaks->sampleRate() <= 0 || snapping.tolerance < kPeak)
        return std::nullopt;
    const int rate = snapping.peaks->sampleRate();
    const int64_t tolerance = std::min(snapping.tolerance, toFrame(kFarthestS, rate));
    const auto side = std::clamp<int64_t>(std::llround(0.06 * rate / kPeak), 1, 64);
    const int64_t first = std::max<int64_t>(0, (frame - tolerance) / kPeak - side);
    const int64_t count = 2 * (tolerance / kPeak + side) + 2;
    const auto columns = snapping.peaks->columns({first * kPeak, (first + count) * kPeak}, static_cast<int>(count));
    const auto mean = [&](int64_t from) {
        double sum = kQuiet;
        for (int64_t k = from; k < from + side; ++k) {
            const Peak& peak = columns[static_cast<size_t>(k)];
            sum += static_cast<double>(peak.high - peak.low) / static_cast<double>(side);
        }
        return sum;
    };
    std::optional<int64_t> best;
    double bestRatio = kClearRatio;
    for (int64_t i = side; i + side <= static_cast<int64_t>(columns.size()); ++i) {
        const double before = mean(i - side), after = mean(i);
        const double ratio = fall ? before / after : after / before;
        const int64_t place = (first + i) * kPeak;
        if (ratio > bestRatio && std::abs(place - frame) <= tolerance) {
            bestRatio = ratio;
            best = place;
        }
    }
    return best;
}

} // namespace

SampleRange roomOf(const Segment& segment, const std::vector<Segment>& segments, int64_t frames) {
    SampleRange room{0, std::max(frames, segment.range.end)};
    for (const Segment& other : segments) {
        if (other.id == segment.id) continue;
        const bool before = other.range.begin < segment.range.begin ||
                            (other.range.begin == segment.range.begin && other.range.end < segment.range.end);
        if (before)
            room.begin = std::max(room.begin, std::min(other.range.end, segment.range.begin));
        else
            room.end = std::min(room.end, std::max(other.range.begin, segment.range.end));
    }
    return room;
}

SampleRange gapAround(int64_t frame, const std::vector<Segment>& segments, int64_t frames) {
    SampleRange gap{0, std::max<int64_t>(frames, 0)};
    for (const Segment& segment : segments) {
        if (segment.range.contains(frame)) return {frame, frame};
        if (segment.range.end <= frame)
            gap.begin = std::max(gap.begin, segment.range.end);
        else
            gap.end = std::min(gap.end, segment.range.begin);
    }
    return gap;
}

std::optional<int64_t> snapPlace(int64_t frame, bool isEnd, const Snapping& snapping) {
    if (snapping.tolerance <= 0) return std::nullopt;
    std::optional<int64_t> best;
    for (const int64_t place : snapping.places)
        if (std::abs(place - frame) <= snapping.tolerance &&
            (!best || std::abs(place - frame) < std::abs(*best - frame)))
            best = place;
    return best ? best : onsetNear(frame, isEnd, snapping);
}

int64_t snapped(int64_t frame, bool isEnd, const Snapping& snapping) {
    return snapPlace(frame, isEnd, snapping).value_or(frame);
}

SegmentDrag SegmentDrag::mark(int64_t anchor, const std::vector<Segment>& segments, int64_t frames, Snapping snapping) {
    SegmentDrag drag;
    drag.m_anchor = std::clamp<int64_t>(anchor, 0, std::max<int64_t>(frames, 0));
    drag.m_room = gapAround(drag.m_anchor, segments, frames);
    drag.m_segment.range = {drag.m_anchor, drag.m_anchor};
    drag.m_snapping = std::move(snapping);
    return drag;
}

SegmentDrag SegmentDrag::grab(Kind kind, const Segment& segment, int64_t pointer, const std::vector<Segment>& segments,
                              int64_t frames, Snapping snapping) {
    SegmentDrag drag;
    drag.m_kind = kind;
    drag.m_segment = segment;
    drag.m_anchor = pointer;
    drag.m_room = roomOf(segment, segments, frames);
    drag.m_snapping = std::move(snapping);
    return drag;
}

SegmentDrag SegmentDrag::moveAll(const Segment& grabbed, const std::vector<int64_t>& ids, int64_t pointer,
                                 const std::vector<Segment>& segments, int64_t frames, Snapping snapping) {
    SegmentDrag drag = grab(Kind::Move, grabbed, pointer, segments, frames, std::move(snapping));
    drag.m_room = {grabbed.range.begin + possibleShift(-frames, segments, ids, frames),
                   grabbed.range.end + possibleShift(frames, segments, ids, frames)};
    drag.m_along = ids;
    std::erase(drag.m_along, grabbed.id);
    return drag;
}

SampleRange SegmentDrag::at(int64_t frame, bool snap) const {
    std::vector<int64_t> tried;
    return placed(frame, snap, tried);
}

std::vector<int64_t> SegmentDrag::guides(int64_t frame) const {
    std::vector<int64_t> tried;
    const SampleRange range = placed(frame, true, tried);
    std::erase_if(tried, [&](int64_t place) { return place != range.begin && place != range.end; });
    std::ranges::sort(tried);
    tried.erase(std::unique(tried.begin(), tried.end()), tried.end());
    return tried;
}

/// `tried`: where edges have been put before the room was looked at.
SampleRange SegmentDrag::placed(int64_t frame, bool snap, std::vector<int64_t>& tried) const {
    const auto place = [&](int64_t wanted, bool isEnd) {
        const auto found = snap ? snapPlace(wanted, isEnd, m_snapping) : std::nullopt;
        if (found) tried.push_back(*found);
        return found.value_or(wanted);
    };
    const SampleRange original = m_segment.range;
    switch (m_kind) {
    case Kind::Mark: {
        const bool forwards = frame >= m_anchor;
        const int64_t fixed = place(m_anchor, !forwards);
        const int64_t moving = place(frame, forwards);
        return SampleRange{std::min(fixed, moving), std::max(fixed, moving)}.clamped(m_room.begin, m_room.end);
    }
    case Kind::Move: {
        const int64_t length = original.length();
        int64_t begin = original.begin + (frame - m_anchor);
        if (const int64_t byBegin = place(begin, false); byBegin != begin)
            begin = byBegin;
        else
            begin = place(begin + length, true) - length;
        begin = std::clamp(begin, m_room.begin, std::max(m_room.begin, m_room.end - length));
        return {begin, begin + length};
    }
    case Kind::Begin: {
        const int64_t wanted = place(original.begin + (frame - m_anchor), false);
        return {std::clamp(wanted, m_room.begin, std::max(m_room.begin, original.end - 1)), original.end};
    }
    case Kind::End:
        break;
    }
    const int64_t wanted = place(original.end + (frame - m_anchor), true);
    return {original.begin, std::clamp(wanted, std::min(original.begin + 1, m_room.end), m_room.end)};
}

} // namespace ovation::ui
