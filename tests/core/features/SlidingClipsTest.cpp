// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/SlidingClips.h"

#include "core/audio/MonoStream.h"
#include "core/features/FrameStream.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace ovation;

namespace {

/// 40 s of speech, loud and faint by turns, with silence and clicks: top_db cuts into many windows, into others not.
FrameFeatures changeable() {
    const auto speech = readMono(std::string(OVATION_TEST_DATA) + "/reference/speech_22k.flac");
    EXPECT_TRUE(speech);
    std::vector<float> samples;
    std::mt19937 random(3);
    while (speech && samples.size() < 40 * seed::kSampleRate) {
        const float level = std::pow(10.0F, -static_cast<float>(random() % 8));
        for (size_t i = random() % 5000; i < speech->size() / 2; ++i)
            samples.push_back((*speech)[i] * level);
        samples.insert(samples.end(), random() % 3 * 4000, 0.0F);
        samples.push_back(1);
    }
    samples.insert(samples.end(), 8 * seed::kSampleRate, 0.0F);
    return frameFeatures(std::span<const float>(samples));
}

TEST(SlidingClips, EqualThoseOfEachWindowAloneToTheBit) {
    const FrameFeatures frames = changeable();
    int cut = 0;
    for (const int64_t hop : {1, 22, 43, 200}) {
        SlidingClips clips;
        int64_t first = 0;
        for (int64_t at = 0; at < frames.frames(); at += 100) {
            FrameFeatures piece;
            appendFrames(frames, at, std::min(at + 100, frames.frames()), piece);
            clips.append(piece);
            EXPECT_EQ(clips.end(), at + piece.frames());
            for (; first + 200 <= clips.end(); first += hop) {
                const ClipFeatures sliding = clips.clip(first, 200);
                const ClipFeatures alone = clipFeatures(frames, first, 200);
                ASSERT_TRUE(sliding.mfcc.values == alone.mfcc.values) << first;
                ASSERT_EQ(sliding.clipValues, alone.clipValues) << first;
                ASSERT_EQ(sliding.silent, alone.silent) << first;
                const ClipFeatures longer = clipFeatures(frames, first, 230);
                cut +=
                    std::equal(alone.mfcc.values.begin(), alone.mfcc.values.end(), longer.mfcc.values.begin()) ? 0 : 1;
            }
            clips.dropBefore(first);
            EXPECT_LE(clips.held(), 200 + 100 + 256);
        }
    }
    EXPECT_GT(cut, 50) << "the recording must let top_db work differently in neighbouring windows";
}

TEST(SlidingClips, MayGoBackAndForthAmongWhatIsHeld) {
    const FrameFeatures frames = changeable();
    SlidingClips clips;
    clips.append(frames);
    for (const int64_t first : {0, 500, 20, 490, 21, 0}) {
        EXPECT_TRUE(clips.clip(first, 150).mfcc.values == clipFeatures(frames, first, 150).mfcc.values);
        EXPECT_TRUE(clips.mfcc(first, 250).values == mfcc(frames, first, 250).values);
    }
}

TEST(SlidingClips, TakesPartsOfFrames) {
    const FrameFeatures frames = changeable();
    SlidingClips clips;
    clips.append(frames, 100, 50);
    EXPECT_EQ(clips.end(), 50);
    EXPECT_EQ(clips.clip(10, 20).clipValues, clipFeatures(frames, 110, 20).clipValues);
    clips.append(frames, frames.frames() - 5, 50);
    EXPECT_EQ(clips.end(), 55);
    clips.append(frames, frames.frames() + 5, 50);
    EXPECT_EQ(clips.end(), 55);
}

} // namespace
