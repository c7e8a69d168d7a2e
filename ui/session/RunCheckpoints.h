// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/TimeRange.h"
#include "core/models/ModelBundle.h"
#include "core/training/TrainingRun.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovation::ui {

/// An unfinished run that can be gone on with, as its project remembers it. The checkpoint itself lies in the user's
/// data folder, under a name that no other run has: so it is found whatever becomes of the project file's name and
/// place.
struct RunCheckpoint {
    int64_t runId = 0;
    std::string name; ///< the run's
    int64_t startedMs = 0;
    Hyperparameters hyperparameters;
    std::string token;        ///< names the folder: 32 lower-case hex digits
    bool corrections = false; ///< trained on corrections beside other recordings
    /// besideJudged() when the run began, by recording: what is detected since does not change what it learns from.
    std::map<int64_t, std::vector<SampleRange>> beside{};
    std::vector<std::string> taughtBy{}; ///< names of the models that teach it, which lie beside the checkpoint
    bool finished = false;               ///< nothing is to be resumed, but the run can be taken further
};

/// An entry for a run that is about to start. Nothing is on disk for it yet.
RunCheckpoint newRunCheckpoint(const TrainingRun& run);

std::string toJson(const std::vector<RunCheckpoint>& checkpoints);
/// Entries that are not understood are left out: a project may have been written by anyone.
std::vector<RunCheckpoint> runCheckpointsFromJson(std::string_view json);

/// The run whose checkpoint has to go, if one has to: at least 2 and at most 20 are kept, and between them as many as
/// take 1 GiB together. What can only be taken further goes before what waits to be resumed, and of each the oldest.
std::optional<int64_t> oneTooMany(const std::vector<RunCheckpoint>& checkpoints, const std::vector<TrainingRun>& runs);

std::string folderOf(const RunCheckpoint& checkpoint);

using ModelBundles = std::vector<std::shared_ptr<const ModelBundle>>;

// These touch the disk: not on the window's thread.

/// The models that teach a run, beside its checkpoint: it goes on with the same ones whatever becomes of where they
/// came from. Errors: those of writing and of readModel().
Result<void> keepTeachers(const std::string& folder, const ModelBundles& teachers);
Result<ModelBundles> keptTeachers(const std::string& folder, const std::vector<std::string>& names);

bool holdsCheckpoint(const std::string& folder);
void removeCheckpoint(const std::string& folder);
void removePreviousCheckpoint(const std::string& folder); ///< the newest stays

} // namespace ovation::ui
