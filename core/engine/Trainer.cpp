// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Trainer.h"

#include "core/base/Files.h"
#include "core/base/Version.h"
#include "core/engine/Checkpoint.h"
#include "core/engine/ClipLearner.h"
#include "core/engine/FrameLearner.h"
#include "core/engine/NamedTensors.h"
#include "core/engine/Optimizer.h"
#include "core/engine/ResultsByRecording.h"
#include "core/engine/ThreadBudget.h"
#include "core/engine/Threads.h"
#include "core/engine/TrainingState.h"
#include "core/engine/fast/Interrupt.h"
#include "core/training/FineTuning.h"
#include "core/training/LossSurface.h"
#include "core/training/RunComparison.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

const char* nameOfWay(TrainingOptions::Extend way) {
    switch (way) {
    case TrainingOptions::Extend::FromLast:
        return "last";
    case TrainingOptions::Extend::FromBest:
        return "best";
    case TrainingOptions::Extend::No:
        break;
    }
    return "";
}

/// One run of training, from its start or from a checkpoint to its end. Everything is used by the training thread only.
class Training {
public:
    Training(const Dataset& dataset, const TrainingOptions& options, const TrainingCallbacks& callbacks,
             const CancelToken& cancel, std::unique_ptr<Learner> learner, int threads, bool mayUseFewer)
        : m_dataset(dataset),
          m_options(options),
          m_hyperparameters(options.hyperparameters),
          m_callbacks(callbacks),
          m_cancel(cancel),
          m_threads(threads),
          m_mayUseFewer(mayUseFewer),
          m_budget(threads),
          m_learner(std::move(learner)),
          m_optimizer(m_hyperparameters, tensorsOf(m_learner->network().trainable())) {
        if (options.pathRoot.empty() || !options.teachers.empty() || !options.launch.first()) return;
        m_path.emplace(pathFolderOf(options.pathRoot, toJson(m_hyperparameters), dataset.summary.fingerprint),
                       PathKeeper::mostFor(m_learner->network().parameterCount()));
    }

    Result<TrainingOutcome> run();

private:
    enum class Step { Done, Cancelled };

    Result<void> begin();
    Result<Checkpoint> lastCheckpoint();
    Result<void> restore(const Checkpoint& checkpoint);
    bool isExtended(const Checkpoint& checkpoint) const;
    void extend(const Checkpoint& checkpoint);
    Result<void> takeWeights(const ModelBundle& from);
    Result<Step> trainEpoch();
    double rateAt(int64_t step) const;
    Result<Step> trainBatch();
    Result<std::optional<Tally>> validate();
    /// True where the run ends with this epoch.
    bool finishEpoch(const Tally& validation, double rateDuring);
    Result<StopReason> trainToTheEnd();
    Result<TrainingOutcome> outcome(StopReason reason, const std::optional<Error>& failure = {});
    /// Recordings to validate on that are among those of the hashes.
    int64_t knownAmongValidation(std::vector<std::string> hashes) const;

    /// A path that cannot be kept is only not drawn.
    void keepPath(int64_t epoch) {
        if (m_path) static_cast<void>(m_path->put(epoch, m_learner->answering().weights()));
    }
    Result<void> save();
    void saveOrNote();
    bool keepsCheckpoints() const { return !m_options.checkpointFolder.empty() && m_options.launch.first(); }
    int threadsNow() { return m_mayUseFewer ? m_budget.threads() : m_threads; }
    Error notFinite(const char* what) const;
    Error ended(const Error& error);
    void report() const;
    int64_t batches() const { return m_learner->batches(); }
    double runSeconds() const { return m_secondsBefore + secondsSince(m_started); }

