// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/DropoutKey.h"

#include <cstdint>
#include <torch/custom_class.h>
#include <torch/types.h>
#include <vector>

/// The parts of a transformer's encoder, each forward and backward in one pass over memory. None is differentiable
/// twice.
namespace ovation::fast {

/// Clips laid end to end without their padding: a tensor's rows are the valid frames of all clips in turn.
struct PackedClips : torch::CustomClassHolder {
    /// `frames`: of the whole batch's longest clip; `firstClip`: place in the whole batch of the first one here.
    PackedClips(const std::vector<int64_t>& lengths, int64_t frames, int64_t firstClip);

    int64_t clips() const { return static_cast<int64_t>(lengths.size()); }
    int64_t rows() const { return static_cast<int64_t>(places.size()); }

    const std::vector<int64_t> lengths;
    const int64_t frames, firstClip;
    std::vector<int64_t> firstRows; ///< of each clip
    std::vector<int64_t> places;    ///< of each row in the whole, padded batch: (firstClip + clip) * frames + frame
};
using PackedClipsPtr = c10::intrusive_ptr<PackedClips>;

/// x W^T + b. x: (rows, I); weight (O, I); bias (O).
torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

/// The same, then max(., 0) and dropout; the key covers (frames of the padded batch, O).
torch::Tensor linearRelu(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                         const PackedClipsPtr& clips, const DropoutKey& key);

/// x with dropout; the key covers (frames of the padded batch, columns).
torch::Tensor dropout(const torch::Tensor& x, const PackedClipsPtr& clips, const DropoutKey& key);

/// Multi-head self-attention within each clip, between the projections. `projected`: (rows, 3E), queries, keys and
/// values side by side as torch::nn::MultiheadAttention's in_proj gives them. Returns (rows, E), the heads side by
/// side. The key covers (clips of the batch, heads, frames, frames).
torch::Tensor selfAttention(const torch::Tensor& projected, const PackedClipsPtr& clips, int64_t heads,
                            const DropoutKey& key);

/// LayerNorm(x + dropout(added)) over the columns. The key covers (frames of the padded batch, E).
torch::Tensor addNormalise(const torch::Tensor& x, const torch::Tensor& added, const torch::Tensor& weight,
                           const torch::Tensor& bias, const PackedClipsPtr& clips, const DropoutKey& key);

} // namespace ovation::fast
