// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/FineTuning.h"
#include "core/base/Resources.h"
#include "core/dataset/BesideJudged.h"
#include "core/dataset/ExampleMixer.h"
#include "core/dataset/WindowPlan.h"
#include "core/detection/RecordingDetection.h"
#include "core/labels/Segment.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

using namespace ovation;
using ovation::test::DataFolder;

namespace {

LabelledRecording labelledSound(const std::string& path, double seconds) {
    LabelledRecording recording;
    recording.path = path;
    recording.info = {static_cast<int64_t>(seconds * 22050), 22050, 1, ""};
    return recording;
}

Label labelOf(double start, double end, LabelClass labelClass) {
    Label label;
    label.span = {start, end};
    label.labelClass = labelClass;
    return label;
}

/// 20 s of sound with applause, all of it labelled.
LabelledRecording completeSound(const DataFolder& data, const std::string& name, unsigned seed) {
    LabelledRecording recording = labelledSound(data.sound(name, 20, seed), 20);
    recording.labels = {labelOf(5, 12, LabelClass::Applause)};
    recording.fullyLabelled = true;
    return recording;
}

/// A recording of 60 s at 1 kHz, and segments of it.
struct Judged {
    Speech speech;
    std::vector<Segment> segments;
    Detection detection;

    Judged() {
        speech.id = 7;
        speech.path = "x.wav";
        speech.frames = 60'000;
        speech.sampleRate = 1000;
    }
    void add(int64_t begin, int64_t end, Origin origin, LabelClass labelClass = LabelClass::Applause) {
        Segment segment;
        segment.range = {begin, end};
        segment.origin = origin;
        segment.labelClass = labelClass;
        segments.push_back(segment);
    }
    std::vector<SampleRange> beside() const { return besideJudged(speech, segments, &detection); }
};

} // namespace

TEST(FineTuning, BeginsFromNetworksOfTheSameSizesWhateverTheirDropout) {
    Hyperparameters values = preset("compact")->values;
    ModelBundle model;
    model.name = "former";
    model.architecture = *architectureFor(values);
    values.dropout = 0.5;
    EXPECT_TRUE(canBeginFrom(model, *architectureFor(values)));
    values.hiddenSize = 32;
    const auto other = canBeginFrom(model, *architectureFor(values));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::WrongArchitecture);
    EXPECT_EQ(other.error().file, "former");
    EXPECT_FALSE(canBeginFrom(model, *architectureFor(preset("seed")->values)));
}

TEST(FineTuning, GoesOnWithTheModelsOwnSettingsMoreGently) {
    ModelBundle model;
    Hyperparameters trained = preset("compact")->values;
    trained.learningRate = 0.01;
    trained.formerShare = 0.5; // corrected before
    model.trainingJson = toJson(trained);
    const auto settings = fineTuningSettings(model);
    ASSERT_TRUE(settings);
    EXPECT_DOUBLE_EQ(settings->learningRate, 0.002);
    trained.learningRate = settings->learningRate;
    trained.formerShare = 0;
    EXPECT_EQ(*settings, trained);
    const auto few = correctionSettings(model);
    ASSERT_TRUE(few);
    EXPECT_LT(few->epochs * few->stepsPerEpoch, trained.epochs * trained.stepsPerEpoch);
    EXPECT_EQ(few->formerShare, 0.5);
    for (int round = 0; round < 2; ++round) { // corrected again and again
        if (round == 0) model.originJson = model.trainingJson;
        model.trainingJson = toJson(*few);
        EXPECT_EQ(*fineTuningSettings(model), *settings);
        EXPECT_EQ(*correctionSettings(model), *few);
    }
    model.originJson = "{}";
    model.trainingJson = toJson(preset("seed")->values);
    EXPECT_EQ(correctionSettings(model)->formerShare, 0) << "a clip model keeps no average";
    model.trainingJson = "no JSON";
    EXPECT_FALSE(fineTuningSettings(model));
}

