// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace ovation {

/// How many bytes from the first MPEG audio frames behind the one that begins at `lastFrame`, and like it, to the
/// file's end; 0 where there are none, or only a few kilobytes. Tags, pictures and padding are none. Looks through the
/// first megabytes and at places ever farther apart from there on.
int64_t mpegBytesBehind(const std::string& path, int64_t lastFrame);

} // namespace ovation
