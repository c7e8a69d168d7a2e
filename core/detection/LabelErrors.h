// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <vector>

namespace ovation {

/// Where a detection and the labels contradict each other.
struct LabelErrors {
    std::vector<SampleRange> falseAlarms; ///< detected, and labelled as something else
    std::vector<SampleRange> misses;      ///< labelled applause that was not detected

    bool operator==(const LabelErrors&) const = default;
};

/// Unknown and unsure time is no error, nor is an edge that is less than half a second off. Other
/// stretches under a quarter of a second are left out: nobody labels more exactly than that.
LabelErrors labelErrors(const std::vector<DetectedSegment>& detected, const std::vector<Segment>& labels,
                        const Speech& speech);

/// How one applause of one detection stands in a later detection.
enum class Change { Same, Moved, New, Gone };

struct DetectionChange {
    Change change = Change::Same;
    SampleRange before; ///< empty for a new one
    SampleRange after;  ///< empty for one that is gone
};

/// Pairs what overlaps most, each at most once. Same: both edges within `tolerance` frames. In order of time.
std::vector<DetectionChange> detectionChanges(const std::vector<SampleRange>& before,
                                              const std::vector<SampleRange>& after, int64_t tolerance);

} // namespace ovation
