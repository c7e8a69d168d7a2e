// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/Dropout.h"

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace ovation::fast {

/// Multi-head self-attention averaged over the valid frames, where nothing but that average is needed: the attention
/// rows are averaged first (after dropout), and the value projection is applied to the pooled vectors. Exact up to
/// rounding, and about a fifth less work than torch::nn::MultiheadAttention followed by a mean.
///
/// x: (T, B, E) float; `lengths`: B values in 1..T; keys beyond them are masked. `inProjectionWeight` (3E, E) and
/// `inProjectionBias` (3E) as in torch::nn::MultiheadAttention; `dropout` acts on the attention weights when training.
/// Returns (B, E): the averaged heads side by side, before the output projection. Not differentiable twice.
torch::Tensor pooledAttention(const torch::Tensor& x, const std::vector<int64_t>& lengths,
                              const torch::Tensor& inProjectionWeight, const torch::Tensor& inProjectionBias,
                              int64_t heads, double dropout, bool training);

/// The same with a dropout key that the caller has made.
torch::Tensor pooledAttention(const torch::Tensor& x, const std::vector<int64_t>& lengths,
                              const torch::Tensor& inProjectionWeight, const torch::Tensor& inProjectionBias,
                              int64_t heads, const DropoutKey& key);

} // namespace ovation::fast
