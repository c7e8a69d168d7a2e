// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/CheckpointFiles.h"

#include <filesystem>

namespace ovation {

bool hasCheckpoint(const std::string& folder) {
    std::error_code unknown;
    const std::filesystem::path place(folder);
    return std::filesystem::exists(place / kNewestCheckpoint, unknown) ||
           std::filesystem::exists(place / kPreviousCheckpoint, unknown);
}

} // namespace ovation
