// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/dataset/Recordings.h"
#include "core/models/ModelBundle.h"
#include "core/training/Hyperparameters.h"

namespace ovation {

/// What a model was trained with from scratch, or the one that it descends from, at a fifth of the learning rate: it is
/// to learn more, not to forget, however often. All of the new weights are kept.
Result<Hyperparameters> fineTuningSettings(const ModelBundle& model);

/// The same for a few corrections: minutes instead of hours, and half of the examples cut from recordings as they are,
/// so that what was corrected is met often. Of frame models, the mean of the former weights and the new ones is kept
/// (WiSE-FT: Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
Result<Hyperparameters> correctionSettings(const ModelBundle& model);

/// Whether a network of these sizes can begin with the model's weights; its dropout may be another. WrongArchitecture.
Result<void> canBeginFrom(const ModelBundle& model, Architecture wanted);

/// Corrected recordings, all of them to train on unless their role says otherwise, with what lies beside their judged
/// applause, and others against forgetting, from which the settings' split holds back validation. What is in both
/// counts as corrected. Where nothing is left to validate on, the split deals out the corrected ones, too.
RecordingCollection withRehearsal(RecordingCollection corrected, const RecordingCollection& rehearsal,
                                  const Hyperparameters& settings);

} // namespace ovation
