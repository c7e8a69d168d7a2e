// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/OwnPresets.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ovation::ui {

QString presetsToJson(const std::vector<OwnPreset>& presets) {
    auto list = nlohmann::json::array();
    for (const OwnPreset& preset : presets)
        list.push_back(
            {{"name", preset.name.toStdString()}, {"hyperparameters", nlohmann::json::parse(toJson(preset.values))}});
    return QString::fromStdString(list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::vector<OwnPreset> presetsFromJson(const QString& json) {
    std::vector<OwnPreset> presets;
    const auto list = nlohmann::json::parse(json.toStdString(), nullptr, false);
    if (!list.is_array()) return presets;
    for (const auto& entry : list) {
        try {
            const auto values = hyperparametersFromJson(entry.at("hyperparameters").dump());
            const QString name = QString::fromStdString(entry.at("name").get<std::string>()).trimmed();
            if (values && validate(*values).empty() && !name.isEmpty()) putPreset(presets, {name, *values});
        } catch (const nlohmann::json::exception&) {
            continue;
        }
    }
    return presets;
}

void putPreset(std::vector<OwnPreset>& presets, OwnPreset preset) {
    const auto same =
        std::find_if(presets.begin(), presets.end(), [&](const OwnPreset& other) { return other.name == preset.name; });
    if (same != presets.end())
        *same = std::move(preset);
    else
        presets.push_back(std::move(preset));
}

} // namespace ovation::ui
