// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SpectrogramPainter.h"

#include "ui/timeline/WaveformPainter.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace ovation::ui {
namespace {

constexpr int kCoarserTried = 8;
constexpr int kFinerTried = 3;
constexpr int kCoarserFirst = 3; ///< an eighth of the work, for a first picture

/// Looks tiles up once per picture.
class Lookup {
public:
    Lookup(const TileSource& source, FrequencyScale scale) : m_source(source), m_scale(scale) {}

    const SpectrogramTile* tile(int level, int64_t index) {
        const auto [entry, isNew] = m_found.try_emplace({level, index});
        if (isNew) entry->second = m_source({level, index, m_scale});
        return entry->second.get();
    }

    /// Column at a place given in columns of `level`; between two of them where that is finer. False if nothing is
    /// known.
    bool column(int level, double place, std::array<uint8_t, kTileRows>& out) {
        if (blended(level, place, out)) return true;
        for (int coarser = 1; coarser <= kCoarserTried && level + coarser <= kCoarsestLevel; ++coarser)
            if (nearest(level + coarser, place / std::exp2(coarser), out)) return true;
        for (int finer = 1; finer <= kFinerTried && level - finer >= kFinestLevel; ++finer)
            if (nearest(level - finer, place * std::exp2(finer), out)) return true;
        return false;
    }

private:
    std::span<const uint8_t> at(int level, int64_t column) {
        if (column < 0) return {};
        const SpectrogramTile* found = tile(level, column / kTileColumns);
        return found != nullptr ? found->column(static_cast<int>(column % kTileColumns)) : std::span<const uint8_t>();
    }

    bool nearest(int level, double place, std::array<uint8_t, kTileRows>& out) {
        const auto values = at(level, static_cast<int64_t>(std::floor(place)));
        if (values.empty()) return false;
        std::ranges::copy(values, out.begin());
        return true;
    }

    bool blended(int level, double place, std::array<uint8_t, kTileRows>& out) {
        const double left = std::floor(place - 0.5);
        const auto share = static_cast<int>((place - 0.5 - left) * 256);
        const auto a = at(level, static_cast<int64_t>(left));
        const auto b = at(level, static_cast<int64_t>(left) + 1);
        if (a.empty() || b.empty()) return nearest(level, place, out);
        for (size_t r = 0; r < out.size(); ++r)
            out[r] = static_cast<uint8_t>((a[r] * (256 - share) + b[r] * share) >> 8);
        return true;
    }

    const TileSource& m_source;
    FrequencyScale m_scale;
    std::map<std::pair<int, int64_t>, std::shared_ptr<const SpectrogramTile>> m_found;
};

struct RowBlend {
    int lower = 0;
    int upper = 0;
    int shareOfUpper = 0; ///< of 256
};

std::vector<RowBlend> rowBlends(int height) {
    std::vector<RowBlend> rows(static_cast<size_t>(height));
    for (int y = 0; y < height; ++y) {
        const double place = (1 - (y + 0.5) / height) * kTileRows - 0.5;
        const double lower = std::clamp(std::floor(place), 0.0, kTileRows - 1.0);
        RowBlend& row = rows[static_cast<size_t>(y)];
        row.lower = static_cast<int>(lower);
        row.upper = std::min(row.lower + 1, kTileRows - 1);
        row.shareOfUpper = static_cast<int>(std::clamp(place - lower, 0.0, 1.0) * 256);
    }
    return rows;
}

/// From the middle outwards.
std::vector<TileKey> tilesOf(TimeSpan span, const TimeAxis& axis, int level, FrequencyScale scale) {
    std::vector<TileKey> keys;
    const double tileFrames = std::exp2(level) * kTileColumns;
    const auto first = static_cast<int64_t>(std::floor(span.start * axis.sampleRate() / tileFrames));
    const auto last = static_cast<int64_t>(std::ceil(span.end * axis.sampleRate() / tileFrames)) - 1;
    for (int64_t index = first; index <= std::max(first, last); ++index)
        keys.push_back({level, index, scale});
    const double middle = static_cast<double>(first + last) / 2;
    std::ranges::stable_sort(
        keys, {}, [middle](const TileKey& key) { return std::abs(static_cast<double>(key.index) - middle); });
    return keys;
}

} // namespace

