// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace ovation;

namespace {

SweepAxis axisOf(const char* field, const char* text) {
    auto axis = sweepAxis(field, text);
    EXPECT_TRUE(axis) << axis.error().detail;
    return axis ? *axis : SweepAxis{};
}

std::string sweepProblem(const char* field, const char* text) {
    const auto axis = sweepAxis(field, text);
    return axis ? "" : axis.error().detail;
}

} // namespace

TEST(Sweep, GridHasEveryCombinationTheLastAxisFastest) {
    const auto runs = gridSweep({}, {axisOf("learning_rate", "1e-3, 1e-4"), axisOf("optimizer", "adamw,sgd")});
    ASSERT_TRUE(runs);
    ASSERT_EQ(runs->size(), 4U);
    EXPECT_EQ((*runs)[0].optimizer, "adamw");
    EXPECT_EQ((*runs)[1].optimizer, "sgd");
    EXPECT_DOUBLE_EQ((*runs)[1].learningRate, 1e-3);
    EXPECT_DOUBLE_EQ((*runs)[2].learningRate, 1e-4);
    EXPECT_EQ((*runs)[3].epochs, Hyperparameters().epochs) << "what is not swept stays";
}

TEST(Sweep, RangesOfRatesAreApartByFactorsAndOthersByDifferences) {
    const auto rates = gridSweep({}, {axisOf("learning_rate", "1e-4..1e-2")});
    ASSERT_TRUE(rates);
    ASSERT_EQ(rates->size(), 3U);
    EXPECT_DOUBLE_EQ((*rates)[0].learningRate, 1e-4);
    EXPECT_DOUBLE_EQ((*rates)[1].learningRate, 1e-3);
    EXPECT_DOUBLE_EQ((*rates)[2].learningRate, 1e-2);
    const auto dropouts = gridSweep({}, {axisOf("dropout", "0 .. 0.4 : 5")});
    ASSERT_TRUE(dropouts);
    ASSERT_EQ(dropouts->size(), 5U);
    EXPECT_DOUBLE_EQ((*dropouts)[3].dropout, 0.3);
    const auto layers = gridSweep({}, {axisOf("layers", "1..2:5")});
    ASSERT_TRUE(layers);
    EXPECT_EQ(layers->size(), 2U) << "whole numbers come once";
}

TEST(Sweep, RandomDrawsStayInTheRangeDifferAndAreTheSameForASeed) {
    const std::vector<SweepAxis> axes = {axisOf("learning_rate", "1e-5..1e-1"), axisOf("batch_size", "8, 16")};
    const auto runs = randomSweep({}, axes, 60, 7);
    ASSERT_TRUE(runs);
    ASSERT_EQ(runs->size(), 60U);
    std::set<double> rates;
    for (const Hyperparameters& run : *runs) {
        EXPECT_GE(run.learningRate, 1e-5);
        EXPECT_LE(run.learningRate, 1e-1);
        EXPECT_TRUE(run.batchSize == 8 || run.batchSize == 16);
        rates.insert(run.learningRate);
    }
    EXPECT_GT(rates.size(), 50U);
    const auto small = std::count_if(rates.begin(), rates.end(), [](double rate) { return rate < 1e-3; });
    EXPECT_GT(small, 15) << "half of the decades are half of the draws";
    EXPECT_EQ(*randomSweep({}, axes, 60, 7), *runs);
    EXPECT_NE(*randomSweep({}, axes, 60, 8), *runs);
    EXPECT_EQ(randomSweep({}, {axisOf("batch_size", "8, 16")}, 9, 1)->size(), 2U) << "no two alike";
}

TEST(Sweep, SaysWhichFieldIsWrongAndWhy) {
    EXPECT_NE(sweepProblem("dropout", "0.1, 7").find("Dropout is 7"), std::string::npos);
    EXPECT_NE(sweepProblem("dropout", "0.5..0.1").find("smaller to a larger"), std::string::npos);
    EXPECT_NE(sweepProblem("dropout", "0.1..0.5:1").find("2 to 100"), std::string::npos);
    EXPECT_NE(sweepProblem("optimizer", "adam..sgd").find("not a range"), std::string::npos);
    EXPECT_NE(sweepProblem("optimizer", "adam, adagrad").find("adagrad"), std::string::npos);
    EXPECT_NE(sweepProblem("epochs", "").find("Epochs"), std::string::npos);
    EXPECT_NE(sweepProblem("epochs", "3,,4").find("Epochs"), std::string::npos);
    EXPECT_NE(sweepProblem("wings", "2").find("wings"), std::string::npos);
    const auto twice = gridSweep({}, {axisOf("dropout", "0.1"), axisOf("dropout", "0.2")});
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().detail.find("twice"), std::string::npos);
    const auto many = gridSweep({}, {axisOf("dropout", "0..0.9:100"), axisOf("seed", "1..100:100")});
    ASSERT_FALSE(many);
    EXPECT_NE(many.error().detail.find("more than 500"), std::string::npos);
    const auto impossible = gridSweep({}, {axisOf("heads", "7")});
    ASSERT_FALSE(impossible);
    EXPECT_NE(impossible.error().detail.find("Attention heads"), std::string::npos);
    EXPECT_FALSE(gridSweep({}, {}));
}

TEST(Sweep, RepeatsDifferInTheirSeedOnly) {
    Hyperparameters base;
    base.seed = 5;
    const auto runs = seedRepeats(base, 3);
    ASSERT_EQ(runs.size(), 3U);
    EXPECT_EQ(runs[2].seed, 7U);
    Hyperparameters last = runs[2];
    last.seed = 5;
    EXPECT_EQ(last, base);
}
