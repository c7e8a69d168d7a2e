// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace ovation::fast {

/// Which elements a dropout keeps: a function of a key and the element's index in the whole batch alone, so that
/// threads share the work and the backward pass needs no stored mask.
struct DropoutKey {
    uint32_t key = 0;
    uint32_t threshold = 0; ///< elements whose hash is below it are dropped
    float scale = 1;        ///< of those that stay: 1 / (1 - p)
    int64_t firstClip = 0;  ///< place of the tensor's first clip in the whole batch
    int64_t clips = 0;      ///< in the whole batch; 0: those of the tensor

    /// Draws a key from LibTorch's default generator (one number), so that its state stands for all randomness.
    static DropoutKey draw(double p);
};

} // namespace ovation::fast
