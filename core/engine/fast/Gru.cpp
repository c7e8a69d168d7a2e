// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Gru.h"

#include "core/engine/fast/BothDirections.h"
#include "core/engine/fast/MatrixProduct.h"
#include "core/engine/fast/PackedProduct.h"
#include "core/engine/fast/Vectorised.h"

#include <array>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace ovation::fast {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct GruSizes {
    int64_t frames, batch, input, hidden;
    int64_t rows() const { return frames * batch; }
    int64_t gates() const { return 3 * hidden; }
    int64_t outputs() const { return 2 * hidden; }
};

/// One row of one step. `gates` holds the input projections and is activated in place; `recurrent` holds the recurrent
/// projections, whose third part is kept for the backward pass.
OVATION_VECTOR_CLONES
void activate(float* gates, const float* recurrent, const float* before, float* output, int64_t hidden) {
#pragma omp simd
    for (int64_t j = 0; j < hidden; ++j) {
        const float r = vectorSigmoid(gates[j] + recurrent[j]);
        const float z = vectorSigmoid(gates[hidden + j] + recurrent[hidden + j]);
        const float n = vectorTanh(gates[2 * hidden + j] + r * recurrent[2 * hidden + j]);
        gates[j] = r;
        gates[hidden + j] = z;
        gates[2 * hidden + j] = n;
        output[j] = n + z * (before[j] - n);
    }
}

/// One row of one step of the backward pass. `gradient` is that of the step's output on entry and that of the output
/// before on return, the recurrent projections aside.
OVATION_VECTOR_CLONES
void differentiate(const float* gates, const float* recurrentNew, const float* before, float* gradient,
                   float* inputGradients, float* recurrentGradients, int64_t hidden) {
#pragma omp simd
    for (int64_t j = 0; j < hidden; ++j) {
        const float r = gates[j], z = gates[hidden + j], n = gates[2 * hidden + j];
        const float d = gradient[j];
        const float dNew = d * (1.0f - z) * (1.0f - n * n);
        const float dReset = dNew * recurrentNew[j] * r * (1.0f - r);
        const float dUpdate = d * (before[j] - n) * z * (1.0f - z);
        inputGradients[j] = dReset;
        inputGradients[hidden + j] = dUpdate;
        inputGradients[2 * hidden + j] = dNew;
        recurrentGradients[j] = dReset;
        recurrentGradients[hidden + j] = dUpdate;
        recurrentGradients[2 * hidden + j] = dNew * r;
        gradient[j] = d * z;
    }
}

OVATION_VECTOR_CLONES
void add(const float* values, float* sum, int64_t count) {
    for (int64_t j = 0; j < count; ++j)
        sum[j] += values[j];
}

/// Which frame a direction comes to at a step.
int64_t frameAt(const GruSizes& s, bool reverse, int64_t step) {
    return reverse ? s.frames - 1 - step : step;
}

