// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ApplauseReport.h"
#include "core/training/FineTuning.h"
#include "ui/session/SessionImpl.h"

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr double kShortestPartS = 0.1; ///< between labels; shorter rests are no labels of their own

bool isVerdict(const Segment& segment) {
    return segment.origin == Origin::Accepted || segment.origin == Origin::Rejected;
}

/// Frames of `range` on which a segment of the kind lies.
template <typename Kind>
int64_t covered(const std::vector<Segment>& segments, const SampleRange& range, const Kind& isOfKind) {
    std::vector<Segment> chosen;
    std::ranges::copy_if(segments, std::back_inserter(chosen), isOfKind);
    int64_t free = 0;
    for (const SampleRange& part : freeParts(range, chosen, range.end))
        free += part.length();
    return range.length() - free;
}

/// What the labels say of a detected segment: verdicts on half of what other labels leave free, or else the class that
/// is labelled on half of it anyway.
Verdict verdictOn(const SampleRange& range, const std::vector<Segment>& segments) {
    const auto has = [](Origin origin) { return [origin](const Segment& s) { return s.origin == origin; }; };
    const int64_t rejected = covered(segments, range, has(Origin::Rejected));
    const int64_t accepted = covered(segments, range, has(Origin::Accepted));
    const int64_t free = range.length() - covered(segments, range, [](const Segment& s) { return !isVerdict(s); });
    if (rejected > 0 && 2 * rejected >= free) return Verdict::Rejected;
    if (accepted > 0 && 2 * accepted >= free) return Verdict::Accepted;
    const auto mostly = [&](LabelClass labelClass) {
        return 2 * covered(segments, range, [&](const Segment& s) { return s.labelClass == labelClass; }) >=
               range.length();
    };
    if (mostly(LabelClass::Applause)) return Verdict::Accepted;
    return mostly(LabelClass::NotApplause) ? Verdict::Rejected : Verdict::Open;
}

/// Labels that a new verdict on `range` takes the place of: verdicts that lie mostly in it, and where it is rejected,
/// other labels of applause that do.
std::vector<Segment> replacedBy(Verdict verdict, const SampleRange& range, const std::vector<Segment>& segments) {
    std::vector<Segment> replaced;
    const bool contradicted = verdict == Verdict::Rejected && verdictOn(range, segments) == Verdict::Accepted;
    for (const Segment& segment : segments) {
        const bool concerned = isVerdict(segment) || (contradicted && segment.labelClass == LabelClass::Applause);
        const int64_t inside = covered({segment}, range, [](const Segment&) { return true; });
        if (concerned && 2 * inside >= segment.range.length()) replaced.push_back(segment);
    }
    return replaced;
}

/// The label that a verdict on a detected segment makes, but for its range.
Segment verdictLabel(Verdict verdict, const DetectedSegment& detected, const std::string& model) {
    Segment segment;
    segment.labelClass = verdict == Verdict::Accepted ? LabelClass::Applause : LabelClass::NotApplause;
    segment.origin = verdict == Verdict::Accepted ? Origin::Accepted : Origin::Rejected;
    segment.source = model;
    segment.score = std::round(detected.score * 1e4) / 1e4; // as much as it is worth, and reads well in files
    return segment;
}

} // namespace

bool SessionImpl::syncVerdicts(SpeechId id) {
    const auto found = data.detections.find(id);
    if (found == data.detections.end()) return false;
    bool changed = false;
    for (DetectedSegment& detected : found->second.segments) {
        const Verdict verdict = verdictOn(detected.range, session->segments(id));
        changed |= verdict != detected.verdict;
        detected.verdict = verdict;
    }
    if (changed) {
        toStore.insert(id);
        storeTimer.start();
    }
    return changed;
}

void Session::judge(SpeechId speech, size_t index, Verdict verdict) {
    SessionImpl& impl = *m_impl;
    const auto found = impl.data.detections.find(speech);
    if (found == impl.data.detections.end() || index >= found->second.segments.size() || impl.refuseIfReadOnly())
        return;
    const DetectedSegment& detected = found->second.segments[index];
    if (verdict == detected.verdict) return;
    std::vector<Segment> others = segments(speech);
    Edit edit = impl.newEdit(speech, verdict == Verdict::Accepted   ? tr("Accept segment")
                                     : verdict == Verdict::Rejected ? tr("Reject segment")
                                                                    : tr("Take back verdict"));
    edit.removed = replacedBy(verdict, detected.range, others);
    std::erase_if(others, [&](const Segment& s) { return std::ranges::find(edit.removed, s) != edit.removed.end(); });
    const Speech& recording = *impl.data.speech(speech);
    if (verdict != Verdict::Open) {
        for (const SampleRange& part : freeParts(detected.range, others, recording.frames)) {
            if (toSeconds(part.length(), recording.sampleRate) < kShortestPartS && part != detected.range) continue;
            Segment segment = verdictLabel(verdict, detected, found->second.model);
            segment.id = impl.data.nextSegmentId++;
            segment.range = part;
            edit.added.push_back(std::move(segment));
        }
    }
    if (edit.added.empty() && edit.removed.empty()) {
        Q_EMIT messageRaised(tr("Other labels lie on this segment: change them in the Label workspace."));
        return;
    }
    const bool overwrites = std::ranges::any_of(edit.removed, [](const Segment& s) { return !isVerdict(s); });
    impl.push(std::move(edit));
    if (overwrites)
        Q_EMIT messageRaised(
            tr("The label \"applause\" on this segment was replaced by \"not applause\". Undo takes it back."));
}

