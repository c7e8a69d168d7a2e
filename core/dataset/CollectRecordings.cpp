// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/dataset/FolderKind.h"
#include "core/dataset/Groups.h"
#include "core/dataset/Manifest.h"
#include "core/dataset/SegmentTable.h"
#include "core/labels/LabelFormats.h"
#include "core/project/ProjectStore.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

namespace ovation {

namespace fs = std::filesystem;

namespace {

std::string counted(size_t count, const char* noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

size_t countAudio(const Folder& folder) {
    size_t count = folder.audio.size();
    for (const Folder& below : folder.folders)
        count += countAudio(below);
    return count;
}

/// Labels are there, and none can be used: so nothing is known about the recording.
bool saysNothing(const LabelFile& file) {
    return file.labels.empty() && file.leftOut > 0;
}

/// Labels are there, and none touches the recording.
bool isElsewhere(const LabelFile& file, const AudioInfo& info) {
    const TimeSpan whole{0, info.durationS()};
    return !file.labels.empty() &&
           std::ranges::none_of(file.labels, [&](const Label& label) { return label.span.overlaps(whole); });
}

/// Whose labels a recording has.
struct Taken {
    size_t recording = 0; ///< in the collection
    std::string source;   ///< the project, table or label file whose labels were taken
};

/// What all tables say of a recording.
struct TabledRecording {
    std::string audio;
    AudioInfo info;
    LabelFile labels;
    std::string source; ///< the first table
};

/// What a table names.
struct TableEntry {
    std::string name; ///< in the table
    std::string audio;
    AudioInfo info;
    LabelFile labels;
};

Error nothingUsable(const std::string& file, const std::string& about) {
    return {ErrorCode::BadLabelFile, file, "no label in it can be used for " + about, 0};
}

/// Whether any labels of the two overlap without being the same.
bool contradict(const std::vector<Label>& one, const std::vector<Label>& other) {
    return std::ranges::any_of(other, [&](const Label& b) {
        return std::ranges::any_of(one, [&](const Label& a) {
            return a.span.start < b.span.end && b.span.start < a.span.end && !sameStretches({a}, {b});
        });
    });
}

class Collector {
public:
    Collector(const CancelToken& cancel, const ProgressCallback& progress) : m_cancel(cancel), m_progress(progress) {}

    Result<RecordingCollection> collect(const std::vector<std::string>& data);

private:
    Result<void> takeArgument(const std::string& path, std::vector<Folder>& trees);
    void takeProject(const std::string& path, RecordingCollection content);
    void takeProjectsIn(const Folder& folder);
    void takeTablesIn(const Folder& folder);
    void takeTable(const std::string& path, SegmentTable table, const std::string& folder);
    void keepTabled(TableEntry entry, const std::string& table, bool usable);
    void takeTabled();
    void passOver(const std::string& audio, const std::string& file, const std::vector<Label>& labels);
    void passOverFilesBeside(const std::string& audio);
    std::vector<std::string> withoutDisputed(std::vector<std::string> clips, const Folder& folder,
                                             LabelClass labelClass);
    void takeFolder(const Folder& folder, FolderKind inherited, bool argumentBesidePositive);
    void takeFolderFiles(const Folder& folder, FolderKind kind, bool byOwnName);
    void takeLabelled(const std::string& path, LabelFile labels, const std::string& source);
    void addLabelled(const std::string& path, const AudioInfo& info, LabelFile labels, const std::string& source);
    void takeClip(const std::string& path, LabelClass labelClass);
    void takeSingleFile(const std::string& path);
    void indexAudio(const Folder& folder);
    void readManifests(const Folder& folder);
    void readManifestsAbove(const std::string& path);
    void addManifest(const std::string& path);
    std::optional<AudioInfo> infoOf(const std::string& path);
    void finish();

    const CancelToken& m_cancel;
    const ProgressCallback& m_progress;
    RecordingCollection m_collection;
    std::set<std::string> m_taken;                ///< canonical paths that have an entry, or are known to be unusable
    std::map<std::string, std::string> m_audio;   ///< every sound file of the trees: canonical path -> path as reached
    std::map<std::string, LabelClass> m_exported; ///< what clips are that exportClips() wrote: by canonical path
    std::map<std::string, Taken> m_labels;        ///< whose labels count: by canonical path
    std::map<std::string, TabledRecording> m_tabled;    ///< by canonical path
    std::set<std::string> m_tables;                     ///< canonical paths of those that labels were taken of
    std::map<std::string, std::string> m_contradicting; ///< by canonical path: a clause that names the tables
    std::map<std::string, std::string> m_passedOver;    ///< file and recording -> a clause that names them
    std::map<std::string, Manifest> m_manifests;        ///< by canonical path
    size_t m_found = 0;
    size_t m_done = 0;
};

std::optional<AudioInfo> Collector::infoOf(const std::string& path) {
    ++m_done;
    if (m_progress)
        m_progress({static_cast<double>(m_done), static_cast<double>(std::max(m_found, m_done)),
                    "Looking through recordings", fs::path(path).filename().string()});
    auto info = audioInfo(path);
    if (info) return *std::move(info);
    m_collection.skipped.push_back({path, info.error()});
    return std::nullopt;
}

void Collector::takeLabelled(const std::string& path, LabelFile labels, const std::string& source) {
    if (!m_taken.insert(canonicalPath(path)).second) return;
    if (const auto info = infoOf(path)) addLabelled(path, *info, std::move(labels), source);
}

/// Time without labels is not applause, unless some labels could not be used.
void Collector::addLabelled(const std::string& path, const AudioInfo& info, LabelFile labels,
                            const std::string& source) {
    m_labels[canonicalPath(path)] = {m_collection.recordings.size(), source};
    LabelledRecording recording;
    recording.path = path;
    recording.info = info;
    recording.labels = std::move(labels.labels);
    recording.fullyLabelled = labels.leftOut == 0;
    recording.labelsLeftOut = labels.leftOut;
    m_collection.recordings.push_back(std::move(recording));
    for (const std::string& warning : labels.warnings)
        m_collection.notes.push_back("Labels of " + path + ": " + warning);
}

void Collector::takeClip(const std::string& path, LabelClass labelClass) {
    if (!m_taken.insert(canonicalPath(path)).second) return;
    const auto info = infoOf(path);
    if (!info) return;
    LabelledRecording recording;
    recording.path = path;
    recording.info = *info;
    recording.wholeClip = labelClass;
    m_collection.recordings.push_back(std::move(recording));
}

void Collector::takeProject(const std::string& path, RecordingCollection content) {
    for (LabelledRecording& recording : content.recordings)
        if (const std::string canonical = canonicalPath(recording.path); m_taken.insert(canonical).second) {
            m_labels[canonical] = {m_collection.recordings.size(), path};
            m_collection.recordings.push_back(std::move(recording));
        }
    std::ranges::move(content.skipped, std::back_inserter(m_collection.skipped));
    for (const std::string& note : content.notes)
        m_collection.notes.push_back(path + ": " + note);
}

void Collector::takeProjectsIn(const Folder& folder) {
    for (const std::string& path : folder.projects) {
        auto store = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
        if (!store) {
            m_collection.skipped.push_back({path, store.error()});
            continue;
        }
        const auto project = (*store)->load(ProjectStore::Moved::Find, m_cancel, m_progress);
        if (project)
            takeProject(path, collectRecordings(*project));
        else
            m_collection.skipped.push_back({path, project.error()});
    }
    for (const Folder& below : folder.folders)
        takeProjectsIn(below);
}

/// The files that a table names are fully labelled by it, unless all of its times lie outside them: it is about the
/// recordings that they were cut from, say.
void Collector::takeTable(const std::string& path, SegmentTable table, const std::string& folder) {
    for (const auto& [clip, labelClass] : table.clips)
        // One that stands elsewhere was sorted by somebody since.
        if (const std::string place = canonicalPath((fs::path(folder) / clip).string()); m_audio.contains(place))
            m_exported.emplace(place, labelClass);
    std::vector<std::string> missing, unread;
    std::vector<TableEntry> entries;
    for (auto& [file, labels] : table.files) {
        const std::string audio = resolveTableFile(file, folder, m_audio);
        if (audio.empty())
            missing.push_back(file);
        else if (m_taken.contains(canonicalPath(audio)))
            passOver(audio, path, labels.labels);
        else if (const auto known = m_tabled.find(canonicalPath(audio)); known != m_tabled.end())
            entries.push_back({file, audio, known->second.info, std::move(labels)});
        else if (const auto info = infoOf(audio))
            entries.push_back({file, audio, *info, std::move(labels)});
        else
            m_taken.insert(canonicalPath(audio));
    }
    const auto elsewhere = [](const TableEntry& entry) { return isElsewhere(entry.labels, entry.info); };
    if (std::ranges::any_of(entries, elsewhere) && std::ranges::all_of(entries, [&](const TableEntry& entry) {
            return entry.labels.labels.empty() || elsewhere(entry);
        })) {
        m_collection.skipped.push_back(
            {path, {ErrorCode::BadLabelFile, path, "all of its times lie outside the recordings that it names", 0}});
        return;
    }
    m_tables.insert(canonicalPath(path));
    for (TableEntry& entry : entries) {
        const bool usable = !saysNothing(entry.labels) && !elsewhere(entry);
        if (!usable) unread.push_back(entry.name);
        keepTabled(std::move(entry), path, usable);
    }
    if (!unread.empty())
        m_collection.skipped.push_back(
            {path, nothingUsable(path, counted(unread.size(), "recording") + ", the first being " + unread.front())});
    for (const std::string& warning : table.warnings)
        m_collection.notes.push_back(path + ": " + warning);
    if (!missing.empty())
        m_collection.notes.push_back(path + " names " + counted(missing.size(), "recording") +
                                     " that cannot be found, the first being " + missing.front() + ".");
}

/// A recording may have several names in a table, and be in several tables.
void Collector::keepTabled(TableEntry entry, const std::string& table, bool usable) {
    LabelFile& all = m_tabled.try_emplace(canonicalPath(entry.audio), entry.audio, entry.info, LabelFile{}, table)
                         .first->second.labels;
    all.leftOut += entry.labels.leftOut;
    if (!usable) all.leftOut += static_cast<int>(entry.labels.labels.size());
    if (!usable) return;
    const TabledRecording& before = m_tabled.at(canonicalPath(entry.audio));
    if (before.source != table && contradict(all.labels, entry.labels.labels))
        m_contradicting.emplace(canonicalPath(entry.audio), "the first being \"" + entry.audio + "\" in \"" +
                                                                before.source + "\" and \"" + table + "\"");
    for (Label& label : entry.labels.labels)
        if (std::ranges::find(all.labels, label) == all.labels.end()) all.labels.push_back(std::move(label));
}

void Collector::takeTabled() {
    for (auto& [canonical, tabled] : m_tabled) {
        std::ranges::stable_sort(tabled.labels.labels, {}, [](const Label& label) { return label.span.start; });
        if (m_taken.insert(canonical).second && !saysNothing(tabled.labels))
            addLabelled(tabled.audio, tabled.info, std::move(tabled.labels), tabled.source);
    }
}

/// Notes labels of a recording that has others already.
void Collector::passOver(const std::string& audio, const std::string& file, const std::vector<Label>& labels) {
    const auto taken = m_labels.find(canonicalPath(audio));
    if (taken == m_labels.end() || sameStretches(labels, m_collection.recordings[taken->second.recording].labels))
        return;
    m_passedOver.emplace(canonicalPath(file) + "\n" + taken->first, "the first being those of \"" + audio + "\" in \"" +
                                                                        file + "\", where those of \"" +
                                                                        taken->second.source + "\" count");
}

void Collector::passOverFilesBeside(const std::string& audio) {
    const auto taken = m_labels.find(canonicalPath(audio));
    if (taken == m_labels.end()) return;
    const std::vector<Label>& labels = m_collection.recordings[taken->second.recording].labels;
    for (const std::string& file : differingFilesBeside(audio, taken->second.source, labels))
        if (!m_tables.contains(canonicalPath(file)))
            m_passedOver.emplace(canonicalPath(file) + "\n" + taken->first, "the first being those in \"" + file +
                                                                                "\", where those of \"" +
                                                                                taken->second.source + "\" count");
}

void Collector::takeTablesIn(const Folder& folder) {
    for (const std::string& path : folder.tables) {
        auto table = readSegmentTable(path);
        if (!table)
            m_collection.skipped.push_back({path, table.error()});
        else if (*table) // else some other table
            takeTable(path, **std::move(table), folder.path);
    }
    for (const Folder& below : folder.folders)
        takeTablesIn(below);
}

/// Clips without those that exportClips() wrote as another class than their folder's.
std::vector<std::string> Collector::withoutDisputed(std::vector<std::string> clips, const Folder& folder,
                                                    LabelClass labelClass) {
    std::vector<std::string> disputed;
    std::erase_if(clips, [&](const std::string& path) {
        const auto exported = m_exported.find(canonicalPath(path));
        if (exported == m_exported.end() || exported->second == labelClass) return false;
        disputed.push_back(fs::path(path).filename().string());
        return true;
    });
    if (!disputed.empty())
        m_collection.skipped.push_back({folder.path,
                                        {ErrorCode::BadLabelFile, folder.path,
                                         counted(disputed.size(), "exported clip") +
                                             " left out, which their table says to be something else than " +
                                             nameOf(labelClass) + ", the first being " + disputed.front(),
                                         0}});
    return clips;
}

void Collector::takeFolderFiles(const Folder& folder, FolderKind kind, bool byOwnName) {
    for (const std::string& path : folder.unreadable)
        if (m_taken.insert(canonicalPath(path)).second) m_collection.unreadable.push_back(path);
    std::vector<std::string> plain; // without labels of their own
    size_t labelled = 0;
    for (const std::string& path : folder.audio) {
        if (m_cancel.cancelled()) return;
        if (m_taken.contains(canonicalPath(path))) {
            passOverFilesBeside(path);
            ++labelled;
            continue;
        }
        const std::string beside = labelFileBeside(path);
        if (beside.empty()) {
            plain.push_back(path);
            continue;
        }
        auto labels = readLabels(beside);
        if (labels) {
            ++labelled;
            *labels = partAbout(path, *std::move(labels));
            if (!saysNothing(*labels)) {
                takeLabelled(path, *std::move(labels), beside);
                passOverFilesBeside(path);
            } else if (m_taken.insert(canonicalPath(path)).second)
                m_collection.skipped.push_back({beside, nothingUsable(beside, fs::path(path).filename().string())});
        } else if (labels.error().code == ErrorCode::UnknownLabelFormat && kind != FolderKind::Plain) {
            plain.push_back(path); // e.g. a clip's licence text
        } else {
            ++labelled;
            m_taken.insert(canonicalPath(path));
            m_collection.skipped.push_back({beside, labels.error()});
        }
    }
    if (plain.empty()) return;
    // Recordings with label files that merely stand beside a class folder are no clips of the other class.
    if (kind != FolderKind::Plain && !byOwnName && labelled >= plain.size()) kind = FolderKind::Plain;
    if (kind == FolderKind::Plain) {
        std::string names;
        for (size_t i = 0; i < plain.size() && i < 3; ++i)
            names += (i ? ", " : "") + fs::path(plain[i]).filename().string();
        m_collection.notes.push_back(counted(plain.size(), "recording") + " without labels in " + folder.path +
                                     " left out: " + names + (plain.size() > 3 ? ", ..." : "") + ".");
        return;
    }
    const LabelClass labelClass = kind == FolderKind::Positive ? LabelClass::Applause : LabelClass::NotApplause;
    plain = withoutDisputed(std::move(plain), folder, labelClass);
    if (plain.empty()) return;
    m_collection.notes.push_back(counted(plain.size(), "clip") + " in " + folder.path + " taken as " +
                                 nameOf(labelClass) + ".");
    for (const std::string& path : plain) {
        if (m_cancel.cancelled()) return;
        takeClip(path, labelClass);
    }
}

void Collector::takeFolder(const Folder& folder, FolderKind inherited, bool argumentBesidePositive) {
    const auto [kind, byOwnName] = kindOf(folder, inherited, argumentBesidePositive);
    if (kind == FolderKind::LeftOut) {
        m_collection.notes.push_back(counted(countAudio(folder), "recording") + " in " + folder.path +
                                     " left out, because folders named \"" + folder.name + "\" are.");
        return;
    }
    takeFolderFiles(folder, kind, byOwnName);
    for (const Folder& below : folder.folders)
        takeFolder(below, kind, false);
}

/// A sound file given by itself: its label file, else its folder's name.
void Collector::takeSingleFile(const std::string& path) {
    const std::string canonical = canonicalPath(path);
    Folder folder;
    folder.path = fs::path(path).parent_path().string();
    folder.canonical = fs::path(canonical).parent_path().string();
    folder.name = fs::path(folder.canonical).filename().string();
    folder.audio = {path};
    takeFolder(folder, FolderKind::Plain, false);
}

void Collector::indexAudio(const Folder& folder) {
    m_found += folder.audio.size();
    for (const std::string& path : folder.audio)
        m_audio.try_emplace(canonicalPath(path), path);
    for (const Folder& below : folder.folders)
        indexAudio(below);
}

void Collector::addManifest(const std::string& path) {
    const std::string canonical = path.empty() ? path : canonicalPath(path);
    if (path.empty() || m_manifests.contains(canonical)) return;
    auto manifest = readManifest(path, m_audio);
    if (!manifest) m_collection.skipped.push_back({path, manifest.error()});
    m_manifests.emplace(canonical, manifest ? *std::move(manifest) : Manifest{});
}

void Collector::readManifests(const Folder& folder) {
    addManifest(folder.manifest);
    for (const Folder& below : folder.folders)
        readManifests(below);
}

/// A part of a data set may be given alone; its manifest lies a few folders further up.
void Collector::readManifestsAbove(const std::string& path) {
    fs::path folder = fs::path(canonicalPath(path)).parent_path();
    for (int level = 0; level < 3 && folder.has_relative_path(); ++level, folder = folder.parent_path())
        addManifest(manifestIn(folder.string()));
}

Result<void> Collector::takeArgument(const std::string& path, std::vector<Folder>& trees) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return errorFromErrno(error ? error.value() : ENOENT, path, ErrorCode::FileNotFound);
    if (fs::is_directory(status)) {
        auto tree = readFolderTree(path, m_collection.skipped, m_cancel);
        if (!tree) return tree.error();
        trees.push_back(*std::move(tree));
        return {};
    }
    const std::string extension = extensionOf(path);
    if (extension == "ovation") {
        auto store = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
        if (!store) return store.error();
        const auto project = (*store)->load(ProjectStore::Moved::Find, m_cancel, m_progress);
        if (!project) return project.error();
        takeProject(path, collectRecordings(*project));
        return {};
    }
    if (extension == "csv") {
        Folder folder;
        folder.path = fs::path(path).parent_path().string();
        folder.canonical = canonicalPath(path) + "/."; // nobody's sibling
        folder.tables = {path};
        trees.push_back(std::move(folder));
        return {};
    }
    m_audio.try_emplace(canonicalPath(path), path);
    ++m_found;
    return {};
}

void Collector::finish() {
    for (LabelledRecording& recording : m_collection.recordings) {
        const std::string canonical = canonicalPath(recording.path);
        for (const auto& [place, manifest] : m_manifests) {
            const auto groups = manifest.groups.find(canonical);
            if (groups == manifest.groups.end()) continue;
            for (const std::string& token : groups->second)
                if (std::ranges::find(recording.groups, token) == recording.groups.end())
                    recording.groups.push_back(token);
        }
    }
    std::ranges::stable_sort(m_collection.recordings, {}, &LabelledRecording::path);
    groupIdenticalFiles(m_collection.recordings, m_cancel);
    if (!m_passedOver.empty())
        m_collection.doubts.push_back("Labels of " + counted(m_passedOver.size(), "recording") +
                                      " passed over, which other labels of the same recording contradict, " +
                                      m_passedOver.begin()->second + ".");
    if (!m_contradicting.empty())
        m_collection.doubts.push_back("Labels of " + counted(m_contradicting.size(), "recording") +
                                      " overlap in several tables that do not say the same; all of them count, " +
                                      m_contradicting.begin()->second + ".");
    for (const auto& [place, manifest] : m_manifests) {
        if (!manifest.note.empty()) m_collection.notes.push_back(manifest.note);
        if (std::string doubt = doubtAbout(manifest, m_collection.recordings); !doubt.empty())
            m_collection.doubts.push_back(std::move(doubt));
    }
}

Result<RecordingCollection> Collector::collect(const std::vector<std::string>& data) {
    std::vector<Folder> trees;
    for (const std::string& path : data)
        if (const auto taken = takeArgument(path, trees); !taken) return taken.error();
    std::vector<std::string> singles;
    for (const auto& [canonical, path] : m_audio)
        singles.push_back(path);
    bool positiveArgument = false;
    for (const Folder& tree : trees)
        indexAudio(tree);
    for (const Folder& tree : trees) {
        readManifests(tree);
        readManifestsAbove(tree.path);
        positiveArgument = positiveArgument || folderClass(tree.name) == FolderClass::Positive;
    }
    for (const std::string& path : singles)
        readManifestsAbove(path);
    for (const Folder& tree : trees)
        takeProjectsIn(tree);
    for (const Folder& tree : trees)
        takeTablesIn(tree);
    takeTabled();
    for (const std::string& path : singles)
        takeSingleFile(path);
    for (const Folder& tree : trees) {
        const bool hasLabels =
            std::ranges::any_of(tree.audio, [](const std::string& path) { return !labelFileBeside(path).empty(); });
        takeFolder(tree, FolderKind::Plain, positiveArgument && !tree.audio.empty() && !hasLabels);
    }
    finish();
    if (m_cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    if (!m_collection.recordings.empty()) return std::move(m_collection);
    Error error{ErrorCode::NoData, data.size() == 1 ? data.front() : "", "", 0};
    if (!m_collection.skipped.empty())
        error.detail = describe(m_collection.skipped.front().error);
    else if (!m_collection.unreadable.empty())
        error.detail = describe({ErrorCode::NotAudio, m_collection.unreadable.front(), "", 0});
    else if (!m_collection.notes.empty())
        error.detail = m_collection.notes.front();
    return error;
}

} // namespace

Result<RecordingCollection> collectRecordings(const std::vector<std::string>& data, const CancelToken& cancel,
                                              const ProgressCallback& progress) {
    return Collector(cancel, progress).collect(data);
}

} // namespace ovation
