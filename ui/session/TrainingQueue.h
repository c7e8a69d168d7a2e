// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"
#include "ui/session/ModelSource.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovation::ui {

/// A run that waits for its turn.
struct QueuedRun {
    int64_t id = 0; ///< in the queue
    std::string name;
    Hyperparameters hyperparameters;
    std::vector<ModelSource> teachers{}; ///< of kind None: of a run that was removed
    bool operator==(const QueuedRun&) const = default;
};

/// A run's notes with the reason why it has failed, which may be among them.
std::string notesWithReason(const std::string& notes, const std::string& reason);

std::string toJson(const std::vector<QueuedRun>& queue);
/// Entries that are not understood are left out; ids are given anew, from 1.
std::vector<QueuedRun> queueFromJson(std::string_view json);

} // namespace ovation::ui
