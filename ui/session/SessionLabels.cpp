// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"
#include "ui/session/Verdicts.h"

#include <algorithm>
#include <map>
#include <set>

namespace ovation::ui {

namespace {

/// `later` on top of `earlier`, as one change.
Edit merged(const Edit& earlier, const Edit& later) {
    Edit result = earlier;
    for (const Segment& removed : later.removed) {
        const auto made = std::find_if(result.added.begin(), result.added.end(),
                                       [&](const Segment& segment) { return segment.id == removed.id; });
        if (made != result.added.end())
            result.added.erase(made);
        else
            result.removed.push_back(removed);
    }
    result.added.insert(result.added.end(), later.added.begin(), later.added.end());
    if (later.changesFullyLabelled) {
        result.changesFullyLabelled = true;
        result.fullyLabelledAfter = later.fullyLabelledAfter;
    }
    result.text = later.text;
    result.timeMs = later.timeMs;
    return result;
}

QString classText(LabelClass labelClass) {
    return QString::fromLatin1(nameOf(labelClass));
}

} // namespace

Edit SessionImpl::newEdit(SpeechId speech, const QString& text) const {
    Edit edit;
    edit.speech = speech;
    edit.text = text.toStdString();
    edit.timeMs = nowMs();
    return edit;
}

void SessionImpl::push(Edit edit, const QString& key) {
    data.apply(edit);
    const bool merge = !key.isEmpty() && key == mergeKey && data.editsDone > 0 && data.editsDone == data.edits.size() &&
                       data.edits.back().speech == edit.speech;
    if (merge) {
        Edit& newest = data.edits.back();
        const Edit before = newest;
        newest = merged(before, edit);
        newest.id = data.nextEditId++;
        commit([before, after = newest](ProjectStore& file) { return file.replaceEdit(before, after); });
    } else {
        edit.id = data.nextEditId++;
        data.edits.resize(data.editsDone);
        data.edits.push_back(edit);
        data.editsDone = data.edits.size();
        commit([edit](ProjectStore& file) { return file.pushEdit(edit); });
    }
    mergeKey = key;
    applied({edit});
}

void SessionImpl::pushAll(std::vector<Speech> speeches, std::vector<Edit> edits) {
    for (const Speech& speech : speeches)
        data.speeches.push_back(speech);
    data.edits.resize(edits.empty() ? data.edits.size() : data.editsDone);
    for (Edit& edit : edits) {
        edit.id = data.nextEditId++;
        data.apply(edit);
        data.edits.push_back(edit);
    }
    if (!edits.empty()) data.editsDone = data.edits.size();
    mergeKey.clear();
    commit([speeches, edits, groups = grouped(edits)](ProjectStore& file) {
        return file.addSpeeches(speeches, edits, groups);
    });
    if (!speeches.empty()) Q_EMIT session->speechesChanged();
    for (const Edit& edit : edits)
        Q_EMIT session->segmentsChanged(edit.speech);
    if (!edits.empty()) Q_EMIT session->undoChanged();
}

void SessionImpl::pushTogether(std::vector<Edit> edits) {
    if (edits.empty()) return;
    if (edits.size() == 1) return push(std::move(edits.front()));
    data.edits.resize(data.editsDone);
    for (Edit& edit : edits) {
        edit.id = data.nextEditId++;
        data.apply(edit);
        data.edits.push_back(edit);
    }
    data.editsDone = data.edits.size();
    mergeKey.clear();
    commit([edits, groups = grouped(edits)](ProjectStore& file) { return file.pushEdits(edits, groups); });
    applied(edits);
}

std::map<std::string, std::string> SessionImpl::grouped(const std::vector<Edit>& edits) {
    if (edits.size() < 2) return {};
    editGroups.add(edits.front().id, edits.back().id);
    data.settings[EditGroups::kSetting] = editGroups.toJson();
    return {{EditGroups::kSetting, data.settings[EditGroups::kSetting]}};
}

void SessionImpl::applied(const std::vector<Edit>& edits) {
    withdrawRemarks();
    std::set<SpeechId> changed; // where labels did, or nothing else is told of
    bool flags = false;
    for (const Edit& edit : edits) {
        if (edits.size() == 1 || !edit.removed.empty() || !edit.added.empty()) changed.insert(edit.speech);
        flags = flags || edit.changesFullyLabelled;
    }
    for (const SpeechId id : changed) {
        if (syncVerdicts(id)) Q_EMIT session->detectionChanged(id);
        Q_EMIT session->segmentsChanged(id);
    }
    if (flags) Q_EMIT session->speechesChanged();
    Q_EMIT session->undoChanged();
}

const std::vector<Segment>& Session::segments(SpeechId id) const {
    static const std::vector<Segment> none;
    const auto found = m_impl->data.segments.find(id);
    return found == m_impl->data.segments.end() ? none : found->second;
}

int64_t Session::addSegment(SpeechId speech, SampleRange range, LabelClass labelClass, const QString& text) {
    SessionImpl& impl = *m_impl;
    const Speech* where = impl.data.speech(speech);
    if (!where || impl.refuseIfReadOnly()) return 0;
    Segment segment;
    segment.range = range.clamped(0, where->frames);
    if (segment.range.empty()) return 0;
    segment.id = impl.data.nextSegmentId++;
    segment.labelClass = labelClass;
    segment.text = text.toStdString();
    Edit edit = impl.newEdit(speech, tr("Mark %1").arg(classText(labelClass)));
    edit.added.push_back(segment);
    impl.push(std::move(edit));
    return segment.id;
}

void Session::changeSegment(SpeechId speech, const Segment& changed, const QString& text, const QString& mergeKey) {
    SessionImpl& impl = *m_impl;
    const Speech* where = impl.data.speech(speech);
    if (!where || impl.refuseIfReadOnly()) return;
    const auto& present = segments(speech);
    const auto before =
        std::find_if(present.begin(), present.end(), [&](const Segment& segment) { return segment.id == changed.id; });
    Segment after = changed;
    after.range = after.range.clamped(0, where->frames);
    if (before == present.end() || after.range.empty() || *before == after) return;
    Edit edit = impl.newEdit(speech, text);
    edit.removed.push_back(*before);
    edit.added.push_back(after);
    impl.push(std::move(edit), mergeKey);
}

void Session::removeSegments(SpeechId speech, const std::vector<int64_t>& ids) {
    SessionImpl& impl = *m_impl;
    Edit edit = impl.newEdit(speech, {});
    for (const Segment& segment : segments(speech))
        if (std::find(ids.begin(), ids.end(), segment.id) != ids.end()) edit.removed.push_back(segment);
    if (edit.removed.empty() || impl.refuseIfReadOnly()) return;
    edit.text = (edit.removed.size() == 1 ? tr("Delete segment") : tr("Delete %1 segments").arg(edit.removed.size()))
                    .toStdString();
    impl.push(std::move(edit));
}

std::vector<int64_t> Session::replaceSegments(SpeechId speech, const std::vector<int64_t>& removed,
                                              std::vector<Segment> added, const QString& text,
                                              const QString& mergeKey) {
    SessionImpl& impl = *m_impl;
    const Speech* where = impl.data.speech(speech);
    if (!where || impl.refuseIfReadOnly()) return {};
    Edit edit = impl.newEdit(speech, text);
    for (const Segment& segment : segments(speech))
        if (std::find(removed.begin(), removed.end(), segment.id) != removed.end()) edit.removed.push_back(segment);
    std::vector<int64_t> ids;
    for (Segment& segment : added) {
        segment.range = segment.range.clamped(0, where->frames);
        if (segment.range.empty()) return {};
        const auto same = std::find(edit.removed.begin(), edit.removed.end(), segment);
        if (same != edit.removed.end()) { // unchanged: no part of the edit
            ids.push_back(segment.id);
            edit.removed.erase(same);
            continue;
        }
        if (segment.id == 0) segment.id = impl.data.nextSegmentId++;
        ids.push_back(segment.id);
        edit.added.push_back(std::move(segment));
    }
    if (!edit.removed.empty() || !edit.added.empty()) impl.push(std::move(edit), mergeKey);
    return ids;
}

void Session::setFullyLabelled(SpeechId id, bool fullyLabelled) {
    setFullyLabelled(std::vector{id}, fullyLabelled);
}

void Session::setFullyLabelled(const std::vector<SpeechId>& ids, bool fullyLabelled) {
    SessionImpl& impl = *m_impl;
    std::vector<Edit> edits;
    const QString text = fullyLabelled ? tr("Mark as fully labelled") : tr("Mark as not fully labelled");
    for (const SpeechId id : std::set(ids.begin(), ids.end())) {
        const Speech* speech = impl.data.speech(id);
        if (!speech || speech->fullyLabelled == fullyLabelled) continue;
        Edit edit = impl.newEdit(id, text);
        edit.changesFullyLabelled = true;
        edit.fullyLabelledAfter = fullyLabelled;
        edits.push_back(std::move(edit));
    }
    if (edits.empty() || impl.refuseIfReadOnly()) return;
    const bool shown = std::ranges::find(edits, impl.current, &Edit::speech) != edits.end();
    const size_t open = fullyLabelled && shown ? proposals(impl.current).size() : 0;
    impl.pushTogether(std::move(edits));
    if (open > 0)
        impl.remark(
            open == 1
                ? tr("1 proposal was still open: it counts as not applause now. Undo takes this back.")
                : tr("%1 proposals were still open: they count as not applause now. Undo takes this back.").arg(open));
}

bool Session::canUndo() const {
    return m_impl->data.editsDone > 0 && !m_impl->readOnly;
}

bool Session::canRedo() const {
    return m_impl->data.editsDone < m_impl->data.edits.size() && !m_impl->readOnly;
}

QString Session::undoText() const {
    return canUndo() ? QString::fromStdString(m_impl->data.edits[m_impl->data.editsDone - 1].text) : QString();
}

QString Session::redoText() const {
    return canRedo() ? QString::fromStdString(m_impl->data.edits[m_impl->data.editsDone].text) : QString();
}

void SessionImpl::travel(const Edit& edit, bool back, StoreSlot::Change change) {
    const auto detected = [&] {
        const Detection* detection = session->detection(edit.speech);
        return detection ? detection->segments : std::vector<DetectedSegment>();
    };
    const std::vector<DetectedSegment> before = detected();
    mergeKey.clear();
    data.apply(edit);
    commit(std::move(change));
    session->setCurrentSpeech(edit.speech);
    applied({edit});
    sayTravelled({edit}, back);
    if (const auto concerned = concernedBy(edit, before, detected()))
        Q_EMIT session->revisited(edit.speech, *concerned);
}

void Session::undo() {
    SessionImpl& impl = *m_impl;
    if (!canUndo()) return;
    const std::vector<Edit>& edits = impl.data.edits;
    size_t done = impl.data.editsDone - 1;
    while (done > 0 && impl.editGroups.together(edits[done - 1].id, edits[done].id))
        --done;
    if (done + 1 < impl.data.editsDone) return impl.walkTo(done, true);
    const Edit edit = impl.data.edits[--impl.data.editsDone];
    impl.travel(edit.inverse(), true, [edit](ProjectStore& file) { return file.undo(edit); });
}

void Session::redo() {
    SessionImpl& impl = *m_impl;
    if (!canRedo()) return;
    const std::vector<Edit>& edits = impl.data.edits;
    size_t done = impl.data.editsDone + 1;
    while (done < edits.size() && impl.editGroups.together(edits[done - 1].id, edits[done].id))
        ++done;
    if (done > impl.data.editsDone + 1) return impl.walkTo(done, true);
    const Edit edit = impl.data.edits[impl.data.editsDone++];
    impl.travel(edit, false, [edit](ProjectStore& file) { return file.redo(edit); });
}

} // namespace ovation::ui
