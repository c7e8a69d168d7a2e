// SPDX-License-Identifier: GPL-3.0-or-later

// The compact frame network on the command line, from training to detection.

#include "core/models/ModelBundle.h"
#include "core/training/TrainingRun.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

class CompactCommand : public testing::Test {
protected:
    void SetUp() override {
        for (unsigned i = 0; i < 6; ++i) {
            m_data.sound("data/applause/clap-" + std::to_string(i) + ".wav", 2, i + 1);
            m_data.tone("data/other/hum-" + std::to_string(i) + ".wav", 2, 300 + 50 * i);
        }
        m_data.sound("data/talks/talk.wav", 6, 50);
        m_data.text("data/talks/talk.txt", "1.0\t4.0\tapplause\n");
    }

    Ran train(const std::string& output, const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"--quiet",           "train",     m_data.path("data"),  "--output",
                                           m_data.path(output), "--history", m_data.path("h.json")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
    Ran trainSmall(const std::string& output) const {
        return train(output, {"--preset", "compact", "--channels", "8", "--hidden-size", "8", "--example-s", "2",
                              "--steps-per-epoch", "3", "--batch-size", "2", "--epochs", "2", "--train-split", "0.6"});
    }

    const DataFolder m_data;
};

} // namespace

TEST_F(CompactCommand, TrainsDetectsAndScores) {
    const Ran trained = trainSmall("m.safetensors");
    ASSERT_EQ(trained.exitCode, 0) << trained.err;
    const auto model = readModel(m_data.path("m.safetensors"));
    ASSERT_TRUE(model) << describe(model.error());
    EXPECT_EQ(model->architecture.id, "crnn");
    std::ifstream file(m_data.path("h.json"));
    const auto history = trainingRunFromJson(std::string{std::istreambuf_iterator<char>(file), {}});
    ASSERT_TRUE(history);
    ASSERT_EQ(history->epochs.size(), 2U);
    EXPECT_TRUE(history->epochs[1].validation.f1 || history->epochs[1].validation.accuracy);
    EXPECT_EQ(history->parameters, parameterCount(model->architecture));

    const Ran detected = run({"--quiet", "detect", m_data.path("data/talks/talk.wav"), "--model",
                              m_data.path("m.safetensors"), "--output", m_data.path("found"), "--scores"});
    EXPECT_EQ(detected.exitCode, 0) << detected.err;
    EXPECT_TRUE(std::ifstream(m_data.path("found/talk.txt")).good());

    const Ran all =
        run({"--quiet", "evaluate", m_data.path("data"), "--model", m_data.path("m.safetensors"), "--json"});
    const Ran unseen = run(
        {"--quiet", "evaluate", m_data.path("data"), "--model", m_data.path("m.safetensors"), "--json", "--unseen"});
    ASSERT_EQ(all.exitCode, 0) << all.err;
    ASSERT_EQ(unseen.exitCode, 0) << unseen.err;
    const auto every = nlohmann::json::parse(all.out), some = nlohmann::json::parse(unseen.out);
    EXPECT_EQ(every["recordings"].size(), 13U);
    EXPECT_EQ(some["recordings"].size(), 13U - every["seen_in_training"].size());
    EXPECT_TRUE(some["seen_in_training"].empty());
    EXPECT_GT(some["recordings"].size(), 0U);
}

TEST_F(CompactCommand, LearnsFromTheAnswersOfOtherModels) {
    ASSERT_EQ(trainSmall("a.safetensors").exitCode, 0);
    const std::vector<std::string> small{"--preset",    "compact", "--channels",   "8", "--hidden-size",     "8",
                                         "--epochs",    "1",       "--batch-size", "2", "--steps-per-epoch", "2",
                                         "--example-s", "2"};
    const auto taughtBy = [&](const std::vector<std::string>& models, const std::string& preset = "compact") {
        std::vector<std::string> arguments = small;
        arguments[1] = preset;
        for (const std::string& model : models)
            arguments.insert(arguments.end(), {"--teacher", m_data.path(model)});
        return train("taught.safetensors", arguments);
    };
    const Ran taught = taughtBy({"a.safetensors", "a.safetensors"});
    ASSERT_EQ(taught.exitCode, 0) << taught.err;
    std::ifstream file(m_data.path("h.json"));
    const auto history = trainingRunFromJson(std::string{std::istreambuf_iterator<char>(file), {}});
    ASSERT_TRUE(history);
    EXPECT_THAT(history->notes, HasSubstr("the answers of 2 models (\"a\", \"a\")"));
    EXPECT_DOUBLE_EQ(history->hyperparameters.teacherShare, 0.8);
    const Ran clips = taughtBy({"a.safetensors"}, "seed-small");
    EXPECT_EQ(clips.exitCode, 1);
    EXPECT_THAT(clips.err, HasSubstr("only networks that answer for frames learn from others"));
    const Ran none = taughtBy({"none.safetensors"});
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_THAT(none.err, HasSubstr("none.safetensors"));
}

TEST_F(CompactCommand, GoesOnFromAModel) {
    ASSERT_EQ(trainSmall("m.safetensors").exitCode, 0);
    const Ran further = train("n.safetensors", {"--from", m_data.path("m.safetensors"), "--epochs", "1"});
    ASSERT_EQ(further.exitCode, 0) << further.err;
    std::ifstream file(m_data.path("h.json"));
    const auto history = trainingRunFromJson(std::string{std::istreambuf_iterator<char>(file), {}});
    ASSERT_TRUE(history);
    EXPECT_EQ(history->hyperparameters.model, "crnn");
    EXPECT_EQ(history->hyperparameters.channels, 8);
    EXPECT_DOUBLE_EQ(history->hyperparameters.learningRate, 0.2 * 3e-3);
    const Ran other = train("o.safetensors", {"--from", m_data.path("m.safetensors"), "--hidden-size", "16"});
    EXPECT_EQ(other.exitCode, 1);
    EXPECT_THAT(other.err, HasSubstr("other sizes"));
    const Ran early = run({"train", m_data.path("nowhere"), "--output", m_data.path("o.safetensors"), "--from",
                           m_data.path("m.safetensors"), "--hidden-size", "16"});
    EXPECT_EQ(early.exitCode, 1);
    EXPECT_THAT(early.err, HasSubstr("other sizes")) << "before the data are looked at";
    EXPECT_EQ(train("o.safetensors", {"--from", m_data.path("h.json")}).exitCode, 1);
}
