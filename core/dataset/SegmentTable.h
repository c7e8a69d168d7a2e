// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/labels/Label.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// Applause of many recordings in one CSV file of `file,start_s,end_s`, as the HIPSTAS project published it. A further
/// column `label` or `class`, where there is one, says what is heard. Times are seconds (with a decimal comma, too) or
/// clock times. A row without times names a recording without applause; one without a name is about the only recording
/// that is named, or left out of each of several.
struct SegmentTable {
    std::map<std::string, LabelFile> files; ///< by the name in the table; labels sorted by start
    std::vector<std::string> warnings;      ///< rows that were skipped, with the line number; each file counts its own
    /// Of a table that exportClips() wrote: what each clip is. Its times are no labels of theirs, and `files` is empty.
    std::map<std::string, LabelClass> clips;
};

/// nullopt for a CSV file without these columns. Errors: those of readFile.
Result<std::optional<SegmentTable>> readSegmentTable(const std::string& path);

/// The sound file that a table in `folder` means by `name`: relative to the folder, else the only one of `audio`
/// (canonical path -> path) with that file name, else the only one with that stem. "" if there is none.
std::string resolveTableFile(const std::string& name, const std::string& folder,
                             const std::map<std::string, std::string>& audio);

} // namespace ovation
