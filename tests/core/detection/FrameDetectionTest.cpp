// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/dataset/FrameData.h"
#include "core/detection/Detector.h"
#include "core/detection/FrameChunks.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

using namespace ovation;

namespace {

/// Answers with the mean of the first band over the answer's frames, of which only those that are valid may be seen.
class MeanNetwork : public Network {
public:
    int64_t parameterCount() const override { return 0; }
    TensorMap weights() const override { return {}; }
    Result<std::vector<float>> probabilities(const ClipBatch&) override {
        return Error{ErrorCode::Internal, "", "", 0};
    }
    Result<std::vector<float>> frameProbabilities(const FrameBatch& batch) override {
        largest = std::max(largest, batch.count * batch.frames);
        const auto bands = static_cast<int64_t>(batch.values.size()) / std::max<int64_t>(1, batch.count * batch.frames);
        std::vector<float> out;
        for (int64_t i = 0; i < batch.count; ++i) {
            const int64_t length = batch.lengths[static_cast<size_t>(i)];
            for (int64_t a = 0; a < batch.answers(); ++a) {
                float sum = 0;
                int64_t n = 0;
                for (int64_t f = a * kAnswerFrames; f < std::min((a + 1) * kAnswerFrames, length); ++f, ++n)
                    sum += batch.values[static_cast<size_t>((i * batch.frames + f) * bands)];
                const float mean = n > 0 ? sum / static_cast<float>(n) : 0.0F;
                out.push_back(broken ? std::nanf("") : least == 0 ? mean : mean >= least ? 1.0F : 0.0F);
            }
        }
        return out;
    }

    int64_t largest = 0;
    bool broken = false;
    float least = 0; ///< where not 0: answers 1 from this mean on, and 0 below
};

ModelBundle frameBundle() {
    ModelBundle bundle;
    bundle.name = "frames";
    bundle.architecture.id = "crnn";
    bundle.architecture.bands = bundle.logMel.bands;
    bundle.architecture.channels = 8;
    bundle.logMelStandardizer.mean.assign(64, -60.0F);
    bundle.logMelStandardizer.deviation.assign(64, 100.0F);
    return bundle;
}

std::vector<float> uniformNoise(double seconds) {
    std::vector<float> samples(static_cast<size_t>(seconds * 22050));
    uint32_t state = 1;
    for (float& sample : samples) {
        state = state * 1664525U + 1013904223U;
        sample = static_cast<float>(state >> 8) / 8388608.0F - 1;
    }
    return samples;
}

} // namespace

TEST(FrameChunks, EveryAnswerCountsOnceWhateverTheSizes) {
    for (const int64_t frames : {1, 3, 4, 5, 39, 40, 41, 80, 157, 400}) {
        FrameChunks chunks(2, {.answers = 5, .surroundings = 3, .batch = 2});
        MeanNetwork network;
        std::vector<float> once, shifted;
        LogMelFrames piece;
        piece.values.columns = 2;
        const auto takeAll = [&] {
            while (const auto batch = chunks.take()) {
                ASSERT_TRUE(answer(*batch, network, "", once, AnswerPasses::One));
                ASSERT_TRUE(answer(*batch, network, "", shifted));
                if (batch->framesRead == frames) { // the end is heard as it is, without padding after it
                    EXPECT_GT(batch->lengths.back() + kAnswerFrames, batch->frames) << frames;
                }
            }
        };
        for (int64_t f = 0; f < frames; ++f) {
            piece.values.rows = 1;
            piece.values.values = {static_cast<float>(f) / 1000, 7};
            piece.silent = {0};
            chunks.append(piece);
            takeAll();
        }
        chunks.finish();
        takeAll();
        ASSERT_EQ(once.size(), static_cast<size_t>((frames + 3) / 4)) << frames;
        ASSERT_EQ(shifted.size(), once.size()) << frames;
        // In front of frames 0, 1, 2 ... stand 1, 2 and 3: 1.5, 1 and 4.5, 1 and 3.5, 1.5 and 2.5 by the four passes.
        if (frames >= 12) {
            EXPECT_NEAR(shifted[0], (1.5 + 0.75 * 1 + 0.25 * 4.5 + 0.5 * (1 + 3.5) + 0.25 * 1.5 + 0.75 * 2.5) / 4000,
                        1e-6);
        }
        for (size_t a = 0; a < once.size(); ++a) {
            const auto first = static_cast<int64_t>(a) * 4, last = std::min(first + 4, frames) - 1;
            const float mean = static_cast<float>(first + last) / 2000;
            EXPECT_NEAR(once[a], mean, 1e-6) << frames << " " << a;
            // Only the ends know their neighbours less well.
            EXPECT_NEAR(shifted[a], mean, a == 0 || a + 2 >= once.size() ? 2e-3 : 1e-6) << frames << " " << a;
        }
    }
}

