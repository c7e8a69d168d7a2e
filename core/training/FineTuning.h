// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/dataset/Recordings.h"
#include "core/models/ModelBundle.h"
#include "core/training/Hyperparameters.h"

namespace ovation {

/// What a model was trained with, at a fifth of the learning rate: it is to learn more, not to forget.
Result<Hyperparameters> fineTuningSettings(const ModelBundle& model);

/// The same for a few corrections: minutes instead of hours, and half of the examples cut from recordings as they are,
/// so that what was corrected is met often.
Result<Hyperparameters> correctionSettings(const ModelBundle& model);

/// Corrected recordings, all of them to train on unless their role says otherwise, beside others against forgetting,
/// from which validation is held back. What is in both counts as corrected.
RecordingCollection withRehearsal(RecordingCollection corrected, const RecordingCollection& rehearsal);

} // namespace ovation
