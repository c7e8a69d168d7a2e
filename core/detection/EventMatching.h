// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace ovation {

/// When a detected event counts as a reference event: onsets at most `onsetS` apart, and ends at most the larger of
/// `onsetS` and `offsetShare` of the reference's length apart (sed_eval's event-based score).
struct Collar {
    const char* name; ///< "0.5"
    double onsetS;
    double offsetShare;
};

/// "0.2" (half the length), "0.5" and "1.0" (a fifth of the length).
std::span<const Collar> collars();

/// Number of pairs in an optimal one-to-one matching of reference and detected events.
int64_t matchedEvents(const std::vector<TimeSpan>& reference, const std::vector<TimeSpan>& detected,
                      const Collar& collar);

/// Each pair of a reference and a detected event that are each other's longest overlap, in the reference's order.
std::vector<std::pair<TimeSpan, TimeSpan>> overlappingPairs(const std::vector<TimeSpan>& reference,
                                                            const std::vector<TimeSpan>& detected);

/// Absolute differences of both ends of the overlapping pairs, in seconds.
std::vector<double> boundaryErrors(const std::vector<TimeSpan>& reference, const std::vector<TimeSpan>& detected);

} // namespace ovation
