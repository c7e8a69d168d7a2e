// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/project/ProjectData.h"

#include <string>
#include <vector>

namespace ovation {

/// Sets `path` of every speech to where its audio lies now: the relative path from `folder` first, then the absolute
/// one. What is not found is marked `missing`. Returns true if a path changed.
bool findAudio(std::vector<Speech>& speeches, const std::string& folder);

/// Finds the missing speeches by their content below `folder`; returns true if one was found. A file is found for one
/// speech only, of several with its content for the one of its name, and not where another speech has it.
///
/// Looks at no more than 20 000 directory entries, six folders deep, follows no links, and reads through those sound
/// files only whose header tells the same length, rate and channels. Ends early, with what was found so far, when
/// cancelled.
bool findMovedAudio(std::vector<Speech>& speeches, const std::string& folder, const CancelToken& cancel = {},
                    const ProgressCallback& progress = {});

/// `path` as seen from `folder`, e.g. "audio/a.wav" or "../a.wav"; "" where there is no such way.
std::string relativeTo(const std::string& path, const std::string& folder);

} // namespace ovation
