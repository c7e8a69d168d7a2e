// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/Layers.h"

#include "core/engine/networks/ClipNetwork.h"

#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <limits>

namespace ovation {

WeightFiller::WeightFiller(uint64_t seed) : m_generator(at::make_generator<at::CPUGeneratorImpl>(seed)) {}

void WeightFiller::zero(at::Tensor tensor) const {
    const at::NoGradGuard noGradient;
    tensor.zero_();
}

void WeightFiller::one(at::Tensor tensor) const {
    const at::NoGradGuard noGradient;
    tensor.fill_(1);
}

void WeightFiller::uniform(at::Tensor tensor, double bound) {
    const at::NoGradGuard noGradient;
    tensor.uniform_(-bound, bound, m_generator);
}

void WeightFiller::xavierUniform(at::Tensor tensor) {
    uniform(tensor, std::sqrt(6.0 / static_cast<double>(tensor.size(0) + tensor.size(1))));
}

void WeightFiller::kaimingUniform(at::Tensor tensor) {
    uniform(tensor, std::sqrt(6.0 / static_cast<double>(tensor.size(1))));
}

namespace {

struct AttentionParts {
    at::Tensor shares; ///< (B, heads, T, T): of each frame that looks, over the frames that it looks at
    at::Tensor values; ///< (B, heads, T, width / heads)
};

AttentionParts attentionParts(const at::Tensor& x, const at::Tensor& lengths, int64_t heads, const at::Tensor& inWeight,
                              const at::Tensor& inBias) {
    const int64_t batch = x.size(0);
    const int64_t frames = x.size(1);
    const int64_t width = x.size(2);
    // (3, B, heads, T, width / heads)
    const at::Tensor projected =
        at::linear(x, inWeight, inBias).view({batch, frames, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
    const at::Tensor query = projected[0] / std::sqrt(static_cast<double>(width / heads));
    const at::Tensor hidden = frameMask(lengths, frames).logical_not().view({batch, 1, 1, frames});
    const at::Tensor scores =
        at::matmul(query, projected[1].transpose(2, 3)).masked_fill(hidden, -std::numeric_limits<float>::infinity());
    return {scores.softmax(-1), projected[2]};
}

} // namespace

at::Tensor selfAttention(const at::Tensor& x, const at::Tensor& lengths, int64_t heads, const at::Tensor& inWeight,
                         const at::Tensor& inBias, const at::Tensor& outWeight, const at::Tensor& outBias,
                         Dropout& dropout) {
    const AttentionParts parts = attentionParts(x, lengths, heads, inWeight, inBias);
    const at::Tensor mixed = at::matmul(dropout.apply(parts.shares), parts.values);
    return at::linear(mixed.permute({0, 2, 1, 3}).reshape(x.sizes()), outWeight, outBias);
}

at::Tensor attentionReceived(const at::Tensor& x, const at::Tensor& lengths, int64_t heads, const at::Tensor& inWeight,
                             const at::Tensor& inBias) {
    return maskedMean(attentionParts(x, lengths, heads, inWeight, inBias).shares.mean(1), lengths);
}

} // namespace ovation
