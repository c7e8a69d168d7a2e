// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DataMemory.h"

#include "core/base/Memory.h"
#include "core/base/Text.h"
#include "core/dataset/BuildFrameData.h"
#include "core/features/SeedFeatures.h"
#include "core/models/ModelRegistry.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace ovation {

namespace {

constexpr double kMostBytes = 1e18;

double bytesOfWindows(const WindowPlan& plan, const Hyperparameters& hyperparameters) {
    constexpr double kWindow = sizeof(float) * (seed::kWindowFrames * seed::kMfcc + seed::kClipValues);
    const auto copies = static_cast<double>(1 + std::max<int64_t>(0, hyperparameters.augmentCopies));
    return kWindow *
           (copies * static_cast<double>(plan.split.train.size()) + static_cast<double>(plan.split.validation.size()));
}

double bytesOfFrames(const WindowPlan& plan, size_t trainingRecordings, const Hyperparameters& hyperparameters) {
    const LogMelOptions features;
    const std::vector<SplitSide> sides = frameSidesOf(plan, trainingRecordings);
    std::vector<const LabelledRecording*> training;
    double validationS = 0;
    for (size_t i = 0; i < sides.size(); ++i) {
        const LabelledRecording& recording = plan.collection.recordings[i];
        if (sides[i] == SplitSide::Training) training.push_back(&recording);
        if (sides[i] == SplitSide::Validation) validationS += recording.info.durationS();
    }
    // Bands, whether it is silent, and an answer's target and weight.
    const double frame = sizeof(float) * (features.bands + 2.0 / static_cast<double>(kAnswerFrames)) + 1;
    return static_cast<double>(
               sourceBytes(training, reachOfExamples(plan, sides, hyperparameters), features.sampleRate)) +
           validationS / features.hopS() * frame;
}

} // namespace

int64_t dataBytes(const WindowPlan& plan, size_t trainingRecordings, const Hyperparameters& hyperparameters) {
    const double bytes = isFrameModel(hyperparameters.model) ? bytesOfFrames(plan, trainingRecordings, hyperparameters)
                                                             : bytesOfWindows(plan, hyperparameters);
    return static_cast<int64_t>(std::min(kMostBytes, bytes));
}

std::optional<Finding> findingOfMemory(int64_t bytes, std::optional<int64_t> available,
                                       const std::vector<LabelledRecording>& recordings) {
    if (!available || bytes <= *available) return std::nullopt;
    std::vector<const LabelledRecording*> longest;
    for (const LabelledRecording& recording : recordings)
        longest.push_back(&recording);
    std::ranges::stable_sort(longest, std::ranges::greater{},
                             [](const LabelledRecording* r) { return r->info.durationS(); });
    // What is free now may be more in a while, and some systems keep caches that they would give back.
    constexpr int64_t kHopeless = 2;
    Finding finding{bytes / kHopeless > *available ? Severity::Fatal : Severity::Warning,
                    "memory",
                    "The training data would take about " + memoryText(bytes) + " of memory, but only " +
                        memoryText(*available) + " are free.",
                    {},
                    "Train on fewer or shorter recordings, or close other programs."};
    std::vector<std::string> evidence;
    for (const LabelledRecording* recording : longest)
        evidence.push_back(recording->path + ": " + fixed(recording->info.durationS() / 60, 1) + " min");
    finding.evidence = shortEvidence(std::move(evidence));
    return finding;
}

} // namespace ovation
