// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/Dropout.h"

#include <cstdint>
#include <torch/torch.h>

namespace ovation {

/// The dropout of one pass through a network. Which values fall is a function of (seed, step, site within the pass,
/// index), so that a pass can be repeated from two numbers, whatever the number of threads and whatever else uses
/// LibTorch's random generator meanwhile.
class Dropout {
public:
    /// No dropout: for inference and validation.
    Dropout() = default;

    /// For training. `step` counts batches since the run began.
    Dropout(double probability, uint64_t seed, uint64_t step);

    /// Key of the next site; drops nothing where there is no dropout.
    fast::DropoutKey next();

    /// x with dropout: a site of its own.
    at::Tensor apply(const at::Tensor& x);

private:
    double m_probability = 0;
    uint64_t m_key = 0;
    uint64_t m_site = 0;
};

/// SplitMix64's output function.
uint64_t mix64(uint64_t value);

} // namespace ovation
