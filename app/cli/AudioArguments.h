// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <string>
#include <vector>

namespace ovation::cli {

/// The sound files that arguments stand for: files as they are, folders searched recursively for sound files by
/// extension, sorted. A file that is named twice comes once. What does not exist or is a folder without sound files is
/// an Error in `failures`.
std::vector<std::string> audioFiles(const std::vector<std::string>& arguments, std::vector<Error>& failures);

/// A name for each recording's output, without extension: its stem, with "-2", "-3" ... where several have the same
/// one.
std::vector<std::string> outputStems(const std::vector<std::string>& files);

} // namespace ovation::cli
