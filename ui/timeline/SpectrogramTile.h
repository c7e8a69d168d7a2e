// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"
#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "ui/timeline/FrequencyScale.h"

#include <array>
#include <compare>
#include <cstdint>
#include <span>

namespace ovation::ui {

/// Names a tile: its columns are 2^level frames wide, and tile `index` covers columns [index, index + 1) *
/// kTileColumns.
struct TileKey {
    int level = 0;
    int64_t index = 0;
    FrequencyScale scale = FrequencyScale::Mel;

    auto operator<=>(const TileKey&) const = default;
};

constexpr int kTileColumns = 256;
constexpr int kTileRows = 192;
constexpr int kFinestLevel = 3;
constexpr int kCoarsestLevel = 40;

/// Levels quantised to 8 bits, column after column, the lowest frequency first in each.
struct SpectrogramTile {
    std::array<uint8_t, static_cast<size_t>(kTileColumns) * kTileRows> levels{};

    std::span<const uint8_t> column(int index) const {
        return {levels.data() + static_cast<ptrdiff_t>(index) * kTileRows, kTileRows};
    }
};

/// 0 dB is a full-scale sine. Level 0 is -140 dB or less, 255 is 0 dB or more.
double decibelsOf(uint8_t level);
uint8_t levelOf(double power);

/// The coarsest level whose columns are not wider than a pixel; the finest one where even those are wider.
int levelFor(double framesPerPixel);

/// Samples per frame of the transform: about 46 ms, a quarter of that where columns are close together.
int transformSize(int sampleRate, int level);

/// Highest frequency shown: half the sample rate, at most 16 kHz.
double highestShownHz(int sampleRate);

/// Reads and transforms what the tile needs and no more: wide columns are sampled by four frames around their middle,
/// so that cost is proportional to columns, whatever the recording's length. Beyond the ends is silence. Errors: the
/// reader's, and Cancelled.
Result<SpectrogramTile> computeTile(AudioReader& reader, const TileKey& key, const CancelToken& cancel);

} // namespace ovation::ui
