// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectLock.h"

#include <string>

namespace ovation {

/// The right to train into a folder of checkpoints, which is made where it is not there: one training at a time has it,
/// whichever program it is of, until what is returned goes. It leaves an empty file "lock" in the folder. Errors:
/// CheckpointsInUse, and those of making folder and file.
Result<ProjectLock> lockCheckpoints(const std::string& folder);

} // namespace ovation
