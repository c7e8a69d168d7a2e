// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Evaluation.h"

#include "core/detection/RecordingCounts.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <utility>

namespace ovation {
namespace {

using nlohmann::ordered_json;

struct Metric {
    std::string name;
    std::function<std::optional<double>(const Scores&)> value;
};

/// Every metric that gets an interval, under its JSON name.
const std::vector<Metric>& metrics() {
    static const std::vector<Metric> all = [] {
        std::vector<Metric> list = {
            {"frame_f1", [](const Scores& s) { return s.frameF1; }},
            {"frame_precision", [](const Scores& s) { return s.framePrecision; }},
            {"frame_recall", [](const Scores& s) { return s.frameRecall; }},
            {"segment_f1", [](const Scores& s) { return s.segmentF1; }},
            {"average_precision", [](const Scores& s) { return s.averagePrecision; }},
            {"prevalence", [](const Scores& s) { return s.prevalence; }},
            {"roc_auc", [](const Scores& s) { return s.rocAuc; }},
            {"accuracy", [](const Scores& s) { return s.accuracy; }},
            {"false_alarms_per_hour", [](const Scores& s) { return s.falseAlarmsPerHour; }},
            {"median_boundary_error_s", [](const Scores& s) { return s.medianBoundaryErrorS; }},
        };
        for (const char* collar : {"0.2", "0.5", "1.0"}) {
            list.push_back({std::string("event_f1_") + collar, [collar](const Scores& s) {
                                const auto found = s.eventF1.find(collar);
                                return found == s.eventF1.end() ? std::nullopt : found->second;
                            }});
        }
        return list;
    }();
    return all;
}

/// What one recording counts. Its ranking is kept by the bins that are used: all recordings' are needed at once, of
/// thousands of clips too, and each is added up hundreds of times.
struct CountedRecording {
    explicit CountedRecording(RecordingCounts its) : counts(std::move(its)), ranking(counts.ranking.usedBins()) {
        counts.ranking = {};
    }
    void addTo(RecordingCounts& pooled, int64_t times) const {
        pooled.add(counts, times);
        pooled.ranking.add(ranking, static_cast<uint64_t>(times));
    }

    RecordingCounts counts; ///< without ranking
    std::vector<RankingHistogram::Bin> ranking;
};

std::map<std::string, Interval> intervalsOf(const std::vector<CountedRecording>& counts, int resamples, uint64_t seed) {
    if (counts.size() < 2 || resamples < 1) return {}; // one recording says nothing about others
    std::map<std::string, std::vector<double>> values;
    const auto score = [&](const std::vector<int64_t>& times) {
        RecordingCounts pooled;
        for (size_t i = 0; i < counts.size(); ++i)
            if (times[i] > 0) counts[i].addTo(pooled, times[i]);
        const Scores scores = pooled.scores();
        for (const Metric& metric : metrics())
            if (const std::optional<double> value = metric.value(scores)) values[metric.name].push_back(*value);
    };
    forEachResample(counts.size(), resamples, score, seed);
    std::map<std::string, Interval> intervals;
    for (auto& [name, list] : values)
        if (const auto interval = percentileInterval(std::move(list), resamples)) intervals[name] = *interval;
    return intervals;
}

ordered_json number(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? ordered_json(*value) : ordered_json(nullptr);
}

void putScores(ordered_json& object, const Scores& scores) {
    object["frame_f1"] = number(scores.frameF1);
    object["frame_precision"] = number(scores.framePrecision);
    object["frame_recall"] = number(scores.frameRecall);
    object["segment_f1"] = number(scores.segmentF1);
    ordered_json& events = object["event_f1"] = ordered_json::object();
    for (const auto& [collar, value] : scores.eventF1)
        events[collar] = number(value);
    object["average_precision"] = number(scores.averagePrecision);
    object["prevalence"] = number(scores.prevalence);
    object["roc_auc"] = number(scores.rocAuc);
    object["accuracy"] = number(scores.accuracy);
    object["false_alarms_per_hour"] = number(scores.falseAlarmsPerHour);
    object["seconds_error"] = number(scores.secondsError);
    object["count_error"] = number(scores.countError);
    object["median_boundary_error_s"] = number(scores.medianBoundaryErrorS);
    object["confusion"] = {{scores.confusion.tn, scores.confusion.fp}, {scores.confusion.fn, scores.confusion.tp}};
}

} // namespace

Evaluation evaluate(const std::vector<ScoredRecording>& recordings, int bootstrap, uint64_t seed) {
    Evaluation evaluation;
    std::vector<CountedRecording> counted;
    counted.reserve(recordings.size());
    RecordingCounts pooled;
    for (const ScoredRecording& recording : recordings) {
        RecordingCounts counts = countsOf(recording);
        pooled.add(counts);
        evaluation.recordings.emplace_back(recording.file, counts.scores());
        counted.emplace_back(std::move(counts));
        evaluation.durationsS.push_back(recording.durationS);
    }
    evaluation.pooled = pooled.scores();
    evaluation.intervals = intervalsOf(counted, bootstrap, seed);
    return evaluation;
}

std::string toJson(const Evaluation& evaluation) {
    ordered_json root;
    ordered_json& pooled = root["pooled"];
    putScores(pooled, evaluation.pooled);
    ordered_json& intervals = pooled["intervals"] = ordered_json::object();
    for (const auto& [name, interval] : evaluation.intervals)
        intervals[name] = {interval.low, interval.high};
    ordered_json& list = root["recordings"] = ordered_json::array();
    for (size_t i = 0; i < evaluation.recordings.size(); ++i) {
        ordered_json entry;
        entry["file"] = evaluation.recordings[i].first;
        entry["duration_s"] = i < evaluation.durationsS.size() ? evaluation.durationsS[i] : 0.0;
        putScores(entry, evaluation.recordings[i].second);
        list.push_back(std::move(entry));
    }
    return root.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace ovation
