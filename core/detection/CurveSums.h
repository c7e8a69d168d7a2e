// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/ProbabilityCurve.h"
#include "core/detection/WindowBatches.h"
#include "core/engine/Engine.h"

#include <cstdint>
#include <vector>

namespace ovation {

/// Averages the probabilities of overlapping windows. The recording is cut into cells of `hopFrames`; each cell's value
/// is the mean over the windows that cover the cell's middle frame. A window of digital silence has probability 0.
/// Holds 12 bytes a cell. One thread.
class CurveSums {
public:
    explicit CurveSums(int64_t hopFrames) : m_hop(hopFrames) {}

    /// Asks the network for the batch and adds its answers. Errors: the network's; DamagedModel where it answers with
    /// values that are not numbers.
    Result<void> add(const WindowBatch& batch, const ModelBundle& bundle, Network& network);

    /// Of a recording of `frames` frames, all of whose windows have been added. Value i is for the middle of cell i:
    /// frame i * hop + (hop - 1) / 2, at 512 / 22050 s a frame.
    ProbabilityCurve curve(int64_t frames, double durationS) const;

private:
    void spread(WindowBatch::Span window, float probability);

    const int64_t m_hop;
    std::vector<double> m_sums; ///< by cell
    std::vector<int32_t> m_counts;
};

} // namespace ovation