/// The recurrence of one direction. `gates` (T, B, 3H) holds the input projections and is activated in place;
/// `recurrentNew` (T, B, H) takes what the backward pass needs, and may be nullptr.
void runForward(const GruSizes& s, bool reverse, const Interrupt& interrupt, const std::vector<int64_t>& lengths,
                const float* weights, const float* bias, float* gates, float* recurrentNew, float* output) {
    std::vector<float> hidden(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    std::vector<float> projections(static_cast<size_t>(s.batch * s.gates()));
    PackedProduct recur(s.batch, s.gates(), s.hidden, weights, 1, s.hidden, s.hidden, s.gates(),
                        PackedProduct::Into::Add);
    for (int64_t step = 0; step < s.frames && !interrupt.requested(); ++step) {
        const int64_t t = frameAt(s, reverse, step);
        for (int64_t b = 0; b < s.batch; ++b)
            std::copy_n(bias, s.gates(), projections.data() + b * s.gates());
        if (step > 0) recur.run(hidden.data(), projections.data());
        for (int64_t b = 0; b < s.batch; ++b) {
            const int64_t row = t * s.batch + b;
            const float* own = projections.data() + b * s.gates();
            float* out = output + row * s.outputs();
            if (t < lengths[static_cast<size_t>(b)])
                activate(gates + row * s.gates(), own, hidden.data() + b * s.hidden, out, s.hidden);
            else
                std::fill_n(out, s.hidden, 0.0f);
            std::copy_n(out, s.hidden, hidden.data() + b * s.hidden);
            if (recurrentNew) std::copy_n(own + 2 * s.hidden, s.hidden, recurrentNew + row * s.hidden);
        }
    }
}

/// The backward pass of one direction: fills the gradients of the input projections and of the recurrent ones, both
/// (T, B, 3H).
void runBackward(const GruSizes& s, bool reverse, const Interrupt& interrupt, const std::vector<int64_t>& lengths,
                 const float* weights, const float* gates, const float* recurrentNew, const float* output,
                 const float* outputGradients, float* inputGradients, float* recurrentGradients) {
    const std::vector<float> zeros(static_cast<size_t>(s.hidden), 0.0f);
    std::vector<float> gradients(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    PackedProduct recur(s.batch, s.hidden, s.gates(), weights, s.hidden, 1, s.gates(), s.hidden,
                        PackedProduct::Into::Add);
    for (int64_t step = s.frames - 1; step >= 0 && !interrupt.requested(); --step) {
        const int64_t t = frameAt(s, reverse, step);
        for (int64_t b = 0; b < s.batch; ++b) {
            const int64_t row = t * s.batch + b;
            float* gradient = gradients.data() + b * s.hidden;
            float* forInput = inputGradients + row * s.gates();
            float* forRecurrence = recurrentGradients + row * s.gates();
            if (t >= lengths[static_cast<size_t>(b)]) {
                std::fill_n(gradient, s.hidden, 0.0f);
                std::fill_n(forInput, s.gates(), 0.0f);
                std::fill_n(forRecurrence, s.gates(), 0.0f);
                continue;
            }
            add(outputGradients + row * s.outputs(), gradient, s.hidden);
            const int64_t rowBefore = frameAt(s, reverse, step - 1) * s.batch + b;
            differentiate(gates + row * s.gates(), recurrentNew + row * s.hidden,
                          step > 0 ? output + rowBefore * s.outputs() : zeros.data(), gradient, forInput, forRecurrence,
                          s.hidden);
        }
        if (step > 0) recur.run(recurrentGradients + t * s.batch * s.gates(), gradients.data());
    }
}

/// A direction's tensors, contiguous.
struct Direction {
    torch::Tensor input, recurrent, inputBias, recurrentBias;

    Direction(const torch::Tensor& i, const torch::Tensor& r, const torch::Tensor& ib, const torch::Tensor& rb)
        : input(i.contiguous()),
          recurrent(r.contiguous()),
          inputBias(ib.contiguous()),
          recurrentBias(rb.contiguous()) {}

    /// The input projections of all frames: (T, B, 3H).
    torch::Tensor projections(const GruSizes& s, const torch::Tensor& x) const {
        torch::Tensor gates = torch::empty({s.frames, s.batch, s.gates()}, x.options());
        fillRows(gates.data_ptr<float>(), inputBias.data_ptr<float>(), s.rows(), s.gates());
        multiply(false, true, s.rows(), s.gates(), s.input, x.data_ptr<float>(), s.input, input.data_ptr<float>(),
                 s.input, 1.0f, gates.data_ptr<float>(), s.gates());
        return gates;
    }
};

class GruFunction : public torch::autograd::Function<GruFunction> {
public:
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& lengthTensor,
                                 const torch::Tensor& inputF, const torch::Tensor& recurrentF,
                                 const torch::Tensor& biasInputF, const torch::Tensor& biasRecurrentF,
                                 const torch::Tensor& inputR, const torch::Tensor& recurrentR,
                                 const torch::Tensor& biasInputR, const torch::Tensor& biasRecurrentR) {
        const GruSizes s{x.size(0), x.size(1), x.size(2), recurrentF.size(1)};
        const std::vector<int64_t> lengths = lengthsOf(lengthTensor);
        const std::array<Direction, 2> weights{Direction(inputF, recurrentF, biasInputF, biasRecurrentF),
                                               Direction(inputR, recurrentR, biasInputR, biasRecurrentR)};
        std::array<torch::Tensor, 2> gates, recurrentNew;
        torch::Tensor output = torch::empty({s.frames, s.batch, s.outputs()}, x.options());
        for (size_t d = 0; d < 2; ++d) {
            gates[d] = weights[d].projections(s, x);
            recurrentNew[d] = torch::empty({s.frames, s.batch, s.hidden}, x.options());
        }
        const Interrupt interrupt = Interrupt::here();
        forBothDirections(interrupt, [&](int direction) {
            const auto d = static_cast<size_t>(direction);
            runForward(s, direction == 1, interrupt, lengths, weights[d].recurrent.data_ptr<float>(),
                       weights[d].recurrentBias.data_ptr<float>(), gates[d].data_ptr<float>(),
                       recurrentNew[d].data_ptr<float>(), output.data_ptr<float>() + direction * s.hidden);
        });
        context->save_for_backward({x, lengthTensor, weights[0].input, weights[0].recurrent, weights[1].input,
                                    weights[1].recurrent, gates[0], recurrentNew[0], gates[1], recurrentNew[1],
                                    output});
        return output;
    }

    static tensor_list backward(AutogradContext* context, tensor_list outputGradients) {
        const tensor_list saved = context->get_saved_variables();
        const torch::Tensor& x = saved[0];
        const std::vector<int64_t> lengths = lengthsOf(saved[1]);
        const std::array<torch::Tensor, 2> input{saved[2], saved[4]}, recurrent{saved[3], saved[5]};
        const std::array<torch::Tensor, 2> gates{saved[6], saved[8]}, recurrentNew{saved[7], saved[9]};
        const torch::Tensor& output = saved[10];
        const GruSizes s{x.size(0), x.size(1), x.size(2), recurrent[0].size(1)};
        const torch::Tensor gradient = outputGradients[0].contiguous();

        std::array<torch::Tensor, 2> forInput, forRecurrence;
        for (size_t d = 0; d < 2; ++d) {
            forInput[d] = torch::empty({s.frames, s.batch, s.gates()}, x.options());
            forRecurrence[d] = torch::empty({s.frames, s.batch, s.gates()}, x.options());
        }
        const Interrupt interrupt = Interrupt::here();
        forBothDirections(interrupt, [&](int direction) {
            const auto d = static_cast<size_t>(direction);
            const int64_t column = direction * s.hidden;
            runBackward(s, direction == 1, interrupt, lengths, recurrent[d].data_ptr<float>(),
                        gates[d].data_ptr<float>(), recurrentNew[d].data_ptr<float>(),
                        output.data_ptr<float>() + column, gradient.data_ptr<float>() + column,
                        forInput[d].data_ptr<float>(), forRecurrence[d].data_ptr<float>());
        });

        torch::Tensor inputGradient;
        if (context->needs_input_grad(0)) inputGradient = torch::empty_like(x);
        std::array<torch::Tensor, 2> inputWeight, recurrentWeight, inputBias, recurrentBias;
        for (size_t d = 0; d < 2; ++d) {
            const float* dInput = forInput[d].data_ptr<float>();
            const float* dRecurrence = forRecurrence[d].data_ptr<float>();
            inputWeight[d] = torch::empty_like(input[d]);
            multiply(true, false, s.gates(), s.input, s.rows(), dInput, s.gates(), x.data_ptr<float>(), s.input, 0.0f,
                     inputWeight[d].data_ptr<float>(), s.input);
            recurrentWeight[d] = torch::zeros_like(recurrent[d]);
            if (s.frames > 1) {
                // Frame t's gates saw the output of the frame before: one earlier, or one later in the reverse
                // direction.
                const bool reverse = d == 1;
                const float* now = dRecurrence + (reverse ? 0 : s.batch * s.gates());
                const float* before = output.data_ptr<float>() + (reverse ? s.batch * s.outputs() + s.hidden : 0);
                multiply(true, false, s.gates(), s.hidden, s.rows() - s.batch, now, s.gates(), before, s.outputs(),
                         0.0f, recurrentWeight[d].data_ptr<float>(), s.hidden);
            }
            inputBias[d] = torch::empty({s.gates()}, x.options());
            recurrentBias[d] = torch::empty({s.gates()}, x.options());
            sumRows(dInput, s.rows(), s.gates(), inputBias[d].data_ptr<float>());
            sumRows(dRecurrence, s.rows(), s.gates(), recurrentBias[d].data_ptr<float>());
            if (inputGradient.defined())
                multiply(false, false, s.rows(), s.input, s.gates(), dInput, s.gates(), input[d].data_ptr<float>(),
                         s.input, d == 0 ? 0.0f : 1.0f, inputGradient.data_ptr<float>(), s.input);
        }
        return {inputGradient,    torch::Tensor(), inputWeight[0],     recurrentWeight[0], inputBias[0],
                recurrentBias[0], inputWeight[1],  recurrentWeight[1], inputBias[1],       recurrentBias[1]};
    }

private:
    static std::vector<int64_t> lengthsOf(const torch::Tensor& tensor) {
        const int64_t* values = tensor.data_ptr<int64_t>();
        return {values, values + tensor.numel()};
    }
};

} // namespace