    const Dataset& m_dataset;
    const TrainingOptions& m_options;
    const Hyperparameters& m_hyperparameters;
    const TrainingCallbacks& m_callbacks;
    const CancelToken& m_cancel;
    const int m_threads;
    const bool m_mayUseFewer; ///< while other programs compete
    ThreadBudget m_budget;
    const std::unique_ptr<Learner> m_learner;
    Optimizer m_optimizer;
    TrainingPosition m_position;
    std::vector<at::Tensor> m_best; ///< copies, empty before the first epoch ends
    Clock::time_point m_started = Clock::now();
    Clock::time_point m_epochStarted = Clock::now();
    Clock::time_point m_saved = Clock::now();
    double m_secondsBefore = 0;      ///< of the run, before it was resumed
    double m_epochSecondsBefore = 0; ///< of the epoch, before it was resumed
    std::string m_note;
    std::string m_earlier; ///< where the state of another run is kept that was in the folder
    std::optional<PathKeeper> m_path;
};

Result<Checkpoint> Training::lastCheckpoint() {
    Result<Checkpoint> checkpoint = Error{};
    if (m_options.launch.first())
        checkpoint = readCheckpoint(m_options.checkpointFolder, m_hyperparameters, m_learner->examplesHash(),
                                    m_dataset.frames.sourcesHash);
    return m_learner->copyFirst(std::move(checkpoint), m_options.checkpointFolder);
}

Result<void> Training::begin() {
    if (m_options.launch.shared())
        if (const Result<void> joined = m_learner->join(m_options.launch, m_options.resume, m_cancel); !joined)
            return joined;
    if (m_options.resume) {
        const Result<Checkpoint> checkpoint = lastCheckpoint();
        if (!checkpoint) return checkpoint.error();
        if (const Result<void> restored = restore(*checkpoint); !restored) return restored;
        if (checkpoint->hyperparameters.epochs != m_hyperparameters.epochs) m_position.extended.clear();
        if (m_options.extend != TrainingOptions::Extend::No && !(m_options.extendOnce && isExtended(*checkpoint)))
            extend(*checkpoint);
    } else {
        m_learner->network().initialise(m_hyperparameters.seed);
        if (m_options.from) {
            if (const Result<void> taken = takeWeights(*m_options.from); !taken) return taken;
            m_position.run.begunFrom = m_options.from->name;
        }
        m_learner->setAverage(m_learner->network().weights());
        TrainingRun& run = m_position.run;
        run.startedMs =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        m_position.learningRate = m_hyperparameters.learningRate;
    }
    TrainingRun& run = m_position.run;
    run.hyperparameters = m_hyperparameters;
    run.dataset = m_dataset.summary;
    run.parameters = m_learner->network().parameterCount();
    run.threads = m_threads;
    run.taughtBy.clear();
    for (const auto& teacher : m_options.teachers)
        run.taughtBy.push_back(teacher->name);
    run.stopped = StopReason::Running;
    m_optimizer.learningRate = m_position.learningRate;
    if (!m_options.resume) keepPath(0);
    m_started = m_epochStarted = Clock::now();
    if (!m_options.resume && keepsCheckpoints()) m_earlier = setCheckpointAside(m_options.checkpointFolder);
    // Also proves that the folder can be written to, before hours are spent.
    return keepsCheckpoints() ? save() : Result<void>();
}

Result<void> Training::restore(const Checkpoint& checkpoint) {
    m_position = checkpoint.position;
    m_learner->network().setWeights(checkpoint.weights);
    m_learner->setAverage(checkpoint.average);
    m_learner->setFormer(checkpoint.former);
    m_optimizer.first = unnamed(checkpoint.first, m_learner->network().trainable());
    m_optimizer.second = unnamed(checkpoint.second, m_learner->network().trainable());
    m_optimizer.steps = m_position.optimizerSteps;
    m_best = unnamed(checkpoint.best, m_learner->answering().parameters());
    m_secondsBefore = m_position.run.seconds;
    m_epochSecondsBefore = m_position.epochSeconds;
    if (!m_learner->fits(m_position) || m_position.tally.truths.size() != m_position.tally.scores.size())
        return Error{ErrorCode::BadCheckpoint, m_options.checkpointFolder, "its position does not fit its data"};
    m_learner->hearAs(m_position);
    return {};
}

