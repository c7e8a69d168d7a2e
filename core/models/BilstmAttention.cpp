// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/Architectures.h"

namespace ovation {

namespace {

Architecture fromHyperparameters(const Hyperparameters& hyperparameters) {
    Architecture architecture;
    architecture.id = "bilstm-attention";
    architecture.hiddenSize = hyperparameters.hiddenSize;
    architecture.layers = hyperparameters.layers;
    architecture.heads = hyperparameters.heads;
    architecture.feedForward = 0;
    architecture.dropout = hyperparameters.dropout;
    return architecture;
}

TensorShapes tensorShapes(const Architecture& architecture) {
    TensorShapes shapes;
    const int64_t hidden = architecture.hiddenSize;
    const int64_t gates = 4 * hidden;
    const int64_t width = 2 * hidden;
    for (int64_t layer = 0; layer < architecture.layers; ++layer) {
        const int64_t inputs = layer == 0 ? architecture.mfcc : width;
        for (const char* direction : {"", "_reverse"}) {
            const std::string suffix = "_l" + std::to_string(layer) + direction;
            shapes.push_back({"lstm.weight_ih" + suffix, {gates, inputs}});
            shapes.push_back({"lstm.weight_hh" + suffix, {gates, hidden}});
            shapes.push_back({"lstm.bias_ih" + suffix, {gates}});
            shapes.push_back({"lstm.bias_hh" + suffix, {gates}});
        }
    }
    shapes.push_back({"attention.in_proj_weight", {3 * width, width}});
    shapes.push_back({"attention.in_proj_bias", {3 * width}});
    appendLinear(shapes, "attention.out_proj", width, width);
    appendClipBranchAndHead(shapes, architecture, width);
    return shapes;
}

} // namespace

ModelDescription bilstmAttention() {
    return {"bilstm-attention", "BiLSTM with attention",
            "Two recurrent networks read the frames forwards and backwards, and attention weighs the moments against "
            "each other. The twelve values of the whole clip join in before the decision.",
            &fromHyperparameters, &tensorShapes};
}

} // namespace ovation
