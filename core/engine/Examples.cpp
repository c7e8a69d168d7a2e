// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Examples.h"

#include "core/base/Files.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>

namespace ovation {

namespace {

template <typename Value>
at::Tensor view(const std::vector<Value>& values, at::IntArrayRef sizes, at::ScalarType type) {
    return torch::from_blob(const_cast<Value*>(values.data()), sizes, type);
}

int64_t rowOf(const std::vector<float>& values, int64_t count) {
    return count > 0 ? static_cast<int64_t>(values.size()) / count : 0;
}

} // namespace

Examples::Examples(const ExampleSet& set) : m_count(set.count) {
    if (m_count == 0) return;
    m_clipValues = view(set.clipValues, {m_count, rowOf(set.clipValues, m_count)}, torch::kFloat32);
    m_mfcc = view(set.mfcc, {m_count, rowOf(set.mfcc, m_count)}, torch::kFloat32);
    m_lengths = view(set.lengths, {m_count}, torch::kInt32).to(torch::kInt64);
    m_labels = view(set.labels, {m_count}, torch::kInt32).to(torch::kInt64);
}

Batch Examples::batch(const std::vector<int64_t>& rows) const {
    const at::Tensor index =
        torch::from_blob(const_cast<int64_t*>(rows.data()), {static_cast<int64_t>(rows.size())}, torch::kInt64);
    Batch batch{{m_mfcc.index_select(0, index).view({index.size(0), -1, seed::kMfcc}),
                 m_clipValues.index_select(0, index), m_lengths.index_select(0, index)},
                m_labels.index_select(0, index)};
    at::Tensor &mfcc = batch.input.mfcc, &clipValues = batch.input.clipValues;
    if (m_mfccChange.scale.defined()) {
        const at::Tensor padding = frameMask(batch.input.lengths, mfcc.size(1)).logical_not();
        mfcc = mfcc.mul(m_mfccChange.scale).add_(m_mfccChange.shift).masked_fill_(padding.unsqueeze(2), 0);
    }
    if (m_clipChange.scale.defined()) clipValues = clipValues.mul(m_clipChange.scale).add_(m_clipChange.shift);
    return batch;
}

void Examples::restandardise(const Standardizer& hadMfcc, const Standardizer& mfcc, const Standardizer& hadClip,
                             const Standardizer& clip) {
    m_mfccChange = changeOf(hadMfcc, mfcc);
    m_clipChange = changeOf(hadClip, clip);
}

Examples::Change Examples::changeOf(const Standardizer& had, const Standardizer& wanted) {
    if (had.mean == wanted.mean && had.deviation == wanted.deviation) return {};
    const auto columns = static_cast<int64_t>(had.mean.size());
    TORCH_CHECK(wanted.mean.size() == had.mean.size() && wanted.deviation.size() == had.deviation.size(),
                "the standardisers are of other sizes");
    const at::Tensor deviation = view(wanted.deviation, {columns}, torch::kFloat32);
    return {view(had.deviation, {columns}, torch::kFloat32) / deviation,
            (view(had.mean, {columns}, torch::kFloat32) - view(wanted.mean, {columns}, torch::kFloat32)) / deviation};
}

at::Tensor classWeights(const ExampleSet& set, bool balanced) {
    const auto positives = static_cast<double>(std::count(set.labels.begin(), set.labels.end(), 1));
    const double negatives = static_cast<double>(set.count) - positives;
    if (!balanced || positives == 0 || negatives == 0) return torch::ones({2});
    const double half = static_cast<double>(set.count) / 2;
    return torch::tensor({static_cast<float>(half / negatives), static_cast<float>(half / positives)});
}

LossOfBatch lossOf(const at::Tensor& logits, const Batch& batch, const at::Tensor& classWeights) {
    const at::Tensor weights = classWeights.index_select(0, batch.labels);
    const at::Tensor logLikelihood = logits.log_softmax(1).gather(1, batch.labels.unsqueeze(1)).squeeze(1);
    return {-(logLikelihood * weights).sum(), weights.sum().item<double>()};
}

void addScores(Tally& tally, const at::Tensor& logits, const Batch& batch) {
    const at::Tensor scores = logits.softmax(1).select(1, 1).contiguous();
    for (int64_t i = 0; i < scores.size(0); ++i)
        tally.add(scores.data_ptr<float>()[i], batch.labels.data_ptr<int64_t>()[i] == 1);
}

std::string contentHashOf(const Dataset& dataset) {
    std::string all = dataset.summary.fingerprint;
    const auto add = [&all](const auto& values) {
        all += hashOf({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])});
    };
    for (const ExampleSet* set : {&dataset.train, &dataset.validation}) {
        add(set->mfcc);
        add(set->clipValues);
        add(set->lengths);
        add(set->labels);
    }
    for (const Standardizer* standardizer : {&dataset.mfccStandardizer, &dataset.clipStandardizer}) {
        add(standardizer->mean);
        add(standardizer->deviation);
    }
    return hashOf(all);
}

std::string faultOf(const Dataset& dataset, const Architecture& architecture) {
    for (const ExampleSet* set : {&dataset.train, &dataset.validation}) {
        const auto count = static_cast<size_t>(set->count);
        const size_t frameValues = count * static_cast<size_t>(architecture.mfcc);
        if (set->count < 0 || set->lengths.size() != count || set->labels.size() != count ||
            set->clipValues.size() != count * static_cast<size_t>(architecture.clipValues) ||
            (count > 0 && set->mfcc.size() % frameValues != 0))
            return "the data set's values do not fit its sizes";
        const auto frames = count > 0 ? static_cast<int32_t>(set->mfcc.size() / frameValues) : 0;
        for (const int32_t length : set->lengths)
            if (length < 1 || length > frames) return "a clip's length is outside its frames";
        for (const int32_t label : set->labels)
            if (label != 0 && label != 1) return "a label is neither 0 nor 1";
    }
    return {};
}

} // namespace ovation
