// SPDX-License-Identifier: GPL-3.0-or-later
// Against golden values computed by librosa (tests/data/reference/README.md).
#include "core/audio/MonoStream.h"
#include "core/features/MelBank.h"
#include "core/features/SeedFeatures.h"
#include "core/features/Tempo.h"

#include "support/WavFile.h"

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ovation;

namespace {

const std::string kReferenceData = std::string(OVATION_TEST_DATA) + "/reference/";
constexpr size_t kGoldenColumns = 19;

std::vector<float> floats(const std::string& name) {
    const std::string bytes = test::readBytes(kReferenceData + name);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

/// Difference relative to the expected value, or absolute where that is below 1.
double deviation(double value, double expected) {
    return std::fabs(value - expected) / std::max(1.0, std::fabs(expected));
}

struct Golden {
    std::string name;
    int sampleRate = 0;
    int64_t frames = 0;
    std::vector<double> clipValues;
    int pitches = 0;
};

std::vector<Golden> goldens() {
    std::ifstream stream(kReferenceData + "index.json");
    const auto index = nlohmann::json::parse(stream, nullptr, false);
    std::vector<Golden> result;
    if (index.is_discarded()) return result;
    for (const auto& clip : index.at("clips"))
        result.push_back({clip.at("name"), clip.at("sample_rate"), clip.at("frames"), clip.at("clip_values"),
                          clip.at("pitch_count")});
    return result;
}

FrameFeatures featuresOf(const std::string& name) {
    auto features = frameFeatures(kReferenceData + name + ".flac");
    EXPECT_TRUE(features) << name;
    return features ? std::move(*features) : FrameFeatures{};
}

TEST(Reference, IsThere) {
    EXPECT_EQ(goldens().size(), 9u);
}

TEST(Reference, EveryFrameAgrees) {
    for (const Golden& golden : goldens()) {
        SCOPED_TRACE(golden.name);
        const auto expected = floats(golden.name + ".frames.f32");
        ASSERT_EQ(expected.size(), static_cast<size_t>(golden.frames) * kGoldenColumns);
        const FrameFeatures features = featuresOf(golden.name);
        ASSERT_EQ(features.frames(), golden.frames);
        ASSERT_EQ(features.scalars.size(), static_cast<size_t>(golden.frames));
        const ClipFeatures clip = clipFeatures(features, 0, golden.frames);
        ASSERT_EQ(clip.mfcc.rows, golden.frames);
        double worst[kGoldenColumns] = {};
        for (int64_t t = 0; t < golden.frames; ++t) {
            const float* row = expected.data() + static_cast<size_t>(t) * kGoldenColumns;
            const FrameScalars& s = features.scalars[static_cast<size_t>(t)];
            const float scalars[] = {s.rms, s.zeroCrossingRate, s.centroid, s.rolloff, s.bandwidth};
            for (size_t c = 0; c < 18; ++c) {
                const float value = c < 13 ? clip.mfcc.row(t)[c] : scalars[c - 13];
                worst[c] = std::max(worst[c], deviation(static_cast<double>(value), static_cast<double>(row[c])));
            }
        }
        for (size_t c = 0; c < 18; ++c)
            EXPECT_LE(worst[c], 1e-3) << "column " << c;
    }
}

TEST(Reference, ClipValuesAgree) {
    for (const Golden& golden : goldens()) {
        SCOPED_TRACE(golden.name);
        const FrameFeatures features = featuresOf(golden.name);
        const ClipFeatures clip = clipFeatures(features, 0, features.frames());
        ASSERT_EQ(golden.clipValues.size(), clip.clipValues.size());
        for (size_t i = 0; i < clip.clipValues.size(); ++i)
            EXPECT_LE(deviation(static_cast<double>(clip.clipValues[i]), golden.clipValues[i]), i < 4 ? 1e-2 : 1e-3)
                << clipValueNames()[i];
        double pitches = 0;
        for (const FrameScalars& frame : features.scalars)
            pitches += static_cast<double>(frame.pitchCount);
        EXPECT_LE(deviation(pitches, golden.pitches), 1e-2);
    }
}

TEST(Reference, MelPowerAgrees) {
    const auto expected = floats("speech_16k.mel.f32");
    const FrameFeatures features = featuresOf("speech_16k");
    ASSERT_EQ(expected.size(), features.melPower.values.size());
    double worst = 0;
    for (size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst,
                         deviation(static_cast<double>(features.melPower.values[i]), static_cast<double>(expected[i])));
    EXPECT_LE(worst, 1e-5);
}

TEST(Reference, MelBankAgrees) {
    const auto expected = floats("melbasis.f32");
    ASSERT_GT(expected.size(), 3000u);
    const MelBank bank(seed::kSampleRate, seed::kFft, seed::kMelBands, 0, seed::kSampleRate / 2.0);
    double expectedSum = 0;
    for (size_t i = 0; i < expected.size(); i += 3) {
        EXPECT_NEAR(bank.weight(static_cast<int>(expected[i]), static_cast<int>(expected[i + 1])), expected[i + 2],
                    1e-8);
        expectedSum += static_cast<double>(expected[i + 2]);
    }
    double sum = 0;
    for (int band = 0; band < seed::kMelBands; ++band)
        for (int bin = 0; bin <= seed::kFft / 2; ++bin)
            sum += static_cast<double>(bank.weight(band, bin));
    EXPECT_NEAR(sum, expectedSum, 1e-6);
}

} // namespace