// What stands where in a recording must not depend on how its frames happen to fall into answers.
TEST(FrameChunks, AStepIsFoundAtTheSameMomentWhereverItFalls) {
    const auto edge = [](int64_t at, AnswerPasses passes) {
        LogMelFrames frames;
        frames.values = FeatureMatrix(80, 1);
        for (int64_t f = at; f < 80; ++f)
            frames.values.values[static_cast<size_t>(f)] = 1;
        frames.silent.assign(80, 0);
        FrameChunks chunks(1);
        chunks.append(frames);
        chunks.finish();
        MeanNetwork network;
        network.least = 0.6F; // as decided as a network that was trained
        std::vector<float> answers;
        EXPECT_TRUE(answer(*chunks.take(), network, "", answers, passes));
        double before = 0; // frames: where the curve's sum says that the step is
        for (const float value : answers)
            before += kAnswerFrames * (1 - static_cast<double>(value));
        return before - static_cast<double>(at);
    };
    for (const auto& [passes, least, most] :
         {std::tuple(AnswerPasses::One, 1.9, 4.1), std::tuple(AnswerPasses::EveryShift, 0.0, 0.01)}) {
        double first = edge(40, passes), last = first;
        for (const int64_t at : {41, 42, 43}) {
            first = std::min(first, edge(at, passes));
            last = std::max(last, edge(at, passes));
        }
        EXPECT_GE(last - first, least);
        EXPECT_LE(last - first, most);
    }
}

TEST(FrameDetection, GivesACurveOfTheWholeRecording) {
    const ovation::test::TemporaryFolder folder;
    const std::string file = folder.path() + "/noise.wav";
    ASSERT_TRUE(writeFileAtomically(file, ovation::test::wavBytes(uniformNoise(130), 22050)));
    const ModelBundle bundle = frameBundle();
    MeanNetwork network;
    const auto curve = detect(file, bundle, network);
    ASSERT_TRUE(curve) << describe(curve.error());
    EXPECT_NEAR(curve->stepS, 0.08, 1e-9);
    EXPECT_NEAR(curve->startS, 0.03, 1e-9);
    EXPECT_NEAR(curve->durationS, 130, 1e-6);
    const int64_t frames = frameCount(130 * 22050, bundle.logMel);
    EXPECT_EQ(curve->values.size(), static_cast<size_t>((frames + 3) / 4));
    DetectorOptions inTurn;
    inTurn.pipelined = false;
    const auto again = detect(file, bundle, network, inTurn);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->values, curve->values);
}

TEST(FrameDetection, SilenceIsNoApplauseWhateverTheNetworkSays) {
    const ovation::test::TemporaryFolder folder;
    const std::string file = folder.path() + "/half.wav";
    std::vector<float> samples = uniformNoise(2);
    samples.resize(22050 * 12);
    ASSERT_TRUE(writeFileAtomically(file, ovation::test::wavBytes(samples, 22050)));
    ModelBundle bundle = frameBundle();
    bundle.logMelStandardizer.mean.assign(64, -160.0F); // silence would be 1
    MeanNetwork network;
    const auto curve = detect(file, bundle, network);
    ASSERT_TRUE(curve);
    EXPECT_GT(curve->at(1), 0.5F);
    EXPECT_EQ(curve->at(6), 0.0F);
}

TEST(FrameDetection, BadAnswersAndEmptyRecordingsAreErrors) {
    const ovation::test::TemporaryFolder folder;
    const std::string file = folder.path() + "/noise.wav";
    ASSERT_TRUE(writeFileAtomically(file, ovation::test::wavBytes(uniformNoise(1), 22050)));
    MeanNetwork network;
    network.broken = true;
    auto curve = detect(file, frameBundle(), network);
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().code, ErrorCode::DamagedModel);
    curve = detect(folder.path() + "/missing.wav", frameBundle(), network);
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().code, ErrorCode::FileNotFound);
    CancelToken cancel;
    cancel.cancel();
    network.broken = false;
    curve = detect(file, frameBundle(), network, {}, cancel);
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().code, ErrorCode::Cancelled);
}

TEST(FrameLabels, UnknownAndUnsureTimeHasNoWeight) {
    LabelledRecording recording;
    recording.info = {22050 * 10, 22050, 1, ""};
    const auto label = [](double start, double end, LabelClass labelClass) {
        Label made;
        made.span = {start, end};
        made.labelClass = labelClass;
        return made;
    };
    recording.labels = {label(1, 3, LabelClass::Applause), label(4, 5, LabelClass::Unsure),
                        label(6, 7, LabelClass::NotApplause)};
    const LabelTimeline timeline(recording);
    const FrameLabels frames = labelsOfFrames(timeline.stretches(), 502, 0.02);
    const auto at = [&](double seconds) { return static_cast<size_t>(std::lround(seconds / 0.02)); };
    EXPECT_EQ(frames.weights[at(0.5)], 0);
    EXPECT_EQ(frames.targets[at(2)], 1);
    EXPECT_EQ(frames.weights[at(2)], 1);
    EXPECT_EQ(frames.weights[at(3.5)], 0);
    EXPECT_EQ(frames.weights[at(4.5)], 0);
    EXPECT_EQ(frames.weights[at(6.5)], 1);
    EXPECT_EQ(frames.targets[at(6.5)], 0);
    EXPECT_EQ(frames.weights.back(), 0); // behind the end
    const FrameLabels answers = labelsOfAnswers({{1, 1, 1, 0, 0, 0}, {1, 1, 1, 1, 1, 0}});
    ASSERT_EQ(answers.targets.size(), 2U);
    EXPECT_EQ(answers.targets[0], 0.75F);
    EXPECT_EQ(answers.weights[0], 1.0F);
    EXPECT_EQ(answers.weights[1], 0.0F);
}
