// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/FrameData.h"

#include "core/models/ModelRegistry.h"

#include <algorithm>

namespace ovation {

FrameLabels labelsOfFrames(const std::vector<LabelTimeline::Stretch>& stretches, int64_t frames, double hopS,
                           double startS) {
    FrameLabels labels{std::vector<float>(static_cast<size_t>(frames)),
                       std::vector<float>(static_cast<size_t>(frames))};
    auto stretch = stretches.begin();
    for (size_t f = 0; f < labels.targets.size(); ++f) {
        const double time = startS + static_cast<double>(f) * hopS;
        while (stretch != stretches.end() && stretch->span.end <= time)
            ++stretch;
        if (stretch == stretches.end() || stretch->span.start > time) continue;
        const auto labelClass = stretch->labelClass;
        labels.targets[f] = labelClass == LabelClass::Applause ? 1 : 0;
        labels.weights[f] = labelClass && *labelClass != LabelClass::Unsure ? 1 : 0;
    }
    return labels;
}

FrameLabels labelsOfAnswers(const FrameLabels& frames) {
    constexpr auto kFrames = static_cast<size_t>(kAnswerFrames);
    FrameLabels answers;
    for (size_t first = 0; first < frames.targets.size(); first += kFrames) {
        const size_t last = std::min(first + kFrames, frames.targets.size());
        float sum = 0, weight = 1;
        for (size_t f = first; f < last; ++f) {
            sum += frames.targets[f];
            weight = std::min(weight, frames.weights[f]);
        }
        answers.targets.push_back(sum / static_cast<float>(last - first));
        answers.weights.push_back(weight);
    }
    return answers;
}

Standardizer logMelStandardizer(const LogMelOptions& options) {
    const auto bands = static_cast<size_t>(options.bands);
    return {std::vector<float>(bands, -25.0F), std::vector<float>(bands, 20.0F)};
}

} // namespace ovation
