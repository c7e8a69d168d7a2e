// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace ovation {

/// AdamW, Adam or SGD with momentum, with the semantics of torch.optim (Adam and SGD add weight decay to the gradient,
/// AdamW shrinks the weights). One pass over memory for each step; results do not depend on the number of threads.
class Optimizer {
public:
    Optimizer(const Hyperparameters& hyperparameters, std::vector<at::Tensor> parameters);

    /// Norm of all gradients together, before clipping. Where it exceeds `largest` (> 0), the next step scales them to
    /// it.
    double clipGradients(double largest);

    /// Updates the parameters from their gradients and clears these.
    void step();

    double learningRate = 0;
    int64_t steps = 0;
    /// Moments, empty before the first step: (first, second) for Adam, (momentum, none) for SGD. In the parameters'
    /// order.
    std::vector<at::Tensor> first;
    std::vector<at::Tensor> second;

private:
    enum class Kind { AdamW, Adam, Sgd };

    Kind m_kind = Kind::AdamW;
    double m_beta1, m_beta2, m_momentum, m_weightDecay;
    float m_clip = 1; ///< what the next step multiplies gradients by
    std::vector<at::Tensor> m_parameters;
};

} // namespace ovation
