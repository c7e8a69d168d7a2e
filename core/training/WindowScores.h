// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Metrics.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ovation {

/// A labelled window with a model's answer.
struct ScoredWindow {
    int32_t recording = 0; ///< index into a list of recordings
    double startS = 0, endS = 0;
    bool applause = false;
    float probability = 0; ///< of applause

    double loss() const; ///< cross-entropy; probabilities are kept 1e-7 off 0 and 1
    bool rightAt(double threshold) const { return (probability >= static_cast<float>(threshold)) == applause; }
};

/// nullopt where undefined.
struct WindowFigures {
    Confusion confusion;
    std::optional<double> rocAuc, averagePrecision;
    std::optional<double> loss;  ///< mean cross-entropy
    std::optional<double> brier; ///< mean squared difference of probability and truth
};
WindowFigures figuresOf(std::span<const ScoredWindow> windows, double threshold);

/// Every figure under its name, in the order shown: "accuracy", "precision", "recall", "f1", "roc_auc",
/// "average_precision", "loss", "brier".
std::vector<std::pair<const char*, std::optional<double>>> namedFigures(const WindowFigures& figures);

/// 95 % intervals by bootstrap over recordings, by name. None with under two recordings. Deterministic. Each resample
/// costs one pass over the windows.
std::map<std::string, std::pair<double, double>> figureIntervals(std::span<const ScoredWindow> windows,
                                                                 double threshold, int resamples = 1000);

/// Windows of a range of probabilities.
struct ProbabilityBin {
    double low = 0, high = 1; ///< [low, high), the last with its end
    int64_t applause = 0, other = 0;
    double probabilitySum = 0;

    int64_t count() const { return applause + other; }
    double meanProbability() const { return count() ? probabilitySum / static_cast<double>(count()) : 0; }
    double shareOfApplause() const {
        return count() ? static_cast<double>(applause) / static_cast<double>(count()) : 0;
    }
};
std::vector<ProbabilityBin> probabilityBins(std::span<const ScoredWindow> windows, int bins);

/// Mean difference of the bins' probabilities and shares of applause, by their windows; nullopt without windows.
std::optional<double> calibrationError(const std::vector<ProbabilityBin>& bins);

struct RecordingFigures {
    int32_t recording = 0;
    int64_t windows = 0;
    WindowFigures figures;
};
/// By recording, in the order of their indices; recordings without windows are left out.
std::vector<RecordingFigures> figuresByRecording(std::span<const ScoredWindow> windows, double threshold);

/// Indices of the windows, those with the greatest loss first.
std::vector<size_t> byLoss(std::span<const ScoredWindow> windows);

} // namespace ovation
