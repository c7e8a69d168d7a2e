// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MonoStream.h"

#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ovation;
using test::TemporaryFolder;
using test::wavBytes;

namespace {

const std::string kReferenceFolder = std::string(OVATION_TEST_DATA) + "/reference/";

float largestDifference(std::span<const float> a, std::span<const float> b) {
    float worst = 0;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        worst = std::max(worst, std::fabs(a[i] - b[i]));
    return worst;
}

TEST(MonoStream, ResamplesAsTheReference) {
    for (const std::string& name : std::vector<std::string>{"mix_44k_stereo", "speech_16k"}) {
        const auto samples = readMono(kReferenceFolder + name + ".flac");
        const auto expected = readMono(kReferenceFolder + name + ".22050.flac");
        ASSERT_TRUE(samples) << describe(samples.error());
        ASSERT_TRUE(expected) << describe(expected.error());
        ASSERT_EQ(samples->size(), expected->size());
        EXPECT_LT(largestDifference(*samples, *expected), 1e-6F) << name;
    }
}

TEST(MonoStream, GivesTheSameSamplesInBlocksOfAnySize) {
    const auto path = kReferenceFolder + "mix_44k_stereo.flac";
    const auto expected = readMono(path);
    ASSERT_TRUE(expected);
    for (const size_t block : {1u, 37u, 100000u}) {
        auto stream = MonoStream::open(path);
        ASSERT_TRUE(stream);
        std::vector<float> all;
        std::vector<float> buffer(block);
        while (true) {
            auto n = (*stream)->read(buffer);
            ASSERT_TRUE(n);
            if (*n == 0) break;
            all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*n));
        }
        EXPECT_EQ(all, *expected) << "in blocks of " << block;
    }
}

TEST(MonoStream, GivesAsManySamplesAsItSays) {
    TemporaryFolder folder;
    for (const uint32_t rate : {8000u, 11025u, 16000u, 22050u, 44100u, 48000u, 96000u}) {
        for (const size_t frames : {1u, 2u, 999u, 10007u}) {
            const auto path = folder.write("a.wav", wavBytes(std::vector<float>(frames, 0.1F), rate));
            auto stream = MonoStream::open(path);
            ASSERT_TRUE(stream);
            const auto samples = readMono(path);
            ASSERT_TRUE(samples);
            EXPECT_EQ(static_cast<int64_t>(samples->size()), (*stream)->expectedSamples()) << rate << " " << frames;
            EXPECT_EQ(samples->size(), static_cast<size_t>(std::ceil(static_cast<double>(frames) * 22050 / rate)));
        }
    }
}

TEST(MonoStream, GivesAStretchAsIfItWereAFile) {
    TemporaryFolder folder;
    const auto whole = readMono(kReferenceFolder + "speech_16k.flac", 16000);
    ASSERT_TRUE(whole);
    const std::vector<float> part(whole->begin() + 16000, whole->begin() + 40000);
    const auto saved = readMono(folder.write("part.wav", wavBytes(part, 16000)));
    const auto stretch = readMono(kReferenceFolder + "speech_16k.flac", 22050, 1.0, 1.5);
    ASSERT_TRUE(saved);
    ASSERT_TRUE(stretch);
    ASSERT_EQ(stretch->size(), saved->size());
    EXPECT_LT(largestDifference(*stretch, *saved), 1e-6F);
}

TEST(MonoStream, ClipsAStretchToTheRecording) {
    const auto path = kReferenceFolder + "speech_16k.flac";
    EXPECT_EQ(readMono(path, 16000, 3.5, 100)->size(), 8000u);
    EXPECT_EQ(readMono(path, 16000, 100, 1)->size(), 0u);
    EXPECT_EQ(readMono(path, 16000, -3, 1)->size(), 16000u);
    EXPECT_EQ(readMono(path, 16000, 1, 0)->size(), 0u);
    EXPECT_EQ(readMono(path, 16000, 1e300, 1e300)->size(), 0u);
}

TEST(MonoStream, HandsErrorsOn) {
    TemporaryFolder folder;
    const auto wav = wavBytes(std::vector<float>(40000, 0.5F), 8000);
    const auto cut = readMono(folder.write("cut.wav", wav.substr(0, wav.size() / 2)));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::TruncatedAudio);
    EXPECT_EQ(readMono(folder.file("none.wav")).error().code, ErrorCode::FileNotFound);
}

} // namespace
