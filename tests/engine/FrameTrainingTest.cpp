// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "core/base/Files.h"
#include "core/models/ModelBundle.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <random>

using namespace ovation;
using namespace ovation::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr int kRate = 22050;

Samples noiseOf(double seconds, double colour, unsigned seed) {
    std::mt19937 random(seed);
    Samples samples(static_cast<size_t>(seconds * kRate));
    double last = 0;
    for (float& sample : samples) {
        last = colour * last + (static_cast<double>(random() % 20001) / 10000 - 1);
        sample = static_cast<float>(0.1 * last);
    }
    return samples;
}

/// White noise that comes in bursts: steady noise is what made-up sounds beside applause are like.
Samples burstsOf(double seconds, unsigned seed) {
    Samples samples = noiseOf(seconds, 0, seed);
    for (size_t i = 0; i < samples.size(); ++i)
        if (i % (kRate / 12) > kRate / 36) samples[i] *= 0.05F;
    return samples;
}

/// "Applause" is bursts, everything else dull noise.
Dataset frameDataset() {
    Dataset data;
    FrameData& frames = data.frames;
    frames.standardizer = logMelStandardizer(frames.features);
    for (unsigned i = 0; i < 3; ++i) {
        frames.sources.applause.emplace_back(burstsOf(2, i));
        frames.sources.speech.emplace_back(noiseOf(2, 0.98, 10 + i));
    }
    frames.sources.others.push_back({"rumble", {StoredSound(noiseOf(2, 0.995, 20))}});
    for (unsigned i = 0; i < 2; ++i) {
        Samples samples = noiseOf(3, 0.98, 30 + i);
        const Samples loud = burstsOf(3, 40 + i);
        samples.insert(samples.end(), loud.begin(), loud.end());
        LabelledRecording recording;
        recording.info = {static_cast<int64_t>(samples.size()), kRate, 1, ""};
        recording.fullyLabelled = true;
        Label label;
        label.span = {3, 6};
        label.labelClass = LabelClass::Applause;
        recording.labels = {label};
        FrameRecording made;
        made.frames = logMel(samples, frames.features);
        frames.standardizer.apply(made.frames.values.values);
        const LabelTimeline timeline(recording);
        made.labels =
            labelsOfAnswers(labelsOfFrames(timeline.stretches(), made.frames.frames(), frames.features.hopS()));
        made.stretches = timeline.stretches();
        made.durationS = 6;
        for (const float weight : made.labels.weights)
            data.summary.validationExamples += weight > 0 ? 1 : 0;
        frames.validation.push_back(std::move(made));
        frames.sources.recordings.push_back({StoredSound(samples), timeline.stretches(), static_cast<int32_t>(i)});
    }
    data.summary.fingerprint = "made-up frames";
    return data;
}

Hyperparameters smallSettings() {
    Hyperparameters values = preset("compact")->values;
    values.channels = 8;
    values.hiddenSize = 8;
    values.exampleS = 2;
    values.batchSize = 4;
    values.stepsPerEpoch = 5;
    values.epochs = 3;
    values.threads = 1;
    return values;
}

Result<TrainingOutcome> trainFrames(const Dataset& data, const Hyperparameters& values, const std::string& folder = {},
                                    bool resume = false, int64_t cancelAfter = -1) {
    TrainingOptions options;
    options.hyperparameters = values;
    options.checkpointFolder = folder;
    options.resume = resume;
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics&) {
        if (--cancelAfter == 0) cancel.cancel();
    };
    return theEngine().train(data, options, callbacks, cancel);
}

TensorMap checkpointIn(const std::string& folder) {
    const std::string file = folder + "/checkpoint.safetensors";
    const auto bytes = readFile(file, int64_t{1} << 30);
    if (!bytes) return {};
    auto content = readSafetensors(*bytes, file);
    return content ? std::move(content->tensors) : TensorMap();
}

} // namespace

