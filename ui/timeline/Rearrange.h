// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Segment.h"

#include <vector>

namespace ovation::ui {

// What becomes of several segments at once. `all`: the recording's segments, sorted by begin; `chosen`: ids of some of
// them. Values without side effects; a result without `added` means that there is nothing to do.

/// For Session::replaceSegments(): changed segments keep their id, new ones have 0.
struct Rearranged {
    std::vector<int64_t> removed;
    std::vector<Segment> added;
};

/// Cuts the chosen segments at `frame`, or where none is chosen, the one that lies there. The first half keeps the id.
Rearranged splitAt(int64_t frame, const std::vector<Segment>& all, const std::vector<int64_t>& chosen);

/// One segment from the first chosen one's begin to the last one's end, with the first one's class; a single one is
/// merged with the one that follows. Segments in between that were not chosen are merged too.
Rearranged mergeChosen(const std::vector<Segment>& all, const std::vector<int64_t>& chosen);

/// A copy of each chosen segment in the next gap after the last of them that holds it.
Rearranged duplicateChosen(const std::vector<Segment>& all, const std::vector<int64_t>& chosen, int64_t frames);

/// The chosen segments `by` frames later, as they are now.
Rearranged shiftChosen(const std::vector<Segment>& all, const std::vector<int64_t>& chosen, int64_t by);

/// `by`, or as much of it as all chosen segments can move together between the others and the recording's ends.
int64_t possibleShift(int64_t by, const std::vector<Segment>& all, const std::vector<int64_t>& chosen, int64_t frames);

/// Ids of the segments that `range` touches.
std::vector<int64_t> touchedBy(SampleRange range, const std::vector<Segment>& all);

} // namespace ovation::ui
