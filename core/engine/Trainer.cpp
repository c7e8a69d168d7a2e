// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Trainer.h"

#include "core/base/Files.h"
#include "core/base/Version.h"
#include "core/engine/Checkpoint.h"
#include "core/engine/Examples.h"
#include "core/engine/Optimizer.h"
#include "core/engine/SharedBatches.h"
#include "core/engine/ThreadBudget.h"
#include "core/engine/Threads.h"
#include "core/engine/TrainingState.h"
#include "core/engine/fast/Interrupt.h"
#include "core/engine/networks/ClipNetwork.h"

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kCheckpointIntervalS = 60;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One run of training, from its start or from a checkpoint to its end. Everything is used by the training thread only.
class Training {
public:
    Training(const Dataset& dataset, const TrainingOptions& options, const TrainingCallbacks& callbacks,
             const CancelToken& cancel, const Architecture& architecture, int threads, bool mayUseFewer)
        : m_dataset(dataset),
          m_options(options),
          m_hyperparameters(options.hyperparameters),
          m_callbacks(callbacks),
          m_cancel(cancel),
          m_threads(threads),
          m_mayUseFewer(mayUseFewer),
          m_budget(threads),
          m_train(dataset.train),
          m_validation(dataset.validation),
          m_classWeights(classWeights(dataset.train, m_hyperparameters.classWeights)),
          m_network(ClipNetwork::make(architecture, true,
                                      m_hyperparameters.engine == "plain" ? ClipNetwork::Path::Plain
                                                                          : ClipNetwork::Path::Fast)),
          m_optimizer(m_hyperparameters, tensors()) {}

    Result<TrainingOutcome> run();

private:
    enum class Step { Done, Cancelled };

    std::vector<at::Tensor> tensors() const;
    Result<void> begin();
    Result<void> join();
    Result<Checkpoint> lastCheckpoint();
    Result<void> restore(const Checkpoint& checkpoint);
    Result<Step> trainEpoch();
    /// Loss and scores of a batch, whose gradient the network's parameters then have. Nothing where another process
    /// was cancelled.
    Result<std::optional<Tally>> gradients(const std::vector<int64_t>& rows);
    Result<Step> trainBatch(const std::vector<int64_t>& rows);
    Result<std::optional<Tally>> validate();
    /// True where the run ends with this epoch.
    bool finishEpoch(const Tally& validation, double rateDuring);
    Result<TrainingOutcome> outcome(StopReason reason);

    Result<void> save();
    void saveOrNote();
    bool keepsCheckpoints() const { return !m_options.checkpointFolder.empty() && m_options.launch.first(); }
    TensorMap named(const std::vector<at::Tensor>& tensors) const;
    std::vector<at::Tensor> unnamed(const TensorMap& map) const;
    int threadsNow() { return m_mayUseFewer ? m_budget.threads() : m_threads; }
    Error notFinite(const char* what) const;
    Error ended(const Error& error);
    void report() const;
    int64_t batches() const {
        return (m_train.count() + m_hyperparameters.batchSize - 1) / m_hyperparameters.batchSize;
    }
    double runSeconds() const { return m_secondsBefore + secondsSince(m_started); }

    const Dataset& m_dataset;
    const TrainingOptions& m_options;
    const Hyperparameters& m_hyperparameters;
    const TrainingCallbacks& m_callbacks;
    const CancelToken& m_cancel;
    const int m_threads;
    const bool m_mayUseFewer; ///< while other programs compete
    ThreadBudget m_budget;
    const Examples m_train;
    const Examples m_validation;
    const at::Tensor m_classWeights; ///< (2)
    const std::unique_ptr<ClipNetwork> m_network;
    Optimizer m_optimizer;
    std::unique_ptr<SharedBatches> m_shared; ///< nullptr where this process trains alone
    TrainingPosition m_position;
    std::vector<at::Tensor> m_best; ///< copies, empty before the first epoch ends
    std::string m_datasetHash;
    Clock::time_point m_started = Clock::now();
    Clock::time_point m_epochStarted = Clock::now();
    Clock::time_point m_saved = Clock::now();
    double m_secondsBefore = 0;      ///< of the run, before it was resumed
    double m_epochSecondsBefore = 0; ///< of the epoch, before it was resumed
    std::string m_note;
};

