// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/dataset/FrameData.h"
#include "core/dataset/Recordings.h"
#include "core/features/FeatureMatrix.h"
#include "core/features/Standardizer.h"
#include "core/training/Hyperparameters.h"
#include "core/training/TrainingRun.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ovation {

class FeatureCache;

/// A labelled window of a recording, of at most 200 frames.
struct Window {
    int32_t recording = 0;  ///< index into the collection
    int64_t firstFrame = 0; ///< hop 512 at 22 050 Hz
    int32_t frames = 0;     ///< 1 to 200; the rest is padding
    bool applause = false;
};

/// Windows of one recording: positive when at least half of it is applause, negative when none of it is; windows in
/// between, unsure or unknown are left out. Clips up to 200 frames are one window; longer recordings are stepped by
/// `hopS`, the last window ending with the recording; it is left out where less than a quarter of a step would be new,
/// so that a clip a little longer than a window does not count twice.
std::vector<Window> labelledWindows(const LabelledRecording& recording, int32_t index, double hopS);

/// Which windows are for training and which for validation.
struct Split {
    std::vector<int32_t> train; ///< indices of windows
    std::vector<int32_t> validation;
    bool leaky = false; ///< windows of one recording on both sides (the random split)
};

/// By recording: recordings that share a group stay together (transitively); roles are respected; stratified so that
/// both sides have both classes where that is possible. Deterministic for a seed. "random" shuffles windows and is
/// leaky. By recording with `folds` above 1: `fold` (from 1) of so many is for validation, the same folds whichever is
/// asked for.
Split splitWindows(const RecordingCollection& collection, const std::vector<Window>& windows, const std::string& kind,
                   double trainShare, uint64_t seed, int64_t folds = 0, int64_t fold = 1);

/// Features of a set of windows, padded to 200 frames, standardised, ready for a network. Row-major float.
struct ExampleSet {
    int64_t count = 0;
    std::vector<float> mfcc;       ///< (count, 200, 13), padding 0 after standardising
    std::vector<float> clipValues; ///< (count, 12)
    std::vector<int32_t> lengths;  ///< (count) valid frames, 1 to 200
    std::vector<int32_t> labels;   ///< (count) 1 = applause
    std::vector<Window> windows;   ///< (count) where each came from
};

/// All that a trainer needs.
struct Dataset {
    ExampleSet train;
    ExampleSet validation;
    Standardizer mfccStandardizer; ///< 13, fitted on valid frames of the training part only
    Standardizer clipStandardizer; ///< 12
    FrameData frames;              ///< of frame networks, which have none of the above
    DatasetSummary summary;
    std::vector<LabelledRecording> recordings;
    std::vector<SkippedFile> skipped; ///< recordings that failed while features were made
};

/// Builds windows, splits them, computes features (recordings in parallel, or from `cache`, which may be null) and
/// standardises them. Errors: NoData, OneClass (one class only in training), BadHyperparameter where a setting asks for
/// what the machine lacks, Cancelled.
Result<Dataset> buildDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                             const RecordingCollection* validation = nullptr, const CancelToken& cancel = {},
                             const ProgressCallback& progress = {}, const FeatureCache* cache = nullptr);

} // namespace ovation
