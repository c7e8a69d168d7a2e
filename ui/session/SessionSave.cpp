// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <set>
#include <utility>

namespace ovation::ui {

namespace {

/// Goes on in a copy at `to`. Where that fails, the slot is as it was.
Result<void> moveTo(StoreSlot& slot, const std::string& to) {
    const std::string temporary = to + ".new";
    if (!slot.store) {
        // Nothing has been on disk so far: the backlog is the whole project.
        removeProjectFile(temporary);
        auto created = ProjectStore::create(temporary);
        if (!created) return Error{created.error().code, to, created.error().detail};
        const auto copied = (*created)->copyTo(to);
        *created = nullptr;
        removeProjectFile(temporary);
        if (!copied) return copied;
    } else if (const auto copied = slot.store->copyTo(to); !copied) {
        return copied;
    }
    auto opened = ProjectStore::open(to);
    if (!opened) return opened.error();
    slot.store = std::move(*opened);
    return {};
}

/// Those of the file, with what is only here: runs of this window, which has not written any.
std::vector<TrainingRun> joinedRuns(std::vector<TrainingRun> stored, const std::vector<TrainingRun>& here) {
    for (TrainingRun& run : stored)
        if (run.stopped == StopReason::Running) run.stopped = StopReason::Cancelled;
    for (const TrainingRun& run : here) {
        const auto same = std::ranges::find(stored, run.id, &TrainingRun::id);
        if (same == stored.end())
            stored.push_back(run);
        else if (same->startedMs != run.startedMs)
            *same = run;
    }
    std::ranges::sort(stored, {}, &TrainingRun::id);
    return stored;
}

} // namespace

/// The file has gone on in another window since it was read here, where recordings and labels could not be changed.
void SessionImpl::takeStored(ProjectData stored) {
    const QDir folder = QFileInfo(path).absoluteDir();
    for (Speech& speech : stored.speeches) {
        const Speech* here = data.speech(speech.id);
        if (!speech.missing || !here || here->missing) continue;
        speech.missing = false; // it was found again here
        speech.path = here->path;
        speech.relativePath = folder.relativeFilePath(QString::fromStdString(speech.path)).toStdString();
        commit([found = speech](ProjectStore& file) { return file.putSpeech(found); });
    }
    data.speeches = std::move(stored.speeches);
    const auto before = std::exchange(data.segments, std::move(stored.segments));
    data.edits = std::move(stored.edits);
    data.editsDone = stored.editsDone;
    data.nextSegmentId = std::max(data.nextSegmentId, stored.nextSegmentId);
    data.nextSpeechId = std::max(data.nextSpeechId, stored.nextSpeechId);
    data.nextEditId = std::max(data.nextEditId, stored.nextEditId);
    data.runs = joinedRuns(std::move(stored.runs), data.runs);
    for (const char* name : {EditGroups::kSetting, "settled_splits"}) // these go with edits and runs
        data.settings[name] = stored.settings[name];
    editGroups = EditGroups::fromJson(data.settings[EditGroups::kSetting]);
    settledSplits = SettledSplits::fromJson(data.settings["settled_splits"]);
    std::erase_if(data.detections, [this](const auto& entry) { return data.speech(entry.first) == nullptr; });
    std::set<SpeechId> detected;
    for (auto& [id, detection] : stored.detections)
        if (data.detections.try_emplace(id, std::move(detection)).second) detected.insert(id);
    mergeKey.clear();
    const bool gone = data.speech(current) == nullptr;
    if (gone) current = data.speeches.empty() ? 0 : data.speeches.front().id;

    std::vector<SpeechId> changed;
    for (const Speech& speech : data.speeches) {
        const auto was = before.find(speech.id);
        const std::vector<Segment>& now = session->segments(speech.id);
        if (was == before.end() ? !now.empty() : was->second != now) changed.push_back(speech.id);
    }
    Q_EMIT session->speechesChanged();
    if (gone) Q_EMIT session->currentSpeechChanged(current);
    for (const SpeechId id : changed) {
        if (syncVerdicts(id)) detected.insert(id);
        Q_EMIT session->segmentsChanged(id);
    }
    for (const SpeechId id : detected)
        Q_EMIT session->detectionChanged(id);
    Q_EMIT session->runsChanged();
}

void Session::saveProjectAs(const QString& chosen) {
    SessionImpl& impl = *m_impl;
    const QString target = QFileInfo(chosen).absoluteFilePath();
    impl.storeChanged();
    if (!impl.unsaved && target == impl.path) { // every change is in that file already, or it takes none
        impl.refuseIfReadOnly();
        return;
    }
    struct Outcome {
        std::optional<Error> error;
        std::optional<ProjectData> stored; ///< where another window may have changed it
    };
    auto speeches = impl.data.speeches;
    const QDir folder = QFileInfo(target).absoluteDir();
    for (Speech& speech : speeches)
        speech.relativePath = folder.relativeFilePath(QString::fromStdString(speech.path)).toStdString();

    auto outcome = std::make_shared<Outcome>();
    impl.store.post([&impl, outcome, slot = impl.slot, from = impl.path.toStdString(), to = target.toStdString(),
                     drop = impl.unsaved && !impl.readOnly, wasReadOnly = impl.readOnly, speeches,
                     generation = impl.generation] {
        if (const auto moved = moveTo(*slot, to); !moved)
            outcome->error = moved.error();
        else
            impl.store.writeBacklog(slot);
        if (wasReadOnly && !outcome->error) {
            auto stored = slot->store->load(ProjectStore::Moved::Leave);
            if (stored)
                outcome->stored = std::move(*stored);
            else
                outcome->error = stored.error();
        }
        if (drop && !outcome->error) removeProjectFile(from);
        QMetaObject::invokeMethod(
            impl.session,
            [&impl, outcome, generation, speeches, to] {
                if (outcome->error) {
                    impl.raise(*outcome->error);
                    return;
                }
                if (generation != impl.generation) return;
                impl.path = QString::fromStdString(to);
                impl.unsaved = isUnsaved(impl.path);
                const bool nowWritable = std::exchange(impl.readOnly, false);
                if (nowWritable && outcome->stored) impl.takeStored(std::move(*outcome->stored));
                for (const Speech& saved : speeches)
                    if (Speech* speech = impl.data.speech(saved.id); speech && speech->path == saved.path)
                        speech->relativePath = saved.relativePath;
                Q_EMIT impl.session->projectPathChanged();
                if (nowWritable) { // there is something to undo and to resume only where it can be written
                    // What is detected and set here stands in the copy, too.
                    for (const auto& [id, detection] : impl.data.detections) {
                        impl.toStore.insert(id);
                        impl.newCurves.insert(id);
                    }
                    impl.storeHeldRuns();
                    for (const auto& [name, value] : impl.data.settings)
                        impl.settingsToStore.insert(name);
                    impl.storeChanged();
                    Q_EMIT impl.session->undoChanged();
                    Q_EMIT impl.session->resumableRunChanged();
                }
                Q_EMIT impl.session->messageRaised(
                    QObject::tr("The project is saved as %1. Every further change goes there at once.")
                        .arg(QDir::toNativeSeparators(impl.path)));
            },
            Qt::QueuedConnection);
    });
}

} // namespace ovation::ui
