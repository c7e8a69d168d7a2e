// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Dataset.h"
#include "core/dataset/Groups.h"
#include "core/dataset/WindowPlan.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace ovation;
using namespace ovation::test;

namespace {

struct Made {
    RecordingCollection collection;
    std::vector<Window> windows;

    void add(LabelledRecording made) {
        for (const Window& window : labelledWindows(made, static_cast<int32_t>(collection.recordings.size()), 2.32))
            windows.push_back(window);
        collection.recordings.push_back(std::move(made));
    }
    Split split(uint64_t seed = 1, double share = 0.8, const char* kind = "recording") const {
        return splitWindows(collection, windows, kind, share, seed);
    }
    std::set<int32_t> recordingsOf(const std::vector<int32_t>& side) const {
        std::set<int32_t> found;
        for (const int32_t index : side)
            found.insert(windows[static_cast<size_t>(index)].recording);
        return found;
    }
    int64_t positives(const std::vector<int32_t>& side) const {
        return std::ranges::count_if(side, [&](int32_t i) { return windows[static_cast<size_t>(i)].applause; });
    }
};

/// 20 applause and 60 other clips, each its own source.
Made clips() {
    Made made;
    for (int i = 0; i < 80; ++i)
        made.add(clip("clip" + std::to_string(100 + i), i < 20 ? LabelClass::Applause : LabelClass::NotApplause,
                      i % 7 ? 4 : 12));
    return made;
}

bool disjoint(const std::set<int32_t>& a, const std::set<int32_t>& b) {
    return std::ranges::none_of(a, [&](int32_t x) { return b.contains(x); });
}

} // namespace

TEST(Groups, TokensAreSeparatedBySemicolonsAndSpaces) {
    EXPECT_EQ(groupTokens("a; b;c d"), (std::vector<std::string>{"a", "b", "c", "d"}));
    EXPECT_EQ(groupTokens(" x - x ;"), (std::vector<std::string>{"x"}));
    EXPECT_TRUE(groupTokens("").empty());
}

TEST(Groups, AreSharedTransitively) {
    std::vector<LabelledRecording> recordings{
        clip("a", LabelClass::Applause, 4, {"g1"}), clip("b", LabelClass::Applause, 4, {"g3"}),
        clip("c", LabelClass::Applause, 4, {"g1", "g2"}), clip("d", LabelClass::Applause),
        clip("e", LabelClass::Applause, 4, {"g2"})};
    EXPECT_EQ(groupComponents(recordings), (std::vector<int32_t>{0, 1, 0, 3, 0}));
}

TEST(Split, EveryWindowIsOnExactlyOneSideAndNoRecordingOnBoth) {
    const Made made = clips();
    for (const uint64_t seed : {1, 2, 3, 42}) {
        const Split split = made.split(seed);
        EXPECT_EQ(split.train.size() + split.validation.size(), made.windows.size());
        EXPECT_TRUE(disjoint(made.recordingsOf(split.train), made.recordingsOf(split.validation)));
        EXPECT_FALSE(split.leaky);
    }
}

TEST(Split, KeepsTheShareOfEachClass) {
    const Made made = clips();
    const Split split = made.split();
    const auto all = static_cast<double>(made.windows.size());
    std::vector<int32_t> every(made.windows.size());
    for (size_t i = 0; i < every.size(); ++i)
        every[i] = static_cast<int32_t>(i);
    const auto positives = static_cast<double>(made.positives(every));
    EXPECT_NEAR(static_cast<double>(split.validation.size()) / all, 0.2, 0.03);
    EXPECT_NEAR(static_cast<double>(made.positives(split.validation)) / positives, 0.2, 0.05);
}

TEST(Split, SameSeedSameSplitOtherSeedAnother) {
    const Made made = clips();
    EXPECT_EQ(made.split(5).validation, made.split(5).validation);
    EXPECT_NE(made.split(5).validation, made.split(6).validation);
}

TEST(Split, ASplitSeedDecidesWhateverTheRandomSeedIs) {
    const Made made = clips();
    const auto validation = [&](uint64_t seed, int64_t splitSeed) {
        Hyperparameters values;
        values.seed = seed;
        values.splitSeed = splitSeed;
        return planWindows(made.collection, values, nullptr).split.validation;
    };
    EXPECT_EQ(validation(1, 5), validation(2, 5));
    EXPECT_EQ(validation(1, 5), validation(5, 0));
    EXPECT_NE(validation(1, 0), validation(2, 0));
}

