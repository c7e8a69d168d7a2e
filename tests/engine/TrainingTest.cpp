// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

using namespace ovation;
using namespace ovation::test;

namespace {

TrainingOutcome train(const Dataset& data, const Hyperparameters& hyperparameters,
                      const TrainingCallbacks& callbacks = {}) {
    TrainingOptions options;
    options.hyperparameters = hyperparameters;
    auto outcome = theEngine().train(data, options, callbacks, CancelToken());
    EXPECT_TRUE(outcome) << describe(outcome.error());
    return outcome ? std::move(*outcome) : TrainingOutcome();
}

class Training : public testing::TestWithParam<const char*> {};

TEST_P(Training, LearnsWhatCanBeLearnt) {
    Hyperparameters values = smallHyperparameters(GetParam());
    values.epochs = 8;
    const TrainingOutcome outcome = train(makeDataset(96, 48, 3.0), values);
    const auto& epochs = outcome.run.epochs;
    ASSERT_EQ(epochs.size(), 8u);
    const auto best = static_cast<size_t>(outcome.run.bestEpoch - 1);
    EXPECT_LT(*epochs[best].validation.loss, 0.2);
    EXPECT_GT(*epochs[best].validation.f1, 0.9);
    EXPECT_GT(*epochs[best].validation.rocAuc, 0.95);
    EXPECT_EQ(outcome.run.stopped, StopReason::Epochs);
}

TEST_P(Training, IsBitIdenticalForTheSameSeed) {
    const Dataset data = makeDataset(37, 19, 1.0);
    const TrainingOutcome a = train(data, smallHyperparameters(GetParam()));
    // Another network that is set up and asked meanwhile must not disturb the run.
    TrainingCallbacks callbacks;
    callbacks.batch = [](const BatchMetrics&) {
        const auto network = theEngine().create(smallArchitecture("bilstm-attention"), 9);
        EXPECT_TRUE((*network)->probabilities(makeClips({4}, 4, 1).batch()));
    };
    const TrainingOutcome b = train(data, smallHyperparameters(GetParam()), callbacks);
    expectSameHistory(a.run, b.run);
    EXPECT_EQ(a.model.weights, b.model.weights);
    Hyperparameters other = smallHyperparameters(GetParam());
    other.seed = 43;
    EXPECT_NE(train(data, other).model.weights, a.model.weights);
}

TEST_P(Training, KeepsTheWindowsAndDecoderOfAModelThatHasShorterOnesAlsoWhenResumed) {
    const Dataset data = makeDataset(37, 19, 1.0);
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters(GetParam());
    auto begun = std::make_shared<ModelBundle>(train(data, options.hyperparameters).model);
    EXPECT_EQ(begun->windowFrames, 0);
    begun->windowFrames = 6;
    begun->decoder.threshold = 0.37;
    options.from = begun;
    const TemporaryFolder folder;
    options.checkpointFolder = folder.path();
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.epoch = [&](const EpochMetrics&) { cancel.cancel(); };
    ASSERT_TRUE(theEngine().train(data, options, callbacks, cancel));
    options.from = nullptr; // as when a run is resumed
    options.resume = true;
    const auto last = theEngine().train(data, options, {}, CancelToken());
    ASSERT_TRUE(last) << describe(last.error());
    EXPECT_GT(last->run.epochs.size(), 1U);
    EXPECT_EQ(last->model.windowFrames, 6);
    EXPECT_EQ(last->model.decoder, begun->decoder);
}

TEST_P(Training, HearsWithTheStandardisersOfTheModelBegunFromAlsoWhenResumed) {
    const Dataset data = makeDataset(37, 19, 1.0);
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters(GetParam());
    const auto begun = std::make_shared<ModelBundle>(train(data, options.hyperparameters).model);
    const Dataset other = standardisedOtherwise(data);
    options.from = begun;
    const auto same = theEngine().train(data, options, {}, {}), twisted = theEngine().train(other, options, {}, {});
    ASSERT_TRUE(same && twisted);
    EXPECT_EQ(twisted->model.mfccStandardizer.mean, begun->mfccStandardizer.mean);
    EXPECT_EQ(twisted->model.clipStandardizer.deviation, begun->clipStandardizer.deviation);
    for (size_t epoch = 0; epoch < 2; ++epoch)
        EXPECT_NEAR(*twisted->run.epochs[epoch].train.loss, *same->run.epochs[epoch].train.loss,
                    0.02 * *same->run.epochs[epoch].train.loss);

    const TemporaryFolder folder;
    options.checkpointFolder = folder.path();
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.epoch = [&](const EpochMetrics&) { cancel.cancel(); };
    ASSERT_TRUE(theEngine().train(other, options, callbacks, cancel));
    options.from = nullptr; // as when a run is resumed
    options.resume = true;
    const auto resumed = theEngine().train(other, options, {}, {});
    ASSERT_TRUE(resumed) << describe(resumed.error());
    EXPECT_EQ(resumed->model.weights, twisted->model.weights);
    EXPECT_EQ(resumed->model.mfccStandardizer.mean, begun->mfccStandardizer.mean);
}

TEST_P(Training, KeepsTheWeightsOfTheLowestValidationLoss) {
    const Dataset data = makeDataset(40, 30, 0.7);
    const TrainingOutcome outcome = train(data, smallHyperparameters(GetParam()));
    double lowest = 1e9;
    int64_t best = 0;
    for (const EpochMetrics& epoch : outcome.run.epochs) {
        EXPECT_EQ(epoch.best, *epoch.validation.loss < lowest);
        if (epoch.best) best = epoch.epoch;
        lowest = std::min(lowest, *epoch.validation.loss);
    }
    EXPECT_EQ(outcome.run.bestEpoch, best);

    // The loss of the model that is handed out, computed anew, is that epoch's.
    const auto network = theEngine().load(outcome.model);
    ASSERT_TRUE(network);
    const ExampleSet& set = data.validation;
    const auto scores = (*network)->probabilities({set.count, 12, set.mfcc, set.clipValues, set.lengths});
    ASSERT_TRUE(scores);
    double loss = 0;
    for (size_t i = 0; i < scores->size(); ++i)
        loss -= std::log(set.labels[i] ? (*scores)[i] : 1 - (*scores)[i]);
    EXPECT_NEAR(loss / static_cast<double>(set.count), lowest, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(All, Training, testing::Values("bilstm-attention", "transformer"), [](const auto& name) {
    return std::string(name.param) == "transformer" ? "Transformer" : "BilstmAttention";
});

TEST(TrainingRuns, UseEveryExampleInEveryEpoch) {
    std::vector<BatchMetrics> batches;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics& batch) { batches.push_back(batch); };
    int64_t parameters = 0;
    callbacks.started = [&](const DatasetSummary&, int64_t count, int64_t) { parameters = count; };
    const TrainingOutcome outcome = train(makeDataset(19, 5, 1.0), smallHyperparameters(), callbacks);
    ASSERT_EQ(batches.size(), 4u * 3u);
    EXPECT_EQ(batches[5].epoch, 2);
    EXPECT_EQ(batches[5].batch, 3);
    EXPECT_EQ(batches[5].batches, 3);
    EXPECT_GT(batches[5].gradientNorm, 0);
    for (const EpochMetrics& epoch : outcome.run.epochs) {
        EXPECT_EQ(epoch.train.confusion.total(), 19);
        EXPECT_EQ(epoch.validation.confusion.total(), 5);
    }
    EXPECT_EQ(parameters, parameterCount(smallArchitecture("bilstm-attention")));
    EXPECT_EQ(outcome.run.parameters, parameters);
}

TEST(TrainingRuns, LeaveUndefinedMetricsEmpty) {
    Dataset data = makeDataset(16, 8, 1.0);
    std::fill(data.validation.labels.begin(), data.validation.labels.end(), 0);
    const TrainingOutcome outcome = train(data, smallHyperparameters());
    EXPECT_FALSE(outcome.run.epochs.back().validation.rocAuc);
    EXPECT_FALSE(outcome.run.epochs.back().validation.recall);
    EXPECT_TRUE(outcome.run.epochs.back().validation.accuracy);
    EXPECT_EQ(outcome.model.decoder.threshold, 0.5);
}

TEST(TrainingRuns, StopEarlyAndLowerTheRateWhenNothingGetsBetter) {
    // Labels that contradict those of training: the validation loss can only rise.
    Dataset data = makeDataset(48, 24, 3.0);
    for (int32_t& label : data.validation.labels)
        label = 1 - label;
    Hyperparameters values = smallHyperparameters();
    values.epochs = 30;
    values.learningRate = 3e-3;
    values.patience = 5;
    values.lrPatience = 1;
    const TrainingOutcome outcome = train(data, values);
    EXPECT_EQ(outcome.run.stopped, StopReason::Early);
    EXPECT_EQ(static_cast<int64_t>(outcome.run.epochs.size()), outcome.run.bestEpoch + 5);
    const auto& epochs = outcome.run.epochs;
    bool lowered = false;
    for (size_t i = 1; i < epochs.size(); ++i) {
        EXPECT_DOUBLE_EQ(epochs[i].learningRate,
                         epochs[i - 1].learningRate * (epochs[i - 1].loweredLearningRate ? 0.5 : 1));
        lowered = lowered || epochs[i - 1].loweredLearningRate;
    }
    EXPECT_TRUE(lowered);
}

TEST(TrainingRuns, FollowACosineFromTheRateToNothing) {
    Hyperparameters values = smallHyperparameters();
    values.schedule = "cosine";
    values.epochs = 4;
    TrainingOptions options;
    options.hyperparameters = values;
    std::vector<double> rates;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics& batch) { rates.push_back(batch.learningRate); };
    ASSERT_TRUE(theEngine().train(makeDataset(32, 8, 2.0), options, callbacks, CancelToken()));
    ASSERT_GE(rates.size(), 8u);
    EXPECT_DOUBLE_EQ(rates.front(), values.learningRate);
    EXPECT_DOUBLE_EQ(rates[rates.size() / 2], values.learningRate / 2);
    EXPECT_LT(rates.back(), values.learningRate / 5);
    EXPECT_TRUE(std::is_sorted(rates.rbegin(), rates.rend()));
}

TEST(TrainingRuns, TellWhatTheBestWeightsSaidOfEachValidationRecording) {
    Dataset data = makeDataset(32, 12, 3.0);
    for (int i = 0; i < 3; ++i) {
        data.recordings.emplace_back();
        data.recordings.back().path = "recording " + std::to_string(i);
    }
    data.validation.windows.resize(12);
    for (size_t i = 0; i < 12; ++i)
        data.validation.windows[i].recording = static_cast<int32_t>(i % 3);
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    options.hyperparameters.epochs = 3;
    const auto outcome = theEngine().train(data, options, {}, CancelToken());
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->run.byRecording.size(), 3u);
    Confusion all;
    double loss = 0;
    for (const RecordingResult& one : outcome->run.byRecording) {
        EXPECT_EQ(one.confusion.total(), 4);
        int64_t applause = 0, other = 0;
        for (const RecordingResult::RankClass& ranked : one.ranking) {
            applause += ranked.applause;
            other += ranked.other;
        }
        EXPECT_EQ(applause, one.confusion.tp + one.confusion.fn);
        EXPECT_EQ(other, one.confusion.tn + one.confusion.fp);
        all.tn += one.confusion.tn;
        all.fp += one.confusion.fp;
        all.fn += one.confusion.fn;
        all.tp += one.confusion.tp;
        loss += one.lossSum;
    }
    const EpochMetrics& best = outcome->run.epochs[static_cast<size_t>(outcome->run.bestEpoch - 1)];
    EXPECT_EQ(all, best.validation.confusion);
    EXPECT_NEAR(loss / 12, *best.validation.loss, 1e-4);
    EXPECT_EQ(outcome->run.byRecording[1].file, "recording 1");
}

