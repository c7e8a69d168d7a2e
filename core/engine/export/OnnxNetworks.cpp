// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/OnnxNetworks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ovation {

namespace {

using NetGraph = OnnxBuilder;
using NetValue = OnnxBuilder::Value;
using Shape = std::vector<int64_t>;

const Tensor& tensorOf(const ModelBundle& bundle, const std::string& name) {
    return bundle.weights.at(name);
}

/// Blocks of rows in another order: ONNX names gates differently than LibTorch.
std::vector<float> gates(const std::vector<float>& values, std::span<const int> order) {
    const size_t block = values.size() / order.size();
    std::vector<float> result;
    result.reserve(values.size());
    for (const int from : order) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(from) * block);
        result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(block));
    }
    return result;
}

constexpr std::array kLstmGates{0, 3, 1, 2}; // input, output, forget, cell
constexpr std::array kGruGates{1, 0, 2};     // update, reset, hidden

void addRecurrent(NetGraph& g, OnnxWeights& weights, const ModelBundle& bundle, const std::string& kind) {
    const std::span<const int> order =
        kind == "lstm" ? std::span<const int>(kLstmGates) : std::span<const int>(kGruGates);
    for (int64_t layer = 0; layer < bundle.architecture.layers; ++layer) {
        std::vector<float> input, recurrent, bias;
        int64_t width = 0;
        const auto append = [](std::vector<float>& to, const std::vector<float>& from) {
            to.insert(to.end(), from.begin(), from.end());
        };
        for (const char* direction : {"", "_reverse"}) {
            const std::string suffix = "_l" + std::to_string(layer) + direction;
            const Tensor& ih = tensorOf(bundle, kind + ".weight_ih" + suffix);
            width = ih.shape[1];
            append(input, gates(ih.values, order));
            append(recurrent, gates(tensorOf(bundle, kind + ".weight_hh" + suffix).values, order));
            append(bias, gates(tensorOf(bundle, kind + ".bias_ih" + suffix).values, order));
            append(bias, gates(tensorOf(bundle, kind + ".bias_hh" + suffix).values, order));
        }
        const int64_t hidden = bundle.architecture.hiddenSize;
        const int64_t rows = static_cast<int64_t>(order.size()) * hidden;
        const std::string name = kind + "." + std::to_string(layer);
        weights[name + ".w"] = g.floats(input, {2, rows, width}, name + ".w");
        weights[name + ".r"] = g.floats(recurrent, {2, rows, hidden}, name + ".r");
        weights[name + ".b"] = g.floats(bias, {2, 2 * rows}, name + ".b");
    }
}

/// The convolutions with their normalisation folded in.
void addConvolutions(NetGraph& g, OnnxWeights& weights, const ModelBundle& bundle) {
    for (int layer = 0; layer < 4; ++layer) {
        const std::string norm = "norm." + std::to_string(layer);
        const std::string conv = "conv." + std::to_string(layer);
        Tensor kernel = tensorOf(bundle, conv + ".weight");
        std::vector<float> bias;
        const size_t each = kernel.values.size() / static_cast<size_t>(kernel.shape[0]);
        for (size_t c = 0; c < static_cast<size_t>(kernel.shape[0]); ++c) {
            const auto at = [&](const char* part) {
                return static_cast<double>(tensorOf(bundle, norm + part).values[c]);
            };
            const double scale = at(".weight") / std::sqrt(at(".running_var") + 1e-5);
            for (size_t i = c * each; i < (c + 1) * each; ++i)
                kernel.values[i] = static_cast<float>(static_cast<double>(kernel.values[i]) * scale);
            bias.push_back(static_cast<float>(at(".bias") - at(".running_mean") * scale));
        }
        weights[conv + ".w"] = g.floats(kernel.values, kernel.shape, conv + ".w");
        weights[conv + ".b"] = g.floats(bias, {kernel.shape[0]}, conv + ".b");
    }
}

