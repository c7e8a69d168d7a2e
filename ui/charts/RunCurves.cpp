// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/RunCurves.h"

#include <limits>

namespace ovation::ui {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

} // namespace

double epochPosition(const BatchMetrics& batch) {
    const double share =
        batch.batches > 0 ? static_cast<double>(batch.batch) / static_cast<double>(batch.batches) : 1.0;
    return static_cast<double>(batch.epoch - 1) + share;
}

Curve epochCurve(const TrainingRun& run, const CurveDescription& description) {
    Curve curve;
    curve.reserve(run.epochs.size() * (description.stepped ? 2 : 1));
    for (const EpochMetrics& epoch : run.epochs) {
        const double value = description.epoch(epoch).value_or(kGap);
        if (description.stepped) curve.emplace_back(static_cast<double>(epoch.epoch - 1), value);
        curve.emplace_back(static_cast<double>(epoch.epoch), value);
    }
    return curve;
}

Curve batchCurve(const std::vector<BatchMetrics>& batches, const CurveDescription& description) {
    Curve curve;
    if (!description.batch) return curve;
    curve.reserve(batches.size());
    for (const BatchMetrics& batch : batches)
        curve.emplace_back(epochPosition(batch), description.batch(batch).value_or(kGap));
    return curve;
}

std::vector<RunMark> marksOf(const TrainingRun& run) {
    std::vector<RunMark> marks;
    for (const EpochMetrics& epoch : run.epochs)
        if (epoch.loweredLearningRate)
            marks.push_back({RunMark::Kind::LoweredLearningRate, static_cast<double>(epoch.epoch)});
    int64_t best = run.bestEpoch;
    if (best == 0)
        for (const EpochMetrics& epoch : run.epochs)
            if (epoch.best) best = epoch.epoch;
    if (best > 0) marks.push_back({RunMark::Kind::Best, static_cast<double>(best)});
    if (run.stopped == StopReason::Early && !run.epochs.empty())
        marks.push_back({RunMark::Kind::StoppedEarly, static_cast<double>(run.epochs.back().epoch)});
    return marks;
}

} // namespace ovation::ui