/// Whether it is on the way that the options ask for.
bool Training::isExtended(const Checkpoint& checkpoint) const {
    return checkpoint.position.extended == nameOfWay(m_options.extend) &&
           checkpoint.hyperparameters.epochs == m_hyperparameters.epochs && !hasEnded(checkpoint);
}

void Training::extend(const Checkpoint& checkpoint) {
    m_position.extended = nameOfWay(m_options.extend);
    m_position.epochsWithoutBetter = 0;
    m_position.plateau.badEpochs = 0;
    if (m_options.extend != TrainingOptions::Extend::FromBest || checkpoint.best.empty()) return;
    m_learner->network().setWeights(m_learner->withoutFormer(checkpoint.best));
    if (!checkpoint.average.empty()) m_learner->setAverage(checkpoint.best);
    m_optimizer.first.clear();
    m_optimizer.second.clear();
    m_optimizer.steps = 0;
    // What was done of an epoch since belongs to other weights.
    m_position.step -= static_cast<uint64_t>(m_position.batch);
    m_position.batch = 0;
    m_position.tally = {};
    m_epochSecondsBefore = 0;
}

Result<void> Training::takeWeights(const ModelBundle& from) {
    if (const Result<void> can = canBeginFrom(from, m_learner->network().architecture()); !can) return can;
    if (isFrameModel(from.architecture.id) && from.logMel != m_dataset.frames.features)
        return Error{ErrorCode::WrongArchitecture, from.name,
                     "the model to begin with hears other features than the one to be trained"};
    m_learner->network().setWeights(from.weights);
    m_learner->setFormer(from.weights);
    m_position.begunDecoder = from.decoder;
    m_position.begunWindowFrames = from.windowFrames;
    m_position.begunMfcc = from.mfccStandardizer;
    m_position.begunClip = from.clipStandardizer;
    m_learner->hearAs(m_position);
    m_position.begunHashes = from.trainingHashes;
    std::ranges::sort(m_position.begunHashes);
    m_position.begunOrigin = from.originJson == "{}" ? from.trainingJson : from.originJson;
    return {};
}

Result<void> Training::save() {
    m_position.learningRate = m_optimizer.learningRate;
    m_position.optimizerSteps = m_optimizer.steps;
    m_position.epochSeconds = m_epochSecondsBefore + secondsSince(m_epochStarted);
    m_position.run.seconds = runSeconds();
    ParameterSet& network = m_learner->network();
    const Checkpoint checkpoint{m_learner->examplesHash(),
                                m_hyperparameters,
                                m_position,
                                network.weights(),
                                m_learner->average(),
                                m_learner->former(),
                                named(m_optimizer.first, network.trainable()),
                                named(m_optimizer.second, network.trainable()),
                                named(m_best, m_learner->answering().parameters()),
                                m_dataset.frames.sourcesHash};
    const Result<void> written = writeCheckpoint(m_options.checkpointFolder, checkpoint);
    m_saved = Clock::now();
    return written;
}

/// A full disk must not cost the run: training goes on, and the run's notes say so.
void Training::saveOrNote() {
    if (!keepsCheckpoints()) return;
    const Result<void> written = save();
    m_note = written ? std::string() : "The last checkpoint was not written. " + describe(written.error());
}

Error Training::notFinite(const char* what) const {
    return {ErrorCode::NotFinite, "",
            std::string(what) + " in epoch " + std::to_string(m_position.epoch) + ", batch " +
                std::to_string(m_position.batch + 1) + "; try a lower learning rate (now " +
                nlohmann::json(m_optimizer.learningRate).dump() + ") or gradient clipping"};
}

