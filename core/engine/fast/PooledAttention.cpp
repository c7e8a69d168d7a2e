// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/PooledAttention.h"

#include "core/engine/fast/Dropout.h"
#include "core/engine/fast/Interrupt.h"
#include "core/engine/fast/MatrixProduct.h"
#include "core/engine/fast/RowKernels.h"
#include "core/engine/fast/Vectorised.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace ovation::fast {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr int64_t kClipsAtOnce = 8; ///< where no gradient is wanted

struct Sizes {
    int64_t frames, batch, width, heads;
    int64_t rows() const { return frames * batch; }
    int64_t head() const { return width / heads; }
    /// Distance between frames of one clip in the query-and-key matrix, and in x.
    int64_t projectionStride() const { return batch * 2 * width; }
    int64_t inputStride() const { return batch * width; }
    float scale() const { return 1.0f / std::sqrt(static_cast<float>(head())); }
};

/// 0 for a dropped weight, the scale for one that stays. `index` counts from the first weight of the batch.
OVATION_INLINE float keep(uint32_t index, uint32_t key, uint32_t threshold, float scale) {
    return hashOf(index, key) < threshold ? 0.0f : scale;
}

/// Adds share * dropped(row) to the pooled weights.
OVATION_VECTOR_CLONES
void addDropped(const float* row, int64_t count, uint32_t index, uint32_t key, uint32_t threshold, float scale,
                float share, float* pooled) {
    for (int64_t i = 0; i < count; ++i)
        pooled[i] += row[i] * share * keep(index + static_cast<uint32_t>(i), key, threshold, scale);
}

/// Gradient of the scores of one query, in place of its attention row; `weightGradient` is that of the pooled weights.
OVATION_VECTOR_CLONES
void differentiateRow(const float* row, const float* weightGradient, int64_t count, uint32_t index, uint32_t key,
                      uint32_t threshold, float dropScale, float share, float scale, float* gradient) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i) {
        gradient[i] =
            row[i] * weightGradient[i] * share * keep(index + static_cast<uint32_t>(i), key, threshold, dropScale);
        sum += gradient[i];
    }
    for (int64_t i = 0; i < count; ++i)
        gradient[i] = (gradient[i] - row[i] * sum) * scale;
}

uint32_t firstIndex(const Sizes& s, int64_t clip, int64_t head, int64_t query) {
    return static_cast<uint32_t>(((clip * s.heads + head) * s.frames + query) * s.frames);
}

