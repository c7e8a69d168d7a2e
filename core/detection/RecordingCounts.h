// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/Evaluation.h"
#include "core/training/RankingHistogram.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ovation {

struct MatchCounts {
    int64_t tp = 0, fp = 0, fn = 0;

    void add(const MatchCounts& other, int64_t times);
    std::optional<double> f1() const; ///< nullopt where there is nothing to find and nothing found
};

/// Everything that scores are made of, as sums: counts of recordings add up to the counts of a collection.
struct RecordingCounts {
    static constexpr double kFrameS = 0.01;
    static constexpr int64_t kSegmentFrames = 100; ///< 1 s

    MatchCounts frames;                ///< 10 ms frames outside unsure and unknown time
    int64_t trueNegatives = 0;         ///< of frames
    MatchCounts segments;              ///< whole seconds without unsure and unknown time
    std::array<MatchCounts, 3> events; ///< by collars(); see countsOf()
    int64_t falseAlarms = 0;           ///< detected segments that touch no applause, unsure or unknown time
    int64_t detectedEvents = 0;        ///< of those that touch unknown time, only what overlaps a reference event
    int64_t referenceEvents = 0;
    std::vector<double> boundaryErrorsS;
    RankingHistogram ranking; ///< empty without a curve

    void add(const RecordingCounts& other, int64_t times = 1);
    Scores scores() const;
};

/// Where labels of a class lie, in their order.
std::vector<TimeSpan> spansOf(const std::vector<Label>& labels, LabelClass labelClass);

/// Times are rounded to 10 ms frames, halves to even; frames and seconds of unsure and unknown time are left out.
/// Events that touch unsure time are left out. A detected event that touches unknown time is matched like any other;
/// one that matches no reference event is left out, for it may be right.
RecordingCounts countsOf(const ScoredRecording& recording);

} // namespace ovation
