// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/EditGroups.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace ovation::ui {

void EditGroups::add(int64_t first, int64_t last) {
    if (first < last) m_lastByFirst[first] = last;
}

bool EditGroups::together(int64_t one, int64_t other) const {
    const auto behind = m_lastByFirst.upper_bound(std::min(one, other));
    return behind != m_lastByFirst.begin() && std::max(one, other) <= std::prev(behind)->second;
}

std::string EditGroups::toJson() const {
    nlohmann::json groups = nlohmann::json::array();
    for (const auto& [first, last] : m_lastByFirst)
        groups.push_back({first, last});
    return groups.dump();
}

EditGroups EditGroups::fromJson(std::string_view json) {
    EditGroups result;
    const nlohmann::json groups = nlohmann::json::parse(json, nullptr, false);
    if (!groups.is_array()) return result;
    for (const nlohmann::json& group : groups)
        if (group.is_array() && group.size() == 2 && group[0].is_number_integer() && group[1].is_number_integer())
            result.add(group[0].get<int64_t>(), group[1].get<int64_t>());
    return result;
}

} // namespace ovation::ui
