// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace ovation {

struct Interval {
    double low = 0;
    double high = 0;
    bool operator==(const Interval&) const = default;
};

/// Calls visit(times) for each resample of `count` recordings, drawn with replacement: `times` says how often each was
/// drawn. The same for a seed on every machine.
template <typename Visit>
void forEachResample(size_t count, int resamples, const Visit& visit, uint64_t seed = 1) {
    if (count == 0) return;
    std::mt19937_64 random(seed);
    std::vector<int64_t> times(count);
    for (int round = 0; round < resamples; ++round) {
        std::ranges::fill(times, 0);
        for (size_t i = 0; i < count; ++i)
            ++times[random() % count]; // no distribution object: theirs differ between libraries
        visit(times);
    }
}

/// 95 % interval from a figure's values in resamples, of which those that left it undefined have none: between the
/// values that 2.5 % and 97.5 % lie below, interpolated linearly. Nothing where more than a tenth were undefined: an
/// interval of the others would say too little.
std::optional<Interval> percentileInterval(std::vector<double> values, int resamples);

} // namespace ovation
