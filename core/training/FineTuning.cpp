// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/FineTuning.h"

#include "core/dataset/FolderTree.h"
#include "core/dataset/Groups.h"

#include <algorithm>
#include <set>

namespace ovation {

Result<Hyperparameters> fineTuningSettings(const ModelBundle& model) {
    constexpr double kGentler = 0.2;
    auto settings = hyperparametersFromJson(model.trainingJson);
    if (!settings) return settings;
    settings->learningRate *= kGentler;
    return settings;
}

Result<Hyperparameters> correctionSettings(const ModelBundle& model) {
    constexpr int64_t kEpochs = 5, kSteps = 20;
    auto settings = fineTuningSettings(model);
    if (!settings) return settings;
    settings->epochs = std::min(settings->epochs, kEpochs);
    settings->stepsPerEpoch = std::min(settings->stepsPerEpoch, kSteps);
    settings->mixShare = std::min(settings->mixShare, 0.5);
    settings->split = "recording";
    return settings;
}

RecordingCollection withRehearsal(RecordingCollection corrected, const RecordingCollection& rehearsal) {
    std::set<std::string> taken;
    for (LabelledRecording& recording : corrected.recordings) {
        taken.insert(canonicalPath(recording.path));
        if (recording.role == SplitRole::Automatic) recording.role = SplitRole::Training;
    }
    for (const LabelledRecording& recording : rehearsal.recordings)
        if (!taken.contains(canonicalPath(recording.path))) corrected.recordings.push_back(recording);
    corrected.notes.insert(corrected.notes.end(), rehearsal.notes.begin(), rehearsal.notes.end());
    corrected.skipped.insert(corrected.skipped.end(), rehearsal.skipped.begin(), rehearsal.skipped.end());
    groupIdenticalFiles(corrected.recordings, {}); // copies of one another stay on one side
    std::ranges::stable_sort(corrected.recordings, {}, &LabelledRecording::path);
    return corrected;
}

} // namespace ovation
