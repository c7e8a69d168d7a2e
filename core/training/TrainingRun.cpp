// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/TrainingRun.h"

#include "core/training/RankingHistogram.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace ovation {

namespace {

constexpr size_t kBinsOfClass = RankingHistogram::kBins / RecordingResult::kRankClasses;

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<StopReason, const char*>, 5> kStopReasons{{{StopReason::Running, "running"},
                                                                          {StopReason::Early, "early"},
                                                                          {StopReason::Epochs, "epochs"},
                                                                          {StopReason::Cancelled, "cancelled"},
                                                                          {StopReason::Failed, "failed"}}};

constexpr std::array<std::pair<const char*, std::optional<double> PartMetrics::*>, 7> kPartMetrics{{
    {"loss", &PartMetrics::loss},
    {"accuracy", &PartMetrics::accuracy},
    {"precision", &PartMetrics::precision},
    {"recall", &PartMetrics::recall},
    {"f1", &PartMetrics::f1},
    {"roc_auc", &PartMetrics::rocAuc},
    {"average_precision", &PartMetrics::averagePrecision},
}};

Json fromConfusion(const Confusion& confusion) {
    return {{confusion.tn, confusion.fp}, {confusion.fn, confusion.tp}};
}

Json fromPart(const PartMetrics& part) {
    Json json;
    for (const auto& [name, member] : kPartMetrics)
        json[name] = part.*member ? Json(*(part.*member)) : Json(nullptr);
    json["confusion"] = fromConfusion(part.confusion);
    return json;
}

Json fromRecording(const RecordingResult& recording) {
    Json json;
    json["file"] = recording.file;
    json["confusion"] = fromConfusion(recording.confusion);
    json["loss_sum"] = recording.lossSum;
    json["ranking"] = Json::array();
    for (const RecordingResult::RankClass& one : recording.ranking)
        json["ranking"].push_back({one.index, one.applause, one.other});
    return json;
}

Json fromEpoch(const EpochMetrics& epoch) {
    Json json;
    json["epoch"] = epoch.epoch;
    json["train"] = fromPart(epoch.train);
    json["validation"] = fromPart(epoch.validation);
    json["learning_rate"] = epoch.learningRate;
    json["gradient_norm"] = epoch.gradientNorm;
    json["seconds"] = epoch.seconds;
    json["best"] = epoch.best;
    json["lowered_learning_rate"] = epoch.loweredLearningRate;
    return json;
}

Json fromDataset(const DatasetSummary& dataset) {
    Json json;
    json["fingerprint"] = dataset.fingerprint;
    json["train_examples"] = dataset.trainExamples;
    json["train_positives"] = dataset.trainPositives;
    json["validation_examples"] = dataset.validationExamples;
    json["validation_positives"] = dataset.validationPositives;
    json["train_recordings"] = dataset.trainRecordings;
    json["validation_recordings"] = dataset.validationRecordings;
    json["validation_files"] = dataset.validationFiles;
    return json;
}

// The readers below throw std::exception on a value of the wrong kind; trainingRunFromJson() turns that into an Error.

template <typename T>
void take(const Json& json, const char* name, T& value) {
    const auto found = json.find(name);
    if (found != json.end()) value = found->get<T>();
}

/// null stands for a number that is not finite, which JSON cannot hold.
void takeNumber(const Json& json, const char* name, double& value) {
    const auto found = json.find(name);
    if (found == json.end()) return;
    value = found->is_null() ? std::numeric_limits<double>::quiet_NaN() : found->get<double>();
}

const Json& object(const Json& json, const char* name) {
    static const Json empty = Json::object();
    const auto found = json.find(name);
    if (found == json.end()) return empty;
    if (!found->is_object()) throw std::invalid_argument(std::string("\"") + name + "\" is not an object");
    return *found;
}

void takeConfusion(const Json& json, Confusion& confusion) {
    const auto found = json.find("confusion");
    if (found == json.end()) return;
    const auto counts = found->get<std::array<std::array<int64_t, 2>, 2>>();
    confusion = {counts[0][0], counts[0][1], counts[1][0], counts[1][1]};
}

PartMetrics toPart(const Json& json) {
    PartMetrics part;
    for (const auto& [name, member] : kPartMetrics) {
        const auto found = json.find(name);
        if (found != json.end() && !found->is_null()) part.*member = found->get<double>();
    }
    takeConfusion(json, part.confusion);
    return part;
}

RecordingResult toRecording(const Json& json) {
    if (!json.is_object()) throw std::invalid_argument("a recording's result is not an object");
    RecordingResult recording;
    take(json, "file", recording.file);
    takeConfusion(json, recording.confusion);
    takeNumber(json, "loss_sum", recording.lossSum);
    if (const auto ranking = json.find("ranking"); ranking != json.end())
        for (const auto& one : ranking->get<std::vector<std::array<int64_t, 3>>>()) {
            if (one[0] < 0 || one[0] >= RecordingResult::kRankClasses || one[1] < 0 || one[2] < 0)
                throw std::invalid_argument("\"ranking\" holds an impossible class");
            recording.ranking.push_back({static_cast<int32_t>(one[0]), one[1], one[2]});
        }
    return recording;
}

EpochMetrics toEpoch(const Json& json) {
    if (!json.is_object()) throw std::invalid_argument("an epoch is not an object");
    EpochMetrics epoch;
    take(json, "epoch", epoch.epoch);
    epoch.train = toPart(object(json, "train"));
    epoch.validation = toPart(object(json, "validation"));
    takeNumber(json, "learning_rate", epoch.learningRate);
    takeNumber(json, "gradient_norm", epoch.gradientNorm);
    takeNumber(json, "seconds", epoch.seconds);
    take(json, "best", epoch.best);
    take(json, "lowered_learning_rate", epoch.loweredLearningRate);
    return epoch;
}

DatasetSummary toDataset(const Json& json) {
    DatasetSummary dataset;
    take(json, "fingerprint", dataset.fingerprint);
    take(json, "train_examples", dataset.trainExamples);
    take(json, "train_positives", dataset.trainPositives);
    take(json, "validation_examples", dataset.validationExamples);
    take(json, "validation_positives", dataset.validationPositives);
    take(json, "train_recordings", dataset.trainRecordings);
    take(json, "validation_recordings", dataset.validationRecordings);
    take(json, "validation_files", dataset.validationFiles);
    return dataset;
}

TrainingRun toRun(const Json& json) {
    TrainingRun run;
    take(json, "id", run.id);
    take(json, "name", run.name);
    take(json, "started_ms", run.startedMs);
    take(json, "parameters", run.parameters);
    take(json, "threads", run.threads);
    take(json, "best_epoch", run.bestEpoch);
    take(json, "notes", run.notes);
    take(json, "taught_by", run.taughtBy);
    take(json, "begun_from", run.begunFrom);
    takeNumber(json, "seconds", run.seconds);
    run.dataset = toDataset(object(json, "dataset"));
    if (const auto epochs = json.find("epochs"); epochs != json.end()) {
        if (!epochs->is_array()) throw std::invalid_argument("\"epochs\" is not a list");
        for (const Json& epoch : *epochs)
            run.epochs.push_back(toEpoch(epoch));
    }
    if (const auto recordings = json.find("best_by_recording"); recordings != json.end()) {
        if (!recordings->is_array()) throw std::invalid_argument("\"best_by_recording\" is not a list");
        for (const Json& recording : *recordings)
            run.byRecording.push_back(toRecording(recording));
    }
    std::string stopped = nameOf(run.stopped);
    take(json, "stopped", stopped);
    bool known = false;
    for (const auto& [reason, name] : kStopReasons)
        if (stopped == name) {
            run.stopped = reason;
            known = true;
        }
    if (!known) throw std::invalid_argument("\"stopped\" is \"" + stopped + "\"");
    return run;
}

} // namespace

