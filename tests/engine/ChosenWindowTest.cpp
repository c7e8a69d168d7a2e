// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "RuntimeSupport.h"
#include "core/base/Files.h"
#include "core/detection/WindowChoice.h"
#include "support/WavFile.h"

#include <gmock/gmock.h>
#include <random>

using namespace ovation;
using namespace ovation::test;

namespace {

/// One recording of noise to validate on, with ten labels of a second.
Dataset tenLabels(const TemporaryFolder& folder) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 0.1F);
    std::vector<float> samples(size_t{21} * 22050);
    for (float& sample : samples)
        sample = normal(random);
    LabelledRecording recording;
    recording.path = folder.file("speech.wav");
    EXPECT_TRUE(writeFileAtomically(recording.path, wavBytes(samples, 22050)));
    recording.info.sampleRate = 22050;
    recording.info.frames = static_cast<int64_t>(samples.size());
    recording.fullyLabelled = true;
    for (int i = 0; i < 10; ++i) {
        Label label;
        label.span = {2.0 * i + 1, 2.0 * i + 2};
        label.labelClass = LabelClass::Applause;
        recording.labels.push_back(label);
    }
    Dataset dataset;
    dataset.recordings.push_back(std::move(recording));
    dataset.validation.windows.emplace_back();
    return dataset;
}

} // namespace

TEST(ChosenWindow, IsOneThatTheNetworksAnswerFor) {
    const TemporaryFolder folder;
    const Dataset dataset = tenLabels(folder);
    for (const char* id : {"bilstm-attention", "transformer", "crnn"}) {
        TrainingOutcome outcome;
        outcome.model = freshBundle(id);
        double tried = 0;
        chooseWindow(outcome, dataset, theEngine(), nullptr, {},
                     [&](const Progress& progress) { tried = progress.total; });
        EXPECT_EQ(outcome.run.notes, "") << id;
        EXPECT_EQ(tried, isFrameModel(id) ? 0 : 3) << id;
    }
}

TEST(ChosenWindow, LeavesAWordWhereTheNetworkCannotBeAsked) {
    const TemporaryFolder folder;
    TrainingOutcome outcome;
    outcome.run.notes = "Slow.";
    outcome.model = freshBundle("bilstm-attention");
    outcome.model.weights.at("head.2.bias").values[0] = std::nanf("");
    chooseWindow(outcome, tenLabels(folder), theEngine(), nullptr);
    EXPECT_THAT(outcome.run.notes, testing::StartsWith("Slow. Shorter windows were not tried. "));
    EXPECT_EQ(outcome.model.windowFrames, 0);
    const CancelToken cancel;
    cancel.cancel();
    outcome.run.notes.clear();
    outcome.run.stopped = StopReason::Epochs;
    chooseWindow(outcome, tenLabels(folder), theEngine(), nullptr, cancel);
    EXPECT_EQ(outcome.run.notes, "Shorter windows were not tried, as the run was stopped.");
    EXPECT_EQ(outcome.run.stopped, StopReason::Cancelled) << "it can be gone on with";
}
