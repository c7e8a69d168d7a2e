// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/EvaluateWindows.h"

#include "core/detection/ScoreWindows.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace ovation::cli {

namespace {

constexpr size_t kMistakesShown = 20;
constexpr int kBins = 10;

using Json = nlohmann::ordered_json;
using Intervals = std::map<std::string, std::pair<double, double>>;

Json optionalNumber(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json figuresJson(std::span<const ScoredWindow> windows, double threshold, const Intervals& intervals,
                 bool probabilities) {
    const WindowFigures figures = figuresOf(windows, threshold);
    Json json;
    for (const auto& [name, value] : namedFigures(figures)) {
        const bool ofProbabilities = std::string_view(name) == "loss" || std::string_view(name) == "brier";
        json[name] = ofProbabilities && !probabilities ? Json(nullptr) : optionalNumber(value);
    }
    const Confusion& c = figures.confusion;
    json["confusion"] = {{c.tn, c.fp}, {c.fn, c.tp}};
    json["intervals"] = Json::object();
    for (const auto& [name, interval] : intervals)
        json["intervals"][name] = {interval.first, interval.second};
    return json;
}

Json windowJson(const WindowEvaluation& evaluation, const ScoredWindow& window) {
    return {{"file", evaluation.recordings[static_cast<size_t>(window.recording)]},
            {"start_s", window.startS},
            {"end_s", window.endS},
            {"applause", window.applause},
            {"probability", window.probability},
            {"loss", window.loss()}};
}

void printAsJson(const WindowEvaluation& evaluation) {
    Json json{{"model", evaluation.model},
              {"threshold", evaluation.threshold},
              {"training_windows", evaluation.trainingWindows},
              {"validation_windows", evaluation.windows.size()}};
    json["figures"] = figuresJson(evaluation.windows, evaluation.threshold, evaluation.intervals, true);
    for (const Baseline& baseline : evaluation.baselines)
        json["baselines"][baseline.id] =
            figuresJson(baseline.windows, baseline.threshold, baseline.intervals, baseline.probabilities);
    const std::vector<ProbabilityBin> bins = probabilityBins(evaluation.windows, kBins);
    json["calibration_error"] = optionalNumber(calibrationError(bins));
    for (const ProbabilityBin& bin : bins)
        json["bins"].push_back({{"low", bin.low},
                                {"high", bin.high},
                                {"windows", bin.count()},
                                {"mean_probability", bin.count() ? Json(bin.meanProbability()) : Json(nullptr)},
                                {"applause", bin.count() ? Json(bin.shareOfApplause()) : Json(nullptr)}});
    json["worst"] = Json::array();
    for (const size_t index : byLoss(evaluation.windows))
        if (json["worst"].size() < kMistakesShown)
            json["worst"].push_back(windowJson(evaluation, evaluation.windows[index]));
    json["notes"] = evaluation.notes;
    std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

void printAsText(const WindowEvaluation& evaluation) {
    std::printf("%zu validation windows at threshold %.3f (%lld for training)\n\n%-20s %24s", evaluation.windows.size(),
                evaluation.threshold, static_cast<long long>(evaluation.trainingWindows), "", "model");
    struct Column {
        WindowFigures figures;
        const Intervals* intervals;
        bool probabilities;
    };
    std::vector<Column> columns{{figuresOf(evaluation.windows, evaluation.threshold), &evaluation.intervals, true}};
    for (const Baseline& baseline : evaluation.baselines) {
        columns.push_back(
            {figuresOf(baseline.windows, baseline.threshold), &baseline.intervals, baseline.probabilities});
        std::printf(" %24s", baseline.id.c_str());
    }
    std::printf("\n");
    const auto named = namedFigures(columns.front().figures);
    for (size_t row = 0; row < named.size(); ++row) {
        const std::string name = named[row].first;
        std::printf("%-20s", name.c_str());
        for (const Column& column : columns) {
            const auto value = namedFigures(column.figures)[row].second;
            char text[64];
            const auto interval = column.intervals->find(name);
            if (!value || (!column.probabilities && (name == "loss" || name == "brier")))
                std::snprintf(text, sizeof text, "n/a");
            else if (interval == column.intervals->end())
                std::snprintf(text, sizeof text, "%.3f", *value);
            else
                std::snprintf(text, sizeof text, "%.3f (%.3f-%.3f)", *value, interval->second.first,
                              interval->second.second);
            std::printf(" %24s", text);
        }
        std::printf("\n");
    }
    const Confusion& c = columns.front().figures.confusion;
    std::printf("\nconfusion            tn %lld  fp %lld  fn %lld  tp %lld\n\nWorst mistakes by loss:\n",
                static_cast<long long>(c.tn), static_cast<long long>(c.fp), static_cast<long long>(c.fn),
                static_cast<long long>(c.tp));
    size_t shown = 0;
    for (const size_t index : byLoss(evaluation.windows)) {
        const ScoredWindow& window = evaluation.windows[index];
        if (window.rightAt(evaluation.threshold)) continue;
        std::printf("%8.3f  says %.3f, is %-8s  %8.1f s  %s\n", window.loss(), static_cast<double>(window.probability),
                    window.applause ? "applause" : "other", window.startS,
                    evaluation.recordings[static_cast<size_t>(window.recording)].c_str());
        if (++shown == kMistakesShown) break;
    }
    if (shown == 0) std::printf("none\n");
    for (const std::string& note : evaluation.notes)
        std::printf("\n%s\n", note.c_str());
}

} // namespace

int evaluateByWindows(const RecordingCollection& collection, const ModelBundle& bundle, Engine& engine, bool json,
                      const Common& common, ProgressLine& progress, const CancelToken& cancel) {
    const auto settings = hyperparametersFromJson(bundle.trainingJson);
    if (!settings) return fail(settings.error());
    const auto evaluation =
        evaluateWindows(collection, *settings, nullptr, bundle, engine, common.cache(), cancel, progress.callback());
    progress.clear();
    if (!evaluation) return fail(evaluation.error());
    json ? printAsJson(*evaluation) : printAsText(*evaluation);
    const int printed = finishOutput();
    for (const auto* skipped : {&collection.skipped, &evaluation->skipped})
        for (const SkippedFile& file : *skipped)
            fail(file.error);
    return collection.skipped.empty() && evaluation->skipped.empty() ? printed : kFailed;
}

} // namespace ovation::cli