bool isMatrixOfLinear(const std::string& name, const Tensor& tensor) {
    return tensor.shape.size() == 2 && name.rfind("lstm.", 0) != 0 && name.rfind("gru.", 0) != 0;
}

void addStandardizer(NetGraph& g, OnnxWeights& weights, const std::string& name, const Standardizer& standardizer) {
    const auto size = static_cast<int64_t>(standardizer.mean.size());
    weights[name + ".mean"] = g.floats(standardizer.mean, {size}, name + ".mean");
    weights[name + ".deviation"] = g.floats(standardizer.deviation, {size}, name + ".deviation");
}

/// (frames, width): sines in even columns, cosines in odd ones.
std::vector<float> positionTable(int64_t frames, int64_t width) {
    std::vector<float> table;
    for (int64_t t = 0; t < frames; ++t) {
        for (int64_t c = 0; c < width; ++c) {
            const auto even = static_cast<float>(c - c % 2);
            const float rate = std::exp(even * static_cast<float>(-std::log(10000.0) / static_cast<double>(width)));
            const float angle = static_cast<float>(t) * rate;
            table.push_back(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
        }
    }
    return table;
}

class Layers {
public:
    Layers(NetGraph& graph, const Architecture& sizes, const OnnxWeights& weights)
        : g(graph), m_sizes(sizes), m_weights(weights) {}

    NetValue weight(const std::string& name) const { return m_weights.at(name); }

    NetValue linear(const std::string& name, const NetValue& x) const {
        return g.add("Add", {g.add("MatMul", {x, weight(name + ".weight")}), weight(name + ".bias")});
    }

    NetValue relu(const NetValue& x) const { return g.add("Relu", {x}); }

    NetValue standardised(const std::string& name, const NetValue& x) const {
        return g.add("Div", {g.add("Sub", {x, weight(name + ".mean")}), weight(name + ".deviation")});
    }

    /// (b, T) true behind each length.
    NetValue padding(const NetValue& lengths, const NetValue& frames) const {
        return g.add("GreaterOrEqual", {g.unsqueeze(g.range(frames), {0}), g.unsqueeze(lengths, {1})});
    }

    /// x (T, b, ...) through all layers in both directions: (T, b, 2 hidden), 0 behind each length.
    NetValue recurrent(const std::string& kind, NetValue x, const NetValue& lengths) const {
        const NetValue counts = lengths.empty() ? NetValue() : g.cast(lengths, onnx::TensorProto::INT32);
        OnnxBuilder::Attributes attributes{{"hidden_size", m_sizes.hiddenSize},
                                           {"direction", std::string("bidirectional")}};
        if (kind == "gru") attributes["linear_before_reset"] = int64_t{1};
        for (int64_t layer = 0; layer < m_sizes.layers; ++layer) {
            const std::string name = kind + "." + std::to_string(layer);
            std::vector<NetValue> inputs{x, weight(name + ".w"), weight(name + ".r"), weight(name + ".b")};
            if (!counts.empty()) inputs.push_back(counts);
            const NetValue y = g.add(kind == "gru" ? "GRU" : "LSTM", inputs, attributes); // (T, 2, b, hidden)
            x = g.reshape(g.transpose(y, {0, 2, 1, 3}), {0, 0, 2 * m_sizes.hiddenSize});
        }
        return x;
    }

    /// `hidden` (b, T) or "".
    NetValue attention(const std::string& prefix, const NetValue& x, int64_t width, const NetValue& hidden) const {
        const int64_t heads = m_sizes.heads;
        const NetValue projected =
            g.add("Add", {g.add("MatMul", {x, weight(prefix + "in_proj_weight")}), weight(prefix + "in_proj_bias")});
        const NetValue split = g.transpose(g.reshape(projected, {0, 0, 3 * heads, width / heads}), {0, 2, 1, 3});
        const auto parts =
            g.addAll("Split", {split, g.ints({heads, heads, heads})}, {{"axis", int64_t{1}}}, 3); // (b, heads, T, .)
        const float scale = 1 / std::sqrt(static_cast<float>(width / heads));
        NetValue scores =
            g.add("MatMul", {g.add("Mul", {parts[0], g.number(scale)}), g.transpose(parts[1], {0, 1, 3, 2})});
        if (!hidden.empty())
            scores = g.add("Where",
                           {g.unsqueeze(hidden, {1, 2}), g.number(-std::numeric_limits<float>::infinity()), scores});
        const NetValue mixed = g.add("MatMul", {g.add("Softmax", {scores}, {{"axis", int64_t{-1}}}), parts[2]});
        return linear(prefix + "out_proj", g.reshape(g.transpose(mixed, {0, 2, 1, 3}), {0, 0, width}));
    }

    NetValue norm(const std::string& name, const NetValue& x) const {
        return g.add("LayerNormalization", {x, weight(name + ".weight"), weight(name + ".bias")},
                     {{"axis", int64_t{-1}}, {"epsilon", 1e-5F}});
    }

private:
    NetGraph& g;
    const Architecture& m_sizes;
    const OnnxWeights& m_weights;
};

NetValue bilstmEncoded(NetGraph& g, const Architecture& sizes, const Layers& layers, const NetValue& x,
                       const NetValue& lengths, const NetValue& hidden) {
    const NetValue read = layers.recurrent("lstm", g.transpose(x, {1, 0, 2}), lengths);
    return layers.attention("attention.", g.transpose(read, {1, 0, 2}), 2 * sizes.hiddenSize, hidden);
}

NetValue transformerEncoded(NetGraph& g, const Architecture& sizes, const Layers& layers, NetValue x,
                            const NetValue& frames, const NetValue& hidden) {
    x = g.add("Add", {layers.linear("projection", x), g.slice(layers.weight("positions"), 0, g.ints({0}), frames)});
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
        const NetValue attended = layers.attention(prefix + "self_attn.", x, sizes.hiddenSize, hidden);
        x = layers.norm(prefix + "norm1", g.add("Add", {x, attended}));
        const NetValue inner = layers.relu(layers.linear(prefix + "linear1", x));
        x = layers.norm(prefix + "norm2", g.add("Add", {x, layers.linear(prefix + "linear2", inner)}));
    }
    return x;
}

} // namespace

