// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BesideJudged.h"

#include <algorithm>

namespace ovation {

namespace {

constexpr double kBesideS = 1.5;

} // namespace

std::vector<SampleRange> besideJudged(const Speech& speech, const std::vector<Segment>& segments,
                                      const Detection* detection) {
    if (speech.fullyLabelled || speech.sampleRate <= 0) return {};
    std::vector<Segment> taken = segments;
    const auto take = [&](const SampleRange& range) {
        Segment segment;
        segment.range = range;
        taken.push_back(std::move(segment));
    };
    // A label that came of a detection says what of it is applause: less than was detected, perhaps.
    if (detection)
        for (const DetectedSegment& detected : detection->segments)
            if (std::ranges::none_of(
                    segments, [&](const Segment& s) { return isVerdict(s) && s.range.overlaps(detected.range); }))
                take(detected.range);
    std::vector<SampleRange> beside;
    const int64_t reach = toFrame(kBesideS, speech.sampleRate);
    for (const Segment& segment : segments) {
        const bool edges = segment.origin == Origin::Accepted || segment.origin == Origin::Drawn;
        if (!edges || segment.labelClass != LabelClass::Applause) continue;
        for (const SampleRange& range : {SampleRange{segment.range.begin - reach, segment.range.begin},
                                         SampleRange{segment.range.end, segment.range.end + reach}})
            for (const SampleRange& part : freeParts(range, taken, speech.frames)) {
                beside.push_back(part);
                take(part);
            }
    }
    return beside;
}

} // namespace ovation
