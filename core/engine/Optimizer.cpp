// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Optimizer.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

constexpr int64_t kChunk = 1 << 15; ///< values summed or updated together
constexpr double kEpsilon = 1e-8;   ///< torch.optim's

/// Sum of squares in double precision, chunk by chunk in a fixed order.
double sumOfSquares(const float* values, int64_t count) {
    const int64_t chunks = (count + kChunk - 1) / kChunk;
    std::vector<double> sums(static_cast<size_t>(chunks));
    at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
        for (int64_t chunk = begin; chunk < end; ++chunk) {
            double lanes[8] = {};
            const int64_t last = std::min(count, (chunk + 1) * kChunk);
            int64_t i = chunk * kChunk;
            for (; i + 8 <= last; i += 8)
                for (int lane = 0; lane < 8; ++lane)
                    lanes[lane] += static_cast<double>(values[i + lane]) * static_cast<double>(values[i + lane]);
            for (; i < last; ++i)
                lanes[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
            double sum = 0;
            for (const double lane : lanes)
                sum += lane;
            sums[static_cast<size_t>(chunk)] = sum;
        }
    });
    double total = 0;
    for (const double sum : sums)
        total += sum;
    return total;
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
    if (largest > 0) {
        const double scale = largest / (norm + 1e-6); // torch.nn.utils.clip_grad_norm_
        if (scale < 1)
            for (at::Tensor& parameter : m_parameters)
                parameter.mutable_grad().mul_(scale);
    }
    return norm;
}

void Optimizer::step() {
    const torch::NoGradGuard noGradient;
    if (first.empty())
        for (const at::Tensor& parameter : m_parameters) {
            first.push_back(torch::zeros_like(parameter));
            if (m_kind != Kind::Sgd) second.push_back(torch::zeros_like(parameter));
        }
    ++steps;
    const auto rate = static_cast<float>(learningRate);
    const auto decay = static_cast<float>(m_weightDecay);
    const double correction1 = 1 - std::pow(m_beta1, static_cast<double>(steps));
    const double correction2 = 1 - std::pow(m_beta2, static_cast<double>(steps));
    const auto stepSize = static_cast<float>(learningRate / correction1);
    const auto rootScale = static_cast<float>(1 / std::sqrt(correction2));
    const auto shrink = static_cast<float>(1 - learningRate * m_weightDecay);
    const auto beta1 = static_cast<float>(m_beta1);
    const auto beta2 = static_cast<float>(m_beta2);
    const auto momentum = static_cast<float>(m_momentum);
    const bool decoupled = m_kind == Kind::AdamW;
    for (size_t index = 0; index < m_parameters.size(); ++index) {
        float* p = m_parameters[index].data_ptr<float>();
        const float* g = m_parameters[index].grad().data_ptr<float>();
        float* m = first[index].data_ptr<float>();
        float* v = m_kind == Kind::Sgd ? nullptr : second[index].data_ptr<float>();
        at::parallel_for(0, m_parameters[index].numel(), kChunk, [&](int64_t begin, int64_t end) {
            if (!v) {
                for (int64_t i = begin; i < end; ++i) {
                    m[i] = momentum * m[i] + g[i] + decay * p[i];
                    p[i] -= rate * m[i];
                }
                return;
            }
            for (int64_t i = begin; i < end; ++i) {
                const float weight = decoupled ? p[i] * shrink : p[i];
                const float gradient = decoupled ? g[i] : g[i] + decay * p[i];
                m[i] = beta1 * m[i] + (1 - beta1) * gradient;
                v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient;
                p[i] = weight - stepSize * m[i] / (std::sqrt(v[i]) * rootScale + static_cast<float>(kEpsilon));
            }
        });
    }
    for (at::Tensor& parameter : m_parameters)
        parameter.mutable_grad().reset();
}

} // namespace ovation