TEST(FrameTraining, TellsTheLossOfEachRecordingAsValidationHasIt) {
    Dataset data = frameDataset();
    int64_t acrossEdges = 0;
    for (size_t i = 0; i < data.frames.validation.size(); ++i) {
        data.recordings.emplace_back();
        data.recordings.back().path = "recording " + std::to_string(i);
        FrameRecording& recording = data.frames.validation[i];
        recording.recording = static_cast<int32_t>(i);
        recording.labels.targets[5 + i] = 0.25F; // a short applause, say
        for (const float target : recording.labels.targets)
            acrossEdges += target > 0 && target < 1 ? 1 : 0;
    }
    ASSERT_GE(acrossEdges, 2);
    const auto outcome = trainFrames(data, smallSettings());
    ASSERT_TRUE(outcome) << describe(outcome.error());
    ASSERT_EQ(outcome->run.byRecording.size(), 2U);
    double loss = 0;
    int64_t answers = 0;
    for (const RecordingResult& one : outcome->run.byRecording) {
        loss += one.lossSum;
        answers += one.confusion.total();
    }
    const EpochMetrics& best = outcome->run.epochs[static_cast<size_t>(outcome->run.bestEpoch - 1)];
    ASSERT_TRUE(best.validation.loss);
    EXPECT_NEAR(loss / static_cast<double>(answers), *best.validation.loss, 1e-9);
}

TEST(FrameTraining, LearnsToTellTwoKindsOfNoiseApart) {
    const Dataset data = frameDataset();
    Hyperparameters values = smallSettings();
    values.batchSize = 8;
    values.stepsPerEpoch = 20;
    values.epochs = 4;
    values.learningRate = 1e-2;
    values.bandLimitShare = values.codingShare = values.reverberationShare = values.crackleShare = 0;
    const auto outcome = trainFrames(data, values);
    ASSERT_TRUE(outcome) << describe(outcome.error());
    const auto& epochs = outcome->run.epochs;
    ASSERT_EQ(epochs.size(), 4U);
    EXPECT_LT(*epochs.back().validation.loss, *epochs.front().validation.loss);
    EXPECT_GT(*epochs.back().validation.rocAuc, 0.9);
    EXPECT_EQ(outcome->model.architecture.id, "crnn");
    EXPECT_EQ(outcome->model.logMel, data.frames.features);
    EXPECT_LT(epochs.back().learningRate, epochs[1].learningRate); // one-cycle
    const auto network = theEngine().load(outcome->model);
    EXPECT_TRUE(network);
    EXPECT_TRUE(fromSafetensors(toSafetensors(outcome->model), "made.safetensors"));
}

TEST(FrameTraining, IsBitIdenticalForTheSameSeed) {
    const Dataset data = frameDataset();
    const auto a = trainFrames(data, smallSettings()), b = trainFrames(data, smallSettings());
    ASSERT_TRUE(a && b);
    expectSameHistory(a->run, b->run);
    EXPECT_EQ(a->model.weights, b->model.weights);
    Hyperparameters other = smallSettings();
    other.seed = 43;
    const auto c = trainFrames(data, other);
    ASSERT_TRUE(c);
    EXPECT_NE(c->model.weights, a->model.weights);
}

TEST(FrameTraining, GoesOnFromACheckpointBitForBit) {
    const Dataset data = frameDataset();
    const auto expected = trainFrames(data, smallSettings());
    ASSERT_TRUE(expected);
    const TemporaryFolder folder;
    EXPECT_FALSE(trainFrames(data, smallSettings(), folder.path(), false, 3)); // within the first epoch
    ASSERT_TRUE(trainFrames(data, smallSettings(), folder.path(), true, 4));   // and within the second
    const auto last = trainFrames(data, smallSettings(), folder.path(), true);
    ASSERT_TRUE(last) << describe(last.error());
    expectSameHistory(last->run, expected->run);
    EXPECT_EQ(last->model.weights, expected->model.weights);
}

TEST(FrameTraining, GoesOnOnlyWithTheExamplesThatItBeganWith) {
    Dataset data = frameDataset();
    const TemporaryFolder folder, earlier;
    data.frames.sourcesHash = "these";
    EXPECT_FALSE(trainFrames(data, smallSettings(), folder.path(), false, 3));
    data.frames.sourcesHash = "others";
    const auto refused = trainFrames(data, smallSettings(), folder.path(), true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BadCheckpoint);
    EXPECT_NE(describe(refused.error()).find("other examples"), std::string::npos) << describe(refused.error());
    data.frames.sourcesHash = "these";
    EXPECT_TRUE(trainFrames(data, smallSettings(), folder.path(), true));

    data.frames.sourcesHash.clear(); // earlier programs noted none
    EXPECT_FALSE(trainFrames(data, smallSettings(), earlier.path(), false, 3));
    data.frames.sourcesHash = "others";
    EXPECT_TRUE(trainFrames(data, smallSettings(), earlier.path(), true));
}

