// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <map>
#include <string>

namespace ovation {

enum class ClipFormat { Wav, Flac };

/// What a sound file says about its content: title, artist, album, date and the like, by libsndfile's numbers. Empty
/// where it says nothing or is of a kind whose tags libsndfile does not read.
std::map<int, std::string> audioTags(const std::string& path);

/// Copies frames [begin, end) of a recording, at its own rate, channels and resolution, to a file of its own that has
/// the recording's tags; the file gets its name when it is whole. `comment` is put in front of the comment tag. Errors:
/// those of AudioReader, of writing; WriteFailed where the format cannot hold it (FLAC: at most 8 channels).
Result<void> copyAudio(const std::string& from, int64_t begin, int64_t end, const std::string& to, ClipFormat format,
                       const std::string& comment = {});

} // namespace ovation
