// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/ModelSource.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ovation::ui {

namespace {

nlohmann::json jsonOf(const ModelSource& source) {
    switch (source.kind) {
    case ModelSource::Kind::Starter:
        return {{"starter", true}};
    case ModelSource::Kind::Run:
        return {{"run", source.run}};
    case ModelSource::Kind::File:
        return {{"file", source.file.toStdString()}};
    case ModelSource::Kind::None:
        break;
    }
    return nlohmann::json::object();
}

ModelSource sourceOf(const nlohmann::json& json) {
    if (!json.is_object()) return {};
    if (const auto file = json.find("file"); file != json.end() && file->is_string())
        return {ModelSource::Kind::File, 0, QString::fromStdString(file->get<std::string>())};
    if (json.contains("starter")) return {ModelSource::Kind::Starter, 0, {}};
    if (const auto run = json.find("run"); run != json.end() && run->is_number_integer())
        return {ModelSource::Kind::Run, run->get<int64_t>(), {}};
    return {};
}

std::string textOf(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::string toJson(const ModelSource& source) {
    return textOf(jsonOf(source));
}

std::string toJson(const std::vector<ModelSource>& sources) {
    auto list = nlohmann::json::array();
    for (const ModelSource& source : sources)
        list.push_back(jsonOf(source));
    return textOf(list);
}

ModelSource modelSourceFromJson(const std::string& text) {
    return sourceOf(nlohmann::json::parse(text, nullptr, false));
}

std::vector<ModelSource> modelSourcesFromJson(const std::string& text) {
    std::vector<ModelSource> sources;
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array()) return sources;
    std::ranges::transform(list, std::back_inserter(sources), sourceOf);
    return sources;
}

} // namespace ovation::ui
