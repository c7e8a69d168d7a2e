// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// The groups that a manifest's cell names: separated by semicolons or spaces.
std::vector<std::string> groupTokens(std::string_view text);

/// Puts recordings with the same content into a group of their own ("content:..."). Only files of the same size are
/// read.
void groupIdenticalFiles(std::vector<LabelledRecording>& recordings, const CancelToken& cancel);

/// For each recording the number of its component: recordings that share a group, directly or through others, have the
/// same one. A file without groups is alone, but for other entries of the same path.
std::vector<int32_t> groupComponents(const std::vector<LabelledRecording>& recordings);

/// Each recording's role. One without follows those of its component that have one; to training, where they differ.
std::vector<SplitRole> rolesByGroup(const std::vector<LabelledRecording>& recordings,
                                    const std::vector<int32_t>& components);

} // namespace ovation
