// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Lstm.h"
#include "core/engine/fast/PooledAttention.h"
#include "core/engine/networks/ClipNetwork.h"
#include "core/engine/networks/Layers.h"

#include <cmath>

namespace ovation {

namespace {

/// The seed's network: bidirectional LSTM -> multi-head self-attention -> mean over frames -> head.
class BilstmAttention final : public ClipNetwork {
public:
    BilstmAttention(const Architecture& sizes, Path path) : ClipNetwork(sizes), m_path(path) {}

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
        if (m_path == Path::Fast) return encodeFast(input, dropout);
        return maskedMean(attended(recur(input, dropout), input.lengths, dropout), input.lengths);
    }

    at::Tensor attend(const ClipInput& input) const override {
        Dropout none;
        return attentionReceived(recur(input, none), input.lengths, architecture().heads,
                                 parameter("attention.in_proj_weight"), parameter("attention.in_proj_bias"));
    }

private:
    at::Tensor encodeFast(const ClipInput& input, Dropout& dropout) const {
        const int64_t* values = input.lengths.data_ptr<int64_t>();
        const std::vector<int64_t> lengths(values, values + input.lengths.numel());
        at::Tensor x = input.mfcc.transpose(0, 1);
        for (int64_t layer = 0; layer < architecture().layers; ++layer) {
            if (layer > 0) x = dropout.apply(x, /*clipDimension=*/1);
            const std::string suffix = "_l" + std::to_string(layer);
            x = fast::bidirectionalLstm(x, lengths, direction(suffix), direction(suffix + "_reverse"));
        }
        const at::Tensor pooled =
            fast::pooledAttention(x, lengths, parameter("attention.in_proj_weight"),
                                  parameter("attention.in_proj_bias"), architecture().heads, dropout.next());
        return linear("attention.out_proj", pooled);
    }

    fast::LstmWeights direction(const std::string& suffix) const {
        return {parameter("lstm.weight_ih" + suffix), parameter("lstm.weight_hh" + suffix),
                parameter("lstm.bias_ih" + suffix), parameter("lstm.bias_hh" + suffix)};
    }

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

    at::Tensor attended(const at::Tensor& x, const at::Tensor& lengths, Dropout& dropout) const {
        return selfAttention(x, lengths, architecture().heads, parameter("attention.in_proj_weight"),
                             parameter("attention.in_proj_bias"), parameter("attention.out_proj.weight"),
                             parameter("attention.out_proj.bias"), dropout);
    }

    const Path m_path;
};

} // namespace

std::unique_ptr<ClipNetwork> makeBilstmAttention(const Architecture& architecture, ClipNetwork::Path path) {
    return std::make_unique<BilstmAttention>(architecture, path);
}

} // namespace ovation