TEST(TrainingRuns, SayThatTheLossIsNoLongerANumber) {
    Dataset data = makeDataset(16, 8, 1.0);
    data.train.mfcc[3] = NAN;
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    const auto outcome = theEngine().train(data, options, {}, CancelToken());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::NotFinite);
    EXPECT_NE(outcome.error().detail.find("epoch 1"), std::string::npos) << outcome.error().detail;
    EXPECT_NE(outcome.error().detail.find("learning rate"), std::string::npos) << outcome.error().detail;
}

TEST(TrainingRuns, KeepTheBestWeightsWhereTheLossLeavesTheNumbersLater) {
    for (const bool inValidation : {false, true}) {
        Dataset data = makeDataset(32, 16, 2.0);
        TrainingOptions options;
        options.hyperparameters = smallHyperparameters();
        options.hyperparameters.epochs = 1;
        const auto before = theEngine().train(data, options, {}, CancelToken());
        ASSERT_TRUE(before) << describe(before.error());
        EXPECT_FALSE(before->failure);
        options.hyperparameters.epochs = 4;
        TrainingCallbacks callbacks;
        callbacks.epoch = [&](const EpochMetrics&) { // examples share the set's memory
            (inValidation ? data.validation : data.train).mfcc[3] = NAN;
        };
        const auto outcome = theEngine().train(data, options, callbacks, CancelToken());
        ASSERT_TRUE(outcome) << describe(outcome.error());
        ASSERT_TRUE(outcome->failure);
        EXPECT_EQ(outcome->failure->code, ErrorCode::NotFinite);
        EXPECT_NE(outcome->failure->detail.find("epoch 2"), std::string::npos) << outcome->failure->detail;
        EXPECT_EQ(outcome->run.stopped, StopReason::Failed);
        EXPECT_EQ(outcome->run.epochs.size(), 1u);
        EXPECT_EQ(outcome->run.bestEpoch, 1);
        EXPECT_NE(outcome->run.notes.find("no longer a number"), std::string::npos) << outcome->run.notes;
        EXPECT_EQ(outcome->model.weights, before->model.weights);
    }
}

