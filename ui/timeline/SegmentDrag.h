// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/WaveformPeaks.h"
#include "core/base/TimeRange.h"
#include "core/labels/Segment.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ovation::ui {

// Overlap: segments of one recording do not overlap. What is drawn or moved stops at its neighbours. Segments that
// overlap already (from a label file) can be shortened and moved apart, never pushed further into each other.

/// The room that a segment may take: between its neighbours, or the gap around a frame. Empty where `frame` lies inside
/// a segment.
SampleRange roomOf(const Segment& segment, const std::vector<Segment>& segments, int64_t frames);
SampleRange gapAround(int64_t frame, const std::vector<Segment>& segments, int64_t frames);

/// Where edges like to stand. `tolerance` 0: nowhere.
struct Snapping {
    int64_t tolerance = 0;                ///< frames
    std::vector<int64_t> places;          ///< neighbours' edges, detections' edges, the cursor
    const WaveformPeaks* peaks = nullptr; ///< for onsets and ends of sound; may be null
};

/// The nearest of the places within the tolerance, or else a sudden rise of the sound (a fall for an end), or nothing.
std::optional<int64_t> snapPlace(int64_t frame, bool isEnd, const Snapping& snapping);
/// `frame`, where there is no such place.
int64_t snapped(int64_t frame, bool isEnd, const Snapping& snapping);

/// One drag with the pointer, from press to release. A value without side effects: ask it where the segment would be.
class SegmentDrag {
public:
    enum class Kind { Mark, Move, Begin, End };

    /// Marking starts at `anchor`, in a gap.
    static SegmentDrag mark(int64_t anchor, const std::vector<Segment>& segments, int64_t frames,
                            Snapping snapping = {});
    static SegmentDrag grab(Kind kind, const Segment& segment, int64_t pointer, const std::vector<Segment>& segments,
                            int64_t frames, Snapping snapping = {});
    /// Moves all of `ids`, of which `grabbed` is one, as far as they can go together.
    static SegmentDrag moveAll(const Segment& grabbed, const std::vector<int64_t>& ids, int64_t pointer,
                               const std::vector<Segment>& segments, int64_t frames, Snapping snapping = {});

    Kind kind() const { return m_kind; }
    const Segment& segment() const { return m_segment; }          ///< as it was; without id while marking
    const std::vector<int64_t>& along() const { return m_along; } ///< what moves with it

    /// The range with the pointer at `frame`: inside the room, at least one frame long (empty only while marking).
    SampleRange at(int64_t frame, bool snap = true) const;
    /// The edges of that range that stand where snapping has put them.
    std::vector<int64_t> guides(int64_t frame) const;

private:
    SampleRange placed(int64_t frame, bool snap, std::vector<int64_t>& tried) const;

    Kind m_kind = Kind::Mark;
    Segment m_segment;
    std::vector<int64_t> m_along;
    int64_t m_anchor = 0;
    SampleRange m_room;
    Snapping m_snapping;
};

} // namespace ovation::ui
