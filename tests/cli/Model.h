// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Files.h"
#include "core/models/ModelBundle.h"

#include <gtest/gtest.h>

#include <string>

namespace ovation::test {

/// A small model that gives every window that is not silent the probability 1 / (1 + exp(-logit)).
inline ModelBundle constantModel(float logit = 2, const std::string& id = "bilstm-attention") {
    ModelBundle bundle;
    bundle.architecture.id = id;
    bundle.architecture.hiddenSize = 4;
    bundle.architecture.layers = 1;
    bundle.architecture.heads = 2;
    bundle.architecture.feedForward = id == "transformer" ? 8 : 0;
    for (const auto& [name, shape] : modelDescription(id)->tensorShapes(bundle.architecture)) {
        Tensor& tensor = bundle.weights[name];
        tensor.shape = shape;
        size_t count = 1;
        for (const int64_t size : shape)
            count *= static_cast<size_t>(size);
        tensor.values.assign(count, 0);
    }
    bundle.weights.at("head.2.bias").values = {0, logit};
    bundle.mfccStandardizer = {std::vector<float>(13, 0), std::vector<float>(13, 1)};
    bundle.clipStandardizer = {std::vector<float>(12, 0), std::vector<float>(12, 1)};
    bundle.datasetFingerprint = "00ff";
    bundle.metricsJson = bundle.trainingJson = "{}";
    bundle.programVersion = "1";
    return bundle;
}

inline std::string writeConstantModel(const std::string& path, float logit = 2) {
    const auto written = writeModel(path, constantModel(logit));
    EXPECT_TRUE(written) << describe(written.error());
    return path;
}

} // namespace ovation::test