void Training::report() const {
    if (!m_callbacks.progress) return;
    const double done = static_cast<double>((m_position.epoch - 1) * batches() + m_position.batch);
    m_callbacks.progress(
        {done, static_cast<double>(m_hyperparameters.epochs * batches()), "Training",
         "epoch " + std::to_string(m_position.epoch) + " of " + std::to_string(m_hyperparameters.epochs)});
}

/// The learning rate of a step of the current epoch.
double Training::rateAt(int64_t step) const {
    const auto steps = static_cast<uint64_t>(m_hyperparameters.epochs * batches());
    if (m_hyperparameters.schedule == "one-cycle")
        return oneCycleRate(m_hyperparameters.learningRate, static_cast<uint64_t>(step), steps);
    if (m_hyperparameters.schedule == "cosine")
        return cosineRate(m_hyperparameters.learningRate, static_cast<uint64_t>(step), steps);
    return m_optimizer.learningRate;
}

Result<Training::Step> Training::trainBatch() {
    const ThreadScope threads(threadsNow());
    m_optimizer.learningRate = rateAt(static_cast<int64_t>(m_position.step));
    const Result<std::optional<Tally>> computed = m_learner->gradients(m_position, m_cancel);
    if (!computed) return computed.error();
    if (!*computed) return Step::Cancelled;
    const Tally& one = **computed;
    const double value = static_cast<double>(static_cast<float>(one.lossSum) / static_cast<float>(one.weightSum));
    if (!std::isfinite(value)) return notFinite("The loss is not a number");
    const double norm = m_optimizer.clipGradients(m_hyperparameters.gradientClip);
    if (!std::isfinite(norm)) return notFinite("The gradient is not a number");
    m_optimizer.step();
    m_learner->stepped(m_position.step + 1);

    Tally& tally = m_position.tally;
    tally.scores.insert(tally.scores.end(), one.scores.begin(), one.scores.end());
    tally.truths.insert(tally.truths.end(), one.truths.begin(), one.truths.end());
    tally.lossSum += one.lossSum;
    tally.weightSum += one.weightSum;
    tally.gradientNormSum += norm;
    ++m_position.step;
    ++m_position.batch;
    if (m_callbacks.batch) {
        const PartMetrics metrics = one.metrics();
        m_callbacks.batch({m_position.epoch, m_position.batch, batches(), value, metrics.accuracy, metrics.f1, norm,
                           m_optimizer.learningRate, runSeconds()});
    }
    return Step::Done;
}

Result<Training::Step> Training::trainEpoch() {
    while (m_position.batch < batches()) {
        if (m_cancel.cancelled() && !m_learner->shared()) return Step::Cancelled;
        report();
        const Result<Step> trained = trainBatch();
        if (!trained || *trained == Step::Cancelled) return trained;
        if (keepsCheckpoints() && secondsSince(m_saved) >= m_options.checkpointEveryS) saveOrNote();
    }
    if (const Result<void> copied = m_learner->copyWeights(); !copied) return copied.error();
    return Step::Done;
}

/// What was trained before the others were lost is kept.
Error Training::ended(const Error& error) {
    if (error.code != ErrorCode::PeerLost) return error;
    m_learner->leave();
    saveOrNote();
    return error;
}

/// Nothing where the run was cancelled meanwhile.
Result<std::optional<Tally>> Training::validate() {
    return m_learner->validate([this] { return threadsNow(); }, m_cancel);
}

