// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"

#include "core/detection/CurveSums.h"
#include "core/detection/RecordingDetection.h"
#include "core/detection/WindowBatches.h"
#include "core/features/FrameStream.h"
#include "tests/core/detection/FakeNetwork.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <unistd.h>

namespace ovation {
namespace {

using test::FakeNetwork;
using test::noise;
using test::plainBundle;

namespace fs = std::filesystem;

/// The whole of `frames` through WindowBatches, in pieces of `piece` frames, and CurveSums.
Result<ProbabilityCurve> slide(const FrameFeatures& frames, const ModelBundle& bundle, Network& network, int64_t hop,
                               int64_t piece = 64, int64_t* mostHeld = nullptr) {
    WindowBatches batches(bundle, hop, 4);
    CurveSums sums(hop);
    const auto process = [&]() -> Result<void> {
        while (const auto batch = batches.take())
            if (auto added = sums.add(*batch, bundle, network); !added) return added;
        if (mostHeld) *mostHeld = std::max(*mostHeld, batches.framesHeld());
        return {};
    };
    for (int64_t first = 0; first < frames.frames(); first += piece) {
        FrameFeatures part;
        appendFrames(frames, first, std::min(first + piece, frames.frames()), part);
        batches.append(part);
        if (Result<void> processed = process(); !processed) return processed.error();
    }
    batches.finish();
    if (Result<void> finished = process(); !finished) return finished.error();
    return sums.curve(frames.frames(), static_cast<double>(frames.frames()) * seed::kHopS);
}

TEST(WindowBatches, AShortRecordingIsOnePaddedWindow) {
    FakeNetwork network;
    ModelBundle bundle = plainBundle();
    bundle.mfccStandardizer.mean.assign(13, 5.0F); // padding must stay 0 all the same
    const FrameFeatures frames = frameFeatures(noise(1.0));
    const auto curve = slide(frames, bundle, network, 22);
    ASSERT_TRUE(curve);
    ASSERT_EQ(network.clips.size(), 1U);
    EXPECT_EQ(network.clips[0].length, frames.frames());
    const auto& mfcc = network.clips[0].mfcc;
    EXPECT_EQ(std::count(mfcc.begin() + frames.frames() * 13, mfcc.end(), 0.0F), (200 - frames.frames()) * 13);
    EXPECT_EQ(curve->values, std::vector<float>(static_cast<size_t>((frames.frames() + 21) / 22), 0.25F));
}

TEST(WindowBatches, AFewSamplesStillGetAValue) {
    FakeNetwork network;
    const auto curve = slide(frameFeatures(noise(0.001)), plainBundle(), network, 22);
    ASSERT_TRUE(curve);
    EXPECT_EQ(curve->values, std::vector<float>{0.25F});
}

TEST(WindowBatches, WindowsAreThoseOfTheWholeRecordingAndTheLastEndsWithIt) {
    FakeNetwork network;
    ModelBundle bundle = plainBundle();
    bundle.mfccStandardizer.mean[2] = 3;
    bundle.mfccStandardizer.deviation[2] = 7;
    bundle.clipStandardizer.mean[4] = 0.5;
    bundle.clipStandardizer.deviation[4] = 2;
    const FrameFeatures frames = frameFeatures(noise(21));
    const int64_t hop = 37;
    ASSERT_TRUE(slide(frames, bundle, network, hop));
    std::vector<int64_t> starts;
    for (int64_t first = 0; first + 200 <= frames.frames(); first += hop)
        starts.push_back(first);
    ASSERT_NE(starts.back(), frames.frames() - 200);
    starts.push_back(frames.frames() - 200);
    ASSERT_EQ(network.clips.size(), starts.size());
    for (size_t i = 0; i < starts.size(); ++i) {
        ClipFeatures expected = clipFeatures(frames, starts[i], 200);
        bundle.mfccStandardizer.apply(expected.mfcc.values);
        bundle.clipStandardizer.apply(expected.clipValues);
        EXPECT_EQ(network.clips[i].mfcc, expected.mfcc.values) << i;
        EXPECT_EQ(network.clips[i].clipValues,
                  std::vector<float>(expected.clipValues.begin(), expected.clipValues.end()));
        EXPECT_EQ(network.clips[i].length, 200);
    }
}

TEST(WindowBatches, EachCellIsTheMeanOfTheWindowsThatCoverItsMiddle) {
    for (const int64_t hop : {1, 22, 50, 199, 200}) {
        int asked = 0;
        FakeNetwork network([&](const FakeNetwork::Clip&) { return static_cast<float>(asked++ % 7) / 7; });
        const FrameFeatures frames = frameFeatures(noise(12.3));
        const int64_t total = frames.frames();
        const auto curve = slide(frames, plainBundle(), network, hop);
        ASSERT_TRUE(curve);
        std::vector<int64_t> starts;
        for (int64_t first = 0; first + 200 <= total; first += hop)
            starts.push_back(first);
        if (starts.back() + 200 < total) starts.push_back(total - 200);
        ASSERT_EQ(static_cast<int64_t>(curve->values.size()), (total + hop - 1) / hop);
        for (size_t cell = 0; cell < curve->values.size(); ++cell) {
            const int64_t middle = static_cast<int64_t>(cell) * hop + (hop - 1) / 2;
            double sum = 0;
            int count = 0;
            for (size_t i = 0; i < starts.size(); ++i) {
                if (middle < starts[i] || middle >= starts[i] + 200) continue;
                sum += static_cast<float>(i % 7) / 7;
                ++count;
            }
            if (count > 0) {
                EXPECT_NEAR(curve->values[cell], sum / count, 1e-6) << hop << " " << cell;
            } else {
                EXPECT_EQ(curve->values[cell], curve->values[cell - 1]) << "only a last, partial cell";
                EXPECT_GE(middle, total);
            }
        }
        EXPECT_DOUBLE_EQ(curve->stepS, static_cast<double>(hop) * seed::kHopS);
        EXPECT_DOUBLE_EQ(curve->startS, static_cast<double>(hop - 1) / 2 * seed::kHopS);
    }
}

TEST(WindowBatches, BatchesAreFullButTheLast) {
    FakeNetwork network;
    ASSERT_TRUE(slide(frameFeatures(noise(20)), plainBundle(), network, 60));
    ASSERT_GT(network.batches.size(), 2U);
    for (size_t i = 0; i + 1 < network.batches.size(); ++i)
        EXPECT_EQ(network.batches[i], 4);
    EXPECT_EQ(std::accumulate(network.batches.begin(), network.batches.end(), int64_t{0}),
              static_cast<int64_t>(network.clips.size()));
}

TEST(WindowBatches, MemoryDoesNotGrowWithTheRecording) {
    FakeNetwork network;
    network.keep = false;
    FrameFeatures block = frameFeatures(noise(10));
    FrameFeatures hour;
    hour.melPower.columns = block.melPower.columns;
    for (int i = 0; i < 100; ++i) {
        hour.melPower.rows += block.melPower.rows;
        hour.melPower.values.insert(hour.melPower.values.end(), block.melPower.values.begin(),
                                    block.melPower.values.end());
        hour.scalars.insert(hour.scalars.end(), block.scalars.begin(), block.scalars.end());
    }
    int64_t most = 0;
    ASSERT_TRUE(slide(hour, plainBundle(), network, 150, 64, &most));
    EXPECT_LE(most, 200 + 150 + 256 + 64);
    EXPECT_GT(most, 200);
}

TEST(WindowBatches, DigitalSilenceIsNoApplauseAndTheNetworkIsNotAsked) {
    FakeNetwork network([](const FakeNetwork::Clip&) { return 1.0F; });
    const auto silent = slide(frameFeatures(std::vector<float>(22050 * 12)), plainBundle(), network, 22);
    ASSERT_TRUE(silent);
    EXPECT_TRUE(network.clips.empty());
    EXPECT_EQ(*std::ranges::max_element(silent->values), 0);

    std::vector<float> samples = noise(8);
    samples.resize(samples.size() + 22050 * 20);
    const auto half = slide(frameFeatures(samples), plainBundle(), network, 22);
    ASSERT_TRUE(half);
    EXPECT_EQ(half->values.front(), 1);
    EXPECT_EQ(half->at(20), 0);
    EXPECT_EQ(half->values.back(), 0);
}

TEST(WindowBatches, AnswersThatAreNoNumbersAndErrorsComeBackAsErrors) {
    const FrameFeatures frames = frameFeatures(noise(12));
    FakeNetwork broken([](const FakeNetwork::Clip&) { return std::numeric_limits<float>::quiet_NaN(); });
    const auto curve = slide(frames, plainBundle(), broken, 22);
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().code, ErrorCode::DamagedModel);
    FakeNetwork failing;
    failing.failing = true;
    const auto failed = slide(frames, plainBundle(), failing, 22);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::OutOfMemory);
}

