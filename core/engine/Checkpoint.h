// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/engine/TrainingState.h"
#include "core/models/ModelBundle.h"

#include <string>
#include <string_view>

namespace ovation {

/// A training run on disk. Two files in the folder: the newest checkpoint and the one before it, each a safetensors
/// container written whole (temporary file, fsync, rename) and guarded by a hash.
struct Checkpoint {
    std::string datasetHash; ///< of the examples themselves, not of their files
    Hyperparameters hyperparameters;
    TrainingPosition position;
    TensorMap weights;
    TensorMap average; ///< of the weights over the last steps, where it is what is validated; else empty
    TensorMap former;  ///< weights that the run began from, where some of them stay in the average; else empty
    TensorMap first;   ///< optimiser's moments, by parameter; empty before the first step
    TensorMap second;
    TensorMap best;          ///< weights of the best epoch; empty before the first
    std::string sourcesHash; ///< FrameData's; "" in what earlier programs wrote
};

/// Creates the folder where needed. Errors: DiskFull, NoPermission, WriteFailed.
Result<void> writeCheckpoint(const std::string& folder, const Checkpoint& checkpoint);

/// The file's content, and back; `file` is for errors.
std::string toBytes(const Checkpoint& checkpoint);
Result<Checkpoint> checkpointFromBytes(std::string_view bytes, const std::string& file);

/// By its own number of epochs, or early.
bool hasEnded(const Checkpoint& checkpoint);

/// Keeps the state of a run that has not ended out of the way of another run in its folder: --resume may have been
/// forgotten. The file's name now; "" where there is no such state, or it cannot be kept.
std::string setCheckpointAside(const std::string& folder);

/// The newest checkpoint that is whole. BadCheckpoint with the reason where there is none, or it belongs to other data
/// or hyperparameters (the number of epochs and threads may differ: a finished run can be taken further).
Result<Checkpoint> readCheckpoint(const std::string& folder, const Hyperparameters& hyperparameters,
                                  const std::string& datasetHash, const std::string& sourcesHash);

} // namespace ovation
