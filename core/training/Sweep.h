// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// One field of a sweep with what it is to take: either values, or a range of numbers.
struct SweepAxis {
    const HyperparameterField* field = nullptr;
    std::vector<std::string> values; ///< as setFromText() takes them; empty for a range
    double low = 0, high = 0;        ///< inclusive
    int64_t steps = 0;               ///< of a range in a grid, both ends included
};

/// Reads "1e-4, 3e-4, 1e-3" (values), "1e-4..1e-2" (a range; three steps in a grid) or "1e-4..1e-2:5" (five). Numbers
/// of logarithmic fields are apart by equal factors, others by equal differences. BadHyperparameter, with the field's
/// label, where something is no value of the field.
Result<SweepAxis> sweepAxis(std::string_view fieldName, std::string_view text);

/// The largest number of runs that a sweep may have.
constexpr size_t kMostSweepRuns = 500;

/// Every combination, the last axis changing fastest. BadHyperparameter where there are none or too many, where a field
/// is swept twice, or where a combination is not valid.
Result<std::vector<Hyperparameters>> gridSweep(const Hyperparameters& base, const std::vector<SweepAxis>& axes);

/// `count` combinations drawn at random, each axis by itself: a value of the list, or a number of the range
/// (logarithmically uniform for logarithmic fields); no two alike, so there may be fewer. Deterministic for a seed.
Result<std::vector<Hyperparameters>> randomSweep(const Hyperparameters& base, const std::vector<SweepAxis>& axes,
                                                 size_t count, uint64_t seed);

/// `count` times the same settings with seeds base.seed, base.seed + 1, ...
std::vector<Hyperparameters> seedRepeats(const Hyperparameters& base, size_t count);

} // namespace ovation
