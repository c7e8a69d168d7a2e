// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace ovation::fast {

/// Weights of one direction of one GRU layer, as torch::nn::GRU lays them out; gates in the order reset, update, new.
struct GruWeights {
    torch::Tensor input;         ///< weight_ih (3H, I)
    torch::Tensor recurrent;     ///< weight_hh (3H, H)
    torch::Tensor inputBias;     ///< bias_ih (3H)
    torch::Tensor recurrentBias; ///< bias_hh (3H)
};

/// One bidirectional GRU layer over whole sequences, made as bidirectionalLstm() is: one product for all input
/// projections, a thread for each direction, single products for weight gradients.
///
/// x: (T, B, I) float; `lengths`: B values in 1..T, in any order. Returns (T, B, 2H): forward then reverse, 0 on
/// padding. The reverse direction starts at each sequence's last valid frame; what stands in the padding never matters.
/// Equal to torch::nn::GRU over packed sequences but for rounding. Not differentiable twice.
torch::Tensor bidirectionalGru(const torch::Tensor& x, const std::vector<int64_t>& lengths, const GruWeights& forward,
                               const GruWeights& reverse);

} // namespace ovation::fast
