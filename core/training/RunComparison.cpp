// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/RunComparison.h"

#include "core/models/ModelRegistry.h"
#include "core/training/RankingHistogram.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace ovation {

namespace {

bool goesByRank(RunMetric metric) {
    return metric == RunMetric::RocAuc || metric == RunMetric::AveragePrecision;
}

/// Sums over recordings, of which a metric is made.
class PooledResults {
public:
    explicit PooledResults(RunMetric metric) : m_metric(metric) {}

    void add(const RecordingResult& one, int64_t times) {
        if (goesByRank(m_metric)) {
            one.addRanking(m_ranking, times);
            return;
        }
        m_confusion.tn += times * one.confusion.tn;
        m_confusion.fp += times * one.confusion.fp;
        m_confusion.fn += times * one.confusion.fn;
        m_confusion.tp += times * one.confusion.tp;
        if (times > 0) m_lossSum += static_cast<double>(times) * one.lossSum; // may be infinite
    }
    std::optional<double> value() const {
        switch (m_metric) {
        case RunMetric::Loss:
            if (m_confusion.total() == 0 || !std::isfinite(m_lossSum)) return std::nullopt;
            return m_lossSum / static_cast<double>(m_confusion.total());
        case RunMetric::Accuracy:
            return m_confusion.accuracy();
        case RunMetric::F1:
            return m_confusion.f1();
        case RunMetric::RocAuc:
            return m_ranking.rocAuc();
        case RunMetric::AveragePrecision:
            return m_ranking.averagePrecision();
        }
        return std::nullopt;
    }
    const Confusion& confusion() const { return m_confusion; } ///< of all metrics but those by rank

private:
    const RunMetric m_metric;
    Confusion m_confusion;
    double m_lossSum = 0;
    RankingHistogram m_ranking;
};

/// Which way is better.
double sign(RunMetric metric) {
    return metric == RunMetric::Loss ? -1 : 1;
}

PairedComparison::Difference differenceOf(const std::vector<const RecordingResult*>& first,
                                          const std::vector<const RecordingResult*>& second, RunMetric metric,
                                          int resamples) {
    PairedComparison::Difference result;
    const auto difference = [&](const std::vector<int64_t>& times) -> std::optional<double> {
        PooledResults a(metric), b(metric);
        for (size_t i = 0; i < times.size(); ++i) {
            a.add(*first[i], times[i]);
            b.add(*second[i], times[i]);
        }
        const auto before = a.value(), after = b.value();
        if (!before || !after) return std::nullopt;
        return *after - *before;
    };
    result.value = difference(std::vector<int64_t>(first.size(), 1));
    if (!result.value || first.size() < 2) return result;
    std::vector<double> values;
    double better = 0;
    forEachResample(first.size(), resamples, [&](const std::vector<int64_t>& times) {
        const auto value = difference(times);
        if (!value) return;
        values.push_back(*value);
        better += *value == 0 ? 0.5 : sign(metric) * *value > 0 ? 1 : 0;
    });
    if (!values.empty()) result.better = better / static_cast<double>(values.size());
    result.interval = percentileInterval(std::move(values), resamples);
    return result;
}

/// 95 % interval of what `value` makes of the sums over resampled recordings.
template <typename Value>
std::optional<Interval> resampledInterval(const TrainingRun& run, RunMetric pooledFor, int resamples,
                                          const Value& value) {
    if (run.byRecording.size() < 2) return std::nullopt;
    std::vector<double> values;
    forEachResample(run.byRecording.size(), resamples, [&](const std::vector<int64_t>& times) {
        PooledResults pooled(pooledFor);
        for (size_t i = 0; i < times.size(); ++i)
            pooled.add(run.byRecording[i], times[i]);
        if (const std::optional<double> one = value(pooled)) values.push_back(*one);
    });
    return percentileInterval(std::move(values), resamples);
}

int pairResamples(size_t recordings) {
    return static_cast<int>(std::clamp<size_t>(1'000'000 / (recordings + 1), 200, 2000));
}

bool sameExamples(const Confusion& a, const Confusion& b) {
    return a.tp + a.fn == b.tp + b.fn && a.tn + a.fp == b.tn + b.fp;
}

bool sameButSeed(Hyperparameters a, const Hyperparameters& b) {
    a.seed = b.seed;
    a.threads = b.threads;
    return a == b;
}

} // namespace

const char* nameOf(RunMetric metric) {
    switch (metric) {
    case RunMetric::Loss:
        return "loss";
    case RunMetric::Accuracy:
        return "accuracy";
    case RunMetric::F1:
        return "f1";
    case RunMetric::RocAuc:
        return "roc_auc";
    case RunMetric::AveragePrecision:
        return "average_precision";
    }
    return "";
}

const EpochMetrics* bestEpochOf(const TrainingRun& run) {
    for (const EpochMetrics& epoch : run.epochs)
        if (epoch.epoch == run.bestEpoch) return &epoch;
    return nullptr;
}

std::optional<double> bestValue(const TrainingRun& run, RunMetric metric) {
    const EpochMetrics* best = bestEpochOf(run);
    if (!best) return std::nullopt;
    switch (metric) {
    case RunMetric::Loss:
        return best->validation.loss;
    case RunMetric::Accuracy:
        return best->validation.accuracy;
    case RunMetric::F1:
        return best->validation.f1;
    case RunMetric::RocAuc:
        return best->validation.rocAuc;
    case RunMetric::AveragePrecision:
        return best->validation.averagePrecision;
    }
    return std::nullopt;
}

