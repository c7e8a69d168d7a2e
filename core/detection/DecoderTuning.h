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

/// The options with the highest score that are reached from `start` by changing one at a time, each to a value that
/// also does well with a slightly different threshold: a lucky threshold on few recordings means little, and so does a
/// gain of less than 0.001. `start` where the recordings hold no applause. Deterministic. About a tenth of a second per
/// hour of recordings.
DecoderOptions tuneDecoder(const std::vector<ScoredRecording>& recordings, const DecoderOptions& start = {});

/// A recording's labels as scores want them: unknown time is unsure.
std::vector<Label> referenceOf(const std::vector<LabelTimeline::Stretch>& stretches);

} // namespace ovation
