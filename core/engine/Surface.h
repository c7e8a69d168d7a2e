// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"

namespace ovation {

/// Engine::lossSurface. LibTorch's exceptions pass through.
Result<LossSurface> computeSurface(const Dataset& dataset, const Hyperparameters& hyperparameters,
                                   const ModelBundle& bundle, const WeightPath& path, const SurfaceOptions& options,
                                   const CancelToken& cancel, const ProgressCallback& progress, int threads);

} // namespace ovation
