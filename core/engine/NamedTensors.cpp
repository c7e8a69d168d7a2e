// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/NamedTensors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ovation {

std::vector<at::Tensor> tensorsOf(const NamedTensors& pairs) {
    std::vector<at::Tensor> result;
    for (const auto& [name, tensor] : pairs)
        result.push_back(tensor);
    return result;
}

TensorMap named(const std::vector<at::Tensor>& tensors, const NamedTensors& like) {
    TensorMap result;
    for (size_t i = 0; i < tensors.size(); ++i) {
        const at::Tensor& tensor = tensors[i];
        const float* values = tensor.data_ptr<float>();
        result[like[i].first] = Tensor{tensor.sizes().vec(), std::vector<float>(values, values + tensor.numel())};
    }
    return result;
}

std::vector<at::Tensor> unnamed(const TensorMap& map, const NamedTensors& like) {
    std::vector<at::Tensor> result;
    if (map.empty()) return result;
    for (const auto& [name, parameter] : like) {
        const auto found = map.find(name);
        TORCH_CHECK(found != map.end() && static_cast<int64_t>(found->second.values.size()) == parameter.numel(),
                    "the checkpoint does not fit the network");
        at::Tensor tensor = torch::empty(parameter.sizes(), torch::kFloat32);
        std::copy(found->second.values.begin(), found->second.values.end(), tensor.data_ptr<float>());
        result.push_back(tensor);
    }
    return result;
}

} // namespace ovation
