// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Bootstrap.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace ovation;

TEST(Bootstrap, IntervalsLeaveATwentiethOut) {
    std::vector<double> values(1001);
    std::iota(values.rbegin(), values.rend(), 0.0);
    EXPECT_EQ(percentileInterval(values, 1001), (Interval{25, 975}));
    EXPECT_EQ(percentileInterval({1, 2}, 2), (Interval{1.025, 1.975})) << "between values by their distance";
}

TEST(Bootstrap, FiguresThatAreOftenUndefinedHaveNoInterval) {
    const std::vector<double> values(90, 1.0);
    EXPECT_TRUE(percentileInterval(values, 100));
    EXPECT_FALSE(percentileInterval(values, 101));
    EXPECT_FALSE(percentileInterval({}, 0));
}

TEST(Bootstrap, EachResampleDrawsAsManyAsThereAre) {
    std::vector<std::vector<int64_t>> first, again, other;
    forEachResample(5, 20, [&](const auto& times) { first.push_back(times); });
    forEachResample(5, 20, [&](const auto& times) { again.push_back(times); });
    forEachResample(
        5, 20, [&](const auto& times) { other.push_back(times); }, 2);
    ASSERT_EQ(first.size(), 20U);
    for (const std::vector<int64_t>& times : first)
        EXPECT_EQ(std::accumulate(times.begin(), times.end(), int64_t{0}), 5);
    EXPECT_EQ(first, again);
    EXPECT_NE(first, other);
    forEachResample(0, 20, [](const auto&) { FAIL() << "nothing to draw from"; });
}
