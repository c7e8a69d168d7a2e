// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/SharedBatches.h"

#include "core/base/Version.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

namespace ovation {

namespace {

using Json = nlohmann::json;

std::span<float> valuesOf(const at::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<size_t>(tensor.numel())};
}

/// Runs a process's part of the work; false where a cancel has interrupted it.
template <typename Work>
bool unlessCancelled(const CancelToken& cancel, Work&& work) {
    if (cancel.cancelled()) return false;
    try {
        work();
    } catch (const std::exception&) {
        if (!cancel.cancelled()) throw;
    }
    return !cancel.cancelled();
}

} // namespace

SharedBatches::SharedBatches(std::unique_ptr<ProcessGroup> group, const ClipNetwork& network, const Dataset& dataset,
                             const Examples& train, const Examples& validation, const at::Tensor& classWeights)
    : m_group(std::move(group)),
      m_network(network),
      m_dataset(dataset),
      m_train(train),
      m_validation(validation),
      m_classWeights(classWeights),
      m_parameters(network.parameterCount()) {}

Result<void> SharedBatches::check(const Hyperparameters& hyperparameters, bool resume, const std::string& datasetHash) {
    Hyperparameters settings = hyperparameters;
    settings.threads = 0;
    const std::pair<std::string, const char*> texts[] = {
        {version(), "versions of Ovation"},
        {toJson(settings) + (resume ? "resume" : ""), "settings"},
        {datasetHash, "training data"},
    };
    for (const auto& [text, what] : texts) {
        const Result<bool> same = m_group->same(text);
        if (!same) return same.error();
        if (!*same)
            return Error{ErrorCode::WrongUsage, "",
                         std::string("the processes of this training have different ") + what +
                             ", and all need the same"};
    }
    return {};
}

Result<Checkpoint> SharedBatches::copyFirst(const Result<Checkpoint>& checkpoint, const std::string& folder) {
    std::string text;
    if (m_group->launch().first()) {
        const Error error = checkpoint ? Error() : checkpoint.error();
        text = checkpoint ? "+" + toBytes(*checkpoint)
                          : "-" + Json{static_cast<int>(error.code), error.file, error.detail}.dump(
                                      -1, ' ', false, Json::error_handler_t::replace);
    }
    const Result<std::string> copied = m_group->copyFirst(std::move(text));
    if (!copied) return copied.error();
    const std::string_view content = std::string_view(*copied).substr(1);
    if (copied->front() == '+') return checkpointFromBytes(content, folder);
    const Json json = Json::parse(content);
    return Error{static_cast<ErrorCode>(json[0].get<int>()), json[1].get<std::string>(), json[2].get<std::string>()};
}

Result<void> SharedBatches::copyWeights() {
    for (const auto& [name, tensor] : m_network.parameters())
        if (const Result<void> copied = m_group->copyFirst(valuesOf(tensor)); !copied) return copied;
    return {};
}

double SharedBatches::weightOf(std::span<const int32_t> labels) const {
    const at::Tensor index = torch::tensor(at::ArrayRef<int32_t>(labels.data(), labels.size()), torch::kInt64);
    return m_classWeights.index_select(0, index).sum().item<double>();
}

void SharedBatches::clearGradients() {
    for (const auto& [name, tensor] : m_network.parameters())
        at::Tensor(tensor).mutable_grad().reset();
}

std::span<float> SharedBatches::part(int64_t first, int64_t count) {
    return {m_sums.data_ptr<float>() + first, static_cast<size_t>(count)};
}

/// The clips are dealt out as the network sorts them, longest first: so each one's place, and with it which of its
/// values a dropout hits, does not depend on who computes it.
void SharedBatches::computePart(const std::vector<int64_t>& rows, double weight, uint64_t seed, uint64_t step) {
    const auto count = static_cast<int64_t>(rows.size());
    const auto lengthOf = [&](int64_t place) {
        return m_dataset.train.lengths[static_cast<size_t>(rows[static_cast<size_t>(place)])];
    };
    std::vector<int64_t> places(rows.size());
    std::iota(places.begin(), places.end(), int64_t{0});
    std::ranges::stable_sort(places, [&](int64_t a, int64_t b) { return lengthOf(a) > lengthOf(b); });
    const int64_t first = count * m_group->launch().rank / m_group->launch().size;
    const int64_t last = count * (m_group->launch().rank + 1) / m_group->launch().size;
    if (first == last) return;

    std::vector<int64_t> own;
    for (int64_t i = first; i < last; ++i)
        own.push_back(rows[static_cast<size_t>(places[static_cast<size_t>(i)])]);
    const Batch batch = m_train.batch(own);
    Dropout dropout(m_network.architecture().dropout, seed, step, {first, count, lengthOf(places.front())});
    const at::Tensor logits = m_network.forward(batch.input, dropout);
    const LossOfBatch loss = lossOf(logits, batch, m_classWeights);
    (loss.sum / weight).backward();

    int64_t at = 0;
    for (const auto& [name, tensor] : m_network.parameters()) {
        if (tensor.grad().defined()) m_sums.narrow(0, at, tensor.numel()).copy_(tensor.grad().reshape({-1}));
        at += tensor.numel();
    }
    Tally tally;
    addScores(tally, logits.detach(), batch);
    const std::span<float> scores = part(m_parameters, count);
    for (int64_t i = first; i < last; ++i)
        scores[static_cast<size_t>(places[static_cast<size_t>(i)])] = tally.scores[static_cast<size_t>(i - first)];
    part(m_parameters + count, 1)[0] = loss.sum.item<float>();
}

