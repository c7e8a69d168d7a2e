// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/FrameLearner.h"

#include "core/base/Files.h"
#include "core/detection/DecoderTuning.h"
#include "core/engine/FrameNetwork.h"
#include "core/engine/Threads.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

constexpr double kMemory = 0.995;       ///< of the running average, by step
constexpr size_t kEnoughApplauses = 30; ///< to choose a decoder anew by, where a model brings its own

at::Tensor view(const std::vector<float>& values, at::IntArrayRef sizes) {
    return torch::from_blob(const_cast<float*>(values.data()), sizes, torch::kFloat32);
}

/// Frames of an example: a whole number of answers.
int64_t framesOf(const Hyperparameters& hyperparameters, const LogMelOptions& features) {
    const double answers = hyperparameters.exampleS / features.hopS() / static_cast<double>(kAnswerFrames);
    return std::max<int64_t>(1, std::llround(answers)) * kAnswerFrames;
}

/// Adds the answers that are known.
void addScores(Tally& tally, const float* probabilities, const FrameLabels& labels) {
    for (size_t i = 0; i < labels.targets.size(); ++i)
        if (labels.weights[i] > 0) tally.add(probabilities[i], labels.targets[i] >= 0.5F);
}

/// The means and variances that a pass in training observes; put back where the pass is not completed.
class Observations {
public:
    explicit Observations(const Crnn& network) {
        for (const auto& [name, tensor] : network.parameters())
            if (isObserved(name)) m_before.emplace_back(tensor, tensor.clone());
    }
    ~Observations() {
        if (m_kept) return;
        const torch::NoGradGuard noGradient;
        for (auto& [tensor, before] : m_before)
            tensor.copy_(before);
    }
    Observations(const Observations&) = delete;
    Observations& operator=(const Observations&) = delete;
    void keep() { m_kept = true; }

private:
    std::vector<std::pair<at::Tensor, at::Tensor>> m_before;
    bool m_kept = false;
};

} // namespace

FrameLearner::FrameLearner(const Dataset& dataset, const Hyperparameters& hyperparameters,
                           const Architecture& architecture, Teachers teachers)
    : m_dataset(dataset),
      m_hyperparameters(hyperparameters),
      m_teachers(std::move(teachers)),
      m_network(architecture, true),
      m_average(architecture),
      m_frames(framesOf(hyperparameters, dataset.frames.features)),
      m_mixer(dataset.frames.sources, dataset.frames.features, hyperparameters, m_frames),
      m_examples(m_mixer, dataset.frames.standardizer, dataset.frames.features.floorDb, hyperparameters, m_frames,
                 usableCores()) {}

std::string FrameLearner::examplesHash() const {
    const std::string& data = m_dataset.summary.fingerprint;
    return m_teachers.empty() ? data : hashOf(data + m_teachers.hash());
}

bool FrameLearner::fits(const TrainingPosition& position) const {
    return position.batch >= 0 && position.batch <= batches() &&
           (!position.bestLoss ||
            static_cast<int64_t>(position.bestScores.size()) == m_dataset.summary.validationExamples);
}

Result<std::optional<Tally>> FrameLearner::gradients(const TrainingPosition& position, const CancelToken& cancel) {
    if (cancel.cancelled()) return std::optional<Tally>();
    const FrameExamples examples = m_examples.batch(position.step);
    const int64_t answers = examples.frames / kAnswerFrames;
    const int64_t bands = m_network.architecture().bands;
    const FrameInput input{view(examples.values, {examples.count, examples.frames, bands}),
                           torch::full({examples.count}, examples.frames, torch::kInt64)};
    const at::Tensor labels = view(examples.targets, {examples.count, answers});
    const at::Tensor targets =
        m_teachers.empty() ? labels : at::lerp(labels, m_teachers.answers(input), m_hyperparameters.teacherShare);
    const at::Tensor weights = view(examples.weights, {examples.count, answers});
    Observations observations(m_network);
    Dropout dropout(m_network.architecture().dropout, m_hyperparameters.seed, position.step);
    const at::Tensor logits = m_network.forward(input, dropout, Crnn::Mode::Train);
    const at::Tensor loss = at::binary_cross_entropy_with_logits(logits, targets, weights, {}, at::Reduction::Sum);
    Tally tally;
    tally.lossSum = loss.item<double>();
    tally.weightSum = std::max(weights.sum().item<double>(), 1.0);
    if (std::isfinite(tally.lossSum)) (loss / tally.weightSum).backward();
    observations.keep();
    const at::Tensor scores = logits.detach().sigmoid().contiguous();
    addScores(tally, scores.data_ptr<float>(), {examples.targets, examples.weights});
    return std::optional<Tally>(std::move(tally));
}

void FrameLearner::stepped(uint64_t steps) {
    const torch::NoGradGuard noGradient;
    // The first steps would weigh too much: the average begins as one over what there is.
    const double memory = std::min(kMemory, static_cast<double>(steps) / static_cast<double>(steps + 19));
    const double former = m_former ? m_hyperparameters.formerShare : 0;
    for (size_t i = 0; i < m_network.parameters().size(); ++i) {
        at::Tensor average = m_average.parameters()[i].second;
        average.mul_(memory).add_(m_network.parameters()[i].second, (1 - memory) * (1 - former));
        if (former > 0) average.add_(m_former->parameters()[i].second, (1 - memory) * former);
    }
}

