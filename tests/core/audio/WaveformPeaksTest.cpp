// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/WaveformPeaks.h"

#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace ovation;
using test::TemporaryFolder;
using test::wavBytes;

namespace {

std::vector<float> peaksOfNoise(size_t n) {
    std::mt19937 random(5);
    std::uniform_real_distribution<float> uniform(-0.5F, 0.5F);
    std::vector<float> samples(n);
    for (float& sample : samples)
        sample = uniform(random);
    return samples;
}

Peak peakOf(const std::vector<float>& samples, size_t begin, size_t end) {
    Peak peak{samples[begin], samples[begin]};
    for (size_t i = begin; i < end; ++i) {
        peak.low = std::min(peak.low, samples[i]);
        peak.high = std::max(peak.high, samples[i]);
    }
    return peak;
}

TEST(WaveformPeaks, ColumnsHoldTheExtremesOfTheirStretch) {
    TemporaryFolder folder;
    const auto samples = peaksOfNoise(256 * 64 * 10 + 100);
    const auto peaks = WaveformPeaks::compute(folder.write("a.wav", wavBytes(samples, 44100)), CancelToken{});
    ASSERT_TRUE(peaks);
    EXPECT_EQ(peaks->frames(), static_cast<int64_t>(samples.size()));
    EXPECT_EQ(peaks->sampleRate(), 44100);
    for (const size_t perColumn : {256u, 1024u, 4096u, 16384u}) {
        const size_t columns = 163840 / perColumn;
        const auto drawn = peaks->columns({0, 163840}, static_cast<int>(columns));
        ASSERT_EQ(drawn.size(), columns);
        for (size_t c = 0; c < columns; ++c) {
            const Peak expected = peakOf(samples, c * perColumn, (c + 1) * perColumn);
            EXPECT_EQ(drawn[c].low, expected.low) << perColumn << " " << c;
            EXPECT_EQ(drawn[c].high, expected.high) << perColumn << " " << c;
        }
    }
}

TEST(WaveformPeaks, CoversTheIncompleteEndAndNothingOutside) {
    TemporaryFolder folder;
    auto samples = std::vector<float>(1000, 0.0F);
    samples[999] = 0.75F;
    const auto peaks = WaveformPeaks::compute(folder.write("a.wav", wavBytes(samples, 8000)), CancelToken{});
    ASSERT_TRUE(peaks);
    EXPECT_EQ(peaks->largest(), 0.75F);
    const auto whole = peaks->columns({0, 1000}, 1);
    ASSERT_EQ(whole.size(), 1u);
    EXPECT_EQ(whole[0].high, 0.75F);
    const auto around = peaks->columns({-2000, 4000}, 6);
    ASSERT_EQ(around.size(), 6u);
    EXPECT_EQ(around[0].high, 0);
    EXPECT_EQ(around[2].high, 0.75F);
    EXPECT_EQ(around[3].high, 0);
    EXPECT_TRUE(peaks->columns({0, 1000}, 0).empty());
    EXPECT_EQ(WaveformPeaks().columns({0, 100}, 2).size(), 2u);
}

TEST(WaveformPeaks, ZoomedInShowsTheFinestLevel) {
    TemporaryFolder folder;
    const auto samples = peaksOfNoise(2560);
    const auto peaks = WaveformPeaks::compute(folder.write("a.wav", wavBytes(samples, 8000)), CancelToken{});
    ASSERT_TRUE(peaks);
    const auto drawn = peaks->columns({300, 310}, 10);
    for (const Peak& column : drawn) {
        EXPECT_EQ(column.low, peakOf(samples, 256, 512).low);
        EXPECT_EQ(column.high, peakOf(samples, 256, 512).high);
    }
}

TEST(WaveformPeaks, CancelledJobsEndAsCancelled) {
    TemporaryFolder folder;
    CancelToken cancel;
    cancel.cancel();
    const auto peaks = WaveformPeaks::compute(folder.write("a.wav", wavBytes(peaksOfNoise(1000), 8000)), cancel);
    ASSERT_FALSE(peaks);
    EXPECT_EQ(peaks.error().code, ErrorCode::Cancelled);
}

TEST(WaveformPeaks, HandsErrorsOn) {
    EXPECT_EQ(WaveformPeaks::compute("/nowhere/a.wav", CancelToken{}).error().code, ErrorCode::FileNotFound);
}

TEST(WaveformPeaks, ComeBackFromTheirBytes) {
    TemporaryFolder folder;
    const auto samples = peaksOfNoise(256 * 64 * 10 + 100);
    const auto peaks = WaveformPeaks::compute(folder.write("a.wav", wavBytes(samples, 44100)), CancelToken{});
    ASSERT_TRUE(peaks);
    const std::string bytes = peaks->bytes();
    const auto back = WaveformPeaks::fromBytes(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->frames(), peaks->frames());
    EXPECT_EQ(back->sampleRate(), 44100);
    EXPECT_EQ(back->largest(), peaks->largest());
    for (const int columns : {1, 7, 300}) {
        const auto one = peaks->columns({5, peaks->frames() - 3}, columns);
        const auto other = back->columns({5, peaks->frames() - 3}, columns);
        for (size_t i = 0; i < one.size(); ++i) {
            EXPECT_EQ(one[i].low, other[i].low);
            EXPECT_EQ(one[i].high, other[i].high);
        }
    }
    EXPECT_TRUE(WaveformPeaks::fromBytes(WaveformPeaks().bytes()) == std::nullopt) << "no sample rate";
    EXPECT_FALSE(WaveformPeaks::fromBytes(""));
    EXPECT_FALSE(WaveformPeaks::fromBytes(bytes.substr(0, bytes.size() - 8))) << "a peak is missing";
    EXPECT_FALSE(WaveformPeaks::fromBytes(bytes.substr(0, bytes.size() - 3)));
    EXPECT_FALSE(WaveformPeaks::fromBytes(bytes + std::string(8, '\0')));
    EXPECT_FALSE(WaveformPeaks::fromBytes("x" + bytes.substr(1)));
}

} // namespace
