// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Finding.h"
#include "core/dataset/Recordings.h"

#include <vector>

namespace ovation {

/// What labels, and the names of folders that stand for labels, give cause to ask about.
std::vector<Finding> findingsOfLabels(const std::vector<LabelledRecording>& recordings);

} // namespace ovation
