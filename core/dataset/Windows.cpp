// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Dataset.h"
#include "core/dataset/LabelTimeline.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

constexpr double kTolerance = 1e-6; // share of a window; rounding of label times

/// nullopt where a window is neither: partly applause, unsure or unknown.
std::optional<bool> isApplause(const LabelTimeline& timeline, double start, double end) {
    const double length = end - start;
    if (length <= 0) return std::nullopt;
    const double applause = timeline.seconds(LabelClass::Applause, start, end);
    if (applause >= length * (0.5 - kTolerance)) return true;
    if (timeline.seconds(LabelClass::NotApplause, start, end) >= length * (1 - kTolerance)) return false;
    return std::nullopt;
}

/// Frames of the recording at 22 050 Hz, from its header.
int64_t framesOf(const AudioInfo& info) {
    return frameCount(std::llround(info.durationS() * seed::kSampleRate));
}

} // namespace

std::vector<Window> labelledWindows(const LabelledRecording& recording, int32_t index, double hopS) {
    std::vector<Window> windows;
    const LabelTimeline timeline(recording);
    const int64_t total = framesOf(recording.info);
    const double duration = recording.info.durationS();
    const auto add = [&](int64_t first, int64_t frames) {
        const double start = static_cast<double>(first) * seed::kHopS;
        const double end = std::min(static_cast<double>(first + frames) * seed::kHopS, duration);
        if (const auto applause = isApplause(timeline, start, end))
            windows.push_back({index, first, static_cast<int32_t>(frames), *applause});
    };
    if (total <= 0) return windows;
    if (total <= seed::kWindowFrames) {
        add(0, total);
        return windows;
    }
    const int64_t hop = std::max<int64_t>(1, std::llround(hopS / seed::kHopS));
    const int64_t last = total - seed::kWindowFrames;
    int64_t first = 0;
    for (; first < last; first += hop)
        add(first, seed::kWindowFrames);
    const int64_t unseen = last - (first - hop); // frames at the end that the last window would add
    if (4 * unseen >= hop) add(last, seed::kWindowFrames);
    return windows;
}

} // namespace ovation
