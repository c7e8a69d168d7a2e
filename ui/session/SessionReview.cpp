// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ApplauseReport.h"
#include "core/training/FineTuning.h"
#include "ui/session/SessionImpl.h"
#include "ui/session/Verdicts.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_map>

namespace ovation::ui {

namespace {

/// The label that a verdict on a detected segment makes, but for its range.
Segment verdictLabel(Verdict verdict, const DetectedSegment& detected, const std::string& model) {
    Segment segment;
    segment.labelClass = verdict == Verdict::Accepted ? LabelClass::Applause : LabelClass::NotApplause;
    segment.origin = verdict == Verdict::Accepted ? Origin::Accepted : Origin::Rejected;
    segment.source = model;
    segment.score = std::round(detected.score * 1e4) / 1e4; // as much as it is worth, and reads well in files
    return segment;
}

/// Makes `edit` turn the labels `before` into `after`.
void setChange(Edit& edit, const std::vector<Segment>& before, const std::vector<Segment>& after) {
    const auto difference = [](const std::vector<Segment>& these, const std::vector<Segment>& those) {
        std::unordered_map<int64_t, const Segment*> byId;
        for (const Segment& one : those)
            byId.emplace(one.id, &one);
        std::vector<Segment> only;
        std::ranges::copy_if(these, std::back_inserter(only), [&](const Segment& one) {
            const auto same = byId.find(one.id);
            return same == byId.end() || *same->second != one;
        });
        return only;
    };
    edit.removed = difference(before, after);
    edit.added = difference(after, before);
}

/// What unticking fine-tuning goes by, kept in the project: all settings as they were before, and as its tick set them.
constexpr const char* kBeforeFineTuning = "settings_before_fine_tuning";
constexpr const char* kOfFineTuning = "settings_of_fine_tuning";
constexpr const char* kNoSettings = "null";

void takeOut(std::vector<Segment>& labels, const std::vector<Segment>& taken) {
    std::erase_if(labels, [&](const Segment& one) { return std::ranges::find(taken, one) != taken.end(); });
}

} // namespace

bool SessionImpl::syncVerdicts(SpeechId id) {
    const auto found = data.detections.find(id);
    if (found == data.detections.end() || !setVerdicts(found->second.segments, session->segments(id))) return false;
    toStore.insert(id);
    storeSoon();
    return true;
}

void SessionImpl::remark(const QString& text, SpeechId speech, std::vector<int64_t> labels) {
    remarks.push_back({text, speech, std::move(labels)});
    Q_EMIT session->messageRaised(text);
}

void SessionImpl::withdrawRemarks() {
    const auto stands = [this](const Remark& remark) {
        return std::ranges::any_of(session->segments(remark.speech), [&](const Segment& label) {
            return isVerdict(label) && std::ranges::find(remark.labels, label.id) != remark.labels.end();
        });
    };
    const auto gone = std::ranges::stable_partition(remarks, stands);
    QStringList texts;
    for (const Remark& remark : gone)
        texts << remark.text;
    remarks.erase(gone.begin(), gone.end());
    for (const Remark& remark : remarks)
        texts.removeAll(remark.text);
    texts.removeDuplicates();
    for (const QString& text : std::as_const(texts))
        Q_EMIT session->messageWithdrawn(text);
}

void Session::judge(SpeechId speech, size_t index, Verdict verdict) {
    SessionImpl& impl = *m_impl;
    const auto found = impl.data.detections.find(speech);
    if (found == impl.data.detections.end() || index >= found->second.segments.size() || impl.refuseIfReadOnly())
        return;
    const DetectedSegment& detected = found->second.segments[index];
    const std::vector<Segment>& present = segments(speech);
    impl.withdrawRemarks();
    if (verdict == detected.verdict) {
        if (verdict == Verdict::Accepted && !hasVerdict(detected, present))
            impl.remark(tr("This segment agrees with a label of applause that is there already."));
        return;
    }
    Edit edit = impl.newEdit(speech, verdict == Verdict::Accepted   ? tr("Accept segment")
                                     : verdict == Verdict::Rejected ? tr("Reject segment")
                                                                    : tr("Take back verdict"));
    const Speech& recording = *impl.data.speech(speech);
    auto [labels, overwrites] = clearedFor(verdict, impl.data, found->second, index, impl.data.nextSegmentId);
    std::vector<Segment> made;
    const auto make = [&](const SampleRange& range, const std::string& text) {
        Segment label = verdictLabel(verdict, detected, found->second.model);
        label.id = impl.data.nextSegmentId++;
        label.range = range;
        label.text = text;
        made.push_back(std::move(label));
    };
    if (verdict == Verdict::Accepted) {
        for (const JoinedApplause& joined : joinedApplause(detected.range, labels, recording)) {
            takeOut(labels, joined.from);
            make(joined.range, joinedText(joined.from));
        }
    } else if (verdict == Verdict::Rejected) {
        for (const SampleRange& part : freeParts(detected.range, labels, recording.frames))
            if (toSeconds(part.length(), recording.sampleRate) >= kShortestPartS || part == detected.range)
                make(part, {});
    }
    labels.insert(labels.end(), made.begin(), made.end());
    setChange(edit, present, labels);
    if (edit.added.empty() && edit.removed.empty()) {
        impl.remark(tr("Other labels lie on this segment: change them in the Label workspace."));
        return;
    }
    impl.push(std::move(edit));
    if (!overwrites) return;
    std::vector<int64_t> ids;
    for (const Segment& label : made)
        ids.push_back(label.id);
    impl.remark(tr("The label \"applause\" on this segment was replaced by \"not applause\". Undo takes it back."),
                speech, std::move(ids));
}

void Session::adjustDetected(SpeechId speech, size_t index, int64_t beginBy, int64_t endBy) {
    SessionImpl& impl = *m_impl;
    const auto found = impl.data.detections.find(speech);
    if (found == impl.data.detections.end() || index >= found->second.segments.size() || impl.refuseIfReadOnly())
        return;
    const DetectedSegment detected = found->second.segments[index];
    const Speech& recording = *impl.data.speech(speech);
    const int64_t frames = recording.frames;
    const std::vector<Segment>& present = segments(speech);
    impl.withdrawRemarks();
    const auto refuse = [&] {
        impl.remark(tr("Other labels lie on this segment: change them in the Label workspace."));
    };
    std::vector<Segment> others = present;
    Edit edit = impl.newEdit(speech, tr("Adjust segment"));
    Segment changed;
    // Trimmed to less than half of what was detected, it is still the same label.
    DetectedSegment counted = detected;
    if (counted.verdict == Verdict::Open) counted.verdict = Verdict::Accepted;
    if (const Segment* accepted = acceptedLabel(counted, present)) {
        changed = *accepted;
        takeOut(others, {changed});
    } else {
        others = clearedFor(Verdict::Accepted, impl.data, found->second, index, impl.data.nextSegmentId).labels;
        const auto joined = joinedApplause(detected.range, others, recording);
        const auto longest =
            std::ranges::max_element(joined, {}, [](const JoinedApplause& one) { return one.range.length(); });
        if (longest == joined.end()) return refuse();
        takeOut(others, longest->from);
        changed = verdictLabel(Verdict::Accepted, detected, found->second.model);
        changed.id = impl.data.nextSegmentId++;
        changed.range = longest->range;
        changed.text = joinedText(longest->from);
    }
    const SampleRange wanted = SampleRange{changed.range.begin + beginBy, changed.range.end + endBy}.clamped(0, frames);
    if (wanted.empty()) return;
    changed.range = freePart(wanted, others, frames);
    if (changed.range.empty()) return refuse();
    others.push_back(changed);
    setChange(edit, present, others);
    if (edit.added.empty() && edit.removed.empty()) return; // it cannot go any further
    impl.push(std::move(edit), QStringLiteral("adjust-%1").arg(changed.id));
}

bool Session::fineTuning() const {
    return m_impl->fineTuning;
}

void Session::setFineTuning(bool on) {
    SessionImpl& impl = *m_impl;
    if (impl.fineTuning == on) return;
    if (!on) {
        impl.endFineTuning();
        return;
    }
    if (!impl.model) return;
    const auto settings = fineTuningSettings(*impl.model);
    if (!settings) {
        impl.raise(settings.error());
        return;
    }
    const Hyperparameters before = impl.settingsBeforeFineTuning();
    setHyperparameters(*settings);
    impl.putSetting(kBeforeFineTuning, toJson(before));
    impl.putSetting(kOfFineTuning, toJson(*settings));
    impl.keepFineTuning(true);
}

void SessionImpl::endFineTuning() {
    const Hyperparameters before = settingsBeforeFineTuning();
    forgetBeforeFineTuning();
    session->setHyperparameters(before);
    keepFineTuning(false);
}

Hyperparameters SessionImpl::settingsBeforeFineTuning() const {
    const auto kept = [&](const char* name) -> std::optional<Hyperparameters> {
        const auto found = data.settings.find(name);
        if (found == data.settings.end()) return std::nullopt;
        const auto values = hyperparametersFromJson(found->second);
        return values ? std::optional(*values) : std::nullopt;
    };
    Hyperparameters result = hyperparameters;
    const auto before = kept(kBeforeFineTuning);
    const auto set = kept(kOfFineTuning);
    if (!before || !set) return result;
    for (const HyperparameterField& field : hyperparameterFields()) {
        if (!sameValue(field, hyperparameters, *set)) continue; // it was changed since
        if (field.kind == HyperparameterField::Kind::Choice)
            field.setChoice(result, field.choice(*before));
        else
            field.setNumber(result, field.number(*before));
    }
    return validate(result).empty() ? result : *before;
}

void SessionImpl::forgetBeforeFineTuning() {
    for (const char* name : {kBeforeFineTuning, kOfFineTuning})
        if (data.settings.contains(name)) putSetting(name, kNoSettings);
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
    if (ids.empty()) return;
    session->startDetection(ids);
    again = detectionJob != 0;
}

} // namespace ovation::ui
