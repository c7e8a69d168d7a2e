// SPDX-License-Identifier: GPL-3.0-or-later

// Several processes that share a training, played by threads of this one.

#include "EngineSupport.h"
#include "tests/support/FreePort.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <thread>

using namespace ovation;
using namespace ovation::test;

namespace {

struct Member {
    Hyperparameters hyperparameters;
    TrainingCallbacks callbacks;
    CancelToken cancel;
    Launch launch;
    std::string checkpointFolder;
    bool resume = false;
    const Dataset* data = nullptr;

    Result<TrainingOutcome> train() const {
        TrainingOptions options;
        options.hyperparameters = hyperparameters;
        options.checkpointFolder = checkpointFolder;
        options.resume = resume;
        options.launch = launch;
        return theEngine().train(*data, options, callbacks, cancel);
    }
};

std::vector<Member> members(int size, const Hyperparameters& hyperparameters, const Dataset& data) {
    std::vector<Member> result(static_cast<size_t>(size));
    const int port = freePort();
    for (int rank = 0; rank < size; ++rank) {
        Member& member = result[static_cast<size_t>(rank)];
        member.hyperparameters = hyperparameters;
        member.data = &data;
        member.launch.rank = rank;
        member.launch.size = size;
        member.launch.address = "127.0.0.1";
        member.launch.port = port;
        member.launch.timeoutS = 60;
    }
    return result;
}

std::vector<Result<TrainingOutcome>> trainTogether(const std::vector<Member>& members) {
    theEngine();
    std::vector<std::future<Result<TrainingOutcome>>> running;
    for (const Member& member : members)
        running.push_back(std::async(std::launch::async, [&member] { return member.train(); }));
    std::vector<Result<TrainingOutcome>> outcomes;
    for (auto& one : running)
        outcomes.push_back(one.get());
    return outcomes;
}

Result<TrainingOutcome> trainAlone(const Hyperparameters& hyperparameters, const Dataset& data) {
    TrainingOptions options;
    options.hyperparameters = hyperparameters;
    return theEngine().train(data, options, {}, CancelToken());
}

struct Difference {
    double largest = 0;  ///< of one weight
    double relative = 0; ///< of all, against their norm
};

Difference differenceOf(const TensorMap& a, const TensorMap& b) {
    Difference result;
    double squares = 0, norm = 0;
    EXPECT_EQ(a.size(), b.size());
    for (const auto& [name, tensor] : a)
        for (size_t i = 0; i < tensor.values.size(); ++i) {
            const double difference = tensor.values[i] - b.at(name).values.at(i);
            result.largest = std::max(result.largest, std::abs(difference));
            squares += difference * difference;
            norm += static_cast<double>(tensor.values[i]) * tensor.values[i];
        }
    result.relative = std::sqrt(squares / norm);
    return result;
}

void expectNear(const std::optional<double>& a, const std::optional<double>& b) {
    ASSERT_EQ(a.has_value(), b.has_value());
    EXPECT_NEAR(a.value_or(0), b.value_or(0), 1e-6);
}

void expectSame(const TrainingOutcome& shared, const TrainingOutcome& alone) {
    ASSERT_EQ(shared.run.epochs.size(), alone.run.epochs.size());
    for (size_t i = 0; i < alone.run.epochs.size(); ++i) {
        const EpochMetrics &a = shared.run.epochs[i], &b = alone.run.epochs[i];
        for (const auto part : {&EpochMetrics::train, &EpochMetrics::validation}) {
            expectNear((a.*part).loss, (b.*part).loss);
            expectNear((a.*part).accuracy, (b.*part).accuracy);
            expectNear((a.*part).f1, (b.*part).f1);
            expectNear((a.*part).rocAuc, (b.*part).rocAuc);
        }
        EXPECT_EQ(a.learningRate, b.learningRate);
        EXPECT_NEAR(a.gradientNorm, b.gradientNorm, 1e-6 * (1 + b.gradientNorm));
        EXPECT_EQ(a.best, b.best);
    }
    EXPECT_EQ(shared.run.bestEpoch, alone.run.bestEpoch);
    EXPECT_EQ(shared.run.stopped, alone.run.stopped);
    EXPECT_NEAR(shared.model.decoder.threshold, alone.model.decoder.threshold, 1e-6);
    // Adam divides a gradient by its size: where it is nothing but rounding (as that of an attention's key bias, which
    // has no influence), single weights may part.
    const Difference difference = differenceOf(shared.model.weights, alone.model.weights);
    EXPECT_LT(difference.relative, 1e-6);
    EXPECT_LT(difference.largest, alone.run.hyperparameters.optimizer == "sgd" ? 1e-6 : 1e-4);
}

struct Case {
    const char* model;
    const char* engine;
    int processes;
    int64_t examples; ///< a short last batch; fewer clips in it than processes for some
    bool classWeights;
    const char* optimizer;
};

class SharedRuns : public testing::TestWithParam<Case> {};

TEST_P(SharedRuns, EndAsOneProcessDoes) {
    const Case& c = GetParam();
    const Dataset data = makeDataset(c.examples, 19, 1.0);
    Hyperparameters values = smallHyperparameters(c.model);
    values.engine = c.engine;
    values.classWeights = c.classWeights;
    values.optimizer = c.optimizer;
    const auto alone = trainAlone(values, data);
    ASSERT_TRUE(alone);
    const auto shared = trainTogether(members(c.processes, values, data));
    for (const auto& one : shared) {
        ASSERT_TRUE(one) << describe(one.error());
        expectSame(*one, *alone);
        EXPECT_EQ(one->model.weights, shared.front()->model.weights);
        expectSameHistory(one->run, shared.front()->run);
    }
}

INSTANTIATE_TEST_SUITE_P(All, SharedRuns,
                         testing::Values(Case{"bilstm-attention", "fast", 2, 37, false, "adamw"},
                                         Case{"bilstm-attention", "fast", 3, 34, true, "sgd"},
                                         Case{"bilstm-attention", "plain", 2, 37, true, "sgd"},
                                         Case{"transformer", "fast", 3, 37, false, "adamw"},
                                         Case{"transformer", "plain", 2, 34, true, "sgd"}),
                         [](const auto& one) {
                             return std::string(one.param.model == std::string("transformer") ? "Transformer"
                                                                                              : "Bilstm") +
                                    one.param.engine + std::to_string(one.param.processes) + one.param.optimizer;
                         });

TEST(SharedTraining, GoesOnWithAnotherNumberOfProcesses) {
    const Dataset data = makeDataset(37, 12, 1.0);
    Hyperparameters values = smallHyperparameters();
    values.optimizer = "sgd";
    values.epochs = 6;
    const auto alone = trainAlone(values, data);
    ASSERT_TRUE(alone);
    const TemporaryFolder folder;

    // 5 batches an epoch: 3 processes to the middle of the second, one to the middle of the fourth, then two.
    const auto partly = [&](int processes, bool resume, int64_t batches) {
        auto together = members(processes, values, data);
        if (processes == 1) together.front().launch = Launch();
        for (Member& member : together)
            member.resume = resume;
        together.front().checkpointFolder = folder.path(); // the others need not see it
        together.back().callbacks.batch = [&, batches, seen = int64_t{0}](const BatchMetrics&) mutable {
            if (++seen == batches) together.back().cancel.cancel();
        };
        return trainTogether(together);
    };
    for (const auto& one : partly(3, false, 8)) {
        ASSERT_TRUE(one) << describe(one.error());
        EXPECT_EQ(one->run.stopped, StopReason::Cancelled);
        EXPECT_EQ(one->run.epochs.size(), 1u);
    }
    for (const auto& one : partly(1, true, 10)) {
        ASSERT_TRUE(one) << describe(one.error());
        EXPECT_EQ(one->run.epochs.size(), 3u);
    }
    for (const auto& one : partly(2, true, 1000)) {
        ASSERT_TRUE(one) << describe(one.error());
        expectSame(*one, *alone);
    }
}

TEST(SharedTraining, StopsEarlyInAllProcessesAtOnce) {
    const Dataset data = makeDataset(24, 12, 0.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 40;
    values.patience = 2;
    const auto shared = trainTogether(members(2, values, data));
    for (const auto& one : shared) {
        ASSERT_TRUE(one) << describe(one.error());
        EXPECT_EQ(one->run.stopped, StopReason::Early);
        expectSameHistory(one->run, shared.front()->run);
    }
}

TEST(SharedTraining, WithoutACheckpointSaysSoInAllProcesses) {
    const Dataset data = makeDataset(24, 12, 1.0);
    const TemporaryFolder folder;
    auto together = members(2, smallHyperparameters(), data);
    for (Member& member : together)
        member.resume = true;
    together.front().checkpointFolder = folder.path();
    for (const auto& one : trainTogether(together)) {
        ASSERT_FALSE(one);
        EXPECT_EQ(one.error().code, ErrorCode::BadCheckpoint);
        EXPECT_EQ(one.error().file, folder.path());
    }
}

TEST(SharedTraining, ThatIsNoLongerFiniteSaysSoInAllProcesses) {
    Dataset data = makeDataset(24, 12, 1.0);
    data.train.mfcc[5] = std::numeric_limits<float>::quiet_NaN(); // of one clip, so of one process
    for (const auto& one : trainTogether(members(2, smallHyperparameters(), data))) {
        ASSERT_FALSE(one);
        EXPECT_EQ(one.error().code, ErrorCode::NotFinite) << describe(one.error());
    }
}

TEST(SharedTraining, IsRefusedWhereTheProcessesDiffer) {
    const Dataset data = makeDataset(24, 12, 1.0);
    const Dataset otherData = makeDataset(24, 12, 1.0, 8);
    const auto expectRefused = [](const std::vector<Member>& together, const std::string& reason) {
        for (const auto& one : trainTogether(together)) {
            ASSERT_FALSE(one) << reason;
            EXPECT_EQ(one.error().code, ErrorCode::WrongUsage) << describe(one.error());
            EXPECT_NE(describe(one.error()).find(reason), std::string::npos) << describe(one.error());
        }
    };
    auto together = members(2, smallHyperparameters(), data);
    together[1].hyperparameters.learningRate = 0.5;
    expectRefused(together, "different settings");
    together = members(2, smallHyperparameters(), data);
    together[1].data = &otherData;
    expectRefused(together, "different training data");
    together = members(2, smallHyperparameters(), data);
    together[1].launch.rank = 0;
    together[1].launch.address = "no-such-machine.invalid";
    together.erase(together.begin());
    expectRefused(together, "no machine of that name");
    together = members(2, smallHyperparameters(), data);
    together[1].launch.size = 3;
    expectRefused(together, "WORLD_SIZE is");
    together = members(3, smallHyperparameters(), data);
    together[2].launch.rank = 1;
    expectRefused(together, "two processes have the rank 1");
}

TEST(SharedTraining, DoesNotWaitForeverForTheOthers) {
    const Dataset data = makeDataset(24, 12, 1.0);
    for (const size_t rank : {size_t{0}, size_t{1}}) {
        Member member = members(2, smallHyperparameters(), data)[rank];
        member.launch.timeoutS = 0.3;
        const auto outcome = member.train();
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, ErrorCode::PeerLost);
        const std::string text = describe(outcome.error());
        EXPECT_NE(text.find(rank == 0 ? "only 1 of 2" : "nobody answered at 127.0.0.1"), std::string::npos) << text;
    }
}

TEST(SharedTraining, DoesNotWaitForeverForAProgramThatSaysNothing) {
    const Dataset data = makeDataset(24, 12, 1.0);
    Member member = members(2, smallHyperparameters(), data)[1];
    const Listener silent(member.launch.port);
    ASSERT_TRUE(silent.listens());
    member.launch.timeoutS = 0.3;
    const auto outcome = member.train();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::PeerLost);
    EXPECT_NE(describe(outcome.error()).find("did not answer"), std::string::npos) << describe(outcome.error());
}

TEST(SharedTraining, CanBeCancelledWhileItWaitsForTheOthers) {
    const Dataset data = makeDataset(24, 12, 1.0);
    for (const size_t rank : {size_t{0}, size_t{1}}) {
        const Member member = members(2, smallHyperparameters(), data)[rank];
        member.cancel.cancel();
        const auto outcome = member.train();
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, ErrorCode::Cancelled);
    }
}

TEST(SharedTraining, NamesAPortThatIsTaken) {
    const Dataset data = makeDataset(24, 12, 1.0);
    const Member member = members(2, smallHyperparameters(), data).front();
    const Listener listener(member.launch.port);
    ASSERT_TRUE(listener.listens());
    const auto outcome = member.train();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::PeerLost);
    EXPECT_NE(describe(outcome.error()).find("MASTER_PORT"), std::string::npos) << describe(outcome.error());
}

} // namespace
