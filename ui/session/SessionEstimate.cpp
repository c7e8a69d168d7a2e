// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/WindowPlan.h"
#include "core/engine/Engine.h"
#include "core/models/ModelRegistry.h"
#include "ui/session/SessionImpl.h"

#include <algorithm>

namespace ovation::ui {

namespace {

/// A pass without gradients costs about a third of one with them.
constexpr double kValidationShare = 1.0 / 3;

int64_t batchesOf(size_t examples, int64_t batchSize) {
    return (static_cast<int64_t>(examples) + batchSize - 1) / batchSize;
}

Result<EpochEstimate> estimateEpochOf(const ProjectData& data, const Hyperparameters& values,
                                      const JobContext& context) {
    EpochEstimate estimate;
    estimate.hyperparameters = values;
    const WindowPlan plan = planWindows(collectRecordings(data), values, nullptr);
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
        [data = impl.dataForTraining(), values = impl.hyperparameters](const JobContext& context) {
            return estimateEpochOf(data, values, context);
        },
        [this, &impl, generation = impl.generation](Result<EpochEstimate> estimate) {
            if (generation == impl.generation && estimate) Q_EMIT epochEstimated(*estimate);
        });
}

} // namespace ovation::ui
