// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"
#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/labels/Label.h"
#include "core/project/ProjectData.h"

#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// A recording with what is known about it: the common form of all four layouts of training data.
struct LabelledRecording {
    std::string path;
    AudioInfo info;
    std::vector<Label> labels;           ///< sorted; ignored where wholeClip is set
    std::optional<LabelClass> wholeClip; ///< a clip of a class folder
    bool fullyLabelled = false;          ///< unlabelled time is not applause
    std::vector<TimeSpan> beside;        ///< besideJudged(), of a project's recording
    std::vector<std::string> groups;     ///< recordings that share a group stay on one side of the split
    SplitRole role = SplitRole::Automatic;
    int labelsLeftOut = 0; ///< labels that cannot be used; where there are some, it is not fully labelled

    /// Label of a moment; nullopt where unknown.
    std::optional<LabelClass> at(double seconds) const;
};

/// A file that could not be used, and why.
struct SkippedFile {
    std::string path;
    Error error;
};

struct RecordingCollection {
    std::vector<LabelledRecording> recordings; ///< in a stable order: by path
    std::vector<SkippedFile> skipped;
    std::vector<std::string> unreadable; ///< sound files that were passed over for their kind (Folder::unreadable)
    std::vector<std::string> notes;      ///< one sentence each: folders left out and the like
    std::vector<std::string> doubts;     ///< the same about what may be meant otherwise than it was understood
};

/// Collects recordings from projects, folders with label files, class folders and HIPSTAS layouts, recursively, in any
/// mix. A class folder named `applause`, or beginning with `applause_` or `applause-`, is positive; the match is on the
/// start of the folder's own name. A file that cannot be read is skipped and listed. Errors: NoData where nothing
/// usable is found, FileNotFound for an argument that does not exist, Cancelled.
Result<RecordingCollection> collectRecordings(const std::vector<std::string>& data, const CancelToken& cancel = {},
                                              const ProgressCallback& progress = {});

/// The same from an open project's data.
RecordingCollection collectRecordings(const ProjectData& project);

enum class FolderClass { Positive, Negative, LeftOut };
/// How a class folder's own name is understood: "applause_pt1" -> Positive, "non_applause_pt1" -> Negative, "unsure" ->
/// LeftOut.
FolderClass folderClass(const std::string& folderName);

} // namespace ovation
