// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/RowKernels.h"

#include "core/engine/fast/Vectorised.h"

#include <algorithm>
#include <cmath>

namespace ovation::fast {

namespace {

/// 0 for a value that falls, the scale for one that stays.
OVATION_INLINE float kept(uint32_t index, uint32_t key, uint32_t threshold, float scale) {
    return hashOf(index, key) < threshold ? 0.0f : scale;
}

constexpr float kEpsilon = 1e-5f; ///< torch.nn.LayerNorm's

} // namespace

OVATION_VECTOR_CLONES
void softmax(float* scores, int64_t count, float scale) {
    float largest = scores[0];
#pragma omp simd reduction(max : largest)
    for (int64_t i = 0; i < count; ++i)
        largest = largest > scores[i] ? largest : scores[i];
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i) {
        scores[i] = vectorExp((scores[i] - largest) * scale);
        sum += scores[i];
    }
    const float inverse = 1.0f / sum;
    for (int64_t i = 0; i < count; ++i)
        scores[i] *= inverse;
}

OVATION_VECTOR_CLONES
void dropRow(const float* row, int64_t count, uint32_t index, const DropoutKey& drop, float* dropped) {
    const uint32_t key = drop.key, threshold = drop.threshold;
    const float scale = drop.scale;
#pragma omp simd
    for (int64_t i = 0; i < count; ++i)
        dropped[i] = row[i] * kept(index + static_cast<uint32_t>(i), key, threshold, scale);
}

OVATION_VECTOR_CLONES
void differentiateScores(const float* row, int64_t count, uint32_t index, const DropoutKey& drop, float scale,
                         float* gradient) {
    const uint32_t key = drop.key, threshold = drop.threshold;
    const float dropScale = drop.scale;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i) {
        gradient[i] = row[i] * gradient[i] * kept(index + static_cast<uint32_t>(i), key, threshold, dropScale);
        sum += gradient[i];
    }
#pragma omp simd
    for (int64_t i = 0; i < count; ++i)
        gradient[i] = (gradient[i] - row[i] * sum) * scale;
}

OVATION_VECTOR_CLONES
void reluRow(float* row, int64_t count, uint32_t index, const DropoutKey& drop) {
    const uint32_t key = drop.key, threshold = drop.threshold;
    const float scale = drop.scale;
    if (threshold == 0) {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i)
            row[i] = row[i] > 0.0f ? row[i] : 0.0f;
        return;
    }
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const float factor = kept(index + static_cast<uint32_t>(i), key, threshold, scale);
        row[i] = row[i] > 0.0f ? row[i] * factor : 0.0f;
    }
}

OVATION_VECTOR_CLONES
void differentiateRelu(const float* output, const float* outputGradient, int64_t count, float dropScale,
                       float* gradient) {
#pragma omp simd
    for (int64_t i = 0; i < count; ++i)
        gradient[i] = output[i] > 0.0f ? outputGradient[i] * dropScale : 0.0f;
}

OVATION_VECTOR_CLONES
float addNormaliseRow(const float* x, const float* added, int64_t count, uint32_t index, const DropoutKey& drop,
                      const float* weight, const float* bias, float* normal, float* output) {
    const uint32_t key = drop.key, threshold = drop.threshold;
    const float scale = drop.scale;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i) {
        normal[i] = x[i] + added[i] * kept(index + static_cast<uint32_t>(i), key, threshold, scale);
        sum += normal[i];
    }
    const float mean = sum / static_cast<float>(count);
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t i = 0; i < count; ++i) {
        normal[i] -= mean;
        squares += normal[i] * normal[i];
    }
    const float factor = 1.0f / std::sqrt(squares / static_cast<float>(count) + kEpsilon);
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        normal[i] *= factor;
        output[i] = normal[i] * weight[i] + bias[i];
    }
    return factor;
}

OVATION_VECTOR_CLONES
void differentiateNormalise(const float* normal, float factor, const float* weight, const float* outputGradient,
                            int64_t count, uint32_t index, const DropoutKey& drop, float* gradient,
                            float* addedGradient) {
    const uint32_t key = drop.key, threshold = drop.threshold;
    const float scale = drop.scale;
    float sum = 0, product = 0;
#pragma omp simd reduction(+ : sum, product)
    for (int64_t i = 0; i < count; ++i) {
        gradient[i] = outputGradient[i] * weight[i];
        sum += gradient[i];
        product += gradient[i] * normal[i];
    }
    const float mean = sum / static_cast<float>(count), slope = product / static_cast<float>(count);
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        gradient[i] = factor * (gradient[i] - mean - normal[i] * slope);
        addedGradient[i] = gradient[i] * kept(index + static_cast<uint32_t>(i), key, threshold, scale);
    }
}

OVATION_VECTOR_CLONES
void sumColumns(const float* a, const float* b, int64_t rows, int64_t columns, int64_t begin, int64_t end, float* sum) {
    // Double for the running sums: over thousands of rows single precision would lose two digits.
    constexpr int64_t kStretch = 64; // columns whose sums stay in the first-level cache
    for (int64_t first = begin; first < end; first += kStretch) {
        const int64_t count = std::min(kStretch, end - first);
        double sums[kStretch] = {};
        for (int64_t r = 0; r < rows; ++r) {
            const float* left = a + r * columns + first;
            if (b) {
                const float* right = b + r * columns + first;
                for (int64_t j = 0; j < count; ++j)
                    sums[j] += static_cast<double>(left[j] * right[j]);
            } else {
                for (int64_t j = 0; j < count; ++j)
                    sums[j] += static_cast<double>(left[j]);
            }
        }
        for (int64_t j = 0; j < count; ++j)
            sum[first + j] = static_cast<float>(sums[j]);
    }
}

} // namespace ovation::fast
