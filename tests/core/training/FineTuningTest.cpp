// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/FineTuning.h"
#include "core/base/Resources.h"
#include "core/dataset/ExampleMixer.h"
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

} // namespace

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
    model.trainingJson = "no JSON";
    EXPECT_FALSE(fineTuningSettings(model));
}

TEST(FineTuning, CorrectionsAreAllTrainedOnAndComeOnceBesideTheOthers) {
    const DataFolder data;
    const std::string both = data.sound("both.wav", 1, 1), other = data.sound("other.wav", 1, 2);
    RecordingCollection corrected, others;
    corrected.recordings = {labelledSound(both, 1), labelledSound(data.sound("kept.wav", 1, 3), 1)};
    corrected.recordings[1].role = SplitRole::Validation;
    others.recordings = {labelledSound(other, 1), labelledSound(both, 1)};
    const RecordingCollection all = withRehearsal(corrected, others);
    ASSERT_EQ(all.recordings.size(), 3U);
    EXPECT_EQ(all.recordings[0].role, SplitRole::Training);
    EXPECT_EQ(all.recordings[1].role, SplitRole::Validation) << "as the person chose";
    EXPECT_EQ(all.recordings[2].role, SplitRole::Automatic);
}

TEST(FineTuning, WhoJudgesApplauseAlsoSaysWhatIsBesideIt) {
    const DataFolder data;
    LabelledRecording recording = labelledSound(data.sound("corrected.wav", 1, 1), 60);
    recording.labels = {labelOf(1, 4, LabelClass::Applause), labelOf(20, 23, LabelClass::Applause),
                        labelOf(23.5, 24, LabelClass::Unsure), labelOf(30, 32, LabelClass::NotApplause),
                        labelOf(58, 60, LabelClass::Applause)};
    recording.undecided = {{56, 57}};
    LabelledRecording complete = labelledSound(data.sound("complete.wav", 1, 2), 60);
    complete.labels = {labelOf(20, 23, LabelClass::Applause)};
    complete.fullyLabelled = true;
    RecordingCollection corrected, others;
    corrected.recordings = {recording, complete};
    others.recordings = {labelledSound(data.sound("other.wav", 1, 3), 60)};
    others.recordings[0].labels = {labelOf(20, 23, LabelClass::Applause)};
    RecordingCollection all = withRehearsal(corrected, others);
    const auto of = [&](const std::string& path) {
        return *std::ranges::find(all.recordings, path, &LabelledRecording::path);
    };
    const auto at = [known = of(recording.path)](double seconds) { return known.at(seconds); };
    for (const double known : {0.0, 0.9, 4.1, 5.4, 18.6, 19.9, 23.2, 24.4, 57.2, 57.9})
        EXPECT_EQ(at(known), LabelClass::NotApplause) << known;
    for (const double unknown : {5.6, 18.4, 24.6, 28.6, 33.0, 56.4, 56.6})
        EXPECT_FALSE(at(unknown)) << unknown;
    EXPECT_EQ(at(23.7), LabelClass::Unsure);
    EXPECT_EQ(at(22.9), LabelClass::Applause);
    EXPECT_TRUE(std::ranges::is_sorted(of(recording.path).labels, {}, [](const Label& l) { return l.span.start; }));
    EXPECT_EQ(of(complete.path).labels.size(), 1U);
    EXPECT_EQ(of(others.recordings[0].path).labels.size(), 1U) << "nobody judged it just now";
}

TEST(FineTuning, OfAProjectsDetectionsThoseThatNobodyJudgedAreUndecided) {
    ProjectData project;
    Speech speech;
    speech.id = 7;
    speech.path = "x.wav";
    speech.frames = 100'000;
    speech.sampleRate = 1000;
    project.speeches = {speech};
    Segment accepted;
    accepted.range = {10'000, 13'000};
    project.segments[7] = {accepted};
    project.detections[7].segments = {{{10'000, 13'000}, 0.9, 1, Verdict::Accepted},
                                      {{14'000, 16'500}, 0.8, 1, Verdict::Open},
                                      {{20'000, 22'000}, 0.7, 1, Verdict::Rejected}};
    const RecordingCollection collection = collectRecordings(project);
    ASSERT_EQ(collection.recordings.size(), 1U);
    ASSERT_EQ(collection.recordings[0].undecided.size(), 1U);
    EXPECT_DOUBLE_EQ(collection.recordings[0].undecided[0].start, 14);
    EXPECT_DOUBLE_EQ(collection.recordings[0].undecided[0].end, 16.5);
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
