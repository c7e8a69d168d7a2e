// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace ovation {

/// Probability of applause over time: value i is for the moment startS + i * stepS. Values in [0, 1].
struct ProbabilityCurve {
    double startS = 0;
    double stepS = 0;
    double durationS = 0; ///< of the recording
    std::vector<float> values;

    bool empty() const { return values.empty(); }
    /// Linear interpolation, the end values beyond the ends; 0 for an empty curve.
    float at(double seconds) const;
};

} // namespace ovation
