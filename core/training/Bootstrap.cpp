// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Bootstrap.h"

namespace ovation {

namespace {

double quantileOf(const std::vector<double>& sorted, double share) {
    const double position = share * static_cast<double>(sorted.size() - 1);
    const auto index = static_cast<size_t>(position);
    if (index + 1 >= sorted.size()) return sorted.back();
    return sorted[index] + (position - static_cast<double>(index)) * (sorted[index + 1] - sorted[index]);
}

} // namespace

std::optional<Interval> percentileInterval(std::vector<double> values, int resamples) {
    if (values.empty() || 10 * static_cast<int64_t>(values.size()) < 9 * static_cast<int64_t>(resamples))
        return std::nullopt;
    std::ranges::sort(values);
    return Interval{quantileOf(values, 0.025), quantileOf(values, 0.975)};
}

} // namespace ovation
