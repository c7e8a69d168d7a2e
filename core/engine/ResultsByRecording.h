// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/training/TrainingRun.h"

#include <vector>

namespace ovation {

/// Sorts the scores of the validation examples by recording. Empty where they do not belong to the data set.
std::vector<RecordingResult> resultsByRecording(const Dataset& dataset, const std::vector<float>& scores);

} // namespace ovation
