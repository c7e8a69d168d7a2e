// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"

namespace ovation {

/// Engine::train. LibTorch's exceptions pass through. Without validation examples, the training loss stands in for the
/// validation loss (schedule, early stopping, best weights). `mayUseFewer`: fewer threads while other programs compete
/// for the cores (ThreadBudget), which the run's notes tell; results then differ from a quiet run's in the last bits.
Result<TrainingOutcome> trainNetwork(const Dataset& dataset, const TrainingOptions& options,
                                     const TrainingCallbacks& callbacks, const CancelToken& cancel, int threads,
                                     bool mayUseFewer);

} // namespace ovation
