// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/DropoutKey.h"

#include <cstdint>

/// Loops over one row of values, vectorised for the machine's instruction set. No LibTorch in here.
namespace ovation::fast {

/// scores (count) := softmax(scale * scores).
void softmax(float* scores, int64_t count, float scale);

/// dropped := row with dropout; `index` is the place of its first value among all that the key covers.
void dropRow(const float* row, int64_t count, uint32_t index, const DropoutKey& key, float* dropped);

/// Gradient of the scores of one query, in place of that of its dropped attention row: back through dropout, softmax
/// and scale. `row` is the attention before dropout.
void differentiateScores(const float* row, int64_t count, uint32_t index, const DropoutKey& key, float scale,
                         float* gradient);

/// row := max(row, 0) with dropout.
void reluRow(float* row, int64_t count, uint32_t index, const DropoutKey& key);

/// gradient := outputGradient back through reluRow(), whose result was `output`.
void differentiateRelu(const float* output, const float* outputGradient, int64_t count, float dropScale,
                       float* gradient);

/// normal := x + dropped(added), brought to mean 0 and variance 1 (plus 1e-5); output := normal * weight + bias
/// (the same row as normal, where that is not needed). Returns what the deviations were multiplied by.
float addNormaliseRow(const float* x, const float* added, int64_t count, uint32_t index, const DropoutKey& key,
                      const float* weight, const float* bias, float* normal, float* output);

/// The way back through it: gradients of x and of what was added.
void differentiateNormalise(const float* normal, float factor, const float* weight, const float* outputGradient,
                            int64_t count, uint32_t index, const DropoutKey& key, float* gradient,
                            float* addedGradient);

/// sum (columns) := the rows of a * b added up, for columns from `begin` to `end`; the rows of a where b is nullptr.
void sumColumns(const float* a, const float* b, int64_t rows, int64_t columns, int64_t begin, int64_t end, float* sum);

} // namespace ovation::fast
