// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"

#include <string>
#include <vector>

namespace ovation::cli {

/// "2 labels cannot be used and are left out."
std::string labelsLeftOutText(int count);

/// Sentences about what figures over a collection do not rest on, or may rest on wrongly: its doubts, labels and
/// kinds of files that cannot be used and, unless `quiet`, its notes.
std::vector<std::string> leftOutOf(const RecordingCollection& collection, bool quiet);

} // namespace ovation::cli
