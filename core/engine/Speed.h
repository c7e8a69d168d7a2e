// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "core/training/Hyperparameters.h"

namespace ovation {

// Engine::sgemmGflops and Engine::trainingStepSeconds, with the calling thread's number of threads. LibTorch's
// exceptions pass through.

double measureSgemmGflops();
Result<double> measureTrainingStep(const Hyperparameters& hyperparameters, int steps, const CancelToken& cancel);

} // namespace ovation