class PooledAttentionFunction : public torch::autograd::Function<PooledAttentionFunction> {
public:
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& lengthTensor,
                                 const torch::Tensor& weight, const torch::Tensor& bias, int64_t heads, int64_t key,
                                 int64_t threshold, double dropScale, int64_t firstClip) {
        const Sizes s{x.size(0), x.size(1), x.size(2), heads};
        const int64_t* lengths = lengthTensor.data_ptr<int64_t>();
        const DropoutKey drop{static_cast<uint32_t>(key), static_cast<uint32_t>(threshold),
                              static_cast<float>(dropScale)};
        const float* input = x.data_ptr<float>();
        const float* weights = weight.data_ptr<float>();
        const float* biases = bias.data_ptr<float>();
        const int64_t e = s.width, d = s.head();

        // Queries and keys of every frame, side by side: (T, B, 2E).
        torch::Tensor projection = torch::empty({s.frames, s.batch, 2 * e}, x.options());
        float* projected = projection.data_ptr<float>();
        fillRows(projected, biases, s.rows(), 2 * e);
        multiply(false, true, s.rows(), 2 * e, e, input, e, weights, e, 1.0f, projected, 2 * e);

        torch::Tensor attention = torch::empty({s.batch, s.heads, s.frames, s.frames}, x.options());
        torch::Tensor pooledWeights = torch::zeros({s.batch, s.heads, s.frames}, x.options());
        float* rows = attention.data_ptr<float>();
        float* pooled = pooledWeights.data_ptr<float>();
        const Interrupt interrupt = Interrupt::here();
        at::parallel_for(0, s.batch * s.heads, 1, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end && !interrupt.requested(); ++i) {
                const int64_t b = i / s.heads, h = i % s.heads, length = lengths[b];
                const float* query = projected + b * 2 * e + h * d;
                float* scores = rows + i * s.frames * s.frames;
                multiply(false, true, length, length, d, query, s.projectionStride(), query + e, s.projectionStride(),
                         0.0f, scores, s.frames);
                for (int64_t q = 0; q < length; ++q) {
                    softmax(scores + q * s.frames, length, s.scale());
                    addDropped(scores + q * s.frames, length, firstIndex(s, firstClip + b, h, q), drop.key,
                               drop.threshold, drop.scale, 1.0f / static_cast<float>(length), pooled + i * s.frames);
                }
            }
        });
        interrupt.throwIfRequested();

        // What each head attends to, averaged: (B, H, E); then its value projection: (B, E).
        torch::Tensor attended = torch::empty({s.batch, s.heads, e}, x.options());
        for (int64_t b = 0; b < s.batch; ++b)
            multiply(false, false, s.heads, e, lengths[b], pooled + b * s.heads * s.frames, s.frames, input + b * e,
                     s.inputStride(), 0.0f, attended.data_ptr<float>() + b * s.heads * e, e);
        const torch::Tensor shares = pooledWeights.sum(2, true); // 1 but for dropout
        torch::Tensor output = (shares * bias.slice(0, 2 * e).view({1, s.heads, d})).contiguous();
        for (int64_t h = 0; h < s.heads; ++h)
            multiply(false, true, s.batch, d, e, attended.data_ptr<float>() + h * e, s.heads * e,
                     weights + (2 * e + h * d) * e, e, 1.0f, output.data_ptr<float>() + h * d, e);

        context->saved_data["heads"] = heads;
        context->saved_data["key"] = key;
        context->saved_data["threshold"] = threshold;
        context->saved_data["dropScale"] = dropScale;
        context->saved_data["firstClip"] = firstClip;
        context->save_for_backward(
            {x, lengthTensor, weight, bias, projection, attention, pooledWeights, attended, shares});
        return output.view({s.batch, e});
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const tensor_list saved = context->get_saved_variables();
        const torch::Tensor &x = saved[0], &lengthTensor = saved[1], &weight = saved[2], &bias = saved[3];
        const torch::Tensor &projection = saved[4], &attention = saved[5], &pooledWeights = saved[6];
        const torch::Tensor &attended = saved[7], &shares = saved[8];
        const Sizes s{x.size(0), x.size(1), x.size(2), context->saved_data["heads"].toInt()};
        const DropoutKey drop{static_cast<uint32_t>(context->saved_data["key"].toInt()),
                              static_cast<uint32_t>(context->saved_data["threshold"].toInt()),
                              static_cast<float>(context->saved_data["dropScale"].toDouble())};
        const int64_t firstClip = context->saved_data["firstClip"].toInt();
        const int64_t* lengths = lengthTensor.data_ptr<int64_t>();
        const int64_t e = s.width, d = s.head();
        const torch::Tensor outputGradient = gradients[0].contiguous();
        const float* dOutput = outputGradient.data_ptr<float>();
        const float* input = x.data_ptr<float>();
        const float* weights = weight.data_ptr<float>();

        torch::Tensor weightGradient = torch::empty_like(weight), biasGradient = torch::empty_like(bias);
        torch::Tensor inputGradient = torch::zeros_like(x);
        float* dWeight = weightGradient.data_ptr<float>();

        // Value projection.
        torch::Tensor attendedGradient = torch::empty({s.batch, s.heads, e}, x.options());
        for (int64_t h = 0; h < s.heads; ++h) {
            multiply(true, false, d, e, s.batch, dOutput + h * d, e, attended.data_ptr<float>() + h * e, s.heads * e,
                     0.0f, dWeight + (2 * e + h * d) * e, e);
            multiply(false, false, s.batch, e, d, dOutput + h * d, e, weights + (2 * e + h * d) * e, e, 0.0f,
                     attendedGradient.data_ptr<float>() + h * e, s.heads * e);
        }
        const torch::Tensor perHead = outputGradient.view({s.batch, s.heads, d});
        biasGradient.slice(0, 2 * e).copy_((perHead * shares).sum(0).view({e}));

        // Pooled weights.
        torch::Tensor pooledGradient = (perHead * bias.slice(0, 2 * e).view({1, s.heads, d}))
                                           .sum(2, true)
                                           .expand({s.batch, s.heads, s.frames})
                                           .contiguous();
        for (int64_t b = 0; b < s.batch; ++b) {
            const float* dAttended = attendedGradient.data_ptr<float>() + b * s.heads * e;
            multiply(false, true, s.heads, lengths[b], e, dAttended, e, input + b * e, s.inputStride(), 1.0f,
                     pooledGradient.data_ptr<float>() + b * s.heads * s.frames, s.frames);
            multiply(true, false, lengths[b], e, s.heads, pooledWeights.data_ptr<float>() + b * s.heads * s.frames,
                     s.frames, dAttended, e, 0.0f, inputGradient.data_ptr<float>() + b * e, s.inputStride());
        }

        // Scores, queries and keys.
        torch::Tensor projectionGradient = torch::zeros_like(projection);
        const float* projected = projection.data_ptr<float>();
        float* dProjected = projectionGradient.data_ptr<float>();
        const float* rows = attention.data_ptr<float>();
        const float* dPooled = pooledGradient.data_ptr<float>();
        const Interrupt interrupt = Interrupt::here();
        at::parallel_for(0, s.batch * s.heads, 1, [&](int64_t begin, int64_t end) {
            std::vector<float> scores(static_cast<size_t>(s.frames * s.frames));
            for (int64_t i = begin; i < end && !interrupt.requested(); ++i) {
                const int64_t b = i / s.heads, h = i % s.heads, length = lengths[b];
                for (int64_t q = 0; q < length; ++q)
                    differentiateRow(rows + (i * s.frames + q) * s.frames, dPooled + i * s.frames, length,
                                     firstIndex(s, firstClip + b, h, q), drop.key, drop.threshold, drop.scale,
                                     1.0f / static_cast<float>(length), s.scale(), scores.data() + q * s.frames);
                const int64_t offset = b * 2 * e + h * d;
                multiply(false, false, length, d, length, scores.data(), s.frames, projected + offset + e,
                         s.projectionStride(), 0.0f, dProjected + offset, s.projectionStride());
                multiply(true, false, length, d, length, scores.data(), s.frames, projected + offset,
                         s.projectionStride(), 0.0f, dProjected + offset + e, s.projectionStride());
            }
        });
        interrupt.throwIfRequested();
        multiply(true, false, 2 * e, e, s.rows(), dProjected, 2 * e, input, e, 0.0f, dWeight, e);
        sumRows(dProjected, s.rows(), 2 * e, biasGradient.data_ptr<float>());
        multiply(false, false, s.rows(), e, 2 * e, dProjected, 2 * e, weights, e, 1.0f, inputGradient.data_ptr<float>(),
                 e);
        return {inputGradient,   torch::Tensor(), weightGradient,  biasGradient,   torch::Tensor(),
                torch::Tensor(), torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor pooledAttention(const torch::Tensor& x, const std::vector<int64_t>& lengths,
                              const torch::Tensor& inProjectionWeight, const torch::Tensor& inProjectionBias,
                              int64_t heads, double dropout, bool training) {
    return pooledAttention(x, lengths, inProjectionWeight, inProjectionBias, heads,
                           training && dropout > 0 ? DropoutKey::draw(dropout) : DropoutKey{});
}

torch::Tensor pooledAttention(const torch::Tensor& x, const std::vector<int64_t>& lengths,
                              const torch::Tensor& inProjectionWeight, const torch::Tensor& inProjectionBias,
                              int64_t heads, const DropoutKey& key) {
    const auto pooled = [&](int64_t begin, int64_t end) {
        const std::vector<int64_t> own(lengths.begin() + begin, lengths.begin() + end);
        return PooledAttentionFunction::apply(x.slice(1, begin, end).contiguous(), torch::tensor(own, torch::kLong),
                                              inProjectionWeight.contiguous(), inProjectionBias.contiguous(), heads,
                                              static_cast<int64_t>(key.key), static_cast<int64_t>(key.threshold),
                                              static_cast<double>(key.scale), key.firstClip + begin);
    };
    const int64_t clips = x.size(1);
    if (at::GradMode::is_enabled() || clips <= kClipsAtOnce) return pooled(0, clips);
    // Nothing is kept for a gradient: queries, keys and scores of a few clips after one another take a fraction of the
    // memory, from blocks that are used again.
    std::vector<torch::Tensor> parts;
    for (int64_t begin = 0; begin < clips; begin += kClipsAtOnce)
        parts.push_back(pooled(begin, std::min(begin + kClipsAtOnce, clips)));
    return torch::cat(parts);
}

} // namespace ovation::fast
