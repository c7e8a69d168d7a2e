// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/ClipNetwork.h"
#include "core/engine/networks/Layers.h"

#include <cmath>

namespace ovation {

namespace {

/// The seed's network: bidirectional LSTM -> multi-head self-attention -> mean over frames -> head.
class BilstmAttention final : public ClipNetwork {
public:
    explicit BilstmAttention(const Architecture& sizes) : ClipNetwork(sizes) {}

    void initialise(uint64_t seed) override {
        WeightFiller fill(seed);
        for (const auto& [name, tensor] : parameters()) {
            if (tensor.dim() == 1)
                fill.zero(tensor);
            else if (name.rfind("lstm.", 0) == 0)
                fill.xavierUniform(tensor);
            else
                fill.kaimingUniform(tensor);
        }
    }

protected:
    at::Tensor encode(const ClipInput& input, Dropout& dropout) const override {
        return maskedMean(attend(recur(input, dropout), input.lengths, dropout), input.lengths);
    }

private:
    /// (B, T, 2 hidden), zero behind each clip's end; the backward direction starts at each clip's last valid frame.
    at::Tensor recur(const ClipInput& input, Dropout& dropout) const {
        at::Tensor x = input.mfcc;
        const int64_t batch = x.size(0);
        const int64_t frames = x.size(1);
        const at::Tensor zeros = torch::zeros({2, batch, architecture().hiddenSize});
        for (int64_t layer = 0; layer < architecture().layers; ++layer) {
            if (layer > 0) x = dropout.apply(x);
            std::vector<at::Tensor> tensors;
            for (const char* direction : {"", "_reverse"})
                for (const char* kind : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
                    tensors.push_back(
                        parameter(std::string("lstm.") + kind + "_l" + std::to_string(layer) + direction));
            const auto [data, sizes] = at::_pack_padded_sequence(x, input.lengths, /*batch_first=*/true);
            const auto [output, hidden, cell] = at::lstm(data, sizes, {zeros, zeros}, tensors, /*has_biases=*/true,
                                                         /*num_layers=*/1, /*dropout=*/0.0, /*train=*/true,
                                                         /*bidirectional=*/true);
            x = std::get<0>(at::_pad_packed_sequence(output, sizes, /*batch_first=*/true, 0.0, frames));
        }
        return x;
    }

    at::Tensor attend(const at::Tensor& x, const at::Tensor& lengths, Dropout& dropout) const {
        return selfAttention(x, lengths, architecture().heads, parameter("attention.in_proj_weight"),
                             parameter("attention.in_proj_bias"), parameter("attention.out_proj.weight"),
                             parameter("attention.out_proj.bias"), dropout);
    }
};

} // namespace

std::unique_ptr<ClipNetwork> makeBilstmAttention(const Architecture& architecture) {
    return std::make_unique<BilstmAttention>(architecture);
}

} // namespace ovation
