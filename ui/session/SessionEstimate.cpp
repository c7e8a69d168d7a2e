// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DataMemory.h"
#include "core/engine/Engine.h"
#include "core/models/ModelRegistry.h"
#include "ui/session/SessionImpl.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace ovation::ui {

namespace {

/// A pass without gradients costs about a third of one with them.
constexpr double kValidationShare = 1.0 / 3;

int64_t batchesOf(size_t examples, int64_t batchSize) {
    return (static_cast<int64_t>(examples) + batchSize - 1) / batchSize;
}

/// A run's epochs as they were timed, and what on.
struct MeasuredEpochs {
    DatasetSummary dataset;
    double epochS = 0;
};

/// The settings with all that does not change how long an epoch takes as it is by default.
Hyperparameters ofCost(Hyperparameters values) {
    const Hyperparameters plain;
    values.learningRate = plain.learningRate;
    values.momentum = plain.momentum;
    values.beta1 = plain.beta1;
    values.beta2 = plain.beta2;
    values.dropout = plain.dropout;
    values.weightDecay = plain.weightDecay;
    values.gradientClip = plain.gradientClip;
    values.classWeights = plain.classWeights;
    values.lrFactor = plain.lrFactor;
    values.lrPatience = plain.lrPatience;
    values.patience = plain.patience;
    values.schedule = plain.schedule;
    values.epochs = plain.epochs;
    values.seed = plain.seed;
    values.splitSeed = plain.splitSeed;
    return values;
}

/// Newest first. The middle epoch counts: one beside which the machine was busy, or asleep, says nothing.
std::vector<MeasuredEpochs> measuredLike(const Hyperparameters& values, const std::vector<TrainingRun>& runs) {
    std::vector<MeasuredEpochs> measured;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (run->epochs.empty() || ofCost(run->hyperparameters) != ofCost(values)) continue;
        std::vector<double> seconds;
        for (const EpochMetrics& epoch : run->epochs)
            seconds.push_back(epoch.seconds);
        const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
        std::nth_element(seconds.begin(), middle, seconds.end());
        if (*middle > 0) measured.push_back({run->dataset, *middle});
    }
    return measured;
}

int64_t recordingsOf(const WindowPlan& plan, const std::vector<int32_t>& side) {
    std::set<int32_t> recordings;
    for (const int32_t index : side)
        recordings.insert(plan.windows[static_cast<size_t>(index)].recording);
    return std::ssize(recordings);
}

/// Windows that could not be read, and altered copies, make small differences.
bool aboutEqual(int64_t examples, size_t planned) {
    constexpr double kTolerance = 0.02;
    return std::abs(static_cast<double>(examples) - static_cast<double>(planned)) <=
           kTolerance * static_cast<double>(planned);
}

bool sameAmount(const DatasetSummary& dataset, const WindowPlan& plan, const Hyperparameters& values) {
    if (dataset.trainRecordings != recordingsOf(plan, plan.split.train) ||
        dataset.validationRecordings != recordingsOf(plan, plan.split.validation))
        return false;
    // Frame models count answers, and their epochs are as long as they are set to be.
    if (isFrameModel(values.model)) return true;
    const auto copies = static_cast<size_t>(1 + values.augmentCopies);
    return aboutEqual(dataset.trainExamples, copies * plan.split.train.size()) &&
           aboutEqual(dataset.validationExamples, plan.split.validation.size());
}

Result<EpochEstimate> estimateEpochOf(const ProjectData& data, const Hyperparameters& values,
                                      const std::vector<MeasuredEpochs>& measured, const JobContext& context) {
    EpochEstimate estimate;
    estimate.hyperparameters = values;
    const WindowPlan plan = planWindows(collectRecordings(data), values, nullptr);
    estimate.dataBytes = dataBytes(plan, plan.collection.recordings.size(), values);
    double validationBatches = 0;
    if (isFrameModel(values.model)) {
        estimate.batches = values.stepsPerEpoch;
        // Windows stand for the recordings' length: each brings as much as it is away from the next.
        const double seconds = static_cast<double>(plan.split.validation.size()) * values.windowHopS;
        validationBatches = seconds / (values.exampleS * static_cast<double>(values.batchSize));
    } else {
        estimate.batches = batchesOf(plan.split.train.size(), values.batchSize);
        validationBatches = static_cast<double>(batchesOf(plan.split.validation.size(), values.batchSize));
    }
    if (estimate.batches == 0) return Error{ErrorCode::NoData, {}, {}};
    for (const MeasuredEpochs& run : measured)
        if (sameAmount(run.dataset, plan, values)) {
            estimate.epochS = run.epochS;
            return estimate;
        }
    const auto loaded = engine();
    if (!loaded) return loaded.error();
    const auto step = (*loaded)->trainingStepSeconds(values, 1, context.cancel);
    if (!step) return step.error();
    estimate.stepS = *step;
    estimate.epochS = *step * (static_cast<double>(estimate.batches) + kValidationShare * validationBatches);
    return estimate;
}

} // namespace

void Session::estimateEpoch() {
    SessionImpl& impl = *m_impl;
    impl.jobs.cancel(impl.estimateJob);
    impl.estimateJob = 0;
    // Both would be slowed down, and the measured step would be too long.
    if (training() || detecting() || impl.data.speeches.empty() || !validate(impl.hyperparameters).empty()) return;
    impl.estimateJob = impl.jobs.start<EpochEstimate>(
        {},
        [data = impl.dataForTraining(impl.hyperparameters), values = impl.hyperparameters,
         measured = measuredLike(impl.hyperparameters, impl.data.runs)](const JobContext& context) {
            return estimateEpochOf(data, values, measured, context);
        },
        [this, &impl, generation = impl.generation](Result<EpochEstimate> estimate) {
            if (generation == impl.generation && estimate) Q_EMIT epochEstimated(*estimate);
        });
}

} // namespace ovation::ui
