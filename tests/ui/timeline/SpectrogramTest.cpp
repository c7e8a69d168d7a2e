// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SpectrogramPainter.h"
#include "ui/timeline/WaveformPainter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ovation::ui {
namespace {

const std::string kClip = OVATION_EXAMPLE "/speeches/kennedy-en.flac";

TEST(FrequencyScaleTest, MapsThereAndBack) {
    for (const auto scale : {FrequencyScale::Mel, FrequencyScale::Linear})
        for (const double hz : {0.0, 100.0, 1000.0, 7999.0})
            EXPECT_NEAR(hertzAt(heightOf(hz, scale, 8000), scale, 8000), hz, 1e-6);
    EXPECT_EQ(heightOf(std::nan(""), FrequencyScale::Mel, 8000), 0);
    EXPECT_EQ(heightOf(100, FrequencyScale::Mel, 0), 0);
    EXPECT_TRUE(frequencyTicks(FrequencyScale::Mel, 8000, 0, 12).empty());
}

TEST(ColourMapTest, LightnessNeverFallsFromFaintToStrong) {
    for (const auto map : {ColourMap::Viridis, ColourMap::Cividis, ColourMap::Magma}) {
        const ColourTable table = colourTable(map, false);
        const auto luminance = [&](size_t i) {
            return 0.2126 * qRed(table[i]) + 0.7152 * qGreen(table[i]) + 0.0722 * qBlue(table[i]);
        };
        for (size_t i = 8; i < table.size(); i += 8)
            EXPECT_GE(luminance(i), luminance(i - 8)) << i;
    }
}

TEST(SpectrogramOptionsTest, SurviveTheSettingsFile) {
    for (const ColourMap map : kColourMaps) {
        const SpectrogramOptions options{FrequencyScale::Linear, map, 95};
        EXPECT_EQ(SpectrogramOptions::fromText(options.text()), options);
    }
    EXPECT_EQ(SpectrogramOptions::fromText(QString()), SpectrogramOptions());
    EXPECT_EQ(SpectrogramOptions::fromText(QStringLiteral("mel rainbow 1e9")), SpectrogramOptions());
    EXPECT_EQ(SpectrogramOptions::fromText(QStringLiteral("linear grey nan")).rangeDb, SpectrogramOptions().rangeDb);
}

TEST(SpectrogramTest, CoarseTilesComeFirstAndNeighboursLast) {
    TimeAxis axis(int64_t{1} << 30, 44100, 1000);
    axis.setVisible({5000, 6000});
    const auto visible = visibleTiles(axis, 1, FrequencyScale::Mel);
    const auto nothing = tilesToRequest(axis, 1, FrequencyScale::Mel, [](const TileKey&) { return nullptr; });
    ASSERT_GT(nothing.size(), visible.size());
    EXPECT_GT(nothing.front().level, visible.front().level);
    EXPECT_EQ(nothing.back().level, visible.front().level);
    EXPECT_EQ(std::ranges::find(visible, nothing.back()), visible.end());
    const auto tile = std::make_shared<const SpectrogramTile>();
    const auto all = tilesToRequest(axis, 1, FrequencyScale::Mel, [&](const TileKey&) { return tile; });
    EXPECT_EQ(all.front(), visible.front());
    EXPECT_TRUE(std::ranges::all_of(all, [&](const TileKey& key) { return key.level == visible.front().level; }));
    EXPECT_TRUE(tilesToRequest(TimeAxis(), 1, FrequencyScale::Mel, {}).empty());
}

TEST(SpectrogramTest, LevelsAreDecibelsBelowAFullScaleSine) {
    EXPECT_EQ(levelOf(1), 255);
    EXPECT_EQ(levelOf(0), 0);
    EXPECT_EQ(levelOf(std::nan("")), 0);
    EXPECT_NEAR(decibelsOf(levelOf(1e-5)), -50, 0.3);
}

TEST(SpectrogramTest, LevelHasColumnsNoWiderThanAPixel) {
    for (const double framesPerPixel : {8.0, 9.5, 100.0, 1e6})
        EXPECT_LE(std::exp2(levelFor(framesPerPixel)), framesPerPixel);
    EXPECT_EQ(levelFor(0), kFinestLevel);
    EXPECT_EQ(levelFor(std::nan("")), kFinestLevel);
    EXPECT_EQ(levelFor(1e300), kCoarsestLevel);
}

TEST(SpectrogramTest, TilesOfARecordingHaveSoundInsideAndSilenceBeyond) {
    auto reader = AudioReader::open(kClip);
    ASSERT_TRUE(reader);
    for (const int level : {3, 8, 16}) {
        const auto tile = computeTile(**reader, {level, 0, FrequencyScale::Mel}, {});
        ASSERT_TRUE(tile);
        EXPECT_GT(*std::ranges::max_element(tile->levels), levelOf(1e-9)) << level;
    }
    const auto beyond = computeTile(**reader, {8, 1000000, FrequencyScale::Mel}, {});
    ASSERT_TRUE(beyond);
    EXPECT_EQ(*std::ranges::max_element(beyond->levels), 0);
}

TEST(SpectrogramTest, CancelledTileSaysSo) {
    auto reader = AudioReader::open(kClip);
    ASSERT_TRUE(reader);
    const CancelToken cancel;
    cancel.cancel();
    const auto tile = computeTile(**reader, {8, 0, FrequencyScale::Mel}, cancel);
    ASSERT_FALSE(tile);
    EXPECT_EQ(tile.error().code, ErrorCode::Cancelled);
}

TEST(SpectrogramTest, PictureShowsTilesAndStandsInCoarserOnes) {
    const TimeAxis axis(1 << 20, 16000, 256);
    auto full = std::make_shared<SpectrogramTile>();
    full->levels.fill(255);
    const auto needed = visibleTiles(axis, 1, FrequencyScale::Mel);
    ASSERT_FALSE(needed.empty());
    const ColourTable levels = levelTable(colourTable(ColourMap::Magma, true), 0, 70);
    const QRgb empty = qRgb(1, 2, 3);
    const auto picture = [&](int level) {
        return spectrogramImage(
            {256, 40}, axis, FrequencyScale::Mel,
            [&](const TileKey& key) { return key.level == level ? full : nullptr; }, levels, empty);
    };
    EXPECT_EQ(picture(needed[0].level).pixel(128, 20), levels[255]);
    EXPECT_EQ(picture(needed[0].level + 2).pixel(128, 20), levels[255]);
    EXPECT_EQ(picture(-1).pixel(128, 20), empty);
    EXPECT_TRUE(spectrogramImage({0, 40}, axis, FrequencyScale::Mel, {}, levels, empty).isNull());
    EXPECT_TRUE(visibleTiles(TimeAxis(), 1, FrequencyScale::Mel).empty());
}

TEST(WaveformTest, ColumnsComeFromSamplesWhereTheyAreFiner) {
    const TimeAxis axis(400, 1000, 100); // 4 frames a column
    SampleWindow window{{0, 400}, std::vector<float>(400, 0.0F)};
    window.samples[41] = 0.5F;
    window.samples[43] = -0.25F;
    const auto columns = waveformColumns(axis, 100, nullptr, &window);
    ASSERT_EQ(columns.size(), 100U);
    EXPECT_FLOAT_EQ(columns[10].high, 0.5F);
    EXPECT_FLOAT_EQ(columns[10].low, -0.25F);
    EXPECT_FLOAT_EQ(columns[11].high, 0);
}

TEST(WaveformTest, ColumnsOfPeaksFollowTheSound) {
    const auto peaks = WaveformPeaks::compute(kClip, {});
    ASSERT_TRUE(peaks);
    const TimeAxis axis(peaks->frames(), peaks->sampleRate(), 300);
    float largest = 0;
    for (const Peak& peak : waveformColumns(axis, 300, &*peaks, nullptr))
        largest = std::max({largest, peak.high, -peak.low});
    EXPECT_FLOAT_EQ(largest, peaks->largest());
    EXPECT_TRUE(samplesWanted(axis, 1, nullptr).empty());
}

TEST(WaveformTest, NothingKnownIsSilence) {
    EXPECT_EQ(waveformColumns(TimeAxis(), 5, nullptr, nullptr).size(), 5U);
    EXPECT_TRUE(waveformColumns(TimeAxis(100, 100, 10), -3, nullptr, nullptr).empty());
    EXPECT_EQ(displayGain(nullptr), 1);
    EXPECT_FALSE(waveformImage({50, 20}, TimeAxis(), nullptr, nullptr, {}).isNull());
}

} // namespace
} // namespace ovation::ui