TEST(FrameTraining, AFewApplausesAreNoReasonToChangeTheDecoderOfTheModelBegunFrom) {
    const Dataset data = frameDataset();
    const auto first = trainFrames(data, smallSettings());
    ASSERT_TRUE(first);
    auto begun = std::make_shared<ModelBundle>(first->model);
    begun->decoder.threshold = 0.37;
    begun->decoder.minimumDurationS = 0.7;
    TrainingOptions options;
    options.hyperparameters = smallSettings();
    options.from = begun;
    const TemporaryFolder folder;
    options.checkpointFolder = folder.path();
    const CancelToken cancel;
    int batches = 0;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics&) {
        if (++batches == 7) cancel.cancel();
    };
    ASSERT_TRUE(theEngine().train(data, options, callbacks, cancel)) << "stopped in the second epoch";
    options.from = nullptr; // as when a run is resumed
    options.resume = true;
    const auto last = theEngine().train(data, options, {}, CancelToken());
    ASSERT_TRUE(last) << describe(last.error());
    EXPECT_EQ(last->run.epochs.size(), 3U);
    EXPECT_EQ(last->model.decoder, begun->decoder);
}

TEST(FrameTraining, AStoppedRunsDecoderIsChosenOnValidationToo) {
    const Dataset data = frameDataset();
    Hyperparameters values = smallSettings();
    values.schedule = "constant";
    const auto stopped = trainFrames(data, values, {}, false, 7); // in the second epoch
    values.epochs = 1;
    const auto whole = trainFrames(data, values);
    ASSERT_TRUE(stopped && whole);
    EXPECT_EQ(stopped->run.stopped, StopReason::Cancelled);
    EXPECT_EQ(stopped->model.weights, whole->model.weights);
    EXPECT_EQ(stopped->model.decoder, whole->model.decoder);
    EXPECT_THAT(stopped->run.notes, Not(HasSubstr("decoder")));
}

TEST(FrameTraining, TheStateOfARunThatHasNotEndedOutlivesAnotherInItsFolder) {
    const Dataset data = frameDataset();
    const TemporaryFolder folder;
    const auto isThere = [&](const char* name) { return std::filesystem::exists(folder.path() + "/" + name); };
    ASSERT_TRUE(trainFrames(data, smallSettings(), folder.path(), false, 7)) << "stopped in the second epoch";
    const TensorMap stopped = checkpointIn(folder.path());
    const auto anew = trainFrames(data, smallSettings(), folder.path());
    ASSERT_TRUE(anew);
    EXPECT_THAT(anew->run.notes, HasSubstr("checkpoint.earlier.safetensors"));
    const auto again = trainFrames(data, smallSettings(), folder.path());
    ASSERT_TRUE(again);
    EXPECT_THAT(again->run.notes, Not(HasSubstr("earlier"))) << "what has ended is not needed";
    EXPECT_FALSE(isThere("checkpoint.earlier-2.safetensors"));
    ASSERT_TRUE(trainFrames(data, smallSettings(), folder.path(), false, 7));
    ASSERT_TRUE(trainFrames(data, smallSettings(), folder.path()));
    EXPECT_TRUE(isThere("checkpoint.earlier-2.safetensors")) << "and none takes the place of another";
    std::filesystem::rename(folder.path() + "/checkpoint.earlier.safetensors",
                            folder.path() + "/checkpoint.safetensors");
    EXPECT_EQ(checkpointIn(folder.path()), stopped);
    EXPECT_TRUE(trainFrames(data, smallSettings(), folder.path(), true));
}

TEST(FrameTraining, RemembersWhatTheModelBegunFromLearntFromAndHowAlsoWhenResumed) {
    Dataset data = frameDataset();
    data.summary.trainingHashes = {"new", "old 2"};
    data.summary.validationHashes = {"old 1", "unheard"};
    const auto first = trainFrames(data, smallSettings());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->model.originJson, "{}");
    EXPECT_THAT(first->run.notes, Not(HasSubstr("validate")));
    auto begun = std::make_shared<ModelBundle>(first->model);
    begun->trainingHashes = {"old 2", "old 1"};
    begun->name = "the first";
    EXPECT_EQ(first->run.begunFrom, "");
    TrainingOptions options;
    options.hyperparameters = smallSettings();
    options.hyperparameters.learningRate = 1e-4;
    options.from = begun;
    const auto second = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(second);
    EXPECT_THAT(second->model.trainingHashes, ElementsAre("new", "old 1", "old 2"));
    EXPECT_EQ(second->model.originJson, first->model.trainingJson);
    EXPECT_THAT(second->run.notes, HasSubstr("1 of the 2 recordings to validate on"));
    EXPECT_EQ(second->run.begunFrom, "the first");

    auto taken = std::make_shared<ModelBundle>(second->model);
    taken->name = "the second";
    options.from = taken;
    const TemporaryFolder folder;
    options.checkpointFolder = folder.path();
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics&) { cancel.cancel(); };
    ASSERT_FALSE(theEngine().train(data, options, callbacks, cancel));
    options.from = nullptr;
    options.resume = true;
    const auto third = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(third) << describe(third.error());
    EXPECT_EQ(third->model.trainingHashes, second->model.trainingHashes);
    EXPECT_EQ(third->model.originJson, first->model.trainingJson) << "of the one from scratch";
    EXPECT_EQ(third->run.begunFrom, "the second") << "also when resumed without it";
}

