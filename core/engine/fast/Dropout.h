// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <torch/types.h>

namespace ovation::fast {

/// Which elements a dropout keeps: a function of a key and the element's index alone, so that threads share the work
/// and the backward pass needs no stored mask.
struct DropoutKey {
    uint32_t key = 0;
    uint32_t threshold = 0; ///< elements whose hash is below it are dropped
    float scale = 1;        ///< of those that stay: 1 / (1 - p)

    /// Draws a key from LibTorch's default generator (one number), so that its state stands for all randomness.
    static DropoutKey draw(double p);
};

/// x with a share p of its elements zeroed and the rest scaled by 1 / (1 - p). Same law as torch::dropout, other random
/// numbers. Returns x itself when not training or p = 0.
torch::Tensor dropout(const torch::Tensor& x, double p, bool training);

/// The same with a key that the caller has made.
torch::Tensor dropout(const torch::Tensor& x, const DropoutKey& key);

} // namespace ovation::fast
