// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/TrainingQueue.h"

#include <nlohmann/json.hpp>

namespace ovation::ui {

std::string notesWithReason(const std::string& notes, const std::string& reason) {
    if (notes.find(reason) != std::string::npos) return notes;
    return notes.empty() ? reason : notes + "; " + reason;
}

std::string toJson(const std::vector<QueuedRun>& queue) {
    auto list = nlohmann::json::array();
    for (const QueuedRun& run : queue) {
        list.push_back(
            {{"name", run.name}, {"hyperparameters", nlohmann::json::parse(ovation::toJson(run.hyperparameters))}});
        if (!run.teachers.empty()) list.back()["teachers"] = nlohmann::json::parse(toJson(run.teachers));
    }
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<QueuedRun> queueFromJson(std::string_view json) {
    std::vector<QueuedRun> queue;
    const auto list = nlohmann::json::parse(json, nullptr, false);
    if (!list.is_array()) return queue;
    for (const auto& entry : list) {
        try {
            QueuedRun run;
            run.id = static_cast<int64_t>(queue.size()) + 1;
            entry.at("name").get_to(run.name);
            const auto values = hyperparametersFromJson(entry.at("hyperparameters").dump());
            if (!values || !validate(*values).empty()) continue;
            run.hyperparameters = *values;
            if (const auto teachers = entry.find("teachers"); teachers != entry.end())
                run.teachers = modelSourcesFromJson(teachers->dump());
            queue.push_back(std::move(run));
        } catch (const nlohmann::json::exception&) {
            continue;
        }
    }
    return queue;
}

} // namespace ovation::ui
