// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/ProbabilityCurve.h"
#include "core/engine/Engine.h"
#include "core/features/SeedFeatures.h"
#include "core/models/ModelBundle.h"

#include <cstdint>
#include <vector>

namespace ovation {

/// Turns a stream of frames into a probability curve: windows of `architecture.frames` frames begin every `hopFrames`,
/// the last one ends with the recording; a recording shorter than a window is one padded window. Windows go through the
/// network in batches. The recording is cut into cells of hopFrames; each cell's value is the mean over the windows
/// that cover the cell's middle frame. A window of digital silence has probability 0; the network, whose standardised
/// input would mean nothing, is not asked.
///
/// Holds a window and a hop of frames, one batch, and 12 bytes a cell. One thread.
class SlidingWindows {
public:
    /// Both are used as long as this lives. `hopFrames` is clamped to [1, frames of a window].
    SlidingWindows(const ModelBundle& bundle, Network& network, int64_t hopFrames, int batchSize);

    /// Where the next frames are to be appended. Call process() afterwards.
    FrameFeatures& pending() { return m_frames; }

    /// Runs what windows are complete and drops frames that no later window needs. Errors: the network's; DamagedModel
    /// where it answers with values that are not numbers.
    Result<void> process();

    /// The end of the recording: runs the last windows. Afterwards curve() is complete.
    Result<void> finish();

    /// Value i is for the middle of cell i: frame i * hop + (hop - 1) / 2, at 512 / 22050 s a frame.
    ProbabilityCurve curve(double durationS) const;

    int64_t framesHeld() const { return m_frames.frames(); }

private:
    Result<void> addWindow(int64_t first, int64_t count);
    Result<void> runBatch();
    void dropUnneeded();
    void spread(int64_t first, int64_t count, float probability);
    int64_t available() const { return m_dropped + m_frames.frames(); }

    struct Span {
        int64_t first, count;
    };

    const ModelBundle& m_bundle;
    Network& m_network;
    const int64_t m_window;
    const int64_t m_hop;
    const int64_t m_batchSize;

    FrameFeatures m_frames; ///< frames [m_dropped, m_dropped + frames())
    int64_t m_dropped = 0;
    int64_t m_next = 0; ///< first frame of the next window

    std::vector<Span> m_batch;
    std::vector<float> m_mfcc, m_clipValues;
    std::vector<int32_t> m_lengths;

    std::vector<double> m_sums; ///< by cell
    std::vector<int32_t> m_counts;
};

} // namespace ovation