bool Training::finishEpoch(const Tally& validation, double rateDuring) {
    EpochMetrics metrics;
    metrics.epoch = m_position.epoch;
    metrics.train = m_position.tally.metrics();
    metrics.validation = validation.metrics();
    metrics.learningRate = rateDuring;
    metrics.gradientNorm = m_position.tally.gradientNormSum / static_cast<double>(batches());
    metrics.seconds = m_epochSecondsBefore + secondsSince(m_epochStarted);

    const double loss = metrics.validation.loss.value_or(metrics.train.loss.value_or(0));
    if (!m_position.bestLoss || loss < *m_position.bestLoss) {
        m_position.bestLoss = loss;
        m_position.epochsWithoutBetter = 0;
        m_position.run.bestEpoch = m_position.epoch;
        metrics.best = true;
        m_position.bestScores = validation.scores;
        m_best.clear();
        for (const auto& [name, tensor] : m_learner->answering().parameters())
            m_best.push_back(tensor.detach().clone());
    } else {
        ++m_position.epochsWithoutBetter;
    }
    if (m_hyperparameters.schedule == "plateau") {
        m_optimizer.learningRate = m_position.plateau.next(loss, m_optimizer.learningRate, m_hyperparameters.lrFactor,
                                                           m_hyperparameters.lrPatience);
        metrics.loweredLearningRate = m_optimizer.learningRate < rateDuring;
    }

    m_position.run.epochs.push_back(metrics);
    keepPath(m_position.epoch);
    ++m_position.epoch;
    m_position.batch = 0;
    m_position.tally = {};
    m_epochSecondsBefore = 0;
    m_epochStarted = Clock::now();
    saveOrNote();
    if (m_callbacks.epoch) m_callbacks.epoch(metrics);
    report();
    return m_hyperparameters.patience > 0 && m_position.epochsWithoutBetter >= m_hyperparameters.patience;
}

int64_t Training::knownAmongValidation(std::vector<std::string> hashes) const {
    std::ranges::sort(hashes);
    return std::ranges::count_if(m_dataset.summary.validationHashes,
                                 [&](const std::string& hash) { return std::ranges::binary_search(hashes, hash); });
}

Result<TrainingOutcome> Training::run() {
    if (const Result<void> begun = begin(); !begun) return begun.error();
    if (m_options.resume && m_callbacks.resumed) m_callbacks.resumed(m_position.run);
    if (m_callbacks.started) m_callbacks.started(m_dataset.summary, m_learner->network().parameterCount(), m_threads);
    const Result<StopReason> stopped = trainToTheEnd();
    if (stopped) return outcome(*stopped);
    // What is best was found before the loss left the numbers.
    if (stopped.error().code == ErrorCode::NotFinite && !m_best.empty())
        return outcome(StopReason::Failed, stopped.error());
    return stopped.error();
}

/// A cancel ends it within a step; what is done with the weights afterwards, it leaves alone.
Result<StopReason> Training::trainToTheEnd() {
    const fast::Interrupt::Scope interrupt(m_cancel);
    bool early = m_hyperparameters.patience > 0 && m_position.epochsWithoutBetter >= m_hyperparameters.patience;
    while (!early && m_position.epoch <= m_hyperparameters.epochs) {
        const double rate = rateAt((m_position.epoch - 1) * batches());
        std::optional<Tally> validation;
        try {
            const Result<Step> trained = trainEpoch();
            if (!trained) return ended(trained.error());
            if (*trained == Step::Done) {
                Result<std::optional<Tally>> validated = validate();
                if (!validated) return ended(validated.error());
                validation = std::move(*validated);
                if (validation && !std::isfinite(validation->lossSum))
                    return notFinite("The validation loss is not a number");
            }
        } catch (const std::exception&) {
            // A cancel reaches into a step and leaves it by exception; LibTorch may have wrapped it. The step has
            // changed nothing yet.
            if (!m_cancel.cancelled()) throw;
        }
        if (!validation) {
            saveOrNote();
            return StopReason::Cancelled;
        }
        early = finishEpoch(*validation, rate);
    }
    return early ? StopReason::Early : StopReason::Epochs;
}