TEST(FrameTraining, KeepsTheMeanOfTheFormerWeightsAndTheNewOnesAlsoWhenResumed) {
    const Dataset data = frameDataset();
    TrainingOptions options;
    options.hyperparameters = smallSettings();
    options.hyperparameters.epochs = 1;
    const auto fresh = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(fresh);
    const auto begun = std::make_shared<ModelBundle>(fresh->model);
    options.from = begun;
    options.hyperparameters.seed = 7;
    const auto alone = theEngine().train(data, options, {}, {});
    options.hyperparameters.formerShare = 0.25;
    const auto mean = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(alone && mean);
    double furthest = 0, moved = 0;
    for (const auto& [name, former] : begun->weights)
        for (size_t i = 0; i < former.values.size(); ++i) {
            const double was = former.values[i], is = alone->model.weights.at(name).values[i];
            furthest = std::max(furthest, std::abs(0.25 * was + 0.75 * is - mean->model.weights.at(name).values[i]));
            moved = std::max(moved, std::abs(is - was));
        }
    EXPECT_GT(moved, 1e-3);
    EXPECT_LT(furthest, 1e-6);

    const TemporaryFolder folder;
    options.checkpointFolder = folder.path();
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics& batch) {
        if (batch.batch == 2) cancel.cancel();
    };
    ASSERT_FALSE(theEngine().train(data, options, callbacks, cancel));
    options.resume = true;
    options.from = nullptr; // as when a run is resumed
    const auto resumed = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(resumed) << describe(resumed.error());
    EXPECT_EQ(resumed->model.weights, mean->model.weights);
}

TEST(FrameTraining, GoingOnFromTheBestWeightsMixesTheFormerOnesInOnce) {
    const Dataset data = frameDataset();
    const TemporaryFolder folder;
    TrainingOptions options;
    options.hyperparameters = smallSettings();
    options.hyperparameters.epochs = 1;
    options.hyperparameters.stepsPerEpoch = 30;
    options.hyperparameters.schedule = "constant";
    options.hyperparameters.formerShare = 0.5;
    const auto begun = std::make_shared<ModelBundle>(theEngine().train(data, options, {}, {})->model);
    options.from = begun;
    options.checkpointFolder = folder.path();
    const auto first = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(first) << describe(first.error());
    const TensorMap kept = checkpointIn(folder.path());
    ASSERT_FALSE(kept.empty());
    options.from = nullptr;
    options.resume = true;
    options.extend = TrainingOptions::Extend::FromBest;
    options.hyperparameters.epochs = 2;
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics&) { cancel.cancel(); };
    static_cast<void>(theEngine().train(data, options, callbacks, cancel));
    const TensorMap further = checkpointIn(folder.path());
    double furthest = 0;
    for (const auto& [name, former] : kept) {
        if (!name.starts_with("former/") || name.find("running") != std::string::npos) continue;
        const std::string parameter = name.substr(7);
        const std::vector<float>&best = kept.at("best/" + parameter).values,
              &weights = further.at("weights/" + parameter).values;
        for (size_t i = 0; i < best.size(); ++i)
            furthest = std::max(furthest, std::abs(0.5 * former.values[i] + 0.5 * weights[i] - best[i]));
    }
    EXPECT_GT(furthest, 0);
    EXPECT_LT(furthest, 0.6 * options.hyperparameters.learningRate) << "half of one step from the best";
}

