// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/AddAudio.h"

#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

namespace ovation::ui {

namespace fs = std::filesystem;

namespace {

std::string joined(const std::vector<std::string>& parts, const char* separator) {
    std::string result;
    for (const std::string& part : parts)
        result += (result.empty() ? "" : separator) + part;
    return result;
}

/// One search, with what it has found so far.
class Finder {
public:
    Finder(std::optional<LabelClass> wholeClips, const KnownAudio& known, const JobContext& context)
        : m_wholeClips(wholeClips),
          m_known(known.paths),
          m_seen(known.paths),
          m_byContent(known.byContent),
          m_missing(known.missing),
          m_context(context) {}

    void look(const std::string& path) {
        std::error_code error;
        if (fs::is_directory(path, error))
            lookIntoFolder(path);
        else
            lookAtFile(path);
    }

    AddedAudio takeFound() {
        if (m_alreadyThere > 0)
            m_found.notes.push_back(std::to_string(m_alreadyThere) +
                                    (m_alreadyThere == 1 ? " recording was" : " recordings were") +
                                    " in the project already");
        if (!m_copies.empty())
            m_found.notes.push_back((m_copies.size() == 1
                                         ? "1 of them is a copy of another: "
                                         : std::to_string(m_copies.size()) + " of them are copies of others: ") +
                                    m_copies.front() + (m_copies.size() > 1 ? ", ..." : ""));
        if (!m_found.moved.empty())
            m_found.notes.push_back(m_found.moved.size() == 1 ? "1 recording that was missing was found"
                                                              : std::to_string(m_found.moved.size()) +
                                                                    " recordings that were missing were found");
        return std::move(m_found);
    }

private:
    bool claim(const std::string& path) {
        if (m_seen.insert(path).second) return true;
        if (!noteKnown(path)) ++m_alreadyThere;
        return false;
    }

    /// True where it is one of the project's and gets a label.
    bool noteKnown(const std::string& path) {
        if (!m_wholeClips || !m_known.contains(path)) return false;
        m_found.known.push_back(path);
        return true;
    }

    void add(FoundRecording recording) {
        m_context.progress({0, 0, "Reading", fs::path(recording.path).filename().string()});
        if (auto hash = contentHash(recording.path)) recording.contentHash = *hash;
        if (hasMoved(recording)) return;
        if (m_wholeClips) {
            recording.wholeClip = m_wholeClips;
            recording.labels.clear();
            recording.labelSource.clear();
            recording.fullyLabelled = false;
        }
        m_found.recordings.push_back(std::move(recording));
    }

    /// True where this is a missing recording of the project in another place. Copies of others are noted.
    bool hasMoved(const FoundRecording& recording) {
        const auto lost =
            std::ranges::max_element(m_missing, {}, [&](const Speech& speech) { return likeness(speech, recording); });
        if (lost != m_missing.end() && likeness(*lost, recording) > 0) {
            Speech same = std::move(*lost);
            m_missing.erase(lost);
            same.missing = false;
            same.path = recording.path;
            if (!same.contentHash.empty()) m_byContent.try_emplace(same.contentHash, same);
            m_found.moved.push_back(std::move(same));
            if (m_wholeClips) m_found.known.push_back(recording.path);
            return true;
        }
        if (recording.contentHash.empty()) return false;
        const auto [known, isNew] = m_byContent.try_emplace(recording.contentHash);
        if (isNew)
            known->second.path = recording.path;
        else
            m_copies.push_back("\"" + recording.path + "\" is the same as \"" + known->second.path + "\"");
        return false;
    }

    /// How much speaks for it being this missing recording; 0 for nothing.
    static int likeness(const Speech& missing, const FoundRecording& recording) {
        if (missing.path == recording.path) return 3; // replaced perhaps, which is said when it is read
        if (recording.contentHash.empty() || missing.contentHash != recording.contentHash) return 0;
        return fs::path(missing.path).filename() == fs::path(recording.path).filename() ? 2 : 1;
    }

    void lookAtFile(const std::string& path) {
        const std::string extension = extensionOf(path);
        if (isLabelExtension(extension) && !isAudioExtension(extension)) {
            lookAtLabels(path);
            return;
        }
        if (!claim(path)) return;
        auto info = audioInfo(path);
        if (!info) {
            m_found.failed.push_back({path, info.error()});
            return;
        }
        FoundRecording recording;
        recording.path = path;
        recording.info = *info;
        if (!m_wholeClips) takeLabelsBeside(recording);
        add(std::move(recording));
    }

    void lookAtLabels(const std::string& path) {
        auto labels = readLabels(path);
        if (labels)
            m_found.labelFiles.emplace_back(path, std::move(*labels));
        else
            m_found.failed.push_back({path, labels.error()});
    }