OnnxWeights onnxWeights(NetGraph& g, const ModelBundle& bundle) {
    OnnxWeights weights;
    const Architecture& sizes = bundle.architecture;
    for (const auto& [name, tensor] : bundle.weights) {
        if (isMatrixOfLinear(name, tensor)) {
            const int64_t rows = tensor.shape[0];
            const int64_t columns = tensor.shape[1];
            std::vector<float> transposed(tensor.values.size());
            for (int64_t r = 0; r < rows; ++r)
                for (int64_t c = 0; c < columns; ++c)
                    transposed[static_cast<size_t>(c * rows + r)] = tensor.values[static_cast<size_t>(r * columns + c)];
            weights[name] = g.floats(transposed, {columns, rows}, name);
        } else if (tensor.shape.size() == 1 && name.rfind("lstm.", 0) != 0 && name.rfind("gru.", 0) != 0 &&
                   !(isFrameModel(sizes.id) && name.rfind("norm.", 0) == 0)) {
            weights[name] = g.floats(tensor.values, tensor.shape, name);
        }
    }
    if (sizes.id == "bilstm-attention") addRecurrent(g, weights, bundle, "lstm");
    if (sizes.id == "transformer")
        weights["positions"] =
            g.floats(positionTable(sizes.frames, sizes.hiddenSize), {sizes.frames, sizes.hiddenSize}, "positions");
    if (isFrameModel(sizes.id)) {
        addRecurrent(g, weights, bundle, "gru");
        addConvolutions(g, weights, bundle);
        addStandardizer(g, weights, "log_mel", bundle.logMelStandardizer);
    } else {
        addStandardizer(g, weights, "mfcc_standardizer", bundle.mfccStandardizer);
        addStandardizer(g, weights, "clip_standardizer", bundle.clipStandardizer);
    }
    return weights;
}

