// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Verdicts.h"

#include "core/labels/SegmentSweep.h"
#include "core/report/ApplauseReport.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace ovation::ui {

namespace {

/// Frames of `range` on which a label of the kind lies. `over`: the labels that overlap it, by begin.
template <typename Kind>
int64_t covered(const std::vector<const Segment*>& over, const SampleRange& range, const Kind& isOfKind) {
    int64_t frames = 0, at = range.begin;
    for (const Segment* label : over) {
        const SampleRange part{std::max(label->range.begin, at), std::min(label->range.end, range.end)};
        if (part.empty() || !isOfKind(*label)) continue;
        frames += part.length();
        at = part.end;
    }
    return frames;
}

Verdict verdictBy(const std::vector<const Segment*>& over, const SampleRange& range) {
    const auto has = [](Origin origin) { return [origin](const Segment& s) { return s.origin == origin; }; };
    const int64_t rejected = covered(over, range, has(Origin::Rejected));
    const int64_t accepted = covered(over, range, has(Origin::Accepted));
    const int64_t free = range.length() - covered(over, range, [](const Segment& s) { return !isVerdict(s); });
    if (rejected > 0 && 2 * rejected >= free) return Verdict::Rejected;
    if (accepted > 0 && 2 * accepted >= free) return Verdict::Accepted;
    const auto mostly = [&](LabelClass labelClass) {
        return 2 * covered(over, range, [&](const Segment& s) { return s.labelClass == labelClass; }) >= range.length();
    };
    if (mostly(LabelClass::Applause)) return Verdict::Accepted;
    return mostly(LabelClass::NotApplause) ? Verdict::Rejected : Verdict::Open;
}

int64_t commonFrames(const SampleRange& one, const SampleRange& other) {
    return std::max<int64_t>(std::min(one.end, other.end) - std::max(one.begin, other.begin), 0);
}

bool liesMostlyIn(const SampleRange& part, const SampleRange& range) {
    return 2 * commonFrames(part, range) >= part.length();
}

bool hasId(const std::vector<Segment>& labels, int64_t id) {
    return std::ranges::find(labels, id, &Segment::id) != labels.end();
}

/// What `edit` took away when it made `joined`, as far as that is applause and still covered by it.
std::vector<Segment> takenAwayFor(const Segment& joined, const Edit& edit) {
    std::vector<Segment> from;
    if (joined.origin != Origin::Accepted) return from;
    std::ranges::copy_if(edit.removed, std::back_inserter(from), [&](const Segment& former) {
        return former.labelClass == LabelClass::Applause && former.range.begin >= joined.range.begin &&
               former.range.end <= joined.range.end;
    });
    return from;
}

/// Labels that a new verdict on `range` takes the place of.
std::vector<Segment> replacedBy(Verdict verdict, const SampleRange& range, const std::vector<Segment>& labels) {
    std::vector<Segment> replaced;
    const bool contradicted = verdict == Verdict::Rejected && verdictOn(range, labels) == Verdict::Accepted;
    for (const Segment& label : labels) {
        const bool concerned = isVerdict(label) || (contradicted && label.labelClass == LabelClass::Applause);
        if (concerned && liesMostlyIn(label.range, range)) replaced.push_back(label);
    }
    return replaced;
}

/// Takes `label` away, and puts back what it was joined from.
void takeBack(const ProjectData& project, SpeechId speech, const Segment& label, std::vector<Segment>& labels) {
    std::erase_if(labels, [&](const Segment& one) { return one.id == label.id; });
    for (const Segment& former : joinedFrom(project, speech, label))
        if (!hasId(labels, former.id)) labels.push_back(former);
}

/// Whether what `label` has more than what it was joined from came of `range`.
bool cameOf(const SampleRange& range, const Segment& label, const std::vector<Segment>& from) {
    int64_t length = 0, inside = 0;
    for (const SampleRange& part : freeParts(label.range, from, label.range.end)) {
        length += part.length();
        inside += commonFrames(part, range);
    }
    return length > 0 && 2 * inside >= length;
}

void cutOut(const SampleRange& range, Segment label, const Speech& recording, std::vector<Segment>& labels,
            int64_t& nextId) {
    std::erase_if(labels, [&](const Segment& one) { return one.id == label.id; });
    Segment hole;
    hole.range = range;
    bool first = true;
    for (const SampleRange& part : freeParts(label.range, {hole}, recording.frames)) {
        if (toSeconds(part.length(), recording.sampleRate) < kShortestPartS) continue;
        label.range = part;
        if (!first) label.id = nextId++;
        first = false;
        labels.push_back(label);
    }
}

/// The accepted segment's own label makes way, however far it reaches beyond it.
void clearOwn(const ProjectData& project, const Detection& detection, size_t index, std::vector<Segment>& labels,
              int64_t& nextId) {
    const DetectedSegment& detected = detection.segments[index];
    const Segment* const found = acceptedLabel(detected, labels);
    const Speech* recording = project.speech(detection.speech);
    if (!found || !recording) return;
    const Segment own = *found;
    const std::vector<Segment> from = joinedFrom(project, detection.speech, own);
    if (!from.empty() && cameOf(detected.range, own, from)) {
        takeBack(project, detection.speech, own, labels);
        return;
    }
    if (std::ranges::count(acceptedLabels(detection.segments, labels), found) > 1)
        cutOut(detected.range, own, *recording, labels, nextId);
}

} // namespace

