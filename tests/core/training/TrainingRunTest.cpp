// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/TrainingRun.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace ovation;

namespace {

TrainingRun sampleRun() {
    TrainingRun run;
    run.id = 3;
    run.name = "second try";
    run.startedMs = 1700000000123;
    run.hyperparameters.epochs = 9;
    run.parameters = 13415042;
    run.dataset = {"abc", 100, 40, 25, 10, 50, 12, {"a.wav", "b.wav"}, {}};
    EpochMetrics epoch;
    epoch.epoch = 1;
    epoch.train.loss = 0.5;
    epoch.train.accuracy = 0.75;
    epoch.validation = {0.6, 0.7, 0.8, 0.5, 8.0 / 13, 0.9, 0.85, {5, 1, 2, 3}};
    epoch.learningRate = 1e-3;
    epoch.gradientNorm = 2.5;
    epoch.seconds = 12.5;
    epoch.best = true;
    epoch.loweredLearningRate = true;
    run.epochs.push_back(epoch);
    run.bestEpoch = 1;
    run.stopped = StopReason::Early;
    run.seconds = 99;
    run.threads = 2;
    run.notes = "quiet \"halls\"";
    run.taughtBy = {"b", "a"};
    run.begunFrom = "starter";
    run.byRecording = {{"a.wav", {5, 1, 2, 3}, 4.5}};
    for (const float score : {0.0F, 0.2F, 0.2F, 0.999F, 1.0F})
        run.byRecording[0].rank(score, score > 0.1F);
    return run;
}

} // namespace

TEST(TrainingRun, HistoryHasTheAgreedNames) {
    const auto json = nlohmann::json::parse(toJson(sampleRun()));
    EXPECT_EQ(json["hyperparameters"]["epochs"], 9);
    EXPECT_EQ(json["parameters"], 13415042);
    EXPECT_EQ(json["dataset"]["fingerprint"], "abc");
    EXPECT_EQ(json["dataset"]["train_examples"], 100);
    EXPECT_EQ(json["best_epoch"], 1);
    EXPECT_EQ(json["stopped"], "early");
    EXPECT_EQ(json["seconds"], 99);
    EXPECT_EQ(json["taught_by"], nlohmann::json::parse(R"(["b", "a"])"));
    EXPECT_EQ(json["begun_from"], "starter");
    const auto& epoch = json["epochs"][0];
    EXPECT_EQ(epoch["epoch"], 1);
    EXPECT_EQ(epoch["train"]["loss"], 0.5);
    EXPECT_TRUE(epoch["train"]["f1"].is_null()) << "undefined must be null";
    EXPECT_EQ(epoch["validation"]["roc_auc"], 0.9);
    EXPECT_EQ(epoch["validation"]["average_precision"], 0.85);
    EXPECT_EQ(epoch["validation"]["confusion"], nlohmann::json::parse("[[5, 1], [2, 3]]"));
    EXPECT_EQ(epoch["learning_rate"], 1e-3);
    EXPECT_EQ(epoch["gradient_norm"], 2.5);
    EXPECT_EQ(epoch["seconds"], 12.5);
}

TEST(TrainingRun, RoundTripKeepsEverything) {
    const TrainingRun run = sampleRun();
    const auto back = trainingRunFromJson(toJson(run));
    ASSERT_TRUE(back);
    EXPECT_EQ(toJson(*back), toJson(run));
    EXPECT_EQ(back->hyperparameters, run.hyperparameters);
    EXPECT_EQ(back->dataset.validationFiles, run.dataset.validationFiles);
    EXPECT_EQ(back->epochs[0].validation.confusion, run.epochs[0].validation.confusion);
    EXPECT_FALSE(back->epochs[0].train.f1);
    EXPECT_TRUE(back->epochs[0].best);
    EXPECT_EQ(back->stopped, StopReason::Early);
    EXPECT_EQ(back->notes, run.notes);
    EXPECT_EQ(back->taughtBy, run.taughtBy);
    EXPECT_EQ(back->begunFrom, run.begunFrom);
    EXPECT_EQ(back->byRecording, run.byRecording);
    EXPECT_EQ(back->byRecording[0].ranking.size(), 4U) << "equal scores share a class";
}

TEST(TrainingRun, ANumberThatIsNotFiniteSurvivesAsNull) {
    TrainingRun run = sampleRun();
    run.epochs[0].gradientNorm = std::numeric_limits<double>::infinity();
    const auto back = trainingRunFromJson(toJson(run));
    ASSERT_TRUE(back);
    EXPECT_TRUE(std::isnan(back->epochs[0].gradientNorm));
}

TEST(TrainingRun, DamagedHistoriesAreErrors) {
    for (const char* json : {"", "[]", "{\"epochs\": 3}", "{\"epochs\": [1]}", "{\"stopped\": \"maybe\"}",
                             "{\"parameters\": \"many\"}", "{\"epochs\": [{\"validation\": {\"confusion\": [1]}}]}",
                             "{\"best_by_recording\": [{\"ranking\": [[256, 1, 1]]}]}",
                             "{\"best_by_recording\": [{\"ranking\": [[3, -1, 1]]}]}", "{\"dataset\": []}",
                             "{\"hyperparameters\": {\"epochs\": \"x\"}}"})
        EXPECT_FALSE(trainingRunFromJson(json)) << json;
}
