// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Optimizer.h"

#include "core/engine/fast/Vectorised.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

constexpr int64_t kChunk = 1 << 15; ///< values summed or updated together
constexpr float kEpsilon = 1e-8F;   ///< torch.optim's

/// Sum of squares in double precision.
OVATION_VECTOR_CLONES
double sumOfSquaresOf(const float* values, int64_t count) {
    double lanes[16] = {};
    int64_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (int lane = 0; lane < 16; ++lane)
            lanes[lane] += static_cast<double>(values[i + lane]) * static_cast<double>(values[i + lane]);
    double sum = 0;
    for (; i < count; ++i)
        sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    for (const double lane : lanes)
        sum += lane;
    return sum;
}

/// The same for many values, chunk by chunk in a fixed order.
double sumOfSquares(const float* values, int64_t count) {
    const int64_t chunks = (count + kChunk - 1) / kChunk;
    std::vector<double> sums(static_cast<size_t>(chunks));
    at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
        for (int64_t chunk = begin; chunk < end; ++chunk)
            sums[static_cast<size_t>(chunk)] =
                sumOfSquaresOf(values + chunk * kChunk, std::min(kChunk, count - chunk * kChunk));
    });
    double total = 0;
    for (const double sum : sums)
        total += sum;
    return total;
}

/// What is the same for all values of one step.
struct Rates {
    float clip;   ///< gradients are multiplied by it
    float decay;  ///< added to a gradient, times its weight
    float shrink; ///< weights are multiplied by it
    float beta1, beta2;
    float stepSize, rootScale;
};

OVATION_VECTOR_CLONES
void updateAdam(const Rates& rates, int64_t count, const float* g, float* p, float* m, float* v) {
    const Rates r = rates;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float gradient = g[i] * r.clip + r.decay * p[i];
        m[i] = r.beta1 * m[i] + (1 - r.beta1) * gradient;
        v[i] = r.beta2 * v[i] + (1 - r.beta2) * gradient * gradient;
        p[i] = p[i] * r.shrink - r.stepSize * m[i] / (std::sqrt(v[i]) * r.rootScale + kEpsilon);
    }
}

OVATION_VECTOR_CLONES
void updateSgd(float clip, float decay, float momentum, float rate, int64_t count, const float* g, float* p, float* m) {
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        m[i] = momentum * m[i] + g[i] * clip + decay * p[i];
        p[i] -= rate * m[i];
    }
}

} // namespace

Optimizer::Optimizer(const Hyperparameters& hyperparameters, std::vector<at::Tensor> parameters)
    : learningRate(hyperparameters.learningRate),
      m_beta1(hyperparameters.beta1),
      m_beta2(hyperparameters.beta2),
      m_momentum(hyperparameters.momentum),
      m_weightDecay(hyperparameters.weightDecay),
      m_parameters(std::move(parameters)) {
    if (hyperparameters.optimizer == "adam") m_kind = Kind::Adam;
    if (hyperparameters.optimizer == "sgd") m_kind = Kind::Sgd;
}

double Optimizer::clipGradients(double largest) {
    double squares = 0;
    for (at::Tensor& parameter : m_parameters) {
        TORCH_CHECK(parameter.grad().defined(), "a parameter has no gradient");
        if (!parameter.grad().is_contiguous()) parameter.mutable_grad() = parameter.grad().contiguous();
        squares += sumOfSquares(parameter.grad().data_ptr<float>(), parameter.numel());
    }
    const double norm = std::sqrt(squares);
    // torch.nn.utils.clip_grad_norm_
    m_clip = largest > 0 ? static_cast<float>(std::min(1.0, largest / (norm + 1e-6))) : 1.0F;
    return norm;
}

void Optimizer::step() {
    const at::NoGradGuard noGradient;
    if (first.empty())
        for (const at::Tensor& parameter : m_parameters) {
            first.push_back(torch::zeros_like(parameter));
            if (m_kind != Kind::Sgd) second.push_back(torch::zeros_like(parameter));
        }
    ++steps;
    const bool decoupled = m_kind == Kind::AdamW;
    const double correction1 = 1 - std::pow(m_beta1, static_cast<double>(steps));
    const double correction2 = 1 - std::pow(m_beta2, static_cast<double>(steps));
    const Rates rates{m_clip,
                      static_cast<float>(decoupled ? 0 : m_weightDecay),
                      static_cast<float>(decoupled ? 1 - learningRate * m_weightDecay : 1),
                      static_cast<float>(m_beta1),
                      static_cast<float>(m_beta2),
                      static_cast<float>(learningRate / correction1),
                      static_cast<float>(1 / std::sqrt(correction2))};
    for (size_t index = 0; index < m_parameters.size(); ++index) {
        float* p = m_parameters[index].data_ptr<float>();
        const float* g = m_parameters[index].grad().data_ptr<float>();
        float* m = first[index].data_ptr<float>();
        float* v = m_kind == Kind::Sgd ? nullptr : second[index].data_ptr<float>();
        at::parallel_for(0, m_parameters[index].numel(), kChunk, [&](int64_t begin, int64_t end) {
            if (v)
                updateAdam(rates, end - begin, g + begin, p + begin, m + begin, v + begin);
            else
                updateSgd(m_clip, rates.decay, static_cast<float>(m_momentum), static_cast<float>(learningRate),
                          end - begin, g + begin, p + begin, m + begin);
        });
    }
    m_clip = 1;
    for (at::Tensor& parameter : m_parameters)
        parameter.mutable_grad().reset();
}

} // namespace ovation
