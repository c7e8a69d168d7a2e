// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "core/base/Files.h"
#include "core/base/NamesApart.h"
#include "core/base/Text.h"
#include "core/training/RunComparison.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace ovation::cli {

namespace {

using nlohmann::ordered_json;

struct CompareOptions {
    std::vector<std::string> histories;
    bool json = false;
};

Result<std::vector<TrainingRun>> readHistories(const std::vector<std::string>& paths) {
    std::vector<TrainingRun> runs;
    const std::vector<std::string> names = namesApart(paths);
    for (const std::string& path : paths) {
        const auto bytes = readFile(path);
        if (!bytes) return bytes.error();
        auto run = trainingRunFromJson(*bytes);
        if (!run) return Error{run.error().code, path, run.error().detail, 0};
        run->name = names[runs.size()];
        run->id = static_cast<int64_t>(runs.size()) + 1;
        runs.push_back(*std::move(run));
    }
    return runs;
}

std::string settingOf(const HyperparameterField& field, const Hyperparameters& values) {
    if (field.kind == HyperparameterField::Kind::Choice) return field.choice(values);
    return settingText(field.number(values));
}

/// "a, b"; "none".
std::string namesOrNone(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "none" : text;
}

ordered_json comparedNumber(const std::optional<double>& value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json differenceJson(const PairedComparison::Difference& difference) {
    ordered_json json;
    json["difference"] = comparedNumber(difference.value);
    json["interval"] =
        difference.interval ? ordered_json{difference.interval->low, difference.interval->high} : nullptr;
    json["better"] = comparedNumber(difference.better);
    return json;
}

int printComparisonJson(const std::vector<TrainingRun>& runs) {
    ordered_json root;
    root["differing"] = ordered_json::object();
    for (const HyperparameterField* field : differingFields(runs))
        for (const TrainingRun& run : runs)
            root["differing"][field->name].push_back(settingOf(*field, run.hyperparameters));
    for (const TrainingRun& run : runs) {
        ordered_json one;
        one["name"] = run.name;
        one["dataset"] = run.dataset.fingerprint;
        one["begun_from"] = run.begunFrom;
        one["taught_by"] = run.taughtBy;
        for (const RunMetric metric : kRunMetrics) {
            one[nameOf(metric)] = comparedNumber(bestValue(run, metric));
            if (const auto interval = bestInterval(run, metric, intervalResamples(run)))
                one["intervals"][nameOf(metric)] = {interval->low, interval->high};
        }
        root["runs"].push_back(std::move(one));
    }
    root["pairs"] = ordered_json::array();
    for (size_t i = 1; i < runs.size(); ++i) {
        const PairedComparison pair = compareRuns(runs[0], runs[i]);
        root["pairs"].push_back({{"runs", {runs[0].name, runs[i].name}},
                                 {"same_unit", pair.sameUnit},
                                 {"recordings", pair.recordings},
                                 {"not_shared", pair.others},
                                 {"loss", differenceJson(pair.loss)},
                                 {"accuracy", differenceJson(pair.accuracy)},
                                 {"f1", differenceJson(pair.f1)}});
    }
    root["seeds"] = ordered_json::array();
    for (const SeedGroup& group : seedGroups(runs)) {
        ordered_json one;
        for (const int64_t id : group.ids)
            one["runs"].push_back(runs[static_cast<size_t>(id - 1)].name);
        for (size_t i = 0; i < kRunMetrics.size(); ++i)
            if (const auto& spread = group.metrics[i])
                one[nameOf(kRunMetrics[i])] = {{"mean", spread->mean},
                                               {"deviation", comparedNumber(spread->deviation)}};
        root["seeds"].push_back(std::move(one));
    }
    std::printf("%s\n", root.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
    return finishOutput();
}

std::string four(const std::optional<double>& value) {
    if (!value) return "n/a";
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", *value);
    return text;
}

std::string bracketed(const std::optional<Interval>& interval) {
    return interval ? " [" + four(interval->low) + ", " + four(interval->high) + "]" : std::string();
}

std::string differenceWords(const PairedComparison::Difference& difference) {
    std::string text = four(difference.value) + bracketed(difference.interval);
    if (!difference.better) return text;
    char percent[32];
    std::snprintf(percent, sizeof percent, ", better in %.0f %%", 100 * *difference.better);
    return text + percent;
}

int printComparison(const std::vector<TrainingRun>& runs) {
    const OriginsThatDiffer origins = differingOrigins(runs);
    for (const TrainingRun& run : runs) {
        std::printf("%s\n", run.name.c_str());
        for (const HyperparameterField* field : differingFields(runs))
            std::printf("  %s: %s\n", field->label, settingOf(*field, run.hyperparameters).c_str());
        if (origins.begunFrom)
            std::printf("  Began from: %s\n", run.begunFrom.empty() ? "none" : run.begunFrom.c_str());
        if (origins.taughtBy) std::printf("  Taught by: %s\n", namesOrNone(run.taughtBy).c_str());
        for (const RunMetric metric : kRunMetrics)
            std::printf("  validation %s: %s%s\n", nameOf(metric), four(bestValue(run, metric)).c_str(),
                        bracketed(bestInterval(run, metric, intervalResamples(run))).c_str());
    }
    for (size_t i = 1; i < runs.size(); ++i) {
        const PairedComparison pair = compareRuns(runs[0], runs[i]);
        if (!pair.sameUnit) {
            std::printf("%s against %s: one was scored by windows, the other by single answers, so there is nothing to "
                        "compare recording by recording\n",
                        runs[i].name.c_str(), runs[0].name.c_str());
            continue;
        }
        std::printf("%s against %s on %lld shared validation recordings (%lld not shared)\n", runs[i].name.c_str(),
                    runs[0].name.c_str(), static_cast<long long>(pair.recordings), static_cast<long long>(pair.others));
        std::printf("  loss: %s\n  accuracy: %s\n  f1: %s\n", differenceWords(pair.loss).c_str(),
                    differenceWords(pair.accuracy).c_str(), differenceWords(pair.f1).c_str());
    }
    for (const SeedGroup& group : seedGroups(runs)) {
        std::printf("%zu seeds, mean and standard deviation\n", group.ids.size());
        for (size_t i = 0; i < kRunMetrics.size(); ++i)
            if (const auto& spread = group.metrics[i])
                std::printf("  validation %s: %s, %s\n", nameOf(kRunMetrics[i]), four(spread->mean).c_str(),
                            four(spread->deviation).c_str());
    }
    return finishOutput();
}

} // namespace

void addCompare(CLI::App& app, const Common&, Run& run) {
    CLI::App* command = app.add_subcommand("compare", "Compare trainings by what --history wrote of them");
    const auto options = std::make_shared<CompareOptions>();
    command->add_option("histories", options->histories, "Histories (JSON), two or more; the first is the measure")
        ->required()
        ->expected(2, 1000)
        ->type_name("HISTORY...");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &run] {
        run = [options] {
            const auto runs = readHistories(options->histories);
            if (!runs) return fail(runs.error());
            return options->json ? printComparisonJson(*runs) : printComparison(*runs);
        };
    });
}

} // namespace ovation::cli