TEST(TrainingRuns, RefuseBadHyperparametersAndMissingExamples) {
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    options.hyperparameters.batchSize = 0;
    auto outcome = theEngine().train(makeDataset(8, 4, 1.0), options, {}, CancelToken());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::BadHyperparameter);
    options.hyperparameters = smallHyperparameters();
    outcome = theEngine().train(makeDataset(0, 4, 1.0), options, {}, CancelToken());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::NoData);
}

TEST(TrainingRuns, EndWithinABatchWhenCancelled) {
    const CancelToken cancel;
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    options.hyperparameters.epochs = 50;
    int64_t batches = 0;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics& batch) {
        ++batches;
        if (batch.epoch == 2 && batch.batch == 2) cancel.cancel();
    };
    const auto outcome = theEngine().train(makeDataset(40, 8, 1.0), options, callbacks, cancel);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->run.stopped, StopReason::Cancelled);
    EXPECT_EQ(outcome->run.epochs.size(), 1u);
    EXPECT_EQ(outcome->run.bestEpoch, 1);
    EXPECT_EQ(batches, 5 + 2);
    EXPECT_FALSE(outcome->model.weights.empty());
}

TEST(TrainingRuns, HaveNothingToGiveWhenCancelledInTheFirstEpoch) {
    const CancelToken cancel;
    cancel.cancel();
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    const auto outcome = theEngine().train(makeDataset(16, 8, 1.0), options, {}, cancel);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::Cancelled);
}

