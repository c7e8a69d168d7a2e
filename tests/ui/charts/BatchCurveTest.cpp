// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/BatchCurve.h"

#include "ui/charts/ChartRegistry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ovation::ui {
namespace {

BatchMetrics lossOfBatch(int64_t number, double loss) {
    BatchMetrics metrics;
    metrics.epoch = 1 + (number - 1) / 10;
    metrics.batch = 1 + (number - 1) % 10;
    metrics.batches = 10;
    metrics.loss = loss;
    return metrics;
}

TEST(Smoothing, BeginsAtTheFirstValueAndFollowsSlowly) {
    const Curve raw = {{1, 4}, {2, 0}, {3, 0}};
    const Curve smooth = smoothed(raw, 0.5);
    ASSERT_EQ(smooth.size(), 3U);
    EXPECT_DOUBLE_EQ(smooth[0].y(), 4) << "no pull towards zero at the start";
    EXPECT_NEAR(smooth[1].y(), 4.0 / 3, 1e-12);
    EXPECT_NEAR(smooth[2].y(), 4.0 / 7, 1e-12);
    EXPECT_EQ(smoothed(raw, 0), raw);
}

TEST(Smoothing, PassesGapsOn) {
    const double gap = std::numeric_limits<double>::quiet_NaN();
    const Curve smooth = smoothed({{1, 2}, {2, gap}, {3, 2}}, 0.9);
    EXPECT_TRUE(std::isnan(smooth[1].y()));
    EXPECT_NEAR(smooth[2].y(), 2, 1e-12);
}

TEST(BatchCurve, GrowsByWhatIsNewAndEqualsOneMadeAtOnce) {
    const CurveDescription description = lossChart().curves[0];
    std::vector<BatchMetrics> batches;
    BatchCurve growing, whole;
    for (int i = 1; i <= 50; ++i) {
        batches.push_back(lossOfBatch(i, 1.0 / i));
        if (i % 7 == 0) growing.update(batches, description, 0.8);
    }
    growing.update(batches, description, 0.8);
    whole.update(batches, description, 0.8);
    EXPECT_EQ(growing.raw(), whole.raw());
    EXPECT_EQ(growing.smooth(), whole.smooth());
    EXPECT_EQ(growing.smooth(), smoothed(growing.raw(), 0.8));
    growing.update(batches, description, 0);
    EXPECT_TRUE(growing.smooth().empty());
}

TEST(BatchCurve, BeginsAnewWithAnotherRunOfTheSameLength) {
    const CurveDescription description = lossChart().curves[0];
    BatchCurve curve;
    curve.update({lossOfBatch(1, 0.5), lossOfBatch(2, 0.4)}, description, 0);
    curve.update({lossOfBatch(1, 0.9), lossOfBatch(2, 0.8)}, description, 0);
    EXPECT_DOUBLE_EQ(curve.raw()[0].y(), 0.9);
    curve.update({}, description, 0);
    EXPECT_TRUE(curve.raw().empty());
}

TEST(BatchCurve, UsualRangeLeavesOutliersAwayAndKeepsToTheEpochsShown) {
    const CurveDescription description = lossChart().curves[0];
    std::vector<BatchMetrics> batches;
    for (int i = 1; i <= 1000; ++i)
        batches.push_back(lossOfBatch(i, i == 3 ? 500 : i <= 500 ? 1 : 0.25));
    BatchCurve curve;
    curve.update(batches, description, 0);
    const auto all = curve.usualRange(0, 100, false);
    ASSERT_TRUE(all);
    EXPECT_DOUBLE_EQ(all->first, 0.25);
    EXPECT_DOUBLE_EQ(all->second, 1);
    const auto late = curve.usualRange(60, 100, false);
    ASSERT_TRUE(late);
    EXPECT_DOUBLE_EQ(late->second, 0.25);
    EXPECT_FALSE(curve.usualRange(200, 300, false));
}

TEST(BatchCurve, NearestBatchIsTheOneUnderThePointer) {
    const CurveDescription description = lossChart().curves[0];
    BatchCurve curve;
    EXPECT_EQ(curve.nearest(1), nullptr);
    curve.update({lossOfBatch(1, 0.5), lossOfBatch(2, 0.4), lossOfBatch(3, 0.3)}, description, 0);
    ASSERT_NE(curve.nearest(0.22), nullptr);
    EXPECT_DOUBLE_EQ(curve.nearest(0.22)->y(), 0.4);
    EXPECT_DOUBLE_EQ(curve.nearest(-5)->y(), 0.5);
    EXPECT_DOUBLE_EQ(curve.nearest(9)->y(), 0.3);
}

TEST(Decades, HoldTheValuesBetweenPowersOfTen) {
    EXPECT_DOUBLE_EQ(decades(0.02, 0.7).low, 0.01);
    EXPECT_DOUBLE_EQ(decades(0.02, 0.7).high, 1);
    EXPECT_DOUBLE_EQ(decades(0.1, 0.1).high, 1);
    EXPECT_GT(decades(0, -1).high, decades(0, -1).low);
}

} // namespace
} // namespace ovation::ui