Verdict verdictOn(const SampleRange& range, const std::vector<Segment>& labels) {
    return verdictBy(SegmentSweep(labels).over(range), range);
}

bool setVerdicts(std::vector<DetectedSegment>& detected, const std::vector<Segment>& labels) {
    bool changed = false;
    SegmentSweep sweep(labels);
    for (DetectedSegment& segment : detected) {
        const Verdict verdict = verdictBy(sweep.over(segment.range), segment.range);
        changed |= verdict != segment.verdict;
        segment.verdict = verdict;
    }
    return changed;
}

bool hasVerdict(const DetectedSegment& detected, const std::vector<Segment>& labels) {
    return hasVerdict(SegmentSweep(labels).over(detected.range));
}

bool isMostlyUnsure(const std::vector<const Segment*>& over, const SampleRange& range) {
    return 2 * covered(over, range, [](const Segment& s) { return s.labelClass == LabelClass::Unsure; }) >=
           range.length();
}

bool hasVerdict(const std::vector<const Segment*>& over) {
    return std::ranges::any_of(over, [](const Segment* label) { return isVerdict(*label); });
}

std::vector<Segment> joinedFrom(const ProjectData& project, SpeechId speech, const Segment& joined) {
    const auto edits = project.edits.begin();
    const auto end = edits + static_cast<std::ptrdiff_t>(project.editsDone);
    const auto made = std::find_if(edits, end, [&](const Edit& edit) {
        return edit.speech == speech && hasId(edit.added, joined.id) && !hasId(edit.removed, joined.id);
    });
    return made == end ? std::vector<Segment>() : takenAwayFor(joined, *made);
}

const Edit* LabelMakers::of(int64_t label) {
    if (!m_read) {
        m_read = true;
        for (size_t i = 0; i < m_project.editsDone; ++i) {
            const Edit& edit = m_project.edits[i];
            std::unordered_set<int64_t> before;
            for (const Segment& removed : edit.removed)
                before.insert(removed.id);
            for (const Segment& added : edit.added)
                if (!before.contains(added.id)) m_edits.try_emplace(added.id, &edit);
        }
    }
    const auto found = m_edits.find(label);
    return found == m_edits.end() ? nullptr : found->second;
}

bool longerByJoining(LabelMakers& makers, const DetectedSegment& detected, const Segment* label) {
    if (!label || label->range == detected.range) return false;
    const Edit* maker = makers.of(label->id);
    SampleRange joined = detected.range;
    if (maker)
        for (const Segment& former : takenAwayFor(*label, *maker)) {
            joined.begin = std::min(joined.begin, former.range.begin);
            joined.end = std::max(joined.end, former.range.end);
        }
    return joined == label->range;
}

