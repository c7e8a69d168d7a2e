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

/// What the adding worker found.
struct AddedAudio {
    std::vector<FoundRecording> recordings;
    std::vector<std::pair<std::string, LabelFile>> labelFiles; ///< dropped label files, by path
    std::vector<SkippedFile> failed;
    std::vector<std::string> notes;
    std::vector<std::string> doubts; ///< what was taken otherwise than it stands in the files, a sentence each
};

/// Looks through files and folders. Class folders, label files beside recordings and MANIFEST.csv are understood as
/// collectRecordings() does; recordings without labels are taken along unlabelled. `known`: absolute paths to pass
/// over. Runs on a worker. Error: Cancelled.
Result<AddedAudio> findAudio(const QStringList& paths, std::optional<LabelClass> wholeClips,
                             const std::set<std::string>& known, const JobContext& context);

/// True if the extension is one that a label format writes.
bool isLabelExtension(const std::string& extension);

} // namespace ovation::ui
