// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/dataset/ExampleStream.h"
#include "core/dataset/FrameData.h"
#include "core/detection/FrameChunks.h"
#include "core/engine/Learner.h"
#include "core/engine/Teachers.h"
#include "core/engine/networks/Crnn.h"

#include <memory>
#include <optional>

namespace ovation {

/// A frame network and examples that are mixed afresh for every step. What is validated and kept is the running average
/// of the network's weights.
class FrameLearner final : public Learner {
public:
    /// Data and hyperparameters outlive it. What teachers answer counts for teacherShare of what is learnt from.
    FrameLearner(const Dataset& dataset, const Hyperparameters& hyperparameters, const Architecture& architecture,
                 Teachers teachers = {});

    ParameterSet& network() override { return m_network; }
    ParameterSet& answering() override { return m_average; }
    std::string examplesHash() const override;
    int64_t batches() const override { return m_hyperparameters.stepsPerEpoch; }
    bool fits(const TrainingPosition& position) const override;
    Result<std::optional<Tally>> gradients(const TrainingPosition& position, const CancelToken& cancel) override;
    void stepped(uint64_t steps) override;
    TensorMap average() const override { return m_average.weights(); }
    void setAverage(const TensorMap& average) override { m_average.setWeights(average); }
    TensorMap former() const override { return m_former ? m_former->weights() : TensorMap(); }
    void setFormer(const TensorMap& former) override;
    TensorMap withoutFormer(const TensorMap& answering) const override;
    Result<std::optional<Tally>> validate(const std::function<int()>& threads, const CancelToken& cancel) override;
    std::string complete(ModelBundle& model, const TrainingPosition& position) override;
    Result<void> join(const Launch& launch, bool resume, const CancelToken& cancel) override;

private:
    /// Probabilities of a validation recording's answers; absent where cancelled.
    Result<std::optional<std::vector<float>>> answersFor(const FrameRecording& recording, AnswerPasses passes,
                                                         const CancelToken& cancel);

    const Dataset& m_dataset;
    const Hyperparameters& m_hyperparameters;
    const Teachers m_teachers;
    Crnn m_network;
    Crnn m_average;
    std::optional<Crnn> m_former; ///< whose weights stay in the average, by formerShare
    const int64_t m_frames;       ///< of an example
    const ExampleMixer m_mixer;
    ExampleStream m_examples;
};

/// What is wrong with the data, or "".
std::string faultOf(const FrameData& data, const Architecture& architecture);

} // namespace ovation
