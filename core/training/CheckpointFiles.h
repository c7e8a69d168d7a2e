// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation {

// Names in a checkpoint folder.
inline constexpr const char* kNewestCheckpoint = "checkpoint.safetensors";
inline constexpr const char* kPreviousCheckpoint = "checkpoint.previous.safetensors";

/// Whether a training can be resumed from that folder, as far as names of files tell.
bool hasCheckpoint(const std::string& folder);

} // namespace ovation
