// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/networks/Dropout.h"
#include "core/models/ModelBundle.h"
#include "core/models/ModelRegistry.h"

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ovation {

/// A batch of clips on its way through a network. Standardised values.
struct ClipInput {
    at::Tensor mfcc;       ///< (B, T, 13) float
    at::Tensor clipValues; ///< (B, 12) float
    at::Tensor lengths;    ///< (B) int64 on the CPU, 1 to T: valid frames; what lies behind them has no influence
};

/// A network from clips to two logits. Its tensors are those that the registry's tensorShapes() lists, under the same
/// names. LibTorch's exceptions pass through. Used by one thread at a time.
class ClipNetwork {
public:
    virtual ~ClipNetwork() = default;

    /// How the values are computed: LibTorch's functions, or ours where there are any. They differ in rounding and in
    /// which values a dropout hits.
    enum class Path { Plain, Fast };

    /// Zeroed tensors; `requiresGradient` for training.
    static std::unique_ptr<ClipNetwork> make(const Architecture& architecture, bool requiresGradient,
                                             Path path = Path::Fast);

    /// Logits (B, 2): not applause, applause.
    at::Tensor forward(const ClipInput& input, Dropout& dropout) const;

    const Architecture& architecture() const { return m_architecture; }
    /// In the registry's order.
    const std::vector<std::pair<std::string, at::Tensor>>& parameters() const { return m_parameters; }
    const at::Tensor& parameter(const std::string& name) const;
    int64_t parameterCount() const;

    /// Fresh weights, a function of the seed alone.
    virtual void initialise(uint64_t seed) = 0;

    /// Copies of the weights, and back. Shapes must fit.
    TensorMap weights() const;
    void setWeights(const TensorMap& weights);

protected:
    explicit ClipNetwork(Architecture architecture);

    /// Mean over valid frames of the encoded clip: (B, width). Lengths are descending; the longest is T, or that of
    /// the whole batch where the pass is a part of one.
    virtual at::Tensor encode(const ClipInput& input, Dropout& dropout) const = 0;

    /// x W^T + b with the tensors NAME.weight and NAME.bias.
    at::Tensor linear(const std::string& name, const at::Tensor& x) const;

private:
    at::Tensor head(const at::Tensor& pooled, const at::Tensor& clipValues, Dropout& dropout) const;

    Architecture m_architecture;
    std::vector<std::pair<std::string, at::Tensor>> m_parameters;
};

std::unique_ptr<ClipNetwork> makeBilstmAttention(const Architecture& architecture, ClipNetwork::Path path);
std::unique_ptr<ClipNetwork> makeSeedTransformer(const Architecture& architecture, ClipNetwork::Path path);

/// (B, T) bool, true for valid frames.
at::Tensor frameMask(const at::Tensor& lengths, int64_t frames);

/// Mean of x (B, T, W) over valid frames: (B, W).
at::Tensor maskedMean(const at::Tensor& x, const at::Tensor& lengths);

} // namespace ovation
