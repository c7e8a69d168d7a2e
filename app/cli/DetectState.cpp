// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/DetectState.h"

#include "core/base/Files.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace ovation::cli {

namespace {

constexpr const char* kName = ".ovation-detect.json";

} // namespace

DetectState::DetectState(const std::string& folder) : m_folder(folder) {
    const Result<std::string> text = readFile((std::filesystem::path(folder) / kName).string(), size_t{64} << 20);
    if (!text) return;
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("outputs") || !json["outputs"].is_object()) return;
    for (const auto& [name, key] : json["outputs"].items())
        if (key.is_string()) m_keys[name] = key.get<std::string>();
}

bool DetectState::finished(const std::string& output, const std::string& key) const {
    const auto found = m_keys.find(output);
    return found != m_keys.end() && found->second == key && exists(output);
}

bool DetectState::mayWrite(const std::string& output) const {
    return m_keys.contains(output) || !exists(output);
}

Result<void> DetectState::begin(const std::string& output) {
    m_keys[output].clear();
    return save();
}

Result<void> DetectState::finish(const std::string& output, const std::string& key) {
    m_keys[output] = key;
    return save();
}

bool DetectState::exists(const std::string& output) const {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::path(m_folder) / output, error);
}

Result<void> DetectState::save() const {
    const nlohmann::json json = {{"format", 1}, {"outputs", m_keys}};
    return writeFileAtomically((std::filesystem::path(m_folder) / kName).string(),
                               json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace ovation::cli
