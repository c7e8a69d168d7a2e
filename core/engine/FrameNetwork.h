// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"
#include "core/engine/networks/Crnn.h"

namespace ovation {

/// A frame network that answers; on as many threads as the calling thread has set.
class FrameNetwork final : public Network {
public:
    /// `network` outlives it.
    explicit FrameNetwork(const Crnn& network) : m_network(network) {}

    int64_t parameterCount() const override { return m_network.parameterCount(); }
    TensorMap weights() const override { return m_network.weights(); }
    Result<std::vector<float>> probabilities(const ClipBatch& batch) override;
    Result<std::vector<float>> frameProbabilities(const FrameBatch& batch) override;

private:
    const Crnn& m_network;
};

} // namespace ovation