void FrameLearner::setFormer(const TensorMap& former) {
    m_former.reset();
    if (former.empty() || m_hyperparameters.formerShare <= 0) return;
    m_former.emplace(m_network.architecture());
    m_former->setWeights(former);
}

TensorMap FrameLearner::withoutFormer(const TensorMap& answering) const {
    TensorMap result = answering;
    if (!m_former) return result;
    const auto share = static_cast<float>(m_hyperparameters.formerShare);
    const TensorMap former = m_former->weights();
    for (auto& [name, tensor] : result)
        for (size_t i = 0; i < tensor.values.size(); ++i)
            tensor.values[i] = (tensor.values[i] - share * former.at(name).values[i]) / (1 - share);
    return result;
}

Result<std::optional<std::vector<float>>> FrameLearner::answersFor(const FrameRecording& recording, AnswerPasses passes,
                                                                   const CancelToken& cancel) {
    using Answers = std::optional<std::vector<float>>;
    FrameNetwork network(m_average);
    FrameChunks chunks(recording.frames.values.columns);
    chunks.append(recording.frames);
    chunks.finish();
    std::vector<float> answers;
    while (const auto batch = chunks.take()) {
        if (cancel.cancelled()) return Answers();
        const Result<void> given = answer(*batch, network, "", answers, passes);
        if (!given && cancel.cancelled()) return Answers();
        if (!given) return given.error();
    }
    return Answers(std::move(answers));
}

Result<std::optional<Tally>> FrameLearner::validate(const std::function<int()>& threads, const CancelToken& cancel) {
    Tally tally;
    for (const FrameRecording& recording : m_dataset.frames.validation) {
        const ThreadScope scope(threads());
        const auto given = answersFor(recording, AnswerPasses::One, cancel);
        if (!given && given.error().code == ErrorCode::DamagedModel) { // the caller says what that means
            tally.lossSum = std::nan("");
            return std::optional<Tally>(std::move(tally));
        }
        if (!given) return given.error();
        if (!*given) return std::optional<Tally>();
        const std::vector<float>& answers = **given;
        const FrameLabels& labels = recording.labels;
        for (size_t i = 0; i < labels.targets.size(); ++i) {
            const auto target = static_cast<double>(labels.targets[i]), weight = static_cast<double>(labels.weights[i]);
            const double p = std::clamp(static_cast<double>(answers[i]), 1e-7, 1 - 1e-7);
            tally.lossSum -= weight * (target * std::log(p) + (1 - target) * std::log1p(-p));
            tally.weightSum += weight;
        }
        addScores(tally, answers.data(), labels);
    }
    return std::optional<Tally>(std::move(tally));
}

std::string FrameLearner::complete(ModelBundle& model, const TrainingPosition& position) {
    model.logMel = m_dataset.frames.features;
    model.logMelStandardizer = m_dataset.frames.standardizer;
    // What did well on the development recordings; validation changes it where that is clearly better.
    model.decoder = {.threshold = 0.5,
                     .hysteresis = 0.25,
                     .minimumDurationS = 0.8,
                     .mergeGapS = 0,
                     .medianS = 0,
                     .evidence = 2.4,
                     .confirmation = 2,
                     .edgeConfidence = 2.75};
    if (position.begunDecoder) model.decoder = *position.begunDecoder;
    std::vector<ScoredRecording> scored;
    size_t applauses = 0, unanswered = 0;
    for (const FrameRecording& recording : m_dataset.frames.validation) {
        auto answers = answersFor(recording, AnswerPasses::EveryShift, {});
        if (!answers || !*answers) {
            ++unanswered;
            continue;
        }
        const double hopS = model.logMel.hopS();
        ScoredRecording one;
        one.durationS = recording.durationS;
        one.reference = referenceOf(recording.stretches);
        one.unknown = unknownOf(recording.stretches);
        applauses += static_cast<size_t>(std::ranges::count(one.reference, LabelClass::Applause, &Label::labelClass));
        one.curve = {static_cast<double>(kAnswerFrames - 1) / 2 * hopS, static_cast<double>(kAnswerFrames) * hopS,
                     recording.durationS, std::move(**answers)};
        scored.push_back(std::move(one));
    }
    // A few are no reason to change what was chosen on more.
    if (!position.begunDecoder || applauses >= kEnoughApplauses) model.decoder = tuneDecoder(scored, model.decoder);
    if (unanswered == 0) return {};
    return "The decoder was chosen without " + std::to_string(unanswered) + " of the " +
           std::to_string(m_dataset.frames.validation.size()) +
           " recordings to validate on: the network gave no answers for them.";
}

Result<void> FrameLearner::join(const Launch&, bool, const CancelToken&) {
    return Error{ErrorCode::WrongUsage, "", "the frame network is trained by one process; several cannot share it"};
}

std::string faultOf(const FrameData& data, const Architecture& architecture) {
    if (data.sources.empty()) return "there is nothing to mix examples from";
    if (data.features.bands != architecture.bands) return "the data set's features do not fit the network";
    for (const FrameRecording& recording : data.validation) {
        const auto answers = static_cast<size_t>((recording.frames.frames() + kAnswerFrames - 1) / kAnswerFrames);
        if (recording.frames.values.columns != architecture.bands || recording.labels.targets.size() != answers ||
            recording.labels.weights.size() != answers)
            return "the data set's values do not fit its sizes";
    }
    return {};
}

} // namespace ovation
