// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Dataset.h"
#include "core/features/FeatureCache.h"
#include "core/features/SeedFeatures.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace ovation;
using namespace ovation::test;

namespace {

void makeClips(const DataFolder& data, int each = 6, double seconds = 1.5) {
    for (int i = 0; i < each; ++i) {
        data.sound("applause/a" + std::to_string(i) + ".wav", seconds, static_cast<unsigned>(i + 1));
        data.tone("other/b" + std::to_string(i) + ".wav", seconds, 200 + 50 * i);
    }
}

RecordingCollection collect(const std::string& path) {
    auto result = collectRecordings({path});
    EXPECT_TRUE(result);
    return result ? *std::move(result) : RecordingCollection{};
}

} // namespace

TEST(BuildDataset, GivesPaddedStandardisedExamples) {
    const DataFolder data;
    makeClips(data);
    data.sound("applause/long.wav", 12, 99);
    const auto dataset = buildDataset(collect(data.path()), Hyperparameters{});
    ASSERT_TRUE(dataset);
    EXPECT_TRUE(dataset->skipped.empty());
    for (const ExampleSet* set : {&dataset->train, &dataset->validation}) {
        ASSERT_GT(set->count, 0);
        ASSERT_EQ(set->mfcc.size(), static_cast<size_t>(set->count) * 200 * 13);
        ASSERT_EQ(set->clipValues.size(), static_cast<size_t>(set->count) * 12);
        for (int64_t i = 0; i < set->count; ++i) {
            const int32_t length = set->lengths[static_cast<size_t>(i)];
            EXPECT_EQ(length, set->windows[static_cast<size_t>(i)].frames);
            const float* values = set->mfcc.data() + i * 200 * 13;
            EXPECT_TRUE(std::any_of(values, values + length * 13, [](float x) { return x != 0; }));
            EXPECT_TRUE(std::all_of(values + length * 13, values + 200 * 13, [](float x) { return x == 0; }));
            EXPECT_TRUE(std::all_of(values, values + 200 * 13, [](float x) { return std::isfinite(x); }));
            const auto& from = dataset->recordings[static_cast<size_t>(set->windows[static_cast<size_t>(i)].recording)];
            EXPECT_EQ(set->labels[static_cast<size_t>(i)], *from.wholeClip == LabelClass::Applause ? 1 : 0);
        }
    }
    EXPECT_EQ(dataset->summary.trainExamples, dataset->train.count);
    EXPECT_EQ(dataset->summary.validationFiles.size(), static_cast<size_t>(dataset->summary.validationRecordings));
}

TEST(BuildDataset, StandardisesByValidFramesOfTheTrainingPartOnly) {
    const DataFolder data;
    makeClips(data);
    const auto dataset = buildDataset(collect(data.path()), Hyperparameters{});
    ASSERT_TRUE(dataset);
    const ExampleSet& train = dataset->train;
    for (int c = 0; c < 13; ++c) {
        double sum = 0, squares = 0, count = 0;
        for (int64_t i = 0; i < train.count; ++i)
            for (int32_t f = 0; f < train.lengths[static_cast<size_t>(i)]; ++f) {
                const double x = train.mfcc[static_cast<size_t>((i * 200 + f) * 13 + c)];
                sum += x;
                squares += x * x;
                ++count;
            }
        EXPECT_NEAR(sum / count, 0, 1e-4) << c;
        EXPECT_NEAR(squares / count, 1, 0.02) << c;
    }
}

TEST(BuildDataset, AWindowOfALongRecordingIsWhatThatWindowGivesAlone) {
    const DataFolder data;
    makeClips(data, 4);
    data.sound("talk.wav", 40, 5);
    data.text("talk.txt", "30\t40\tapplause\n");
    const auto dataset = buildDataset(collect(data.path()), Hyperparameters{});
    ASSERT_TRUE(dataset);
    const auto whole = frameFeatures(data.path("talk.wav"));
    ASSERT_TRUE(whole);
    int compared = 0;
    for (const ExampleSet* set : {&dataset->train, &dataset->validation})
        for (int64_t i = 0; i < set->count; ++i) {
            const Window& window = set->windows[static_cast<size_t>(i)];
            if (dataset->recordings[static_cast<size_t>(window.recording)].path != data.path("talk.wav")) continue;
            auto expected = clipFeatures(*whole, window.firstFrame, window.frames);
            dataset->mfccStandardizer.apply(expected.mfcc.values);
            for (size_t k = 0; k < expected.mfcc.values.size(); ++k)
                ASSERT_EQ(set->mfcc[static_cast<size_t>(i) * 200 * 13 + k], expected.mfcc.values[k])
                    << window.firstFrame;
            ++compared;
        }
    EXPECT_GT(compared, 5);
}

