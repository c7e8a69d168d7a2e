// SPDX-License-Identifier: GPL-3.0-or-later

// The transformer's fast and plain paths against torch::nn::TransformerEncoder.

#include "core/engine/networks/ClipNetwork.h"
#include "tests/kernels/RelativeDifference.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

using namespace ovation;
using ovation::test::relativeDifference;

namespace {

Architecture architectureOf(double dropout) {
    Hyperparameters values;
    values.model = "transformer";
    values.hiddenSize = 24;
    values.heads = 4;
    values.layers = 2;
    values.feedForward = 40;
    values.dropout = dropout;
    const auto architecture = architectureFor(values);
    EXPECT_TRUE(architecture);
    return *architecture;
}

ClipInput clipsOf(int64_t batch, int64_t frames, bool padded) {
    ClipInput input{torch::randn({batch, frames, 13}), torch::randn({batch, 12}),
                    torch::full({batch}, frames, torch::kInt64)};
    if (padded) input.lengths = torch::randint(1, frames + 1, {batch}, torch::kInt64);
    input.lengths[batch / 2] = frames;
    return input;
}

/// The seed's alternative put together from nn::TransformerEncoder and nn::Linear, in double precision: LibTorch's own
/// single precision loses more than is asked here where a bias sums over thousands of frames.
struct ReferenceEncoder {
    ReferenceEncoder(const Architecture& sizes, const ClipNetwork& network)
        : width(sizes.hiddenSize),
          encoder(torch::nn::TransformerEncoderOptions(
              torch::nn::TransformerEncoderLayerOptions(sizes.hiddenSize, sizes.heads)
                  .dim_feedforward(sizes.feedForward)
                  .dropout(0),
              sizes.layers)) {
        encoder->to(torch::kFloat64);
        for (const auto& [name, tensor] : network.parameters()) {
            at::Tensor own;
            if (name.rfind("encoder.", 0) == 0) own = encoder->named_parameters()[name.substr(8)];
            if (own.defined()) {
                const torch::NoGradGuard noGradient;
                own.copy_(tensor);
            } else {
                own = tensor.detach().to(torch::kFloat64).set_requires_grad(true);
            }
            parameters.emplace_back(name, own);
        }
    }

    at::Tensor linear(const std::string& wanted, const at::Tensor& x) const {
        at::Tensor weight, bias;
        for (const auto& [name, tensor] : parameters) {
            if (name == wanted + ".weight") weight = tensor;
            if (name == wanted + ".bias") bias = tensor;
        }
        return at::linear(x, weight, bias);
    }

    at::Tensor forward(const ClipInput& input) {
        const int64_t frames = input.mfcc.size(1);
        const at::Tensor position = torch::arange(frames, torch::kFloat64).unsqueeze(1);
        const at::Tensor rate =
            torch::pow(10000.0, -torch::arange(0, width, 2, torch::kFloat64) / static_cast<double>(width));
        const at::Tensor positions =
            torch::stack({(position * rate).sin(), (position * rate).cos()}, 2).reshape({frames, width});
        at::Tensor x = (linear("projection", input.mfcc.to(torch::kFloat64)) + positions).transpose(0, 1);
        const at::Tensor padding = frameMask(input.lengths, frames).logical_not();
        x = encoder->forward(x, {}, padding).transpose(0, 1);
        const at::Tensor clip = linear("clip.1", linear("clip.0", input.clipValues.to(torch::kFloat64)).relu()).relu();
        x = at::cat({maskedMean(x, input.lengths), clip}, 1);
        return linear("head.2", linear("head.1", linear("head.0", x).relu()).relu());
    }

