// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/Rearrange.h"

#include "ui/timeline/SegmentDrag.h"

#include <algorithm>

namespace ovation::ui {
namespace {

bool among(const std::vector<int64_t>& ids, int64_t id) {
    return std::ranges::find(ids, id) != ids.end();
}

} // namespace

Rearranged splitAt(int64_t frame, const std::vector<Segment>& all, const std::vector<int64_t>& chosen) {
    Rearranged result;
    for (const Segment& segment : all) {
        const bool wanted = chosen.empty() || among(chosen, segment.id);
        if (!wanted || frame <= segment.range.begin || frame >= segment.range.end) continue;
        Segment first = segment, second = segment;
        first.range.end = second.range.begin = frame;
        second.id = 0;
        result.removed.push_back(segment.id);
        result.added.insert(result.added.end(), {first, second});
    }
    return result;
}

Rearranged mergeChosen(const std::vector<Segment>& all, const std::vector<int64_t>& chosen) {
    const auto isChosen = [&](const Segment& segment) { return among(chosen, segment.id); };
    const auto first = std::ranges::find_if(all, isChosen);
    if (first == all.end()) return {};
    auto last = std::find_if(all.rbegin(), all.rend(), isChosen).base(); // one past it
    if (last - first == 1) {
        if (last == all.end()) return {};
        ++last;
    }
    Segment merged = *first;
    Rearranged result;
    for (auto segment = first; segment != last; ++segment) {
        result.removed.push_back(segment->id);
        merged.range.end = std::max(merged.range.end, segment->range.end);
        const bool sameSource = segment->origin == merged.origin && segment->source == merged.source;
        if (!sameSource) {
            merged.origin = Origin::Drawn; // neither the one nor the other made this segment
            merged.source.clear();
        }
        if (!sameSource || segment->score != merged.score) merged.score = -1;
    }
    result.added = {merged};
    return result;
}

Rearranged duplicateChosen(const std::vector<Segment>& all, const std::vector<int64_t>& chosen, int64_t frames) {
    std::vector<Segment> taken = all;
    int64_t from = 0;
    for (const Segment& segment : all)
        if (among(chosen, segment.id)) from = std::max(from, segment.range.end);
    Rearranged result;
    for (const Segment& segment : all) {
        if (!among(chosen, segment.id)) continue;
        const int64_t length = segment.range.length();
        for (const SampleRange& gap : freeParts({from, frames}, taken, frames)) {
            if (gap.length() < length) continue;
            Segment copy = segment;
            copy.id = 0;
            copy.range = {gap.begin, gap.begin + length};
            from = copy.range.end;
            taken.push_back(copy);
            result.added.push_back(std::move(copy));
            break;
        }
    }
    return result;
}

Rearranged shiftChosen(const std::vector<Segment>& all, const std::vector<int64_t>& chosen, int64_t by) {
    Rearranged result;
    for (const Segment& segment : all) {
        if (!among(chosen, segment.id) || by == 0) continue;
        result.removed.push_back(segment.id);
        result.added.push_back(segment);
        result.added.back().range = {segment.range.begin + by, segment.range.end + by};
    }
    return result;
}

int64_t possibleShift(int64_t by, const std::vector<Segment>& all, const std::vector<int64_t>& chosen, int64_t frames) {
    std::vector<Segment> others;
    std::ranges::copy_if(all, std::back_inserter(others), [&](const Segment& s) { return !among(chosen, s.id); });
    for (const Segment& segment : all) {
        if (!among(chosen, segment.id)) continue;
        const SampleRange room = roomOf(segment, others, frames);
        by = std::clamp(by, std::min<int64_t>(0, room.begin - segment.range.begin),
                        std::max<int64_t>(0, room.end - segment.range.end));
    }
    return by;
}

std::vector<int64_t> touchedBy(SampleRange range, const std::vector<Segment>& all) {
    std::vector<int64_t> ids;
    for (const Segment& segment : all)
        if (segment.range.overlaps(range)) ids.push_back(segment.id);
    return ids;
}

} // namespace ovation::ui
