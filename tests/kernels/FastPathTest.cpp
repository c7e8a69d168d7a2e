// SPDX-License-Identifier: GPL-3.0-or-later

// The fast functions against LibTorch's own modules. The one test program that links LibTorch.

#include "core/engine/networks/ClipNetwork.h"
#include "tests/kernels/RelativeDifference.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

using namespace ovation;
using ovation::test::relativeDifference;

namespace {

Architecture architectureOf(int64_t hidden, int64_t heads) {
    Hyperparameters values;
    values.hiddenSize = hidden;
    values.heads = heads;
    values.dropout = 0;
    const auto architecture = architectureFor(values);
    EXPECT_TRUE(architecture);
    return *architecture;
}

/// The seed's network put together from nn::LSTM, nn::MultiheadAttention and nn::Linear.
struct Reference {
    Reference(const Architecture& sizes, const ClipNetwork& network)
        : hidden(sizes.hiddenSize),
          lstm(torch::nn::LSTMOptions(sizes.mfcc, hidden)
                   .num_layers(sizes.layers)
                   .batch_first(true)
                   .bidirectional(true)),
          attention(torch::nn::MultiheadAttentionOptions(2 * hidden, sizes.heads)) {
        for (const auto& [name, tensor] : network.parameters()) {
            at::Tensor own;
            if (name.rfind("lstm.", 0) == 0) own = lstm->named_parameters()[name.substr(5)];
            if (name.rfind("attention.", 0) == 0) own = attention->named_parameters()[name.substr(10)];
            if (own.defined()) {
                const torch::NoGradGuard noGradient;
                own.copy_(tensor);
            } else {
                own = tensor.detach().clone().set_requires_grad(true);
            }
            parameters.emplace_back(name, own);
        }
    }

    const at::Tensor& at(const std::string& wanted) const {
        for (const auto& [name, tensor] : parameters)
            if (name == wanted) return tensor;
        throw std::out_of_range(wanted);
    }
    at::Tensor linear(const std::string& name, const at::Tensor& x) const {
        return at::linear(x, at(name + ".weight"), at(name + ".bias"));
    }

    at::Tensor forward(const ClipInput& input) {
        namespace rnn = torch::nn::utils::rnn;
        const int64_t frames = input.mfcc.size(1);
        const auto packed = rnn::pack_padded_sequence(input.mfcc, input.lengths, true, /*enforce_sorted=*/false);
        const auto output = std::get<0>(lstm->forward_with_packed_input(packed));
        at::Tensor x = std::get<0>(rnn::pad_packed_sequence(output, true, 0.0, frames)).transpose(0, 1);
        const at::Tensor padding = frameMask(input.lengths, frames).logical_not();
        x = std::get<0>(attention->forward(x, x, x, padding, /*need_weights=*/false)).transpose(0, 1);
        const at::Tensor clip = linear("clip.1", linear("clip.0", input.clipValues).relu()).relu();
        x = at::cat({maskedMean(x, input.lengths), clip}, 1);
        return linear("head.2", linear("head.1", linear("head.0", x).relu()).relu());
    }

    int64_t hidden;
    torch::nn::LSTM lstm;
    torch::nn::MultiheadAttention attention;
    std::vector<std::pair<std::string, at::Tensor>> parameters;
};

class Paths : public testing::TestWithParam<std::tuple<ClipNetwork::Path, int64_t, int64_t, int64_t>> {};

TEST_P(Paths, AgreeWithLibTorchsModulesInValueAndGradient) {
    const auto [path, batch, frames, hidden] = GetParam();
    torch::manual_seed(5);
    const Architecture sizes = architectureOf(hidden, 4);
    const auto network = ClipNetwork::make(sizes, true, path);
    network->initialise(3);
    Reference reference(sizes, *network);

    ClipInput input{torch::randn({batch, frames, 13}), torch::randn({batch, 12}),
                    torch::randint(1, frames + 1, {batch}, torch::kInt64)};
    input.lengths[batch / 2] = frames;
    const at::Tensor labels = torch::arange(batch, torch::kInt64) % 2;

    Dropout none;
    const at::Tensor logits = network->forward(input, none);
    at::cross_entropy_loss(logits, labels).backward();
    const at::Tensor expected = reference.forward(input);
    at::cross_entropy_loss(expected, labels).backward();

    EXPECT_LT(relativeDifference(logits, expected), 1e-5);
    {
        const torch::NoGradGuard noGradient; // a path of its own, which keeps nothing for a backward pass
        EXPECT_LT(relativeDifference(network->forward(input, none), expected), 1e-5);
    }
    for (size_t i = 0; i < network->parameters().size(); ++i) {
        const auto& [name, own] = network->parameters()[i];
        const at::Tensor wanted = reference.parameters[i].second.grad();
        // The keys' bias adds the same to all of a query's scores: its gradient is nothing but rounding.
        if (name == "attention.in_proj_bias") {
            for (const int64_t part : {0, 2})
                EXPECT_LT(relativeDifference(own.grad().narrow(0, part * 2 * hidden, 2 * hidden),
                                             wanted.narrow(0, part * 2 * hidden, 2 * hidden)),
                          1e-5)
                    << name << " part " << part;
            continue;
        }
        EXPECT_LT(relativeDifference(own.grad(), wanted), 1e-5) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Fast, Paths,
                         testing::Combine(testing::Values(ClipNetwork::Path::Fast), testing::Values(1, 5, 16, 33),
                                          testing::Values(1, 7, 200),
                                          testing::Values(24, 32))); // without whole panels of columns, and with them
INSTANTIATE_TEST_SUITE_P(Plain, Paths,
                         testing::Combine(testing::Values(ClipNetwork::Path::Plain), testing::Values(5),
                                          testing::Values(7, 200), testing::Values(24)));

TEST(Dropouts, KeepTheirShareAndTheMean) {
    Dropout dropout(0.3, 1, 2);
    const at::Tensor ones = torch::ones({1000, 1000});
    const at::Tensor first = dropout.apply(ones);
    EXPECT_NEAR((first == 0).to(torch::kFloat64).mean().item<double>(), 0.3, 2e-3);
    EXPECT_NEAR(first.mean().item<double>(), 1, 3e-3);
    const at::Tensor second = dropout.apply(ones);
    EXPECT_FALSE(torch::equal(first, second)) << "each site is to draw anew";
    EXPECT_NEAR(((first == 0) & (second == 0)).to(torch::kFloat64).mean().item<double>(), 0.09, 2e-3);

    Dropout same(0.3, 1, 2);
    EXPECT_TRUE(torch::equal(same.apply(ones), first));
    Dropout later(0.3, 1, 3);
    EXPECT_FALSE(torch::equal(later.apply(ones), first));
}

TEST(Dropouts, PassGradientsWhereTheyPassValues) {
    Dropout dropout(0.5, 1, 1);
    const at::Tensor x = torch::ones({100}).set_requires_grad(true);
    const at::Tensor y = dropout.apply(x);
    y.sum().backward();
    EXPECT_TRUE(torch::equal(x.grad(), y.detach()));
}

} // namespace
