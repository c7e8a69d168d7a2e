// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioArguments.h"

#include "core/audio/AudioReader.h"
#include "core/base/Files.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace ovation::cli {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> filesIn(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    auto it = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
    while (!error && it != fs::recursive_directory_iterator()) {
        std::error_code ignored;
        const std::string path = it->path().string();
        if (it->is_regular_file(ignored) && isAudioExtension(extensionOf(path))) files.push_back(path);
        it.increment(error);
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

std::vector<std::string> audioFiles(const std::vector<std::string>& arguments, std::vector<Error>& failures) {
    std::vector<std::string> files;
    std::set<std::string> seen;
    const auto add = [&](const std::string& path) {
        std::error_code error;
        const fs::path canonical = fs::weakly_canonical(path, error);
        if (seen.insert(error ? path : canonical.string()).second) files.push_back(path);
    };
    for (const std::string& argument : arguments) {
        std::error_code error;
        const fs::file_status status = fs::status(argument, error);
        if (!fs::exists(status)) {
            failures.push_back({ErrorCode::FileNotFound, argument, "", 0});
        } else if (fs::is_directory(status)) {
            const std::vector<std::string> found = filesIn(argument);
            if (found.empty())
                failures.push_back({ErrorCode::NotAudio, argument, "it is a folder without sound files", 0});
            std::ranges::for_each(found, add);
        } else {
            add(argument);
        }
    }
    return files;
}

std::vector<std::string> outputStems(const std::vector<std::string>& files) {
    std::vector<std::string> stems;
    std::set<std::string> originals, used;
    for (const std::string& file : files)
        originals.insert(stemOf(file));
    for (const std::string& file : files) {
        const std::string stem = stemOf(file);
        std::string name = stem;
        for (int i = 2; !used.insert(name).second || (name != stem && originals.contains(name)); ++i)
            name = stem + "-" + std::to_string(i);
        stems.push_back(name);
    }
    return stems;
}

} // namespace ovation::cli
