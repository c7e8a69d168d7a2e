// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BuildFrameData.h"
#include "core/dataset/ExampleStream.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/NoThreads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace ovation;
using ovation::test::DataFolder;

namespace {

constexpr int64_t kFrames = 200;

Samples tone(double seconds, double hz, double level = 0.2) {
    Samples samples(static_cast<size_t>(seconds * 22050));
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<float>(level * std::sin(2 * 3.14159265358979 * hz * static_cast<double>(i) / 22050));
    return samples;
}

/// Applause is a high tone, speech a low one: so that the sound says what the labels have to say.
MixSources sources() {
    MixSources made;
    made.applause.emplace_back(tone(3, 5000));
    made.speech.emplace_back(tone(3, 300));
    made.others.push_back({"buzz", {StoredSound(tone(3, 900))}});
    return made;
}

double powerOf(const Samples& samples, size_t first, size_t count) {
    double sum = 0;
    for (size_t i = first; i < std::min(samples.size(), first + count); ++i)
        sum += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
    return sum / static_cast<double>(count);
}

/// Power at one frequency (G. Goertzel 1958).
double powerAt(const Samples& samples, size_t first, size_t count, double hz) {
    double re = 0, im = 0;
    for (size_t i = first; i < std::min(samples.size(), first + count); ++i) {
        const double angle = 2 * 3.14159265358979 * hz * static_cast<double>(i) / 22050;
        re += static_cast<double>(samples[i]) * std::cos(angle);
        im += static_cast<double>(samples[i]) * std::sin(angle);
    }
    return 2 * (re * re + im * im) / (static_cast<double>(count) * static_cast<double>(count));
}

} // namespace

TEST(ExampleMixer, AnExampleIsAFunctionOfItsNumber) {
    const MixSources from = sources();
    const ExampleMixer mixer(from, {}, {}, kFrames);
    for (uint64_t number = 0; number < 12; ++number) {
        const MixedExample a = mixer.make(7, number), b = mixer.make(7, number);
        EXPECT_EQ(a.values.values, b.values.values);
        EXPECT_EQ(a.targets, b.targets);
        ASSERT_EQ(a.values.rows, kFrames);
        ASSERT_EQ(a.targets.size(), static_cast<size_t>(kFrames));
        for (const float value : a.values.values)
            ASSERT_TRUE(std::isfinite(value));
        EXPECT_NE(mixer.make(7, number + 100).values.values, a.values.values);
        EXPECT_NE(mixer.make(8, number).values.values, a.values.values);
    }
}

TEST(ExampleMixer, MixesBothClassesAndLabelsEverything) {
    const MixSources from = sources();
    const ExampleMixer mixer(from, {}, {}, kFrames);
    int with = 0, without = 0;
    for (uint64_t number = 0; number < 60; ++number) {
        const ExampleMixer::Sound sound = mixer.sound(1, number);
        const bool applause = std::ranges::count(sound.targets, 1.0F) > 0;
        (applause ? with : without) += 1;
        EXPECT_EQ(std::ranges::count(sound.weights, 1.0F), kFrames);
        EXPECT_GT(powerOf(sound.samples, 0, sound.samples.size()), 0);
    }
    EXPECT_GT(with, 15);
    EXPECT_GT(without, 15);
}

TEST(ExampleMixer, CutsKeepTheLabelsOfTheirRecording) {
    MixSources from;
    Samples samples = tone(4, 300, 0.01);
    const Samples loud = tone(4, 300, 0.3);
    samples.insert(samples.end(), loud.begin(), loud.end());
    from.recordings.push_back({StoredSound(samples),
                               {{{0, 3.5}, LabelClass::NotApplause},
                                {{3.5, 4}, LabelClass::Unsure},
                                {{4, 7.5}, LabelClass::Applause},
                                {{7.5, 8}, std::nullopt}},
                               0});
    Hyperparameters settings;
    settings.mixShare = settings.noiseShare = settings.crackleShare = settings.bandLimitShare = settings.rumbleShare =
        0;
    const ExampleMixer mixer(from, {}, settings, kFrames);
    for (uint64_t number = 0; number < 20; ++number) {
        const ExampleMixer::Sound sound = mixer.sound(3, number);
        for (size_t f = 2; f + 3 < static_cast<size_t>(kFrames); ++f) {
            const double power = powerOf(sound.samples, f * 441, 441);
            const bool known = sound.weights[f - 2] > 0 && sound.weights[f] > 0 && sound.weights[f + 2] > 0;
            if (known && sound.targets[f] > 0 && sound.targets[f + 1] > 0) {
                EXPECT_GT(power, 0.02) << number << " " << f;
            }
            if (known && sound.targets[f] == 0) {
                EXPECT_LT(power, 0.02) << number << " " << f;
            }
        }
    }
}

