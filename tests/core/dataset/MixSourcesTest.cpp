// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MixSources.h"

#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace ovation;
using ovation::test::label;

namespace {

constexpr size_t kSourceRate = 22050;

/// Sounds of what was said to be no applause, in the order of the labels.
std::vector<StoredSound> saidToBeNone(const LabelledRecording& recording, const std::vector<float>& samples) {
    MixSources sources;
    addSource(sources, recording, 0, samples);
    EXPECT_EQ(sources.recordings.size(), 1U);
    return sources.others.empty() ? std::vector<StoredSound>{} : sources.others.front().sounds;
}

} // namespace

TEST(MixSources, ApplauseAndDoubtInsideAnotherLabelAreNoNegatives) {
    // A speaker's turn of 30 s; applause and doubt sound out of it, the rest is silent.
    std::vector<float> samples(30 * kSourceRate);
    std::fill(samples.begin() + 10 * kSourceRate, samples.begin() + 12 * kSourceRate, 0.5F);
    std::fill(samples.begin() + 20 * kSourceRate, samples.begin() + 21 * kSourceRate, 0.5F);
    for (const bool fullyLabelled : {true, false}) {
        const LabelledRecording recording = test::recording(
            30, {label(0, 30, LabelClass::NotApplause), label(10, 12), label(20, 21, LabelClass::Unsure)},
            fullyLabelled);
        size_t length = 0;
        for (const StoredSound& sound : saidToBeNone(recording, samples)) {
            length += sound.size();
            EXPECT_EQ(std::ranges::count(sound.raw(), int16_t{0}), static_cast<std::ptrdiff_t>(sound.size()));
        }
        EXPECT_EQ(length, 27 * kSourceRate) << "and nothing else is lost";
    }
}

TEST(MixSources, LongNegativesAreCutIntoPieces) {
    const std::vector<StoredSound> sounds =
        saidToBeNone(test::recording(40, {label(1, 36, LabelClass::NotApplause)}, false),
                     std::vector<float>(40 * kSourceRate, 0.1F));
    ASSERT_EQ(sounds.size(), 4U);
    size_t length = 0;
    for (const StoredSound& sound : sounds) {
        EXPECT_LE(sound.size(), 10 * kSourceRate);
        length += sound.size();
    }
    EXPECT_EQ(length, 35 * kSourceRate);
}

TEST(MixSources, WhatOtherLabelsLeaveOfANegativeMayBeTooShort) {
    EXPECT_TRUE(saidToBeNone(test::recording(10, {label(2, 4), label(3, 4.2, LabelClass::NotApplause)}),
                             std::vector<float>(10 * kSourceRate, 0.1F))
                    .empty());
}
