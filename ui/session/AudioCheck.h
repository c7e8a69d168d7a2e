// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"
#include "core/dataset/Recordings.h"

#include <string>

namespace ovation::ui {

// Whether a file is still the recording that labels were made for. These read files: on workers only.

/// By its header. FileChanged, or the errors of audioInfo().
Result<void> sameAsAdded(const std::string& path, const AudioInfo& added);

/// By every byte; an empty hash fits everything. FileChanged, or the errors of contentHash().
Result<void> sameContent(const std::string& path, const std::string& addedHash);

/// Moves the recordings whose file is no longer what was added to the skipped ones.
void leaveOutChanged(RecordingCollection& collection);

} // namespace ovation::ui
