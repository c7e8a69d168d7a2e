// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/ClipNetwork.h"

#include <algorithm>

namespace ovation {

std::unique_ptr<ClipNetwork> ClipNetwork::make(const Architecture& architecture, bool requiresGradient, Path path) {
    std::unique_ptr<ClipNetwork> network;
    if (architecture.id == "bilstm-attention") network = makeBilstmAttention(architecture, path);
    if (architecture.id == "transformer") network = makeSeedTransformer(architecture, path);
    TORCH_CHECK(network, "there is no network for the architecture ", architecture.id);
    network->requireGradient(requiresGradient);
    return network;
}

/// Longest first, and cut to the longest: the padded length has no influence at all.
ClipInput ClipNetwork::sorted(const ClipInput& input, int64_t longest, at::Tensor& order) const {
    TORCH_CHECK(input.lengths.min().item<int64_t>() >= 1 && longest <= input.mfcc.size(1),
                "a clip's length is outside its frames");
    const auto [lengths, places] = input.lengths.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
    order = places;
    const at::Tensor padding = frameMask(lengths, longest).logical_not().unsqueeze(2);
    return {input.mfcc.narrow(1, 0, longest).index_select(0, order).masked_fill(padding, 0),
            input.clipValues.index_select(0, order), lengths};
}

at::Tensor ClipNetwork::forward(const ClipInput& input, Dropout& dropout) const {
    const int64_t longest = std::max(input.lengths.max().item<int64_t>(), dropout.part().frames);
    at::Tensor order;
    const ClipInput clips = sorted(input, longest, order);
    const at::Tensor logits = head(encode(clips, dropout), clips.clipValues, dropout);
    return logits.index_select(0, order.argsort());
}

at::Tensor ClipNetwork::attention(const ClipInput& input) const {
    const int64_t longest = input.lengths.max().item<int64_t>();
    at::Tensor order;
    const ClipInput clips = sorted(input, longest, order);
    const at::Tensor received = attend(clips).index_select(0, order.argsort());
    return at::constant_pad_nd(received, {0, input.mfcc.size(1) - longest});
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
