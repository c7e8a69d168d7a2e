// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioArguments.h"

#include "core/base/Files.h"
#include "core/dataset/FolderTree.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

namespace ovation::cli {

namespace fs = std::filesystem;

namespace {

void addAudioOf(const Folder& folder, std::vector<std::string>& files, std::vector<std::string>* unreadable) {
    files.insert(files.end(), folder.audio.begin(), folder.audio.end());
    if (unreadable) unreadable->insert(unreadable->end(), folder.unreadable.begin(), folder.unreadable.end());
    for (const Folder& below : folder.folders)
        addAudioOf(below, files, unreadable);
}

} // namespace

std::vector<std::string> audioFiles(const std::vector<std::string>& arguments, std::vector<Error>& failures,
                                    std::vector<std::string>* unreadable) {
    std::vector<std::string> files;
    std::set<std::string> seen;
    const auto add = [&](const std::string& path) {
        if (seen.insert(canonicalPath(path)).second) files.push_back(path);
    };
    for (const std::string& argument : arguments) {
        std::error_code error;
        const fs::file_status status = fs::status(argument, error);
        if (!fs::exists(status)) {
            failures.push_back(errorFromErrno(error ? error.value() : ENOENT, argument, ErrorCode::FileNotFound));
        } else if (fs::is_directory(status)) {
            std::vector<SkippedFile> skipped;
            std::vector<std::string> found;
            if (const auto folder = readFolderTree(argument, skipped, {})) addAudioOf(*folder, found, unreadable);
            std::ranges::sort(found);
            std::ranges::for_each(found, add);
            for (SkippedFile& file : skipped)
                failures.push_back(std::move(file.error));
            if (found.empty() && skipped.empty())
                failures.push_back({ErrorCode::NotAudio, argument, "it is a folder without sound files", 0});
        } else {
            add(argument);
        }
    }
    if (unreadable) { // folders may be named twice
        std::ranges::sort(*unreadable);
        unreadable->erase(std::ranges::unique(*unreadable).begin(), unreadable->end());
    }
    return files;
}

std::string unreadableText(const std::vector<std::string>& files) {
    if (files.empty()) return {};
    std::set<std::string> all;
    for (const std::string& file : files)
        all.insert(extensionOf(file));
    std::string kinds;
    for (const std::string& kind : all)
        kinds += (kinds.empty() ? "" : ", ") + kind;
    return std::to_string(files.size()) + (files.size() == 1 ? " sound file was" : " sound files were") +
           " passed over, because files of " + (all.size() == 1 ? "this kind" : "these kinds") + " (" + kinds +
           ") cannot be read; convert to WAV, FLAC or MP3. The first is \"" + files.front() + "\".";
}

std::vector<std::string>
outputStems(const std::vector<std::string>& files, const std::vector<std::string>& ends,
            const std::function<bool(const std::string& output, const std::string& file)>& taken) {
    std::vector<std::string> stems;
    std::set<std::string> originals, used;
    for (const std::string& file : files)
        originals.insert(stemOf(file));
    for (const std::string& file : files) {
        const std::string stem = stemOf(file);
        const auto free = [&](const std::string& name) {
            return (name == stem || !originals.contains(name)) && std::ranges::none_of(ends, [&](const auto& end) {
                       return used.contains(name + end) || taken(name + end, file);
                   });
        };
        std::string name = stem;
        for (int i = 2; !free(name); ++i)
            name = stem + "-" + std::to_string(i);
        for (const std::string& end : ends)
            used.insert(name + end);
        stems.push_back(name);
    }
    return stems;
}

} // namespace ovation::cli