std::optional<Interval> bestInterval(const TrainingRun& run, RunMetric metric, int resamples) {
    // The run's loss counts each class by its weight, a recording's does not.
    const bool weighted = run.hyperparameters.classWeights && !isFrameModel(run.hyperparameters.model);
    if (metric == RunMetric::Loss && weighted) return std::nullopt;
    return resampledInterval(run, metric, resamples, [](const PooledResults& pooled) { return pooled.value(); });
}

int intervalResamples(const TrainingRun& run) {
    return static_cast<int>(std::clamp<size_t>(200'000 / (run.byRecording.size() + 1), 200, 1000));
}

std::string metricsOfModel(const TrainingRun& run) {
    const int resamples = intervalResamples(run);
    const nlohmann::json history = nlohmann::json::parse(toJson(run));
    const auto best = std::ranges::find(run.epochs, run.bestEpoch, &EpochMetrics::epoch);
    if (best == run.epochs.end()) return "{}";
    nlohmann::json metrics = history["epochs"][static_cast<size_t>(best - run.epochs.begin())];
    nlohmann::json intervals = nlohmann::json::object();
    const auto put = [&](const char* name, const std::optional<Interval>& interval) {
        if (interval) intervals[name] = {interval->low, interval->high};
    };
    for (const RunMetric metric : kRunMetrics)
        put(nameOf(metric), bestInterval(run, metric, resamples));
    const auto ofCounts = [&](std::optional<double> (Confusion::*figure)() const) {
        return resampledInterval(run, RunMetric::F1, resamples,
                                 [&](const PooledResults& pooled) { return (pooled.confusion().*figure)(); });
    };
    put("precision", ofCounts(&Confusion::precision));
    put("recall", ofCounts(&Confusion::recall));
    metrics["validation"]["recordings"] = run.byRecording.size();
    metrics["validation"]["intervals"] = std::move(intervals);
    return metrics.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

PairedComparison compareRuns(const TrainingRun& first, const TrainingRun& second, int resamples) {
    PairedComparison result;
    result.sameUnit = isFrameModel(first.hyperparameters.model) == isFrameModel(second.hyperparameters.model);
    if (!result.sameUnit) return result;
    if (resamples <= 0) resamples = pairResamples(first.byRecording.size());
    std::map<std::string, const RecordingResult*> byFile;
    for (const RecordingResult& recording : first.byRecording)
        byFile[recording.file] = &recording;
    std::vector<const RecordingResult*> before, after;
    for (const RecordingResult& recording : second.byRecording) {
        const auto found = byFile.find(recording.file);
        if (found == byFile.end() || !sameExamples(found->second->confusion, recording.confusion)) continue;
        before.push_back(found->second);
        after.push_back(&recording);
    }
    result.recordings = static_cast<int64_t>(before.size());
    result.others = static_cast<int64_t>(first.byRecording.size() + second.byRecording.size()) - 2 * result.recordings;
    if (before.empty()) return result;
    result.loss = differenceOf(before, after, RunMetric::Loss, resamples);
    result.accuracy = differenceOf(before, after, RunMetric::Accuracy, resamples);
    result.f1 = differenceOf(before, after, RunMetric::F1, resamples);
    return result;
}

std::vector<const HyperparameterField*> differingFields(const std::vector<TrainingRun>& runs) {
    std::vector<Hyperparameters> settings;
    for (const TrainingRun& run : runs)
        settings.push_back(run.hyperparameters);
    return differingFields(settings);
}

OriginsThatDiffer differingOrigins(const std::vector<TrainingRun>& runs) {
    OriginsThatDiffer differ;
    for (const TrainingRun& run : runs) {
        differ.begunFrom = differ.begunFrom || run.begunFrom != runs.front().begunFrom;
        differ.taughtBy = differ.taughtBy || run.taughtBy != runs.front().taughtBy;
    }
    return differ;
}

std::vector<SeedGroup> seedGroups(const std::vector<TrainingRun>& runs) {
    std::vector<std::vector<const TrainingRun*>> groups;
    for (const TrainingRun& run : runs) {
        if (!bestEpochOf(run) || run.stopped == StopReason::Running || run.stopped == StopReason::Failed) continue;
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            const auto recordings = [](const DatasetSummary& data) {
                return data.trainRecordings + data.validationRecordings; // the fingerprint depends on the split
            };
            return sameButSeed(group.front()->hyperparameters, run.hyperparameters) &&
                   group.front()->begunFrom == run.begunFrom && group.front()->taughtBy == run.taughtBy &&
                   recordings(group.front()->dataset) == recordings(run.dataset);
        });
        if (found == groups.end())
            groups.push_back({&run});
        else if (std::none_of(found->begin(), found->end(), [&](const TrainingRun* other) {
                     return other->hyperparameters.seed == run.hyperparameters.seed;
                 }))
            found->push_back(&run); // the same seed again would only repeat itself
    }
    std::vector<SeedGroup> result;
    for (const auto& group : groups) {
        if (group.size() < 2) continue;
        SeedGroup made;
        for (const TrainingRun* run : group)
            made.ids.push_back(run->id);
        for (size_t m = 0; m < kRunMetrics.size(); ++m) {
            std::vector<double> values;
            for (const TrainingRun* run : group)
                if (const auto value = bestValue(*run, kRunMetrics[m])) values.push_back(*value);
            if (values.empty()) continue;
            SeedGroup::Spread spread;
            spread.runs = static_cast<int64_t>(values.size());
            for (const double value : values)
                spread.mean += value / static_cast<double>(values.size());
            double squares = 0;
            for (const double value : values)
                squares += (value - spread.mean) * (value - spread.mean);
            if (values.size() > 1) spread.deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
            made.metrics[m] = spread;
        }
        result.push_back(std::move(made));
    }
    return result;
}

} // namespace ovation
