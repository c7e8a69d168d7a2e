// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartMath.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ovation::ui {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

TEST(NiceScale, TicksAreOneTwoOrFiveTimesAPowerOfTen) {
    const NiceScale scale = niceScale(0.03, 0.87, 5);
    EXPECT_DOUBLE_EQ(scale.low, 0);
    EXPECT_DOUBLE_EQ(scale.high, 1);
    EXPECT_DOUBLE_EQ(scale.step, 0.2);
    EXPECT_DOUBLE_EQ(niceScale(0, 47, 5).step, 10);
    EXPECT_DOUBLE_EQ(niceScale(0, 0.001, 4).step, 0.0005);
}

TEST(NiceScale, LimitOnATickStaysThere) {
    const NiceScale scale = niceScale(0.1, 0.3, 2);
    EXPECT_NEAR(scale.low, 0.1, 1e-12);
    EXPECT_NEAR(scale.high, 0.3, 1e-12);
}

TEST(NiceScale, EqualAndUndefinedLimitsGiveAnAxisOfSomeWidth) {
    for (const auto& scale : {niceScale(0, 0, 5), niceScale(0.5, 0.5, 5), niceScale(kGap, 1, 5)}) {
        EXPECT_GT(scale.high, scale.low);
        EXPECT_GT(scale.step, 0);
    }
}

TEST(TickFormat, HasAsManyDecimalsAsTheStepNeeds) {
    EXPECT_EQ(tickFormat({0, 1, 0.2}), QStringLiteral("%.1f"));
    EXPECT_EQ(tickFormat({0, 0.1, 0.05}), QStringLiteral("%.2f"));
    EXPECT_EQ(tickFormat({0, 100, 20}), QStringLiteral("%.0f"));
    EXPECT_EQ(tickFormat({0, 1e-4, 2e-5}), QStringLiteral("%g"));
}

TEST(Thinned, KeepsLowestAndHighestOfEachColumnInOrder) {
    // One column: from ten points the dip and the peak stay, the dip first because it comes first.
    Curve curve;
    for (int i = 0; i < 10; ++i)
        curve.emplace_back(i / 10.0, i == 3 ? -5 : i == 7 ? 9 : 1);
    const auto stretches = thinned(curve, 0, 1, 1);
    ASSERT_EQ(stretches.size(), 1U);
    EXPECT_EQ(stretches[0], (QList<QPointF>{{0.3, -5}, {0.7, 9}}));
}

TEST(Thinned, HundredThousandPointsBecomeAtMostTwoForEachPixel) {
    Curve curve;
    for (int i = 0; i < 100'000; ++i)
        curve.emplace_back(i / 1000.0, std::sin(i * 0.7) + (i == 54'321 ? 40 : 0));
    const auto stretches = thinned(curve, 0, 100, 600);
    ASSERT_EQ(stretches.size(), 1U);
    EXPECT_LE(stretches[0].size(), 1200);
    EXPECT_GE(stretches[0].size(), 600);
    double highest = 0;
    for (qsizetype i = 0; i < stretches[0].size(); ++i) {
        highest = std::max(highest, stretches[0][i].y());
        if (i > 0) {
            EXPECT_GE(stretches[0][i].x(), stretches[0][i - 1].x());
        }
    }
    EXPECT_GT(highest, 39) << "the single peak must not be thinned away";
}

TEST(Thinned, UndefinedValuesLeaveAGap) {
    const auto stretches = thinned({{1, 0.5}, {2, 0.6}, {3, kGap}, {4, 0.7}}, 0, 4, 100);
    ASSERT_EQ(stretches.size(), 2U);
    EXPECT_EQ(stretches[0], (QList<QPointF>{{1, 0.5}, {2, 0.6}}));
    EXPECT_EQ(stretches[1], (QList<QPointF>{{4, 0.7}}));
}

TEST(Thinned, LeavesOutWhatIsOutsideTheAxis) {
    EXPECT_TRUE(thinned({{5, 1}}, 0, 4, 10).empty());
    EXPECT_TRUE(thinned({}, 0, 4, 10).empty());
    EXPECT_TRUE(thinned({{1, 1}}, 4, 4, 10).empty());
}

TEST(ValueText, HasFourDigitsAndSaysNotAvailable) {
    EXPECT_EQ(valueText(0.04123), QStringLiteral("0.0412"));
    EXPECT_EQ(valueText(12.3456), QStringLiteral("12.35"));
    EXPECT_EQ(valueText(0.0), QStringLiteral("0.0000"));
    EXPECT_EQ(valueText(1.5e-5), QStringLiteral("1.50e-5"));
    EXPECT_EQ(valueText(std::nullopt), QStringLiteral("n/a"));
    EXPECT_EQ(valueText(kGap), QStringLiteral("n/a"));
}

} // namespace
} // namespace ovation::ui