    int64_t width;
    torch::nn::TransformerEncoder encoder;
    std::vector<std::pair<std::string, at::Tensor>> parameters;
};

/// The keys' bias adds the same to all of a query's scores: its gradient is nothing but rounding.
at::Tensor withoutKeysBias(const std::string& name, const at::Tensor& gradient, int64_t width) {
    if (!name.ends_with("in_proj_bias")) return gradient;
    return at::cat({gradient.narrow(0, 0, width), gradient.narrow(0, 2 * width, width)});
}

class TransformerPaths : public testing::TestWithParam<std::tuple<ClipNetwork::Path, int64_t, int64_t>> {};

TEST_P(TransformerPaths, AgreeWithLibTorchsEncoderInValueAndGradient) {
    const auto [path, batch, frames] = GetParam();
    torch::manual_seed(5);
    const Architecture sizes = architectureOf(0);
    const auto network = ClipNetwork::make(sizes, true, path);
    network->initialise(3);
    for (const bool padded : {false, true}) {
        ReferenceEncoder reference(sizes, *network);
        const ClipInput input = clipsOf(batch, frames, padded);
        // Of one class: of both, the clips' gradients would nearly cancel in biases, and leave their rounding.
        const at::Tensor labels = torch::ones({batch}, torch::kInt64);
        Dropout none;
        const at::Tensor logits = network->forward(input, none);
        at::cross_entropy_loss(logits, labels).backward();
        const at::Tensor expected = reference.forward(input);
        at::cross_entropy_loss(expected, labels).backward();
        EXPECT_LT(relativeDifference(logits, expected), 1e-5);
        {
            const torch::NoGradGuard noGradient; // keeps nothing for a backward pass
            EXPECT_LT(relativeDifference(network->forward(input, none), expected), 1e-5);
        }
        for (size_t i = 0; i < network->parameters().size(); ++i) {
            const auto& [name, own] = network->parameters()[i];
            const at::Tensor wanted = withoutKeysBias(name, reference.parameters[i].second.grad(), sizes.hiddenSize);
            EXPECT_LT(relativeDifference(withoutKeysBias(name, own.grad(), sizes.hiddenSize), wanted), 1e-5) << name;
            at::Tensor(own).mutable_grad().reset();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Fast, TransformerPaths,
                         testing::Combine(testing::Values(ClipNetwork::Path::Fast), testing::Values(1, 5, 16, 33),
                                          testing::Values(1, 7, 200)));
INSTANTIATE_TEST_SUITE_P(Plain, TransformerPaths,
                         testing::Combine(testing::Values(ClipNetwork::Path::Plain), testing::Values(5),
                                          testing::Values(7, 200)));

TEST(TransformerDropouts, HitTheSameValuesOnBothPaths) {
    torch::manual_seed(5);
    const Architecture sizes = architectureOf(0.4);
    const auto fast = ClipNetwork::make(sizes, true, ClipNetwork::Path::Fast);
    const auto plain = ClipNetwork::make(sizes, true, ClipNetwork::Path::Plain);
    fast->initialise(3);
    plain->initialise(3);
    const ClipInput input = clipsOf(5, 30, true);
    const at::Tensor labels = torch::arange(5, torch::kInt64) % 2;
    for (const BatchPart& part : {BatchPart(), BatchPart{3, 11, 30}}) {
        std::vector<at::Tensor> logits;
        for (const ClipNetwork* network : {fast.get(), plain.get()}) {
            Dropout dropout(sizes.dropout, 1, 2, part);
            logits.push_back(network->forward(input, dropout));
            at::cross_entropy_loss(logits.back(), labels).backward();
        }
        EXPECT_LT(relativeDifference(logits[0], logits[1]), 1e-5);
        for (size_t i = 0; i < fast->parameters().size(); ++i) {
            const auto& [name, own] = fast->parameters()[i];
            const at::Tensor& other = plain->parameters()[i].second;
            EXPECT_LT(relativeDifference(withoutKeysBias(name, own.grad(), sizes.hiddenSize),
                                         withoutKeysBias(name, other.grad(), sizes.hiddenSize)),
                      1e-5)
                << name;
            at::Tensor(own).mutable_grad().reset();
            at::Tensor(other).mutable_grad().reset();
        }
    }
}

} // namespace
