// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BesideJudged.h"

#include "core/detection/RecordingDetection.h"

#include <algorithm>

namespace ovation {

namespace {

constexpr double kBesideS = 1.5;

/// What lies before the starts of detected segments because these were put where the segments are sure.
std::vector<SampleRange> startsLeftOut(const Speech& speech, const Detection& detection,
                                       const DecoderOptions& decoder) {
    std::vector<SampleRange> leftOut;
    if (!(decoder.edgeConfidence > 0)) return leftOut;
    DecoderOptions whole = decoder;
    whole.edgeConfidence = 0;
    auto cut = detection.segments.begin();
    for (const DetectedSegment& uncut :
         toDetectedSegments(decode(detection.curve, whole), speech.sampleRate, speech.frames)) {
        while (cut != detection.segments.end() && cut->range.end <= uncut.range.begin)
            ++cut;
        if (cut == detection.segments.end()) break;
        const SampleRange start{uncut.range.begin, std::min(uncut.range.end, cut->range.begin)};
        if (!start.empty()) leftOut.push_back(start);
    }
    return leftOut;
}

} // namespace

std::vector<SampleRange> besideJudged(const Speech& speech, const std::vector<Segment>& segments,
                                      const Detection* detection, const DecoderOptions& decoder) {
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
    const bool anyAccepted = std::ranges::find(segments, Origin::Accepted, &Segment::origin) != segments.end();
    if (detection && anyAccepted)
        for (const SampleRange& start : startsLeftOut(speech, *detection, decoder))
            if (std::ranges::none_of(segments, [&](const Segment& s) { // its start was chosen
                    return s.origin == Origin::Drawn && s.labelClass == LabelClass::Applause &&
                           s.range.overlaps({start.begin, start.end + 1});
                }))
                take(start);
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