torch::Tensor bidirectionalGru(const torch::Tensor& x, const std::vector<int64_t>& lengths, const GruWeights& forward,
                               const GruWeights& reverse) {
    const torch::Tensor values = x.contiguous();
    if (at::GradMode::is_enabled())
        return GruFunction::apply(values, torch::tensor(lengths, torch::kLong), forward.input, forward.recurrent,
                                  forward.inputBias, forward.recurrentBias, reverse.input, reverse.recurrent,
                                  reverse.inputBias, reverse.recurrentBias);
    const GruSizes s{x.size(0), x.size(1), x.size(2), forward.recurrent.size(1)};
    const std::array<Direction, 2> weights{
        Direction(forward.input, forward.recurrent, forward.inputBias, forward.recurrentBias),
        Direction(reverse.input, reverse.recurrent, reverse.inputBias, reverse.recurrentBias)};
    torch::Tensor output = torch::empty({s.frames, s.batch, s.outputs()}, x.options());
    const Interrupt interrupt = Interrupt::here();
    std::array<torch::Tensor, 2> gates{weights[0].projections(s, values), weights[1].projections(s, values)};
    forBothDirections(interrupt, [&](int direction) {
        const auto d = static_cast<size_t>(direction);
        runForward(s, direction == 1, interrupt, lengths, weights[d].recurrent.data_ptr<float>(),
                   weights[d].recurrentBias.data_ptr<float>(), gates[d].data_ptr<float>(), nullptr,
                   output.data_ptr<float>() + direction * s.hidden);
    });
    return output;
}

} // namespace ovation::fast