std::vector<at::Tensor> Training::tensors() const {
    std::vector<at::Tensor> result;
    for (const auto& [name, tensor] : m_network->parameters())
        result.push_back(tensor);
    return result;
}

TensorMap Training::named(const std::vector<at::Tensor>& list) const {
    TensorMap result;
    for (size_t i = 0; i < list.size(); ++i) {
        const at::Tensor& tensor = list[i];
        const float* values = tensor.data_ptr<float>();
        result[m_network->parameters()[i].first] =
            Tensor{tensor.sizes().vec(), std::vector<float>(values, values + tensor.numel())};
    }
    return result;
}

std::vector<at::Tensor> Training::unnamed(const TensorMap& map) const {
    std::vector<at::Tensor> result;
    if (map.empty()) return result;
    for (const auto& [name, parameter] : m_network->parameters()) {
        const auto found = map.find(name);
        TORCH_CHECK(found != map.end() && static_cast<int64_t>(found->second.values.size()) == parameter.numel(),
                    "the checkpoint does not fit the network");
        at::Tensor tensor = torch::empty(parameter.sizes(), torch::kFloat32);
        std::copy(found->second.values.begin(), found->second.values.end(), tensor.data_ptr<float>());
        result.push_back(tensor);
    }
    return result;
}

Result<void> Training::join() {
    Result<std::unique_ptr<ProcessGroup>> group = ProcessGroup::join(m_options.launch, m_cancel);
    if (!group) return group.error();
    m_shared = std::make_unique<SharedBatches>(*std::move(group), *m_network, m_dataset, m_train, m_validation,
                                               m_classWeights);
    return m_shared->check(m_hyperparameters, m_options.resume, m_datasetHash);
}

Result<Checkpoint> Training::lastCheckpoint() {
    Result<Checkpoint> checkpoint = Error{};
    if (m_options.launch.first())
        checkpoint = readCheckpoint(m_options.checkpointFolder, m_hyperparameters, m_datasetHash);
    return m_shared ? m_shared->copyFirst(checkpoint, m_options.checkpointFolder) : checkpoint;
}

Result<void> Training::begin() {
    m_datasetHash = contentHashOf(m_dataset);
    if (m_options.launch.shared())
        if (const Result<void> joined = join(); !joined) return joined;
    if (m_options.resume) {
        const Result<Checkpoint> checkpoint = lastCheckpoint();
        if (!checkpoint) return checkpoint.error();
        if (const Result<void> restored = restore(*checkpoint); !restored) return restored;
    } else {
        m_network->initialise(m_hyperparameters.seed);
        TrainingRun& run = m_position.run;
        run.startedMs =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        m_position.learningRate = m_hyperparameters.learningRate;
    }
    TrainingRun& run = m_position.run;
    run.hyperparameters = m_hyperparameters;
    run.dataset = m_dataset.summary;
    run.parameters = m_network->parameterCount();
    run.threads = m_threads;
    run.stopped = StopReason::Running;
    m_optimizer.learningRate = m_position.learningRate;
    m_started = m_epochStarted = Clock::now();
    // Also proves that the folder can be written to, before hours are spent.
    return keepsCheckpoints() ? save() : Result<void>();
}

Result<void> Training::restore(const Checkpoint& checkpoint) {
    m_position = checkpoint.position;
    m_network->setWeights(checkpoint.weights);
    m_optimizer.first = unnamed(checkpoint.first);
    m_optimizer.second = unnamed(checkpoint.second);
    m_optimizer.steps = m_position.optimizerSteps;
    m_best = unnamed(checkpoint.best);
    m_secondsBefore = m_position.run.seconds;
    m_epochSecondsBefore = m_position.epochSeconds;
    const auto seen = static_cast<int64_t>(m_position.tally.scores.size());
    if (seen != std::min(m_position.batch * m_hyperparameters.batchSize, m_train.count()) ||
        m_position.tally.truths.size() != m_position.tally.scores.size() ||
        (!m_best.empty() && static_cast<int64_t>(m_position.bestScores.size()) != m_validation.count()))
        return Error{ErrorCode::BadCheckpoint, m_options.checkpointFolder, "its position does not fit its data"};
    return {};
}

