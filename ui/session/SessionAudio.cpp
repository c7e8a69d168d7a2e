// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/AddAudio.h"
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <set>

namespace ovation::ui {

namespace {

std::string fileName(const std::string& path) {
    return QFileInfo(QString::fromStdString(path)).fileName().toStdString();
}

/// "1 recording added; 3 with labels (12 segments)."
QString summary(int recordings, int labelled, int segments, const std::vector<std::string>& notes) {
    QStringList parts;
    if (recordings > 0)
        parts << QObject::tr("%1 recording(s) added")
                     .arg(recordings)
                     .replace(QStringLiteral("(s)"), recordings == 1 ? QString() : QStringLiteral("s"));
    if (labelled > 0)
        parts << QObject::tr("labels taken along for %1 of them, %2 segment%3 in all")
                     .arg(labelled)
                     .arg(segments)
                     .arg(segments == 1 ? QString() : QStringLiteral("s"));
    for (const std::string& note : notes) {
        QString text = QString::fromStdString(note);
        if (text.endsWith(QLatin1Char('.'))) text.chop(1);
        parts << text;
    }
    return parts.isEmpty() ? QString() : parts.join(QStringLiteral("; ")) + QLatin1Char('.');
}

/// Labels those of `paths` that are in the project already, unless they have labels of their own; returns the others.
/// `show`: go to the last one.
QStringList labelKnown(SessionImpl& impl, const QStringList& paths, LabelClass labelClass, bool show) {
    QStringList others, kept;
    std::vector<Edit> edits;
    std::map<std::string, const Speech*> known;
    for (const Speech& speech : impl.data.speeches)
        if (!speech.missing) known.try_emplace(speech.path, &speech);
    std::set<SpeechId> seen;
    const QString text = QObject::tr("Label clip as %1").arg(QString::fromLatin1(nameOf(labelClass)));
    for (const QString& path : paths) {
        const auto found = known.find(QFileInfo(path).absoluteFilePath().toStdString());
        if (found == known.end()) {
            others << path;
            continue;
        }
        const Speech* speech = found->second;
        if (!seen.insert(speech->id).second) continue;
        Segment whole;
        whole.range = {0, speech->frames};
        whole.labelClass = labelClass;
        whole.origin = Origin::Imported;
        const std::vector<Segment>& present = impl.session->segments(speech->id);
        if (std::ranges::any_of(present, [&](const Segment& label) { return label.range != whole.range; })) {
            kept << QFileInfo(path).fileName();
            continue;
        }
        if (whole.range.empty()) continue;
        Edit edit = impl.newEdit(speech->id, text);
        edit.removed = present;
        whole.id = impl.data.nextSegmentId++;
        edit.added.push_back(std::move(whole));
        edits.push_back(std::move(edit));
    }
    if (!edits.empty()) {
        const SpeechId last = edits.back().speech;
        const size_t labelled = edits.size();
        impl.pushTogether(std::move(edits));
        if (show || !impl.data.speech(impl.current)) impl.session->setCurrentSpeech(last);
        Q_EMIT impl.session->messageRaised(
            labelled == 1 ? QObject::tr("1 clip of the project labelled as %1.").arg(QLatin1String(nameOf(labelClass)))
                          : QObject::tr("%1 clips of the project labelled as %2.")
                                .arg(labelled)
                                .arg(QLatin1String(nameOf(labelClass))));
    }
    if (!kept.isEmpty())
        Q_EMIT impl.session->messageRaised(
            QObject::tr("In the project already, with labels of their own, which stay: %1.")
                .arg(kept.join(QStringLiteral(", "))));
    return others;
}

void start(SessionImpl& impl, const QStringList& paths, std::optional<LabelClass> wholeClips) {
    if (paths.isEmpty() || impl.refuseIfReadOnly()) return;
    KnownAudio known;
    for (const Speech& speech : impl.data.speeches) {
        if (speech.missing) {
            known.missing.push_back(speech);
            continue;
        }
        known.paths.insert(speech.path);
        if (!speech.contentHash.empty()) known.byContent.emplace(speech.contentHash, speech);
    }
    impl.jobs.start<AddedAudio>(
        QObject::tr("Adding recordings"),
        [paths, wholeClips, known](const JobContext& context) { return findAudio(paths, wholeClips, known, context); },
        [&impl, wholeClips, dropped = impl.atDrop(), generation = impl.generation](Result<AddedAudio> found) {
            if (generation != impl.generation) return;
            if (!found) {
                if (found.error().code != ErrorCode::Cancelled) impl.raise(found.error());
                return;
            }
            QStringList there;
            for (const std::string& path : found->known)
                there << QString::fromStdString(path);
            const bool undisturbed = impl.undisturbed(dropped);
            impl.addFound(std::move(*found), dropped);
            if (wholeClips) labelKnown(impl, there, *wholeClips, undisturbed);
        });
}

} // namespace

Speech SessionImpl::newSpeech(const std::string& file, const AudioInfo& info) {
    Speech speech;
    speech.id = data.nextSpeechId++;
    speech.path = file;
    speech.relativePath = QFileInfo(path).absoluteDir().relativeFilePath(QString::fromStdString(file)).toStdString();
    speech.frames = info.frames;
    speech.sampleRate = info.sampleRate;
    speech.channels = info.channels;
    return speech;
}

void SessionImpl::addFound(AddedAudio found, const AtDrop& dropped) {
    int labelled = 0, segments = 0;
    const bool mayShow = undisturbed(dropped);
    ImportedFiles taken;
    for (const SkippedFile& failed : found.failed)
        taken.failed << QString::fromStdString(describe(failed.error));
    for (const std::string& doubt : found.doubts)
        taken.doubts << QString::fromStdString(doubt);
    std::vector<Speech> speeches;
    std::vector<Edit> edits;
    std::set<std::string> present; // two jobs may have found the same file
    for (const Speech& speech : data.speeches)
        present.insert(speech.path);
    for (const FoundRecording& recording : found.recordings) {
        if (!present.insert(recording.path).second) continue;
        Speech speech = newSpeech(recording.path, recording.info);
        speech.contentHash = recording.contentHash;
        speech.group = recording.group;
        speeches.push_back(speech);
        Edit edit = labelsOf(recording, speech, taken.doubts);
        if (edit.added.empty() && !edit.changesFullyLabelled) continue;
        ++labelled;
        segments += static_cast<int>(edit.added.size());
        edits.push_back(std::move(edit));
    }
    putMoved(found.moved);
    const SpeechId first = speeches.empty() ? 0 : speeches.front().id;
    const int added = static_cast<int>(speeches.size());
    if (added > 0) pushAll(std::move(speeches), std::move(edits));
    if (first != 0 && (mayShow || !data.speech(current))) session->setCurrentSpeech(first);

    // Label files belong to the recording with their stem; a single one without such a recording to a new one, or to
    // the one that was shown.
    takeLabelFiles(found.labelFiles, first != 0 ? first : dropped.shown, taken);
    std::vector<std::string> notes = found.notes;
    if (taken.recordings > 0)
        notes.push_back(std::to_string(taken.labels) + (taken.labels == 1 ? " label" : " labels") + " of " +
                        (found.labelFiles.size() == 1 ? fileName(found.labelFiles.front().first)
                                                      : std::to_string(found.labelFiles.size()) + " label files") +
                        " imported");
    if (const QString text = summary(added, labelled, segments, notes); !text.isEmpty())
        Q_EMIT session->messageRaised(text);
    if (!taken.doubts.isEmpty())
        Q_EMIT session->problemsRaised(QObject::tr("Some labels were not as expected"), taken.doubts);
    sayFailed(taken.failed, QObject::tr("1 file could not be added"), QObject::tr("%1 files could not be added"));
}

/// The edit that labels a new recording; empty where nothing is known of it.
Edit SessionImpl::labelsOf(const FoundRecording& recording, const Speech& speech, QStringList& doubts) {
    Edit edit = newEdit(speech.id, QObject::tr("Add labels"));
    if (recording.wholeClip) {
        Segment whole;
        whole.id = data.nextSegmentId++;
        whole.range = {0, speech.frames};
        whole.labelClass = *recording.wholeClip;
        whole.origin = Origin::Imported;
        whole.source = recording.labelSource;
        edit.added.push_back(whole);
    } else if (!recording.labels.empty() || !recording.labelWarnings.empty()) {
        LabelFile file;
        file.labels = recording.labels;
        file.warnings = recording.labelWarnings;
        edit.added = importInto(speech, file, recording.labelSource, {}, doubts).added;
    }
    edit.changesFullyLabelled = recording.fullyLabelled;
    edit.fullyLabelledAfter = recording.fullyLabelled;
    return edit;
}

void Session::addAudio(const QStringList& paths) {
    m_impl->afterOpening([this, paths] { start(*m_impl, paths, {}); });
}

void Session::addClips(const QStringList& paths, LabelClass labelClass) {
    m_impl->afterOpening([this, paths, labelClass] {
        if (!m_impl->refuseIfReadOnly()) start(*m_impl, labelKnown(*m_impl, paths, labelClass, true), labelClass);
    });
}

void Session::removeSpeech(SpeechId id) {
    removeSpeeches({id});
}

void Session::removeSpeeches(const std::vector<SpeechId>& ids) {
    SessionImpl& impl = *m_impl;
    auto& speeches = impl.data.speeches;
    std::set<SpeechId> removed;
    for (const SpeechId id : ids)
        if (impl.data.speech(id)) removed.insert(id);
    if (removed.empty() || impl.refuseIfReadOnly()) return;
    const auto stays = [&](const Speech& speech) { return !removed.contains(speech.id); };
    // The next one that stays becomes the current one, else the last.
    const auto place = std::ranges::find(speeches, impl.current, &Speech::id);
    const auto next = std::find_if(place, speeches.end(), stays);
    const auto last = std::find_if(speeches.rbegin(), speeches.rend(), stays);
    const SpeechId following = next != speeches.end() ? next->id : last != speeches.rend() ? last->id : 0;
    std::erase_if(speeches, [&](const Speech& speech) { return !stays(speech); });
    const auto concerned = [&](const Edit& edit) { return removed.contains(edit.speech); };
    const auto edits = impl.data.edits.begin();
    const auto gone = std::count_if(edits, edits + static_cast<std::ptrdiff_t>(impl.data.editsDone), concerned);
    impl.data.editsDone -= static_cast<size_t>(gone);
    std::erase_if(impl.data.edits, concerned);
    impl.mergeKey.clear();
    for (const SpeechId id : removed) {
        impl.data.segments.erase(id);
        impl.data.detections.erase(id);
        impl.peaks.erase(id);
        impl.peaksDone.erase(id);
        impl.toStore.erase(id);
        impl.newCurves.erase(id);
        if (impl.earlier.erase(id) + impl.asPresent.erase(id) > 0) impl.storeEarlier();
    }
    impl.commit(
        [all = std::vector(removed.begin(), removed.end())](ProjectStore& file) { return file.removeSpeeches(all); });
    if (removed.contains(impl.current)) {
        impl.current = 0;
        setCurrentSpeech(following);
        if (following == 0) Q_EMIT currentSpeechChanged(0);
    }
    impl.leaveOutOfQueue(removed);
    Q_EMIT speechesChanged();
    Q_EMIT undoChanged();
}

SpeechId Session::currentSpeech() const {
    return m_impl->current;
}

void Session::setCurrentSpeech(SpeechId id) {
    SessionImpl& impl = *m_impl;
    if (id == impl.current || !impl.data.speech(id)) return;
    impl.current = id;
    impl.putSetting("current_speech", std::to_string(id));
    Q_EMIT currentSpeechChanged(id);
}

} // namespace ovation::ui
