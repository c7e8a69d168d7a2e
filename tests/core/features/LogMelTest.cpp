// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/LogMel.h"

#include "core/features/MelBank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace ovation;

namespace {

std::vector<float> noiseOf(size_t count, float level = 0.1F, unsigned seed = 3) {
    std::mt19937 random(seed);
    std::vector<float> samples(count);
    for (float& sample : samples)
        sample = level * (static_cast<float>(random() % 20001) / 10000 - 1);
    return samples;
}

/// Small enough for a transform by the definition.
LogMelOptions small() {
    LogMelOptions options;
    options.sampleRate = 8000;
    options.window = 60;
    options.fft = 64;
    options.hop = 20;
    options.bands = 6;
    options.lowHz = 100;
    options.highHz = 3500;
    options.levelS = 0.01; // 4 frames to each side
    return options;
}

} // namespace

TEST(LogMel, FollowsItsDefinition) {
    const LogMelOptions options = small();
    const std::vector<float> samples = noiseOf(390);
    const MelBank bank(options.sampleRate, options.fft, options.bands, options.lowHz, options.highHz);
    const auto frames = static_cast<size_t>(frameCount(390, options));
    ASSERT_EQ(frames, 20U);
    std::vector<std::vector<double>> mel(frames, std::vector<double>(6));
    for (size_t t = 0; t < frames; ++t) {
        for (int k = 0; k <= options.fft / 2; ++k) {
            std::complex<double> sum = 0;
            for (int i = 0; i < options.window; ++i) {
                const int at = static_cast<int>(t) * options.hop - options.window / 2 + i;
                if (at < 0 || at >= 390) continue;
                const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / options.window);
                sum += static_cast<double>(samples[static_cast<size_t>(at)]) * hann *
                       std::polar(1.0, -2 * std::numbers::pi * k * i / options.fft);
            }
            for (int b = 0; b < options.bands; ++b)
                mel[t][static_cast<size_t>(b)] += static_cast<double>(bank.weight(b, k)) * std::norm(sum);
        }
    }
    const LogMelFrames made = logMel(samples, options);
    ASSERT_EQ(made.frames(), 20);
    for (size_t t = 0; t < frames; ++t) {
        double level = 0;
        size_t count = 0;
        for (size_t s = t < 4 ? 0 : t - 4; s < std::min(frames, t + 5); ++s, ++count)
            for (const double power : mel[s])
                level += power / 6;
        level /= static_cast<double>(count);
        for (size_t b = 0; b < 6; ++b)
            EXPECT_NEAR(made.values.row(static_cast<int64_t>(t))[b],
                        std::max(10 * std::log10(mel[t][b] / level), -60.0), 2e-3)
                << t << " " << b;
        EXPECT_EQ(made.silent[t], 0);
    }
}

TEST(LogMel, DoesNotDependOnHowTheSamplesComeIn) {
    const LogMelOptions options;
    const std::vector<float> samples = noiseOf(40000);
    const LogMelFrames whole = logMel(samples, options);
    MelExtractor extractor(options);
    LevelRemover remover(options);
    LogMelFrames pieces;
    for (size_t first = 0, size = 1; first < samples.size(); first += size, size = size * 3 + 1) {
        FeatureMatrix mel;
        extractor.push(std::span(samples).subspan(first, std::min(size, samples.size() - first)), mel);
        remover.push(mel, pieces);
    }
    FeatureMatrix mel;
    extractor.finish(mel);
    remover.push(mel, pieces);
    remover.finish(pieces);
    EXPECT_EQ(pieces.values.values, whole.values.values);
    EXPECT_EQ(pieces.silent, whole.silent);
    EXPECT_EQ(whole.frames(), frameCount(40000, options));
}

TEST(LogMel, GainHasNoInfluence) {
    const std::vector<float> loud = noiseOf(30000, 0.5F);
    std::vector<float> quiet = loud;
    for (float& sample : quiet)
        sample *= 0.01F;
    const LogMelFrames a = logMel(loud, {}), b = logMel(quiet, {});
    for (size_t i = 0; i < a.values.values.size(); ++i)
        ASSERT_NEAR(a.values.values[i], b.values.values[i], 2e-4) << i;
}

TEST(LogMel, SilenceIsTheFloorAndSaidToBeSilent) {
    std::vector<float> samples = noiseOf(22050);
    samples.resize(22050 * 8); // a second of noise, then nothing for longer than the level reaches
    const LogMelFrames frames = logMel(samples, {});
    EXPECT_EQ(frames.silent.front(), 0);
    EXPECT_EQ(frames.silent.back(), 1);
    for (const float value : frames.values.row(frames.frames() - 1))
        EXPECT_NEAR(value, -60, 1e-3);
    for (const float value : frames.values.values)
        ASSERT_TRUE(std::isfinite(value));
    const LogMelFrames nothing = logMel({}, {});
    EXPECT_EQ(nothing.frames(), 0);
    const LogMelFrames one = logMel(std::vector<float>{0.5F}, {});
    EXPECT_EQ(one.frames(), 1);
}

TEST(LogMel, AbsurdOptionsAreNamed) {
    EXPECT_EQ(problemOf(LogMelOptions{}), "");
    const auto with = [](auto change) {
        LogMelOptions options;
        change(options);
        return problemOf(options);
    };
    EXPECT_NE(with([](LogMelOptions& o) { o.sampleRate = 0; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.window = 1 << 20; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.window = 1023; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.fft = 1000; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.hop = 0; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.bands = 100000; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.highHz = 20000; }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.lowHz = std::nan(""); }), "");
    EXPECT_NE(with([](LogMelOptions& o) { o.levelS = 1e9; }), "");
}
