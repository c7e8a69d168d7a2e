// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/Rearrange.h"

#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

Segment made(int64_t id, int64_t begin, int64_t end, LabelClass labelClass = LabelClass::Applause) {
    Segment segment;
    segment.id = id;
    segment.range = {begin, end};
    segment.labelClass = labelClass;
    return segment;
}

const std::vector<Segment> kThree = {made(1, 100, 200), made(2, 300, 400, LabelClass::Unsure), made(3, 600, 700)};

TEST(RearrangeTest, SplittingKeepsEverythingButTheRange) {
    std::vector<Segment> all = kThree;
    all[1].origin = Origin::Imported;
    all[1].source = "a.txt";
    all[1].text = "maybe";
    const Rearranged split = splitAt(350, all, {});
    EXPECT_EQ(split.removed, (std::vector<int64_t>{2}));
    Segment first = all[1], second = all[1];
    first.range = {300, 350};
    second.range = {350, 400};
    second.id = 0;
    EXPECT_EQ(split.added, (std::vector{first, second}));
}

TEST(RearrangeTest, SplittingNeedsAPlaceInsideAChosenSegment) {
    EXPECT_TRUE(splitAt(300, kThree, {}).added.empty());
    EXPECT_TRUE(splitAt(400, kThree, {}).added.empty());
    EXPECT_TRUE(splitAt(350, kThree, {1, 3}).added.empty());
    EXPECT_EQ(splitAt(350, kThree, {1, 2}).added.size(), 2U);
}

TEST(RearrangeTest, MergingSpansAllBetweenAndTakesTheFirstClass) {
    const Rearranged merged = mergeChosen(kThree, {3, 1});
    EXPECT_EQ(merged.removed, (std::vector<int64_t>{1, 2, 3}));
    EXPECT_EQ(merged.added, (std::vector{made(1, 100, 700)}));
}

TEST(RearrangeTest, ASingleSegmentMergesWithTheNextOne) {
    EXPECT_EQ(mergeChosen(kThree, {2}).added, (std::vector{made(2, 300, 700, LabelClass::Unsure)}));
    EXPECT_TRUE(mergeChosen(kThree, {3}).added.empty());
    EXPECT_TRUE(mergeChosen(kThree, {}).added.empty());
}

TEST(RearrangeTest, MergingDifferentOriginsIsTheWorkOfAPerson) {
    std::vector<Segment> all = kThree;
    all[0].origin = all[1].origin = Origin::Accepted;
    all[0].source = all[1].source = "model";
    all[0].score = 0.5;
    all[1].score = 0.75;
    const Segment accepted = mergeChosen(all, {1, 2}).added.at(0);
    EXPECT_EQ(accepted.origin, Origin::Accepted);
    EXPECT_EQ(accepted.source, "model");
    EXPECT_EQ(accepted.score, -1);
    const Segment mixed = mergeChosen(all, {1, 3}).added.at(0);
    EXPECT_EQ(mixed.origin, Origin::Drawn);
    EXPECT_EQ(mixed.source, "");
}

TEST(RearrangeTest, CopiesGoIntoTheNextGapsThatHoldThem) {
    const Rearranged copies = duplicateChosen(kThree, {1, 2}, 1000);
    EXPECT_TRUE(copies.removed.empty());
    ASSERT_EQ(copies.added.size(), 2U);
    EXPECT_EQ(copies.added[0], made(0, 400, 500));
    EXPECT_EQ(copies.added[1], made(0, 500, 600, LabelClass::Unsure));
    EXPECT_EQ(duplicateChosen(kThree, {3}, 800).added, (std::vector{made(0, 700, 800)}));
    EXPECT_TRUE(duplicateChosen(kThree, {3}, 799).added.empty());
}

TEST(RearrangeTest, SeveralMoveTogetherAsFarAsTheFirstOfThemCan) {
    EXPECT_EQ(possibleShift(500, kThree, {1, 2}, 1000), 200);
    EXPECT_EQ(possibleShift(-500, kThree, {1, 2}, 1000), -100);
    EXPECT_EQ(possibleShift(500, kThree, {1, 2, 3}, 1000), 300);
    EXPECT_EQ(possibleShift(500, kThree, {1, 3}, 1000), 100);
    EXPECT_EQ(possibleShift(50, kThree, {1, 3}, 1000), 50);
    const Rearranged moved = shiftChosen(kThree, {1, 3}, 50);
    EXPECT_EQ(moved.removed, (std::vector<int64_t>{1, 3}));
    EXPECT_EQ(moved.added, (std::vector{made(1, 150, 250), made(3, 650, 750)}));
}

TEST(RearrangeTest, ABandTakesWhatItTouches) {
    EXPECT_EQ(touchedBy({199, 301}, kThree), (std::vector<int64_t>{1, 2}));
    EXPECT_TRUE(touchedBy({200, 300}, kThree).empty());
}

} // namespace
} // namespace ovation::ui
