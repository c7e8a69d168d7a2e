// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/engine/TrainingState.h"
#include "core/engine/networks/ClipNetwork.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ovation {

struct Batch {
    ClipInput input;
    at::Tensor labels; ///< (B) int64
};

/// A set of examples as tensors. Shares the set's memory, which must outlive it and is not written to.
class Examples {
public:
    explicit Examples(const ExampleSet& set);

    int64_t count() const { return m_count; }
    Batch batch(const std::vector<int64_t>& rows) const;

    /// Gives values as other standardisers than the set's make them. Padding stays 0.
    void restandardise(const Standardizer& hadMfcc, const Standardizer& mfcc, const Standardizer& hadClip,
                       const Standardizer& clip);

private:
    /// x := x * scale + shift, by column. Undefined: x as it is.
    struct Change {
        at::Tensor scale, shift;
    };
    static Change changeOf(const Standardizer& had, const Standardizer& wanted);

    int64_t m_count = 0;
    at::Tensor m_mfcc, m_clipValues, m_lengths, m_labels;
    Change m_mfccChange, m_clipChange;
};

/// Weight of each class in the loss: (2). Ones, or inverse to the classes' share with mean 1 over the examples.
at::Tensor classWeights(const ExampleSet& set, bool balanced);

struct LossOfBatch {
    at::Tensor sum;    ///< of weighted cross-entropies
    double weight = 0; ///< sum of the examples' weights; the mean loss is sum / weight
};
LossOfBatch lossOf(const at::Tensor& logits, const Batch& batch, const at::Tensor& classWeights);

/// Appends P(applause) and truth of each clip of the batch.
void addScores(Tally& tally, const at::Tensor& logits, const Batch& batch);

/// Hash of the examples, their labels and standardisers.
std::string contentHashOf(const Dataset& dataset);

/// What is wrong with a data set's sizes, or "".
std::string faultOf(const Dataset& dataset, const Architecture& architecture);

} // namespace ovation
