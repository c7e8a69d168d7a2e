// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/dataset/Recordings.h"
#include "core/dataset/SoundPrint.h"

#include <vector>

namespace ovation {

class BlobCache;
class FeatureCache;

/// What is heard of recordings, for a check that goes beyond headers.
struct HeardSound {
    std::vector<SoundPrint> prints; ///< in the recordings' order; empty where one could not be read
};

/// Reads every recording to its end, several at a time, unless `kept` has its print. Recordings that cannot be read
/// have an empty print. Both caches may be null. Error: Cancelled.
Result<HeardSound> listenTo(const std::vector<LabelledRecording>& recordings, const FeatureCache* cache,
                            BlobCache* kept, const CancelToken& cancel = {}, const ProgressCallback& progress = {});

} // namespace ovation
