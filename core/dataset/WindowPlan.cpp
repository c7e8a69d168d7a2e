// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/WindowPlan.h"

#include "core/dataset/Groups.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace ovation {

WindowPlan planWindows(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                       const RecordingCollection* validation) {
    WindowPlan plan;
    std::vector<LabelledRecording>& recordings = plan.collection.recordings;
    recordings = training.recordings;
    if (validation) recordings.insert(recordings.end(), validation->recordings.begin(), validation->recordings.end());
    for (size_t i = 0; i < recordings.size(); ++i)
        std::ranges::move(labelledWindows(recordings[i], static_cast<int32_t>(i), hyperparameters.windowHopS),
                          std::back_inserter(plan.windows));
    if (!validation) {
        plan.split = splitWindows(plan.collection, plan.windows,
                                  splitsAtRandom(hyperparameters) ? "random" : "recording", hyperparameters.trainSplit,
                                  seedOfSplit(hyperparameters), hyperparameters.folds, hyperparameters.fold);
        return plan;
    }
    const std::vector<SplitRole> roles = rolesByGroup(training.recordings, groupComponents(training.recordings));
    const std::vector<int32_t> components = groupComponents(recordings);
    std::set<int32_t> trainComponents;
    for (size_t i = 0; i < plan.windows.size(); ++i) {
        const auto recording = static_cast<size_t>(plan.windows[i].recording);
        const bool separate = recording >= training.recordings.size();
        if (!separate && roles[recording] == SplitRole::Test) continue;
        const bool isValidation = separate || roles[recording] == SplitRole::Validation;
        (isValidation ? plan.split.validation : plan.split.train).push_back(static_cast<int32_t>(i));
        if (!isValidation) trainComponents.insert(components[recording]);
    }
    plan.split.leaky = std::ranges::any_of(plan.split.validation, [&](int32_t index) {
        return trainComponents.contains(
            components[static_cast<size_t>(plan.windows[static_cast<size_t>(index)].recording)]);
    });
    return plan;
}

std::vector<SplitSide> sidesOf(const WindowPlan& plan) {
    std::vector<SplitSide> sides(plan.collection.recordings.size(), SplitSide::None);
    const auto note = [&](const std::vector<int32_t>& windows, SplitSide side, SplitSide other) {
        for (const int32_t index : windows) {
            SplitSide& of = sides[static_cast<size_t>(plan.windows[static_cast<size_t>(index)].recording)];
            of = of == other || of == SplitSide::Both ? SplitSide::Both : side;
        }
    };
    note(plan.split.train, SplitSide::Training, SplitSide::Validation);
    note(plan.split.validation, SplitSide::Validation, SplitSide::Training);
    return sides;
}

} // namespace ovation
