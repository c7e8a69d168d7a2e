// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/ClipNetwork.h"
#include "core/engine/networks/Layers.h"

#include <cmath>

namespace ovation {

namespace {

/// (T, width): sines in even columns, cosines in odd ones (Vaswani et al. 2017).
at::Tensor sinusoids(int64_t frames, int64_t width) {
    const at::Tensor position = torch::arange(frames, torch::kFloat32).unsqueeze(1);
    const at::Tensor rate = (torch::arange(0, width, 2, torch::kFloat32) * (-std::log(10000.0) / width)).exp();
    at::Tensor result = torch::zeros({frames, width});
    result.slice(1, 0, width, 2).copy_((position * rate).sin());
    result.slice(1, 1, width, 2).copy_((position * rate).cos().narrow(1, 0, width / 2));
    return result;
}

/// The seed's alternative: projection and sinusoidal positions -> encoder layers (normalised after each part, ReLU) ->
/// mean over frames -> the same head.
class SeedTransformer final : public ClipNetwork {
public:
    explicit SeedTransformer(const Architecture& sizes)
        : ClipNetwork(sizes), m_positions(sinusoids(sizes.frames, sizes.hiddenSize)) {}

    /// LibTorch's defaults for nn::Linear, nn::MultiheadAttention and nn::LayerNorm.
    void initialise(uint64_t seed) override {
        WeightFiller fill(seed);
        for (const auto& [name, tensor] : parameters()) {
            const bool norm = name.find(".norm") != std::string::npos;
            if (norm && name.ends_with(".weight"))
                fill.one(tensor);
            else if (norm || name.ends_with("in_proj_bias") || name.ends_with("out_proj.bias"))
                fill.zero(tensor);
            else if (name.ends_with("in_proj_weight"))
                fill.xavierUniform(tensor);
            else if (name.ends_with(".bias"))
                fill.uniform(tensor, 1 / std::sqrt(fanIn(name)));
            else
                fill.uniform(tensor, 1 / std::sqrt(static_cast<double>(tensor.size(1))));
        }
    }

protected:
    at::Tensor encode(const ClipInput& input, Dropout& dropout) const override {
        const int64_t frames = input.mfcc.size(1);
        const at::Tensor positions =
            frames <= m_positions.size(0) ? m_positions : sinusoids(frames, architecture().hiddenSize);
        at::Tensor x = dropout.apply(linear("projection", input.mfcc) + positions.narrow(0, 0, frames));
        for (int64_t layer = 0; layer < architecture().layers; ++layer) {
            const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
            const at::Tensor attended = selfAttention(
                x, input.lengths, architecture().heads, parameter(prefix + "self_attn.in_proj_weight"),
                parameter(prefix + "self_attn.in_proj_bias"), parameter(prefix + "self_attn.out_proj.weight"),
                parameter(prefix + "self_attn.out_proj.bias"), dropout);
            x = norm(prefix + "norm1", x + dropout.apply(attended));
            const at::Tensor inner = dropout.apply(linear(prefix + "linear1", x).relu());
            x = norm(prefix + "norm2", x + dropout.apply(linear(prefix + "linear2", inner)));
        }
        return maskedMean(x, input.lengths);
    }

private:
    double fanIn(const std::string& bias) const {
        const std::string weight = bias.substr(0, bias.size() - 4) + "weight";
        return static_cast<double>(parameter(weight).size(1));
    }

    at::Tensor norm(const std::string& name, const at::Tensor& x) const {
        return at::layer_norm(x, {x.size(2)}, parameter(name + ".weight"), parameter(name + ".bias"));
    }

    at::Tensor m_positions; ///< (frames, hidden)
};

} // namespace

std::unique_ptr<ClipNetwork> makeSeedTransformer(const Architecture& architecture) {
    return std::make_unique<SeedTransformer>(architecture);
}

} // namespace ovation
