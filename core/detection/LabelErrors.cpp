// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/LabelErrors.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace ovation {

namespace {

constexpr double kShortestErrorS = 0.25;
constexpr double kEdgeErrorS = 0.5;

std::vector<SampleRange> labelledAs(const std::vector<Segment>& labels, std::initializer_list<LabelClass> classes) {
    std::vector<SampleRange> ranges;
    for (const Segment& label : labels)
        if (std::ranges::find(classes, label.labelClass) != classes.end()) ranges.push_back(label.range);
    return ranges;
}

/// In order, those that touch or overlap as one.
std::vector<SampleRange> joined(std::vector<SampleRange> ranges) {
    std::ranges::sort(ranges, {}, &SampleRange::begin);
    std::vector<SampleRange> result;
    for (const SampleRange& range : ranges)
        if (!result.empty() && range.begin <= result.back().end)
            result.back().end = std::max(result.back().end, range.end);
        else
            result.push_back(range);
    return result;
}

/// The parts of `ranges` outside all of `without`, in order.
std::vector<SampleRange> outside(const std::vector<SampleRange>& ranges, const std::vector<SampleRange>& without,
                                 int64_t frames) {
    std::vector<Segment> taken;
    for (const SampleRange& range : without) {
        taken.emplace_back();
        taken.back().range = range;
    }
    std::vector<SampleRange> parts;
    for (const SampleRange& range : ranges)
        std::ranges::move(freeParts(range, taken, frames), std::back_inserter(parts));
    std::ranges::sort(parts, {}, &SampleRange::begin);
    return parts;
}

/// Removes what is too short to be an error. A part that continues one of `beside` on one side is but its edge.
void keepErrors(std::vector<SampleRange>& parts, const std::vector<SampleRange>& beside, int sampleRate) {
    const auto continues = [&](const SampleRange& part) {
        const bool behind = std::ranges::find(beside, part.begin, &SampleRange::end) != beside.end();
        const bool ahead = std::ranges::find(beside, part.end, &SampleRange::begin) != beside.end();
        return behind != ahead;
    };
    std::erase_if(parts, [&](const SampleRange& part) {
        return part.length() < toFrame(continues(part) ? kEdgeErrorS : kShortestErrorS, sampleRate);
    });
}

} // namespace

LabelErrors labelErrors(const std::vector<DetectedSegment>& detected, const std::vector<Segment>& labels,
                        const Speech& speech) {
    LabelErrors errors;
    std::vector<SampleRange> found;
    for (const DetectedSegment& segment : detected)
        found.push_back(segment.range);
    const std::vector<SampleRange> all{{0, speech.frames}};
    found = joined(std::move(found));
    const auto applause = joined(labelledAs(labels, {LabelClass::Applause}));
    std::vector<SampleRange> innocent = labelledAs(labels, {LabelClass::Applause, LabelClass::Unsure});
    if (!speech.fullyLabelled) { // and all that nobody has said anything of
        const auto unknown = outside(all, labelledAs(labels, {LabelClass::NotApplause}), speech.frames);
        innocent.insert(innocent.end(), unknown.begin(), unknown.end());
    }
    errors.falseAlarms = outside(found, innocent, speech.frames);
    std::vector<SampleRange> excused = labelledAs(labels, {LabelClass::Unsure});
    excused.insert(excused.end(), found.begin(), found.end());
    errors.misses = outside(applause, excused, speech.frames);
    keepErrors(errors.falseAlarms, applause, speech.sampleRate);
    keepErrors(errors.misses, found, speech.sampleRate);
    return errors;
}

std::vector<DetectionChange> detectionChanges(const std::vector<SampleRange>& before,
                                              const std::vector<SampleRange>& after, int64_t tolerance) {
    struct Pair {
        int64_t overlap;
        size_t before, after;
    };
    std::vector<Pair> pairs;
    size_t first = 0;
    for (size_t i = 0; i < before.size(); ++i) {
        while (first < after.size() && after[first].end <= before[i].begin)
            ++first;
        for (size_t j = first; j < after.size() && after[j].begin < before[i].end; ++j)
            pairs.push_back({std::min(before[i].end, after[j].end) - std::max(before[i].begin, after[j].begin), i, j});
    }
    std::ranges::stable_sort(pairs, std::ranges::greater{}, &Pair::overlap);
    std::vector<bool> usedBefore(before.size()), usedAfter(after.size());
    std::vector<DetectionChange> changes;
    for (const Pair& pair : pairs) {
        if (usedBefore[pair.before] || usedAfter[pair.after]) continue;
        usedBefore[pair.before] = usedAfter[pair.after] = true;
        const SampleRange &was = before[pair.before], &is = after[pair.after];
        const bool same = std::abs(was.begin - is.begin) <= tolerance && std::abs(was.end - is.end) <= tolerance;
        changes.push_back({same ? Change::Same : Change::Moved, was, is});
    }
    for (size_t i = 0; i < before.size(); ++i)
        if (!usedBefore[i]) changes.push_back({Change::Gone, before[i], {}});
    for (size_t j = 0; j < after.size(); ++j)
        if (!usedAfter[j]) changes.push_back({Change::New, {}, after[j]});
    std::ranges::stable_sort(changes, {}, [](const DetectionChange& change) {
        return change.after.empty() ? change.before.begin : change.after.begin;
    });
    return changes;
}

} // namespace ovation