TEST(ExampleMixer, AllOfALongClipIsHeard) {
    MixSources from = sources();
    Samples lecture = tone(75, 300);
    const Samples second = tone(75, 2000);
    lecture.insert(lecture.end(), second.begin(), second.end());
    from.speech = {StoredSound(lecture)};
    const ExampleMixer mixer(from, {}, {}, kFrames);
    int ofFirst = 0, ofSecond = 0;
    constexpr uint64_t kExamples = 80;
    for (uint64_t number = 0; number < kExamples; ++number) {
        const Samples sound = mixer.sound(1, number).samples;
        double first = 0, later = 0;
        for (const double change : {0.9, 1.0, 1.1}) // of speed
            for (size_t at = 0; at + 2205 <= sound.size(); at += 2205) {
                first += powerAt(sound, at, 2205, 300 * change);
                later += powerAt(sound, at, 2205, 2000 * change);
            }
        ofFirst += first > 30 * later;
        ofSecond += later > 30 * first;
    }
    EXPECT_GT(ofFirst, 6);
    EXPECT_GT(ofSecond, 6);
}

TEST(ExampleMixer, NoiseDoesNotBuryApplauseOfACut) {
    MixSources from;
    Samples samples = tone(4, 300, 0.3);
    const Samples quiet = tone(4, 1000, 0.01);
    samples.insert(samples.end(), quiet.begin(), quiet.end());
    from.recordings.push_back(
        {StoredSound(samples), {{{0, 4}, LabelClass::NotApplause}, {{4, 8}, LabelClass::Applause}}, 0});
    Hyperparameters settings;
    settings.mixShare = settings.bandLimitShare = settings.rumbleShare = settings.codingShare = 0;
    settings.noiseShare = settings.crackleShare = 1;
    const ExampleMixer mixer(from, {}, settings, kFrames);
    int with = 0, heard = 0;
    for (uint64_t number = 0; number < 40; ++number) {
        const ExampleMixer::Sound sound = mixer.sound(3, number);
        double applause = 0, all = 0;
        for (size_t f = 0; f + 5 <= static_cast<size_t>(kFrames); f += 5) {
            if (sound.targets[f] == 0 || sound.targets[f + 4] == 0) continue;
            applause += powerAt(sound.samples, f * 441, 5 * 441, 1000);
            all += 2 * powerOf(sound.samples, f * 441, 5 * 441);
        }
        with += all > 0;
        heard += all > 0 && applause > 0.2 * all;
    }
    EXPECT_GT(with, 20);
    EXPECT_GE(heard, with - 2);
}

TEST(ExampleMixer, RecordingsAloneWillDo) {
    MixSources from;
    from.recordings.push_back(
        {StoredSound(tone(20, 440)), {{{0, 12}, LabelClass::NotApplause}, {{12, 20}, LabelClass::Applause}}, 0});
    completeSources(from);
    EXPECT_EQ(from.applause.size(), 1U);
    EXPECT_EQ(from.speech.size(), 1U);
    const ExampleMixer mixer(from, {}, {}, kFrames);
    for (uint64_t number = 0; number < 20; ++number)
        EXPECT_EQ(mixer.make(1, number).values.rows, kFrames);
    const MixSources nothing;
    EXPECT_EQ(ExampleMixer(nothing, {}, {}, kFrames).make(1, 1).values.rows, kFrames);
}

TEST(ExampleMixer, SoundsAreSortedByWhatTheyAreCalled) {
    EXPECT_EQ(kindOfSound("/data/other/rain-0001-x.flac"), "rain");
    EXPECT_EQ(kindOfSound("/data/Speech/0001.flac"), "speech");
    EXPECT_EQ(kindOfSound("/data/other/crowd_boo.wav"), "crowd");
    MixSources made;
    const Samples sound = tone(1, 500);
    const auto add = [&](const std::string& path, LabelClass labelClass) {
        LabelledRecording recording;
        recording.path = path;
        recording.wholeClip = labelClass;
        recording.info = {22050, 22050, 1, ""};
        addSource(made, recording, 0, sound);
    };
    add("/d/other/rain-1.wav", LabelClass::NotApplause);
    add("/d/other/boo-1.wav", LabelClass::NotApplause);
    add("/d/other/rain-2.wav", LabelClass::NotApplause);
    add("/d/other/speech-2.wav", LabelClass::NotApplause);
    add("/d/speech/obama.wav", LabelClass::NotApplause);
    add("/d/applause/a.wav", LabelClass::Applause);
    add("/d/unsure/a.wav", LabelClass::Unsure);
    ASSERT_EQ(made.others.size(), 2U);
    EXPECT_EQ(made.others[0].name, "boo");
    EXPECT_EQ(made.others[1].sounds.size(), 2U);
    EXPECT_EQ(made.speech.size(), 2U);
    EXPECT_EQ(made.applause.size(), 1U);
}