void Session::adjustDetected(SpeechId speech, size_t index, int64_t beginBy, int64_t endBy) {
    SessionImpl& impl = *m_impl;
    const auto found = impl.data.detections.find(speech);
    if (found == impl.data.detections.end() || index >= found->second.segments.size() || impl.refuseIfReadOnly())
        return;
    const DetectedSegment detected = found->second.segments[index];
    const int64_t frames = impl.data.speech(speech)->frames;
    std::vector<Segment> others = segments(speech);
    Edit edit = impl.newEdit(speech, tr("Adjust segment"));
    Segment changed;
    // Trimmed to less than half of what was detected, it is still the same label.
    DetectedSegment counted = detected;
    if (counted.verdict == Verdict::Open) counted.verdict = Verdict::Accepted;
    if (const Segment* accepted = acceptedLabel(counted, others)) {
        edit.removed.push_back(*accepted);
        changed = *accepted;
    } else {
        edit.removed = replacedBy(Verdict::Accepted, detected.range, others);
        changed = verdictLabel(Verdict::Accepted, detected, found->second.model);
        changed.id = impl.data.nextSegmentId++;
        changed.range = detected.range;
    }
    std::erase_if(others, [&](const Segment& s) { return std::ranges::find(edit.removed, s) != edit.removed.end(); });
    const SampleRange wanted = SampleRange{changed.range.begin + beginBy, changed.range.end + endBy}.clamped(0, frames);
    if (wanted.empty()) return;
    changed.range = freePart(wanted, others, frames);
    if (changed.range.empty()) {
        Q_EMIT messageRaised(tr("Other labels lie on this segment: change them in the Label workspace."));
        return;
    }
    if (edit.removed.size() == 1 && edit.removed.front() == changed) return; // it cannot go any further
    edit.added.push_back(changed);
    impl.push(std::move(edit), QStringLiteral("adjust-%1").arg(changed.id));
}

bool Session::fineTuning() const {
    return m_impl->fineTuning;
}

void Session::setFineTuning(bool on) {
    SessionImpl& impl = *m_impl;
    if (impl.fineTuning == on) return;
    if (on) {
        if (!impl.model) return;
        const auto settings = fineTuningSettings(*impl.model);
        if (!settings) {
            impl.raise(settings.error());
            return;
        }
        setHyperparameters(*settings);
    }
    impl.keepFineTuning(on);
}

void SessionImpl::keepFineTuning(bool on) {
    fineTuning = on;
    putSetting("fine_tuning", on ? "true" : "false");
    Q_EMIT session->fineTuningChanged();
}

size_t Session::corrections() const {
    size_t count = 0;
    for (const auto& [id, segments] : m_impl->data.segments)
        count += static_cast<size_t>(std::ranges::count_if(segments, isVerdict));
    return count;
}

void Session::trainWithCorrections() {
    SessionImpl& impl = *m_impl;
    if (training() || !impl.model || impl.refuseIfReadOnly()) return;
    if (corrections() == 0) {
        impl.raise({ErrorCode::NoData, {}, "nothing is judged yet: accept or reject some detected segments first"});
        return;
    }
    const auto settings = correctionSettings(*impl.model);
    if (!settings) {
        impl.raise(settings.error());
        return;
    }
    impl.detectAgain = true;
    impl.startNewRun(*settings, {}, impl.model, true);
}

void SessionImpl::detectAsBefore() {
    if (detectionJob != 0) {
        detectLater = true;
        return;
    }
    std::vector<SpeechId> ids;
    for (const Speech& speech : data.speeches)
        if (!speech.missing && data.detections.contains(speech.id)) ids.push_back(speech.id);
    if (!ids.empty()) session->startDetection(ids);
}

} // namespace ovation::ui
