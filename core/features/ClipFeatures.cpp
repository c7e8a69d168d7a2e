// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/SeedFeatures.h"
#include "core/features/SlidingClips.h"

#include <algorithm>

namespace ovation {
namespace {

/// Exactly the frames [first, first + count) that are there.
SlidingClips clipOf(const FrameFeatures& frames, int64_t first, int64_t count) {
    const int64_t begin = std::clamp<int64_t>(first, 0, frames.frames());
    const int64_t end = std::clamp<int64_t>(first + std::max<int64_t>(count, 0), begin, frames.frames());
    SlidingClips clips;
    clips.append(frames, begin, end - begin);
    return clips;
}

} // namespace

const std::array<const char*, seed::kClipValues>& clipValueNames() {
    static const std::array<const char*, seed::kClipValues> names = {
        "pitch_mean", "pitch_max",          "pitch_min", "pitch_range",   "rms_mean",     "rms_max",
        "rms_std",    "zero_crossing_rate", "tempo",     "centroid_mean", "rolloff_mean", "bandwidth_mean"};
    return names;
}

FeatureMatrix mfcc(const FrameFeatures& frames, int64_t first, int64_t count) {
    SlidingClips clips = clipOf(frames, first, count);
    return clips.mfcc(0, clips.end());
}

ClipFeatures clipFeatures(const FrameFeatures& frames, int64_t first, int64_t count) {
    SlidingClips clips = clipOf(frames, first, count);
    return clips.clip(0, clips.end());
}

} // namespace ovation
