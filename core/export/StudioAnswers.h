// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/engine/Engine.h"
#include "core/models/ModelBundle.h"

#include <span>
#include <vector>

namespace ovation {

/// Samples per second that a model hears.
int sampleRateOf(const ModelBundle& bundle);

/// P(applause) over time as detection gives it for these samples (sampleRateOf() Hz, mono): what every export is
/// compared with. Features, windows and stretches are detection's own. Errors: the network's, ZeroLengthAudio.
Result<std::vector<float>> studioAnswers(std::span<const float> samples, const ModelBundle& bundle, Network& network);

/// A clip's features as a clip network takes them before standardising; its first `architecture.frames` frames.
struct RawClip {
    std::vector<float> mfcc; ///< (frames, 13), padded with 0
    std::vector<float> clipValues;
    std::vector<int32_t> length;
    int64_t frames = 0;

    ClipBatch batch() const { return {1, frames, mfcc, clipValues, length}; }
};
RawClip rawClip(std::span<const float> samples, const ModelBundle& bundle);

/// The clip with the bundle's standardisers applied, as the studio's network takes it.
RawClip standardised(RawClip clip, const ModelBundle& bundle);

} // namespace ovation
