// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/LogMel.h"
#include "core/models/Architectures.h"

namespace ovation {

namespace {

Architecture fromHyperparameters(const Hyperparameters& hyperparameters) {
    Architecture architecture;
    architecture.id = "crnn";
    architecture.bands = LogMelOptions{}.bands;
    architecture.channels = hyperparameters.channels;
    architecture.hiddenSize = hyperparameters.hiddenSize;
    architecture.layers = hyperparameters.layers;
    architecture.dropout = hyperparameters.dropout;
    return architecture;
}

TensorShapes tensorShapes(const Architecture& architecture) {
    TensorShapes shapes;
    int64_t inputs = 1;
    int64_t bands = architecture.bands;
    const int64_t widest = architecture.channels;
    const int64_t channels[] = {widest / 4, widest / 2, widest, widest};
    for (size_t layer = 0; layer < 4; ++layer) {
        const int64_t outputs = channels[layer];
        const int64_t kernel = layer == 0 ? 5 : 3;
        shapes.push_back({"conv." + std::to_string(layer) + ".weight", {outputs, inputs, kernel, kernel}});
        // Batch normalisation: what is learnt, and what is observed of the inputs.
        for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
            shapes.push_back({"norm." + std::to_string(layer) + part, {outputs}});
        inputs = outputs;
        bands = (bands + 1) / 2;
    }
    const int64_t hidden = architecture.hiddenSize;
    for (int64_t layer = 0; layer < architecture.layers; ++layer) {
        const int64_t width = layer == 0 ? inputs * bands : 2 * hidden;
        for (const char* direction : {"", "_reverse"}) {
            const std::string suffix = "_l" + std::to_string(layer) + direction;
            shapes.push_back({"gru.weight_ih" + suffix, {3 * hidden, width}});
            shapes.push_back({"gru.weight_hh" + suffix, {3 * hidden, hidden}});
            shapes.push_back({"gru.bias_ih" + suffix, {3 * hidden}});
            shapes.push_back({"gru.bias_hh" + suffix, {3 * hidden}});
        }
    }
    appendLinear(shapes, "head", 1, 2 * hidden);
    return shapes;
}

} // namespace

ModelDescription crnn() {
    return {
        "crnn",
        "Compact frame network",
        "Four small convolutions and a recurrent network in both directions answer for every 80 ms of a recording, "
        "so that boundaries are exact and hours of audio take seconds. It learns from examples that are mixed afresh "
        "for every step.",
        &fromHyperparameters,
        &tensorShapes,
        AnswersFor::Frames};
}

} // namespace ovation
