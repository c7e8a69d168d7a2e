// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/ClipNetwork.h"

#include <algorithm>

namespace ovation {

ClipNetwork::ClipNetwork(Architecture architecture) : m_architecture(std::move(architecture)) {
    const ModelDescription* description = modelDescription(m_architecture.id);
    TORCH_CHECK(description, "there is no architecture called ", m_architecture.id);
    for (const auto& [name, shape] : description->tensorShapes(m_architecture))
        m_parameters.emplace_back(name, torch::zeros(shape, torch::kFloat32));
}

std::unique_ptr<ClipNetwork> ClipNetwork::make(const Architecture& architecture, bool requiresGradient, Path path) {
    std::unique_ptr<ClipNetwork> network;
    if (architecture.id == "bilstm-attention") network = makeBilstmAttention(architecture, path);
    if (architecture.id == "transformer") network = makeSeedTransformer(architecture, path);
    TORCH_CHECK(network, "there is no network for the architecture ", architecture.id);
    for (auto& [name, tensor] : network->m_parameters)
        tensor.set_requires_grad(requiresGradient);
    return network;
}

const at::Tensor& ClipNetwork::parameter(const std::string& name) const {
    const auto found =
        std::find_if(m_parameters.begin(), m_parameters.end(), [&](const auto& entry) { return entry.first == name; });
    TORCH_CHECK(found != m_parameters.end(), "the network has no tensor ", name);
    return found->second;
}

int64_t ClipNetwork::parameterCount() const {
    int64_t count = 0;
    for (const auto& [name, tensor] : m_parameters)
        count += tensor.numel();
    return count;
}

TensorMap ClipNetwork::weights() const {
    TensorMap result;
    for (const auto& [name, tensor] : m_parameters) {
        const float* values = tensor.data_ptr<float>();
        result[name] = Tensor{tensor.sizes().vec(), std::vector<float>(values, values + tensor.numel())};
    }
    return result;
}

void ClipNetwork::setWeights(const TensorMap& weights) {
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

at::Tensor ClipNetwork::linear(const std::string& name, const at::Tensor& x) const {
    return at::linear(x, parameter(name + ".weight"), parameter(name + ".bias"));
}

at::Tensor ClipNetwork::forward(const ClipInput& input, Dropout& dropout) const {
    const int64_t longest = std::max(input.lengths.max().item<int64_t>(), dropout.part().frames);
    TORCH_CHECK(input.lengths.min().item<int64_t>() >= 1 && longest <= input.mfcc.size(1),
                "a clip's length is outside its frames");
    // Longest first, and cut to the longest: the padded length has no influence at all.
    const auto [lengths, order] = input.lengths.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
    const at::Tensor padding = frameMask(lengths, longest).logical_not().unsqueeze(2);
    const ClipInput sorted{input.mfcc.narrow(1, 0, longest).index_select(0, order).masked_fill(padding, 0),
                           input.clipValues.index_select(0, order), lengths};
    const at::Tensor logits = head(encode(sorted, dropout), sorted.clipValues, dropout);
    return logits.index_select(0, order.argsort());
}

at::Tensor ClipNetwork::head(const at::Tensor& pooled, const at::Tensor& clipValues, Dropout& dropout) const {
    const at::Tensor clip = linear("clip.1", dropout.apply(linear("clip.0", clipValues).relu())).relu();
    at::Tensor x = at::cat({pooled, clip}, 1);
    x = dropout.apply(linear("head.0", x).relu());
    x = dropout.apply(linear("head.1", x).relu());
    return linear("head.2", x);
}

at::Tensor frameMask(const at::Tensor& lengths, int64_t frames) {
    return at::arange(frames, lengths.options()).unsqueeze(0) < lengths.unsqueeze(1);
}

at::Tensor maskedMean(const at::Tensor& x, const at::Tensor& lengths) {
    const at::Tensor mask = frameMask(lengths, x.size(1)).unsqueeze(2);
    return x.masked_fill(mask.logical_not(), 0).sum(1) / lengths.unsqueeze(1);
}

} // namespace ovation
