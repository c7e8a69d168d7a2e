// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/ClipAugmentation.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace ovation;
using namespace ovation::test;

namespace {

Samples noiseOf(double seconds, unsigned seed) {
    Random random(seed);
    Samples samples(static_cast<size_t>(seconds * seed::kSampleRate));
    for (float& sample : samples)
        sample = 0.1F * random.quickNormal();
    return samples;
}

void tenOfEachClass(const DataFolder& data) {
    for (int i = 0; i < 10; ++i) {
        data.sound("applause/a" + std::to_string(i) + ".wav", 1, static_cast<unsigned>(i));
        data.tone("speech/b" + std::to_string(i) + ".wav", 1, 300 + 20 * i);
    }
}

Hyperparameters nothing() {
    Hyperparameters values;
    values.gainDb = values.timeShiftS = 0;
    values.speechUnderShare = values.noiseShare = values.bandLimitShare = values.reverberationShare = values.maskShare =
        0;
    return values;
}

/// Power of a band of frequencies against all of it.
double shareAbove(const Samples& samples, size_t band) {
    const FrameFeatures frames = frameFeatures(samples);
    double above = 0, all = 0;
    for (int64_t row = 0; row < frames.frames(); ++row)
        for (size_t i = 0; i < frames.melPower.row(row).size(); ++i) {
            all += static_cast<double>(frames.melPower.row(row)[i]);
            if (i >= band) above += static_cast<double>(frames.melPower.row(row)[i]);
        }
    return above / all;
}

} // namespace

TEST(ClipAugmentation, WithAllAtNothingAClipStaysAsItIs) {
    const Samples before = noiseOf(1, 1);
    Random random(1);
    EXPECT_EQ(alter(before, true, noiseOf(1, 2), nothing(), random).samples, before);
}

TEST(ClipAugmentation, EachSettingChangesWhatItSays) {
    const Samples before = noiseOf(2, 1);
    Hyperparameters gain = nothing();
    gain.gainDb = 12;
    Random a(3);
    const AlteredClip louder = alter(before, true, {}, gain, a);
    const float factor = louder.samples[0] / before[0];
    EXPECT_NE(factor, 1.0F);
    EXPECT_LE(std::abs(20 * std::log10(factor)), 12.001F);
    EXPECT_NEAR(louder.samples[1000], factor * before[1000], 1e-5);

    Hyperparameters band = nothing();
    band.bandLimitShare = 1;
    for (uint64_t number = 0; number < 6; ++number) {
        Random random(number);
        const AlteredClip limited = alter(before, true, {}, band, random);
        EXPECT_LT(shareAbove(limited.samples, 120), 0.2 * shareAbove(before, 120)) << limited.done.front();
    }

    Hyperparameters coding = nothing();
    coding.codingShare = 1;
    Random e(4);
    const AlteredClip coded = alter(before, true, {}, coding, e);
    EXPECT_NE(coded.samples, before);
    EXPECT_EQ(coded.samples.size(), before.size());
    EXPECT_TRUE(coded.done.front().starts_with("MP3 at about ")) << coded.done.front();

    Hyperparameters speech = nothing();
    speech.speechUnderShare = 1;
    Random b(5);
    EXPECT_NE(alter(before, true, noiseOf(2, 9), speech, b).samples, before);
    Random c(5);
    EXPECT_EQ(alter(before, false, noiseOf(2, 9), speech, c).samples, before) << "only under applause";

    Hyperparameters mask = nothing();
    mask.maskShare = 1;
    Random d(7);
    const AlteredClip hidden = alter(before, true, {}, mask, d);
    EXPECT_EQ(hidden.samples, before) << "SpecAugment is not heard";
    ASSERT_GT(hidden.endBand, hidden.firstBand);
    const FrameFeatures frames = featuresOf(hidden);
    const FrameFeatures usual = frameFeatures(before);
    const auto band0 = static_cast<size_t>(hidden.firstBand);
    EXPECT_LT(frames.melPower.row(10)[band0], 1e-6F * usual.melPower.row(10)[band0]);
}

