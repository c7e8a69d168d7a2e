// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/RecordingCounts.h"

#include "core/detection/EventMatching.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

constexpr double kLongestS = 1e7; ///< longer than any recording; keeps a damaged duration from asking for memory

using Raster = std::vector<uint8_t>;

int64_t roundedFrame(double seconds, int64_t frames) {
    const double frame =
        std::nearbyint(seconds / RecordingCounts::kFrameS); // halves to even, the default rounding mode
    return std::isfinite(frame) ? static_cast<int64_t>(std::clamp(frame, 0.0, static_cast<double>(frames))) : 0;
}

void paint(Raster& raster, const TimeSpan& span) {
    const auto frames = static_cast<int64_t>(raster.size());
    const int64_t begin = roundedFrame(span.start, frames), end = roundedFrame(span.end, frames);
    if (begin < end) std::fill(raster.begin() + begin, raster.begin() + end, uint8_t{1});
}

bool touchesAny(const TimeSpan& span, const std::vector<TimeSpan>& others) {
    return std::ranges::any_of(others, [&](const TimeSpan& other) { return span.overlaps(other); });
}

/// Those of `spans` that touch none of `others`.
std::vector<TimeSpan> without(const std::vector<TimeSpan>& spans, const std::vector<TimeSpan>& others) {
    std::vector<TimeSpan> kept;
    std::ranges::copy_if(spans, std::back_inserter(kept), [&](const TimeSpan& s) { return !touchesAny(s, others); });
    return kept;
}

void countPair(MatchCounts& counts, bool reference, bool detected) {
    counts.tp += reference && detected;
    counts.fp += !reference && detected;
    counts.fn += reference && !detected;
}

void countFrames(RecordingCounts& counts, const Raster& reference, const Raster& detected, const Raster& leftOut,
                 const ProbabilityCurve& curve) {
    const auto frames = static_cast<int64_t>(reference.size());
    for (int64_t i = 0; i < frames; ++i) {
        const auto at = static_cast<size_t>(i);
        if (leftOut[at]) continue;
        countPair(counts.frames, reference[at], detected[at]);
        counts.trueNegatives += !reference[at] && !detected[at];
        if (!curve.empty())
            counts.ranking.add(curve.at((static_cast<double>(i) + 0.5) * RecordingCounts::kFrameS), reference[at] != 0);
    }
    for (int64_t begin = 0; begin + RecordingCounts::kSegmentFrames <= frames;
         begin += RecordingCounts::kSegmentFrames) {
        const auto any = [begin](const Raster& raster) {
            return std::any_of(raster.begin() + begin, raster.begin() + begin + RecordingCounts::kSegmentFrames,
                               [](uint8_t value) { return value != 0; });
        };
        if (!any(leftOut)) countPair(counts.segments, any(reference), any(detected));
    }
}

std::optional<double> ratio(double numerator, double denominator) {
    return denominator > 0 ? std::optional(numerator / denominator) : std::nullopt;
}

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

} // namespace

void MatchCounts::add(const MatchCounts& other, int64_t times) {
    tp += times * other.tp;
    fp += times * other.fp;
    fn += times * other.fn;
}

std::optional<double> MatchCounts::f1() const {
    return ratio(2.0 * static_cast<double>(tp), static_cast<double>(2 * tp + fp + fn));
}

void RecordingCounts::add(const RecordingCounts& other, int64_t times) {
    frames.add(other.frames, times);
    trueNegatives += times * other.trueNegatives;
    segments.add(other.segments, times);
    for (size_t i = 0; i < events.size(); ++i)
        events[i].add(other.events[i], times);
    falseAlarms += times * other.falseAlarms;
    detectedEvents += times * other.detectedEvents;
    referenceEvents += times * other.referenceEvents;
    for (int64_t i = 0; i < times; ++i)
        boundaryErrorsS.insert(boundaryErrorsS.end(), other.boundaryErrorsS.begin(), other.boundaryErrorsS.end());
    ranking.add(other.ranking, static_cast<uint64_t>(times));
}

