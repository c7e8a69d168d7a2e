// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SettledSplits.h"

#include <nlohmann/json.hpp>

namespace ovation::ui {

namespace {

using SplitsJson = nlohmann::json;

constexpr size_t kMostSplits = 32;

/// What decides about a split beside the recordings; "" where it is not kept.
std::string deciding(const Hyperparameters& values) {
    if (splitsAtRandom(values) || values.folds > 1) return {};
    return SplitsJson({seedOfSplit(values), values.trainSplit}).dump();
}

} // namespace

bool SettledSplits::apply(ProjectData& data, const Hyperparameters& hyperparameters) const {
    const auto roles = m_roles.find(deciding(hyperparameters));
    if (roles == m_roles.end()) return false;
    bool any = false;
    for (Speech& speech : data.speeches) {
        const auto role = roles->second.find(speech.id);
        if (speech.role != SplitRole::Automatic || role == roles->second.end()) continue;
        speech.role = role->second;
        any = true;
    }
    return any;
}

bool SettledSplits::keep(const Hyperparameters& hyperparameters, const std::map<SpeechId, SplitSide>& sides) {
    const std::string key = deciding(hyperparameters);
    if (key.empty()) return false;
    std::map<SpeechId, SplitRole> roles;
    for (const auto& [id, side] : sides)
        if (side == SplitSide::Training || side == SplitSide::Validation)
            roles[id] = side == SplitSide::Training ? SplitRole::Training : SplitRole::Validation;
    const auto [entry, fresh] = m_roles.try_emplace(key);
    if (!fresh && entry->second == roles) return false;
    entry->second = std::move(roles);
    while (m_roles.size() > kMostSplits)
        m_roles.erase(m_roles.begin()->first == key ? std::next(m_roles.begin()) : m_roles.begin());
    return true;
}

bool SettledSplits::forget(const Hyperparameters& hyperparameters) {
    return m_roles.erase(deciding(hyperparameters)) > 0;
}

void SettledSplits::addFrom(const SettledSplits& others) {
    for (const auto& [key, roles] : others.m_roles)
        if (m_roles.size() < kMostSplits) m_roles.try_emplace(key, roles);
}

std::string SettledSplits::toJson() const {
    SplitsJson all = SplitsJson::object();
    for (const auto& [key, roles] : m_roles) {
        SplitsJson& sides = all[key] = {{"training", SplitsJson::array()}, {"validation", SplitsJson::array()}};
        for (const auto& [id, role] : roles)
            sides[role == SplitRole::Training ? "training" : "validation"].push_back(id);
    }
    return all.dump();
}

SettledSplits SettledSplits::fromJson(std::string_view json) {
    SettledSplits result;
    const SplitsJson all = SplitsJson::parse(json, nullptr, false);
    if (!all.is_object()) return result;
    for (const auto& [key, sides] : all.items()) {
        if (!sides.is_object() || result.m_roles.size() >= kMostSplits) continue;
        for (const auto& [name, role] :
             {std::pair("training", SplitRole::Training), std::pair("validation", SplitRole::Validation)}) {
            const auto ids = sides.find(name);
            if (ids == sides.end() || !ids->is_array()) continue;
            for (const SplitsJson& id : *ids)
                if (id.is_number_integer()) result.m_roles[key][id.get<SpeechId>()] = role;
        }
    }
    return result;
}

} // namespace ovation::ui
