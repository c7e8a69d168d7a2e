// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/SegmentDecoder.h"
#include "core/project/ProjectData.h"

#include <vector>

namespace ovation {

/// What a person said not to be applause by saying where applause begins and ends: up to 1.5 s before and after each
/// one that was accepted or drawn in a recording that is labelled in part, where neither another label lies nor a
/// detection that nobody judged. Nor does a start count that `decoder`, which the detection was decoded with, left out
/// as it only swells (edgeConfidence), unless the applause was drawn. At the recording's rate, in the order of the
/// labels, apart from each other. `detection` may be nullptr. As long as decode() where edges are left out.
std::vector<SampleRange> besideJudged(const Speech& speech, const std::vector<Segment>& segments,
                                      const Detection* detection, const DecoderOptions& decoder = {});

} // namespace ovation
