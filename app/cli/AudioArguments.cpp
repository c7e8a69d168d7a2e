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

void addAudioOf(const Folder& folder, std::vector<std::string>& files) {
    files.insert(files.end(), folder.audio.begin(), folder.audio.end());
    for (const Folder& below : folder.folders)
        addAudioOf(below, files);
}

} // namespace

std::vector<std::string> audioFiles(const std::vector<std::string>& arguments, std::vector<Error>& failures) {
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
            if (const auto folder = readFolderTree(argument, skipped, {})) addAudioOf(*folder, found);
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
    return files;
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