TEST(ExampleStream, BatchesAreAFunctionOfTheirStep) {
    const MixSources from = sources();
    const LogMelOptions features;
    const Standardizer standardizer = logMelStandardizer(features);
    Hyperparameters settings;
    settings.batchSize = 3;
    const ExampleMixer mixer(from, features, settings, kFrames);
    ExampleStream inOrder(mixer, standardizer, features.floorDb, settings, kFrames, 2);
    std::vector<FrameExamples> batches;
    for (uint64_t step = 0; step < 4; ++step)
        batches.push_back(inOrder.batch(step));
    ExampleStream resumed(mixer, standardizer, features.floorDb, settings, kFrames, 1);
    for (const uint64_t step : {2U, 3U, 0U}) {
        const FrameExamples batch = resumed.batch(step);
        EXPECT_EQ(batch.values, batches[step].values) << step;
        EXPECT_EQ(batch.targets, batches[step].targets);
        EXPECT_EQ(batch.weights, batches[step].weights);
    }
    {
        ExampleStream alone(mixer, standardizer, features.floorDb, settings, kFrames, 2);
        const NoThreads none;
        for (uint64_t step = 0; step < 2; ++step)
            EXPECT_EQ(alone.batch(step).values, batches[step].values) << step;
    }
    EXPECT_EQ(batches[0].values.size(), 3U * kFrames * 64U);
    EXPECT_EQ(batches[0].targets.size(), 3U * kFrames / 4U);
    EXPECT_NE(batches[0].values, batches[1].values);
    for (const float value : batches[0].values)
        ASSERT_GE(value, -1.7501F);
}

TEST(Augmentation, ShapesSpectraAndKeepsLengths) {
    Random random(1);
    Samples low = tone(1, 200), high = tone(1, 6000);
    Shaping shaping;
    shaping.highCutHz = 3000;
    shaping.order = 8;
    shape(low, shaping, 22050, random);
    shape(high, shaping, 22050, random);
    EXPECT_NEAR(powerOf(low, 2000, 18000), 0.02, 0.001);
    EXPECT_LT(powerOf(high, 2000, 18000), 1e-4);
    Samples click(22050);
    click[1000] = 1;
    shaping = {};
    shaping.reverberationS = 0.5;
    shape(click, shaping, 22050, random);
    EXPECT_EQ(click.size(), 22050U);
    EXPECT_NEAR(click[1000], 1, 0.01);
    EXPECT_GT(powerOf(click, 1300, 2000), 100 * powerOf(click, 14000, 2000));
    EXPECT_LT(powerOf(click, 0, 900), 1e-8);
    Samples nothing;
    shape(nothing, shaping, 22050, random);
    toUnitLevel(nothing, 22050);
    EXPECT_TRUE(atSpeed(nothing, 1.2).empty());
}

TEST(FrameData, BuildsFromFoldersWithTheSplitByRecording) {
    const DataFolder data;
    for (unsigned i = 0; i < 6; ++i) {
        data.sound("applause/clap-" + std::to_string(i) + ".wav", 3, i);
        data.tone("other/hum-" + std::to_string(i) + ".wav", 3, 300 + 40 * i);
    }
    data.sound("talks/one.wav", 8, 77);
    data.text("talks/one.txt", "2.0\t4.0\tapplause\n5.0\t6.0\tunsure\n");
    data.text("talks/broken.wav", "this is no sound");
    data.text("talks/broken.txt", "");
    const auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    Hyperparameters settings = preset("compact")->values;
    settings.trainSplit = 0.6;
    const auto dataset = buildDataset(*collection, settings);
    ASSERT_TRUE(dataset) << describe(dataset.error());
    EXPECT_EQ(dataset->train.count, 0);
    const DatasetSummary& summary = dataset->summary;
    EXPECT_EQ(summary.trainRecordings + summary.validationRecordings, 13);
    EXPECT_EQ(summary.trainingHashes.size(), static_cast<size_t>(summary.trainRecordings));
    EXPECT_EQ(dataset->frames.validation.size(), static_cast<size_t>(summary.validationRecordings));
    EXPECT_GT(summary.trainPositives, 0);
    EXPECT_LT(summary.trainPositives, summary.trainExamples);
    EXPECT_GT(summary.validationPositives, 0);
    for (const FrameRecording& recording : dataset->frames.validation)
        EXPECT_EQ(recording.labels.targets.size(), static_cast<size_t>((recording.frames.frames() + 3) / 4));
    const auto again = buildDataset(*collection, settings);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->summary.fingerprint, summary.fingerprint);
    settings.seed = 99;
    const CancelToken cancel;
    cancel.cancel();
    const auto cancelled = buildDataset(*collection, settings, nullptr, cancel);
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
}

