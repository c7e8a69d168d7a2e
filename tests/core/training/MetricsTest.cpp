// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace ovation;

namespace {

// Five examples; by descending score: T .9, F .8, T .7, T .4, F .1.
const std::vector<RankedExample> kFive{{0.1F, false}, {0.9F, true}, {0.8F, false}, {0.4F, true}, {0.7F, true}};

} // namespace

TEST(Confusion, CountsGiveAccuracyPrecisionRecallAndF1) {
    Confusion counts;
    for (int i = 0; i < 6; ++i)
        counts.add(true, true);
    for (int i = 0; i < 2; ++i)
        counts.add(true, false);
    for (int i = 0; i < 4; ++i)
        counts.add(false, true);
    for (int i = 0; i < 8; ++i)
        counts.add(false, false);
    EXPECT_EQ(counts, (Confusion{8, 4, 2, 6}));
    EXPECT_EQ(counts.total(), 20);
    EXPECT_DOUBLE_EQ(counts.accuracy().value(), 14.0 / 20);
    EXPECT_DOUBLE_EQ(counts.precision().value(), 6.0 / 10);
    EXPECT_DOUBLE_EQ(counts.recall().value(), 6.0 / 8);
    EXPECT_DOUBLE_EQ(counts.f1().value(), 12.0 / 18);
}

TEST(Confusion, WhatIsUndefinedHasNoValue) {
    const Confusion empty;
    EXPECT_FALSE(empty.accuracy());
    EXPECT_FALSE(empty.f1());
    const Confusion onlyNegatives{5, 0, 0, 0};
    EXPECT_EQ(onlyNegatives.accuracy(), 1.0);
    EXPECT_FALSE(onlyNegatives.precision());
    EXPECT_FALSE(onlyNegatives.recall());
    EXPECT_FALSE(onlyNegatives.f1());
    const Confusion allMissed{5, 0, 3, 0};
    EXPECT_FALSE(allMissed.precision());
    EXPECT_EQ(allMissed.recall(), 0.0);
    EXPECT_EQ(allMissed.f1(), 0.0);
}

TEST(RocAuc, IsTheShareOfPairsInTheRightOrder) {
    // Of the 3 x 2 pairs, .9 beats both, .7 and .4 beat .1 only: 4 of 6.
    EXPECT_NEAR(rocAuc(kFive).value(), 4.0 / 6, 1e-12);
}

TEST(RocAuc, TiesCountHalf) {
    const std::vector<RankedExample> tied{{0.5F, true}, {0.5F, false}, {0.5F, false}, {0.9F, true}};
    EXPECT_NEAR(rocAuc(tied).value(), (0.5 + 0.5 + 1 + 1) / 4, 1e-12);
    const std::vector<RankedExample> allTied{{0.5F, true}, {0.5F, false}};
    EXPECT_NEAR(rocAuc(allTied).value(), 0.5, 1e-12);
}

TEST(RocAuc, IsUndefinedWithOneClassOrNoExamples) {
    EXPECT_FALSE(rocAuc({}));
    EXPECT_FALSE(rocAuc(std::vector<RankedExample>{{0.2F, true}, {0.4F, true}}));
    EXPECT_FALSE(rocAuc(std::vector<RankedExample>{{0.2F, false}}));
}

TEST(AveragePrecision, SumsPrecisionAtEachGainInRecall) {
    // Recall rises at ranks 1, 3 and 4 with precision 1, 2/3 and 3/4.
    EXPECT_NEAR(averagePrecision(kFive).value(), (1.0 + 2.0 / 3 + 3.0 / 4) / 3, 1e-12);
}

TEST(AveragePrecision, TiesAreOneStep) {
    const std::vector<RankedExample> tied{{0.5F, true}, {0.5F, false}, {0.5F, false}, {0.9F, true}};
    EXPECT_NEAR(averagePrecision(tied).value(), 0.5 * 1 + 0.5 * 2.0 / 4, 1e-12);
}

TEST(AveragePrecision, IsOneWithPositivesOnlyAndUndefinedWithoutAny) {
    EXPECT_EQ(averagePrecision(std::vector<RankedExample>{{0.2F, true}, {0.4F, true}}), 1.0);
    EXPECT_FALSE(averagePrecision(std::vector<RankedExample>{{0.2F, false}}));
    EXPECT_FALSE(averagePrecision({}));
}

TEST(Metrics, AScoreThatIsNotANumberRanksLowest) {
    const std::vector<RankedExample> examples{
        {std::numeric_limits<float>::quiet_NaN(), true}, {0.1F, false}, {0.9F, true}};
    EXPECT_NEAR(rocAuc(examples).value(), 0.5, 1e-12);
}

TEST(RocCurve, RunsFromTheOriginToTheCornerThroughEachThreshold) {
    const auto curve = rocCurve(kFive);
    ASSERT_EQ(curve.size(), 6U);
    EXPECT_EQ(curve.front().x, 0);
    EXPECT_EQ(curve.front().y, 0);
    EXPECT_TRUE(std::isinf(curve.front().threshold));
    EXPECT_EQ(curve[2].x, 0.5);
    EXPECT_NEAR(curve[2].y, 1.0 / 3, 1e-12);
    EXPECT_NEAR(curve[2].threshold, 0.8, 1e-6);
    EXPECT_EQ(curve.back().x, 1);
    EXPECT_EQ(curve.back().y, 1);
    EXPECT_TRUE(rocCurve(std::vector<RankedExample>{{0.2F, true}}).empty());
}

TEST(PrecisionRecallCurve, EndsAtFullRecallWithThePrevalence) {
    const auto curve = precisionRecallCurve(kFive);
    ASSERT_EQ(curve.size(), 6U);
    EXPECT_EQ(curve.front().y, 1);
    EXPECT_NEAR(curve[3].x, 2.0 / 3, 1e-12);
    EXPECT_NEAR(curve[3].y, 2.0 / 3, 1e-12);
    EXPECT_EQ(curve.back().x, 1);
    EXPECT_NEAR(curve.back().y, 3.0 / 5, 1e-12);
    EXPECT_TRUE(precisionRecallCurve(std::vector<RankedExample>{{0.2F, false}}).empty());
}
