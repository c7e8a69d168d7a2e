// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/Architectures.h"

namespace ovation {

namespace {

Architecture fromHyperparameters(const Hyperparameters& hyperparameters) {
    Architecture architecture;
    architecture.id = "transformer";
    architecture.hiddenSize = hyperparameters.hiddenSize;
    architecture.layers = hyperparameters.layers;
    architecture.heads = hyperparameters.heads;
    architecture.feedForward = hyperparameters.feedForward;
    architecture.dropout = hyperparameters.dropout;
    return architecture;
}

TensorShapes tensorShapes(const Architecture& architecture) {
    TensorShapes shapes;
    const int64_t width = architecture.hiddenSize;
    appendLinear(shapes, "projection", width, architecture.mfcc);
    for (int64_t layer = 0; layer < architecture.layers; ++layer) {
        const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
        shapes.push_back({prefix + "self_attn.in_proj_weight", {3 * width, width}});
        shapes.push_back({prefix + "self_attn.in_proj_bias", {3 * width}});
        appendLinear(shapes, prefix + "self_attn.out_proj", width, width);
        appendLinear(shapes, prefix + "linear1", architecture.feedForward, width);
        appendLinear(shapes, prefix + "linear2", width, architecture.feedForward);
        for (const char* norm : {"norm1", "norm2"}) {
            shapes.push_back({prefix + norm + ".weight", {width}});
            shapes.push_back({prefix + norm + ".bias", {width}});
        }
    }
    appendClipBranchAndHead(shapes, architecture, width);
    return shapes;
}

} // namespace

ModelDescription transformer() {
    return {"transformer", "Transformer",
            "Every frame is compared with every other in several layers of attention, so that distant moments inform "
            "each other directly. It learns more slowly from little material than the recurrent network.",
            &fromHyperparameters, &tensorShapes};
}

} // namespace ovation