void RecordingResult::rank(float score, bool applause) {
    const auto index = static_cast<int32_t>(RankingHistogram::binOf(score) / kBinsOfClass);
    auto place = std::ranges::lower_bound(ranking, index, {}, &RankClass::index);
    if (place == ranking.end() || place->index != index) place = ranking.insert(place, {index, 0, 0});
    ++(applause ? place->applause : place->other);
}

void RecordingResult::addRanking(RankingHistogram& histogram, int64_t times) const {
    for (const RankClass& one : ranking) {
        const size_t bin = static_cast<size_t>(one.index) * kBinsOfClass;
        histogram.addToBin(bin, true, static_cast<uint64_t>(times * one.applause));
        histogram.addToBin(bin, false, static_cast<uint64_t>(times * one.other));
    }
}

const char* nameOf(StopReason reason) {
    for (const auto& [candidate, name] : kStopReasons)
        if (candidate == reason) return name;
    return "running";
}

std::string toJson(const TrainingRun& run) {
    Json json;
    json["id"] = run.id;
    json["name"] = run.name;
    json["started_ms"] = run.startedMs;
    json["hyperparameters"] = Json::parse(toJson(run.hyperparameters));
    json["parameters"] = run.parameters;
    json["dataset"] = fromDataset(run.dataset);
    json["epochs"] = Json::array();
    for (const EpochMetrics& epoch : run.epochs)
        json["epochs"].push_back(fromEpoch(epoch));
    json["best_epoch"] = run.bestEpoch;
    json["stopped"] = nameOf(run.stopped);
    json["seconds"] = run.seconds;
    json["threads"] = run.threads;
    json["notes"] = run.notes;
    json["taught_by"] = run.taughtBy;
    json["begun_from"] = run.begunFrom;
    json["best_by_recording"] = Json::array();
    for (const RecordingResult& recording : run.byRecording)
        json["best_by_recording"].push_back(fromRecording(recording));
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<TrainingRun> trainingRunFromJson(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        if (!json.is_object()) throw std::invalid_argument("it is not an object");
        TrainingRun run = toRun(json);
        auto hyperparameters = hyperparametersFromJson(object(json, "hyperparameters").dump());
        if (!hyperparameters) return hyperparameters.error();
        run.hyperparameters = *std::move(hyperparameters);
        return run;
    } catch (const std::exception& exception) {
        return Error{ErrorCode::ReadFailed, "",
                     std::string("The training history cannot be read: ") + exception.what()};
    }
}

} // namespace ovation
