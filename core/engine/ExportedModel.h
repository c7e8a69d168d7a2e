// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ovation {

struct ClipBatch;
struct FrameBatch;

/// An exported model, run from its file alone, as another program would. One thread at a time.
class ExportedModel {
public:
    virtual ~ExportedModel() = default;

    /// P(applause) over time of `count` recordings of the same length, one behind another: (count, answers).
    virtual Result<std::vector<float>> probabilities(int64_t count, std::span<const float> samples) = 0;

    /// P(applause) of clips: (count). Features as computed, not standardised.
    virtual Result<std::vector<float>> clipProbabilities(const ClipBatch& features) = 0;

    /// P(applause) over time of log-mel: (count, answers), 0 in the padding. Not standardised.
    virtual Result<std::vector<float>> frameProbabilities(const FrameBatch& features) = 0;
};

} // namespace ovation
