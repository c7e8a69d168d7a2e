// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/WindowScores.h"
#include "core/training/Baselines.h"
#include "core/training/LossSurface.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace ovation;

namespace {

std::vector<ScoredWindow> answers() {
    return {{0, 0, 4, true, 0.9F},
            {0, 2, 6, false, 0.8F},
            {1, 0, 4, true, 0.2F},
            {1, 2, 6, false, 0.1F},
            {2, 0, 4, false, 0.3F}};
}

} // namespace

TEST(WindowScores, TheWorstMistakeHasTheGreatestLoss) {
    const auto windows = answers();
    EXPECT_NEAR(windows[1].loss(), -std::log(0.2), 1e-6);
    EXPECT_NEAR(windows[2].loss(), -std::log(0.2), 1e-6);
    EXPECT_EQ(byLoss(windows), (std::vector<size_t>{1, 2, 4, 0, 3}));
    EXPECT_TRUE(std::isfinite((ScoredWindow{0, 0, 1, true, 0}).loss()));
}

TEST(WindowScores, EachRecordingHasItsFigures) {
    const auto rows = figuresByRecording(answers(), 0.5);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].figures.confusion, (Confusion{0, 1, 0, 1}));
    EXPECT_EQ(rows[1].figures.confusion, (Confusion{1, 0, 1, 0}));
    EXPECT_EQ(rows[2].windows, 1);
    EXPECT_FALSE(rows[2].figures.rocAuc) << "one class";
}

TEST(WindowScores, BinsSayHowFarProbabilitiesCanBeTrusted) {
    const auto bins = probabilityBins(answers(), 2);
    ASSERT_EQ(bins.size(), 2U);
    EXPECT_EQ(bins[0].count(), 3);
    EXPECT_NEAR(bins[0].meanProbability(), 0.2, 1e-6);
    EXPECT_NEAR(bins[0].shareOfApplause(), 1.0 / 3, 1e-9);
    EXPECT_NEAR(*calibrationError(bins), (3 * std::abs(0.2 - 1.0 / 3) + 2 * std::abs(0.85 - 0.5)) / 5, 1e-6);
    EXPECT_FALSE(calibrationError({}));
    EXPECT_EQ(probabilityBins({}, 3)[2].count(), 0);
}

TEST(WindowScores, IntervalsDrawWholeRecordings) {
    const auto windows = answers();
    const auto intervals = figureIntervals(windows, 0.5);
    const double accuracy = *figuresOf(windows, 0.5).confusion.accuracy();
    EXPECT_LE(intervals.at("accuracy").first, accuracy);
    EXPECT_GE(intervals.at("accuracy").second, accuracy);
    EXPECT_EQ(intervals, figureIntervals(windows, 0.5)) << "the same every time";
    // Recordings that are each all right or all wrong differ far more than windows drawn singly would.
    std::vector<ScoredWindow> split;
    for (int i = 0; i < 200; ++i)
        split.push_back({i % 2, 0, 1, true, i % 2 ? 0.9F : 0.1F});
    EXPECT_NEAR(figureIntervals(split, 0.5).at("accuracy").first, 0, 1e-9);
    EXPECT_NEAR(figureIntervals(split, 0.5).at("accuracy").second, 1, 1e-9);
    EXPECT_TRUE(figureIntervals(std::span(windows).first(2), 0.5).empty()) << "one recording";
}

TEST(Baselines, AreFittedOnTrainingAndAskedAboutValidation) {
    Dataset data;
    const auto add = [](ExampleSet& set, bool applause, float level, float other) {
        set.windows.push_back({0, 0, 10, applause});
        set.labels.push_back(applause ? 1 : 0);
        for (int i = 0; i < 12; ++i)
            set.clipValues.push_back(i == 4 ? level : i == 9 ? other : 0);
        ++set.count;
    };
    for (int i = 0; i < 20; ++i) {
        add(data.train, false, 1 + 0.01F * static_cast<float>(i), -1);
        if (i < 10) add(data.train, true, -1 - 0.01F * static_cast<float>(i), 1);
    }
    add(data.validation, true, -1, 1);
    add(data.validation, false, 1, -1);
    add(data.validation, false, -1, -1); // quiet, but not applause
    const auto all = baselinesOf(data);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(figuresOf(all[0].windows, all[0].threshold).confusion, (Confusion{2, 0, 1, 0})) << "always the majority";
    EXPECT_EQ(figuresOf(all[1].windows, all[1].threshold).confusion, (Confusion{1, 1, 0, 1})) << "quiet is applause";
    EXPECT_EQ(figuresOf(all[2].windows, all[2].threshold).confusion.tp, 1);
    EXPECT_TRUE(baselinesOf(Dataset{}).empty());
}

TEST(LossSurface, ContoursOfABowlAreClosedRings) {
    LossSurface bowl;
    bowl.steps = 21;
    bowl.lowX = bowl.lowY = -1;
    bowl.highX = bowl.highY = 1;
    for (int y = -10; y <= 10; ++y)
        for (int x = -10; x <= 10; ++x)
            bowl.loss.push_back(std::exp(0.01 * (x * x + y * y)));
    const auto lines = contoursOf(bowl, 4);
    ASSERT_FALSE(lines.empty());
    for (const ContourLine& line : lines) {
        const double radius = std::hypot(line.x1 - 10, line.y1 - 10);
        EXPECT_NEAR(0.01 * radius * radius, std::log(line.level), 0.01);
    }
    const std::string svg = toSvg(bowl);
    EXPECT_NE(svg.find("<line"), std::string::npos);
    EXPECT_EQ(svg.find("hsl("), std::string::npos) << "which SVG 1.1 does not have";
    EXPECT_NE(svg.find("fill=\"#b8"), std::string::npos) << "the strongest red, for the highest loss";
    EXPECT_NE(svg.find("fill=\"#2e"), std::string::npos) << "the least red, for the lowest";
    for (const char* scale : {">loss</text>", ">1</text>", ">7.389</text>"}) // the lowest loss and the highest, e^2
        EXPECT_NE(svg.find(scale), std::string::npos) << scale;
    bowl.loss.assign(bowl.loss.size(), std::nan(""));
    EXPECT_TRUE(contoursOf(bowl, 4).empty());
}

TEST(PathKeeper, ThinsAndIsReadInOrder) {
    const test::DataFolder data;
    PathKeeper keeper(data.path("path"), 4);
    for (int64_t epoch = 0; epoch <= 20; ++epoch)
        ASSERT_TRUE(keeper.put(epoch, {{"w", Tensor{{1}, {static_cast<float>(epoch)}}}}));
    const WeightPath path = readPath(data.path("path"));
    EXPECT_EQ(path.epochs, (std::vector<int64_t>{0, 8, 16}));
    EXPECT_EQ(path.weights[1].at("w").values[0], 8);
    // A resumed run goes on with what there is; a new one begins anew.
    PathKeeper resumed(data.path("path"), 4);
    ASSERT_TRUE(resumed.put(24, {{"w", Tensor{{1}, {24}}}}));
    EXPECT_EQ(readPath(data.path("path")).epochs.size(), 4U);
    PathKeeper anew(data.path("path"), 4);
    ASSERT_TRUE(anew.put(0, {{"w", Tensor{{1}, {0}}}}));
    EXPECT_EQ(readPath(data.path("path")).epochs.size(), 1U);
    EXPECT_TRUE(readPath(data.path("nothing")).epochs.empty());
}