TEST(FrameData, TheSourcesHashTellsWhatTheFingerprintDoesNot) {
    const DataFolder data, separate;
    for (unsigned i = 0; i < 3; ++i) {
        data.sound("applause/clap-" + std::to_string(i) + ".wav", 3, i + 1);
        data.tone("other/hum-" + std::to_string(i) + ".wav", 3, 300 + 40 * i);
    }
    data.sound("talks/one.wav", 8, 77);
    data.text("talks/one.txt", "2.0\t4.0\tapplause\n");
    separate.sound("talks/two.wav", 8, 78);
    separate.text("talks/two.txt", "1.0\t3.0\tapplause\n");
    const auto validation = collectRecordings({separate.path()});
    ASSERT_TRUE(validation);
    const auto hashes = [&] {
        const auto collection = collectRecordings({data.path()});
        const auto dataset = buildDataset(*collection, preset("compact")->values, &*validation);
        return dataset ? std::pair(dataset->summary.fingerprint, dataset->frames.sourcesHash)
                       : std::pair(describe(dataset.error()), std::string());
    };
    const auto first = hashes();
    EXPECT_EQ(first.second.size(), 32U) << first.first;
    EXPECT_EQ(hashes(), first);

    data.text("talks/one.txt", "2.0\t4.0\tapplause\n5.0\t7.0\tspeech\n");
    const auto said = hashes();
    EXPECT_EQ(said.first, first.first) << "all the time was labelled before";
    EXPECT_NE(said.second, first.second) << "what somebody says to be no applause is a source of its own";

    data.text("talks/one.txt", "2.0\t4.0\tapplause\n5.5\t7.5\tspeech\n");
    const auto moved = hashes();
    EXPECT_NE(moved.second, said.second);

    std::filesystem::rename(data.path("other/hum-2.wav"), data.path("other/rain-2.wav"));
    EXPECT_EQ(hashes().first, moved.first);
    EXPECT_NE(hashes().second, moved.second) << "another kind of sound";
}

TEST(FrameData, WhatIsOfOneSourceWithATestRecordingIsLeftOut) {
    const DataFolder data;
    for (unsigned i = 0; i < 4; ++i) {
        data.sound("applause/clap-" + std::to_string(i) + ".wav", 3, i);
        data.tone("other/hum-" + std::to_string(i) + ".wav", 3, 300 + 40 * i);
    }
    for (const char* name : {"a", "b"}) {
        data.sound("talks/" + std::string(name) + ".wav", 8, 70);
        data.text("talks/" + std::string(name) + ".txt", "2.0\t5.0\tapplause\n");
    }
    auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    for (LabelledRecording& recording : collection->recordings) {
        if (recording.path.find("talks") == std::string::npos) continue;
        recording.groups = {"one speech"};
        if (recording.path.ends_with("a.wav")) recording.role = SplitRole::Test;
    }
    Hyperparameters settings = preset("compact")->values;
    settings.trainSplit = 0.5;
    const auto dataset = buildDataset(*collection, settings);
    ASSERT_TRUE(dataset) << describe(dataset.error());
    EXPECT_EQ(dataset->summary.trainRecordings + dataset->summary.validationRecordings, 8);
    EXPECT_TRUE(dataset->frames.sources.recordings.empty());
}

TEST(FrameData, OneClassIsAnError) {
    const DataFolder data;
    for (unsigned i = 0; i < 4; ++i) {
        data.sound("talks/noise-" + std::to_string(i) + ".wav", 6, i);
        data.text("talks/noise-" + std::to_string(i) + ".txt", "");
    }
    const auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    const auto dataset = buildDataset(*collection, preset("compact")->values);
    ASSERT_FALSE(dataset);
    EXPECT_EQ(dataset.error().code, ErrorCode::OneClass);
}