Result<std::optional<Tally>> SharedBatches::train(const std::vector<int64_t>& rows, uint64_t seed, uint64_t step,
                                                  const CancelToken& cancel) {
    const auto count = static_cast<int64_t>(rows.size());
    Tally tally;
    std::vector<int32_t> labels;
    for (const int64_t row : rows) {
        labels.push_back(m_dataset.train.labels[static_cast<size_t>(row)]);
        tally.truths.push_back(labels.back() == 1);
    }
    tally.weightSum = weightOf(labels);

    const int64_t size = m_parameters + count + 2;
    if (!m_sums.defined() || m_sums.numel() < size) m_sums = torch::empty({size});
    m_sums.zero_();
    clearGradients();
    const bool whole = unlessCancelled(cancel, [&] { computePart(rows, tally.weightSum, seed, step); });
    clearGradients();
    part(size - 1, 1)[0] = whole ? 0.0F : 1.0F;
    if (const Result<void> summed = m_group->sum(part(0, size)); !summed) return summed.error();
    if (part(size - 1, 1)[0] > 0) return std::optional<Tally>();

    int64_t at = 0;
    for (const auto& [name, tensor] : m_network.parameters()) {
        at::Tensor(tensor).mutable_grad() = m_sums.narrow(0, at, tensor.numel()).view(tensor.sizes());
        at += tensor.numel();
    }
    const std::span<float> scores = part(m_parameters, count);
    tally.scores.assign(scores.begin(), scores.end());
    tally.lossSum = static_cast<double>(part(m_parameters + count, 1)[0]);
    return std::optional<Tally>(std::move(tally));
}

Result<std::optional<Tally>> SharedBatches::validate(int64_t batchSize, const CancelToken& cancel) {
    const int64_t count = m_validation.count();
    const int64_t batches = (count + batchSize - 1) / batchSize;
    // Scores, then each batch's loss, then how many processes are cancelled.
    std::vector<double> sums(static_cast<size_t>(count + batches + 1));
    Tally tally;
    for (const int32_t label : m_dataset.validation.labels)
        tally.truths.push_back(label == 1);

    const at::NoGradGuard noGradient;
    const bool whole = unlessCancelled(cancel, [&] {
        Dropout none;
        for (int64_t i = m_group->launch().rank; i < batches && !cancel.cancelled(); i += m_group->launch().size) {
            std::vector<int64_t> rows(static_cast<size_t>(std::min(batchSize, count - i * batchSize)));
            std::iota(rows.begin(), rows.end(), i * batchSize);
            const Batch batch = m_validation.batch(rows);
            const at::Tensor logits = m_network.forward(batch.input, none);
            sums[static_cast<size_t>(count + i)] = lossOf(logits, batch, m_classWeights).sum.item<double>();
            Tally one;
            addScores(one, logits, batch);
            std::ranges::copy(one.scores, sums.begin() + i * batchSize);
        }
    });
    sums.back() = whole ? 0 : 1;
    if (const Result<void> summed = m_group->sum(std::span(sums)); !summed) return summed.error();
    if (sums.back() > 0) return std::optional<Tally>();

    const std::span<const int32_t> labels(m_dataset.validation.labels);
    for (int64_t i = 0; i < batches; ++i) {
        const auto first = static_cast<size_t>(i * batchSize);
        tally.lossSum += sums[static_cast<size_t>(count + i)];
        tally.weightSum +=
            weightOf(labels.subspan(first, std::min(static_cast<size_t>(batchSize), labels.size() - first)));
    }
    for (int64_t i = 0; i < count; ++i)
        tally.scores.push_back(static_cast<float>(sums[static_cast<size_t>(i)]));
    return std::optional<Tally>(std::move(tally));
}

} // namespace ovation
