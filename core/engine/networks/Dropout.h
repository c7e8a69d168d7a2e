// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace ovation {

/// The dropout of one pass through a network. Which values fall is a function of (seed, step, site within the pass,
/// index) by SplitMix64, so that a pass can be repeated from two numbers, whatever the number of threads and whatever
/// else uses LibTorch's random generator meanwhile. Inverted: what stays is scaled by 1 / (1 - p).
class Dropout {
public:
    /// No dropout: for inference and validation.
    Dropout() = default;

    /// For training. `step` counts batches since the run began.
    Dropout(double probability, uint64_t seed, uint64_t step);

    /// True where apply() changes anything.
    bool active() const { return m_probability > 0; }

    /// x where nothing is dropped, else x * mask. Each call is a new site.
    at::Tensor apply(const at::Tensor& x);

    /// The mask for the next site: 0 or 1 / (1 - p), float, contiguous.
    at::Tensor mask(at::IntArrayRef sizes);

private:
    double m_probability = 0;
    uint64_t m_key = 0;
    uint64_t m_site = 0;
};

/// One draw of SplitMix64's output function.
uint64_t mix64(uint64_t value);

} // namespace ovation
