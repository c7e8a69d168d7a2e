// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/SeedFeatures.h"

#include "core/audio/MonoStream.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <random>
#include <thread>

using namespace ovation;

namespace {

const std::string kGolden = std::string(OVATION_TEST_DATA) + "/reference/";
constexpr int64_t kEdge = 2; // frames that reach over a clip's edge

std::vector<float> speech() {
    auto samples = readMono(kGolden + "speech_22k.flac");
    EXPECT_TRUE(samples);
    return samples ? *samples : std::vector<float>{};
}

void expectSame(const FrameFeatures& a, const FrameFeatures& b) {
    ASSERT_EQ(a.frames(), b.frames());
    EXPECT_EQ(a.melPower.values, b.melPower.values);
    for (size_t t = 0; t < a.scalars.size(); ++t)
        EXPECT_EQ(std::memcmp(&a.scalars[t], &b.scalars[t], sizeof(FrameScalars)), 0) << "frame " << t;
}

bool allFinite(const ClipFeatures& clip) {
    for (const float value : clip.mfcc.values)
        if (!std::isfinite(value)) return false;
    for (const float value : clip.clipValues)
        if (!std::isfinite(value)) return false;
    return true;
}

TEST(SeedFeatures, CountsFramesAsTheReference) {
    EXPECT_EQ(frameCount(0), 0);
    EXPECT_EQ(frameCount(-3), 0);
    EXPECT_EQ(frameCount(1), 1);
    EXPECT_EQ(frameCount(511), 1);
    EXPECT_EQ(frameCount(512), 2);
    EXPECT_EQ(frameCount(66150), 130);
}

TEST(SeedFeatures, StreamsInChunksOfAnySizeToTheSameFrames) {
    const auto samples = speech();
    const FrameFeatures whole = frameFeatures(std::span<const float>(samples));
    ASSERT_EQ(whole.frames(), 216);
    std::mt19937 random(1);
    for (const size_t largest : {1u, 7u, 512u, 5000u}) {
        FrameExtractor extractor;
        FrameFeatures streamed;
        size_t at = 0;
        while (at < samples.size()) {
            const size_t n = std::min(samples.size() - at, std::uniform_int_distribution<size_t>(1, largest)(random));
            extractor.push(std::span(samples).subspan(at, n), streamed);
            at += n;
        }
        extractor.finish(streamed);
        expectSame(streamed, whole);
    }
}

TEST(SeedFeatures, AnExtractorStartsAnewAfterTheEnd) {
    const auto samples = speech();
    FrameExtractor extractor;
    FrameFeatures first;
    extractor.push(samples, first);
    extractor.finish(first);
    FrameFeatures second;
    extractor.push(samples, second);
    extractor.finish(second);
    expectSame(second, first);
}

TEST(SeedFeatures, ManyExtractorsInParallelAgree) {
    const auto samples = speech();
    const FrameFeatures expected = frameFeatures(std::span<const float>(samples));
    const ClipFeatures expectedClip = clipFeatures(expected, 0, 200);
    std::vector<FrameFeatures> frames(4);
    std::vector<ClipFeatures> clips(4);
    {
        std::vector<std::jthread> threads;
        for (size_t i = 0; i < frames.size(); ++i)
            threads.emplace_back([&, i] {
                frames[i] = frameFeatures(std::span<const float>(samples));
                clips[i] = clipFeatures(frames[i], 0, 200);
            });
    }
    for (size_t i = 0; i < frames.size(); ++i) {
        expectSame(frames[i], expected);
        EXPECT_EQ(clips[i].mfcc.values, expectedClip.mfcc.values);
        EXPECT_EQ(clips[i].clipValues, expectedClip.clipValues);
    }
}

// Tempo looks 4 s around each frame and every mean includes the edge frames, so the clip values of a window agree with
// those of the clip only as far as the edges let them; the frames inside agree exactly.
TEST(SeedFeatures, AWindowEqualsItsSamplesSavedAsAClip) {
    auto recording = speech();
    for (size_t i = 60000; i < recording.size(); ++i)
        recording[i] *= 30; // top_db must not look outside the window
    const FrameFeatures whole = frameFeatures(std::span<const float>(recording));
    const int64_t first = 20;
    const int64_t count = 90;
    const auto cut = std::span(recording).subspan(first * seed::kHop, (count - 1) * seed::kHop);
    const FrameFeatures saved = frameFeatures(cut);
    ASSERT_EQ(saved.frames(), count);
    const ClipFeatures window = clipFeatures(whole, first, count);
    const ClipFeatures clip = clipFeatures(saved, 0, count);
    ASSERT_EQ(window.mfcc.rows, count);
    for (int64_t t = kEdge; t < count - kEdge; ++t) {
        for (size_t c = 0; c < seed::kMfcc; ++c)
            EXPECT_FLOAT_EQ(window.mfcc.row(t)[c], clip.mfcc.row(t)[c]) << t;
        const FrameScalars& a = whole.scalars[static_cast<size_t>(first + t)];
        const FrameScalars& b = saved.scalars[static_cast<size_t>(t)];
        EXPECT_EQ(std::memcmp(&a, &b, sizeof a), 0) << t;
    }
    for (const size_t i : {0u, 4u, 7u, 9u, 10u, 11u}) // means: four edge frames of 90 move them a little
        EXPECT_NEAR(window.clipValues[i], clip.clipValues[i], 0.05 * clip.clipValues[i]) << clipValueNames()[i];
}

TEST(SeedFeatures, TopDbIsRelativeToTheWindow) {
    const auto samples = speech();
    FrameFeatures features = frameFeatures(std::span<const float>(samples));
    const ClipFeatures before = clipFeatures(features, 0, 50);
    for (float& power : features.melPower.row(150))
        power = 1e9F;
    EXPECT_EQ(clipFeatures(features, 0, 50).mfcc.values, before.mfcc.values);
    EXPECT_NE(clipFeatures(features, 0, 151).mfcc.row(10)[0], before.mfcc.row(10)[0]);
}

TEST(SeedFeatures, ClipsWindowsToWhatIsThere) {
    const auto samples = speech();
    const FrameFeatures features = frameFeatures(std::span<const float>(samples));
    EXPECT_EQ(clipFeatures(features, 200, 200).mfcc.rows, 16);
    EXPECT_EQ(clipFeatures(features, 500, 200).mfcc.rows, 0);
    EXPECT_EQ(clipFeatures(features, -10, 30).mfcc.rows, 20);
    EXPECT_EQ(clipFeatures(features, 10, -5).mfcc.rows, 0);
    EXPECT_TRUE(clipFeatures(features, 500, 200).silent);
}

TEST(SeedFeatures, MfccAloneAreThoseOfTheClip) {
    const auto samples = speech();
    FrameExtractor extractor(FrameContent::MelOnly);
    FrameFeatures melOnly;
    extractor.push(samples, melOnly);
    extractor.finish(melOnly);
    EXPECT_TRUE(melOnly.scalars.empty());
    const FrameFeatures all = frameFeatures(std::span<const float>(samples));
    EXPECT_EQ(melOnly.melPower.values, all.melPower.values);
    EXPECT_EQ(mfcc(melOnly, 10, 150).values, clipFeatures(all, 10, 150).mfcc.values);
    EXPECT_EQ(mfcc(melOnly, 210, 100).rows, 6);
}

TEST(SeedFeatures, SilenceAndNothingGiveDefinedValues) {
    const std::vector<float> silence(50000, 0.0F);
    const FrameFeatures features = frameFeatures(std::span<const float>(silence));
    const ClipFeatures clip = clipFeatures(features, 0, features.frames());
    EXPECT_TRUE(clip.silent);
    EXPECT_TRUE(allFinite(clip));
    for (const float value : clip.clipValues)
        EXPECT_EQ(value, 0);

    const FrameFeatures none = frameFeatures(std::span<const float>());
    EXPECT_EQ(none.frames(), 0);
    const ClipFeatures empty = clipFeatures(none, 0, 200);
    EXPECT_TRUE(empty.silent);
    EXPECT_EQ(empty.mfcc.rows, 0);
    for (const float value : empty.clipValues)
        EXPECT_EQ(value, 0);
}

TEST(SeedFeatures, OddInputsGiveNoNan) {
    const std::vector<std::vector<float>> inputs = {{0.5F},
                                                    {1e-38F, -1e-38F},
                                                    std::vector<float>(3000, 1.0F),
                                                    std::vector<float>(3000, -1e6F),
                                                    std::vector<float>(3000, 1e-20F)};
    for (const auto& input : inputs) {
        const FrameFeatures features = frameFeatures(std::span<const float>(input));
        EXPECT_EQ(features.frames(), frameCount(static_cast<int64_t>(input.size())));
        EXPECT_TRUE(allFinite(clipFeatures(features, 0, features.frames())));
    }
    std::vector<float> click(22050, 0.0F);
    click[11000] = 1;
    const FrameFeatures features = frameFeatures(std::span<const float>(click));
    const ClipFeatures clip = clipFeatures(features, 0, features.frames());
    EXPECT_FALSE(clip.silent);
    EXPECT_TRUE(allFinite(clip));
}

TEST(SeedFeatures, ASineHasItsFrequencyAsPitchAndCentroid) {
    std::vector<float> sine(44100);
    for (size_t i = 0; i < sine.size(); ++i)
        sine[i] = 0.5F * static_cast<float>(std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(i) / 22050));
    const FrameFeatures features = frameFeatures(std::span<const float>(sine));
    const FrameScalars& middle = features.scalars[40];
    EXPECT_EQ(middle.pitchCount, 1);
    EXPECT_NEAR(middle.pitchMax, 1000, 2);
    EXPECT_NEAR(middle.centroid, 1000, 5);
    EXPECT_NEAR(middle.rms, 0.5 / std::numbers::sqrt2, 1e-3);
    EXPECT_NEAR(middle.zeroCrossingRate, 2 * 1000.0 / 22050, 1e-3);
}

TEST(SeedFeatures, OfAFileAreThoseOfItsSamples) {
    const auto samples = readMono(kGolden + "mix_44k_stereo.flac", seed::kSampleRate, 0.5, 2);
    ASSERT_TRUE(samples);
    const auto features = frameFeatures(kGolden + "mix_44k_stereo.flac", 0.5, 2);
    ASSERT_TRUE(features);
    expectSame(*features, frameFeatures(std::span<const float>(*samples)));
}

TEST(SeedFeatures, HandErrorsOnAndCanBeCancelled) {
    EXPECT_EQ(frameFeatures("/nowhere/a.wav").error().code, ErrorCode::FileNotFound);
    CancelToken cancel;
    cancel.cancel();
    EXPECT_EQ(frameFeatures(kGolden + "speech_22k.flac", 0, -1, cancel).error().code, ErrorCode::Cancelled);
    test::TemporaryFolder folder;
    const auto wav = test::wavBytes(std::vector<float>(60000, 0.5F), 22050);
    EXPECT_EQ(frameFeatures(folder.write("cut.wav", wav.substr(0, 120000))).error().code, ErrorCode::TruncatedAudio);
}

} // namespace
