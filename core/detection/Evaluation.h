// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"
#include "core/detection/ProbabilityCurve.h"
#include "core/labels/Label.h"
#include "core/training/Bootstrap.h"
#include "core/training/Metrics.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// One recording to be scored: what people labelled against what was detected.
struct ScoredRecording {
    std::string file;
    double durationS = 0;
    std::vector<Label> reference;   ///< applause and unsure matter; the rest is not applause, unless it is unknown
    std::vector<TimeSpan> unknown;  ///< where nobody has said what is there
    std::vector<TimeSpan> detected; ///< sorted, not overlapping
    ProbabilityCurve curve;         ///< may be empty: then no ranking metrics
};

/// Scores as contracts.md and sed_eval define them. nullopt where undefined ("n/a").
struct Scores {
    std::optional<double> frameF1, framePrecision, frameRecall; ///< 10 ms grid
    std::optional<double> segmentF1;                            ///< 1 s grid
    std::map<std::string, std::optional<double>> eventF1;       ///< by onset collar: "0.2", "0.5", "1.0"
    std::optional<double> averagePrecision, rocAuc, accuracy;   ///< over 10 ms frames
    std::optional<double> prevalence;                           ///< share of applause, unsure and unknown time apart
    std::optional<double> falseAlarmsPerHour; ///< detections that touch no applause, unsure or unknown time
    std::optional<double> secondsError;       ///< detected minus labelled applause, s
    std::optional<double> countError;         ///< detected minus labelled segments; see RecordingCounts::detectedEvents
    std::optional<double> medianBoundaryErrorS; ///< of both ends of pairs that are each other's longest overlap
    Confusion confusion;                        ///< in 10 ms frames
};

struct Evaluation {
    Scores pooled;
    std::map<std::string, Interval>
        intervals; ///< 95 %, by bootstrap over recordings; by JSON name, e.g. "event_f1_0.5"
    std::vector<std::pair<std::string, Scores>> recordings; ///< by file
    std::vector<double> durationsS;                         ///< in the same order
};

/// Scores every recording and pools the counts. Average precision and ROC-AUC take the curve's value at the middle of
/// each 10 ms frame, in bins of log odds (RankingHistogram). `bootstrap`: resamples (0: no intervals; none with under
/// two recordings); deterministic for a seed. Cost: linear in the recordings' length, plus resamples times recordings.
Evaluation evaluate(const std::vector<ScoredRecording>& recordings, int bootstrap = 1000, uint64_t seed = 1);

/// The form of `evaluate --json`.
std::string toJson(const Evaluation& evaluation);

} // namespace ovation