Result<void> Training::save() {
    m_position.learningRate = m_optimizer.learningRate;
    m_position.optimizerSteps = m_optimizer.steps;
    m_position.epochSeconds = m_epochSecondsBefore + secondsSince(m_epochStarted);
    m_position.run.seconds = runSeconds();
    const Checkpoint checkpoint{m_datasetHash,        m_hyperparameters,        m_position,
                                m_network->weights(), named(m_optimizer.first), named(m_optimizer.second),
                                named(m_best)};
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

Result<std::optional<Tally>> Training::gradients(const std::vector<int64_t>& rows) {
    if (m_shared) return m_shared->train(rows, m_hyperparameters.seed, m_position.step, m_cancel);
    const Batch batch = m_train.batch(rows);
    Dropout dropout(m_network->architecture().dropout, m_hyperparameters.seed, m_position.step);
    const at::Tensor logits = m_network->forward(batch.input, dropout);
    const LossOfBatch loss = lossOf(logits, batch, m_classWeights);
    Tally one;
    one.lossSum = loss.sum.item<double>();
    one.weightSum = loss.weight;
    if (std::isfinite(one.lossSum)) (loss.sum / loss.weight).backward();
    addScores(one, logits.detach(), batch);
    return std::optional<Tally>(std::move(one));
}

Result<Training::Step> Training::trainBatch(const std::vector<int64_t>& rows) {
    const ThreadScope threads(threadsNow());
    const Result<std::optional<Tally>> computed = gradients(rows);
    if (!computed) return computed.error();
    if (!*computed) return Step::Cancelled;
    const Tally& one = **computed;
    const double value = static_cast<double>(static_cast<float>(one.lossSum) / static_cast<float>(one.weightSum));
    if (!std::isfinite(value)) return notFinite("The loss is not a number");
    const double norm = m_optimizer.clipGradients(m_hyperparameters.gradientClip);
    if (!std::isfinite(norm)) return notFinite("The gradient is not a number");
    m_optimizer.step();

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
    const std::vector<int64_t> order = shuffledOrder(m_train.count(), m_hyperparameters.seed, m_position.epoch);
    while (m_position.batch < batches()) {
        if (m_cancel.cancelled() && !m_shared) return Step::Cancelled;
        report();
        const int64_t first = m_position.batch * m_hyperparameters.batchSize;
        const int64_t last = std::min(first + m_hyperparameters.batchSize, m_train.count());
        const Result<Step> trained = trainBatch({order.begin() + first, order.begin() + last});
        if (!trained || *trained == Step::Cancelled) return trained;
        if (keepsCheckpoints() && secondsSince(m_saved) >= kCheckpointIntervalS) saveOrNote();
    }
    if (m_shared)
        if (const Result<void> copied = m_shared->copyWeights(); !copied) return copied.error();
    return Step::Done;
}

/// What was trained before the others were lost is kept.
Error Training::ended(const Error& error) {
    if (error.code != ErrorCode::PeerLost) return error;
    m_shared.reset(); // the remaining processes notice at once
    saveOrNote();
    return error;
}

/// Nothing where the run was cancelled meanwhile.
Result<std::optional<Tally>> Training::validate() {
    if (m_shared) {
        const ThreadScope threads(threadsNow());
        return m_shared->validate(m_hyperparameters.batchSize, m_cancel);
    }
    const torch::NoGradGuard noGradient;
    Tally tally;
    Dropout none;
    for (int64_t first = 0; first < m_validation.count(); first += m_hyperparameters.batchSize) {
        if (m_cancel.cancelled()) return std::optional<Tally>();
        const ThreadScope threads(threadsNow());
        const int64_t last = std::min(first + m_hyperparameters.batchSize, m_validation.count());
        std::vector<int64_t> rows;
        for (int64_t row = first; row < last; ++row)
            rows.push_back(row);
        const Batch batch = m_validation.batch(rows);
        const at::Tensor logits = m_network->forward(batch.input, none);
        const LossOfBatch loss = lossOf(logits, batch, m_classWeights);
        tally.lossSum += loss.sum.item<double>();
        tally.weightSum += loss.weight;
        addScores(tally, logits, batch);
    }
    return std::optional<Tally>(std::move(tally));
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
        for (const at::Tensor& tensor : tensors())
            m_best.push_back(tensor.detach().clone());
    } else {
        ++m_position.epochsWithoutBetter;
    }
    m_optimizer.learningRate = m_position.plateau.next(loss, m_optimizer.learningRate, m_hyperparameters.lrFactor,
                                                       m_hyperparameters.lrPatience);
    metrics.loweredLearningRate = m_optimizer.learningRate < rateDuring;

    m_position.run.epochs.push_back(metrics);
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

Result<TrainingOutcome> Training::run() {
    if (const Result<void> begun = begin(); !begun) return begun.error();
    if (m_options.resume && m_callbacks.resumed) m_callbacks.resumed(m_position.run);
    if (m_callbacks.started) m_callbacks.started(m_dataset.summary, m_network->parameterCount(), m_threads);

    const fast::Interrupt::Scope interrupt(m_cancel);
    bool early = m_hyperparameters.patience > 0 && m_position.epochsWithoutBetter >= m_hyperparameters.patience;
    while (!early && m_position.epoch <= m_hyperparameters.epochs) {
        const double rate = m_optimizer.learningRate;
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
            return outcome(StopReason::Cancelled);
        }
        early = finishEpoch(*validation, rate);
    }
    return outcome(early ? StopReason::Early : StopReason::Epochs);
}

