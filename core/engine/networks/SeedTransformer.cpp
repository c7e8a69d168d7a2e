// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Encoder.h"
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
    SeedTransformer(const Architecture& sizes, Path path)
        : ClipNetwork(sizes), m_path(path), m_positions(sinusoids(sizes.frames, sizes.hiddenSize)) {}

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
            (frames <= m_positions.size(0) ? m_positions : sinusoids(frames, architecture().hiddenSize))
                .narrow(0, 0, frames);
        return m_path == Path::Fast ? encodeFast(input, positions, dropout) : encodePlain(input, positions, dropout);
    }

    at::Tensor attend(const ClipInput& input) const override {
        Dropout none;
        const int64_t frames = input.mfcc.size(1);
        const int64_t last = architecture().layers - 1;
        const at::Tensor x = through(input, sinusoids(frames, architecture().hiddenSize), last, none);
        const std::string prefix = "encoder.layers." + std::to_string(last) + ".self_attn.";
        return attentionReceived(x, input.lengths, architecture().heads, parameter(prefix + "in_proj_weight"),
                                 parameter(prefix + "in_proj_bias"));
    }

private:
    at::Tensor encodePlain(const ClipInput& input, const at::Tensor& positions, Dropout& dropout) const {
        return maskedMean(through(input, positions, architecture().layers, dropout), input.lengths);
    }

    /// (B, T, hidden) after that many layers.
    at::Tensor through(const ClipInput& input, const at::Tensor& positions, int64_t layers, Dropout& dropout) const {
        at::Tensor x = dropout.apply(linear("projection", input.mfcc) + positions);
        for (int64_t layer = 0; layer < layers; ++layer) {
            const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
            const at::Tensor attended = selfAttention(
                x, input.lengths, architecture().heads, parameter(prefix + "self_attn.in_proj_weight"),
                parameter(prefix + "self_attn.in_proj_bias"), parameter(prefix + "self_attn.out_proj.weight"),
                parameter(prefix + "self_attn.out_proj.bias"), dropout);
            x = norm(prefix + "norm1", x + dropout.apply(attended));
            const at::Tensor inner = dropout.apply(linear(prefix + "linear1", x).relu());
            x = norm(prefix + "norm2", x + dropout.apply(linear(prefix + "linear2", inner)));
        }
        return x;
    }

    /// The same without padding. The dropouts hit the same values.
    at::Tensor encodeFast(const ClipInput& input, const at::Tensor& positions, Dropout& dropout) const {
        const int64_t frames = input.mfcc.size(1);
        const int64_t* lengths = input.lengths.data_ptr<int64_t>();
        const auto clips = c10::make_intrusive<fast::PackedClips>(
            std::vector<int64_t>(lengths, lengths + input.lengths.numel()), frames, dropout.part().first);
        const at::Tensor index = torch::tensor(clips->places) - clips->firstClip * frames;
        at::Tensor x = input.mfcc.reshape({-1, input.mfcc.size(2)}).index_select(0, index);
        x = projected("projection", x) + positions.index_select(0, index.remainder(frames));
        x = fast::dropout(x, clips, dropout.next());
        for (int64_t layer = 0; layer < architecture().layers; ++layer) {
            const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
            const auto addNormalised = [&](const char* name, const at::Tensor& added) {
                return fast::addNormalise(x, added, parameter(prefix + name + ".weight"),
                                          parameter(prefix + name + ".bias"), clips, dropout.next());
            };
            const at::Tensor queriesKeysValues = fast::linear(x, parameter(prefix + "self_attn.in_proj_weight"),
                                                              parameter(prefix + "self_attn.in_proj_bias"));
            const at::Tensor attended =
                fast::selfAttention(queriesKeysValues, clips, architecture().heads, dropout.next());
            x = addNormalised("norm1", projected(prefix + "self_attn.out_proj", attended));
            const at::Tensor inner = fast::linearRelu(x, parameter(prefix + "linear1.weight"),
                                                      parameter(prefix + "linear1.bias"), clips, dropout.next());
            x = addNormalised("norm2", projected(prefix + "linear2", inner));
        }
        std::vector<at::Tensor> means;
        for (size_t clip = 0; clip < clips->lengths.size(); ++clip)
            means.push_back(x.narrow(0, clips->firstRows[clip], clips->lengths[clip]).mean(0));
        return at::stack(means);
    }

    at::Tensor projected(const std::string& name, const at::Tensor& x) const {
        return fast::linear(x, parameter(name + ".weight"), parameter(name + ".bias"));
    }

    double fanIn(const std::string& bias) const {
        const std::string weight = bias.substr(0, bias.size() - 4) + "weight";
        return static_cast<double>(parameter(weight).size(1));
    }

    at::Tensor norm(const std::string& name, const at::Tensor& x) const {
        return at::layer_norm(x, {x.size(2)}, parameter(name + ".weight"), parameter(name + ".bias"));
    }

    const Path m_path;
    const at::Tensor m_positions; ///< (frames, hidden)
};

} // namespace

std::unique_ptr<ClipNetwork> makeSeedTransformer(const Architecture& architecture, ClipNetwork::Path path) {
    return std::make_unique<SeedTransformer>(architecture, path);
}

} // namespace ovation
