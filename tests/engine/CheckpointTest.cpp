// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "core/base/Files.h"
#include "core/models/ModelBundle.h"

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

/// With a rate like this no epoch after the first few is better than those before.
Hyperparameters wildHyperparameters() {
    Hyperparameters values = smallHyperparameters();
    values.learningRate = 0.5;
    values.gradientClip = 0;
    return values;
}

TEST_F(Checkpoints, ExtendingARunThatStoppedEarlyGivesItNewPatience) {
    Hyperparameters values = wildHyperparameters();
    values.epochs = 40;
    values.patience = 2;
    const auto first = run(false, values);
    ASSERT_TRUE(first) << describe(first.error());
    ASSERT_EQ(first->run.stopped, StopReason::Early);
    const size_t done = first->run.epochs.size();
    EXPECT_EQ(run(true, values)->run.epochs.size(), done) << "resuming alone changes nothing";
    TrainingOptions options;
    options.hyperparameters = values;
    options.checkpointFolder = m_folder.path();
    options.resume = true;
    options.extend = TrainingOptions::Extend::FromLast;
    const auto further = theEngine().train(m_data, options, {}, CancelToken());
    ASSERT_TRUE(further);
    ASSERT_GE(further->run.epochs.size(), done + 2);
    for (size_t i = 0; i < done; ++i)
        EXPECT_EQ(further->run.epochs[i].train.loss, first->run.epochs[i].train.loss);
}

TEST_F(Checkpoints, ExtendingGoesOnFromTheLastWeightsOrGoesBackToTheBest) {
    Hyperparameters values = wildHyperparameters();
    values.epochs = 8;
    values.patience = 0;
    const auto first = run(false, values);
    ASSERT_TRUE(first) << describe(first.error());
    ASSERT_LT(first->run.bestEpoch, 8);
    const auto tensorsOf = [&] {
        return readSafetensors(readFile(m_folder.file(kNewest)).value(), "checkpoint").value().tensors;
    };
    const TensorMap before = tensorsOf();
    // Cancelled before it does anything: what it would have begun with is in its checkpoint.
    const auto begun = [&](TrainingOptions::Extend way) {
        TrainingOptions options;
        options.hyperparameters = values;
        options.hyperparameters.epochs = 10;
        options.checkpointFolder = m_folder.path();
        options.resume = true;
        options.extend = way;
        const CancelToken cancelled;
        cancelled.cancel();
        EXPECT_TRUE(theEngine().train(m_data, options, {}, cancelled));
        return tensorsOf();
    };
    const TensorMap last = begun(TrainingOptions::Extend::FromLast);
    EXPECT_EQ(last, before);
    const TensorMap best = begun(TrainingOptions::Extend::FromBest);
    size_t weights = 0;
    for (const auto& [name, tensor] : best) {
        EXPECT_NE(name.substr(0, 6), "first/") << "the optimiser begins afresh";
        if (name.rfind("weights/", 0) != 0) continue;
        ++weights;
        EXPECT_EQ(tensor, before.at("best/" + name.substr(8))) << name;
        EXPECT_EQ(tensor, first->model.weights.at(name.substr(8))) << name;
    }
    EXPECT_GT(weights, 5u);
}

TEST_F(Checkpoints, AnExtensionThatWasInterruptedIsNotBegunAgain) {
    Hyperparameters values = wildHyperparameters();
    values.epochs = 6;
    values.patience = 0;
    ASSERT_TRUE(run(false, values));
    const auto extended = [&](int64_t epochs, int stopAfter, bool once) {
        TrainingOptions options;
        options.hyperparameters = values;
        options.hyperparameters.epochs = epochs;
        options.checkpointFolder = m_folder.path();
        options.resume = true;
        options.extend = TrainingOptions::Extend::FromBest;
        options.extendOnce = once;
        const CancelToken cancel;
        TrainingCallbacks callbacks;
        uint64_t first = 0;
        int batches = 0;
        callbacks.batch = [&](const BatchMetrics& batch) {
            if (batches++ == 0) first = static_cast<uint64_t>(batch.epoch * batch.batches + batch.batch);
            if (batches == stopAfter) cancel.cancel();
        };
        const auto outcome = theEngine().train(m_data, options, callbacks, cancel);
        EXPECT_TRUE(outcome);
        return first;
    };
    // 5 batches an epoch; the first that is trained of the seventh is 36.
    EXPECT_EQ(extended(9, 3, true), 36U);
    EXPECT_EQ(extended(9, 3, true), 39U) << "it goes on within the epoch";
    EXPECT_EQ(extended(9, 1, false), 41U) << "unless it is to begin anew: with the epoch's first batch";
    EXPECT_EQ(extended(10, 1, true), 41U) << "to another end it is another one";
    EXPECT_EQ(extended(10, -1, true), 42U);
    EXPECT_EQ(extended(10, -1, true), 0U) << "nothing is left to be done";
}

TEST_F(Checkpoints, AreWrittenBetweenEpochsToo) {
    Hyperparameters values = smallHyperparameters();
    values.epochs = 1;
    TrainingOptions options;
    options.hyperparameters = values;
    options.checkpointFolder = m_folder.path();
    options.checkpointEveryS = 0; // after every batch
    std::vector<std::string> contents;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics&) { contents.push_back(readFile(m_folder.file(kNewest)).value()); };
    ASSERT_TRUE(theEngine().train(m_data, options, callbacks, CancelToken()));
    ASSERT_EQ(contents.size(), 5u);
    for (size_t i = 1; i < contents.size(); ++i)
        EXPECT_NE(contents[i], contents[i - 1]);
    EXPECT_TRUE(fs::exists(m_folder.file(kPrevious))) << "the one before is kept";
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
