// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/dataset/SoundPrint.h"

namespace ovation {

/// Every labelled window of the training data and, where given, of separate validation data, with its side.
struct WindowPlan {
    RecordingCollection
        collection; ///< recordings of `validation` follow those of `training`; nothing skipped, no notes
    std::vector<Window> windows;
    Split split;
};

/// Without `validation` the hyperparameters' split decides. With it, all its windows are for validation, and all of
/// `training` but recordings whose role, or one of their group's, says otherwise are for training. Headers only; no
/// audio is read.
WindowPlan planWindows(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                       const RecordingCollection* validation);

/// Where each recording's windows are.
std::vector<SplitSide> sidesOf(const WindowPlan& plan);

} // namespace ovation
