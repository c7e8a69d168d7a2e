// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelBundle.h"
#include "core/models/ModelRegistry.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ovation {

/// A network's tensors: those that the registry's tensorShapes() lists, under the same names.
class ParameterSet {
public:
    virtual ~ParameterSet() = default;

    const Architecture& architecture() const { return m_architecture; }
    /// In the registry's order.
    const std::vector<std::pair<std::string, at::Tensor>>& parameters() const { return m_parameters; }
    const at::Tensor& parameter(const std::string& name) const;
    /// Those that are learnt, and not merely observed.
    std::vector<std::pair<std::string, at::Tensor>> trainable() const;
    int64_t parameterCount() const; ///< of values that are learnt

    /// Fresh weights, a function of the seed alone.
    virtual void initialise(uint64_t seed) = 0;

    /// Copies of the weights, and back. Shapes must fit.
    TensorMap weights() const;
    void setWeights(const TensorMap& weights);

protected:
    explicit ParameterSet(Architecture architecture); ///< zeroed tensors
    void requireGradient(bool required);

    /// x W^T + b with the tensors NAME.weight and NAME.bias.
    at::Tensor linear(const std::string& name, const at::Tensor& x) const;

private:
    Architecture m_architecture;
    std::vector<std::pair<std::string, at::Tensor>> m_parameters;
};

} // namespace ovation
