// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "core/engine/Checkpoint.h"
#include "core/engine/TrainingState.h"
#include "core/engine/networks/ParameterSet.h"
#include "core/training/Launch.h"

#include <functional>
#include <optional>
#include <string>

namespace ovation {

/// A network with the examples that it learns from: what the training loop asks of them, whatever they are. Used by the
/// training thread. A Tally that is absent means that the run was cancelled meanwhile, here or in another process.
class Learner {
public:
    virtual ~Learner() = default;

    virtual ParameterSet& network() = 0;   ///< that the optimiser changes
    virtual ParameterSet& answering() = 0; ///< that is validated and kept
    virtual std::string examplesHash() const = 0;
    virtual int64_t batches() const = 0; ///< of an epoch

    /// Whether a checkpoint's position can be one of this training's.
    virtual bool fits(const TrainingPosition& position) const = 0;

    /// Loss and scores of the position's batch, whose gradient the network's parameters then have, unless the loss is
    /// no number.
    virtual Result<std::optional<Tally>> gradients(const TrainingPosition& position, const CancelToken& cancel) = 0;

    /// After the optimiser has changed the network; `steps` of them so far.
    virtual void stepped(uint64_t /*steps*/) {}

    /// What answering() is beside the network's weights, for checkpoints; and back.
    virtual TensorMap average() const { return {}; }
    virtual void setAverage(const TensorMap& /*average*/) {}

    /// The weights that the run began from, where some of them stay in the average; and back. Empty: none.
    virtual TensorMap former() const { return {}; }
    virtual void setFormer(const TensorMap& /*former*/) {}

    /// Gives the network its examples as the model that the run began from heard its own; the run's own model, too.
    virtual void hearAs(const TrainingPosition& /*position*/) {}

    /// The weights that, with the former ones' share, make these of answering().
    virtual TensorMap withoutFormer(const TensorMap& answering) const { return answering; }

    /// `threads` says how many to use for the next batch.
    virtual Result<std::optional<Tally>> validate(const std::function<int()>& threads, const CancelToken& cancel) = 0;

    /// Fills what a model has beside its architecture, weights and history. The position's best scores are those of the
    /// weights that are kept, which answering() holds. A sentence about what could not be done, or "".
    virtual std::string complete(ModelBundle& model, const TrainingPosition& position) = 0;

    // Trainings that several processes share.
    virtual Result<void> join(const Launch& launch, bool resume, const CancelToken& cancel) = 0;
    virtual bool shared() const { return false; }
    virtual Result<Checkpoint> copyFirst(Result<Checkpoint> checkpoint, const std::string& /*folder*/) {
        return checkpoint;
    }
    virtual Result<void> copyWeights() { return {}; }
    virtual void leave() {} ///< the others notice at once
};

} // namespace ovation
