// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/DetectState.h"

#include "core/base/Files.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace ovation::cli {

namespace {

constexpr const char* kName = ".ovation-detect.json";

/// JSON is UTF-8 and names need not be: a percent sign and what is not ASCII become %XX.
std::string escaped(const std::string& name) {
    std::string text;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        char code[4] = {c, '\0'};
        if (byte >= 0x80 || c == '%') std::snprintf(code, sizeof code, "%%%02X", byte);
        text += code;
    }
    return text;
}

std::string unescaped(const std::string& text) {
    std::string name;
    for (size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        if (text[i] == '%' && std::sscanf(text.c_str() + i + 1, "%2X", &code) == 1)
            i += 2;
        else
            code = static_cast<unsigned char>(text[i]);
        name += static_cast<char>(code);
    }
    return name;
}

void readTexts(const nlohmann::json& json, const char* name, std::map<std::string, std::string>& texts) {
    if (!json.contains(name) || !json[name].is_object()) return;
    for (const auto& [key, value] : json[name].items())
        if (value.is_string()) texts[key] = value.get<std::string>();
}

} // namespace

DetectState::DetectState(const std::string& folder) : m_folder(folder) {
    const Result<std::string> text = readFile((std::filesystem::path(folder) / kName).string(), size_t{64} << 20);
    if (!text) return;
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object()) return;
    readTexts(json, "outputs", m_keys);
    readTexts(json, "recordings", m_recordings);
}

bool DetectState::finished(const std::string& output, const std::string& key) const {
    const auto found = m_keys.find(escaped(output));
    return found != m_keys.end() && found->second == key && exists(output);
}

bool DetectState::mayWrite(const std::string& output) const {
    return m_keys.contains(escaped(output)) || !exists(output);
}

bool DetectState::belongsToAnother(const std::string& output, const std::string& recording) const {
    const auto found = m_recordings.find(escaped(output));
    if (found == m_recordings.end() || found->second == escaped(recording) || !exists(output)) return false;
    std::error_code error;
    return std::filesystem::exists(unescaped(found->second), error);
}

Result<void> DetectState::begin(const std::string& output, const std::string& recording) {
    m_keys[escaped(output)].clear();
    m_recordings[escaped(output)] = escaped(recording);
    return save();
}

Result<void> DetectState::finish(const std::string& output, const std::string& key) {
    m_keys[escaped(output)] = key;
    return save();
}

bool DetectState::exists(const std::string& output) const {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::path(m_folder) / output, error);
}

Result<void> DetectState::save() const {
    const nlohmann::json json = {{"format", 1}, {"outputs", m_keys}, {"recordings", m_recordings}};
    return writeFileAtomically((std::filesystem::path(m_folder) / kName).string(),
                               json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace ovation::cli
