// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/networks/Dropout.h"
#include "core/engine/networks/ParameterSet.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>

namespace ovation {

/// A batch of clips on its way through a network. Standardised values.
struct ClipInput {
    at::Tensor mfcc;       ///< (B, T, 13) float
    at::Tensor clipValues; ///< (B, 12) float
    at::Tensor lengths;    ///< (B) int64 on the CPU, 1 to T: valid frames; what lies behind them has no influence
};

/// A network from clips to two logits. LibTorch's exceptions pass through. Used by one thread at a time.
class ClipNetwork : public ParameterSet {
public:
    /// How the values are computed: LibTorch's functions, or ours where there are any. They differ in rounding and in
    /// which values a dropout hits.
    enum class Path { Plain, Fast };

    /// Zeroed tensors; `requiresGradient` for training.
    static std::unique_ptr<ClipNetwork> make(const Architecture& architecture, bool requiresGradient,
                                             Path path = Path::Fast);

    /// Logits (B, 2): not applause, applause.
    at::Tensor forward(const ClipInput& input, Dropout& dropout) const;

    /// Attention that each frame receives: (B, T), mean over heads and valid frames that look, 0 behind a clip's end.
    at::Tensor attention(const ClipInput& input) const;

protected:
    using ParameterSet::ParameterSet;

    /// Mean over valid frames of the encoded clip: (B, width). Lengths are descending; the longest is T, or that of
    /// the whole batch where the pass is a part of one.
    virtual at::Tensor encode(const ClipInput& input, Dropout& dropout) const = 0;

    /// attention() for clips as encode() takes them.
    virtual at::Tensor attend(const ClipInput& input) const = 0;

private:
    ClipInput sorted(const ClipInput& input, int64_t longest, at::Tensor& order) const;
    at::Tensor head(const at::Tensor& pooled, const at::Tensor& clipValues, Dropout& dropout) const;
};

std::unique_ptr<ClipNetwork> makeBilstmAttention(const Architecture& architecture, ClipNetwork::Path path);
std::unique_ptr<ClipNetwork> makeSeedTransformer(const Architecture& architecture, ClipNetwork::Path path);

/// (B, T) bool, true for valid frames.
at::Tensor frameMask(const at::Tensor& lengths, int64_t frames);

/// Mean of x (B, T, W) over valid frames: (B, W).
at::Tensor maskedMean(const at::Tensor& x, const at::Tensor& lengths);

} // namespace ovation
