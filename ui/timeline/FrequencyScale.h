// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace ovation::ui {

enum class FrequencyScale { Mel, Linear };

/// Share of the height, 0 (0 Hz, bottom) to 1 (`highestHz`, top), at which a frequency is drawn, and back. Mel is 2595
/// log10(1 + f / 700).
double heightOf(double hz, FrequencyScale scale, double highestHz);
double hertzAt(double height, FrequencyScale scale, double highestHz);

/// Round frequencies for the scale beside the spectrogram, from low to high, at least `smallestGapPx` apart.
std::vector<double> frequencyTicks(FrequencyScale scale, double highestHz, double heightPx, double smallestGapPx);

} // namespace ovation::ui
