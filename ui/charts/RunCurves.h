// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"
#include "ui/charts/ChartMath.h"

#include <functional>
#include <optional>
#include <vector>

namespace ovation::ui {

/// A run with the batches that are known of it (runs of earlier sessions have none).
struct RunCurves {
    TrainingRun run;
    std::vector<BatchMetrics> batches;
};

/// Where a batch stands on the epoch axis: the last batch of epoch 3 at 3.
double epochPosition(const BatchMetrics& batch);

/// One line of a chart. `part` decides colour and dash.
struct CurveDescription {
    enum class Part { Training, Validation, LearningRate, GradientNorm };
    QString name; ///< "training"
    Part part = Part::Training;
    std::function<std::optional<double>(const EpochMetrics&)> epoch;
    std::function<std::optional<double>(const BatchMetrics&)> batch; ///< empty: no line per batch
    bool stepped = false; ///< an epoch's value holds from its beginning to its end: a line, then a step to the next
};

/// One chart over training runs: what ui/charts/X.cpp gives and ChartRegistry lists.
struct ChartDescription {
    QString id;    ///< "loss"
    QString title; ///< "Loss"
    QString axis;  ///< "cross-entropy (nats)"
    /// The quantity cannot leave [0, 1]; the axis does not either.
    bool share = false;
    std::vector<CurveDescription> curves;
};

/// The two forms of a curve. Undefined values become gaps (NaN).
Curve epochCurve(const TrainingRun& run, const CurveDescription& description);
Curve batchCurve(const std::vector<BatchMetrics>& batches, const CurveDescription& description);

/// Something that happened at an epoch, to be marked on every chart.
struct RunMark {
    enum class Kind { Best, LoweredLearningRate, StoppedEarly };
    Kind kind = Kind::Best;
    double epoch = 0;
    bool operator==(const RunMark&) const = default;
};
std::vector<RunMark> marksOf(const TrainingRun& run);

} // namespace ovation::ui