TEST(FrameTraining, LearnsFromTheAnswersOfTeachers) {
    const Dataset data = frameDataset();
    TrainingOptions options;
    options.hyperparameters = smallSettings();
    options.hyperparameters.stepsPerEpoch = 20;
    options.hyperparameters.learningRate = 1e-2;
    options.hyperparameters.seed = 3;
    const auto alone = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(alone) << describe(alone.error());
    const auto contrary = std::make_shared<ModelBundle>(alone->model); // says the opposite of what it has learnt
    contrary->name = "contrary";
    contrary->trainingHashes = {"heard by the teacher"};
    for (const char* name : {"head.weight", "head.bias"})
        for (float& value : contrary->weights.at(name).values)
            value = -value;
    options.teachers = {contrary};
    options.hyperparameters.teacherShare = 0;
    const auto unheeded = theEngine().train(data, options, {}, {});
    options.hyperparameters.teacherShare = 1;
    const auto misled = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(unheeded && misled);
    EXPECT_EQ(unheeded->model.weights, alone->model.weights);
    EXPECT_GT(*alone->run.epochs.back().validation.rocAuc, 0.9);
    EXPECT_LT(*misled->run.epochs.back().validation.rocAuc, 0.1);
    EXPECT_THAT(misled->model.trainingHashes, testing::Contains("heard by the teacher"));
    EXPECT_THAT(misled->model.taughtBy, testing::ElementsAre("contrary"));
    EXPECT_THAT(misled->run.taughtBy, testing::ElementsAre("contrary"));
    EXPECT_TRUE(alone->run.taughtBy.empty());
    EXPECT_TRUE(alone->model.taughtBy.empty());
    EXPECT_THAT(misled->run.notes, HasSubstr("It learnt from the answers of 1 model (\"contrary\")."));
}

TEST(FrameTraining, GoesOnWithTheSameTeachersOnly) {
    const Dataset data = frameDataset();
    const TemporaryFolder folder;
    TrainingOptions options;
    options.hyperparameters = smallSettings();
    const auto first = std::make_shared<ModelBundle>(theEngine().train(data, options, {}, {})->model);
    options.hyperparameters.seed = 7;
    const auto second = std::make_shared<ModelBundle>(theEngine().train(data, options, {}, {})->model);
    options.teachers = {first, second};
    const auto whole = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(whole) << describe(whole.error());
    options.checkpointFolder = folder.path();
    const CancelToken cancel;
    TrainingCallbacks callbacks;
    callbacks.batch = [&](const BatchMetrics& batch) {
        if (batch.epoch == 2 && batch.batch == 2) cancel.cancel();
    };
    static_cast<void>(theEngine().train(data, options, callbacks, cancel));
    options.resume = true;
    for (const auto& teachers : {std::vector<std::shared_ptr<const ModelBundle>>{}, {second}, {first, first}}) {
        options.teachers = teachers;
        const auto other = theEngine().train(data, options, {}, {});
        ASSERT_FALSE(other);
        EXPECT_EQ(other.error().code, ErrorCode::BadCheckpoint);
        EXPECT_THAT(other.error().detail, HasSubstr("other teachers"));
    }
    options.teachers = {first, second};
    const auto resumed = theEngine().train(data, options, {}, {});
    ASSERT_TRUE(resumed) << describe(resumed.error());
    EXPECT_EQ(resumed->model.weights, whole->model.weights);
}

TEST(FrameTraining, CountsOnlyKnownTime) {
    Dataset data = frameDataset();
    for (FrameRecording& recording : data.frames.validation)
        std::fill(recording.labels.weights.begin(), recording.labels.weights.begin() + 30, 0.0F);
    data.summary.validationExamples -= 60;
    Hyperparameters values = smallSettings();
    values.epochs = 1;
    const auto outcome = trainFrames(data, values);
    ASSERT_TRUE(outcome) << describe(outcome.error());
    EXPECT_EQ(outcome->run.epochs[0].validation.confusion.total(), data.summary.validationExamples);
}

TEST(FrameTraining, BadDataIsAnErrorNotACrash) {
    Dataset data = frameDataset();
    data.frames.validation[0].labels.targets.pop_back();
    EXPECT_FALSE(trainFrames(data, smallSettings()));
    data = frameDataset();
    data.frames.sources = {};
    EXPECT_FALSE(trainFrames(data, smallSettings()));
    TrainingOptions shared;
    shared.hyperparameters = smallSettings();
    shared.launch.size = 2;
    const auto outcome = theEngine().train(frameDataset(), shared, {}, CancelToken());
    ASSERT_FALSE(outcome);
    EXPECT_THAT(describe(outcome.error()), HasSubstr("one process"));
}
