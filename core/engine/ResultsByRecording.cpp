// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ResultsByRecording.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

namespace ovation {

std::vector<RecordingResult> resultsByRecording(const Dataset& dataset, const std::vector<float>& scores) {
    std::map<int32_t, RecordingResult> results;
    size_t used = 0;
    // `applause`: share of the example.
    const auto add = [&](int32_t recording, double applause) {
        if (used == scores.size()) return false;
        const float score = scores[used++];
        const bool truth = applause >= 0.5;
        RecordingResult& result = results[recording];
        result.confusion.add(truth, score >= 0.5F);
        result.rank(score, truth);
        const double p = std::clamp(static_cast<double>(score), 1e-7, 1 - 1e-7);
        result.lossSum -= applause * std::log(p) + (1 - applause) * std::log1p(-p);
        return true;
    };
    if (dataset.validation.windows.size() == dataset.validation.labels.size())
        for (size_t i = 0; i < dataset.validation.labels.size(); ++i)
            if (!add(dataset.validation.windows[i].recording, dataset.validation.labels[i] == 1 ? 1 : 0)) return {};
    for (const FrameRecording& recording : dataset.frames.validation)
        for (size_t i = 0; i < recording.labels.targets.size(); ++i)
            if (recording.labels.weights[i] > 0 &&
                !add(recording.recording, static_cast<double>(recording.labels.targets[i])))
                return {};
    if (used != scores.size()) return {};
    std::vector<RecordingResult> list;
    for (auto& [index, result] : results) {
        if (index < 0 || index >= static_cast<int32_t>(dataset.recordings.size())) return {};
        result.file = dataset.recordings[static_cast<size_t>(index)].path;
        list.push_back(std::move(result));
    }
    return list;
}

} // namespace ovation
