// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Dataset.h"
#include "core/engine/Engine.h"
#include "ui/session/SessionImpl.h"

#include <QDateTime>

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

struct Trained {
    TrainingOutcome outcome;
    std::string modelFile; ///< the model's bytes, made on the worker
};

/// Why training must not start, in the words of the dataset check.
Error fatalFinding(const CheckReport& report) {
    std::string texts;
    for (const Finding& finding : report.findings)
        if (finding.severity == Severity::Fatal) texts += (texts.empty() ? "" : " ") + finding.text;
    return {ErrorCode::FatalFinding, {}, texts};
}

/// All of a training: check, data set, network, epochs. On the job's thread.
Result<Trained> train(const ProjectData& data, const Hyperparameters& hyperparameters, EventQueue<TrainingEvent>& queue,
                      const JobContext& context) {
    context.progress({0, 0, "Looking at the data", {}});
    const RecordingCollection collection = collectRecordings(data);
    const CheckReport report = checkDataset(collection, hyperparameters);
    if (report.fatal()) return fatalFinding(report);

    auto dataset = buildDataset(collection, hyperparameters, nullptr, context.cancel, context.progress);
    if (!dataset) return dataset.error();
    context.progress({0, 0, "Starting the network", {}});
    auto loaded = engine();
    if (!loaded) return loaded.error();

    std::string epochText = "epoch 1 of " + std::to_string(hyperparameters.epochs);
    TrainingCallbacks callbacks;
    callbacks.started = [&](const DatasetSummary& summary, int64_t parameters, int64_t threads) {
        queue.push(TrainingStart{summary, parameters, threads});
    };
    callbacks.batch = [&](const BatchMetrics& batch) {
        epochText = "epoch " + std::to_string(batch.epoch) + " of " + std::to_string(hyperparameters.epochs);
        queue.push(batch);
    };
    callbacks.epoch = [&](const EpochMetrics& epoch) { queue.push(epoch); };
    callbacks.progress = [&](const Progress& progress) {
        context.progress({progress.done, progress.total, {}, epochText});
    };
    TrainingOptions options;
    options.hyperparameters = hyperparameters;
    auto outcome = (*loaded)->train(*dataset, options, callbacks, context.cancel);
    if (!outcome) return outcome.error();
    Trained trained{std::move(*outcome), {}};
    trained.modelFile = toSafetensors(trained.outcome.model);
    return trained;
}

} // namespace

ProjectData SessionImpl::dataForTraining() const {
    ProjectData copy;
    copy.speeches = data.speeches;
    copy.segments = data.segments;
    std::erase_if(copy.speeches, [](const Speech& speech) { return speech.missing; });
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
        [data = impl.dataForTraining(), hyperparameters = impl.hyperparameters](const JobContext&)
            -> Result<CheckReport> { return checkDataset(collectRecordings(data), hyperparameters); },
        [this, &impl, generation = impl.generation](Result<CheckReport> report) {
            if (generation != impl.generation) return;
            if (report)
                Q_EMIT checkFinished(*report);
            else
                impl.raise(report.error());
        });
}

bool Session::training() const {
    return m_impl->trainingJob != 0;
}

const TrainingRun* Session::currentRun() const {
    return m_impl->run ? &*m_impl->run : nullptr;
}

void Session::startTraining() {
    SessionImpl& impl = *m_impl;
    if (training()) return;
    TrainingRun run;
    run.id = 1;
    for (const TrainingRun& stored : impl.data.runs)
        run.id = std::max(run.id, stored.id + 1);
    run.name = tr("Run %1").arg(run.id).toStdString();
    run.startedMs = nowMs();
    run.hyperparameters = impl.hyperparameters;
    impl.run = run;
    // A queue of its own for each run: nothing of an earlier one can come late.
    impl.trainingQueue = std::make_shared<EventQueue<TrainingEvent>>();
    impl.trainingJob = impl.jobs.start<Trained>(
        tr("Training"),
        [data = impl.dataForTraining(), hyperparameters = impl.hyperparameters, queue = impl.trainingQueue](
            const JobContext& context) { return train(data, hyperparameters, *queue, context); },
        [this, &impl, generation = impl.generation, run](Result<Trained> trained) {
            impl.trainingJob = 0;
            const bool sameProject = generation == impl.generation;
            std::optional<Error> error;
            if (trained && sameProject) {
                TrainingRun finished = std::move(trained->outcome.run);
                finished.id = run.id;
                finished.name = run.name;
                finished.startedMs = run.startedMs;
                trained->outcome.model.name = run.name;
                impl.putRun(finished);
                impl.commit([id = run.id, bytes = std::move(trained->modelFile)](ProjectStore& file) {
                    return file.putModel(id, bytes);
                });
                impl.putSetting("model", "{\"run\":" + std::to_string(run.id) + "}");
                impl.setModel(std::make_shared<const ModelBundle>(std::move(trained->outcome.model)));
            } else if (!trained && sameProject) {
                const bool cancelled = trained.error().code == ErrorCode::Cancelled;
                if (!cancelled) error = trained.error();
                if (impl.run && !impl.run->epochs.empty()) {
                    TrainingRun ended = *impl.run;
                    ended.stopped = cancelled ? StopReason::Cancelled : StopReason::Failed;
                    impl.putRun(ended);
                } else if (impl.run) {
                    impl.run->stopped = cancelled ? StopReason::Cancelled : StopReason::Failed;
                }
            }
            if (error) impl.raise(*error);
            Q_EMIT trainingEnded(error);
        });
    Q_EMIT trainingStarted();
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
                               Q_EMIT session->runsChanged();
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
    Q_EMIT runsChanged();
}

} // namespace ovation::ui
