// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/labels/Label.h"

#include <string>
#include <vector>

namespace ovation::cli {

struct LabelSource {
    std::string path; ///< the label file or project
    LabelFile file;
};

/// The labels of every recording that has some or is fully labelled, or of the one named `recording`. Errors: those of
/// opening the project; NoData where there are none.
Result<std::vector<LabelSource>> labelsOfProject(const std::string& path, const std::string& recording);

/// Adds labels to the project's recordings: each file's to the recording that its name, or the file itself, says, or
/// all to `recording`. Says what was done; returns the exit code.
int importIntoProject(const std::vector<LabelSource>& sources, const std::string& path, const std::string& recording,
                      bool quiet);

} // namespace ovation::cli
