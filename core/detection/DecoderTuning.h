// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/LabelTimeline.h"
#include "core/detection/Evaluation.h"
#include "core/detection/SegmentDecoder.h"

#include <vector>

namespace ovation {

/// What a decoder is worth on recordings with curves: the mean of event F1 at the three collars and frame F1, in
/// [0, 1]; 0 where there is nothing to find.
double decoderScore(const std::vector<ScoredRecording>& recordings, const DecoderOptions& options);

/// The options that are reached from `start` by changing one at a time, each to the value with the highest score, where
/// that gains 0.015 or more: a smaller gain on few recordings means little. Scores count what thresholds up to 0.16
/// away would give, too, for a lucky one means as little. At last edges are shifted as shiftEdges() does, unless the
/// score falls by it. `start` where the recordings hold no applause. Deterministic. Under a second per hour of
/// recordings.
DecoderOptions tuneDecoder(const std::vector<ScoredRecording>& recordings, const DecoderOptions& start = {});

/// `options` with starts and ends shifted by the median of what they are found late or early by, which is what the sum
/// of their distances is smallest for. Counted are edges of labelled applause and of what is detected in it, but for
/// those at the recording's own ends and beside unsure time. Each side is left as it is where the median's 95 %
/// interval (of order statistics) holds 0, as it does with under six edges, or it is under 5 ms. At most 1 s in all.
DecoderOptions shiftEdges(const std::vector<ScoredRecording>& recordings, const DecoderOptions& options);

/// A recording's labels as scores want them: applause and unsure time.
std::vector<Label> referenceOf(const std::vector<LabelTimeline::Stretch>& stretches);

/// Where nobody has said what is there: the unlabelled time of a recording that is not fully labelled.
std::vector<TimeSpan> unknownOf(const std::vector<LabelTimeline::Stretch>& stretches);

} // namespace ovation
