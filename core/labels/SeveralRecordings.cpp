// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace ovation {
namespace {

namespace fs = std::filesystem;

std::string fileName(const std::string& path) {
    return fs::path(path).filename().string();
}

} // namespace

std::vector<LabelFile> byRecording(LabelFile file) {
    const bool several = std::ranges::any_of(file.labels, [](const Label& label) { return !label.recording.empty(); });
    if (!several) return {std::move(file)};
    std::map<std::string, LabelFile> parts;
    for (Label& label : file.labels) {
        LabelFile& part = parts[label.recording];
        part.audioFile = std::exchange(label.recording, {});
        part.labels.push_back(std::move(label));
    }
    std::vector<LabelFile> files;
    for (auto& [name, part] : parts)
        files.push_back(std::move(part));
    files.front().warnings = std::move(file.warnings);
    files.front().leftOut = file.leftOut;
    return files;
}

void leaveOutUnnamed(std::vector<LabelFile>& parts) {
    const auto unnamed = std::ranges::find_if(parts, [](const LabelFile& part) { return part.audioFile.empty(); });
    if (parts.size() < 2 || unnamed == parts.end()) return;
    LabelFile taken = std::move(*unnamed);
    parts.erase(unnamed);
    LabelFile& first = parts.front();
    first.warnings.insert(first.warnings.end(), taken.warnings.begin(), taken.warnings.end());
    first.warnings.push_back(
        (taken.labels.size() == 1 ? "1 label names" : std::to_string(taken.labels.size()) + " labels name") +
        std::string(" no recording and may be about any; left out, since the file is about "
                    "several."));
    first.leftOut += taken.leftOut + static_cast<int>(taken.labels.size());
}

bool namesRecording(const std::string& name, const std::string& audioPath) {
    const std::string said = underscored(name), path = underscored(audioPath);
    if (said.empty()) return false;
    if (said == underscored(fileName(audioPath)) || said == underscored(stemOf(audioPath))) return true;
    const std::string_view stem =
        std::string_view(path).substr(0, path.size() - fs::path(path).extension().native().size());
    const auto endsSo = [&](std::string_view whole) { return whole == said || whole.ends_with("/" + said); };
    return endsSo(path) || endsSo(stem);
}

LabelFile partAbout(const std::string& audioPath, LabelFile file) {
    const auto count = static_cast<int>(file.labels.size());
    const int leftOut = file.leftOut; // of any of them
    std::vector<LabelFile> parts = byRecording(std::move(file));
    if (parts.size() == 1) return std::move(parts.front());
    std::vector<std::string> warnings = std::move(parts.front().warnings);
    const auto only = [&](auto names) {
        const auto means = [&](const LabelFile& part) { return names(part.audioFile); };
        const auto first = std::ranges::find_if(parts, means);
        return std::ranges::count_if(parts, means) == 1 ? first : parts.end();
    };
    auto found = only([&](const std::string& name) { return namesRecording(name, audioPath); });
    if (found == parts.end())
        found = only([&](const std::string& name) { return fileName(name) == fileName(audioPath); });
    if (found == parts.end()) found = only([&](const std::string& name) { return stemOf(name) == stemOf(audioPath); });
    int unclear = 0; // labels that may be about it as well
    for (auto other = parts.begin(); other != parts.end(); ++other)
        if (other != found && (other->audioFile.empty() || namesRecording(other->audioFile, audioPath)))
            unclear += static_cast<int>(other->labels.size());
    const auto named = std::ranges::count_if(parts, [](const LabelFile& one) { return !one.audioFile.empty(); });
    LabelFile part = found == parts.end() ? LabelFile{} : std::move(*found);
    part.warnings = std::move(warnings);
    part.leftOut = leftOut + (found == parts.end() ? count : unclear);
    if (found == parts.end())
        part.warnings.push_back("It names " + std::to_string(named) +
                                " recordings, and this is none of them; no label was taken.");
    else if (unclear > 0)
        part.warnings.push_back((unclear == 1 ? "1 label names" : std::to_string(unclear) + " labels name") +
                                " no recording, or one that may be this one; left out, since the file is about "
                                "several.");
    return part;
}

LabelFile joined(const std::vector<LabelFile>& files) {
    if (files.size() == 1) return files.front();
    LabelFile all;
    for (const LabelFile& file : files) {
        for (Label label : file.labels) {
            label.recording = file.audioFile;
            all.labels.push_back(std::move(label));
        }
        all.warnings.insert(all.warnings.end(), file.warnings.begin(), file.warnings.end());
        all.leftOut += file.leftOut;
    }
    return all;
}

} // namespace ovation
