// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/dataset/Dataset.h"
#include "core/engine/Engine.h"
#include "core/models/ModelBundle.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ovation {

class FeatureCache;

/// Frames of the windows that are tried beside those that a clip model learnt from: about 2 and 1 s. Half a
/// second finds edges no better, and ranks worse what is applause.
constexpr std::array<int64_t, 2> kShorterWindows{86, 43};

/// Of a data set's recordings, indices of those that tell how edges are found: labelled along their time, or whole
/// clips; with windows to validate on and none that is trained on. Labelled recordings first, the shortest of each kind
/// first, until they are an hour, and none that makes them more than three; none where they hold fewer than 10
/// applauses that begin or end within the recording.
std::vector<size_t> recordingsToChooseBy(const Dataset& dataset);

/// Chooses how a clip model is asked about recordings: the length of its windows and the decoder, by
/// recordingsToChooseBy(). A window of 4.64 s answers for all that it holds, so that edges lie up to two seconds
/// outside; the networks take shorter clips as they are, and answer for less. A shorter window is taken where
/// decoderScore() gains 0.015 by it, each with the decoder that tuneDecoder() finds; so is a longer one instead of the
/// model's. Leaves frame models, and models with nothing to choose by, as they are. Errors: those of detect(), with the
/// model unchanged; recordings that cannot be read are passed over. On the caller's thread, as long as three detections
/// of the recordings take.
Result<void> chooseWindow(ModelBundle& model, const Dataset& dataset, Network& network, const FeatureCache* cache,
                          const CancelToken& cancel = {}, const ProgressCallback& progress = {});

/// The same for a training's outcome, with its model's own network. What stands in the way is said in the run's notes,
/// and the model is left as it is; where that is a cancel, the run counts as cancelled, so that it can be gone on with.
void chooseWindow(TrainingOutcome& outcome, const Dataset& dataset, Engine& engine, const FeatureCache* cache,
                  const CancelToken& cancel = {}, const ProgressCallback& progress = {});

} // namespace ovation
