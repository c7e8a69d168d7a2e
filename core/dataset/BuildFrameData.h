// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/dataset/WindowPlan.h"

namespace ovation {

/// buildDataset() for frame networks: Dataset::frames, summary, recordings and skipped are filled. The split is always
/// by recording. Examples are counted in answers.
Result<Dataset> buildFrameDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                  const RecordingCollection* validation, const CancelToken& cancel,
                                  const ProgressCallback& progress, const FeatureCache* cache);

/// Which side each recording of a plan is on, of which the first `trainingRecordings` were given for training. Those
/// that have no window, but may have labelled moments, follow their group.
std::vector<SplitSide> frameSidesOf(const WindowPlan& plan, size_t trainingRecordings);

/// How far from what is known to be applause or not the examples reach into recordings that are labelled in part, s.
/// nullopt: anywhere, since nothing is known of any.
std::optional<double> reachOfExamples(const WindowPlan& plan, const std::vector<SplitSide>& sides,
                                      const Hyperparameters& hyperparameters);

/// Reads a recording into `source`: once where it has no more than `held` samples, which are held as floats meanwhile,
/// else twice. FileChanged where both times differ; the errors of AudioReader; Cancelled.
Result<void> readSource(SourceIntake& source, const std::string& path, int sampleRate, size_t held,
                        const CancelToken& cancel = {});

} // namespace ovation
