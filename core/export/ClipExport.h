// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioWriter.h"
#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/dataset/Recordings.h"

#include <string>
#include <vector>

namespace ovation {

/// What becomes of files that are in the folder already.
enum class ExistingClips {
    Leave,   ///< they stay, and nothing is written
    Replace, ///< by the new ones of their names; of a training set, by all that are exported of their recordings, where
             ///< it is certain that they are of these (ClipOrigins)
    Beside,  ///< the new clips get numbers in their names, and the tables have both
};

struct ClipExportOptions {
    double paddingS = 0; ///< of what comes before and after a segment, as far as the recording goes; 0 to 60
    /// Names without extension. {recording}, {number} (of the segment in its recording, from 001), {class}, {text},
    /// {start} and {end} (seconds), {padding}. Must tell segments of one recording apart, or numbers are added.
    std::string pattern = "{recording}-{number}";
    ClipFormat format = ClipFormat::Flac;
    /// Class folders (applause, other, unsure) with a MANIFEST.csv that `ovation train` reads back, and a metadata.csv
    /// as Hugging Face's "audiofolder" has it. Time without labels in fully labelled recordings becomes clips too.
    /// Where labels overlap, a clip holds what LabelTimeline says to be of its class; other sound is cut into 10 s at
    /// most.
    bool trainingSet = false;
    ExistingClips existing = ExistingClips::Leave;
};

struct ClipExportReport {
    int64_t clips = 0, applause = 0, other = 0, unsure = 0;
    int64_t removed = 0;               ///< clips of a training set, of an earlier export that this one replaces
    std::vector<std::string> doubtful; ///< names of clips that stay, and may be of former labels of these recordings
    std::vector<std::string> tables;   ///< CSV files written
    std::vector<Error> failures;       ///< one for each recording of which not all clips could be read
    std::vector<std::string> inTheWay; ///< names in the folder that stay; nothing is written then
};

/// "" or a sentence about what is wrong with the options.
std::string problemOf(const ClipExportOptions& options);

/// Writes a sound file for every labelled segment of `recordings` into `folder` (made where missing), with the
/// recording's tags, and a table of them: clips.csv, or those of a training set. Its times are called the source's, so
/// that nobody takes them for labels of the clips. A table that is replaced keeps its rows of clips that are there, but
/// for those that are of these recordings for certain. A file is whole or not there. A recording that cannot be read
/// costs no other's clips, and what there is of it stays. Errors: WrongUsage, NoData where nothing is labelled, those
/// of copyAudio() where no clip can be read or one cannot be written, WriteFailed where a table that stays has other
/// columns, Cancelled.
Result<ClipExportReport> exportClips(const std::vector<LabelledRecording>& recordings, const std::string& folder,
                                     const ClipExportOptions& options, const CancelToken& cancel = {},
                                     const ProgressCallback& progress = {});

} // namespace ovation
