// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Manifest.h"

#include "core/base/Files.h"
#include "core/dataset/FolderTree.h"
#include "core/dataset/Groups.h"
#include "core/dataset/Table.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace ovation {

namespace fs = std::filesystem;

namespace {

std::string folderAround(const std::string& manifest) {
    return (fs::path(canonicalPath(manifest)).parent_path() / "").string();
}

/// Files by name and by stem; "" where several share one.
class AudioByName {
public:
    void add(const std::string& path) {
        const std::string name = toUtf8(fs::path(path).filename().string());
        addTo(m_names, name, path);
        addTo(m_stems, stemOf(name), path);
    }

    std::string find(const std::string& name) const {
        const std::string wanted = toUtf8(fs::path(name).filename().string());
        std::string found = findIn(m_names, wanted);
        if (found.empty()) found = findIn(m_stems, stemOf(wanted));
        return found.empty() ? findIn(m_stems, wanted) : found;
    }

private:
    using Paths = std::map<std::string, std::string>;

    static void addTo(Paths& paths, const std::string& key, const std::string& path) {
        if (const auto [entry, fresh] = paths.try_emplace(key, path); !fresh) entry->second.clear();
    }
    static std::string findIn(const Paths& paths, const std::string& key) {
        const auto found = paths.find(key);
        return found == paths.end() ? std::string() : found->second;
    }

    Paths m_names, m_stems;
};

/// The file at the place that a name says, if there is one: by canonical path.
std::string fileAt(const fs::path& folder, const std::string& name) {
    std::error_code error;
    for (const std::string& spelled : {name, toUtf8(name)})
        if (const fs::path place = folder / spelled; fs::is_regular_file(place, error))
            return canonicalPath(place.string());
    return {};
}

} // namespace

Result<Manifest> readManifest(const std::string& path, const std::map<std::string, std::string>& audio) {
    const auto table = readTable(path);
    if (!table) return table.error();
    Manifest manifest;
    manifest.path = path;
    const auto file = table->column({"file", "filename"});
    std::vector<size_t> columns;
    for (const char* name : {"group", "source_group", "recording_group"})
        if (const auto column = table->column({name})) columns.push_back(*column);
    if (!file) {
        const std::string text =
            "\"" + path + "\" has no column \"file\", so it says nothing about which files are of one source.";
        (columns.empty() ? manifest.note : manifest.doubt) = text; // without groups it may be of another kind
    } else if (columns.empty())
        manifest.note = "The manifest \"" + path +
                        "\" has no column \"group\", \"source_group\" or \"recording_group\", so it says nothing about "
                        "which files are of one source.";
    if (!file || columns.empty()) return manifest;

    struct Named {
        std::string name;
        std::vector<std::string> groups;
    };
    const auto add = [&](const std::string& place, const std::vector<std::string>& groups) {
        std::vector<std::string>& entry = manifest.groups[place];
        for (const std::string& token : groups)
            if (std::ranges::find(entry, token) == entry.end()) entry.push_back(token);
    };
    const fs::path folder = fs::path(path).parent_path();
    std::vector<Named> open;
    for (const Table::Row& row : table->rows) {
        Named named{Table::cell(row, *file), {}};
        if (named.name.empty()) continue;
        for (const size_t column : columns)
            std::ranges::move(groupTokens(Table::cell(row, column)), std::back_inserter(named.groups));
        if (const std::string place = fileAt(folder, named.name); !place.empty())
            add(place, named.groups);
        else
            open.push_back(std::move(named));
    }
    if (open.empty()) return manifest;
    AudioByName others;
    const std::string around = folderAround(path);
    for (const auto& [canonical, reached] : audio)
        if (canonical.starts_with(around) && !manifest.groups.contains(canonical)) others.add(canonical);
    for (const Named& named : open) {
        if (const std::string place = others.find(named.name); !place.empty())
            add(place, named.groups);
        else
            manifest.missing.push_back(named.name);
    }
    return manifest;
}

std::string doubtAbout(const Manifest& manifest, const std::vector<LabelledRecording>& recordings) {
    if (!manifest.doubt.empty() || manifest.missing.empty()) return manifest.doubt;
    const std::string around = folderAround(manifest.path);
    size_t unnamed = 0;
    std::string first;
    for (const LabelledRecording& recording : recordings) {
        const std::string canonical = canonicalPath(recording.path);
        if (!canonical.starts_with(around) || manifest.groups.contains(canonical)) continue;
        if (unnamed++ == 0) first = recording.path;
    }
    if (unnamed == 0) return {};
    const size_t here = manifest.groups.size(), missing = manifest.missing.size();
    return "\"" + manifest.path + "\" names " + std::to_string(here + missing) + " files of which " +
           std::to_string(here) + " are here, the first missing one being " + manifest.missing.front() +
           ", and does not name " + std::to_string(unnamed) + (unnamed == 1 ? " recording" : " recordings") +
           ", the first being " + first + ": nothing keeps those of one source on one side of the split.";
}

} // namespace ovation
