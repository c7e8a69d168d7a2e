// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/FineTuning.h"

#include "core/dataset/FolderTree.h"
#include "core/dataset/Groups.h"
#include "core/dataset/WindowPlan.h"

#include <algorithm>
#include <set>

namespace ovation {

namespace {

void learnBeside(LabelledRecording& recording) {
    for (const TimeSpan& span : recording.beside) {
        Label label;
        label.span = span;
        label.labelClass = LabelClass::NotApplause;
        recording.labels.push_back(std::move(label));
    }
    std::ranges::stable_sort(recording.labels, {}, [](const Label& label) { return label.span.start; });
}

bool leavesValidation(const RecordingCollection& collection, const Hyperparameters& settings) {
    const std::vector<SplitSide> sides = sidesOf(planWindows(collection, settings, nullptr));
    return std::ranges::find(sides, SplitSide::Validation) != sides.end();
}

} // namespace

Result<Hyperparameters> fineTuningSettings(const ModelBundle& model) {
    constexpr double kGentler = 0.2;
    auto settings = hyperparametersFromJson(model.originJson == "{}" ? model.trainingJson : model.originJson);
    if (!settings) return settings;
    settings->learningRate *= kGentler;
    settings->formerShare = 0;
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
    if (isFrameModel(settings->model)) settings->formerShare = 0.5; // the others keep no average
    return settings;
}

Result<void> canBeginFrom(const ModelBundle& model, Architecture wanted) {
    wanted.dropout = model.architecture.dropout;
    if (model.architecture == wanted) return {};
    return Error{ErrorCode::WrongArchitecture, model.name,
                 "the model to begin with is another network, or one of other sizes, than the one to be trained", 0};
}

RecordingCollection withRehearsal(RecordingCollection corrected, const RecordingCollection& rehearsal,
                                  const Hyperparameters& settings) {
    std::set<std::string> taken, trained;
    for (LabelledRecording& recording : corrected.recordings) {
        taken.insert(canonicalPath(recording.path));
        if (recording.role == SplitRole::Automatic) {
            recording.role = SplitRole::Training;
            trained.insert(recording.path);
        }
        if (recording.role == SplitRole::Training) learnBeside(recording);
    }
    for (const LabelledRecording& recording : rehearsal.recordings)
        if (taken.insert(canonicalPath(recording.path)).second) corrected.recordings.push_back(recording);
    corrected.notes.insert(corrected.notes.end(), rehearsal.notes.begin(), rehearsal.notes.end());
    corrected.doubts.insert(corrected.doubts.end(), rehearsal.doubts.begin(), rehearsal.doubts.end());
    corrected.skipped.insert(corrected.skipped.end(), rehearsal.skipped.begin(), rehearsal.skipped.end());
    corrected.unreadable.insert(corrected.unreadable.end(), rehearsal.unreadable.begin(), rehearsal.unreadable.end());
    groupIdenticalFiles(corrected.recordings, {}); // copies of one another stay on one side
    std::ranges::stable_sort(corrected.recordings, {}, &LabelledRecording::path);
    if (!leavesValidation(corrected, settings)) // what was corrected is all there is
        for (LabelledRecording& recording : corrected.recordings)
            if (trained.contains(recording.path)) recording.role = SplitRole::Automatic;
    return corrected;
}

} // namespace ovation
