// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/Crnn.h"

#include "core/engine/fast/Gru.h"
#include "core/engine/networks/ClipNetwork.h"
#include "core/engine/networks/Layers.h"

#include <cmath>

namespace ovation {

namespace {

/// x (B, C, T, F) with 0 behind each length.
at::Tensor withoutPadding(const at::Tensor& x, const at::Tensor& lengths) {
    if (lengths.min().item<int64_t>() >= x.size(2)) return x;
    return x.masked_fill(frameMask(lengths, x.size(2)).logical_not().view({x.size(0), 1, x.size(2), 1}), 0);
}

constexpr double kMomentum = 0.1; ///< of the observed means and variances
constexpr double kNormEpsilon = 1e-5;

at::Tensor halved(const at::Tensor& lengths) {
    return at::floor_divide(lengths + 1, 2);
}

} // namespace

Crnn::Crnn(const Architecture& architecture, bool requiresGradient) : ParameterSet(architecture) {
    TORCH_CHECK(isFrameModel(architecture.id), "there is no frame network for the architecture ", architecture.id);
    requireGradient(requiresGradient);
}

void Crnn::initialise(uint64_t seed) {
    WeightFiller fill(seed);
    const double recurrentBound = 1 / std::sqrt(static_cast<double>(architecture().hiddenSize));
    for (const auto& [name, tensor] : parameters()) {
        if (name.rfind("gru.", 0) == 0)
            fill.uniform(tensor, recurrentBound);
        else if (name.ends_with(".running_var") || (name.rfind("norm.", 0) == 0 && name.ends_with(".weight")))
            fill.one(tensor);
        else if (tensor.dim() == 1)
            fill.zero(tensor);
        else if (name == "head.weight")
            fill.xavierUniform(tensor);
        else // He's, for ReLU: fan in is the number of values that one output is made of
            fill.uniform(tensor, std::sqrt(6.0 / static_cast<double>(tensor.numel() / tensor.size(0))));
    }
}

at::Tensor Crnn::convolve(int layer, int64_t timeStride, const at::Tensor& x, const at::Tensor& lengths,
                          Mode mode) const {
    const std::string place = std::to_string(layer);
    const at::Tensor weight = parameter("conv." + place + ".weight").contiguous(at::MemoryFormat::ChannelsLast);
    const int64_t padding = weight.size(2) / 2;
    const at::Tensor y = at::conv2d(x, weight, {}, {timeStride, 2}, {padding, padding});
    const std::string norm = "norm." + place;
    return withoutPadding(at::batch_norm(y, parameter(norm + ".weight"), parameter(norm + ".bias"),
                                         parameter(norm + ".running_mean"), parameter(norm + ".running_var"),
                                         mode == Mode::Train, kMomentum, kNormEpsilon, false)
                              .relu_(),
                          lengths);
}

at::Tensor Crnn::recur(const at::Tensor& x, const at::Tensor& lengths, Dropout& dropout) const {
    const int64_t* values = lengths.data_ptr<int64_t>();
    const std::vector<int64_t> counts(values, values + lengths.numel());
    const auto direction = [&](const std::string& suffix) -> fast::GruWeights {
        return {parameter("gru.weight_ih" + suffix), parameter("gru.weight_hh" + suffix),
                parameter("gru.bias_ih" + suffix), parameter("gru.bias_hh" + suffix)};
    };
    at::Tensor y = x;
    for (int64_t layer = 0; layer < architecture().layers; ++layer) {
        y = dropout.apply(y, /*clipDimension=*/1);
        const std::string suffix = "_l" + std::to_string(layer);
        y = fast::bidirectionalGru(y, counts, direction(suffix), direction(suffix + "_reverse"));
    }
    return dropout.apply(y, /*clipDimension=*/1);
}

at::Tensor Crnn::forward(const FrameInput& input, Dropout& dropout, Mode mode) const {
    const int64_t batch = input.values.size(0);
    TORCH_CHECK(input.lengths.min().item<int64_t>() >= 1 && input.lengths.max().item<int64_t>() <= input.values.size(1),
                "a stretch's length is outside its frames");
    at::Tensor lengths = input.lengths;
    // Channels side by side: oneDNN's convolutions are about twice as fast so.
    at::Tensor x = withoutPadding(input.values.unsqueeze(1), lengths).contiguous(at::MemoryFormat::ChannelsLast);
    lengths = halved(lengths);
    x = convolve(0, 2, x, lengths, mode);
    lengths = halved(lengths);
    x = convolve(1, 2, x, lengths, mode);
    x = convolve(2, 1, x, lengths, mode);
    x = convolve(3, 1, x, lengths, mode); // (B, C, T', F)
    const int64_t frames = x.size(2);
    x = x.permute({2, 0, 1, 3}).reshape({frames, batch, -1});
    x = recur(x, lengths.contiguous(), dropout); // (T', B, 2 hidden)
    return linear("head", x).squeeze(2).transpose(0, 1);
}

} // namespace ovation
