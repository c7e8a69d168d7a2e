// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/FineTuning.h"

#include "core/dataset/FolderTree.h"
#include "core/dataset/Groups.h"

#include <algorithm>
#include <set>

namespace ovation {

namespace {

constexpr double kBesideS = 1.5;

/// The parts of `span` that none of `others` covers.
std::vector<TimeSpan> uncovered(TimeSpan span, const std::vector<TimeSpan>& others) {
    std::vector<TimeSpan> parts{span};
    for (const TimeSpan& other : others) {
        std::vector<TimeSpan> left;
        for (const TimeSpan& part : parts) {
            if (const double end = std::min(part.end, other.start); end > part.start) left.push_back({part.start, end});
            if (const double start = std::max(part.start, other.end); start < part.end)
                left.push_back({start, part.end});
        }
        parts = std::move(left);
    }
    return parts;
}

void knowBesideApplause(LabelledRecording& recording) {
    if (recording.wholeClip || recording.fullyLabelled) return;
    std::vector<Label> beside;
    const auto add = [&](double start, double end) {
        const TimeSpan within{std::max(start, 0.0), std::min(end, recording.info.durationS())};
        if (within.length() <= 0) return;
        for (const TimeSpan& part : uncovered(within, recording.undecided)) {
            Label label;
            label.span = part;
            label.labelClass = LabelClass::NotApplause;
            beside.push_back(std::move(label));
        }
    };
    for (const Label& label : recording.labels) {
        if (label.labelClass != LabelClass::Applause) continue;
        add(label.span.start - kBesideS, label.span.start);
        add(label.span.end, label.span.end + kBesideS);
    }
    recording.labels.insert(recording.labels.end(), beside.begin(), beside.end());
    std::ranges::stable_sort(recording.labels, {}, [](const Label& label) { return label.span.start; });
}

} // namespace

Result<Hyperparameters> fineTuningSettings(const ModelBundle& model) {
    constexpr double kGentler = 0.2;
    auto settings = hyperparametersFromJson(model.trainingJson);
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
    settings->formerShare = 0.5;
    return settings;
}

RecordingCollection withRehearsal(RecordingCollection corrected, const RecordingCollection& rehearsal) {
    std::set<std::string> taken;
    for (LabelledRecording& recording : corrected.recordings) {
        taken.insert(canonicalPath(recording.path));
        if (recording.role == SplitRole::Automatic) recording.role = SplitRole::Training;
        knowBesideApplause(recording);
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
