// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/engine/Engine.h"
#include "core/training/Baselines.h"
#include "core/training/WindowScores.h"

#include <string>
#include <vector>

namespace ovation {

/// A model's answers for every window of the validation part, and what simple rules say of the same windows.
struct WindowEvaluation {
    std::string model;
    bool framesAnswered = false;         ///< by a frame network, whose answers a window's is the mean of
    double threshold = 0.5;              ///< the model's
    std::vector<std::string> recordings; ///< paths, by index
    std::vector<ScoredWindow> windows;
    std::map<std::string, std::pair<double, double>> intervals; ///< figureIntervals() at the model's threshold
    std::vector<Baseline> baselines;
    std::vector<std::string> notes;   ///< a sentence each: what the figures are worth
    std::vector<SkippedFile> skipped; ///< recordings that failed while features were made
    int64_t trainingWindows = 0;
};

/// Splits the data as `hyperparameters` say (those of the model's training, for its own validation part), and asks the
/// model. The answer of a frame model, and of a clip model with shorter windows, for a window is the mean of its curve
/// there. Errors: those of buildDataset() and of the network; Cancelled.
Result<WindowEvaluation> evaluateWindows(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                         const RecordingCollection* validation, const ModelBundle& bundle,
                                         Engine& engine, const FeatureCache* cache, const CancelToken& cancel = {},
                                         const ProgressCallback& progress = {});

/// The clip of one window as the model hears it, and the attention that it pays to each of its frames (none where the
/// network has none).
struct ClipView {
    FeatureMatrix melPower;       ///< (frames, 128)
    std::vector<float> attention; ///< by frame; mean over heads and over the frames that look; sums to 1
    float probability = 0;        ///< below 0: no model was asked
};
Result<ClipView> lookAtClip(const std::string& path, double startS, double endS, const ModelBundle& bundle,
                            Engine& engine, const CancelToken& cancel = {});

} // namespace ovation
