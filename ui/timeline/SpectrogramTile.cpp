// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SpectrogramTile.h"

#include "core/features/PowerSpectrum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace ovation::ui {
namespace {

constexpr double kFaintestDb = -140;
constexpr int kLargestFramesPerColumn = 4;

/// Which bins a row takes: the mean of [first, last], or between two bins where the row is narrower than a bin.
struct RowBins {
    int first = 0;
    int last = 0;
    float shareOfLast = 0; ///< used where last == first + 1 and the row is narrow
    bool narrow = false;
};

std::vector<RowBins> rowBins(FrequencyScale scale, int sampleRate, int size) {
    const double highest = highestShownHz(sampleRate);
    const double binHz = static_cast<double>(sampleRate) / size;
    const int lastBin = size / 2;
    std::vector<RowBins> rows(kTileRows);
    for (int r = 0; r < kTileRows; ++r) {
        const double low = hertzAt(static_cast<double>(r) / kTileRows, scale, highest) / binHz;
        const double high = hertzAt(static_cast<double>(r + 1) / kTileRows, scale, highest) / binHz;
        RowBins& row = rows[static_cast<size_t>(r)];
        if (high - low < 2) {
            const double middle = (low + high) / 2;
            row.first = std::clamp(static_cast<int>(middle), 0, lastBin - 1);
            row.last = row.first + 1;
            row.shareOfLast = static_cast<float>(std::clamp(middle - row.first, 0.0, 1.0));
            row.narrow = true;
        } else {
            row.first = std::clamp(static_cast<int>(std::lround(low)), 0, lastBin);
            row.last = std::clamp(static_cast<int>(std::lround(high)) - 1, row.first, lastBin);
        }
    }
    return rows;
}

/// Fills `samples` from `begin`, zeros outside the recording.
Result<void> readAround(AudioReader& reader, int64_t begin, std::span<float> samples) {
    std::ranges::fill(samples, 0.0F);
    const int64_t length = static_cast<int64_t>(samples.size());
    const int64_t from = std::clamp<int64_t>(begin, 0, reader.info().frames);
    const int64_t to = std::clamp<int64_t>(begin + length, 0, reader.info().frames);
    if (to <= from) return {};
    if (const auto sought = reader.seek(from); !sought) return sought.error();
    for (int64_t at = from; at < to;) {
        const auto count =
            reader.readMono(samples.subspan(static_cast<size_t>(at - begin), static_cast<size_t>(to - at)));
        if (!count) return count.error();
        if (*count <= 0) break;
        at += *count;
    }
    return {};
}

void writeColumn(std::span<const float> power, const std::vector<RowBins>& rows, std::span<uint8_t> column) {
    for (size_t r = 0; r < rows.size(); ++r) {
        const RowBins& row = rows[r];
        double value = 0;
        if (row.narrow) {
            value =
                std::lerp(power[static_cast<size_t>(row.first)], power[static_cast<size_t>(row.last)], row.shareOfLast);
        } else {
            for (int k = row.first; k <= row.last; ++k)
                value += power[static_cast<size_t>(k)];
            value /= row.last - row.first + 1;
        }
        column[r] = levelOf(value);
    }
}

} // namespace

double decibelsOf(uint8_t level) {
    return kFaintestDb * (1 - level / 255.0);
}

uint8_t levelOf(double power) {
    if (!(power > 0)) return 0;
    const double share = 1 - 10 * std::log10(power) / kFaintestDb;
    return static_cast<uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * 255));
}

int levelFor(double framesPerPixel) {
    if (!(framesPerPixel > 1)) return kFinestLevel;
    return std::clamp(static_cast<int>(std::floor(std::log2(framesPerPixel))), kFinestLevel, kCoarsestLevel);
}

int transformSize(int sampleRate, int level) {
    const auto wanted = static_cast<unsigned>(std::max(64.0, sampleRate * 0.046));
    const int size = static_cast<int>(std::min(std::bit_floor(wanted + wanted / 2), 16384U));
    return (int64_t{1} << level) * 32 <= size ? std::max(size / 4, 64) : size;
}

double highestShownHz(int sampleRate) {
    return std::min(sampleRate / 2.0, 16000.0);
}

Result<SpectrogramTile> computeTile(AudioReader& reader, const TileKey& key, const CancelToken& cancel) {
    const int rate = reader.info().sampleRate;
    const int64_t hop = int64_t{1} << std::clamp(key.level, 0, kCoarsestLevel);
    PowerSpectrum spectrum(transformSize(rate, key.level));
    const int64_t size = spectrum.size();
    const auto rows = rowBins(key.scale, rate, spectrum.size());
    const int perColumn = static_cast<int>(std::clamp<int64_t>(hop / (size / 2), 1, kLargestFramesPerColumn));
    const int64_t step = std::min(hop / perColumn, size / 2);   // between the frames of a column
    const int64_t columnLength = step * (perColumn - 1) + size; // samples that a column needs
    const int64_t columnsPerRead = hop > columnLength ? 1 : std::max<int64_t>(1, 65536 / hop);

    SpectrogramTile tile;
    std::vector<float> samples;
    std::vector<float> power(static_cast<size_t>(spectrum.bins()));
    std::vector<float> sum(power.size());
    for (int64_t column = 0; column < kTileColumns; column += columnsPerRead) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        const int64_t count = std::min<int64_t>(columnsPerRead, kTileColumns - column);
        const int64_t begin = (key.index * kTileColumns + column) * hop + hop / 2 - columnLength / 2;
        if (begin >= reader.info().frames) break;
        samples.resize(static_cast<size_t>((count - 1) * hop + columnLength));
        if (const auto read = readAround(reader, begin, samples); !read) return read.error();
        for (int64_t c = 0; c < count; ++c) {
            std::ranges::fill(sum, 0.0F);
            for (int frame = 0; frame < perColumn; ++frame) {
                const auto at = static_cast<size_t>(c * hop + frame * step);
                spectrum.compute(std::span<const float>(samples).subspan(at, static_cast<size_t>(size)), power);
                for (size_t k = 0; k < sum.size(); ++k)
                    sum[k] += power[k] / static_cast<float>(perColumn);
            }
            const auto first = static_cast<ptrdiff_t>(column + c) * kTileRows;
            writeColumn(sum, rows, {tile.levels.data() + first, kTileRows});
        }
    }
    return tile;
}

} // namespace ovation::ui
