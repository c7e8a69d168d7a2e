// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"
#include "ui/session/Jobs.h"

#include <QStringList>

#include <set>
#include <string>
#include <vector>

namespace ovation::ui {

/// A recording to be added, with the labels that came with it.
struct FoundRecording {
    std::string path; ///< absolute
    AudioInfo info;
    std::string contentHash;
    std::vector<Label> labels;
    std::vector<std::string> labelWarnings; ///< of the label file's reader
    std::optional<LabelClass> wholeClip;
    bool fullyLabelled = false;
    std::string labelSource; ///< the label file or class folder; "" for none
    std::string group;
};

/// What a search has to know of the project.
struct KnownAudio {
    std::set<std::string> paths;             ///< absolute; passed over
    std::map<std::string, Speech> byContent; ///< of these, those with a hash, by it
    std::vector<Speech> missing;             ///< those that were not found
};

/// What the adding worker found.
struct AddedAudio {
    std::vector<std::string> known; ///< recordings of the project that are to be labelled as whole clips, by path
    std::vector<Speech> moved;      ///< missing recordings of the project, at the place where they were found
    std::vector<FoundRecording> recordings;
    std::vector<std::pair<std::string, LabelFile>> labelFiles; ///< dropped label files, by path
    std::vector<SkippedFile> failed;
    std::vector<std::string> notes;
    std::vector<std::string> doubts; ///< what was taken otherwise than it stands in the files, a sentence each
};

/// Looks through files and folders. Class folders, label files beside recordings and MANIFEST.csv are understood as
/// collectRecordings() does; recordings without labels are taken along unlabelled; copies of what is known, or of one
/// another, are taken and noted. What has the content of a missing recording, or lies in its place, is that one. Runs
/// on a worker. Error: Cancelled.
Result<AddedAudio> findAudio(const QStringList& paths, std::optional<LabelClass> wholeClips, const KnownAudio& known,
                             const JobContext& context);

/// True if the extension is one that a label format writes.
bool isLabelExtension(const std::string& extension);

} // namespace ovation::ui