std::optional<size_t> mostOverlapping(const std::vector<DetectedSegment>& segments, const SampleRange& range) {
    const auto common = [&](const DetectedSegment& detected) { return commonFrames(detected.range, range); };
    const auto most = std::ranges::max_element(segments, {}, common);
    if (most == segments.end() || common(*most) == 0) return std::nullopt;
    return static_cast<size_t>(most - segments.begin());
}

bool isStillAt(const SampleRange& range, const Detection* detection, size_t index) {
    return detection && index < detection->segments.size() && detection->segments[index].range == range;
}

std::optional<size_t> concernedBy(const Edit& edit, const std::vector<DetectedSegment>& before,
                                  const std::vector<DetectedSegment>& now) {
    const auto changed = std::ranges::mismatch(before, now, {}, &DetectedSegment::verdict, &DetectedSegment::verdict);
    if (changed.in2 != now.end()) return static_cast<size_t>(changed.in2 - now.begin());
    for (const std::vector<Segment>& labels : {edit.added, edit.removed})
        for (const Segment& label : labels)
            if (const auto under = mostOverlapping(now, label.range)) return under;
    return std::nullopt;
}

ClearedLabels clearedFor(Verdict verdict, const ProjectData& project, const Detection& detection, size_t index,
                         int64_t& nextId) {
    ClearedLabels cleared;
    const SpeechId speech = detection.speech;
    if (const auto found = project.segments.find(speech); found != project.segments.end())
        cleared.labels = found->second;
    const SampleRange& range = detection.segments[index].range;
    if (verdict != Verdict::Accepted) clearOwn(project, detection, index, cleared.labels, nextId);
    // What comes back may itself have to make way.
    for (auto taken = replacedBy(verdict, range, cleared.labels); !taken.empty();
         taken = replacedBy(verdict, range, cleared.labels)) {
        for (const Segment& label : taken) {
            cleared.overwrites |= !isVerdict(label);
            takeBack(project, speech, label, cleared.labels);
        }
    }
    return cleared;
}

std::vector<JoinedApplause> joinedApplause(const SampleRange& range, const std::vector<Segment>& labels,
                                           const Speech& recording) {
    SampleRange reached = range; // up to the labels that it touches
    std::vector<JoinedApplause> pieces;
    for (const Segment& label : labels) {
        const int64_t gap = std::max(label.range.begin - range.end, range.begin - label.range.end);
        if (label.labelClass != LabelClass::Applause || toSeconds(gap, recording.sampleRate) >= kTouchingS) continue;
        reached.begin = std::min(reached.begin, label.range.end);
        reached.end = std::max(reached.end, label.range.begin);
        pieces.push_back({label.range, {label}});
    }
    const auto fresh = freeParts(reached, labels, recording.frames);
    for (const SampleRange& part : fresh)
        pieces.push_back({part, {}});
    std::ranges::sort(pieces, {}, [](const JoinedApplause& piece) { return piece.range.begin; });
    std::vector<JoinedApplause> joined;
    for (JoinedApplause& piece : pieces) {
        if (joined.empty() || piece.range.begin > joined.back().range.end) {
            joined.push_back(std::move(piece));
            continue;
        }
        JoinedApplause& before = joined.back();
        before.range.end = std::max(before.range.end, piece.range.end);
        before.from.insert(before.from.end(), piece.from.begin(), piece.from.end());
    }
    std::erase_if(joined, [&](const JoinedApplause& one) {
        const auto within = [&](const SampleRange& part) { return part.overlaps(one.range); };
        const bool tooShort = toSeconds(one.range.length(), recording.sampleRate) < kShortestPartS;
        return std::ranges::none_of(fresh, within) || (tooShort && one.from.empty() && one.range != range);
    });
    return joined;
}

std::string joinedText(const std::vector<Segment>& from) {
    const Segment* longest = nullptr;
    for (const Segment& label : from)
        if (!label.text.empty() && (!longest || label.range.length() > longest->range.length())) longest = &label;
    return longest ? longest->text : std::string();
}

} // namespace ovation::ui