TEST(ClipAugmentation, CopiesAreInTheTrainingPartOnlyAndTheSameEveryTime) {
    const DataFolder data;
    for (int i = 0; i < 10; ++i) {
        data.sound("applause/a" + std::to_string(i) + ".wav", 1, static_cast<unsigned>(i));
        data.tone("other/b" + std::to_string(i) + ".wav", 1, 300 + 20 * i);
    }
    const auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    Hyperparameters values;
    const auto plain = buildDataset(*collection, values);
    values.augmentCopies = 2;
    const auto altered = buildDataset(*collection, values);
    const auto again = buildDataset(*collection, values);
    ASSERT_TRUE(plain && altered && again);
    EXPECT_EQ(altered->train.count, 3 * plain->train.count);
    EXPECT_EQ(altered->validation.count, plain->validation.count);
    EXPECT_EQ(altered->train.mfcc, again->train.mfcc);
    EXPECT_EQ(std::ranges::count(altered->train.labels, 1), 3 * std::ranges::count(plain->train.labels, 1));
    const auto example = augmentationExample(*collection, values, 0);
    ASSERT_TRUE(example);
    EXPECT_FALSE(example->before.empty());
    EXPECT_NE(example->before, example->after.samples);
    EXPECT_FALSE(example->after.done.empty());
}

TEST(ClipAugmentation, AFrameModelsExampleIsMixed) {
    const DataFolder data;
    tenOfEachClass(data);
    const auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    Hyperparameters values = preset("compact")->values;
    values.exampleS = 4;
    const auto example = augmentationExample(*collection, values, 3);
    ASSERT_TRUE(example) << describe(example.error());
    EXPECT_TRUE(example->before.empty());
    EXPECT_NEAR(static_cast<double>(example->after.samples.size()), 4 * 22050.0, 1000);
}

TEST(ClipAugmentation, ManyExamplesAreMixedFromRecordingsThatAreReadOnce) {
    const DataFolder data;
    tenOfEachClass(data);
    const auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    Hyperparameters values = preset("compact")->values;
    values.exampleS = 2;
    values.threads = 1;
    std::vector<Samples> heard;
    size_t read = 0;
    const auto made = forEachAugmentationExample(
        *collection, values, 3,
        [&](const AugmentationExample& example) -> Result<void> {
            heard.push_back(example.after.samples);
            return {};
        },
        {}, [&](const Progress& progress) { read += progress.stage == "Reading recordings" ? 1 : 0; });
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(read, collection->recordings.size());
    ASSERT_EQ(heard.size(), 3U);
    const auto last = augmentationExample(*collection, values, 2);
    ASSERT_TRUE(last) << describe(last.error());
    EXPECT_EQ(heard[2], last->after.samples);
    EXPECT_NE(heard[1], heard[2]);
    const CancelToken cancel;
    size_t taken = 0;
    const auto ended = forEachAugmentationExample(
        *collection, Hyperparameters(), 5,
        [&](const AugmentationExample&) -> Result<void> {
            ++taken;
            cancel.cancel();
            return {};
        },
        cancel);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(taken, 1U);
}

TEST(Folds, HoldOutEveryRecordingOnceWithApplauseInEach) {
    const DataFolder data;
    RecordingCollection collection;
    for (int i = 0; i < 40; ++i)
        collection.recordings.push_back(clip("r" + std::to_string(100 + i),
                                             i % 4 == 0 ? LabelClass::Applause : LabelClass::NotApplause, 4,
                                             {"source " + std::to_string(i / 2)}));
    std::vector<Window> windows;
    for (int32_t i = 0; i < 40; ++i)
        for (const Window& window : labelledWindows(collection.recordings[static_cast<size_t>(i)], i, 2.32))
            windows.push_back(window);
    std::vector<int> held(windows.size(), 0);
    for (int64_t fold = 1; fold <= 5; ++fold) {
        const Split split = splitWindows(collection, windows, "recording", 0.8, 42, 5, fold);
        EXPECT_FALSE(split.leaky) << "sources stay together";
        EXPECT_EQ(split.train.size() + split.validation.size(), windows.size());
        int64_t applause = 0;
        for (const int32_t index : split.validation) {
            ++held[static_cast<size_t>(index)];
            applause += windows[static_cast<size_t>(index)].applause;
        }
        EXPECT_EQ(applause, 2) << "fold " << fold;
    }
    EXPECT_TRUE(std::ranges::all_of(held, [](int times) { return times == 1; }));
}
