// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <string>
#include <vector>

namespace ovation {

/// Sets `path` of every speech to where its audio lies now: the relative path from `folder` first, then the absolute
/// one, then a file of the same content below `folder`. What is not found is marked `missing`.
///
/// The search by content looks at no more than 20 000 directory entries, six folders deep, follows no links, and reads
/// through those sound files only whose header tells the same length, rate and channels. Returns true if a path
/// changed.
bool findAudio(std::vector<Speech>& speeches, const std::string& folder);

/// `path` as seen from `folder`, e.g. "audio/a.wav" or "../a.wav"; "" where there is no such way.
std::string relativeTo(const std::string& path, const std::string& folder);

} // namespace ovation
