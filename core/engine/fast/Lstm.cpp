// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Lstm.h"

#include "core/engine/fast/Interrupt.h"
#include "core/engine/fast/MatrixProduct.h"
#include "core/engine/fast/PackedProduct.h"
#include "core/engine/fast/Vectorised.h"

#include <ATen/Parallel.h>
#include <array>
#include <exception>
#include <omp.h>
#include <torch/torch.h>

namespace ovation::fast {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// One row of one step: activates the gates in place, writes cell state and output.
OVATION_VECTOR_CLONES
void activate(float* gates, const float* cellBefore, float* cell, float* output, int64_t hidden) {
    float* in = gates;
    float* forget = gates + hidden;
    float* candidate = gates + 2 * hidden;
    float* out = gates + 3 * hidden;
#pragma omp simd
    for (int64_t j = 0; j < hidden; ++j) {
        const float i = vectorSigmoid(in[j]), f = vectorSigmoid(forget[j]);
        const float g = vectorTanh(candidate[j]), o = vectorSigmoid(out[j]);
        const float c = f * cellBefore[j] + i * g;
        in[j] = i;
        forget[j] = f;
        candidate[j] = g;
        out[j] = o;
        cell[j] = c;
        output[j] = o * vectorTanh(c);
    }
}

/// One row of one step of the backward pass: gradients of the gates before activation, and of the cell state before.
OVATION_VECTOR_CLONES
void differentiate(const float* gates, const float* cellBefore, const float* cell, const float* outputGradient,
                   const float* recurrentGradient, float* cellGradient, float* gateGradients, int64_t hidden) {
    const float* in = gates;
    const float* forget = gates + hidden;
    const float* candidate = gates + 2 * hidden;
    const float* out = gates + 3 * hidden;
#pragma omp simd
    for (int64_t j = 0; j < hidden; ++j) {
        const float dh = outputGradient[j] + recurrentGradient[j];
        const float t = vectorTanh(cell[j]);
        const float i = in[j], f = forget[j], g = candidate[j], o = out[j];
        const float dc = cellGradient[j] + dh * o * (1.0f - t * t);
        gateGradients[j] = dc * g * i * (1.0f - i);
        gateGradients[hidden + j] = dc * cellBefore[j] * f * (1.0f - f);
        gateGradients[2 * hidden + j] = dc * i * (1.0f - g * g);
        gateGradients[3 * hidden + j] = dh * t * o * (1.0f - o);
        cellGradient[j] = dc * f;
    }
}

struct Sizes {
    int64_t frames, batch, input, hidden;
    int64_t rows() const { return frames * batch; }
    int64_t gates() const { return 4 * hidden; }
    int64_t outputs() const { return 2 * hidden; }
};

/// Runs `body(direction)` for both directions, side by side where two threads are allowed. An exception of either is
/// passed on.
template <typename Body>
void forBothDirections(const Interrupt& interrupt, const Body& body) {
    if (at::get_num_threads() > 1 && !omp_in_parallel()) {
        std::array<std::exception_ptr, 2> failures;
#pragma omp parallel for num_threads(2) schedule(static, 1)
        for (int direction = 0; direction < 2; ++direction) {
            try {
                body(direction);
            } catch (...) {
                failures[static_cast<size_t>(direction)] = std::current_exception();
            }
        }
        for (const std::exception_ptr& failure : failures)
            if (failure) std::rethrow_exception(failure);
    } else {
        body(0);
        body(1);
    }
    interrupt.throwIfRequested();
}

/// One step of one direction for all rows: activates the gates (B, 4H), writes cell states (B, H), outputs (rows of
/// s.outputs()) and, side by side for the next step's product, the outputs again: `hidden` (B, H).
void advance(const Sizes& s, int64_t t, const std::vector<int64_t>& lengths, float* gates, const float* cellsBefore,
             float* cells, float* hidden, float* output) {
    for (int64_t b = 0; b < s.batch; ++b) {
        float* cell = cells + b * s.hidden;
        float* out = output + b * s.outputs();
        if (t < lengths[static_cast<size_t>(b)]) {
            activate(gates + b * s.gates(), cellsBefore + b * s.hidden, cell, out, s.hidden);
        } else {
            std::fill_n(cell, s.hidden, 0.0f);
            std::fill_n(out, s.hidden, 0.0f);
        }
        std::copy_n(out, s.hidden, hidden + b * s.hidden);
    }
}

/// The recurrence of one direction. `gates` (T, B, 4H) holds the input projections and is activated in place.
void runForward(const Sizes& s, bool reverse, const Interrupt& interrupt, const std::vector<int64_t>& lengths,
                const float* recurrent, float* gates, float* cells, float* output) {
    const std::vector<float> zeros(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    std::vector<float> hidden(zeros.size());
    PackedProduct recur(s.batch, s.gates(), s.hidden, recurrent, 1, s.hidden, s.hidden, s.gates(),
                        PackedProduct::Into::Add);
    const float* cellsBefore = zeros.data();
    for (int64_t step = 0; step < s.frames && !interrupt.requested(); ++step) {
        const int64_t t = reverse ? s.frames - 1 - step : step;
        float* gatesNow = gates + t * s.batch * s.gates();
        float* cellsNow = cells + t * s.batch * s.hidden;
        if (step > 0) recur.run(hidden.data(), gatesNow);
        advance(s, t, lengths, gatesNow, cellsBefore, cellsNow, hidden.data(), output + t * s.batch * s.outputs());
        cellsBefore = cellsNow;
    }
}

/// One direction where nothing has to be kept for a backward pass: the input projections of some frames at a time, so
/// that they stay in the cache until the recurrence has used them. `bias` (4H) is that of input and recurrence.
void runInference(const Sizes& s, bool reverse, const Interrupt& interrupt, const std::vector<int64_t>& lengths,
                  const float* x, const float* input, const float* bias, const float* recurrent, float* output) {
    constexpr int64_t kFrames = 16;
    std::vector<float> gates(static_cast<size_t>(kFrames * s.batch * s.gates()));
    std::vector<float> cells(static_cast<size_t>(s.batch * s.hidden), 0.0f), hidden(cells.size(), 0.0f);
    PackedProduct recur(s.batch, s.gates(), s.hidden, recurrent, 1, s.hidden, s.hidden, s.gates(),
                        PackedProduct::Into::Add);
    for (int64_t done = 0; done < s.frames && !interrupt.requested(); done += kFrames) {
        const int64_t count = std::min(kFrames, s.frames - done);
        const int64_t first = reverse ? s.frames - done - count : done;
        fillRows(gates.data(), bias, count * s.batch, s.gates());
        multiply(false, true, count * s.batch, s.gates(), s.input, x + first * s.batch * s.input, s.input, input,
                 s.input, 1.0f, gates.data(), s.gates());
        for (int64_t step = 0; step < count; ++step) {
            const int64_t at = reverse ? count - 1 - step : step;
            float* gatesNow = gates.data() + at * s.batch * s.gates();
            if (done + step > 0) recur.run(hidden.data(), gatesNow);
            advance(s, first + at, lengths, gatesNow, cells.data(), cells.data(), hidden.data(),
                    output + (first + at) * s.batch * s.outputs());
        }
    }
}

/// The backward pass through the recurrence of one direction: fills `gateGradients` (T, B, 4H).
void runBackward(const Sizes& s, bool reverse, const Interrupt& interrupt, const std::vector<int64_t>& lengths,
                 const float* recurrent, const float* gates, const float* cells, const float* outputGradients,
                 float* gateGradients) {
    const std::vector<float> zeros(static_cast<size_t>(s.hidden), 0.0f);
    std::vector<float> cellGradients(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    std::vector<float> recurrentGradients(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    PackedProduct recur(s.batch, s.hidden, s.gates(), recurrent, s.hidden, 1, s.gates(), s.hidden,
                        PackedProduct::Into::Overwrite);
    for (int64_t step = s.frames - 1; step >= 0 && !interrupt.requested(); --step) {
        const int64_t t = reverse ? s.frames - 1 - step : step;
        const int64_t before = reverse ? t + 1 : t - 1;
        float* gradientsNow = gateGradients + t * s.batch * s.gates();
        for (int64_t b = 0; b < s.batch; ++b) {
            const int64_t row = t * s.batch + b;
            float* cellGradient = cellGradients.data() + b * s.hidden;
            if (t >= lengths[static_cast<size_t>(b)]) {
                std::fill_n(gradientsNow + b * s.gates(), s.gates(), 0.0f);
                std::fill_n(cellGradient, s.hidden, 0.0f);
                continue;
            }
            const float* cellBefore = step > 0 ? cells + (before * s.batch + b) * s.hidden : zeros.data();
            differentiate(gates + row * s.gates(), cellBefore, cells + row * s.hidden,
                          outputGradients + row * s.outputs(), recurrentGradients.data() + b * s.hidden, cellGradient,
                          gradientsNow + b * s.gates(), s.hidden);
        }
        if (step > 0) recur.run(gradientsNow, recurrentGradients.data());
    }
}

class LstmFunction : public torch::autograd::Function<LstmFunction> {
public:
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& lengthTensor,
                                 const torch::Tensor& inputF, const torch::Tensor& recurrentF,
                                 const torch::Tensor& biasInputF, const torch::Tensor& biasRecurrentF,
                                 const torch::Tensor& inputR, const torch::Tensor& recurrentR,
                                 const torch::Tensor& biasInputR, const torch::Tensor& biasRecurrentR) {
        const Sizes s{x.size(0), x.size(1), x.size(2), recurrentF.size(1)};
        const std::vector<int64_t> lengths = lengthsOf(lengthTensor);
        const std::array<torch::Tensor, 2> input{inputF.contiguous(), inputR.contiguous()};
        const std::array<torch::Tensor, 2> recurrent{recurrentF.contiguous(), recurrentR.contiguous()};
        const std::array<torch::Tensor, 2> bias{biasInputF + biasRecurrentF, biasInputR + biasRecurrentR};
        std::array<torch::Tensor, 2> gates, cells;
        torch::Tensor output = torch::empty({s.frames, s.batch, s.outputs()}, x.options());
        for (size_t d = 0; d < 2; ++d) {
            gates[d] = torch::empty({s.frames, s.batch, s.gates()}, x.options());
            cells[d] = torch::empty({s.frames, s.batch, s.hidden}, x.options());
            fillRows(gates[d].data_ptr<float>(), bias[d].data_ptr<float>(), s.rows(), s.gates());
            multiply(false, true, s.rows(), s.gates(), s.input, x.data_ptr<float>(), s.input,
                     input[d].data_ptr<float>(), s.input, 1.0f, gates[d].data_ptr<float>(), s.gates());
        }
        const Interrupt interrupt = Interrupt::here();
        forBothDirections(interrupt, [&](int direction) {
            const auto d = static_cast<size_t>(direction);
            runForward(s, direction == 1, interrupt, lengths, recurrent[d].data_ptr<float>(),
                       gates[d].data_ptr<float>(), cells[d].data_ptr<float>(),
                       output.data_ptr<float>() + direction * s.hidden);
        });
        context->save_for_backward({x, lengthTensor, input[0], recurrent[0], input[1], recurrent[1], gates[0], cells[0],
                                    gates[1], cells[1], output});
        return output;
    }

    static tensor_list backward(AutogradContext* context, tensor_list outputGradients) {
        const tensor_list saved = context->get_saved_variables();
        const torch::Tensor& x = saved[0];
        const std::vector<int64_t> lengths = lengthsOf(saved[1]);
        const std::array<torch::Tensor, 2> input{saved[2], saved[4]}, recurrent{saved[3], saved[5]};
        const std::array<torch::Tensor, 2> gates{saved[6], saved[8]}, cells{saved[7], saved[9]};
        const torch::Tensor& output = saved[10];
        const Sizes s{x.size(0), x.size(1), x.size(2), recurrent[0].size(1)};
        const torch::Tensor gradient = outputGradients[0].contiguous();

        std::array<torch::Tensor, 2> gateGradients;
        for (torch::Tensor& g : gateGradients)
            g = torch::empty({s.frames, s.batch, s.gates()}, x.options());
        const Interrupt interrupt = Interrupt::here();
        forBothDirections(interrupt, [&](int direction) {
            const auto d = static_cast<size_t>(direction);
            runBackward(s, direction == 1, interrupt, lengths, recurrent[d].data_ptr<float>(),
                        gates[d].data_ptr<float>(), cells[d].data_ptr<float>(),
                        gradient.data_ptr<float>() + direction * s.hidden, gateGradients[d].data_ptr<float>());
        });

        torch::Tensor inputGradient;
        if (context->needs_input_grad(0)) inputGradient = torch::empty_like(x);
        std::array<torch::Tensor, 2> inputWeight, recurrentWeight, bias;
        for (size_t d = 0; d < 2; ++d) {
            const float* dGates = gateGradients[d].data_ptr<float>();
            inputWeight[d] = torch::empty_like(input[d]);
            multiply(true, false, s.gates(), s.input, s.rows(), dGates, s.gates(), x.data_ptr<float>(), s.input, 0.0f,
                     inputWeight[d].data_ptr<float>(), s.input);
            recurrentWeight[d] = torch::zeros_like(recurrent[d]);
            if (s.frames > 1) {
                // Frame t's gates saw the output of the frame before: one earlier, or one later in the reverse
                // direction.
                const bool reverse = d == 1;
                const float* now = dGates + (reverse ? 0 : s.batch * s.gates());
                const float* before = output.data_ptr<float>() + (reverse ? s.batch * s.outputs() + s.hidden : 0);
                multiply(true, false, s.gates(), s.hidden, s.rows() - s.batch, now, s.gates(), before, s.outputs(),
                         0.0f, recurrentWeight[d].data_ptr<float>(), s.hidden);
            }
            bias[d] = torch::empty({s.gates()}, x.options());
            sumRows(dGates, s.rows(), s.gates(), bias[d].data_ptr<float>());
            if (inputGradient.defined())
                multiply(false, false, s.rows(), s.input, s.gates(), dGates, s.gates(), input[d].data_ptr<float>(),
                         s.input, d == 0 ? 0.0f : 1.0f, inputGradient.data_ptr<float>(), s.input);
        }
        return {inputGradient,  torch::Tensor(),    inputWeight[0], recurrentWeight[0], bias[0], bias[0].clone(),
                inputWeight[1], recurrentWeight[1], bias[1],        bias[1].clone()};
    }

private:
    static std::vector<int64_t> lengthsOf(const torch::Tensor& tensor) {
        const int64_t* values = tensor.data_ptr<int64_t>();
        return {values, values + tensor.numel()};
    }
};

} // namespace

torch::Tensor bidirectionalLstm(const torch::Tensor& x, const std::vector<int64_t>& lengths, const LstmWeights& forward,
                                const LstmWeights& reverse) {
    if (at::GradMode::is_enabled()) {
        const torch::Tensor lengthTensor = torch::tensor(lengths, torch::kLong);
        return LstmFunction::apply(x.contiguous(), lengthTensor, forward.input, forward.recurrent, forward.inputBias,
                                   forward.recurrentBias, reverse.input, reverse.recurrent, reverse.inputBias,
                                   reverse.recurrentBias);
    }
    const torch::Tensor values = x.contiguous();
    const Sizes s{x.size(0), x.size(1), x.size(2), forward.recurrent.size(1)};
    torch::Tensor output = torch::empty({s.frames, s.batch, s.outputs()}, x.options());
    std::array<torch::Tensor, 2> input, recurrent, bias;
    for (size_t d = 0; d < 2; ++d) {
        const LstmWeights& weights = d == 0 ? forward : reverse;
        input[d] = weights.input.contiguous();
        recurrent[d] = weights.recurrent.contiguous();
        bias[d] = weights.inputBias + weights.recurrentBias;
    }
    const Interrupt interrupt = Interrupt::here();
    forBothDirections(interrupt, [&](int direction) {
        const auto d = static_cast<size_t>(direction);
        runInference(s, direction == 1, interrupt, lengths, values.data_ptr<float>(), input[d].data_ptr<float>(),
                     bias[d].data_ptr<float>(), recurrent[d].data_ptr<float>(),
                     output.data_ptr<float>() + direction * s.hidden);
    });
    return output;
}

} // namespace ovation::fast
