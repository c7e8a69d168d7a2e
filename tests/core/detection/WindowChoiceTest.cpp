// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/WindowChoice.h"

#include "core/detection/Detector.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"
#include "tests/core/detection/FakeNetwork.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace ovation {
namespace {

using test::FakeNetwork;
using test::noise;
using test::plainBundle;
using test::TemporaryFolder;

constexpr float kLoud = 0.1F, kQuiet = 0.001F;

float firstCoefficient(float level) {
    const ClipFeatures clip = clipFeatures(frameFeatures(noise(1, level)), 0, 43);
    float sum = 0;
    for (int64_t f = 0; f < clip.mfcc.rows; ++f)
        sum += clip.mfcc.values[static_cast<size_t>(f * seed::kMfcc)];
    return sum / static_cast<float>(clip.mfcc.rows);
}

/// Hears applause where more than a quarter of a clip's frames is loud.
float quarterIsLoud(const FakeNetwork::Clip& clip) {
    static const float kBorder = (firstCoefficient(kLoud) + firstCoefficient(kQuiet)) / 2;
    int loud = 0;
    for (int32_t f = 0; f < clip.length; ++f)
        loud += clip.mfcc[static_cast<size_t>(f * seed::kMfcc)] > kBorder ? 1 : 0;
    return 4 * loud > clip.length ? 0.9F : 0.1F;
}

/// Recordings of a minute with five loud stretches each, all of them to validate on.
class WindowChoice : public testing::Test {
protected:
    void SetUp() override {
        model.architecture.id = "bilstm-attention";
        for (const char* name : {"one.wav", "two.wav"})
            add(name, {{5, 6}, {15, 18}, {25, 26.2}, {35, 43}, {50, 51}});
    }

    void add(const std::string& name, const std::vector<TimeSpan>& applauses) {
        std::vector<float> samples = noise(60, kQuiet);
        LabelledRecording recording;
        for (const TimeSpan& span : applauses) {
            const std::vector<float> loud = noise(span.length(), kLoud);
            std::ranges::copy(loud, samples.begin() + static_cast<std::ptrdiff_t>(span.start * seed::kSampleRate));
            Label label;
            label.span = span;
            label.labelClass = LabelClass::Applause;
            recording.labels.push_back(label);
        }
        recording.path = folder.write(name, test::wavBytes(samples, seed::kSampleRate));
        recording.info.sampleRate = seed::kSampleRate;
        recording.info.frames = static_cast<int64_t>(samples.size());
        recording.fullyLabelled = true;
        dataset.recordings.push_back(recording);
        Window window;
        window.recording = static_cast<int32_t>(dataset.recordings.size()) - 1;
        dataset.validation.windows.push_back(window);
    }

