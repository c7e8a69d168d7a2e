// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Finding.h"
#include "core/training/TrainingRun.h"

#include <vector>

namespace ovation {

/// What a run's figures say about its data: scores that are too good to be true. Empty where nothing is odd.
std::vector<Finding> checkRun(const TrainingRun& run);

} // namespace ovation
