// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/models/ModelBundle.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

#include <filesystem>

using namespace ovation::test;
using testing::HasSubstr;

namespace {

class WorthOfAModel : public testing::Test {
protected:
    void SetUp() override {
        setenv("OVATION_CACHE", data.path("cache").c_str(), 1);
        for (unsigned i = 0; i < 12; ++i) {
            data.sound("data/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
            data.tone("data/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
        }
    }
    void TearDown() override { unsetenv("OVATION_CACHE"); }
    Ran train(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"train",         data.path("data"),
                                           "--output",      data.path("m.safetensors"),
                                           "--hidden-size", "8",
                                           "--layers",      "1",
                                           "--heads",       "2",
                                           "--batch-size",  "4",
                                           "--history",     data.path("h.json")};
        if (std::ranges::find(more, "--epochs") == more.end()) more.insert(more.end(), {"--epochs", "3"});
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }

    const DataFolder data;
};

} // namespace

TEST_F(WorthOfAModel, EvaluationByWindowsAgreesWithTheTrainingsOwnFigures) {
    const Ran trained = train();
    ASSERT_EQ(trained.exitCode, 0) << trained.err;
    const auto history = nlohmann::json::parse(ovation::readFile(data.path("h.json")).value());
    const auto& best = history["epochs"][history["best_epoch"].get<size_t>() - 1]["validation"];
    const Ran ran = run({"evaluate", data.path("data"), "--model", data.path("m.safetensors"), "--windows", "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_NEAR(json["figures"]["roc_auc"], best["roc_auc"], 1e-9);
    EXPECT_NEAR(json["figures"]["average_precision"], best["average_precision"], 1e-9);
    EXPECT_NEAR(json["figures"]["loss"], best["loss"], 1e-5);
    EXPECT_EQ(json["baselines"].size(), 3U);
    EXPECT_TRUE(json["baselines"]["energy"]["loss"].is_null()) << "a level is no probability";
    EXPECT_FALSE(json["worst"].empty());
    const Ran text = run({"evaluate", data.path("data"), "--model", data.path("m.safetensors"), "--windows"});
    EXPECT_THAT(text.out, HasSubstr("Worst mistakes by loss"));
    EXPECT_THAT(text.out, HasSubstr("logistic"));
}

TEST_F(WorthOfAModel, TheSurfaceHasThePathThatWasKept) {
    const Ran trained = train({"--keep-path"});
    ASSERT_EQ(trained.exitCode, 0) << trained.err;
    const Ran ran = run({"surface", data.path("data"), "--model", data.path("m.safetensors"), "--output",
                         data.path("s.json"), "--steps", "5", "--examples", "8"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("along the path of training (4 epochs"));
    const auto json = nlohmann::json::parse(ovation::readFile(data.path("s.json")).value());
    EXPECT_EQ(json["loss"].size(), 25U);
    EXPECT_EQ(json["path"].size(), 4U);
    const Ran drawn = run({"surface", data.path("data"), "--model", data.path("m.safetensors"), "--output",
                           data.path("s.svg"), "--steps", "3", "--random"});
    EXPECT_EQ(drawn.exitCode, 0) << drawn.err;
    EXPECT_THAT(ovation::readFile(data.path("s.svg")).value(), HasSubstr("<svg"));
    EXPECT_EQ(run({"surface", data.path("data"), "--model", data.path("m.safetensors"), "--output", "x.png"}).exitCode,
              2);
}

TEST_F(WorthOfAModel, TheSurfaceOfWhatOthersTaughtHasNoOtherTrainingsPath) {
    const Ran trained = train({"--keep-path"});
    ASSERT_EQ(trained.exitCode, 0) << trained.err;
    auto taught = ovation::readModel(data.path("m.safetensors"));
    ASSERT_TRUE(taught);
    taught->taughtBy = {"teacher"};
    ASSERT_TRUE(ovation::writeModel(data.path("m.safetensors"), *taught));
    const Ran ran = run({"surface", data.path("data"), "--model", data.path("m.safetensors"), "--output",
                         data.path("s.json"), "--steps", "3", "--examples", "4"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("no path is kept of what other models teach"));
}

TEST_F(WorthOfAModel, TheSurfaceOfOtherDataIsSaidToBeOne) {
    ASSERT_EQ(train().exitCode, 0);
    const auto surfaceOf = [&](const char* folder) {
        return run({"--quiet", "surface", data.path(folder), "--model", data.path("m.safetensors"), "--output",
                    data.path("s.json"), "--steps", "3", "--random"});
    };
    const Ran own = surfaceOf("data");
    ASSERT_EQ(own.exitCode, 0) << own.err;
    EXPECT_EQ(own.err, "");
    for (unsigned i = 0; i < 6; ++i) {
        data.sound("more/applause/a" + std::to_string(i) + ".wav", 0.6, 50 + i);
        data.tone("more/other/b" + std::to_string(i) + ".wav", 0.6, 150 + 30 * i);
    }
    data.text("more/other/broken.wav", "no sound");
    const Ran other = surfaceOf("more");
    ASSERT_EQ(other.exitCode, 0) << other.err;
    EXPECT_THAT(other.err, HasSubstr("trained on other data than these"));
    EXPECT_THAT(other.err, HasSubstr("left out: "));
    EXPECT_THAT(other.err, HasSubstr("broken.wav"));
}

TEST_F(WorthOfAModel, AugmentWritesWhatIsHeardBeforeAndAfter) {
    const Ran ran = run({"augment", data.path("data"), "--output", data.path("heard"), "--count", "2"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    for (const char* name : {"example-1-before.wav", "example-1-after.wav", "example-2-after.wav"})
        EXPECT_GT(std::filesystem::file_size(data.path("heard") + "/" + name), 1000U) << name;
    EXPECT_THAT(ran.out, testing::AnyOf(HasSubstr("quieter"), HasSubstr("louder")));
}

TEST_F(WorthOfAModel, PerfectScoresInTheFirstEpochsAreSaidToBeTooGood) {
    const Ran trained = train({"--epochs", "40", "--learning-rate", "0.01"});
    ASSERT_EQ(trained.exitCode, 0) << trained.err;
    const auto history = nlohmann::json::parse(ovation::readFile(data.path("h.json")).value());
    bool perfect = false;
    for (size_t i = 0; i < std::min<size_t>(3, history["epochs"].size()); ++i)
        perfect = perfect || history["epochs"][i]["validation"]["accuracy"] == 1.0;
    EXPECT_EQ(trained.err.find("too good to be true") != std::string::npos, perfect) << trained.err;
}

TEST_F(WorthOfAModel, FoldsHoldOutOtherRecordings) {
    std::set<std::string> heldOut;
    size_t all = 0;
    for (const char* fold : {"1", "2", "3"}) {
        const Ran trained = train({"--epochs", "1", "--folds", "3", "--fold", fold});
        ASSERT_EQ(trained.exitCode, 0) << trained.err;
        const auto history = nlohmann::json::parse(ovation::readFile(data.path("h.json")).value());
        for (const auto& recording : history["best_by_recording"]) {
            heldOut.insert(recording["file"].get<std::string>());
            ++all;
        }
    }
    EXPECT_EQ(heldOut.size(), all) << "each is held out once";
    EXPECT_GT(all, 10U);
    const Ran wrong = run({"check", data.path("data"), "--folds", "3", "--fold", "4"});
    EXPECT_EQ(wrong.exitCode, 2);
    EXPECT_THAT(wrong.err, HasSubstr("there are only 3 folds"));
}
