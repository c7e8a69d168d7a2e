// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr int kMostWaiting = 2; ///< runs to be resumed

} // namespace

const RunCheckpoint* SessionImpl::newestUnfinished() const {
    const auto found =
        std::find_if(checkpoints.rbegin(), checkpoints.rend(), [](const RunCheckpoint& c) { return !c.finished; });
    return found == checkpoints.rend() ? nullptr : &*found;
}

std::optional<ResumableRun> Session::resumableRun() const {
    const SessionImpl& impl = *m_impl;
    const RunCheckpoint* newest = impl.newestUnfinished();
    if (training() || impl.readOnly || !newest) return {};
    ResumableRun result{newest->runId, QString::fromStdString(newest->name), 0, newest->hyperparameters.epochs};
    for (const TrainingRun& run : impl.data.runs)
        if (run.id == newest->runId) result.epochsDone = static_cast<int64_t>(run.epochs.size());
    return result;
}

bool Session::paused() const {
    const auto resumable = resumableRun();
    return resumable && resumable->id == m_impl->pausedRun;
}

void Session::resumeTraining() {
    SessionImpl& impl = *m_impl;
    if (!resumableRun()) return;
    const RunCheckpoint checkpoint = *impl.newestUnfinished();
    impl.detectAgain = checkpoint.corrections;
    impl.goOnWith(checkpoint, TrainingOptions::Extend::No);
}

void SessionImpl::goOnWith(const RunCheckpoint& checkpoint, TrainingOptions::Extend extend) {
    TrainingRun continued;
    for (const TrainingRun& stored : data.runs)
        if (stored.id == checkpoint.runId) continued = stored;
    continued.id = checkpoint.runId;
    continued.name = checkpoint.name;
    continued.startedMs = checkpoint.startedMs;
    continued.hyperparameters = checkpoint.hyperparameters;
    continued.taughtBy = checkpoint.taughtBy;
    continued.stopped = StopReason::Running;
    TrainingTask task;
    task.data = dataForTraining(continued.hyperparameters, checkpoint.corrections);
    task.hyperparameters = continued.hyperparameters;
    task.checkpointFolder = folderOf(checkpoint);
    task.resume = true;
    task.corrections = checkpoint.corrections;
    task.beside = checkpoint.beside;
    task.taughtBy = checkpoint.taughtBy;
    task.extend = extend;
    startRun(continued, std::move(task));
}

bool Session::holdsState(int64_t runId) const {
    return std::ranges::any_of(m_impl->checkpoints,
                               [runId](const RunCheckpoint& checkpoint) { return checkpoint.runId == runId; });
}

bool Session::canExtend(int64_t runId) const {
    const SessionImpl& impl = *m_impl;
    if (training() || impl.readOnly) return false;
    return holdsState(runId) &&
           std::any_of(impl.data.runs.begin(), impl.data.runs.end(),
                       [runId](const TrainingRun& stored) { return stored.id == runId && stored.bestEpoch > 0; });
}

void Session::extendTraining(int64_t runId, int64_t epochs, ExtendFrom from) {
    SessionImpl& impl = *m_impl;
    if (!canExtend(runId) || epochs < 1) return;
    const auto kept = std::find_if(impl.checkpoints.begin(), impl.checkpoints.end(),
                                   [runId](const RunCheckpoint& checkpoint) { return checkpoint.runId == runId; });
    RunCheckpoint further = *kept;
    int64_t done = 0;
    for (const TrainingRun& stored : impl.data.runs)
        if (stored.id == runId) done = static_cast<int64_t>(stored.epochs.size());
    further.hyperparameters.epochs = done + epochs;
    further.finished = false;
    // It is the newest again.
    impl.checkpoints.erase(kept);
    impl.checkpoints.push_back(further);
    impl.storeCheckpoints();
    impl.goOnWith(further,
                  from == ExtendFrom::Best ? TrainingOptions::Extend::FromBest : TrainingOptions::Extend::FromLast);
}

void Session::discardResumableRun() {
    const auto run = resumableRun();
    if (!run) return;
    m_impl->pausedRun = 0;
    m_impl->dropCheckpoint(run->id);
}

void SessionImpl::storeCheckpoints() {
    const std::string json = toJson(checkpoints);
    data.settings["checkpoints"] = json;
    commit([json](ProjectStore& file) { return file.putSetting("checkpoints", json); });
}

void SessionImpl::dropCheckpoint(int64_t runId) {
    const auto dropped = std::find_if(checkpoints.begin(), checkpoints.end(),
                                      [runId](const RunCheckpoint& checkpoint) { return checkpoint.runId == runId; });
    if (dropped == checkpoints.end()) return;
    const std::string folder = folderOf(*dropped);
    checkpoints.erase(dropped);
    storeCheckpoints();
    // After what the run has left in the project, so that there is no moment at which neither is on disk.
    commit([folder](ProjectStore&) -> Result<void> {
        removeCheckpoint(folder);
        return {};
    });
    Q_EMIT session->resumableRunChanged();
}

void SessionImpl::finishCheckpoint(int64_t runId) {
    for (RunCheckpoint& checkpoint : checkpoints)
        if (checkpoint.runId == runId) {
            checkpoint.finished = true;
            storeCheckpoints();
            commit([folder = folderOf(checkpoint)](ProjectStore&) -> Result<void> {
                removePreviousCheckpoint(folder);
                return {};
            });
        }
}

void SessionImpl::limitCheckpoints() {
    while (const auto excess = oneTooMany(checkpoints, data.runs))
        dropCheckpoint(*excess);
    // Older ones are not offered for resuming one after the other; they can be extended.
    const auto waiting = [](const RunCheckpoint& checkpoint) { return !checkpoint.finished; };
    while (std::ranges::count_if(checkpoints, waiting) > kMostWaiting)
        finishCheckpoint(std::ranges::find_if(checkpoints, waiting)->runId);
}

} // namespace ovation::ui
