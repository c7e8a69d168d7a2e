// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Bootstrap.h"
#include "core/training/TrainingRun.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// What runs are compared by: of the validation part, at the best epoch and the threshold 0.5.
enum class RunMetric { Loss, Accuracy, F1, RocAuc, AveragePrecision };
constexpr std::array kRunMetrics = {RunMetric::Loss, RunMetric::Accuracy, RunMetric::F1, RunMetric::RocAuc,
                                    RunMetric::AveragePrecision};
const char* nameOf(RunMetric metric); ///< as in JSON: "average_precision"

/// nullptr for a run that has none yet.
const EpochMetrics* bestEpochOf(const TrainingRun& run);
std::optional<double> bestValue(const TrainingRun& run, RunMetric metric);

/// 95 % interval by bootstrap over the validation recordings; ROC-AUC and average precision by classes of scores
/// (RecordingResult::ranking). Nothing for under two recordings, for rankings that an older run did not keep, for a
/// loss that weighs the classes, which is not kept by recording, and where more than a tenth of the resamples leave the
/// metric undefined. Deterministic.
std::optional<Interval> bestInterval(const TrainingRun& run, RunMetric metric, int resamples = 1000);

/// Resamples that the intervals of a run are made of, wherever they are shown: the work grows with the recordings.
int intervalResamples(const TrainingRun& run);

/// What a model's file tells of its training: the best epoch as in --history, and in its "validation" also
/// "recordings" and "intervals" by name, as bestInterval() has them and in the manner of `evaluate --json`. "{}" for a
/// run without a best epoch.
std::string metricsOfModel(const TrainingRun& run);

/// Two runs on the recordings that both were validated on with the same labels, resampled together.
struct PairedComparison {
    struct Difference {
        std::optional<double> value;      ///< second minus first; loss: mean of an example
        std::optional<Interval> interval; ///< 95 %; nothing for under two recordings
        std::optional<double> better;     ///< share of the resamples in which the second is better, ties counted half
    };
    bool sameUnit = true;   ///< false where one was scored by windows, the other by answers: nothing else is told then
    int64_t recordings = 0; ///< common
    int64_t others = 0;     ///< that only one was validated on, or with other labels
    Difference loss, accuracy, f1;
};
/// `resamples` 0: 200 to 2000, as many as keep it quick, since the work grows with the recordings.
PairedComparison compareRuns(const TrainingRun& first, const TrainingRun& second, int resamples = 0);

/// Fields in which the runs do not all agree, in the order of hyperparameterFields().
std::vector<const HyperparameterField*> differingFields(const std::vector<TrainingRun>& runs);

/// In which of the models that they owe something to the runs do not all agree.
struct OriginsThatDiffer {
    bool begunFrom = false, taughtBy = false;
};
OriginsThatDiffer differingOrigins(const std::vector<TrainingRun>& runs);

/// Finished runs that differ in nothing but their seed (and threads), two at least: begun from the same model or none,
/// and taught by the same ones.
struct SeedGroup {
    struct Spread {
        int64_t runs = 0; ///< that have the metric
        double mean = 0;
        std::optional<double> deviation; ///< of the sample (n - 1); nothing for one run
    };
    std::vector<int64_t> ids;
    std::array<std::optional<Spread>, kRunMetrics.size()> metrics; ///< as kRunMetrics
};
std::vector<SeedGroup> seedGroups(const std::vector<TrainingRun>& runs);

} // namespace ovation
