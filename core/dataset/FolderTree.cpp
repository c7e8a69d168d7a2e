// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/FolderTree.h"

#include "core/base/Files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

namespace ovation {

namespace fs = std::filesystem;

namespace {

bool isManifest(const std::string& fileName) {
    std::string lower = fileName;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower == "manifest.csv";
}

class TreeReader {
public:
    TreeReader(std::vector<SkippedFile>& skipped, const CancelToken& cancel) : m_skipped(skipped), m_cancel(cancel) {}

    bool read(const std::string& path, Folder& folder) {
        folder.path = path;
        folder.canonical = canonicalPath(path);
        folder.name = fs::path(folder.canonical).filename().string();
        if (!m_seen.insert(folder.canonical).second) return false;
        std::error_code error;
        std::vector<fs::path> entries;
        for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
            entries.push_back(it->path());
        if (error) m_skipped.push_back({path, errorFromErrno(error.value(), path, ErrorCode::ReadFailed)});
        std::ranges::sort(entries);
        for (const fs::path& entry : entries) {
            if (m_cancel.cancelled()) return true;
            const std::string name = entry.filename().string();
            if (name.starts_with('.')) continue;
            if (fs::is_directory(entry, error)) {
                Folder below;
                if (read(entry.string(), below)) folder.folders.push_back(std::move(below));
            } else {
                place(entry.string(), name, folder);
            }
        }
        leaveOutOtherForms(folder);
        return true;
    }

private:
    static bool isFilm(const std::string& file) {
        static const std::set<std::string> films{"mp4", "m4v",  "mov", "mkv", "webm", "avi", "flv",
                                                 "mpg", "mpeg", "vob", "3gp", "3g2",  "wmv", "asf"};
        return films.contains(extensionOf(file));
    }

    /// What is named after a sound beside it is that sound in another form; a film's may lie in a folder beside, too.
    static void leaveOutOtherForms(Folder& folder) {
        const auto addNames = [](const Folder& from, std::set<std::string>& names) {
            for (const std::string& file : from.audio) {
                names.insert(stemOf(file));
                names.insert(fs::path(file).filename().string());
            }
        };
        const auto leaveOut = [](Folder& from, const std::set<std::string>& names, bool filmsAlone) {
            std::erase_if(from.unreadable, [&](const std::string& file) {
                return names.contains(stemOf(file)) && (!filmsAlone || isFilm(file));
            });
        };
        std::set<std::string> readable;
        addNames(folder, readable);
        leaveOut(folder, readable, false);
        for (const Folder& below : folder.folders)
            addNames(below, readable);
        leaveOut(folder, readable, true);
        for (Folder& below : folder.folders)
            leaveOut(below, readable, true);
    }

    static void place(const std::string& path, const std::string& name, Folder& folder) {
        const std::string extension = extensionOf(name);
        if (isManifest(name))
            folder.manifest = path;
        else if (extension == "csv")
            folder.tables.push_back(path);
        else if (extension == "ovation")
            folder.projects.push_back(path);
        else if (isAudioExtension(extension))
            folder.audio.push_back(path);
        else if (isUnreadableSoundExtension(extension))
            folder.unreadable.push_back(path);
    }

    std::vector<SkippedFile>& m_skipped;
    const CancelToken& m_cancel;
    std::set<std::string> m_seen;
};

} // namespace

Result<Folder> readFolderTree(const std::string& path, std::vector<SkippedFile>& skipped, const CancelToken& cancel) {
    Folder root;
    TreeReader(skipped, cancel).read(path, root);
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    return root;
}

bool hasPositiveSibling(const std::string& canonical) {
    const fs::path own(canonical);
    std::error_code error;
    for (fs::directory_iterator it(own.parent_path(), error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->path() != own && folderClass(it->path().filename().string()) == FolderClass::Positive &&
            it->is_directory(ignored))
            return true;
    }
    return false;
}

std::string canonicalPath(const std::string& path) {
    std::error_code error;
    fs::path canonical = fs::weakly_canonical(path, error);
    if (error) return path;
    if (canonical.filename().empty()) canonical = canonical.parent_path(); // "folder/"
    return canonical.string();
}

std::string manifestIn(const std::string& folder) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (isManifest(it->path().filename().string())) return it->path().string();
    return {};
}

} // namespace ovation
