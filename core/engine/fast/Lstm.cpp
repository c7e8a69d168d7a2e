// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Lstm.h"

#include "core/engine/fast/BothDirections.h"
#include "core/engine/fast/LstmPasses.h"
#include "core/engine/fast/MatrixProduct.h"

#include <array>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace ovation::fast {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

class LstmFunction : public torch::autograd::Function<LstmFunction> {
public:
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& lengthTensor,
                                 const torch::Tensor& inputF, const torch::Tensor& recurrentF,
                                 const torch::Tensor& biasInputF, const torch::Tensor& biasRecurrentF,
                                 const torch::Tensor& inputR, const torch::Tensor& recurrentR,
                                 const torch::Tensor& biasInputR, const torch::Tensor& biasRecurrentR) {
        const LstmSizes s{x.size(0), x.size(1), x.size(2), recurrentF.size(1)};
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
            runForward(s, {direction == 1, interrupt, lengths, recurrent[d].data_ptr<float>()},
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
        const LstmSizes s{x.size(0), x.size(1), x.size(2), recurrent[0].size(1)};
        const torch::Tensor gradient = outputGradients[0].contiguous();

        std::array<torch::Tensor, 2> gateGradients;
        for (torch::Tensor& g : gateGradients)
            g = torch::empty({s.frames, s.batch, s.gates()}, x.options());
        const Interrupt interrupt = Interrupt::here();
        forBothDirections(interrupt, [&](int direction) {
            const auto d = static_cast<size_t>(direction);
            runBackward(s, {direction == 1, interrupt, lengths, recurrent[d].data_ptr<float>()},
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
    const LstmSizes s{x.size(0), x.size(1), x.size(2), forward.recurrent.size(1)};
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
        runInference(s, {direction == 1, interrupt, lengths, recurrent[d].data_ptr<float>()}, values.data_ptr<float>(),
                     input[d].data_ptr<float>(), bias[d].data_ptr<float>(),
                     output.data_ptr<float>() + direction * s.hidden);
    });
    return output;
}

} // namespace ovation::fast