NetValue onnxClipNetwork(NetGraph& g, const Architecture& sizes, const OnnxWeights& weights, const NetValue& mfcc,
                         const NetValue& clipValues, const NetValue& lengths) {
    const Layers layers(g, sizes, weights);
    const NetValue frames = g.sizeOf(mfcc, 1);
    NetValue x = layers.standardised("mfcc_standardizer", mfcc);
    NetValue hidden, hiddenRows;
    if (!lengths.empty()) {
        hidden = layers.padding(lengths, frames);
        hiddenRows = g.unsqueeze(hidden, {2});
        x = g.add("Where", {hiddenRows, g.number(0), x});
    }
    const NetValue encoded = sizes.id == "transformer" ? transformerEncoded(g, sizes, layers, x, frames, hidden)
                                                       : bilstmEncoded(g, sizes, layers, x, lengths, hidden);
    const NetValue pooled = lengths.empty()
                                ? g.reduced("ReduceMean", encoded, {1})
                                : g.add("Div", {g.sum(g.add("Where", {hiddenRows, g.number(0), encoded}), 1),
                                                g.unsqueeze(g.cast(lengths, onnx::TensorProto::FLOAT), {1})});
    NetValue clip = layers.relu(layers.linear("clip.0", layers.standardised("clip_standardizer", clipValues)));
    clip = layers.relu(layers.linear("clip.1", clip));
    NetValue y = g.concat({pooled, clip}, 1);
    y = layers.relu(layers.linear("head.0", y));
    y = layers.relu(layers.linear("head.1", y));
    return g.add("Softmax", {layers.linear("head.2", y)}, {{"axis", int64_t{1}}});
}

NetValue onnxFrameNetwork(NetGraph& g, const Architecture& sizes, const OnnxWeights& weights, const NetValue& logMel,
                          const NetValue& lengths) {
    const Layers layers(g, sizes, weights);
    NetValue valid = lengths;
    const auto withoutPadding = [&](const NetValue& x) {
        if (valid.empty()) return x;
        const NetValue hidden = g.unsqueeze(layers.padding(valid, g.sizeOf(x, 2)), {1, 3});
        return g.add("Where", {hidden, g.number(0), x});
    };
    NetValue x = withoutPadding(g.unsqueeze(layers.standardised("log_mel", logMel), {1}));
    for (int layer = 0; layer < 4; ++layer) {
        const std::string name = "conv." + std::to_string(layer);
        const int64_t kernel = layer == 0 ? 5 : 3;
        const int64_t pad = kernel / 2;
        const int64_t stride = layer < 2 ? 2 : 1;
        if (stride == 2 && !valid.empty()) valid = g.add("Div", {g.add("Add", {valid, g.ints({1})}), g.ints({2})});
        x = g.add("Conv", {x, layers.weight(name + ".w"), layers.weight(name + ".b")},
                  {{"kernel_shape", Shape{kernel, kernel}},
                   {"pads", Shape{pad, pad, pad, pad}},
                   {"strides", Shape{stride, 2}}});
        x = withoutPadding(layers.relu(x));
    }
    int64_t bands = sizes.bands;
    for (int layer = 0; layer < 4; ++layer)
        bands = (bands + 1) / 2;
    x = g.reshape(g.transpose(x, {2, 0, 1, 3}), {0, 0, sizes.channels * bands});
    x = layers.recurrent("gru", x, valid);
    const NetValue answers =
        g.add("Sigmoid", {g.transpose(g.squeeze(layers.linear("head", x), {2}), {1, 0})}); // (b, T')
    if (valid.empty()) return answers;
    return g.add("Where", {layers.padding(valid, g.sizeOf(answers, 1)), g.number(0), answers});
}

} // namespace ovation
