// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/Interrupt.h"

#include <cstdint>
#include <vector>

namespace ovation::fast {

struct LstmSizes {
    int64_t frames, batch, input, hidden;
    int64_t rows() const { return frames * batch; }
    int64_t gates() const { return 4 * hidden; }
    int64_t outputs() const { return 2 * hidden; } ///< floats from one row of outputs to the next
};

/// One direction of a bidirectional layer.
struct LstmDirection {
    bool reverse;
    const Interrupt& interrupt; ///< ends a pass early
    const std::vector<int64_t>& lengths;
    const float* recurrent; ///< weights (4H, H)
};

// The passes of one direction through all frames, on the calling thread. `output` and `outputGradients` point at the
// direction's own columns.

/// `gates` (T, B, 4H) holds the input projections and is activated in place; writes cell states (T, B, H).
void runForward(const LstmSizes& sizes, const LstmDirection& direction, float* gates, float* cells, float* output);

/// The same where nothing has to be kept for a backward pass: projects some frames of x (T, B, I) at a time by the
/// input's weights (4H, I), so that they stay in the cache until the recurrence has used them. `bias` (4H) is that of
/// input and recurrence.
void runInference(const LstmSizes& sizes, const LstmDirection& direction, const float* x, const float* input,
                  const float* bias, float* output);

/// The way back from what runForward() left: fills `gateGradients` (T, B, 4H).
void runBackward(const LstmSizes& sizes, const LstmDirection& direction, const float* gates, const float* cells,
                 const float* outputGradients, float* gateGradients);

} // namespace ovation::fast