    TemporaryFolder folder;
    Dataset dataset;
    ModelBundle model = plainBundle();
};

TEST_F(WindowChoice, TakesShorterWindowsWhereLongOnesSmearEdges) {
    FakeNetwork network(quarterIsLoud);
    double furthest = 0;
    ASSERT_TRUE(chooseWindow(model, dataset, network, nullptr, {}, [&](const Progress& progress) {
        EXPECT_LE(progress.done, progress.total);
        EXPECT_GE(progress.done, furthest);
        furthest = progress.done;
    }));
    EXPECT_EQ(furthest, 6) << "two recordings, three lengths";
    EXPECT_GT(model.windowFrames, 0);
    EXPECT_LT(model.windowFrames, 200);
    const auto curve = detect(dataset.recordings[0].path, model, network);
    ASSERT_TRUE(curve);
    const auto segments = decode(*curve, model.decoder);
    ASSERT_EQ(segments.size(), 5U);
    EXPECT_NEAR(segments[1].span.start, 15, 0.2);
    EXPECT_NEAR(segments[1].span.end, 18, 0.2);
}

TEST_F(WindowChoice, KeepsWindowsThatAreNoWorse) {
    FakeNetwork network([](const FakeNetwork::Clip& clip) { return clip.length < 200 ? 0.9F : quarterIsLoud(clip); });
    ASSERT_TRUE(chooseWindow(model, dataset, network, nullptr));
    EXPECT_EQ(model.windowFrames, 0);
}

TEST_F(WindowChoice, GoesBackToLongWindowsWhereThoseFitANetworkBetter) {
    model.windowFrames = 43;
    FakeNetwork network([](const FakeNetwork::Clip& clip) { return clip.length < 200 ? 0.9F : quarterIsLoud(clip); });
    ASSERT_TRUE(chooseWindow(model, dataset, network, nullptr));
    EXPECT_EQ(model.windowFrames, 0);
    model.windowFrames = 43;
    FakeNetwork exact(quarterIsLoud);
    ASSERT_TRUE(chooseWindow(model, dataset, exact, nullptr));
    EXPECT_EQ(model.windowFrames, 43);
}

TEST_F(WindowChoice, LeavesAModelAloneThatThereIsTooLittleToChooseBy) {
    FakeNetwork network(quarterIsLoud);
    const DecoderOptions before = model.decoder;
    dataset.recordings[1].labels.pop_back();
    EXPECT_TRUE(recordingsToChooseBy(dataset).empty()) << "nine applauses";
    ASSERT_TRUE(chooseWindow(model, dataset, network, nullptr));
    EXPECT_EQ(model.windowFrames, 0);
    EXPECT_EQ(model.decoder, before);
    EXPECT_TRUE(network.batches.empty());
}

TEST_F(WindowChoice, ChoosesByWhatIsNotTrainedOn) {
    add("three.wav", {{10, 12}});
    EXPECT_EQ(recordingsToChooseBy(dataset), (std::vector<size_t>{0, 1, 2}));
    dataset.train.windows.push_back(dataset.validation.windows[2]);
    EXPECT_EQ(recordingsToChooseBy(dataset), (std::vector<size_t>{0, 1}));
    dataset.train.windows.push_back(dataset.validation.windows[0]);
    EXPECT_TRUE(recordingsToChooseBy(dataset).empty());
}

TEST_F(WindowChoice, ChoosesByLabelledRecordingsFirstAndAnHourAtMost) {
    add("clip.wav", {});
    dataset.recordings[2].wholeClip = LabelClass::NotApplause;
    add("long.wav", {{10, 12}});
    dataset.recordings[3].info.frames = int64_t{3500} * seed::kSampleRate;
    EXPECT_EQ(recordingsToChooseBy(dataset), (std::vector<size_t>{0, 1, 3}));
    dataset.recordings[3].info.frames = int64_t{3000} * seed::kSampleRate;
    EXPECT_EQ(recordingsToChooseBy(dataset), (std::vector<size_t>{0, 1, 3, 2}));
}

TEST_F(WindowChoice, StoppedItLeavesTheModelAsItWas) {
    const CancelToken cancel;
    int asked = 0;
    FakeNetwork network([&](const FakeNetwork::Clip& clip) {
        if (clip.length < 200 && ++asked == 3) cancel.cancel();
        return quarterIsLoud(clip);
    });
    const DecoderOptions before = model.decoder;
    const auto chosen = chooseWindow(model, dataset, network, nullptr, cancel);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(model.windowFrames, 0);
    EXPECT_EQ(model.decoder, before);
}

TEST_F(WindowChoice, PassesOverRecordingsThatCannotBeReadAnyMore) {
    add("three.wav", {{10, 12}});
    ASSERT_TRUE(std::filesystem::remove(dataset.recordings[2].path));
    FakeNetwork network(quarterIsLoud);
    ASSERT_TRUE(chooseWindow(model, dataset, network, nullptr));
    EXPECT_GT(model.windowFrames, 0);
}

TEST_F(WindowChoice, NamesAModelWhoseNetworkAnswersWithNoNumbers) {
    FakeNetwork network([](const FakeNetwork::Clip&) { return std::nanf(""); });
    const auto chosen = chooseWindow(model, dataset, network, nullptr);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, ErrorCode::DamagedModel);
}

TEST(WindowsOfAModel, AreNoLongerThanThoseItLearntFrom) {
    ModelBundle model = plainBundle();
    EXPECT_EQ(detectionFrames(model), 200);
    model.windowFrames = 43;
    EXPECT_EQ(detectionFrames(model), 43);
    model.windowFrames = 500;
    EXPECT_EQ(detectionFrames(model), 200);
}

} // namespace
} // namespace ovation
