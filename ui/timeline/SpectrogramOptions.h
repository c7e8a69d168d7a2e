// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/ColourMap.h"
#include "ui/timeline/FrequencyScale.h"

#include <QString>

namespace ovation::ui {

/// How the spectrogram is drawn.
struct SpectrogramOptions {
    static constexpr double kSmallestRangeDb = 30;
    static constexpr double kLargestRangeDb = 120;

    FrequencyScale scale = FrequencyScale::Mel;
    ColourMap colourMap = ColourMap::Viridis;
    double rangeDb = 70; ///< from the strongest colour down to the faintest

    bool operator==(const SpectrogramOptions&) const = default;

    /// For the settings file. What cannot be read is as it was from the start.
    QString text() const;
    static SpectrogramOptions fromText(const QString& text);
};

} // namespace ovation::ui
