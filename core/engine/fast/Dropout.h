// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/DropoutKey.h"

#include <torch/types.h>

namespace ovation::fast {

/// x with a share p of its elements zeroed and the rest scaled by 1 / (1 - p). Same law as torch::dropout, other random
/// numbers. Returns x itself when not training or p = 0.
torch::Tensor dropout(const torch::Tensor& x, double p, bool training);

/// The same with a key that the caller has made. `clipDimension` is the one of x that counts clips.
torch::Tensor dropout(const torch::Tensor& x, const DropoutKey& key, int64_t clipDimension = 0);

} // namespace ovation::fast
