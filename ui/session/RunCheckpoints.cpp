// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/RunCheckpoints.h"

#include "core/base/Files.h"
#include "core/models/ModelRegistry.h"
#include "core/training/CheckpointFiles.h"

#include <QStandardPaths>
#include <QUuid>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace ovation::ui {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr size_t kTokenLength = 32;
constexpr size_t kFewest = 2, kMost = 20;
constexpr int64_t kMostBytes = 1 << 30;
/// Single precision: itself, its two moments, that of the best epoch; of frame models their average and the former one.
constexpr int64_t kBytesOfAWeight = 16, kBytesOfAFrameModelsWeight = 24;

constexpr const char* kTeachers = "/teachers"; ///< under a checkpoint's folder

std::string teacherFile(const std::string& folder, size_t index) {
    return folder + kTeachers + '/' + std::to_string(index + 1) + ".safetensors";
}

/// A token becomes part of a path: nothing but hex digits may be in it.
bool isToken(const std::string& text) {
    return text.size() == kTokenLength && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

RunCheckpoint newRunCheckpoint(const TrainingRun& run) {
    return {run.id, run.name, run.startedMs, run.hyperparameters,
            QUuid::createUuid().toString(QUuid::Id128).toStdString()};
}

std::string toJson(const std::vector<RunCheckpoint>& checkpoints) {
    Json list = Json::array();
    for (const RunCheckpoint& checkpoint : checkpoints) {
        Json beside = Json::array();
        for (const auto& [speech, ranges] : checkpoint.beside)
            for (const SampleRange& range : ranges)
                beside.push_back({speech, range.begin, range.end});
        list.push_back({{"run", checkpoint.runId},
                        {"name", checkpoint.name},
                        {"started_ms", checkpoint.startedMs},
                        {"token", checkpoint.token},
                        {"corrections", checkpoint.corrections},
                        {"beside", std::move(beside)},
                        {"taught_by", checkpoint.taughtBy},
                        {"finished", checkpoint.finished},
                        {"hyperparameters", Json::parse(ovation::toJson(checkpoint.hyperparameters))}});
    }
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<RunCheckpoint> runCheckpointsFromJson(std::string_view json) {
    std::vector<RunCheckpoint> result;
    const Json list = Json::parse(json, nullptr, false);
    if (!list.is_array()) return result;
    for (const Json& entry : list) {
        try {
            RunCheckpoint checkpoint;
            entry.at("run").get_to(checkpoint.runId);
            entry.at("name").get_to(checkpoint.name);
            entry.at("started_ms").get_to(checkpoint.startedMs);
            entry.at("token").get_to(checkpoint.token);
            checkpoint.corrections = entry.value("corrections", false);
            checkpoint.finished = entry.value("finished", false);
            checkpoint.taughtBy = entry.value("taught_by", std::vector<std::string>());
            for (const Json& one : entry.value("beside", Json::array()))
                checkpoint.beside[one.at(0).get<int64_t>()].push_back(
                    {one.at(1).get<int64_t>(), one.at(2).get<int64_t>()});
            const auto hyperparameters = hyperparametersFromJson(entry.at("hyperparameters").dump());
            if (!hyperparameters || checkpoint.runId < 1 || !isToken(checkpoint.token)) continue;
            checkpoint.hyperparameters = *hyperparameters;
            result.push_back(std::move(checkpoint));
        } catch (const Json::exception&) {
            continue;
        }
    }
    return result;
}

std::optional<int64_t> oneTooMany(const std::vector<RunCheckpoint>& checkpoints, const std::vector<TrainingRun>& runs) {
    int64_t bytes = 0;
    for (const RunCheckpoint& checkpoint : checkpoints) {
        const auto run = std::ranges::find(runs, checkpoint.runId, &TrainingRun::id);
        if (run != runs.end())
            bytes += run->parameters *
                     (isFrameModel(run->hyperparameters.model) ? kBytesOfAFrameModelsWeight : kBytesOfAWeight);
    }
    if (checkpoints.size() <= kFewest || (checkpoints.size() <= kMost && bytes <= kMostBytes)) return {};
    const auto finished = std::ranges::find(checkpoints, true, &RunCheckpoint::finished);
    return (finished != checkpoints.end() ? *finished : checkpoints.front()).runId;
}

std::string folderOf(const RunCheckpoint& checkpoint) {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString() +
           "/ovation/checkpoints/" + checkpoint.token;
}

Result<void> keepTeachers(const std::string& folder, const ModelBundles& teachers) {
    if (teachers.empty()) return {};
    std::error_code error;
    fs::create_directories(folder + kTeachers, error);
    if (error) return errorFromErrno(error.value(), folder + kTeachers, ErrorCode::WriteFailed);
    for (size_t i = 0; i < teachers.size(); ++i)
        if (auto written = writeModel(teacherFile(folder, i), *teachers[i]); !written) return written;
    return {};
}

Result<ModelBundles> keptTeachers(const std::string& folder, const std::vector<std::string>& names) {
    ModelBundles teachers;
    for (size_t i = 0; i < names.size(); ++i) {
        Result<ModelBundle> read = readModel(teacherFile(folder, i));
        if (!read) return read.error();
        read->name = names[i];
        teachers.push_back(std::make_shared<const ModelBundle>(*std::move(read)));
    }
    return teachers;
}

bool holdsCheckpoint(const std::string& folder) {
    std::error_code error;
    const fs::directory_iterator files(folder, error);
    return !error && std::any_of(begin(files), end(files), [](const fs::directory_entry& file) {
        return file.path().extension() == ".safetensors";
    });
}

void removeCheckpoint(const std::string& folder) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

void removePreviousCheckpoint(const std::string& folder) {
    std::error_code ignored;
    if (fs::exists(fs::path(folder) / kNewestCheckpoint, ignored))
        fs::remove(fs::path(folder) / kPreviousCheckpoint, ignored);
}

} // namespace ovation::ui
