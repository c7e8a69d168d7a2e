// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Examples.h"
#include "core/engine/Learner.h"
#include "core/engine/SharedBatches.h"
#include "core/engine/networks/ClipNetwork.h"

#include <memory>

namespace ovation {

/// A clip network and the windows of a data set, each of which is seen once in an epoch.
class ClipLearner final : public Learner {
public:
    /// Both outlive it.
    ClipLearner(const Dataset& dataset, const Hyperparameters& hyperparameters, const Architecture& architecture);

    ParameterSet& network() override { return *m_network; }
    ParameterSet& answering() override { return *m_network; }
    std::string examplesHash() const override { return m_examplesHash; }
    int64_t batches() const override;
    bool fits(const TrainingPosition& position) const override;
    Result<std::optional<Tally>> gradients(const TrainingPosition& position, const CancelToken& cancel) override;
    Result<std::optional<Tally>> validate(const std::function<int()>& threads, const CancelToken& cancel) override;
    void hearAs(const TrainingPosition& position) override;
    std::string complete(ModelBundle& model, const TrainingPosition& position) override;

    Result<void> join(const Launch& launch, bool resume, const CancelToken& cancel) override;
    bool shared() const override { return m_shared != nullptr; }
    Result<Checkpoint> copyFirst(Result<Checkpoint> checkpoint, const std::string& folder) override;
    Result<void> copyWeights() override;
    void leave() override { m_shared.reset(); }

private:
    std::vector<int64_t> rowsOf(const TrainingPosition& position);

    const Dataset& m_dataset;
    const Hyperparameters& m_hyperparameters;
    Examples m_train;
    Examples m_validation;
    const at::Tensor m_classWeights; ///< (2)
    const std::string m_examplesHash;
    const std::unique_ptr<ClipNetwork> m_network;
    std::unique_ptr<SharedBatches> m_shared; ///< nullptr where this process trains alone
    std::vector<int64_t> m_order;            ///< of the training examples, in the epoch m_orderEpoch
    int64_t m_orderEpoch = 0;
};

} // namespace ovation