std::vector<TileKey> visibleTiles(const TimeAxis& axis, double devicePixelRatio, FrequencyScale scale) {
    if (axis.empty()) return {};
    return tilesOf(axis.visible(), axis, levelFor(axis.framesPerPixel() / std::max(devicePixelRatio, 1.0)), scale);
}

std::vector<TileKey> tilesToRequest(const TimeAxis& axis, double devicePixelRatio, FrequencyScale scale,
                                    const TileSource& tiles) {
    const std::vector<TileKey> visible = visibleTiles(axis, devicePixelRatio, scale);
    if (visible.empty()) return {};
    std::vector<TileKey> wanted;
    const int level = visible.front().level;
    const bool complete = std::ranges::all_of(visible, [&](const TileKey& key) { return tiles(key) != nullptr; });
    const int coarse = std::min(level + kCoarserFirst, kCoarsestLevel);
    if (!complete && coarse > level) wanted = tilesOf(axis.visible(), axis, coarse, scale);
    wanted.insert(wanted.end(), visible.begin(), visible.end());
    const double room = axis.visible().length() / 2;
    const TimeSpan wider{std::max(0.0, axis.visible().start - room),
                         std::min(axis.durationS(), axis.visible().end + room)};
    for (const TileKey& key : tilesOf(wider, axis, level, scale))
        if (std::ranges::find(visible, key) == visible.end()) wanted.push_back(key);
    return wanted;
}

QImage spectrogramImage(QSize size, const TimeAxis& axis, FrequencyScale scale, const TileSource& tiles,
                        const ColourTable& levelColours, QRgb empty, QImage earlier) {
    if (size.isEmpty()) return {};
    QImage image = pictureFrom(std::move(earlier), size, QImage::Format_RGB32);
    if (axis.empty()) {
        image.fill(empty);
        return image;
    }
    uchar* pixels = image.bits();
    const qsizetype stride = image.bytesPerLine();
    const double framesPerColumn = axis.visible().length() * axis.sampleRate() / size.width();
    const int level = levelFor(framesPerColumn);
    const double columnFrames = std::exp2(level);
    const auto rows = rowBlends(size.height());
    Lookup lookup(tiles, scale);

    // Sixteen columns at once, turned into rows: a picture is stored row after row, a tile column after column.
    constexpr int kBlock = 16;
    std::array<uint8_t, kTileRows> column{};
    std::array<std::array<uint8_t, kBlock>, kTileRows> block{};
    std::array<uint8_t, kBlock> blended{};
    std::array<bool, kBlock> known{};
    for (int x0 = 0; x0 < size.width(); x0 += kBlock) {
        const int count = std::min(kBlock, size.width() - x0);
        for (int i = 0; i < count; ++i) {
            const double frame = axis.visible().start * axis.sampleRate() + (x0 + i + 0.5) * framesPerColumn;
            const auto slot = static_cast<size_t>(i);
            known[slot] = lookup.column(level, frame / columnFrames, column);
            for (size_t r = 0; r < kTileRows; ++r)
                block[r][slot] = column[r];
        }
        for (int y = 0; y < size.height(); ++y) {
            const RowBlend& row = rows[static_cast<size_t>(y)];
            const auto& lower = block[static_cast<size_t>(row.lower)];
            const auto& upper = block[static_cast<size_t>(row.upper)];
            const auto share = static_cast<uint16_t>(row.shareOfUpper);
            for (size_t i = 0; i < kBlock; ++i) {
                const auto a = static_cast<uint16_t>(lower[i] * (256 - share));
                const auto b = static_cast<uint16_t>(upper[i] * share);
                blended[i] = static_cast<uint8_t>(static_cast<uint16_t>(a + b) >> 8);
            }
            auto* line = reinterpret_cast<QRgb*>(pixels + y * stride) + x0;
            for (int i = 0; i < count; ++i)
                line[i] = known[static_cast<size_t>(i)] ? levelColours[blended[static_cast<size_t>(i)]] : empty;
        }
    }
    return image;
}

} // namespace ovation::ui
