// SPDX-License-Identifier: GPL-3.0-or-later

// The fast GRU against LibTorch's own.

#include "core/engine/fast/Gru.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

using namespace ovation;

namespace {

double relativeError(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>() / std::max(1e-3, b.abs().max().item<double>());
}

void compare(int64_t batch, int64_t frames, const std::vector<int64_t>& lengths) {
    torch::manual_seed(batch * 1000 + frames);
    constexpr int64_t kInput = 10, kHidden = 9;
    torch::nn::GRU reference(torch::nn::GRUOptions(kInput, kHidden).bidirectional(true));
    std::vector<at::Tensor> own;
    for (const auto& parameter : reference->parameters())
        own.push_back(parameter.detach().clone().set_requires_grad(true));
    const at::Tensor x = torch::randn({frames, batch, kInput}), weight = torch::randn({frames, batch, 2 * kHidden});
    const at::Tensor a = x.clone().set_requires_grad(true), b = x.clone().set_requires_grad(true);

    namespace rnn = torch::nn::utils::rnn;
    const auto packed = rnn::pack_padded_sequence(a, torch::tensor(lengths), false, /*enforce_sorted=*/false);
    const at::Tensor expected = std::get<0>(
        rnn::pad_packed_sequence(std::get<0>(reference->forward_with_packed_input(packed)), false, 0.0, frames));
    const fast::GruWeights forward{own[0], own[1], own[2], own[3]}, reverse{own[4], own[5], own[6], own[7]};
    const at::Tensor output = fast::bidirectionalGru(b, lengths, forward, reverse);
    EXPECT_LT(relativeError(output.detach(), expected.detach()), 1e-5);
    (expected * weight).sum().backward();
    (output * weight).sum().backward();
    EXPECT_LT(relativeError(b.grad(), a.grad()), 1e-5);
    for (size_t i = 0; i < own.size(); ++i)
        EXPECT_LT(relativeError(own[i].grad(), reference->parameters()[i].grad()), 1e-5) << i;
    const torch::NoGradGuard noGradient;
    EXPECT_TRUE(torch::equal(fast::bidirectionalGru(x, lengths, forward, reverse), output));
}

} // namespace

TEST(Gru, EqualsLibTorchsForwardsAndBackwards) {
    compare(1, 1, {1});
    compare(1, 7, {7});
    compare(5, 30, {30, 1, 17, 30, 29});
    compare(16, 125, std::vector<int64_t>(16, 125));
}
