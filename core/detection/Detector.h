// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/detection/ProbabilityCurve.h"
#include "core/engine/Engine.h"
#include "core/models/ModelBundle.h"

#include <cstdint>
#include <string>

namespace ovation {

class FeatureCache;

struct DetectorOptions {
    double hopS = 0;    ///< step between windows, 0: hopFramesOf(); frame models answer for every frame
    int batchSize = 32; ///< windows per pass through the network
    const FeatureCache* cache = nullptr; ///< where clip models' frame features are taken from and kept; may be null
    bool pipelined = true;               ///< decoding and features on a thread of their own; the curve is the same
};

/// Slides windows over a recording and averages their probabilities where they overlap (WindowBatches and CurveSums say
/// how). The curve's step is the hop, rounded to whole frames of 512 / 22050 s; each value is for the middle of the
/// stretch of one hop that it covers. A recording shorter than a window is one padded window; windows of digital
/// silence have probability 0. Frame models answer for every kAnswerFrames frames of their own, in long stretches that
/// overlap (FrameChunks); a value is for the middle of its frames. Streams: memory is bounded whatever the recording's
/// length, the curve itself apart. Network and progress are called on the caller's thread; decoding and features run on
/// another one, a batch or two ahead, which has ended when this returns. Errors: those of AudioReader, the network's,
/// DamagedModel where it answers with NaN, OutOfMemory, Cancelled (looked for before each batch, about every 24 s of
/// audio, and while the recording is hashed for the cache).
Result<ProbabilityCurve> detect(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                const DetectorOptions& options = {}, const CancelToken& cancel = {},
                                const ProgressCallback& progress = {});

/// `hopS` in whole frames, from 1 to `windowFrames`. 0: a quarter of a window, at most 0.5 s.
int64_t hopFramesOf(double hopS, int64_t windowFrames);

/// The step between a clip model's windows where nobody asks for another, in frames.
int64_t hopFramesOf(const ModelBundle& bundle);

} // namespace ovation
