// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

void makeClips(const DataFolder& data, const std::string& folder, unsigned each, unsigned first) {
    for (unsigned i = first; i < first + each; ++i) {
        data.sound(folder + "/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
        data.tone(folder + "/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
    }
}

void trainTiny(const DataFolder& data) {
    const Ran ran = run({"train", data.path("data"), "--output", data.path("m.safetensors"), "--hidden-size", "8",
                         "--layers", "1", "--heads", "2", "--batch-size", "4", "--epochs", "1"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
}

} // namespace

TEST(EvaluateCommand, SaysWhichRecordingsTheModelWasTrainedOn) {
    const DataFolder data;
    makeClips(data, "data", 12, 0);
    ASSERT_NO_FATAL_FAILURE(trainTiny(data));
    const Ran text = run({"evaluate", data.path("data"), "--model", data.path("m.safetensors")});
    ASSERT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("warning: the model was trained on"));

    const Ran ran = run({"evaluate", data.path("data"), "--model", data.path("m.safetensors"), "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["recordings"].size(), 24U);
    // The split keeps some for validation: those were not trained on.
    EXPECT_GT(json["seen_in_training"].size(), 12U);
    EXPECT_LT(json["seen_in_training"].size(), 24U);
}

TEST(EvaluateCommand, NewRecordingsRaiseNoWarning) {
    const DataFolder data;
    makeClips(data, "data", 12, 0);
    makeClips(data, "new", 2, 50);
    ASSERT_NO_FATAL_FAILURE(trainTiny(data));
    const Ran ran = run({"evaluate", data.path("new"), "--model", data.path("m.safetensors")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Frame F1"));
    EXPECT_THAT(ran.out, Not(HasSubstr("warning")));
}

TEST(EvaluateCommand, AMissingModelIsOneSentenceThatNamesIt) {
    const DataFolder data;
    makeClips(data, "data", 1, 0);
    const Ran ran = run({"evaluate", data.path("data"), "--model", data.path("none.safetensors")});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("none.safetensors\" was not found"));
}

TEST(EvaluateCommand, EnergyAndFlatnessAreABaselineThatNeedsNoModel) {
    const Ran ran = run({"evaluate", std::string(OVATION_EXAMPLE) + "/speeches", "--baseline", "energy", "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["recordings"].size(), 6U);
    EXPECT_GT(json["pooled"]["frame_f1"].get<double>(), 0.5);
    EXPECT_LT(json["pooled"]["frame_f1"].get<double>(), 1.0);
    EXPECT_GT(json["pooled"]["average_precision"].get<double>(), json["pooled"]["prevalence"].get<double>());
}

TEST(EvaluateCommand, AModelAndABaselineAtOnceAreWrongUsage) {
    for (const std::vector<std::string>& what :
         {std::vector<std::string>{}, {"--baseline", "energy", "--model", "m"}, {"--baseline", "luck"}}) {
        std::vector<std::string> arguments{"evaluate", OVATION_EXAMPLE};
        arguments.insert(arguments.end(), what.begin(), what.end());
        EXPECT_EQ(run(arguments).exitCode, 2);
    }
}