Result<TrainingOutcome> Training::outcome(StopReason reason) {
    if (m_best.empty()) return Error{ErrorCode::Cancelled, "", ""};
    TrainingOutcome result;
    result.run = m_position.run;
    result.run.stopped = reason;
    result.run.seconds = runSeconds();
    std::string notes = m_note;
    if (m_budget.wasReduced())
        notes += std::string(notes.empty() ? "" : " ") + "Other programs kept the processor busy: some steps ran on " +
                 "fewer than " + std::to_string(m_threads) + " threads.";
    if (!notes.empty()) result.run.notes = notes;

    m_network->setWeights(named(m_best));
    ModelBundle& model = result.model;
    std::vector<bool> truths;
    for (const int32_t label : m_dataset.validation.labels)
        truths.push_back(label == 1);
    model.architecture = m_network->architecture();
    model.weights = m_network->weights();
    model.mfccStandardizer = m_dataset.mfccStandardizer;
    model.clipStandardizer = m_dataset.clipStandardizer;
    model.decoder = chooseDecoder(m_position.bestScores, truths);
    model.datasetFingerprint = m_dataset.summary.fingerprint;
    model.trainingHashes = m_dataset.summary.trainingHashes;
    model.trainingJson = toJson(m_hyperparameters);
    model.programVersion = version();
    const auto history = nlohmann::json::parse(toJson(result.run));
    const auto best = static_cast<size_t>(result.run.bestEpoch - 1);
    if (history.contains("epochs") && best < history["epochs"].size())
        model.metricsJson = history["epochs"][best].dump();
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
    if (dataset.train.count == 0) return Error{ErrorCode::NoData, "", "there are no training examples"};
    if (const std::string fault = faultOf(dataset, *architecture); !fault.empty())
        return Error{ErrorCode::Internal, "", fault};
    return Training(dataset, options, callbacks, cancel, *architecture, threads, mayUseFewer).run();
}

} // namespace ovation
