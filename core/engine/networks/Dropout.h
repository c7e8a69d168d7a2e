// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/Dropout.h"

#include <cstdint>
#include <torch/types.h>

namespace ovation {

/// Which of a batch's clips a pass computes, where several processes share the batch: those from `first` on, in the
/// order of descending length.
struct BatchPart {
    int64_t first = 0;
    int64_t clips = 0;  ///< in the whole batch; 0: the pass computes them all
    int64_t frames = 0; ///< of the whole batch's longest clip; 0: of the pass's
};

/// The dropout of one pass through a network. Which values fall is a function of (seed, step, site within the pass,
/// index in the whole batch), so that a pass can be repeated from two numbers, whatever the number of threads and
/// processes and whatever else uses LibTorch's random generator meanwhile.
class Dropout {
public:
    /// No dropout: for inference and validation.
    Dropout() = default;

    /// For training. `step` counts batches since the run began.
    Dropout(double probability, uint64_t seed, uint64_t step, const BatchPart& part = {});

    /// Key of the next site; drops nothing where there is no dropout.
    fast::DropoutKey next();

    /// x with dropout: a site of its own. `clipDimension` is the one of x that counts clips.
    at::Tensor apply(const at::Tensor& x, int64_t clipDimension = 0);

    const BatchPart& part() const { return m_part; }

private:
    double m_probability = 0;
    uint64_t m_key = 0;
    uint64_t m_site = 0;
    BatchPart m_part;
};

/// SplitMix64's output function.
uint64_t mix64(uint64_t value);

} // namespace ovation
