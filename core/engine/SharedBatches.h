// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "core/engine/Checkpoint.h"
#include "core/engine/Examples.h"
#include "core/engine/ProcessGroup.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ovation {

/// A training's batches, shared among the processes of a group: each computes its part of every batch, and all end
/// with the same sums, those of one process up to rounding. All processes call the same functions in the same order.
/// Where one of them is cancelled, all learn it from the same call, which then returns nothing and has changed nothing.
class SharedBatches {
public:
    /// Everything outlives it; the parameters are the network's.
    SharedBatches(std::unique_ptr<ProcessGroup> group, const ClipNetwork& network, const Dataset& dataset,
                  const Examples& train, const Examples& validation, const at::Tensor& classWeights);

    /// WrongUsage where the processes have other data, settings or versions of the program.
    Result<void> check(const Hyperparameters& hyperparameters, bool resume, const std::string& datasetHash);

    /// Every process gets what the first one has read.
    Result<Checkpoint> copyFirst(const Result<Checkpoint>& checkpoint, const std::string& folder);

    /// Gives every process the first one's weights: machines may round differently.
    Result<void> copyWeights();

    /// Loss and scores of a batch of training examples; its mean loss's gradient is then that of the network's
    /// parameters, until the next call. Losses that are no numbers are the caller's to find.
    Result<std::optional<Tally>> train(const std::vector<int64_t>& rows, uint64_t seed, uint64_t step,
                                       const CancelToken& cancel);

    /// Loss and scores of all validation examples. Bit for bit those of one process with the same weights.
    Result<std::optional<Tally>> validate(int64_t batchSize, const CancelToken& cancel);

private:
    void computePart(const std::vector<int64_t>& rows, double weight, uint64_t seed, uint64_t step);
    void clearGradients();
    double weightOf(std::span<const int32_t> labels) const;
    std::span<float> part(int64_t first, int64_t count);

    const std::unique_ptr<ProcessGroup> m_group;
    const ClipNetwork& m_network;
    const Dataset& m_dataset;
    const Examples& m_train;
    const Examples& m_validation;
    const at::Tensor m_classWeights;
    const int64_t m_parameters; ///< number of values
    /// One sum per step: gradients, then the scores of the batch, its loss, and how many processes are cancelled.
    at::Tensor m_sums;
};

} // namespace ovation
