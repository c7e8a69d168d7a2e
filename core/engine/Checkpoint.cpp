// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Checkpoint.h"

#include "core/base/Files.h"
#include "core/training/CheckpointFiles.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1, kVersionWithFormer = 2;
constexpr const char* kNewest = kNewestCheckpoint;
constexpr const char* kPrevious = kPreviousCheckpoint;
constexpr const char* kNext = "checkpoint.next.safetensors";

Error bad(const std::string& file, const std::string& detail) {
    return {ErrorCode::BadCheckpoint, file, detail};
}

Json optionalJson(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

std::optional<double> optionalNumber(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

Json toJson(const Standardizer& standardizer) {
    return {{"mean", standardizer.mean}, {"deviation", standardizer.deviation}};
}

/// Empty where there is none.
Standardizer standardizerFrom(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    return {found->at("mean").get<std::vector<float>>(), found->at("deviation").get<std::vector<float>>()};
}

// Doubles pass through JSON unchanged: they are written with as many digits as it takes.
Json toJson(const TrainingPosition& position) {
    std::string truths;
    for (const bool truth : position.tally.truths)
        truths += truth ? '1' : '0';
    return {{"epoch", position.epoch},
            {"batch", position.batch},
            {"step", position.step},
            {"learning_rate", position.learningRate},
            {"optimizer_steps", position.optimizerSteps},
            {"plateau_best", optionalJson(position.plateau.best)},
            {"plateau_bad_epochs", position.plateau.badEpochs},
            {"best_loss", optionalJson(position.bestLoss)},
            {"epochs_without_better", position.epochsWithoutBetter},
            {"epoch_seconds", position.epochSeconds},
            {"loss_sum", position.tally.lossSum},
            {"weight_sum", position.tally.weightSum},
            {"gradient_norm_sum", position.tally.gradientNormSum},
            {"truths", truths},
            {"begun_window_frames", position.begunWindowFrames},
            {"begun_mfcc", toJson(position.begunMfcc)},
            {"begun_clip", toJson(position.begunClip)},
            {"begun_hashes", position.begunHashes},
            {"begun_origin", position.begunOrigin},
            {"extended", position.extended},
            {"begun_decoder", position.begunDecoder ? Json(ovation::toJson(*position.begunDecoder)) : Json(nullptr)}};
}

TrainingPosition positionFrom(const Json& json) {
    TrainingPosition position;
    json.at("epoch").get_to(position.epoch);
    json.at("batch").get_to(position.batch);
    json.at("step").get_to(position.step);
    json.at("learning_rate").get_to(position.learningRate);
    json.at("optimizer_steps").get_to(position.optimizerSteps);
    position.plateau.best = optionalNumber(json.at("plateau_best"));
    json.at("plateau_bad_epochs").get_to(position.plateau.badEpochs);
    position.bestLoss = optionalNumber(json.at("best_loss"));
    json.at("epochs_without_better").get_to(position.epochsWithoutBetter);
    json.at("epoch_seconds").get_to(position.epochSeconds);
    json.at("loss_sum").get_to(position.tally.lossSum);
    json.at("weight_sum").get_to(position.tally.weightSum);
    json.at("gradient_norm_sum").get_to(position.tally.gradientNormSum);
    for (const char truth : json.at("truths").get<std::string>())
        position.tally.truths.push_back(truth == '1');
    if (const auto decoder = json.find("begun_decoder"); decoder != json.end() && decoder->is_string())
        position.begunDecoder = decoderFromJson(decoder->get<std::string>());
    position.begunWindowFrames = json.value("begun_window_frames", int64_t{0});
    position.begunMfcc = standardizerFrom(json, "begun_mfcc");
    position.begunClip = standardizerFrom(json, "begun_clip");
    position.begunHashes = json.value("begun_hashes", std::vector<std::string>());
    position.begunOrigin = json.value("begun_origin", "{}");
    position.extended = json.value("extended", "");
    return position;
}

/// One hash over everything: a flipped bit in a weight would otherwise go unseen.
std::string hashOfContent(const TensorMap& tensors, const std::map<std::string, std::string>& metadata) {
    std::string all;
    for (const auto& [name, tensor] : tensors) {
        const auto* bytes = reinterpret_cast<const char*>(tensor.values.data());
        all += name + hashOf({bytes, tensor.values.size() * sizeof(float)});
    }
    for (const auto& [name, text] : metadata)
        if (name != "ovation.hash") all += name + hashOf(text);
    return hashOf(all);
}

void addAll(TensorMap& to, const TensorMap& from, const std::string& prefix) {
    for (const auto& [name, tensor] : from)
        to.emplace(prefix + name, tensor);
}

Result<void> renameFile(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0) return {};
    return errorFromErrno(errno, to, ErrorCode::WriteFailed);
}

Result<Checkpoint> read(const std::string& file) {
    const Result<std::string> bytes = readFile(file, std::numeric_limits<int64_t>::max());
    if (!bytes) return bad(file, describe(bytes.error()));
    return checkpointFromBytes(*bytes, file);
}

Result<void> fits(const Checkpoint& checkpoint, const std::string& file, Hyperparameters wanted,
                  const std::string& datasetHash, const std::string& sourcesHash) {
    const Hyperparameters& had = checkpoint.hyperparameters;
    wanted.epochs = had.epochs;
    wanted.threads = had.threads;
    if (!(wanted == had)) {
        const Json before = Json::parse(toJson(had));
        const Json now = Json::parse(toJson(wanted));
        std::string fields;
        for (const auto& [name, value] : before.items())
            if (!now.contains(name) || now[name] != value) fields += (fields.empty() ? "" : ", ") + name;
        return bad(file, "it was made with other hyperparameters (" + fields + ")");
    }
    if (checkpoint.datasetHash != datasetHash) return bad(file, "it was made with another data set or other teachers");
    if (!checkpoint.sourcesHash.empty() && checkpoint.sourcesHash != sourcesHash)
        return bad(file, "it was made when other examples were mixed from the data set: labels that say what is no "
                         "applause, names of files or their order have changed");
    return {};
}

} // namespace

