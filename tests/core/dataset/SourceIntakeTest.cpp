// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BuildFrameData.h"
#include "core/dataset/ExampleMixer.h"
#include "core/models/ModelRegistry.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <span>

using namespace ovation;
using ovation::test::DataFolder;
using ovation::test::label;

namespace {

constexpr int kIntakeRate = 22050;

Samples unevenNoise(double seconds, unsigned seed) {
    std::mt19937 random(seed);
    Samples samples(static_cast<size_t>(seconds * kIntakeRate));
    for (size_t i = 0; i < samples.size(); ++i) {
        const float level = 0.05F + 0.3F * static_cast<float>((i / kIntakeRate) % 7) / 7;
        samples[i] = level * (static_cast<float>(random() % 20001) / 10000 - 1);
    }
    return samples;
}

/// What is kept of a stretch of floats, by the highest of all of them.
Samples at16Bits(std::span<const float> samples) {
    float peak = 0;
    for (const float sample : samples)
        peak = std::max(peak, std::abs(sample));
    const float scale = peak / 32767, inverse = 1 / scale;
    Samples result;
    for (const float sample : samples)
        result.push_back(scale * static_cast<float>(static_cast<int16_t>(std::lround(sample * inverse))));
    return result;
}

void takeInBlocks(SourceIntake& intake, const Samples& samples, size_t size) {
    const std::span all(samples);
    for (size_t first = 0; first < samples.size(); first += size)
        intake.hear(all.subspan(first, std::min(size, samples.size() - first)));
    intake.heard();
    for (size_t first = 0; first < samples.size(); first += size)
        intake.take(all.subspan(first, std::min(size, samples.size() - first)));
}

MixSources sourcesWithin(std::optional<double> reachS, const LabelledRecording& recording, const Samples& samples) {
    MixSources sources;
    SourceIntake intake(recording, reachS, kIntakeRate);
    takeInBlocks(intake, samples, 10'007);
    std::move(intake).addTo(sources, 0);
    completeSources(sources);
    return sources;
}

size_t keptSamples(const MixSources& sources) {
    size_t count = 0;
    const auto add = [&](const std::vector<StoredSound>& sounds) {
        for (const StoredSound& sound : sounds)
            count += sound.raw().size();
    };
    add(sources.applause);
    add(sources.speech);
    for (const MixSources::Kind& kind : sources.others)
        add(kind.sounds);
    for (const MixSources::Recording& recording : sources.recordings)
        count += recording.sound.raw().size();
    return count;
}

void expectTheSame(const StoredSound& one, const StoredSound& other) {
    EXPECT_EQ(one.size(), other.size());
    EXPECT_EQ(one.all(), other.all());
}

/// 300 s of which little is labelled, at both ends too.
LabelledRecording labelledHereAndThere() {
    return test::recording(300,
                           {label(0.5, 2.5), label(100, 103, LabelClass::NotApplause),
                            label(150, 160, LabelClass::Unsure), label(200, 202), label(299, 300)},
                           false);
}

} // namespace

TEST(SourceIntake, BlocksOfAnySizeGiveWhatAllSamplesAtOnceGive) {
    const Samples samples = unevenNoise(30, 1);
    const auto recording = test::recording(
        30, {label(2, 5), label(6.3, 28.1, LabelClass::NotApplause), label(10, 11, LabelClass::Unsure)});
    MixSources whole;
    addSource(whole, recording, 0, samples);
    ASSERT_EQ(whole.recordings.size(), 1U);
    EXPECT_EQ(whole.recordings[0].sound.all(), at16Bits(samples)) << "as loud as the highest sample of all";
    ASSERT_EQ(whole.others.size(), 1U);
    ASSERT_EQ(whole.others[0].sounds.size(), 3U) << "before the doubt, and two halves after it";
    const auto first = static_cast<size_t>(6.3 * kIntakeRate);
    EXPECT_EQ(whole.others[0].sounds[0].all(),
              at16Bits(std::span(samples).subspan(first, size_t{10} * kIntakeRate - first)))
        << "a sound of its own is as loud as its own highest sample";
    for (const size_t size : {size_t{1000}, size_t{32'768}, size_t{500'000}}) {
        MixSources inBlocks;
        SourceIntake intake(recording, 3.0, kIntakeRate);
        takeInBlocks(intake, samples, size);
        EXPECT_EQ(intake.samples(), std::ssize(samples));
        EXPECT_EQ(intake.taken(), std::ssize(samples));
        std::move(intake).addTo(inBlocks, 0);
        ASSERT_EQ(inBlocks.recordings.size(), 1U);
        expectTheSame(inBlocks.recordings[0].sound, whole.recordings[0].sound);
        EXPECT_EQ(inBlocks.recordings[0].sound.raw().size(), samples.size()) << "it is not labelled in part";
        ASSERT_EQ(inBlocks.others.size(), 1U);
        ASSERT_EQ(inBlocks.others[0].sounds.size(), 3U);
        for (size_t i = 0; i < 3; ++i)
            expectTheSame(inBlocks.others[0].sounds[i], whole.others[0].sounds[i]);
    }
}

TEST(SourceIntake, ExamplesAreTheSameWithoutWhatIsFarFromLabels) {
    Hyperparameters settings;
    settings.exampleS = 4;
    constexpr double kReachS = 5;
    constexpr int64_t kFourSeconds = 200;         // frames
    for (const double seconds : {300.0, 280.0}) { // the labels' end may lie behind the last sample
        const LabelledRecording recording = labelledHereAndThere();
        const Samples samples = unevenNoise(seconds, 2);
        const MixSources whole = sourcesWithin(std::nullopt, recording, samples);
        const MixSources near = sourcesWithin(kReachS, recording, samples);
        ASSERT_EQ(near.recordings.size(), 1U);
        ASSERT_TRUE(near.recordings[0].partly);
        EXPECT_EQ(near.recordings[0].sound.size(), samples.size());
        EXPECT_LT(near.recordings[0].sound.raw().size(), size_t{60} * kIntakeRate);
        ASSERT_EQ(near.applause.size(), whole.applause.size());
        for (size_t i = 0; i < whole.applause.size(); ++i)
            expectTheSame(near.applause[i], whole.applause[i]);
        for (const double mixShare : {0.0, 1.0}) {
            settings.mixShare = mixShare;
            const ExampleMixer from(whole, {}, settings, kFourSeconds), fromNear(near, {}, settings, kFourSeconds);
            for (uint64_t number = 0; number < (mixShare > 0 ? 6 : 40); ++number) {
                const ExampleMixer::Sound a = from.sound(5, number), b = fromNear.sound(5, number);
                EXPECT_EQ(a.samples, b.samples) << number;
                EXPECT_EQ(a.targets, b.targets) << number;
                EXPECT_EQ(a.weights, b.weights) << number;
            }
        }
    }
}

TEST(SourceIntake, ARecordingOfWhichNothingIsKnownKeepsNothing) {
    const Samples samples = unevenNoise(5, 3);
    const LabelledRecording recording = test::recording(5, {label(1, 2, LabelClass::Unsure)}, false);
    SourceIntake intake(recording, 3.0, kIntakeRate);
    EXPECT_FALSE(intake.keepsAny());
    EXPECT_TRUE(SourceIntake(recording, std::nullopt, kIntakeRate).keepsAny()) << "where there is nothing else";
    takeInBlocks(intake, samples, 1000);
    MixSources sources;
    std::move(intake).addTo(sources, 0);
    ASSERT_EQ(sources.recordings.size(), 1U);
    EXPECT_EQ(sources.recordings[0].sound.size(), samples.size());
    EXPECT_EQ(keptSamples(sources), 0U);
}

TEST(SourceIntake, BytesAreForeseen) {
    const Samples samples = unevenNoise(300, 4);
    LabelledRecording full = labelledHereAndThere();
    full.fullyLabelled = true;
    for (const LabelledRecording& recording : {labelledHereAndThere(), full}) {
        const auto kept = static_cast<double>(2 * keptSamples(sourcesWithin(5.0, recording, samples)));
        const auto foreseen = static_cast<double>(sourceBytes({&recording}, 5.0, kIntakeRate));
        EXPECT_NEAR(foreseen, kept, 200);
    }
}

TEST(SourceIntake, ALongRecordingIsReadTwiceAndGivesTheSame) {
    const DataFolder data;
    for (const int rate : {22050, 44100}) {
        const std::string path = data.sound("a" + std::to_string(rate) + ".wav", 6, 8, rate);
        const LabelledRecording recording = test::recording(6, {label(2, 4)});
        MixSources once, twice;
        for (const auto& [sources, held] :
             {std::pair{&once, size_t{1} << 20}, std::pair{&twice, size_t{kIntakeRate}}}) {
            SourceIntake intake(recording, 3.0, kIntakeRate);
            const auto read = readSource(intake, path, kIntakeRate, held);
            ASSERT_TRUE(read) << describe(read.error());
            EXPECT_EQ(intake.taken(), intake.samples());
            EXPECT_GT(intake.samples(), 5 * kIntakeRate);
            std::move(intake).addTo(*sources, 0);
        }
        ASSERT_EQ(once.recordings.size(), 1U);
        ASSERT_EQ(twice.recordings.size(), 1U);
        expectTheSame(once.recordings[0].sound, twice.recordings[0].sound);
    }
}

TEST(FrameData, KeepsOfRecordingsThatAreLabelledInPartWhatIsNearLabels) {
    const DataFolder data;
    for (unsigned i = 0; i < 4; ++i) {
        data.sound("applause/clap-" + std::to_string(i) + ".wav", 3, i);
        data.tone("other/hum-" + std::to_string(i) + ".wav", 3, 300 + 40 * i);
    }
    auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    LabelledRecording talk = test::recording(60, {label(30, 32)}, false);
    talk.path = data.sound("talk.wav", 60, 9);
    talk.role = SplitRole::Training;
    collection->recordings.push_back(talk);
    Hyperparameters settings = preset("compact")->values;
    settings.trainSplit = 0.5;
    settings.exampleS = 4;
    const auto dataset = buildDataset(*collection, settings);
    ASSERT_TRUE(dataset) << describe(dataset.error());
    const std::vector<MixSources::Recording>& recordings = dataset->frames.sources.recordings;
    ASSERT_EQ(recordings.size(), 1U);
    EXPECT_EQ(recordings[0].sound.size(), size_t{60} * kIntakeRate);
    EXPECT_LE(recordings[0].sound.raw().size(), size_t{13} * kIntakeRate);
    EXPECT_GE(recordings[0].sound.raw().size(), size_t{10} * kIntakeRate) << "an example's length on both sides";
}