TEST(TrainingRuns, FillTheModelWithWhatDetectionNeeds) {
    const Dataset data = makeDataset(60, 30, 4.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 6;
    const TrainingOutcome outcome = train(data, values);
    const ModelBundle& model = outcome.model;
    EXPECT_EQ(model.mfccStandardizer.mean, data.mfccStandardizer.mean);
    EXPECT_EQ(model.clipStandardizer.deviation, data.clipStandardizer.deviation);
    EXPECT_EQ(model.datasetFingerprint, "made-up-7");
    EXPECT_EQ(*hyperparametersFromJson(model.trainingJson), values);
    const auto metrics = nlohmann::json::parse(model.metricsJson);
    EXPECT_EQ(metrics.at("epoch").get<int64_t>(), outcome.run.bestEpoch);
    EXPECT_EQ(metrics.at("validation").at("recordings").get<size_t>(), outcome.run.byRecording.size());
    EXPECT_FALSE(model.programVersion.empty());
    EXPECT_TRUE(fromSafetensors(toSafetensors(model), "m.safetensors"));

    // At the threshold chosen, no other threshold separates the validation clips better.
    const auto network = theEngine().load(model);
    const ExampleSet& set = data.validation;
    const auto scores = (*network)->probabilities({set.count, 12, set.mfcc, set.clipValues, set.lengths});
    const auto f1At = [&](double threshold) {
        Confusion confusion;
        for (size_t i = 0; i < scores->size(); ++i)
            confusion.add(set.labels[i] == 1, (*scores)[i] >= threshold);
        return confusion.f1().value_or(0);
    };
    for (double threshold = 0.02; threshold < 1; threshold += 0.02)
        EXPECT_GE(f1At(model.decoder.threshold), f1At(threshold)) << threshold;
    EXPECT_GT(model.decoder.threshold - model.decoder.hysteresis, 0);
}

TEST(TrainingRuns, AgreeOnThePlainAndTheFastPath) {
    const Dataset data = makeDataset(24, 12, 1.0);
    Hyperparameters values = smallHyperparameters();
    values.dropout = 0;
    values.epochs = 2;
    const TrainingOutcome fast = train(data, values);
    values.engine = "plain";
    const TrainingOutcome plain = train(data, values);
    for (size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(*fast.run.epochs[i].train.loss, *plain.run.epochs[i].train.loss, 1e-4);
        EXPECT_NEAR(*fast.run.epochs[i].validation.loss, *plain.run.epochs[i].validation.loss, 1e-4);
        EXPECT_NEAR(fast.run.epochs[i].gradientNorm, plain.run.epochs[i].gradientNorm, 1e-3);
    }
}

TEST(TrainingRuns, EndWithinAStepWhenCancelledFromAnotherThread) {
    const Dataset data = makeDataset(64, 8, 1.0, 7, 400);
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters();
    options.hyperparameters.hiddenSize = 64;
    options.hyperparameters.batchSize = 64;
    options.hyperparameters.epochs = 100000;
    options.hyperparameters.patience = 0;
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    std::jthread other;
    callbacks.epoch = [&](const EpochMetrics& epoch) {
        if (epoch.epoch == 2)
            other = std::jthread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(3));
                cancel.cancel();
            });
    };
    const auto outcome = theEngine().train(data, options, callbacks, cancel);
    ASSERT_TRUE(outcome) << describe(outcome.error());
    EXPECT_EQ(outcome->run.stopped, StopReason::Cancelled);
    EXPECT_GE(outcome->run.epochs.size(), 2u);
}

TEST(TrainingRuns, WorkWithEachOptimiserAndWithClassWeights) {
    const Dataset data = makeDataset(60, 30, 3.0);
    for (const char* optimizer : {"adamw", "adam", "sgd"}) {
        Hyperparameters values = smallHyperparameters();
        values.optimizer = optimizer;
        values.classWeights = true;
        values.epochs = 6;
        if (values.optimizer == "sgd") values.learningRate = 0.05;
        const TrainingOutcome outcome = train(data, values);
        const auto best = static_cast<size_t>(outcome.run.bestEpoch - 1);
        EXPECT_LT(*outcome.run.epochs[best].validation.loss, 0.35) << optimizer;
    }
}

} // namespace
