// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <algorithm>
#include <utility>

namespace ovation::ui {

// Runs that wait for their turn, and what people do with runs that are over.

const std::vector<QueuedRun>& Session::queue() const {
    return m_impl->queue;
}

bool Session::queueRunning() const {
    return m_impl->queueRunning;
}

void SessionImpl::storeQueue() {
    const std::string json = toJson(queue);
    data.settings["queue"] = json;
    commit([json](ProjectStore& file) { return file.putSetting("queue", json); });
    Q_EMIT session->queueChanged();
}

void Session::enqueue(const std::vector<Hyperparameters>& runs, const QString& name) {
    SessionImpl& impl = *m_impl;
    if (runs.empty() || impl.refuseIfReadOnly()) return;
    if (impl.fineTuning) {
        Q_EMIT messageRaised(
            tr("Runs of the queue begin with fresh weights: untick Fine-tune from first, or press Train."));
        return;
    }
    int64_t id = 1;
    for (const QueuedRun& waiting : impl.queue)
        id = std::max(id, waiting.id + 1);
    for (const Hyperparameters& values : runs)
        impl.queue.push_back({id++, name.toStdString(), values, impl.teachersFor(values)});
    impl.storeQueue();
}

void Session::removeQueued(const std::vector<int64_t>& ids) {
    SessionImpl& impl = *m_impl;
    const auto erased = std::erase_if(
        impl.queue, [&](const QueuedRun& run) { return std::find(ids.begin(), ids.end(), run.id) != ids.end(); });
    if (erased == 0) return;
    if (impl.queue.empty()) impl.queueRunning = false;
    impl.storeQueue();
}

void Session::moveQueued(int64_t id, int by) {
    std::vector<QueuedRun>& queue = m_impl->queue;
    const auto found = std::find_if(queue.begin(), queue.end(), [id](const QueuedRun& run) { return run.id == id; });
    if (found == queue.end()) return;
    const auto from = found - queue.begin();
    const auto to = std::clamp<std::ptrdiff_t>(from + by, 0, static_cast<std::ptrdiff_t>(queue.size()) - 1);
    if (from == to) return;
    QueuedRun moved = std::move(*found);
    queue.erase(found);
    queue.insert(queue.begin() + to, std::move(moved));
    m_impl->storeQueue();
}

void Session::startQueue() {
    SessionImpl& impl = *m_impl;
    if (impl.queue.empty() || impl.refuseIfReadOnly()) return;
    impl.queueRunning = true;
    Q_EMIT queueChanged();
    impl.startNextQueued();
}

void Session::holdQueue() {
    if (!std::exchange(m_impl->queueRunning, false)) return;
    Q_EMIT queueChanged();
}

void SessionImpl::startNextQueued() {
    if (!queueRunning || session->training()) return;
    if (queue.empty()) {
        queueRunning = false;
        Q_EMIT session->queueChanged();
        Q_EMIT session->messageRaised(QObject::tr("Every run of the queue has been trained."));
        return;
    }
    const QueuedRun next = queue.front();
    queue.erase(queue.begin());
    storeQueue();
    startNewRun(next.hyperparameters, next.name, nullptr, false, next.teachers);
    fromQueue = next;
}

void SessionImpl::queueAfter(int64_t runId, const std::optional<Error>& error, bool stoppedByPerson) {
    const std::optional<QueuedRun> waited = std::exchange(fromQueue, {});
    if (!queueRunning) return;
    // A run whose loss left the numbers says nothing about the others; what stops them all does.
    const bool ofThisRun =
        error && (error->code == ErrorCode::NotFinite || error->code == ErrorCode::BadHyperparameter);
    if (stoppedByPerson || (error && !ofThisRun)) {
        // A run of which nothing is left to go on with waits again, in its place.
        const auto isIt = [runId](int64_t id) { return id == runId; };
        if (waited && std::ranges::none_of(data.runs, isIt, &TrainingRun::id) &&
            std::ranges::none_of(checkpoints, isIt, &RunCheckpoint::runId)) {
            queue.insert(queue.begin(), *waited);
            for (const QueuedRun& other : queue)
                if (&other != &queue.front()) queue.front().id = std::max(queue.front().id, other.id + 1);
            storeQueue();
        }
        session->holdQueue();
        return;
    }
    if (error && waited) keepFailedRun(runId, *error);
    startNextQueued();
}

/// The others go on, perhaps overnight: that this one has failed, and with which settings, is seen among the runs.
void SessionImpl::keepFailedRun(int64_t runId, const Error& error) {
    if (!run || run->id != runId) return;
    TrainingRun failed = *run;
    failed.stopped = StopReason::Failed;
    failed.notes = notesWithReason(failed.notes, describe(error));
    putRun(failed);
}

/// What is kept of a run (what its model has detected) must not be taken for another's.
int64_t SessionImpl::newestRemovedRun(const ProjectData& project) {
    constexpr int64_t kMostRuns = 1'000'000'000; // more than anybody trains
    const auto found = project.settings.find(kNewestRemovedRun);
    const int64_t id = found == project.settings.end() ? 0 : QString::fromStdString(found->second).toLongLong();
    return id > 0 && id < kMostRuns ? id : 0;
}

void Session::removeRun(int64_t id) {
    SessionImpl& impl = *m_impl;
    if (impl.refuseIfReadOnly() || (training() && impl.run && impl.run->id == id)) return;
    if (std::erase_if(impl.data.runs, [id](const TrainingRun& run) { return run.id == id; }) == 0) return;
    if (impl.run && impl.run->id == id) {
        impl.run.reset();
        if (!impl.data.runs.empty()) impl.run = impl.data.runs.back();
    }
    const std::string newest = std::to_string(std::max(id, SessionImpl::newestRemovedRun(impl.data)));
    impl.data.settings[SessionImpl::kNewestRemovedRun] = newest;
    impl.commit([id, newest](ProjectStore& file) -> Result<void> {
        if (auto put = file.putSetting(SessionImpl::kNewestRemovedRun, newest); !put) return put;
        return file.removeRun(id);
    });
    impl.dropCheckpoint(id);
    impl.forgetTeacher(id);
    Q_EMIT runsChanged();
}

void Session::setRunNotes(int64_t id, const QString& notes) {
    m_impl->editRun(id, [&](TrainingRun& run) { run.notes = notes.toStdString(); });
}

void Session::renameRun(int64_t id, const QString& name) {
    if (name.trimmed().isEmpty()) return;
    std::string before;
    m_impl->editRun(id, [&](TrainingRun& run) { before = std::exchange(run.name, name.trimmed().toStdString()); });
    if (before.empty()) return;
    m_impl->renameModel(id, before, name.trimmed().toStdString());
    m_impl->renameVerdicts(id, before, name.trimmed().toStdString());
}

/// So do verdicts on that, unless another run has one of the names: whose they are could not be told any more.
void SessionImpl::renameVerdicts(int64_t runId, const std::string& before, const std::string& name) {
    const bool shared = std::ranges::any_of(data.runs, [&](const TrainingRun& other) {
        return other.id != runId && (other.name == before || other.name == name);
    });
    if (readOnly || before == name || shared) return;
    const std::vector<SpeechId> changed = data.renameVerdicts(before, name);
    commit([before, name](ProjectStore& file) { return file.renameVerdicts(before, name); });
    for (const SpeechId id : changed)
        Q_EMIT session->segmentsChanged(id);
}

/// What a run's model has detected goes by its new name, too.
void SessionImpl::renameModel(int64_t runId, const std::string& before, const std::string& name) {
    if (readOnly || before == name) return;
    for (auto& [id, detection] : data.detections)
        if (detection.model == before) {
            detection.model = name;
            toStore.insert(id);
        }
    if (searching == before) searching = name; // what it finds yet
    for (auto* const all : {&earlier, &asPresent})
        for (auto& [id, was] : *all)
            if (was.model.toStdString() == before) was.model = QString::fromStdString(name);
    storeEarlier();
    if (detectionQueue.model.toStdString() == before) {
        detectionQueue.model = QString::fromStdString(name);
        storeDetectionQueue();
    }
    if (decoderOf.starts_with(before + ' ')) {
        decoderOf.replace(0, before.size(), name);
        if (data.settings.contains("decoder")) storeDecoder();
    }
    if (model && modelSource.kind == ModelSource::Kind::Run && modelSource.run == runId) {
        ModelBundle renamed = *model;
        renamed.name = name;
        model = std::make_shared<const ModelBundle>(std::move(renamed));
    }
    storeSoon();
    Q_EMIT session->modelChanged();
}

void SessionImpl::editRun(int64_t id, const std::function<void(TrainingRun&)>& change) {
    if (refuseIfReadOnly()) return;
    const auto stored =
        std::find_if(data.runs.begin(), data.runs.end(), [id](const TrainingRun& other) { return other.id == id; });
    if (stored == data.runs.end()) return;
    change(*stored);
    if (run && run->id == id) change(*run);
    commit([changed = *stored](ProjectStore& file) { return file.putRun(changed); });
    for (RunCheckpoint& checkpoint : checkpoints)
        if (checkpoint.runId == id && checkpoint.name != stored->name) {
            checkpoint.name = stored->name;
            storeCheckpoints();
        }
    Q_EMIT session->runsChanged();
}

} // namespace ovation::ui