TEST(Detector, HopsAreWholeFramesWithinAWindow) {
    EXPECT_EQ(hopFramesOf(0.5, 200), 22);
    EXPECT_EQ(hopFramesOf(0.001, 200), 1);
    EXPECT_EQ(hopFramesOf(0, 200), 22) << "half a second";
    EXPECT_EQ(hopFramesOf(0, 43), 11) << "a quarter of a window";
    EXPECT_EQ(hopFramesOf(0, 1), 1);
    EXPECT_EQ(hopFramesOf(1e9, 200), 200);
    EXPECT_EQ(hopFramesOf(std::numeric_limits<double>::quiet_NaN(), 200), 1);
}

class DetectorFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_folder = fs::temp_directory_path() / ("ovation-detector-" + std::to_string(::getpid()) + "-" +
                                                ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
    }
    void TearDown() override { fs::remove_all(m_folder); }

    /// A 16-bit mono WAV file.
    std::string wav(const std::vector<float>& samples, uint32_t rate) const {
        const std::string path = (m_folder / "speech.wav").string();
        std::ofstream out(path, std::ios::binary);
        const auto put = [&out](auto value) { out.write(reinterpret_cast<const char*>(&value), sizeof value); };
        const auto bytes = static_cast<uint32_t>(2 * samples.size());
        out.write("RIFF", 4);
        put(36 + bytes);
        out.write("WAVEfmt ", 8);
        put(uint32_t{16});
        put(uint16_t{1});
        put(uint16_t{1});
        put(rate);
        put(2 * rate);
        put(uint16_t{2});
        put(uint16_t{16});
        out.write("data", 4);
        put(bytes);
        for (float sample : samples)
            put(static_cast<int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767)));
        return path;
    }

    fs::path m_folder;
};

