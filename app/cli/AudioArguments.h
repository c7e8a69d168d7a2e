// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <functional>
#include <string>
#include <vector>

namespace ovation::cli {

/// The sound files that arguments stand for: files as they are, folders searched recursively for sound files by
/// extension, sorted; hidden ones are left out. A file that is named twice comes once. What does not exist, may not be
/// read, or is a folder without sound files is an Error in `failures`. `unreadable`, where given, gets the sound files
/// in folders that cannot be read for their kind (Folder::unreadable).
std::vector<std::string> audioFiles(const std::vector<std::string>& arguments, std::vector<Error>& failures,
                                    std::vector<std::string>* unreadable = nullptr);

/// Sentence about sound files of kinds that cannot be read; "" for none.
std::string unreadableText(const std::vector<std::string>& files);

/// A name for each recording's outputs, to which `ends` are put: its stem, with "-2", "-3" ... where several recordings
/// would write the same file, or where a file is `taken` by another recording.
std::vector<std::string>
outputStems(const std::vector<std::string>& files, const std::vector<std::string>& ends,
            const std::function<bool(const std::string& output, const std::string& file)>& taken);

} // namespace ovation::cli
