// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "core/base/Files.h"

#include <csignal>
#include <filesystem>
#include <sys/resource.h>

namespace fs = std::filesystem;
using namespace ovation;
using namespace ovation::test;

namespace {

constexpr const char* kNewest = "checkpoint.safetensors";
constexpr const char* kPrevious = "checkpoint.previous.safetensors";

class Checkpoints : public testing::Test {
protected:
    Result<TrainingOutcome> run(bool resume, const Hyperparameters& values, const TrainingCallbacks& callbacks = {},
                                const CancelToken& cancel = {}) {
        TrainingOptions options;
        options.hyperparameters = values;
        options.checkpointFolder = m_folder.path();
        options.resume = resume;
        return theEngine().train(m_data, options, callbacks, cancel);
    }

    /// Cancels after so many batches.
    Result<TrainingOutcome> runUntil(int64_t batches, bool resume, const Hyperparameters& values) {
        const CancelToken cancel;
        TrainingCallbacks callbacks;
        callbacks.batch = [&, seen = int64_t{0}](const BatchMetrics&) mutable {
            if (++seen == batches) cancel.cancel();
        };
        return run(resume, values, callbacks, cancel);
    }

    void expectBad(const Result<TrainingOutcome>& outcome, const std::string& reason) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, ErrorCode::BadCheckpoint);
        EXPECT_NE(describe(outcome.error()).find(reason), std::string::npos) << describe(outcome.error());
    }

    TemporaryFolder m_folder;
    Dataset m_data = makeDataset(37, 12, 1.0);
};

class ResumedRuns : public Checkpoints, public testing::WithParamInterface<std::tuple<const char*, const char*>> {};

TEST_P(ResumedRuns, GoOnBitForBit) {
    Hyperparameters values = smallHyperparameters(std::get<0>(GetParam()));
    values.optimizer = std::get<1>(GetParam());
    values.lrPatience = 0;
    values.epochs = 6;
    TrainingOptions undisturbed;
    undisturbed.hyperparameters = values;
    const auto expected = theEngine().train(m_data, undisturbed, {}, CancelToken());
    ASSERT_TRUE(expected);

    // 5 batches an epoch: stopped in the first epoch, in the middle of the third, and between the fourth and the fifth.
    const auto first = runUntil(2, false, values);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, ErrorCode::Cancelled);
    const auto second = runUntil(11, true, values);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->run.stopped, StopReason::Cancelled);
    EXPECT_EQ(second->run.epochs.size(), 2u);
    ASSERT_TRUE(runUntil(7, true, values));
    const auto last = run(true, values);
    ASSERT_TRUE(last) << describe(last.error());

    expectSameHistory(last->run, expected->run);
    EXPECT_EQ(last->model.weights, expected->model.weights);
    EXPECT_EQ(last->model.decoder, expected->model.decoder);
    EXPECT_EQ(last->run.stopped, StopReason::Epochs);
}

INSTANTIATE_TEST_SUITE_P(All, ResumedRuns,
                         testing::Values(std::tuple{"bilstm-attention", "adamw"}, std::tuple{"bilstm-attention", "sgd"},
                                         std::tuple{"transformer", "adam"}));

TEST_F(Checkpoints, LetAFinishedRunBeTakenFurther) {
    Hyperparameters values = smallHyperparameters();
    values.epochs = 2;
    ASSERT_TRUE(run(false, values));
    const auto again = run(true, values);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->run.epochs.size(), 2u);
    values.epochs = 4;
    const auto further = run(true, values);
    ASSERT_TRUE(further);
    EXPECT_EQ(further->run.epochs.size(), 4u);
}

TEST_F(Checkpoints, AreRefusedForOtherHyperparameters) {
    Hyperparameters values = smallHyperparameters();
    ASSERT_FALSE(runUntil(3, false, values));
    values.learningRate = 2e-3;
    expectBad(run(true, values), "learning_rate");
}

TEST_F(Checkpoints, AreRefusedForAnotherDataset) {
    ASSERT_FALSE(runUntil(3, false, smallHyperparameters()));
    m_data.train.mfcc[5] += 1;
    expectBad(run(true, smallHyperparameters()), "another data set");
}

TEST_F(Checkpoints, AreMissedWhereThereAreNone) {
    expectBad(run(true, smallHyperparameters()), "no checkpoint");
}

TEST_F(Checkpoints, FallBackToTheOneBeforeWhenTheNewestIsDamaged) {
    const auto expected = run(false, smallHyperparameters());
    ASSERT_TRUE(expected);
    ASSERT_TRUE(fs::exists(m_folder.file(kPrevious)));
    fs::resize_file(m_folder.file(kNewest), fs::file_size(m_folder.file(kNewest)) / 2);
    const auto resumed = run(true, smallHyperparameters());
    ASSERT_TRUE(resumed) << describe(resumed.error());
    expectSameHistory(resumed->run, expected->run);
    EXPECT_EQ(resumed->model.weights, expected->model.weights);
}

TEST_F(Checkpoints, AreRefusedWhenDamaged) {
    ASSERT_FALSE(runUntil(3, false, smallHyperparameters()));
    fs::remove(m_folder.file(kPrevious));
    const std::string whole = *readFile(m_folder.file(kNewest));

    std::string flipped = whole;
    flipped[flipped.size() - 1001] = static_cast<char>(flipped[flipped.size() - 1001] ^ 1);
    for (const std::string& damaged : {flipped, whole.substr(0, whole.size() - 1), whole.substr(0, 5), std::string()}) {
        ASSERT_TRUE(writeFileAtomically(m_folder.file(kNewest), damaged));
        expectBad(run(true, smallHyperparameters()), "damaged");
    }
}

TEST_F(Checkpoints, MustHaveAFolderThatCanBeWrittenTo) {
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    options.checkpointFolder = m_folder.file("file");
    ASSERT_TRUE(writeFileAtomically(options.checkpointFolder, "no folder"));
    const auto outcome = theEngine().train(m_data, options, {}, CancelToken());
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().code, ErrorCode::Internal);
    EXPECT_EQ(outcome.error().file.rfind(options.checkpointFolder, 0), 0u);
}

TEST_F(Checkpoints, ThatNoLongerFitOnTheDiskDoNotEndTheRun) {
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_IGN);
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics& batch) {
        const rlimit tight{1000, before.rlim_max};
        if (batch.epoch == 2) setrlimit(RLIMIT_FSIZE, &tight);
    };
    const auto outcome = run(false, smallHyperparameters(), callbacks);
    setrlimit(RLIMIT_FSIZE, &before);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->run.stopped, StopReason::Epochs);
    EXPECT_EQ(outcome->run.epochs.size(), 4u);
    EXPECT_NE(outcome->run.notes.find("checkpoint"), std::string::npos);
    // What was written before is whole.
    const auto resumed = run(true, smallHyperparameters());
    ASSERT_TRUE(resumed) << describe(resumed.error());
    EXPECT_EQ(resumed->model.weights, outcome->model.weights);
}

} // namespace