Result<TrainingOutcome> Training::outcome(StopReason reason, const std::optional<Error>& failure) {
    if (m_best.empty()) return Error{ErrorCode::Cancelled, "", ""};
    TrainingOutcome result;
    result.failure = failure;
    result.run = m_position.run;
    result.run.stopped = reason;
    result.run.seconds = runSeconds();
    result.run.byRecording = resultsByRecording(m_dataset, m_position.bestScores);
    std::string notes = m_note;
    const auto note = [&](const std::string& sentence) { notes += (notes.empty() ? "" : " ") + sentence; };
    if (failure) note(describe(*failure) + " The weights of the best epoch before that are kept.");
    if (!m_earlier.empty())
        note("The checkpoint folder held the state of another run, which is kept there as " + m_earlier + ".");
    if (m_budget.wasReduced())
        note("Other programs kept the processor busy: some steps ran on fewer than " + std::to_string(m_threads) +
             " threads.");
    const auto noteKnown = [&](const std::string& who, const std::vector<std::string>& trainedOn) {
        const int64_t known = knownAmongValidation(trainedOn);
        if (known == 0) return;
        note(who + " was trained on " + std::to_string(known) + " of the " +
             std::to_string(m_dataset.summary.validationHashes.size()) +
             " recordings to validate on: scores on those are kinder than on what no model has heard.");
    };
    noteKnown("The model that it began from", m_position.begunHashes);
    ModelBundle& model = result.model;
    model.taughtBy = result.run.taughtBy;
    if (!model.taughtBy.empty()) note(describeTeachers(model));
    for (const auto& teacher : m_options.teachers)
        noteKnown("The teacher \"" + teacher->name + "\"", teacher->trainingHashes);

    ParameterSet& answering = m_learner->answering();
    answering.setWeights(named(m_best, answering.parameters()));
    model.architecture = answering.architecture();
    model.weights = answering.weights();
    if (const std::string trouble = m_learner->complete(model, m_position); !trouble.empty()) note(trouble);
    if (!notes.empty()) result.run.notes = notes;
    model.datasetFingerprint = m_dataset.summary.fingerprint;
    std::vector<std::string> hashes = m_dataset.summary.trainingHashes;
    hashes.insert(hashes.end(), m_position.begunHashes.begin(), m_position.begunHashes.end());
    for (const auto& teacher : m_options.teachers)
        hashes.insert(hashes.end(), teacher->trainingHashes.begin(), teacher->trainingHashes.end());
    std::ranges::sort(hashes);
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    model.trainingHashes = std::move(hashes);
    model.originJson = m_position.begunOrigin;
    model.trainingJson = toJson(m_hyperparameters);
    model.programVersion = version();
    model.metricsJson = metricsOfModel(result.run);
    return result;
}

} // namespace

Result<TrainingOutcome> trainNetwork(const Dataset& dataset, const TrainingOptions& options,
                                     const TrainingCallbacks& callbacks, const CancelToken& cancel, int threads,
                                     bool mayUseFewer) {
    if (const auto errors = validate(options.hyperparameters); !errors.empty())
        return Error{ErrorCode::BadHyperparameter, "", errors.front().text};
    const Result<Architecture> architecture = architectureFor(options.hyperparameters);
    if (!architecture) return architecture.error();
    std::unique_ptr<Learner> learner;
    if (isFrameModel(architecture->id)) {
        if (const std::string fault = faultOf(dataset.frames, *architecture); !fault.empty())
            return Error{ErrorCode::Internal, "", fault};
        Result<Teachers> teachers = Teachers::of(options.teachers, dataset.frames);
        if (!teachers) return teachers.error();
        learner = std::make_unique<FrameLearner>(dataset, options.hyperparameters, *architecture, *std::move(teachers));
    } else {
        if (!options.teachers.empty())
            return Error{ErrorCode::WrongArchitecture, options.teachers.front()->name,
                         "only networks that answer for frames learn from others"};
        if (dataset.train.count == 0) return Error{ErrorCode::NoData, "", "there are no training examples"};
        if (const std::string fault = faultOf(dataset, *architecture); !fault.empty())
            return Error{ErrorCode::Internal, "", fault};
        learner = std::make_unique<ClipLearner>(dataset, options.hyperparameters, *architecture);
    }
    return Training(dataset, options, callbacks, cancel, std::move(learner), threads, mayUseFewer).run();
}

} // namespace ovation
