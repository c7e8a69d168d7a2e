// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/BlobCache.h"
#include "core/features/FeatureCache.h"
#include "ui/session/SessionImpl.h"

#include <algorithm>

namespace ovation::ui {

namespace {

/// Overloads for std::visit.
template <typename... Ts>
struct Visitor : Ts... {
    using Ts::operator()...;
};
template <typename... Ts>
Visitor(Ts...) -> Visitor<Ts...>;

/// Checkpoints are large; more unfinished runs than this are not kept.
constexpr size_t kMostCheckpoints = 2;

} // namespace

ProjectData SessionImpl::dataForTraining() const {
    ProjectData copy;
    copy.speeches = data.speeches;
    copy.segments = data.segments;
    return copy;
}

Hyperparameters Session::hyperparameters() const {
    return m_impl->hyperparameters;
}

void Session::setHyperparameters(const Hyperparameters& hyperparameters) {
    SessionImpl& impl = *m_impl;
    if (impl.hyperparameters == hyperparameters) return;
    impl.hyperparameters = hyperparameters;
    impl.putSetting("hyperparameters", toJson(hyperparameters));
    Q_EMIT hyperparametersChanged();
}

void Session::startCheck() {
    SessionImpl& impl = *m_impl;
    impl.jobs.start<CheckReport>(
        tr("Checking the data"),
        [data = impl.dataForTraining(),
         hyperparameters = impl.hyperparameters](const JobContext& context) -> Result<CheckReport> {
            return checkBySound(collectRecordings(data), hyperparameters, nullptr, FeatureCache::ofUser(),
                                BlobCache::ofUser(), context.cancel, context.progress);
        },
        [this, &impl, generation = impl.generation](Result<CheckReport> report) {
            if (generation != impl.generation) return;
            if (report)
                Q_EMIT checkFinished(*report);
            else if (report.error().code != ErrorCode::Cancelled)
                impl.raise(report.error());
        });
}

bool Session::training() const {
    return m_impl->trainingJob != 0;
}

const TrainingRun* Session::currentRun() const {
    return m_impl->run ? &*m_impl->run : nullptr;
}

int64_t SessionImpl::nextRunId() const {
    int64_t id = 1;
    for (const TrainingRun& stored : data.runs)
        id = std::max(id, stored.id + 1);
    for (const RunCheckpoint& checkpoint : checkpoints)
        id = std::max(id, checkpoint.runId + 1);
    return id;
}

void Session::startTraining() {
    SessionImpl& impl = *m_impl;
    if (!training()) impl.beginRun(impl.hyperparameters, impl.fineTuning ? impl.model : nullptr, false);
}

void SessionImpl::beginRun(const Hyperparameters& settings, std::shared_ptr<const ModelBundle> from, bool corrections) {
    TrainingRun started;
    started.id = nextRunId();
    started.name = QObject::tr("Run %1").arg(started.id).toStdString();
    started.startedMs = nowMs();
    started.hyperparameters = settings;
    // What can only be read cannot remember that there is a run to go on with.
    std::optional<RunCheckpoint> checkpoint;
    if (!readOnly) {
        checkpoint = newRunCheckpoint(started);
        checkpoint->corrections = corrections;
        checkpoints.push_back(*checkpoint);
        storeCheckpoints();
    }
    startRun(started, {dataForTraining(), settings, checkpoint ? folderOf(*checkpoint) : std::string(), false,
                       std::move(from), corrections});
}

std::optional<ResumableRun> Session::resumableRun() const {
    const SessionImpl& impl = *m_impl;
    if (training() || impl.readOnly || impl.checkpoints.empty()) return {};
    const RunCheckpoint& newest = impl.checkpoints.back();
    ResumableRun result{newest.runId, QString::fromStdString(newest.name), 0, newest.hyperparameters.epochs};
    for (const TrainingRun& run : impl.data.runs)
        if (run.id == newest.runId) result.epochsDone = static_cast<int64_t>(run.epochs.size());
    return result;
}

void Session::resumeTraining() {
    SessionImpl& impl = *m_impl;
    if (!resumableRun()) return;
    const RunCheckpoint checkpoint = impl.checkpoints.back();
    TrainingRun run;
    for (const TrainingRun& stored : impl.data.runs)
        if (stored.id == checkpoint.runId) run = stored;
    run.id = checkpoint.runId;
    run.name = checkpoint.name;
    run.startedMs = checkpoint.startedMs;
    run.hyperparameters = checkpoint.hyperparameters;
    run.stopped = StopReason::Running;
    impl.startRun(run, {impl.dataForTraining(), run.hyperparameters, folderOf(checkpoint), true, nullptr,
                        checkpoint.corrections});
}

void Session::discardResumableRun() {
    if (const auto run = resumableRun()) m_impl->dropCheckpoint(run->id);
}

void SessionImpl::startRun(const TrainingRun& started, TrainingTask task) {
    run = started;
    // A queue of its own for each run: nothing of an earlier one can come late.
    trainingQueue = std::make_shared<EventQueue<TrainingEvent>>();
    trainingJob = jobs.start<TrainingEnd>(
        QObject::tr("Training"),
        [task = std::move(task), queue = trainingQueue](const JobContext& context) -> Result<TrainingEnd> {
            return train(task, *queue, context);
        },
        [this, started, begun = generation](Result<TrainingEnd> end) {
            trainingJob = 0;
            std::optional<Error> error;
            // The checkpoint of a project that is no longer open stays for when it is opened again.
            if (begun == generation) error = endRun(started, std::move(end));
            if (error) raise(*error);
            Q_EMIT session->trainingEnded(error);
            Q_EMIT session->resumableRunChanged();
            if (std::exchange(detectAgain, false) && !error && begun == generation) detectAsBefore();
        });
    Q_EMIT session->trainingStarted();
    Q_EMIT session->resumableRunChanged();
}

std::optional<Error> SessionImpl::endRun(const TrainingRun& started, Result<TrainingEnd> end) {
    if (!end) end = TrainingEnd{end.error(), true};
    Result<Trained>& trained = end->trained;
    if (trained) {
        TrainingRun finished = std::move(trained->outcome.run);
        finished.id = started.id;
        finished.name = started.name;
        finished.startedMs = started.startedMs;
        trained->outcome.model.name = started.name;
        putRun(finished);
        commit([id = started.id, bytes = std::move(trained->modelFile)](ProjectStore& file) {
            return file.putModel(id, bytes);
        });
        putSetting("model", "{\"run\":" + std::to_string(started.id) + "}");
        setModel(std::make_shared<const ModelBundle>(std::move(trained->outcome.model)),
                 {ModelSource::Kind::Run, started.id, {}});
        if (finished.stopped != StopReason::Cancelled || !end->checkpoint) dropCheckpoint(started.id);
        return {};
    }
    const ErrorCode code = trained.error().code;
    const bool cancelled = code == ErrorCode::Cancelled;
    const StopReason stopped = cancelled ? StopReason::Cancelled : StopReason::Failed;
    const auto before = std::find_if(data.runs.begin(), data.runs.end(),
                                     [&](const TrainingRun& stored) { return stored.id == started.id; });
    if (before != data.runs.end() && before->stopped != StopReason::Running) {
        run = *before; // it was to be gone on with, and nothing has come of that
    } else if (run && !run->epochs.empty()) {
        TrainingRun ended = *run;
        ended.stopped = stopped;
        putRun(ended);
    } else if (run) {
        run->stopped = stopped;
    }
    // The same steps again would only come to the same end.
    if (!end->checkpoint || code == ErrorCode::NotFinite) dropCheckpoint(started.id);
    return cancelled ? std::nullopt : std::optional(trained.error());
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

void SessionImpl::limitCheckpoints() {
    while (checkpoints.size() > kMostCheckpoints)
        dropCheckpoint(checkpoints.front().runId);
}

void Session::stopTraining() {
    m_impl->jobs.cancel(m_impl->trainingJob);
}

void SessionImpl::putRun(const TrainingRun& changed) {
    run = changed;
    const auto stored = std::find_if(data.runs.begin(), data.runs.end(),
                                     [&](const TrainingRun& other) { return other.id == changed.id; });
    if (stored == data.runs.end())
        data.runs.push_back(changed);
    else
        *stored = changed;
    commit([changed](ProjectStore& file) { return file.putRun(changed); });
    Q_EMIT session->runsChanged();
}

void SessionImpl::takeTraining() {
    if (!trainingJob || !run) return;
    for (TrainingEvent& event : trainingQueue->take()) {
        std::visit(Visitor{[this](const TrainingStart& start) {
                               run->dataset = start.dataset;
                               run->parameters = start.parameters;
                               run->threads = start.threads;
                               limitCheckpoints();
                               Q_EMIT session->runsChanged();
                           },
                           [this](const TrainingResumed& resumed) {
                               run->epochs = resumed.run.epochs;
                               run->bestEpoch = resumed.run.bestEpoch;
                               run->seconds = resumed.run.seconds;
                               putRun(TrainingRun(*run));
                           },
                           [this](const LeftOut& left) {
                               QStringList sentences;
                               for (const SkippedFile& file : left.recordings)
                                   sentences << QString::fromStdString(describe(file.error));
                               Q_EMIT session->problemsRaised(QObject::tr("Training goes on without some recordings"),
                                                              sentences);
                           },
                           [this](const NoCheckpoints& none) {
                               Error error = none.error;
                               error.detail += std::string(error.detail.empty() ? "" : "; ") +
                                               "training goes on, but cannot be resumed should it be interrupted";
                               raise(error);
                           },
                           [this](const BatchMetrics& batch) { Q_EMIT session->trainingBatch(batch); },
                           [this](const EpochMetrics& epoch) {
                               run->epochs.push_back(epoch);
                               if (epoch.best) run->bestEpoch = epoch.epoch;
                               run->seconds += epoch.seconds;
                               putRun(TrainingRun(*run));
                               Q_EMIT session->trainingEpoch(epoch);
                           }},
                   event);
    }
}

void Session::removeRun(int64_t id) {
    SessionImpl& impl = *m_impl;
    if (impl.refuseIfReadOnly() || (training() && impl.run && impl.run->id == id)) return;
    if (std::erase_if(impl.data.runs, [id](const TrainingRun& run) { return run.id == id; }) == 0) return;
    if (impl.run && impl.run->id == id) {
        impl.run.reset();
        if (!impl.data.runs.empty()) impl.run = impl.data.runs.back();
    }
    impl.commit([id](ProjectStore& file) { return file.removeRun(id); });
    impl.dropCheckpoint(id);
    Q_EMIT runsChanged();
}

} // namespace ovation::ui
