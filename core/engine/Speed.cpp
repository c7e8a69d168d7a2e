// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Speed.h"

#include "core/engine/Optimizer.h"
#include "core/engine/fast/Interrupt.h"
#include "core/engine/fast/MatrixProduct.h"
#include "core/engine/networks/ClipNetwork.h"
#include "core/engine/networks/Crnn.h"
#include "core/features/LogMel.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

namespace ovation {

namespace {

using Clock = std::chrono::steady_clock;

double secondsFrom(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The same numbers each time; the labels alternate.
ClipInput madeUpClips(const Architecture& sizes, int64_t count) {
    at::Generator generator = at::detail::createCPUGenerator(1);
    return {torch::randn({count, sizes.frames, sizes.mfcc}, generator),
            torch::randn({count, sizes.clipValues}, generator), torch::full({count}, sizes.frames, torch::kInt64)};
}

/// Times `pass`, which is given the step's number and returns the loss, with all that a training step does besides. The
/// best of `steps`, after one that does not count.
template <typename Pass>
Result<double> bestStep(const Hyperparameters& hyperparameters, const ParameterSet& network, int steps,
                        const CancelToken& cancel, const Pass& pass) {
    std::vector<at::Tensor> tensors;
    for (const auto& [name, tensor] : network.trainable())
        tensors.push_back(tensor);
    Optimizer optimizer(hyperparameters, std::move(tensors));
    const fast::Interrupt::Scope interrupt(cancel);
    double best = std::numeric_limits<double>::max();
    for (int step = 0; step <= steps; ++step) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", ""};
        const auto start = Clock::now();
        Dropout dropout(network.architecture().dropout, hyperparameters.seed, static_cast<uint64_t>(step));
        try {
            at::Tensor(pass(dropout)).backward();
        } catch (const std::exception&) {
            // A cancel leaves a step by exception; LibTorch may have wrapped it.
            if (!cancel.cancelled()) throw;
            return Error{ErrorCode::Cancelled, "", ""};
        }
        optimizer.clipGradients(hyperparameters.gradientClip);
        optimizer.step();
        if (step > 0) best = std::min(best, secondsFrom(start));
    }
    return best;
}

Result<double> measureFrameStep(const Hyperparameters& hyperparameters, const Architecture& architecture, int steps,
                                const CancelToken& cancel) {
    Crnn network(architecture, true);
    network.initialise(hyperparameters.seed);
    at::Generator generator = at::detail::createCPUGenerator(1);
    const double answers = hyperparameters.exampleS / LogMelOptions{}.hopS() / static_cast<double>(kAnswerFrames);
    const int64_t frames = std::max<int64_t>(1, std::llround(answers)) * kAnswerFrames;
    const FrameInput input{torch::randn({hyperparameters.batchSize, frames, architecture.bands}, generator),
                           torch::full({hyperparameters.batchSize}, frames, torch::kInt64)};
    const at::Tensor targets = torch::zeros({hyperparameters.batchSize, frames / kAnswerFrames});
    return bestStep(hyperparameters, network, steps, cancel, [&](Dropout& dropout) {
        return at::binary_cross_entropy_with_logits(network.forward(input, dropout, Crnn::Mode::Train), targets);
    });
}

} // namespace

double measureSgemmGflops() {
    constexpr int64_t m = 3200, n = 2048, k = 1024;
    constexpr int kRepeats = 12;
    const std::vector<float> a(m * k, 0.5f), b(k * n, 0.25f);
    std::vector<float> c(m * n);
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < kRepeats; ++i) {
        const auto start = Clock::now();
        fast::multiply(false, false, m, n, k, a.data(), k, b.data(), n, 0.0f, c.data(), n);
        best = std::min(best, secondsFrom(start));
    }
    return 2e-9 * m * n * k / best;
}

Result<double> measureTrainingStep(const Hyperparameters& hyperparameters, int steps, const CancelToken& cancel) {
    const Result<Architecture> architecture = architectureFor(hyperparameters);
    if (!architecture) return architecture.error();
    if (isFrameModel(architecture->id)) return measureFrameStep(hyperparameters, *architecture, steps, cancel);
    const auto path = hyperparameters.engine == "plain" ? ClipNetwork::Path::Plain : ClipNetwork::Path::Fast;
    const auto network = ClipNetwork::make(*architecture, true, path);
    network->initialise(hyperparameters.seed);
    const ClipInput clips = madeUpClips(*architecture, hyperparameters.batchSize);
    const at::Tensor labels = torch::arange(hyperparameters.batchSize, torch::kInt64) % 2;
    return bestStep(hyperparameters, *network, steps, cancel,
                    [&](Dropout& dropout) { return at::cross_entropy_loss(network->forward(clips, dropout), labels); });
}

} // namespace ovation
