// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/FrequencyScale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation::ui {
namespace {

double mel(double hz) {
    return 2595 * std::log10(1 + hz / 700);
}

} // namespace

double heightOf(double hz, FrequencyScale scale, double highestHz) {
    if (!(highestHz > 0) || !std::isfinite(hz)) return 0;
    const double clamped = std::clamp(hz, 0.0, highestHz);
    return scale == FrequencyScale::Linear ? clamped / highestHz : mel(clamped) / mel(highestHz);
}

double hertzAt(double height, FrequencyScale scale, double highestHz) {
    if (!(highestHz > 0) || !std::isfinite(height)) return 0;
    const double clamped = std::clamp(height, 0.0, 1.0);
    if (scale == FrequencyScale::Linear) return clamped * highestHz;
    return 700 * (std::pow(10, clamped * mel(highestHz) / 2595) - 1);
}

std::vector<double> frequencyTicks(FrequencyScale scale, double highestHz, double heightPx, double smallestGapPx) {
    // The most useful ones first, so that they win the room; then in order.
    constexpr std::array kCandidates = {1000.0,  4000.0,  500.0,   2000.0,  8000.0,  16000.0, 250.0,   3000.0, 6000.0,
                                        12000.0, 10000.0, 20000.0, 24000.0, 32000.0, 48000.0, 64000.0, 96000.0};
    std::vector<double> chosen;
    for (const double hz : kCandidates) {
        const double y = heightOf(hz, scale, highestHz) * heightPx;
        const bool inside = hz < highestHz && y >= smallestGapPx / 2 && y <= heightPx - smallestGapPx / 2;
        if (inside && std::ranges::all_of(chosen, [&](double other) {
                return std::abs(heightOf(other, scale, highestHz) * heightPx - y) >= smallestGapPx;
            }))
            chosen.push_back(hz);
    }
    std::ranges::sort(chosen);
    return chosen;
}

} // namespace ovation::ui
