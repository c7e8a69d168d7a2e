// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/BlobCache.h"
#include "core/dataset/BesideJudged.h"
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

} // namespace

ProjectData SessionImpl::dataForTraining(const Hyperparameters& values, bool corrections) const {
    ProjectData copy;
    copy.speeches = data.speeches;
    copy.segments = data.segments;
    settledSplits.apply(copy, values);
    if (corrections)
        for (size_t i = 0; i < copy.speeches.size(); ++i)
            if (isCorrected(copy, copy.speeches[i].id)) copy.speeches[i].role = data.speeches[i].role;
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

void Session::forgetBeforeFineTuning() {
    m_impl->forgetBeforeFineTuning();
}

void Session::startCheck() {
    SessionImpl& impl = *m_impl;
    impl.jobs.start<CheckReport>(
        tr("Checking the data"),
        [data = impl.dataForTraining(impl.hyperparameters),
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
    int64_t id = newestRemovedRun(data) + 1;
    for (const TrainingRun& stored : data.runs)
        id = std::max(id, stored.id + 1);
    for (const RunCheckpoint& checkpoint : checkpoints)
        id = std::max(id, checkpoint.runId + 1);
    return id;
}

std::string usualRunName(int64_t id) {
    return QObject::tr("Run %1").arg(id).toStdString();
}

void Session::startTraining() {
    SessionImpl& impl = *m_impl;
    if (training()) return;
    if (impl.fineTuning && !impl.model) {
        const Error error{ErrorCode::NoData, {}, "the model to fine-tune is not there: choose one, or train without"};
        impl.raise(error);
        Q_EMIT trainingEnded(error);
        return;
    }
    impl.startNewRun(impl.hyperparameters, {}, impl.fineTuning ? impl.model : nullptr, false,
                     impl.teachersFor(impl.hyperparameters));
}

void SessionImpl::startNewRun(const Hyperparameters& values, const std::string& name,
                              std::shared_ptr<const ModelBundle> from, bool corrections,
                              const std::vector<ModelSource>& taughtBy) {
    TrainingRun started;
    started.id = nextRunId();
    started.name = name.empty() ? usualRunName(started.id) : name;
    started.startedMs = nowMs();
    started.hyperparameters = values;
    if (from) started.begunFrom = from->name;
    for (const ModelSource& teacher : taughtBy)
        started.taughtBy.push_back(nameOf(teacher));
    std::map<int64_t, std::vector<SampleRange>> beside;
    if (corrections)
        for (const Speech& speech : data.speeches)
            if (auto ranges =
                    besideJudged(speech, session->segments(speech.id), session->detection(speech.id), decoder);
                !ranges.empty())
                beside.emplace(speech.id, std::move(ranges));
    keepFormer(started.id, corrections);
    // What can only be read cannot remember that there is a run to go on with.
    std::optional<RunCheckpoint> checkpoint;
    if (!readOnly) {
        checkpoint = newRunCheckpoint(started);
        checkpoint->corrections = corrections;
        checkpoint->beside = beside;
        checkpoint->taughtBy = started.taughtBy;
        checkpoints.push_back(*checkpoint);
        storeCheckpoints();
    }
    TrainingTask task;
    task.data = dataForTraining(values, corrections);
    task.hyperparameters = values;
    if (checkpoint) task.checkpointFolder = folderOf(*checkpoint);
    task.from = std::move(from);
    if (!taughtBy.empty()) task.teachers = fetchTeachers(taughtBy);
    task.corrections = corrections;
    task.beside = std::move(beside);
    startRun(started, std::move(task));
}

void SessionImpl::startRun(const TrainingRun& started, TrainingTask task) {
    jobs.cancel(estimateJob);
    pausing = stopping = false;
    pausedRun = 0;
    fromQueue.reset();
    run = started;
    // A queue of its own for each run: nothing of an earlier one can come late.
    trainingQueue = std::make_shared<EventQueue<TrainingEvent>>();
    trainingClock.restart();
    const auto stored = std::ranges::find(data.runs, started.id, &TrainingRun::id);
    const auto before = stored == data.runs.end() ? std::nullopt : std::optional(*stored);
    trainingJob = jobs.start<TrainingEnd>(
        QObject::tr("Training"),
        [task = std::move(task), queue = trainingQueue](const JobContext& context) -> Result<TrainingEnd> {
            return train(task, *queue, context);
        },
        [this, started, before, begun = generation](Result<TrainingEnd> end) {
            trainingJob = 0;
            TrainingRun ending = started;
            if (begun == generation && run) ending.id = run->id; // a copy of the project may have given it another
            std::optional<Error> error;
            // The checkpoint of a project that is no longer open stays for when it is opened again.
            if (begun == generation) error = endRun(ending, before, std::move(end));
            if (error) raise(*error);
            if (pausing && begun == generation) pausedRun = ending.id;
            const bool stopped = std::exchange(stopping, false) || std::exchange(pausing, false);
            Q_EMIT session->trainingEnded(error);
            Q_EMIT session->resumableRunChanged();
            if (std::exchange(detectAgain, false) && !error && !stopped && begun == generation) detectAsBefore();
            if (begun == generation)
                queueAfter(ending.id, error, stopped);
            else
                startNextQueued(); // of the project that is open now, which had to wait for this one's end
        });
    Q_EMIT session->trainingStarted();
    Q_EMIT session->resumableRunChanged();
}

std::optional<Error> SessionImpl::endRun(const TrainingRun& started, const std::optional<TrainingRun>& before,
                                         Result<TrainingEnd> end) {
    if (!end) end = TrainingEnd{end.error(), true};
    Result<Trained>& trained = end->trained;
    const auto stored = std::ranges::find(data.runs, started.id, &TrainingRun::id);
    const std::optional<Error> failure = trained ? trained->outcome.failure : std::nullopt;
    // The best weights that it has kept may be those that it had when it was gone on with.
    const bool nothingNew = failure && before && before->bestEpoch == trained->outcome.run.bestEpoch &&
                            before->epochs.size() == trained->outcome.run.epochs.size();
    if (nothingNew) trained = *failure;
    const bool asBefore = before && stored != data.runs.end() && (nothingNew || stored->stopped != StopReason::Running);
    if (trained) {
        TrainingRun finished = std::move(trained->outcome.run);
        finished.id = started.id;
        finished.name = started.name;
        finished.startedMs = started.startedMs;
        // What was written of it meanwhile stays.
        if (run && run->id == started.id) {
            finished.name = run->name;
            if (!run->notes.empty() && finished.notes.find(run->notes) == std::string::npos)
                finished.notes = run->notes + (finished.notes.empty() ? "" : "; ") + finished.notes;
        }
        trained->outcome.model.name = finished.name;
        putRun(finished);
        putModel(started.id, std::move(trained->modelFile));
        putSetting("model", toJson(ModelSource{ModelSource::Kind::Run, started.id, {}}));
        setModel(std::make_shared<const ModelBundle>(std::move(trained->outcome.model)),
                 {ModelSource::Kind::Run, started.id, {}});
        if (!end->checkpoint || failure) // the same steps again would only come to the same end
            dropCheckpoint(started.id);
        else if (finished.stopped != StopReason::Cancelled)
            finishCheckpoint(started.id);
        return failure;
    }
    const ErrorCode code = trained.error().code;
    const bool cancelled = code == ErrorCode::Cancelled;
    const StopReason stopped = cancelled ? StopReason::Cancelled : StopReason::Failed;
    if (asBefore) { // it was to be gone on with, and nothing has come of that
        TrainingRun back = *before;
        back.name = stored->name; // what was written of it meanwhile stays
        back.notes = stored->notes;
        if (stored->stopped == StopReason::Running)
            putRun(back);
        else
            run = back;
        if (before->stopped == StopReason::Epochs || before->stopped == StopReason::Early) {
            // It can be extended again; there is nothing to resume.
            for (RunCheckpoint& kept : checkpoints)
                if (kept.runId == started.id) kept.hyperparameters = before->hyperparameters;
            finishCheckpoint(started.id);
        }
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

void Session::stopTraining() {
    if (!training()) return;
    m_impl->stopping = true;
    m_impl->pausing = false;
    m_impl->jobs.cancel(m_impl->trainingJob);
}

void Session::pauseTraining() {
    if (!training() || m_impl->stopping) return;
    m_impl->pausing = true;
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
    if (readOnly) heldRuns.insert(changed.id);
    commit([changed](ProjectStore& file) { return file.putRun(changed); });
    Q_EMIT session->runsChanged();
}

void SessionImpl::putModel(int64_t runId, std::string bytes) {
    if (readOnly)
        heldModels[runId] = std::make_shared<const std::string>(std::move(bytes));
    else
        commit([runId, bytes = std::move(bytes)](ProjectStore& file) { return file.putModel(runId, bytes); });
}

void SessionImpl::storeHeldRuns() {
    const std::set<int64_t> held = std::exchange(heldRuns, {});
    for (const TrainingRun& stored : data.runs)
        if (held.contains(stored.id)) commit([stored](ProjectStore& file) { return file.putRun(stored); });
    for (const auto& [id, bytes] : std::exchange(heldModels, {}))
        commit([runId = id, model = bytes](ProjectStore& file) { return file.putModel(runId, *model); });
}

void SessionImpl::timeBatch(const BatchMetrics& batch) {
    trainingClock.batch(batch);
    if (const auto left = trainingClock.secondsLeft(run->hyperparameters.epochs))
        jobs.setSecondsLeft(trainingJob, *left);
}

void SessionImpl::takeTraining() {
    if (!trainingJob || !run) return;
    for (TrainingEvent& event : trainingQueue->take()) {
        std::visit(Visitor{[this](const TrainingStart& start) {
                               run->dataset = start.dataset;
                               run->parameters = start.parameters;
                               run->threads = start.threads;
                               if (!start.sides.empty()) settleSplit(run->hyperparameters, start.sides);
                               limitCheckpoints();
                               Q_EMIT session->runsChanged();
                           },
                           [this](const TrainingResumed& resumed) {
                               run->epochs = resumed.run.epochs;
                               run->bestEpoch = resumed.run.bestEpoch;
                               run->seconds = resumed.run.seconds;
                               run->begunFrom = resumed.run.begunFrom;
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
                           [this](const BatchMetrics& batch) {
                               timeBatch(batch);
                               Q_EMIT session->trainingBatch(batch);
                           },
                           [this](const EpochMetrics& epoch) {
                               trainingClock.epoch(epoch);
                               run->epochs.push_back(epoch);
                               if (epoch.best) run->bestEpoch = epoch.epoch;
                               run->seconds += epoch.seconds;
                               putRun(TrainingRun(*run));
                               Q_EMIT session->trainingEpoch(epoch);
                           }},
                   event);
    }
}

} // namespace ovation::ui
