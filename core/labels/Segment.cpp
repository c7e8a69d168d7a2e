// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/Segment.h"

#include "core/labels/LabelText.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ovation {

bool isVerdict(const Segment& segment) {
    return segment.origin == Origin::Accepted || segment.origin == Origin::Rejected;
}

std::vector<SampleRange> freeParts(SampleRange range, const std::vector<Segment>& segments, int64_t frames) {
    if (range.end < range.begin) std::swap(range.begin, range.end);
    range = range.clamped(0, std::max<int64_t>(frames, 0));
    std::vector<SampleRange> taken;
    for (const Segment& segment : segments)
        if (segment.range.overlaps(range)) taken.push_back(segment.range);
    std::ranges::sort(taken, {}, &SampleRange::begin);
    taken.push_back({range.end, range.end});
    std::vector<SampleRange> parts;
    int64_t at = range.begin;
    for (const SampleRange& part : taken) {
        if (part.begin > at) parts.push_back({at, part.begin});
        at = std::max(at, part.end);
    }
    return parts;
}

SampleRange freePart(SampleRange range, const std::vector<Segment>& segments, int64_t frames) {
    const std::vector<SampleRange> parts = freeParts(range, segments, frames);
    const auto longest = std::ranges::max_element(parts, {}, &SampleRange::length);
    return longest == parts.end() ? SampleRange{range.begin, range.begin} : *longest;
}

double readableSeconds(int64_t frame, int sampleRate) {
    const double exact = toSeconds(frame, sampleRate);
    for (const double parts : {1e6, 1e9}) {
        const double rounded = std::round(exact * parts) / parts;
        if (toFrame(rounded, sampleRate) == frame) return rounded;
    }
    return exact;
}

std::vector<Label> toLabels(const std::vector<Segment>& segments, int sampleRate) {
    std::vector<Label> labels;
    if (sampleRate <= 0) return labels;
    labels.reserve(segments.size());
    for (const Segment& segment : segments) {
        Label label;
        label.span = {readableSeconds(segment.range.begin, sampleRate), readableSeconds(segment.range.end, sampleRate)};
        label.labelClass = segment.labelClass;
        label.text = segment.text;
        if (segment.score >= 0) label.score = segment.score;
        labels.push_back(std::move(label));
    }
    std::ranges::stable_sort(labels, {},
                             [](const Label& label) { return std::tuple(label.span.start, label.span.end); });
    return labels;
}

std::vector<Segment> toSegments(const LabelFile& file, int sampleRate, int64_t frames, int64_t& nextId,
                                std::vector<std::string>& warnings) {
    std::vector<Segment> segments;
    if (sampleRate <= 0) return segments;
    const double end = toSeconds(frames, sampleRate);
    for (const Label& label : file.labels) {
        const auto say = [&](const char* what) {
            warnings.push_back("The label from " + secondsText(label.span.start) + " s to " +
                               secondsText(label.span.end) + " s " + what);
        };
        const auto frameOf = [&](double seconds) { return toFrame(std::clamp(seconds, 0.0, end), sampleRate); };
        if (!(label.span.start <= label.span.end)) {
            say("ends before it starts and was left out.");
            continue;
        }
        Segment segment;
        segment.range = SampleRange{frameOf(label.span.start), frameOf(label.span.end)}.clamped(0, frames);
        if (segment.range.empty()) {
            say(label.span.start >= end ? "lies beyond the recording's end and was left out."
                                        : "has no length and was left out.");
            continue;
        }
        if (label.span.end > end + 1.0 / sampleRate) say("reaches beyond the recording's end and was cut there.");
        segment.id = nextId++;
        segment.labelClass = label.labelClass;
        if (label.text != nameOf(label.labelClass)) segment.text = label.text;
        segment.origin = Origin::Imported;
        segment.score = label.score.value_or(-1);
        segments.push_back(std::move(segment));
    }
    std::ranges::stable_sort(segments, {},
                             [](const Segment& s) { return std::tuple(s.range.begin, s.range.end, s.id); });
    return segments;
}

} // namespace ovation
