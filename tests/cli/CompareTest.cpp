// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/RunComparison.h"
#include "core/training/TrainingRun.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

std::string historyFile(const DataFolder& data, const std::string& name, uint64_t seed, int64_t missed,
                        const std::string& model = "bilstm-attention") {
    TrainingRun run;
    run.hyperparameters.model = model;
    run.hyperparameters.seed = seed;
    run.stopped = StopReason::Epochs;
    run.bestEpoch = 1;
    EpochMetrics epoch;
    epoch.epoch = 1;
    epoch.validation.f1 = 0.9 - 0.1 * static_cast<double>(missed);
    run.epochs = {epoch};
    for (int i = 0; i < 5; ++i)
        run.byRecording.push_back({"r" + std::to_string(i), {10, 0, missed, 10 - missed}, 1.0});
    const std::string path = data.path(name + ".json");
    std::ofstream(path) << toJson(run);
    return path;
}

} // namespace

TEST(CompareCommand, TellsDifferencesPairsAndSeeds) {
    const DataFolder data;
    const std::string first = historyFile(data, "first", 1, 0), second = historyFile(data, "second", 2, 3);
    const Ran text = run({"compare", first, second});
    ASSERT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("Random seed: 1"));
    EXPECT_THAT(text.out, HasSubstr("second against first on 5 shared validation recordings"));
    EXPECT_THAT(text.out, HasSubstr("better in 0 %"));
    EXPECT_THAT(text.out, HasSubstr("2 seeds"));
    const Ran json = run({"compare", first, second, "--json"});
    ASSERT_EQ(json.exitCode, 0) << json.err;
    const auto root = nlohmann::json::parse(json.out);
    EXPECT_EQ(root["differing"]["seed"].size(), 2U);
    EXPECT_EQ(root["pairs"][0]["recordings"], 5);
    EXPECT_LT(root["pairs"][0]["f1"]["interval"][1].get<double>(), 0);
    EXPECT_TRUE(root["runs"][0]["roc_auc"].is_null());
    EXPECT_NEAR(root["seeds"][0]["f1"]["mean"].get<double>(), 0.75, 1e-12);
}

TEST(CompareCommand, TellsWhichModelsTheRunsOweSomethingTo) {
    const DataFolder data;
    const std::string plain = historyFile(data, "plain", 1, 0), taught = historyFile(data, "taught", 2, 1);
    nlohmann::json json = nlohmann::json::parse(std::ifstream(taught));
    json["begun_from"] = "starter";
    json["taught_by"] = {"a", "b"};
    std::ofstream(taught) << json.dump();
    const Ran text = run({"compare", plain, taught});
    ASSERT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("Began from: none"));
    EXPECT_THAT(text.out, HasSubstr("Began from: starter"));
    EXPECT_THAT(text.out, HasSubstr("Taught by: a, b"));
    EXPECT_EQ(text.out.find("seeds"), std::string::npos) << text.out;
    const auto root = nlohmann::json::parse(run({"compare", plain, taught, "--json"}).out);
    EXPECT_EQ(root["runs"][1]["begun_from"], "starter");
    EXPECT_EQ(root["runs"][1]["taught_by"].size(), 2U);
    EXPECT_TRUE(root["seeds"].empty());
}

TEST(CompareCommand, TellsHistoriesOfOneNameApartByTheirFolders) {
    const DataFolder data;
    std::filesystem::create_directories(data.path("run1"));
    std::filesystem::create_directories(data.path("run2"));
    const std::string first = historyFile(data, "run1/h", 1, 0), second = historyFile(data, "run2/h", 2, 3);
    const Ran text = run({"compare", first, second});
    ASSERT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("run2/h against run1/h on 5 shared"));
    const auto root = nlohmann::json::parse(run({"compare", first, second, "--json"}).out);
    EXPECT_EQ(root["runs"][0]["name"], "run1/h");
    EXPECT_EQ(root["pairs"][0]["runs"][1], "run2/h");
}

TEST(CompareCommand, SaysWhereRunsAreScoredByOtherUnits) {
    const DataFolder data;
    const std::string windows = historyFile(data, "windows", 1, 0),
                      answers = historyFile(data, "answers", 1, 3, "crnn");
    const Ran text = run({"compare", windows, answers});
    ASSERT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("answers against windows: one was scored by windows, the other by single answers"));
    EXPECT_EQ(text.out.find("shared validation"), std::string::npos) << text.out;
    const auto root = nlohmann::json::parse(run({"compare", windows, answers, "--json"}).out);
    EXPECT_EQ(root["pairs"][0]["same_unit"], false);
    EXPECT_TRUE(root["pairs"][0]["f1"]["difference"].is_null());
}

TEST(CompareCommand, GivesTheIntervalsOfTheModelsFile) {
    const DataFolder data;
    TrainingRun many;
    many.bestEpoch = 1;
    many.stopped = StopReason::Epochs;
    many.epochs.emplace_back();
    many.epochs.back().epoch = 1;
    many.epochs.back().validation.f1 = 0.75;
    for (int i = 0; i < 999; ++i)
        many.byRecording.push_back({"r" + std::to_string(i), {2, i % 5 == 0 ? 1 : 0, i % 3, 2}, 1.0});
    const std::string path = data.path("many.json");
    std::ofstream(path) << toJson(many);
    const Ran ran = run({"compare", path, historyFile(data, "other", 1, 0), "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto shown = nlohmann::json::parse(ran.out)["runs"][0]["intervals"];
    EXPECT_EQ(shown["f1"], nlohmann::json::parse(metricsOfModel(many))["validation"]["intervals"]["f1"]);
}

TEST(CompareCommand, NamesTheFileThatIsNoHistory) {
    const DataFolder data;
    const std::string good = historyFile(data, "good", 1, 0);
    std::ofstream(data.path("bad.json")) << "[1]";
    const Ran bad = run({"compare", good, data.path("bad.json")});
    EXPECT_EQ(bad.exitCode, 1);
    EXPECT_THAT(bad.err, HasSubstr("bad.json"));
    EXPECT_EQ(run({"compare", good}).exitCode, 2);
    EXPECT_EQ(run({"compare", good, data.path("none.json")}).exitCode, 1);
}