Scores RecordingCounts::scores() const {
    Scores scores;
    const int64_t total = frames.tp + frames.fp + frames.fn + trueNegatives;
    const auto real = [](int64_t count) { return static_cast<double>(count); };
    scores.frameF1 = frames.f1();
    scores.framePrecision = ratio(real(frames.tp), real(frames.tp + frames.fp));
    scores.frameRecall = ratio(real(frames.tp), real(frames.tp + frames.fn));
    scores.segmentF1 = segments.f1();
    for (size_t i = 0; i < events.size(); ++i)
        scores.eventF1[collars()[i].name] = events[i].f1();
    scores.averagePrecision = ranking.averagePrecision();
    scores.rocAuc = ranking.rocAuc();
    scores.accuracy = ratio(real(frames.tp + trueNegatives), real(total));
    scores.prevalence = ratio(real(frames.tp + frames.fn), real(total));
    scores.falseAlarmsPerHour = ratio(real(falseAlarms), real(total) * kFrameS / 3600);
    if (total > 0) {
        scores.secondsError = real(frames.fp - frames.fn) * kFrameS;
        scores.countError = real(detectedEvents - referenceEvents);
    }
    scores.medianBoundaryErrorS = median(boundaryErrorsS);
    scores.confusion = {trueNegatives, frames.fp, frames.fn, frames.tp};
    return scores;
}

std::vector<TimeSpan> spansOf(const std::vector<Label>& labels, LabelClass labelClass) {
    std::vector<TimeSpan> spans;
    for (const Label& label : labels)
        if (label.labelClass == labelClass) spans.push_back(label.span);
    return spans;
}

RecordingCounts countsOf(const ScoredRecording& recording) {
    const std::vector<TimeSpan> applause = spansOf(recording.reference, LabelClass::Applause);
    const std::vector<TimeSpan> unsure = spansOf(recording.reference, LabelClass::Unsure);
    const double duration = std::isfinite(recording.durationS) ? std::clamp(recording.durationS, 0.0, kLongestS) : 0.0;
    const auto frames = static_cast<size_t>(std::nearbyint(duration / RecordingCounts::kFrameS));
    Raster referenceRaster(frames), detectedRaster(frames), leftOutRaster(frames);
    for (const TimeSpan& span : applause)
        paint(referenceRaster, span);
    for (const TimeSpan& span : recording.detected)
        paint(detectedRaster, span);
    for (const auto* spans : {&unsure, &recording.unknown})
        for (const TimeSpan& span : *spans)
            paint(leftOutRaster, span);

    RecordingCounts counts;
    countFrames(counts, referenceRaster, detectedRaster, leftOutRaster, recording.curve);

    const std::vector<TimeSpan> reference = without(applause, unsure), detected = without(recording.detected, unsure);
    const std::vector<TimeSpan> known = without(detected, recording.unknown);
    for (size_t i = 0; i < counts.events.size(); ++i) {
        const int64_t matched = matchedEvents(reference, detected, collars()[i]);
        // A largest matching of all keeps those matched that a largest matching of the known ones matches.
        const int64_t ofKnown = recording.unknown.empty() ? matched : matchedEvents(reference, known, collars()[i]);
        counts.events[i] = {matched, static_cast<int64_t>(known.size()) - ofKnown,
                            static_cast<int64_t>(reference.size()) - matched};
    }
    counts.referenceEvents = static_cast<int64_t>(reference.size());
    counts.detectedEvents = std::ranges::count_if(detected, [&](const TimeSpan& span) {
        return !touchesAny(span, recording.unknown) || touchesAny(span, reference);
    });
    counts.falseAlarms =
        std::ranges::count_if(known, [&](const TimeSpan& span) { return !touchesAny(span, applause); });
    counts.boundaryErrorsS = boundaryErrors(reference, detected);
    return counts;
}

} // namespace ovation