std::string toBytes(const Checkpoint& checkpoint) {
    TensorMap tensors;
    addAll(tensors, checkpoint.weights, "weights/");
    addAll(tensors, checkpoint.average, "average/");
    addAll(tensors, checkpoint.former, "former/");
    addAll(tensors, checkpoint.first, "first/");
    addAll(tensors, checkpoint.second, "second/");
    addAll(tensors, checkpoint.best, "best/");
    const std::vector<float>& scores = checkpoint.position.tally.scores;
    if (!scores.empty()) tensors["scores"] = Tensor{{static_cast<int64_t>(scores.size())}, scores};
    const std::vector<float>& bestScores = checkpoint.position.bestScores;
    if (!bestScores.empty()) tensors["best_scores"] = Tensor{{static_cast<int64_t>(bestScores.size())}, bestScores};
    std::map<std::string, std::string> metadata{
        {"ovation.checkpoint", std::to_string(checkpoint.former.empty() ? kVersion : kVersionWithFormer)},
        {"ovation.hyperparameters", toJson(checkpoint.hyperparameters)},
        {"ovation.dataset", checkpoint.datasetHash},
        {"ovation.position", toJson(checkpoint.position).dump()},
        {"ovation.run", toJson(checkpoint.position.run)},
    };
    if (!checkpoint.sourcesHash.empty()) metadata["ovation.sources"] = checkpoint.sourcesHash;
    metadata["ovation.hash"] = hashOfContent(tensors, metadata);
    return writeSafetensors(tensors, metadata);
}

