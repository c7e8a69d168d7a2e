// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/MissingAudio.h"

#include "core/audio/AudioReader.h"
#include "core/base/Files.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace ovation {
namespace fs = std::filesystem;
namespace {

constexpr int kMostEntries = 20000;
constexpr int kDeepestFolder = 6;

bool isFile(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

std::vector<fs::path> soundFilesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
    for (int seen = 0; !error && entry != fs::recursive_directory_iterator() && seen < kMostEntries; ++seen) {
        std::error_code ignored;
        if (entry.depth() >= kDeepestFolder) entry.disable_recursion_pending();
        if (entry->is_regular_file(ignored) && isAudioExtension(extensionOf(entry->path().string())))
            files.push_back(entry->path());
        entry.increment(error);
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

bool findAudio(std::vector<Speech>& speeches, const std::string& folder) {
    bool changed = false;
    for (Speech& speech : speeches) {
        speech.missing = false;
        const fs::path near = (fs::path(folder) / speech.relativePath).lexically_normal();
        if (!speech.relativePath.empty() && isFile(near)) {
            changed = changed || near != fs::path(speech.path);
            speech.path = near.string();
        } else if (!isFile(speech.path)) {
            speech.missing = true;
        }
    }
    return changed;
}

bool findMovedAudio(std::vector<Speech>& speeches, const std::string& folder, const CancelToken& cancel,
                    const ProgressCallback& progress) {
    std::vector<Speech*> missing;
    std::set<fs::path> taken;
    for (Speech& speech : speeches)
        if (!speech.missing)
            taken.insert(fs::path(speech.path).lexically_normal());
        else if (!speech.contentHash.empty())
            missing.push_back(&speech);
    if (missing.empty()) return false;
    const std::vector<fs::path> files = soundFilesBelow(folder);
    bool found = false;
    double seen = 0;
    for (const fs::path& file : files) {
        if (missing.empty() || cancel.cancelled()) break;
        if (progress) progress({seen++, static_cast<double>(files.size()), {}, file.filename().string()});
        if (taken.contains(file.lexically_normal())) continue;
        const Result<AudioInfo> info = audioInfo(file.string());
        if (!info) continue;
        const auto alike = [&](const Speech* speech) {
            return speech->frames == info->frames && speech->sampleRate == info->sampleRate &&
                   speech->channels == info->channels;
        };
        if (std::ranges::none_of(missing, alike)) continue;
        const Result<std::string> hash = contentHash(file.string());
        if (!hash) continue;
        const auto same = [&](const Speech* speech) { return speech->contentHash == *hash; };
        auto meant = std::ranges::find_if(missing, [&](const Speech* speech) {
            return same(speech) && fs::path(speech->path).filename() == file.filename();
        });
        if (meant == missing.end()) meant = std::ranges::find_if(missing, same);
        if (meant == missing.end()) continue;
        (*meant)->path = file.string();
        (*meant)->missing = false;
        missing.erase(meant);
        found = true;
    }
    return found;
}

std::string relativeTo(const std::string& path, const std::string& folder) {
    if (path.empty()) return {};
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    if (error) return {};
    return absolute.lexically_normal().lexically_relative(fs::path(folder).lexically_normal()).string();
}

} // namespace ovation
