// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "ui/session/AddAudio.h"
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace ovation::ui {

namespace {

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

void start(SessionImpl& impl, const QStringList& paths, std::optional<LabelClass> wholeClips) {
    if (paths.isEmpty() || impl.refuseIfReadOnly()) return;
    std::set<std::string> known;
    for (const Speech& speech : impl.data.speeches)
        known.insert(speech.path);
    impl.jobs.start<AddedAudio>(
        QObject::tr("Adding recordings"),
        [paths, wholeClips, known](const JobContext& context) { return findAudio(paths, wholeClips, known, context); },
        [&impl, generation = impl.generation](Result<AddedAudio> found) {
            if (generation != impl.generation) return;
            if (found)
                impl.addFound(std::move(*found));
            else if (found.error().code != ErrorCode::Cancelled)
                impl.raise(found.error());
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

void SessionImpl::addFound(AddedAudio found) {
    int recordings = 0, labelled = 0, segments = 0;
    SpeechId first = 0;
    std::vector<std::string> notes = found.notes;
    QStringList doubts;
    for (const std::string& doubt : found.doubts)
        doubts << QString::fromStdString(doubt);
    for (const FoundRecording& recording : found.recordings) {
        // Two jobs may have found the same file.
        if (std::any_of(data.speeches.begin(), data.speeches.end(),
                        [&](const Speech& s) { return s.path == recording.path; }))
            continue;
        Speech speech = newSpeech(recording.path, recording.info);
        speech.contentHash = recording.contentHash;
        speech.group = recording.group;
        data.speeches.push_back(speech);
        commit([speech](ProjectStore& file) { return file.putSpeech(speech); });
        ++recordings;
        if (first == 0) first = speech.id;

        Edit edit = newEdit(speech.id, QObject::tr("Add labels"));
        if (recording.wholeClip) {
            Segment whole;
            whole.id = data.nextSegmentId++;
            whole.range = {0, speech.frames};
            whole.labelClass = *recording.wholeClip;
            whole.origin = Origin::Imported;
            whole.source = recording.labelSource;
            edit.added.push_back(whole);
        } else if (!recording.labels.empty()) {
            LabelFile file;
            file.labels = recording.labels;
            std::vector<std::string> warnings = recording.labelWarnings;
            edit.added = toSegments(file, speech.sampleRate, speech.frames, data.nextSegmentId, warnings);
            addDoubts(doubts, recording.labelSource, warnings);
            for (Segment& segment : edit.added) {
                segment.origin = Origin::Imported;
                segment.source = recording.labelSource;
            }
        }
        edit.changesFullyLabelled = recording.fullyLabelled;
        edit.fullyLabelledAfter = recording.fullyLabelled;
        if (edit.added.empty() && !edit.changesFullyLabelled) continue;
        ++labelled;
        segments += static_cast<int>(edit.added.size());
        push(std::move(edit));
    }
    if (recordings > 0) Q_EMIT session->speechesChanged();
    if (first != 0) session->setCurrentSpeech(first);

    // Label files belong to the recording with their stem; a single one without such a recording to the current speech.
    for (auto& [file, labels] : found.labelFiles) {
        const auto match = std::find_if(data.speeches.begin(), data.speeches.end(),
                                        [&](const Speech& speech) { return stemOf(speech.path) == stemOf(file); });
        const SpeechId target = match != data.speeches.end() ? match->id : found.labelFiles.size() == 1 ? current : 0;
        const Speech* speech = data.speech(target);
        if (!speech) {
            found.failed.push_back(
                {file, Error{ErrorCode::NoData, file, "there is no recording of that name in the project"}});
            continue;
        }
        Edit edit = newEdit(target, QObject::tr("Import labels"));
        std::vector<std::string> warnings = labels.warnings;
        edit.added = toSegments(labels, speech->sampleRate, speech->frames, data.nextSegmentId, warnings);
        addDoubts(doubts, file, warnings);
        for (Segment& segment : edit.added) {
            segment.origin = Origin::Imported;
            segment.source = file;
        }
        notes.push_back(std::to_string(edit.added.size()) + " labels of " + stemOf(file) + "." + extensionOf(file) +
                        " imported");
        if (!edit.added.empty()) push(std::move(edit));
    }

    if (const QString text = summary(recordings, labelled, segments, notes); !text.isEmpty())
        Q_EMIT session->messageRaised(text);
    if (!doubts.isEmpty()) Q_EMIT session->problemsRaised(QObject::tr("Some labels were not as expected"), doubts);
    QStringList sentences;
    for (const SkippedFile& failed : found.failed)
        sentences << QString::fromStdString(describe(failed.error));
    if (!sentences.isEmpty())
        Q_EMIT session->problemsRaised(sentences.size() == 1
                                           ? QObject::tr("1 file could not be added")
                                           : QObject::tr("%1 files could not be added").arg(sentences.size()),
                                       sentences);
}

void Session::addAudio(const QStringList& paths) {
    m_impl->afterOpening([this, paths] { start(*m_impl, paths, {}); });
}

void Session::addClips(const QStringList& paths, LabelClass labelClass) {
    m_impl->afterOpening([this, paths, labelClass] { start(*m_impl, paths, labelClass); });
}

void Session::removeSpeech(SpeechId id) {
    SessionImpl& impl = *m_impl;
    if (!impl.data.speech(id) || impl.refuseIfReadOnly()) return;
    auto& speeches = impl.data.speeches;
    const auto place = std::find_if(speeches.begin(), speeches.end(), [id](const Speech& s) { return s.id == id; });
    const auto next = speeches.erase(place);
    const SpeechId following = next != speeches.end() ? next->id : speeches.empty() ? 0 : speeches.back().id;
    impl.data.segments.erase(id);
    impl.data.detections.erase(id);
    const auto edits = impl.data.edits.begin();
    const auto done = static_cast<size_t>(std::count_if(edits, edits + static_cast<std::ptrdiff_t>(impl.data.editsDone),
                                                        [id](const Edit& e) { return e.speech != id; }));
    std::erase_if(impl.data.edits, [id](const Edit& edit) { return edit.speech == id; });
    impl.data.editsDone = done;
    impl.mergeKey.clear();
    impl.peaks.erase(id);
    impl.peaksDone.erase(id);
    impl.toStore.erase(id);
    impl.commit([id](ProjectStore& file) { return file.removeSpeech(id); });
    if (impl.current == id) {
        impl.current = 0;
        setCurrentSpeech(following);
        if (following == 0) Q_EMIT currentSpeechChanged(0);
    }
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
