// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"

namespace ovation {

/// Engine::train. LibTorch's exceptions pass through. Without validation examples, the training loss stands in for the
/// validation loss (schedule, early stopping, best weights).
Result<TrainingOutcome> trainNetwork(const Dataset& dataset, const TrainingOptions& options,
                                     const TrainingCallbacks& callbacks, const CancelToken& cancel, int threads);

} // namespace ovation
