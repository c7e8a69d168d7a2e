// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Finding.h"
#include "core/dataset/WindowPlan.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ovation {

/// About how much memory the data set of a plan takes as long as it is trained on: features of windows; for frame
/// models the training part's sound at 16 bits and features of the recordings to validate on. The first
/// `trainingRecordings` of the plan were given for training. By headers and labels alone.
int64_t dataBytes(const WindowPlan& plan, size_t trainingRecordings, const Hyperparameters& hyperparameters);

/// Fatal, where data of `bytes` are more than the `available` memory (nullopt: unknown).
std::optional<Finding> findingOfMemory(int64_t bytes, std::optional<int64_t> available,
                                       const std::vector<LabelledRecording>& recordings);

} // namespace ovation
