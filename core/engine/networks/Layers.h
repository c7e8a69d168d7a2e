// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/networks/Dropout.h"

#include <torch/types.h>

#include <cstdint>

namespace ovation {

/// Fills tensors with random weights from its own generator: the same seed and calls give the same weights.
class WeightFiller {
public:
    explicit WeightFiller(uint64_t seed);

    void zero(at::Tensor tensor) const;
    void one(at::Tensor tensor) const;
    void uniform(at::Tensor tensor, double bound);
    /// +-sqrt(6 / (fan in + fan out)), fans from the whole (out, in) matrix.
    void xavierUniform(at::Tensor tensor);
    /// +-sqrt(6 / fan in): He's initialisation for ReLU.
    void kaimingUniform(at::Tensor tensor);

private:
    at::Generator m_generator;
};

/// Multi-head self-attention as nn::MultiheadAttention computes it, over x (B, T, E): keys behind a clip's end are
/// masked.
at::Tensor selfAttention(const at::Tensor& x, const at::Tensor& lengths, int64_t heads, const at::Tensor& inWeight,
                         const at::Tensor& inBias, const at::Tensor& outWeight, const at::Tensor& outBias,
                         Dropout& dropout);

/// How much attention each frame of x receives there: (B, T), a mean over heads and valid frames that look.
at::Tensor attentionReceived(const at::Tensor& x, const at::Tensor& lengths, int64_t heads, const at::Tensor& inWeight,
                             const at::Tensor& inBias);

} // namespace ovation
