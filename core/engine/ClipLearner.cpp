// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ClipLearner.h"

#include "core/engine/Threads.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ovation {

ClipLearner::ClipLearner(const Dataset& dataset, const Hyperparameters& hyperparameters,
                         const Architecture& architecture)
    : m_dataset(dataset),
      m_hyperparameters(hyperparameters),
      m_train(dataset.train),
      m_validation(dataset.validation),
      m_classWeights(classWeights(dataset.train, hyperparameters.classWeights)),
      m_examplesHash(contentHashOf(dataset)),
      m_network(ClipNetwork::make(
          architecture, true, hyperparameters.engine == "plain" ? ClipNetwork::Path::Plain : ClipNetwork::Path::Fast)) {
}

int64_t ClipLearner::batches() const {
    return (m_train.count() + m_hyperparameters.batchSize - 1) / m_hyperparameters.batchSize;
}

bool ClipLearner::fits(const TrainingPosition& position) const {
    const auto seen = static_cast<int64_t>(position.tally.scores.size());
    return seen == std::min(position.batch * m_hyperparameters.batchSize, m_train.count()) &&
           (!position.bestLoss || static_cast<int64_t>(position.bestScores.size()) == m_validation.count());
}

std::vector<int64_t> ClipLearner::rowsOf(const TrainingPosition& position) {
    if (m_orderEpoch != position.epoch) {
        m_order = shuffledOrder(m_train.count(), m_hyperparameters.seed, position.epoch);
        m_orderEpoch = position.epoch;
    }
    const int64_t first = position.batch * m_hyperparameters.batchSize;
    const int64_t last = std::min(first + m_hyperparameters.batchSize, m_train.count());
    return {m_order.begin() + first, m_order.begin() + last};
}

Result<std::optional<Tally>> ClipLearner::gradients(const TrainingPosition& position, const CancelToken& cancel) {
    const std::vector<int64_t> rows = rowsOf(position);
    if (m_shared) return m_shared->train(rows, m_hyperparameters.seed, position.step, cancel);
    if (cancel.cancelled()) return std::optional<Tally>();
    const Batch batch = m_train.batch(rows);
    Dropout dropout(m_network->architecture().dropout, m_hyperparameters.seed, position.step);
    const at::Tensor logits = m_network->forward(batch.input, dropout);
    const LossOfBatch loss = lossOf(logits, batch, m_classWeights);
    Tally one;
    one.lossSum = loss.sum.item<double>();
    one.weightSum = loss.weight;
    if (std::isfinite(one.lossSum)) (loss.sum / loss.weight).backward();
    addScores(one, logits.detach(), batch);
    return std::optional<Tally>(std::move(one));
}

Result<std::optional<Tally>> ClipLearner::validate(const std::function<int()>& threads, const CancelToken& cancel) {
    if (m_shared) {
        const ThreadScope scope(threads());
        return m_shared->validate(m_hyperparameters.batchSize, cancel);
    }
    const torch::NoGradGuard noGradient;
    Tally tally;
    Dropout none;
    for (int64_t first = 0; first < m_validation.count(); first += m_hyperparameters.batchSize) {
        if (cancel.cancelled()) return std::optional<Tally>();
        const ThreadScope scope(threads());
        const int64_t last = std::min(first + m_hyperparameters.batchSize, m_validation.count());
        std::vector<int64_t> rows(static_cast<size_t>(last - first));
        std::iota(rows.begin(), rows.end(), first);
        const Batch batch = m_validation.batch(rows);
        const at::Tensor logits = m_network->forward(batch.input, none);
        const LossOfBatch loss = lossOf(logits, batch, m_classWeights);
        tally.lossSum += loss.sum.item<double>();
        tally.weightSum += loss.weight;
        addScores(tally, logits, batch);
    }
    return std::optional<Tally>(std::move(tally));
}

void ClipLearner::hearAs(const TrainingPosition& position) {
    if (position.begunMfcc.mean.empty()) return;
    for (Examples* examples : {&m_train, &m_validation})
        examples->restandardise(m_dataset.mfccStandardizer, position.begunMfcc, m_dataset.clipStandardizer,
                                position.begunClip);
}

std::string ClipLearner::complete(ModelBundle& model, const TrainingPosition& position) {
    std::vector<bool> truths;
    for (const int32_t label : m_dataset.validation.labels)
        truths.push_back(label == 1);
    const bool begun = !position.begunMfcc.mean.empty();
    model.mfccStandardizer = begun ? position.begunMfcc : m_dataset.mfccStandardizer;
    model.clipStandardizer = begun ? position.begunClip : m_dataset.clipStandardizer;
    model.windowFrames = position.begunWindowFrames;
    // A decoder for shorter windows cannot be chosen by the windows of the data set.
    model.decoder = model.windowFrames > 0 && position.begunDecoder ? *position.begunDecoder
                                                                    : chooseDecoder(position.bestScores, truths);
    return {};
}

Result<void> ClipLearner::join(const Launch& launch, bool resume, const CancelToken& cancel) {
    Result<std::unique_ptr<ProcessGroup>> group = ProcessGroup::join(launch, cancel);
    if (!group) return group.error();
    m_shared = std::make_unique<SharedBatches>(*std::move(group), *m_network, m_dataset, m_train, m_validation,
                                               m_classWeights);
    return m_shared->check(m_hyperparameters, resume, m_examplesHash);
}

Result<Checkpoint> ClipLearner::copyFirst(Result<Checkpoint> checkpoint, const std::string& folder) {
    return m_shared ? m_shared->copyFirst(checkpoint, folder) : std::move(checkpoint);
}

Result<void> ClipLearner::copyWeights() {
    return m_shared ? m_shared->copyWeights() : Result<void>();
}

} // namespace ovation
