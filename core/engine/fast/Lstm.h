// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace ovation::fast {

/// Weights of one direction of one LSTM layer, as torch::nn::LSTM lays them out; gates in the order input, forget,
/// cell, output.
struct LstmWeights {
    torch::Tensor input;         ///< weight_ih (4H, I)
    torch::Tensor recurrent;     ///< weight_hh (4H, H)
    torch::Tensor inputBias;     ///< bias_ih (4H)
    torch::Tensor recurrentBias; ///< bias_hh (4H)
};

/// One bidirectional LSTM layer over whole sequences, forward and backward pass in one function each: the input
/// projections of all frames are one product, each direction runs on a thread of its own, weight gradients are single
/// products.
///
/// x: (T, B, I) float; `lengths`: B values in 1..T. Returns (T, B, 2H): forward then reverse, 0 on padding. The reverse
/// direction starts at each sequence's last valid frame; what stands in the padding never matters. Without gradients
/// (at::GradMode) nothing is kept for a backward pass, and memory does not grow with what lies between input and
/// output. Equal to torch::nn::LSTM over packed sequences but for rounding. Not differentiable twice.
torch::Tensor bidirectionalLstm(const torch::Tensor& x, const std::vector<int64_t>& lengths, const LstmWeights& forward,
                                const LstmWeights& reverse);

} // namespace ovation::fast