Result<Checkpoint> checkpointFromBytes(std::string_view bytes, const std::string& file) {
    Result<SafetensorsContent> content = readSafetensors(bytes, file);
    if (!content) return bad(file, "the file is damaged");
    auto& metadata = content->metadata;
    const std::string& written = metadata["ovation.checkpoint"];
    if (written != std::to_string(kVersion) && written != std::to_string(kVersionWithFormer))
        return bad(file, "it is not a checkpoint that this version of Ovation reads");
    if (metadata["ovation.hash"] != hashOfContent(content->tensors, metadata)) return bad(file, "the file is damaged");

    Checkpoint result;
    const auto hyperparameters = hyperparametersFromJson(metadata["ovation.hyperparameters"]);
    const auto run = trainingRunFromJson(metadata["ovation.run"]);
    const Json position = Json::parse(metadata["ovation.position"], nullptr, false);
    if (!hyperparameters || !run || position.is_discarded()) return bad(file, "the file is damaged");
    try {
        result.position = positionFrom(position);
    } catch (const Json::exception&) {
        return bad(file, "the file is damaged");
    }
    result.hyperparameters = *hyperparameters;
    result.position.run = *run;
    result.datasetHash = metadata["ovation.dataset"];
    if (const auto sources = metadata.find("ovation.sources"); sources != metadata.end())
        result.sourcesHash = sources->second;
    for (auto& [name, tensor] : content->tensors) {
        if (name == "scores") result.position.tally.scores = std::move(tensor.values);
        if (name == "best_scores") result.position.bestScores = std::move(tensor.values);
        const size_t slash = name.find('/');
        if (slash == std::string::npos) continue;
        const std::string part = name.substr(0, slash);
        TensorMap* map = part == "weights"   ? &result.weights
                         : part == "average" ? &result.average
                         : part == "former"  ? &result.former
                         : part == "first"   ? &result.first
                         : part == "second"  ? &result.second
                         : part == "best"    ? &result.best
                                             : nullptr;
        if (map) map->emplace(name.substr(slash + 1), std::move(tensor));
    }
    return result;
}

Result<void> writeCheckpoint(const std::string& folder, const Checkpoint& checkpoint) {
    std::error_code created;
    std::filesystem::create_directories(folder, created);
    if (created) return errorFromErrno(created.value(), folder, ErrorCode::WriteFailed);

    const std::string next = folder + "/" + kNext;
    const std::string newest = folder + "/" + kNewest;
    removeAbandonedTemporaries(next);
    const Result<void> written = writeFileAtomically(next, toBytes(checkpoint));
    if (!written) return written;
    std::error_code error;
    if (std::filesystem::exists(newest, error))
        if (const Result<void> kept = renameFile(newest, folder + "/" + kPrevious); !kept) return kept;
    return renameFile(next, newest);
}

bool hasEnded(const Checkpoint& checkpoint) {
    const TrainingPosition& position = checkpoint.position;
    const Hyperparameters& settings = checkpoint.hyperparameters;
    return position.epoch > settings.epochs ||
           (settings.patience > 0 && position.epochsWithoutBetter >= settings.patience);
}

std::string setCheckpointAside(const std::string& folder) {
    std::error_code error;
    for (const char* name : {kNewest, kPrevious}) {
        const std::string file = folder + "/" + name;
        if (!std::filesystem::exists(file, error)) continue;
        const Result<Checkpoint> checkpoint = read(file);
        if (!checkpoint) continue;
        if (hasEnded(*checkpoint) || checkpoint->position.step == 0) return {};
        std::string kept = "checkpoint.earlier.safetensors";
        for (int number = 2; std::filesystem::exists(folder + "/" + kept, error); ++number)
            kept = "checkpoint.earlier-" + std::to_string(number) + ".safetensors";
        return renameFile(file, folder + "/" + kept) ? kept : std::string();
    }
    return {};
}

Result<Checkpoint> readCheckpoint(const std::string& folder, const Hyperparameters& hyperparameters,
                                  const std::string& datasetHash, const std::string& sourcesHash) {
    std::error_code error;
    std::optional<Error> first;
    for (const char* name : {kNewest, kPrevious}) {
        const std::string file = folder + "/" + name;
        if (!std::filesystem::exists(file, error)) continue;
        Result<Checkpoint> checkpoint = read(file);
        if (checkpoint) {
            if (const Result<void> suits = fits(*checkpoint, file, hyperparameters, datasetHash, sourcesHash); !suits)
                return suits.error();
            return checkpoint;
        }
        if (!first) first = checkpoint.error();
    }
    if (first) return *first;
    return bad(folder, "there is no checkpoint in the folder");
}

} // namespace ovation
