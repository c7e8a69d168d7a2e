// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/SlidingClips.h"
#include "core/models/ModelBundle.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ovation {

/// Windows of a recording as a network takes them. A value.
struct WindowBatch {
    struct Span {
        int64_t first, count; ///< frames
    };
    std::vector<Span> windows;
    std::vector<float> mfcc;       ///< (windows, frames of a window, 13), standardised, padding 0
    std::vector<float> clipValues; ///< (windows, 12), standardised
    std::vector<int32_t> lengths;  ///< (windows)
    std::vector<Span> silent;      ///< windows of digital silence met on the way; they are not in the above
    int64_t framesRead = 0;        ///< of the recording, when the batch was complete
};

/// Cuts a stream of frames into windows of detectionFrames() frames that begin every `hopFrames`, the last one ending
/// with the recording; a recording shorter than a window is one padded window. Windows of digital silence are set
/// apart: standardised, they would mean nothing to a network. Holds a window and a hop of frames, and what take() has
/// not taken. One thread.
class WindowBatches {
public:
    /// `bundle` is used as long as this lives. `hopFrames` is clamped to [1, frames of a window].
    WindowBatches(const ModelBundle& bundle, int64_t hopFrames, int batchSize);

    void append(const FrameFeatures& frames) { m_clips.append(frames); }

    /// The recording has no more frames.
    void finish() { m_finished = true; }

    /// The next batch, full but for the last, once its frames are there. The last may hold no windows.
    std::optional<WindowBatch> take();

    int64_t frames() const { return m_clips.end(); } ///< appended so far
    int64_t framesHeld() const { return m_clips.held(); }

private:
    void addWindow(int64_t first, int64_t count);
    bool full() const { return m_batch.windows.size() >= m_batchSize; }

    const ModelBundle& m_bundle;
    const int64_t m_window;
    const int64_t m_hop;
    const size_t m_batchSize;

    SlidingClips m_clips;
    int64_t m_next = 0; ///< first frame of the next window
    bool m_finished = false;
    bool m_ended = false; ///< the last batch has been taken
    WindowBatch m_batch;
};

} // namespace ovation
