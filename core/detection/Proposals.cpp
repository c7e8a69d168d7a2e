// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Proposals.h"

#include "core/detection/SegmentDecoder.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

constexpr double kShortestS = 1.0;
constexpr double kMergeGapS = 0.7;

} // namespace

std::vector<Proposal> proposals(const ProbabilityCurve& curve, double sensitivity, const std::vector<Segment>& labels,
                                int64_t frames, int sampleRate) {
    if (sampleRate <= 0 || !std::isfinite(sensitivity)) return {};
    DecoderOptions options;
    options.threshold = std::clamp(1 - sensitivity, 0.02, 0.98);
    options.hysteresis = 0.15;
    options.minimumDurationS = kShortestS;
    options.mergeGapS = kMergeGapS;
    std::vector<Proposal> result;
    for (const DecodedSegment& segment : decode(curve, options)) {
        const SampleRange range = toFrames(segment.span, sampleRate).clamped(0, frames);
        if (range.empty()) continue;
        SampleRange longest;
        int64_t free = 0;
        for (const SampleRange& part : freeParts(range, labels, frames)) {
            free += part.length();
            if (part.length() > longest.length()) longest = part;
        }
        if (2 * free <= range.length() || longest.length() < toFrame(kShortestS, sampleRate) / 2) continue;
        result.push_back({longest, segment.mean});
    }
    return result;
}

} // namespace ovation