    void takeLabelsBeside(FoundRecording& recording) {
        const std::string beside = labelFileBeside(recording.path);
        if (beside.empty()) return;
        auto labels = readLabels(beside);
        if (!labels) {
            m_found.failed.push_back({beside, labels.error()});
            return;
        }
        *labels = partAbout(recording.path, std::move(*labels));
        for (const std::string& other : differingFilesBeside(recording.path, beside, labels->labels))
            m_found.doubts.push_back("\"" + other + "\" has other labels of this recording; those of \"" + beside +
                                     "\" were taken.");
        recording.labels = std::move(labels->labels);
        recording.labelWarnings = std::move(labels->warnings);
        recording.labelSource = beside;
        recording.fullyLabelled = labels->leftOut == 0;
    }

    void lookIntoFolder(const std::string& folder) {
        m_context.progress({0, 0, "Looking through", fs::path(folder).filename().string()});
        auto collection = collectRecordings({folder}, m_context.cancel, m_context.progress);
        std::set<std::string> failed;
        if (collection) {
            for (LabelledRecording& labelled : collection->recordings) {
                const std::string path = fs::absolute(labelled.path).lexically_normal().string();
                if (m_context.cancel.cancelled() || !claim(path)) continue;
                FoundRecording recording;
                recording.path = path;
                recording.info = labelled.info;
                recording.labels = std::move(labelled.labels);
                recording.wholeClip = labelled.wholeClip;
                recording.fullyLabelled = labelled.fullyLabelled;
                recording.labelSource =
                    labelled.wholeClip ? fs::path(path).parent_path().filename().string() : labelFileBeside(path);
                recording.group = joined(labelled.groups, ";");
                add(std::move(recording));
            }
            // Notes about a file begin with it; the others tell how folders were understood.
            std::copy_if(
                collection->notes.begin(), collection->notes.end(), std::back_inserter(m_found.doubts),
                [](const std::string& note) { return note.starts_with("Labels of ") || note.starts_with('/'); });
            std::ranges::move(collection->doubts, std::back_inserter(m_found.doubts));
            for (SkippedFile& skipped : collection->skipped) {
                failed.insert(fs::absolute(skipped.path).lexically_normal().string());
                m_found.failed.push_back(std::move(skipped));
            }
            for (const std::string& file : collection->unreadable)
                m_found.failed.push_back({file, {ErrorCode::NotAudio, file, "", 0}});
        } else if (collection.error().code != ErrorCode::NoData && collection.error().code != ErrorCode::Cancelled) {
            m_found.failed.push_back({folder, collection.error()});
        }
        addUnlabelled(folder, failed);
    }

    /// True where the folder may not be looked into.
    bool notePermission(const std::string& folder, const std::set<std::string>& failed) {
        std::error_code error;
        const fs::directory_iterator first(folder, error);
        const bool said = failed.contains(fs::absolute(folder).lexically_normal().string());
        if (error && !said)
            m_found.failed.push_back({folder, errorFromErrno(error.value(), folder, ErrorCode::ReadFailed)});
        return static_cast<bool>(error);
    }

    /// What training data leaves aside may still be listened to and labelled.
    void addUnlabelled(const std::string& folder, const std::set<std::string>& failed) {
        const auto options = fs::directory_options::skip_permission_denied;
        std::error_code error;
        std::vector<std::string> paths;
        if (notePermission(folder, failed)) return;
        for (fs::recursive_directory_iterator it(folder, options, error), end; !error && it != end;
             it.increment(error)) {
            if (m_context.cancel.cancelled()) return;
            if (it->is_directory(error)) notePermission(it->path().string(), failed);
            if (it->is_regular_file(error) && isAudioExtension(extensionOf(it->path().string())))
                paths.push_back(fs::absolute(it->path()).lexically_normal().string());
        }
        if (error) m_found.failed.push_back({folder, errorFromErrno(error.value(), folder, ErrorCode::ReadFailed)});
        std::sort(paths.begin(), paths.end());
        for (const std::string& path : paths) {
            if (m_context.cancel.cancelled() || failed.contains(path)) continue;
            if (m_seen.contains(path))
                noteKnown(path);
            else
                lookAtFile(path);
        }
        if (paths.empty() && !error) m_found.failed.push_back({folder, Error{ErrorCode::NoData, folder, {}}});
    }

    const std::optional<LabelClass> m_wholeClips;
    const std::set<std::string> m_known; ///< of the project
    std::set<std::string> m_seen;
    std::map<std::string, Speech> m_byContent;
    std::vector<Speech> m_missing;
    std::vector<std::string> m_copies; ///< a clause each
    const JobContext& m_context;
    AddedAudio m_found;
    int m_alreadyThere = 0;
};

} // namespace

bool isLabelExtension(const std::string& extension) {
    if (extension == "tsv" || extension == "vtt" || extension == "xml") return true;
    return std::any_of(labelFormats().begin(), labelFormats().end(),
                       [&](const LabelFormat& format) { return extension == format.extension; });
}

Result<AddedAudio> findAudio(const QStringList& paths, std::optional<LabelClass> wholeClips, const KnownAudio& known,
                             const JobContext& context) {
    Finder finder(wholeClips, known, context);
    for (const QString& path : paths) {
        if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        finder.look(fs::absolute(path.toStdString()).lexically_normal().string());
    }
    if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
    return finder.takeFound();
}

} // namespace ovation::ui