TEST_F(DetectorFileTest, ALoudStretchIsFoundWhereItIs) {
    // 30 s at 16 kHz: loud from 10 to 18 s. The network calls loud what is loud for half of its window.
    std::vector<float> samples(16000 * 30);
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0, 1);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = normal(random) * (i >= 160000 && i < 288000 ? 0.2F : 0.002F);
    const std::string path = wav(samples, 16000);
    FakeNetwork network([](const FakeNetwork::Clip& clip) {
        int loud = 0;
        for (int32_t i = 0; i < clip.length; ++i)
            loud += clip.mfcc[static_cast<size_t>(i) * 13] > -200;
        return 2 * loud >= clip.length ? 1.0F : 0.0F;
    });
    double lastDone = -1;
    const auto detection =
        detectRecording(path, plainBundle(), network, {0.25, 16}, {}, {}, [&](const Progress& progress) {
            EXPECT_GE(progress.done, lastDone);
            EXPECT_EQ(progress.total, 30);
            lastDone = progress.done;
        });
    ASSERT_TRUE(detection) << describe(detection.error());
    EXPECT_EQ(lastDone, 30);
    EXPECT_EQ(detection->curve.durationS, 30);
    ASSERT_EQ(detection->segments.size(), 1U);
    EXPECT_NEAR(detection->segments[0].span.start, 10, 0.2);
    EXPECT_NEAR(detection->segments[0].span.end, 18, 0.6); // hysteresis holds on a little longer

    const LabelFile labels = toLabelFile(*detection);
    EXPECT_EQ(labels.audioFile, "speech.wav");
    ASSERT_EQ(labels.labels.size(), 1U);
    EXPECT_EQ(labels.labels[0].text, "applause");
    ASSERT_TRUE(labels.labels[0].score);
    EXPECT_NEAR(*labels.labels[0].score, detection->segments[0].mean, 5.1e-5); // written with four decimals
    const auto segments = toDetectedSegments(detection->segments, detection->info.sampleRate, detection->info.frames);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_NEAR(static_cast<double>(segments[0].range.begin), 160000, 3200);
}

TEST_F(DetectorFileTest, CancellingEndsIt) {
    const std::string path = wav(noise(5), 22050);
    FakeNetwork network;
    const CancelToken cancel;
    cancel.cancel();
    const auto curve = detect(path, plainBundle(), network, {}, cancel);
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().code, ErrorCode::Cancelled);
}

TEST_F(DetectorFileTest, FilesThatCannotBeHeardSaySo) {
    FakeNetwork network;
    EXPECT_EQ(detect((m_folder / "none.wav").string(), plainBundle(), network).error().code, ErrorCode::FileNotFound);
    std::ofstream(m_folder / "text.wav") << "this is not a sound file, although its name says so";
    EXPECT_EQ(detect((m_folder / "text.wav").string(), plainBundle(), network).error().code, ErrorCode::NotAudio);
    EXPECT_EQ(detect(wav({}, 22050), plainBundle(), network).error().code, ErrorCode::ZeroLengthAudio);
}

TEST(RecordingDetection, SegmentsInFramesStayInsideTheRecording) {
    AudioInfo info;
    info.frames = 1000;
    info.sampleRate = 100;
    const auto segments = toDetectedSegments({{{0, 2}, 0.6, 0.7}, {{9.9, 10.4}, 0.8, 0.9}, {{10.2, 11}, 1, 1}},
                                             info.sampleRate, info.frames);
    ASSERT_EQ(segments.size(), 2U);
    EXPECT_EQ(segments[0].range, (SampleRange{0, 200}));
    EXPECT_EQ(segments[1].range, (SampleRange{990, 1000}));
    EXPECT_EQ(segments[1].score, 0.8);
    EXPECT_EQ(segments[1].peak, 0.9);
}

TEST(RecordingDetection, CurvesBecomeCsv) {
    EXPECT_EQ(toCsv({0.25, 0.5, 1, {0, 0.123456789F, 1}}),
              "time_s,probability\n0.250,0.000000\n0.750,0.123457\n1.250,1.000000\n");
}

} // namespace
} // namespace ovation
