// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/detection/ProbabilityCurve.h"
#include "core/engine/Engine.h"
#include "core/models/ModelBundle.h"

#include <string>

namespace ovation {

struct DetectorOptions {
    double hopS = 0.5;  ///< step between windows
    int batchSize = 16; ///< windows per pass through the network
};

/// Slides windows over a recording and averages their probabilities where they overlap. Streams: memory is bounded
/// whatever the recording's length. Runs on the caller's thread. Errors: those of AudioReader, the network's,
/// Cancelled.
Result<ProbabilityCurve> detect(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                const DetectorOptions& options = {}, const CancelToken& cancel = {},
                                const ProgressCallback& progress = {});

} // namespace ovation
