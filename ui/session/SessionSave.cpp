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

/// Those of the file, with `held` ones of this window, whose numbers no run of the file has.
std::vector<TrainingRun> joinedRuns(std::vector<TrainingRun> stored, const std::vector<TrainingRun>& here,
                                    const std::set<int64_t>& held) {
    for (TrainingRun& run : stored)
        if (run.stopped == StopReason::Running) run.stopped = StopReason::Cancelled;
    for (const TrainingRun& run : here)
        if (held.contains(run.id)) stored.push_back(run);
    std::ranges::sort(stored, {}, &TrainingRun::id);
    return stored;
}

std::string settingOf(const ProjectData& project, const std::string& name) {
    const auto found = project.settings.find(name);
    return found == project.settings.end() ? std::string() : found->second;
}

} // namespace

bool SessionImpl::onlyHere(int64_t runId) const {
    return heldRuns.contains(runId) ||
           (trainingJob && run && run->id == runId && run->stopped == StopReason::Running); // perhaps not held yet
}

void SessionImpl::renumberHeldRuns(const ProjectData& stored) {
    std::set<int64_t> own = heldRuns, taken;
    if (run && onlyHere(run->id)) own.insert(run->id);
    const int64_t removed = newestRemovedRun(stored);
    int64_t next = std::max(nextRunId(), removed + 1);
    for (const TrainingRun& other : stored.runs) {
        taken.insert(other.id);
        next = std::max(next, other.id + 1);
    }
    if (!own.empty()) next = std::max(next, *own.rbegin() + 1);
    std::map<int64_t, int64_t> numbers;
    for (const int64_t id : own)
        if (id <= removed || taken.contains(id)) numbers[id] = next++;
    if (numbers.empty()) return;

    const auto now = [&](int64_t id) {
        const auto found = numbers.find(id);
        return found == numbers.end() ? id : found->second;
    };
    std::map<int64_t, std::string> usual; // those that go by their old number, by the new one
    const auto renumber = [&](TrainingRun& one) {
        if (!numbers.contains(one.id)) return;
        const std::string name = usualRunName(one.id);
        one.id = now(one.id);
        if (one.name == name) usual[one.id] = std::exchange(one.name, usualRunName(one.id));
    };
    if (run && onlyHere(run->id)) renumber(*run);
    for (TrainingRun& one : data.runs)
        renumber(one);
    std::set<int64_t> held;
    for (const int64_t id : heldRuns)
        held.insert(now(id));
    heldRuns = std::move(held);
    decltype(heldModels) models;
    for (auto& [id, bytes] : heldModels)
        models[now(id)] = std::move(bytes);
    heldModels = std::move(models);

    if (modelSource.kind == ModelSource::Kind::Run) modelSource.run = now(modelSource.run);
    if (const auto chosen = data.settings.find("model"); chosen != data.settings.end())
        if (ModelSource source = modelSourceFromJson(chosen->second); numbers.contains(source.run)) {
            source.run = now(source.run);
            putSetting("model", toJson(source));
        }
    std::vector<ModelSource> taught = teachers;
    for (ModelSource& teacher : taught)
        if (teacher.kind == ModelSource::Kind::Run) teacher.run = now(teacher.run);
    session->setTeachers(taught);
    for (const auto& [id, before] : usual)
        renameModel(id, before, usualRunName(id));
}

/// The file's are newer, but for what was set here, which waits to be stored.
void SessionImpl::takeStoredSettings(const ProjectData& stored) {
    const SettledSplits splits = SettledSplits::fromJson(settingOf(stored, "settled_splits"));
    if (settingsToStore.contains("settled_splits")) { // something was trained on here
        settledSplits.addFrom(splits);
        data.settings["settled_splits"] = settledSplits.toJson();
    } else {
        settledSplits = splits;
    }
    if (data.settings.contains("model")) settingsToStore.insert("model"); // that is in use stays
    const bool decoderFromFile = !settingsToStore.contains("decoder");
    std::erase_if(data.settings, [&](const auto& entry) {
        return !settingsToStore.contains(entry.first) && !stored.settings.contains(entry.first);
    });
    for (const auto& [name, value] : stored.settings)
        if (!settingsToStore.contains(name)) data.settings[name] = value;
    editGroups = EditGroups::fromJson(settingOf(data, EditGroups::kSetting));
    queue = queueFromJson(settingOf(data, "queue"));
    // The states of unfinished runs are the other window's, which may go on with them.
    checkpoints.clear();
    storeCheckpoints();
    if (const auto values = hyperparametersFromJson(settingOf(data, "hyperparameters"))) hyperparameters = *values;
    fineTuning = settingOf(data, "fine_tuning") == "true";
    readTeachersSetting();
    const bool detectedHere = detectionJob != 0 || !newCurves.empty() || earlierToStore;
    if (!detectedHere && !settingsToStore.contains("detection_queue")) readQueue();
    if (!decoderFromFile) return;
    if (const auto options = decoderFromJson(settingOf(data, "decoder"))) {
        decoder = *options;
        decoderOf = storedDecoderOf();
    }
}

std::set<SpeechId> SessionImpl::takeStoredDetections(std::map<SpeechId, Detection> stored) {
    std::set<SpeechId> present, changed;
    for (const Speech& speech : data.speeches)
        present.insert(speech.id);
    auto before = std::exchange(data.detections, {});
    for (auto& [id, detection] : before) {
        if (!present.contains(id)) continue;
        const auto now = stored.find(id);
        if (newCurves.contains(id))
            data.detections[id] = std::move(detection);
        else if (now == stored.end() || now->second.model != detection.model ||
                 now->second.segments != detection.segments)
            changed.insert(id);
    }
    const bool otherwise = settingsToStore.contains("decoder"); // than the file's are decoded
    for (auto& [id, detection] : stored) {
        if (!present.contains(id) || !data.detections.try_emplace(id, std::move(detection)).second) continue;
        if (!before.contains(id)) changed.insert(id);
        if (otherwise) toDecode.push_back(id);
    }
    if (!toDecode.empty()) decodeTimer.start();
    return changed;
}

/// The file has gone on in another window since it was read here, where recordings and labels could not be changed.
void SessionImpl::takeStored(ProjectData stored) {
    const bool wasThere = run && hasRun(run->id) && !onlyHere(run->id);
    renumberHeldRuns(stored);
    const QDir folder = QFileInfo(path).absoluteDir();
    std::map<SpeechId, const Speech*> known;
    for (const Speech& speech : data.speeches)
        known[speech.id] = &speech;
    for (Speech& speech : stored.speeches) {
        const auto found = known.find(speech.id);
        const Speech* here = found == known.end() ? nullptr : found->second;
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
    data.runs = joinedRuns(std::move(stored.runs), data.runs, heldRuns);
    if (run && !onlyHere(run->id)) {
        const auto now = std::ranges::find(data.runs, run->id, &TrainingRun::id);
        if (now != data.runs.end())
            run = *now;
        else if (wasThere) // it was removed there
            run = data.runs.empty() ? std::nullopt : std::optional(data.runs.back());
    }
    takeStoredSettings(stored);
    std::set<SpeechId> detected = takeStoredDetections(std::move(stored.detections));
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
    Q_EMIT session->hyperparametersChanged();
    Q_EMIT session->fineTuningChanged();
    Q_EMIT session->teachersChanged();
    Q_EMIT session->queueChanged();
    Q_EMIT session->detectionQueueChanged();
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
                    // What is trained, detected and set here stands in the copy, too.
                    impl.storeHeldRuns();
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
