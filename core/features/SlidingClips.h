// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/SeedFeatures.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace ovation {

/// clipFeatures() of windows that move forward over a recording's frames. What belongs to a frame (mel power in dB,
/// MFCC, the rise against the frame before) is computed once for all windows that hold the frame; only where a window's
/// top_db cuts into a frame is it computed anew, for as long as the windows' maximum stays. Equal to clipFeatures() to
/// the bit. One thread at a time; holds about 600 bytes a frame, from the first frame that is not dropped.
class SlidingClips {
public:
    /// Appends frames [first, first + count) of `frames`; all of them by default. Frames without scalars will do for
    /// mfcc().
    void append(const FrameFeatures& frames, int64_t first = 0, int64_t count = std::numeric_limits<int64_t>::max());

    int64_t end() const { return m_dropped + m_held; } ///< frames appended so far

    /// Features of frames [first, first + count), clipped to what is there; none of them may have been dropped.
    ClipFeatures clip(int64_t first, int64_t count);

    /// The MFCC of clip() alone.
    FeatureMatrix mfcc(int64_t first, int64_t count);

    /// Promises that no later window begins before `first`. Memory is freed some hundred frames at a time.
    void dropBefore(int64_t first);

    int64_t held() const { return m_held; }

private:
    struct Range {
        int64_t begin, end; ///< indices of held frames
    };
    struct Frame {
        float low, high; ///< smallest and largest dB of its bands
        float mfccFloor; ///< the floor that its MFCC were computed under; NaN: not yet
        float rise;      ///< median over bands of the rise to the next frame
        float riseFloor; ///< likewise
        FrameScalars scalars;
    };
    Range clipped(int64_t first, int64_t count) const;
    float floorOf(Range range) const;
    FeatureMatrix mfccOf(Range range, float floor);
    std::vector<float> onsetsOf(Range range, float floor);

    int64_t m_dropped = 0;
    int64_t m_held = 0;
    std::vector<Frame> m_frames;
    std::vector<float> m_db;   ///< (held, 128), not yet cut by top_db
    std::vector<float> m_mfcc; ///< (held, 13), under each frame's mfccFloor
    std::vector<float> m_scratch;
};

} // namespace ovation