TEST(BuildDataset, TheCacheChangesNothing) {
    const DataFolder data, folder;
    makeClips(data);
    data.sound("talk.wav", 40, 5, 16000);
    data.text("talk.txt", "30\t40\tapplause\n");
    const auto collection = collect(data.path());
    const auto without = buildDataset(collection, Hyperparameters{});
    ASSERT_TRUE(without);
    const FeatureCache cache(folder.path(), FeatureCache::kDefaultMaxBytes, 0);
    for (int run = 0; run < 2; ++run) {
        const auto with = buildDataset(collection, Hyperparameters{}, nullptr, {}, {}, &cache);
        ASSERT_TRUE(with);
        EXPECT_TRUE(with->train.mfcc == without->train.mfcc);
        EXPECT_TRUE(with->train.clipValues == without->train.clipValues);
        EXPECT_TRUE(with->validation.mfcc == without->validation.mfcc);
        EXPECT_EQ(with->summary.fingerprint, without->summary.fingerprint);
        EXPECT_EQ(with->clipStandardizer.mean, without->clipStandardizer.mean);
        int64_t entries = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            entries += entry.path().extension() == ".features" ? 1 : 0;
        EXPECT_EQ(entries, 13);
    }
}

TEST(BuildDataset, WithACacheARecordingThatVanishesIsSkippedAllTheSame) {
    const DataFolder data, folder;
    makeClips(data);
    const auto collection = collect(data.path());
    const FeatureCache cache(folder.path(), FeatureCache::kDefaultMaxBytes, 0);
    ASSERT_TRUE(buildDataset(collection, Hyperparameters{}, nullptr, {}, {}, &cache));
    std::filesystem::remove(data.path("other/b3.wav"));
    const auto dataset = buildDataset(collection, Hyperparameters{}, nullptr, {}, {}, &cache);
    ASSERT_TRUE(dataset);
    ASSERT_EQ(dataset->skipped.size(), 1U);
    EXPECT_EQ(dataset->skipped[0].error.code, ErrorCode::FileNotFound);
}

TEST(BuildDataset, TheFingerprintDependsOnContentAndLabelsNotOnPlaces) {
    const DataFolder first, moved, relabelled;
    makeClips(first);
    makeClips(moved);
    makeClips(relabelled);
    std::filesystem::rename(relabelled.path("other/b0.wav"), relabelled.path("applause/b0.wav"));
    const auto fingerprint = [](const DataFolder& data, uint64_t seed = 42) {
        Hyperparameters values;
        values.seed = seed;
        const auto dataset = buildDataset(collect(data.path()), values);
        return dataset ? dataset->summary.fingerprint : "failed";
    };
    EXPECT_EQ(fingerprint(first).size(), 32U);
    EXPECT_EQ(fingerprint(first), fingerprint(moved));
    EXPECT_NE(fingerprint(first), fingerprint(relabelled));
    EXPECT_NE(fingerprint(first), fingerprint(first, 7)) << "another split";
}

TEST(BuildDataset, SeparateValidationDataIsUsedWholly) {
    const DataFolder data, separate;
    makeClips(data, 3);
    makeClips(separate, 2);
    const auto validation = collect(separate.path());
    const auto dataset = buildDataset(collect(data.path()), Hyperparameters{}, &validation);
    ASSERT_TRUE(dataset);
    EXPECT_EQ(dataset->train.count, 6);
    EXPECT_EQ(dataset->validation.count, 4);
    EXPECT_EQ(dataset->summary.validationPositives, 2);
}

TEST(BuildDataset, ARecordingThatVanishesIsSkippedAndListed) {
    const DataFolder data;
    makeClips(data);
    const auto collection = collect(data.path());
    std::filesystem::remove(data.path("other/b3.wav"));
    const auto dataset = buildDataset(collection, Hyperparameters{});
    ASSERT_TRUE(dataset);
    ASSERT_EQ(dataset->skipped.size(), 1U);
    EXPECT_EQ(dataset->skipped[0].path, data.path("other/b3.wav"));
    EXPECT_EQ(dataset->skipped[0].error.code, ErrorCode::FileNotFound);
    EXPECT_EQ(dataset->train.count + dataset->validation.count, 11);
}

TEST(BuildDataset, OneClassOrNothingIsAnError) {
    const DataFolder data;
    for (int i = 0; i < 4; ++i)
        data.sound("applause/a" + std::to_string(i) + ".wav", 1, static_cast<unsigned>(i + 1));
    const auto oneClass = buildDataset(collect(data.path()), Hyperparameters{});
    ASSERT_FALSE(oneClass);
    EXPECT_EQ(oneClass.error().code, ErrorCode::OneClass);
    const auto nothing = buildDataset({}, Hyperparameters{});
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::NoData);
}

TEST(BuildDataset, CanBeCancelled) {
    const DataFolder data;
    makeClips(data);
    const CancelToken cancel;
    const auto collection = collect(data.path());
    int shown = 0;
    const auto result = buildDataset(collection, Hyperparameters{}, nullptr, cancel, [&](const Progress&) {
        ++shown;
        cancel.cancel();
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    EXPECT_GE(shown, 1);
}
