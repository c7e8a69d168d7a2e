// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"

namespace ovation {

/// buildDataset() for frame networks: Dataset::frames, summary, recordings and skipped are filled. The split is always
/// by recording. Examples are counted in answers.
Result<Dataset> buildFrameDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                  const RecordingCollection* validation, const CancelToken& cancel,
                                  const ProgressCallback& progress, const FeatureCache* cache);

} // namespace ovation
