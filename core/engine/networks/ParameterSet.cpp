// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/ParameterSet.h"

#include <algorithm>

namespace ovation {

ParameterSet::ParameterSet(Architecture architecture) : m_architecture(std::move(architecture)) {
    const ModelDescription* description = modelDescription(m_architecture.id);
    TORCH_CHECK(description, "there is no architecture called ", m_architecture.id);
    for (const auto& [name, shape] : description->tensorShapes(m_architecture))
        m_parameters.emplace_back(name, torch::zeros(shape, torch::kFloat32));
}

const at::Tensor& ParameterSet::parameter(const std::string& name) const {
    const auto found =
        std::find_if(m_parameters.begin(), m_parameters.end(), [&](const auto& entry) { return entry.first == name; });
    TORCH_CHECK(found != m_parameters.end(), "the network has no tensor ", name);
    return found->second;
}

std::vector<std::pair<std::string, at::Tensor>> ParameterSet::trainable() const {
    std::vector<std::pair<std::string, at::Tensor>> result;
    for (const auto& entry : m_parameters)
        if (!isObserved(entry.first)) result.push_back(entry);
    return result;
}

int64_t ParameterSet::parameterCount() const {
    return ovation::parameterCount(m_architecture);
}

TensorMap ParameterSet::weights() const {
    TensorMap result;
    for (const auto& [name, tensor] : m_parameters) {
        const float* values = tensor.data_ptr<float>();
        result[name] = Tensor{tensor.sizes().vec(), std::vector<float>(values, values + tensor.numel())};
    }
    return result;
}

void ParameterSet::setWeights(const TensorMap& weights) {
    const torch::NoGradGuard noGradient;
    for (auto& [name, tensor] : m_parameters) {
        const auto found = weights.find(name);
        TORCH_CHECK(found != weights.end(), "the tensor ", name, " is missing");
        const Tensor& source = found->second;
        TORCH_CHECK(tensor.sizes() == at::IntArrayRef(source.shape) &&
                        static_cast<int64_t>(source.values.size()) == tensor.numel(),
                    "the tensor ", name, " has another shape");
        std::copy(source.values.begin(), source.values.end(), tensor.data_ptr<float>());
    }
}

at::Tensor ParameterSet::linear(const std::string& name, const at::Tensor& x) const {
    return at::linear(x, parameter(name + ".weight"), parameter(name + ".bias"));
}

void ParameterSet::requireGradient(bool required) {
    for (auto& [name, tensor] : m_parameters)
        tensor.set_requires_grad(required && !isObserved(name));
}

} // namespace ovation