TEST(FineTuning, CorrectionsAreAllTrainedOnAndComeOnceBesideTheOthers) {
    const DataFolder data;
    const LabelledRecording both = completeSound(data, "both.wav", 1), other = completeSound(data, "other.wav", 2);
    RecordingCollection corrected, others;
    corrected.recordings = {both, completeSound(data, "kept.wav", 3)};
    corrected.recordings[0].beside = corrected.recordings[1].beside = {{12, 13.5}};
    corrected.recordings[1].role = SplitRole::Validation;
    others.recordings = {other, both, other};
    others.recordings[0].beside = {{12, 13.5}};
    const RecordingCollection all = withRehearsal(corrected, others, preset("compact")->values);
    ASSERT_EQ(all.recordings.size(), 3U);
    EXPECT_EQ(all.recordings[0].role, SplitRole::Training);
    EXPECT_EQ(all.recordings[1].role, SplitRole::Validation) << "as the person chose";
    EXPECT_EQ(all.recordings[2].role, SplitRole::Automatic);
    ASSERT_EQ(all.recordings[0].labels.size(), 2U) << "what is beside its applause is learnt";
    EXPECT_EQ(all.recordings[0].labels[1].span, (TimeSpan{12, 13.5}));
    EXPECT_EQ(all.recordings[0].labels[1].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(all.recordings[1].labels.size(), 1U);
    EXPECT_EQ(all.recordings[2].labels.size(), 1U);
}

TEST(FineTuning, WhereAllIsCorrectedTheSplitHoldsBackSomeOfIt) {
    const DataFolder data;
    RecordingCollection corrected, copies;
    for (unsigned i = 0; i < 5; ++i) {
        corrected.recordings.push_back(completeSound(data, "a" + std::to_string(i) + ".wav", i));
        copies.recordings.push_back(completeSound(data, "copy" + std::to_string(i) + ".wav", i));
    }
    const RecordingCollection all = withRehearsal(corrected, copies, preset("compact")->values);
    ASSERT_EQ(all.recordings.size(), 10U);
    for (const LabelledRecording& recording : all.recordings)
        EXPECT_EQ(recording.role, SplitRole::Automatic) << recording.path;
    const auto sides = sidesOf(planWindows(all, preset("compact")->values, nullptr));
    EXPECT_GT(std::ranges::count(sides, SplitSide::Validation), 0);
    EXPECT_GT(std::ranges::count(sides, SplitSide::Training), 0);
}

TEST(BesideJudged, WhoSaysWhereApplauseEndsSaysWhatIsBesideIt) {
    Judged judged;
    judged.add(1000, 4000, Origin::Accepted);
    judged.add(20'000, 23'000, Origin::Drawn);
    judged.add(58'800, 60'000, Origin::Accepted);
    EXPECT_EQ(judged.beside(), (std::vector<SampleRange>{
                                   {0, 1000}, {4000, 5500}, {18'500, 20'000}, {23'000, 24'500}, {57'300, 58'800}}));
    EXPECT_EQ(besideJudged(judged.speech, judged.segments, nullptr), judged.beside());
    judged.speech.fullyLabelled = true; // all of it is known anyway
    EXPECT_TRUE(judged.beside().empty());
}

// Edges that heed the sure part leave two seconds before the segment out.
TEST(BesideJudged, WhatSwellsBeforeAnAcceptedSegmentIsNotSaidToBeOther) {
    const DecoderOptions decoder{
        .threshold = 0.5, .hysteresis = 0, .minimumDurationS = 0, .mergeGapS = 0, .edgeConfidence = 2};
    Judged judged;
    judged.detection.curve = {0, 0.1, 60, std::vector<float>(600, 0.01F)};
    std::fill_n(judged.detection.curve.values.begin() + 200, 20, 0.7F);
    std::fill_n(judged.detection.curve.values.begin() + 220, 40, 0.99F);
    judged.detection.segments =
        toDetectedSegments(decode(judged.detection.curve, decoder), judged.speech.sampleRate, judged.speech.frames);
    ASSERT_EQ(judged.detection.segments.size(), 1U);
    const SampleRange found = judged.detection.segments[0].range;
    ASSERT_GT(found.begin, 21'500);
    const SampleRange before{found.begin - 1500, found.begin}, behind{found.end, found.end + 1500};
    judged.add(found.begin, found.end, Origin::Accepted);
    const auto beside = [&] { return besideJudged(judged.speech, judged.segments, &judged.detection, decoder); };
    EXPECT_EQ(beside(), (std::vector<SampleRange>{behind}));
    EXPECT_EQ(judged.beside(), (std::vector<SampleRange>{before, behind})) << "where nothing is left out";
    judged.segments[0].range.begin += 500;
    EXPECT_EQ(beside(), (std::vector<SampleRange>{{found.begin, found.begin + 500}, behind})) << "cut by hand";
    judged.segments[0].range.begin = found.begin;
    judged.segments[0].origin = Origin::Drawn;
    EXPECT_EQ(beside(), (std::vector<SampleRange>{before, behind}));
}

TEST(BesideJudged, OtherLabelsAndWhatNobodyJudgedStayAsTheyAre) {
    Judged judged;
    judged.add(20'000, 23'000, Origin::Accepted);
    judged.add(23'800, 27'000, Origin::Accepted);
    judged.add(28'000, 28'200, Origin::Drawn, LabelClass::Unsure);
    judged.add(40'000, 43'000, Origin::Imported);
    judged.detection.segments = {{{20'000, 24'500}, 0.9, 1, Verdict::Open}, // trimmed to less
                                 {{18'000, 19'500}, 0.8, 1, Verdict::Open}};
    EXPECT_EQ(judged.beside(),
              (std::vector<SampleRange>{{19'500, 20'000}, {23'000, 23'800}, {27'000, 28'000}, {28'200, 28'500}}));
}

TEST(BesideJudged, IsFoundInAProject) {
    Judged judged;
    judged.add(20'000, 23'000, Origin::Accepted);
    ProjectData project;
    project.speeches = {judged.speech};
    project.segments[7] = judged.segments;
    project.detections[7].segments = {{{23'500, 26'000}, 0.8, 1, Verdict::Open}};
    const RecordingCollection collection = collectRecordings(project);
    ASSERT_EQ(collection.recordings.size(), 1U);
    EXPECT_EQ(collection.recordings[0].beside, (std::vector<TimeSpan>{{18.5, 20}, {23, 23.5}}));
    EXPECT_EQ(collection.recordings[0].labels.size(), 1U) << "of use in a training with corrections only";
}

TEST(FineTuning, RejectedStretchesAreHardNegativesAndAcceptedOnesAreMixed) {
    MixSources sources;
    LabelledRecording recording = labelledSound("x.wav", 60);
    recording.labels = {labelOf(5, 9, LabelClass::Applause), labelOf(20, 23, LabelClass::NotApplause)};
    std::vector<float> samples(size_t{60} * 22050, 0.1F);
    samples[size_t{20} * 22050 + 7] = 0.5F;
    addSource(sources, recording, 0, samples);
    completeSources(sources);
    ASSERT_EQ(sources.recordings.size(), 1U);
    EXPECT_TRUE(sources.recordings[0].partly);
    ASSERT_EQ(sources.others.size(), 1U);
    ASSERT_EQ(sources.others[0].sounds.size(), 1U);
    EXPECT_EQ(sources.others[0].sounds[0].size(), size_t{3} * 22050);
    EXPECT_NEAR(sources.others[0].sounds[0].part(7, 1)[0], 0.5F, 0.001F);
    ASSERT_EQ(sources.applause.size(), 1U);
    EXPECT_EQ(sources.applause[0].size(), size_t{4} * 22050);
}

TEST(FineTuning, CutsOfRecordingsThatAreLabelledInPartHoldSomethingThatIsLabelled) {
    MixSources sources;
    LabelledRecording recording = labelledSound("x.wav", 600);
    recording.labels = {labelOf(300, 303, LabelClass::Applause)};
    addSource(sources, recording, 0, std::vector<float>(size_t{600} * 22050, 0.1F));
    Hyperparameters cutOnly;
    cutOnly.mixShare = 0;
    const ExampleMixer mixer(sources, {}, cutOnly, 430); // 10 s
    for (uint64_t number = 0; number < 20; ++number) {
        const auto sound = mixer.sound(1, number);
        EXPECT_GT(std::ranges::count(sound.weights, 1.0F), 0) << number;
        EXPECT_GT(std::ranges::count(sound.weights, 0.0F), 0) << number;
    }
}

TEST(Resources, AreFoundAndCanBeSaidToBeElsewhere) {
    EXPECT_NE(resourcePath("example"), "");
    EXPECT_NE(starterModelPath(), "");
    EXPECT_EQ(modelFileNamed("starter"), starterModelPath());
    EXPECT_EQ(modelFileNamed("my.safetensors"), "my.safetensors");
    EXPECT_EQ(resourcePath("nothing-of-that-name"), "");
    const DataFolder data;
    const std::string model = data.text("models/starter.safetensors", "x");
    setenv("OVATION_RESOURCES", data.path().c_str(), 1);
    EXPECT_EQ(starterModelPath(), model);
    EXPECT_EQ(resourcePath("example"), "");
    unsetenv("OVATION_RESOURCES");
}

TEST(ReadableSeconds, AreShortAndNameTheirFrameExactly) {
    EXPECT_EQ(readableSeconds(1, 44100), 0.000023);
    EXPECT_EQ(readableSeconds(33'910, 1000), 33.91);
    for (const int rate : {8000, 22050, 44100, 48000, 192'000, 768'000})
        for (int64_t frame = 0; frame < int64_t{40'000} * rate; frame += int64_t{1234} * rate + 77)
            ASSERT_EQ(toFrame(readableSeconds(frame, rate), rate), frame) << rate;
}
