// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/networks/Dropout.h"
#include "core/engine/networks/ParameterSet.h"

#include <cstdint>
#include <memory>

namespace ovation {

/// Stretches of recordings on their way through a frame network. Standardised values.
struct FrameInput {
    at::Tensor values;  ///< (B, T, bands) float
    at::Tensor lengths; ///< (B) int64 on the CPU, 1 to T: valid frames; what lies behind them has no influence
};

/// The compact frame network: four convolutions (5x5, then 3x3; strides 2x2, 2x2, 1x2, 1x2 over time and bands), each
/// with batch normalisation and ReLU -> bidirectional GRU -> one logit for every kAnswerFrames frames. Padding is
/// zeroed before every layer, so that each stretch is answered as if it stood alone. LibTorch's exceptions pass
/// through. Used by one thread at a time.
class Crnn final : public ParameterSet {
public:
    /// Zeroed tensors; `requiresGradient` for training.
    explicit Crnn(const Architecture& architecture, bool requiresGradient = false);

    enum class Mode {
        Train, ///< normalises by the batch, which must have no padding, and observes it
        Answer,
    };

    /// Logits (B, ceil(T / kAnswerFrames)); those behind a stretch's end mean nothing.
    at::Tensor forward(const FrameInput& input, Dropout& dropout, Mode mode = Mode::Answer) const;

    void initialise(uint64_t seed) override;

private:
    at::Tensor convolve(int layer, int64_t timeStride, const at::Tensor& x, const at::Tensor& lengths, Mode mode) const;
    at::Tensor recur(const at::Tensor& x, const at::Tensor& lengths, Dropout& dropout) const;
};

} // namespace ovation
