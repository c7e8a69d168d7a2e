// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/ProbabilityCurve.h"
#include "core/labels/Segment.h"

#include <vector>

namespace ovation {

/// A stretch that may be applause, found without a model.
struct Proposal {
    SampleRange range;
    double score = 0; ///< mean noise-likeness, 0 to 1

    bool operator==(const Proposal&) const = default;
};

/// Stretches in which `curve` (of noiseCurve()) is high and on which no label lies yet, in order. `sensitivity` 0 to 1:
/// the more, the more is proposed. What is labelled for the most part is passed over. Fast enough for every move of a
/// slider.
std::vector<Proposal> proposals(const ProbabilityCurve& curve, double sensitivity, const std::vector<Segment>& labels,
                                int64_t frames, int sampleRate);

} // namespace ovation