TEST(Split, KeepsGroupsTogether) {
    Made made;
    for (int i = 0; i < 40; ++i)
        made.add(clip("clip" + std::to_string(i), i % 2 ? LabelClass::Applause : LabelClass::NotApplause, 4,
                      {"source" + std::to_string(i / 5)}));
    for (const uint64_t seed : {1, 2, 3, 4, 5}) {
        const Split split = made.split(seed);
        std::set<int32_t> groups;
        for (const int32_t i : made.recordingsOf(split.validation))
            groups.insert(i / 5);
        EXPECT_FALSE(groups.empty());
        for (const int32_t i : made.recordingsOf(split.train))
            EXPECT_FALSE(groups.contains(i / 5));
    }
}

TEST(Split, BothSidesGetBothClassesWhereThatIsPossible) {
    Made made;
    made.add(clip("a1", LabelClass::Applause));
    made.add(clip("a2", LabelClass::Applause));
    made.add(clip("b1", LabelClass::NotApplause, 60));
    made.add(clip("b2", LabelClass::NotApplause));
    for (const uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
        const Split split = made.split(seed);
        for (const auto& side : {split.train, split.validation}) {
            EXPECT_GT(made.positives(side), 0);
            EXPECT_LT(made.positives(side), static_cast<int64_t>(side.size()));
        }
    }
}

TEST(Split, ASingleRecordingOfAClassStaysInTraining) {
    Made made;
    made.add(clip("a", LabelClass::Applause));
    for (int i = 0; i < 10; ++i)
        made.add(clip("b" + std::to_string(i), LabelClass::NotApplause));
    EXPECT_EQ(made.positives(made.split().train), 1);
}

TEST(Split, RespectsRoles) {
    Made made = clips();
    made.collection.recordings[0].role = SplitRole::Validation;
    made.collection.recordings[1].role = SplitRole::Training;
    made.collection.recordings[2].role = SplitRole::Test;
    made.collection.recordings[3].groups = {"g"};
    made.collection.recordings[4].groups = {"g"};
    made.collection.recordings[4].role = SplitRole::Validation;
    for (const uint64_t seed : {1, 2, 3, 4, 5}) {
        const Split split = made.split(seed);
        const auto training = made.recordingsOf(split.train);
        const auto validation = made.recordingsOf(split.validation);
        EXPECT_TRUE(validation.contains(0));
        EXPECT_TRUE(training.contains(1));
        EXPECT_FALSE(training.contains(2) || validation.contains(2));
        EXPECT_TRUE(validation.contains(3)) << "follows its group's role";
        EXPECT_TRUE(validation.contains(4));
    }
}

TEST(Split, RolesThatTearAGroupApartAreSaidToLeak) {
    Made made = clips();
    made.collection.recordings[0].groups = made.collection.recordings[1].groups = {"g"};
    made.collection.recordings[0].role = SplitRole::Validation;
    made.collection.recordings[1].role = SplitRole::Training;
    EXPECT_TRUE(made.split().leaky);
}

TEST(Split, RandomIsMarkedAsLeakyAndKeepsTheShareOfEachClass) {
    Made made;
    made.add(recording(200, {label(50, 100)}));
    const Split split = made.split(1, 0.75, "random");
    EXPECT_TRUE(split.leaky);
    EXPECT_EQ(split.train.size() + split.validation.size(), made.windows.size());
    EXPECT_NEAR(static_cast<double>(split.train.size()), 0.75 * static_cast<double>(made.windows.size()), 1.1);
    EXPECT_GT(made.positives(split.validation), 0);
    EXPECT_EQ(made.split(1, 0.75, "random").train, split.train);
}

TEST(Split, OfNothingIsEmpty) {
    EXPECT_TRUE(Made{}.split().train.empty());
    EXPECT_TRUE(Made{}.split().validation.empty());
}

TEST(Split, GroupsOfRecordingsHeldBackStayTogetherBesideSeparateValidationData) {
    RecordingCollection training, validation;
    for (const char* name : {"tested", "its source", "validated", "of its source", "free"})
        training.recordings.push_back(clip(name, LabelClass::Applause));
    training.recordings[0].role = SplitRole::Test;
    training.recordings[0].groups = training.recordings[1].groups = {"hall"};
    training.recordings[2].role = SplitRole::Validation;
    training.recordings[2].groups = training.recordings[3].groups = {"street"};
    validation.recordings.push_back(clip("separate", LabelClass::Applause));
    const WindowPlan plan = planWindows(training, {}, &validation);
    const std::vector<SplitSide> sides = sidesOf(plan);
    EXPECT_EQ(sides, (std::vector{SplitSide::None, SplitSide::None, SplitSide::Validation, SplitSide::Validation,
                                  SplitSide::Training, SplitSide::Validation}));
    EXPECT_FALSE(plan.split.leaky);
}
