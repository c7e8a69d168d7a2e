// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectStore.h"
#include "support/WavFile.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

void makeClips(const DataFolder& data, const std::string& folder, unsigned each, unsigned first) {
    for (unsigned i = first; i < first + each; ++i) {
        data.sound(folder + "/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
        data.tone(folder + "/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
    }
}

void trainTiny(const DataFolder& data) {
    const Ran ran = run({"train", data.path("data"), "--output", data.path("m.safetensors"), "--hidden-size", "8",
                         "--layers", "1", "--heads", "2", "--batch-size", "4", "--epochs", "1"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
}

constexpr int kSpeechRate = 22050;

/// Syllables of a harmonic tone over a faint hiss for 40 s, but for steady noise from 25 to 33 s.
std::vector<float> speechAroundNoise() {
    std::mt19937 random(3);
    std::normal_distribution<float> hiss(0, 0.0005F), noise(0, 0.03F);
    std::vector<float> samples;
    for (int i = 0; i < 40 * kSpeechRate; ++i) {
        const double t = static_cast<double>(i) / kSpeechRate;
        if (t >= 25 && t < 33) {
            samples.push_back(noise(random));
            continue;
        }
        const double syllable = std::max(0.0, std::sin(2 * std::numbers::pi * 4 * t)) * (std::fmod(t, 3) < 2.4 ? 1 : 0);
        double tone = 0;
        for (int harmonic = 1; harmonic <= 20; ++harmonic)
            tone += std::sin(2 * std::numbers::pi * 130 * harmonic * (1 + 0.02 * std::sin(3 * t)) * t) / harmonic;
        samples.push_back(static_cast<float>(0.15 * syllable * tone) + hiss(random));
    }
    return samples;
}

} // namespace

TEST(EvaluateCommand, SaysWhichRecordingsTheModelWasTrainedOn) {
    const DataFolder data;
    makeClips(data, "data", 12, 0);
    ASSERT_NO_FATAL_FAILURE(trainTiny(data));
    const Ran text = run({"evaluate", data.path("data"), "--model", data.path("m.safetensors")});
    ASSERT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("warning: the model was trained on"));

    const Ran ran = run({"evaluate", data.path("data"), "--model", data.path("m.safetensors"), "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["recordings"].size(), 24U);
    // The split keeps some for validation: those were not trained on.
    EXPECT_GT(json["seen_in_training"].size(), 12U);
    EXPECT_LT(json["seen_in_training"].size(), 24U);

    std::vector<std::string> unseen{"evaluate", "--quiet", "--unseen", "--model", data.path("m.safetensors")};
    for (const auto& file : json["seen_in_training"])
        unseen.push_back(file.get<std::string>());
    const Ran none = run(unseen);
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_EQ(none.out, "");
    EXPECT_THAT(none.err, HasSubstr("trained on all of these recordings, so --unseen leaves none."));
    EXPECT_THAT(none.err, Not(HasSubstr("No labelled recordings")));
}

TEST(EvaluateCommand, WindowsTooEndWithTheFilesThatCannotBeUsed) {
    const DataFolder data;
    makeClips(data, "data", 12, 0);
    ASSERT_NO_FATAL_FAILURE(trainTiny(data));
    const std::vector<std::string> windows{
        "--quiet", "evaluate", data.path("data"), "--model", data.path("m.safetensors"), "--windows", "--json"};
    const Ran good = run(windows);
    EXPECT_EQ(good.exitCode, 0);
    EXPECT_EQ(good.err, "");
    data.text("data/other/text.wav", "no sound");
    data.text("data/other/cut.wav", wavBytes(std::vector<float>(60000, 0.1F), kSpeechRate).substr(0, 60000));
    const Ran ran = run(windows);
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("text.wav\" is not a sound file"));
    EXPECT_THAT(ran.err, HasSubstr("cut.wav\" ends before its end"));
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 2) << ran.err;
    EXPECT_TRUE(nlohmann::json::accept(ran.out)) << "the others are scored";
}

TEST(EvaluateCommand, NewRecordingsRaiseNoWarning) {
    const DataFolder data;
    makeClips(data, "data", 12, 0);
    makeClips(data, "new", 2, 50);
    ASSERT_NO_FATAL_FAILURE(trainTiny(data));
    const Ran ran = run({"evaluate", data.path("new"), "--model", data.path("m.safetensors")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Frame F1"));
    EXPECT_THAT(ran.out, Not(HasSubstr("warning")));
}

TEST(EvaluateCommand, AMissingModelIsOneSentenceThatNamesIt) {
    const DataFolder data;
    makeClips(data, "data", 1, 0);
    const Ran ran = run({"evaluate", data.path("data"), "--model", data.path("none.safetensors")});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("none.safetensors\" was not found"));
}

TEST(EvaluateCommand, EnergyAndFlatnessAreABaselineThatNeedsNoModel) {
    const Ran ran = run({"evaluate", std::string(OVATION_EXAMPLE) + "/speeches", "--baseline", "energy", "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["recordings"].size(), 6U);
    EXPECT_GT(json["pooled"]["frame_f1"].get<double>(), 0.5);
    EXPECT_LT(json["pooled"]["frame_f1"].get<double>(), 1.0);
    EXPECT_GT(json["pooled"]["average_precision"].get<double>(), json["pooled"]["prevalence"].get<double>());
}

TEST(EvaluateCommand, WhatIsNotDefinedHasNoUnitAndWhatRoundsToNothingNoSign) {
    const DataFolder data;
    data.sound("in/one.wav", 5, 1);
    data.text("in/one.txt", "1\t1.04\tapplause\n");
    const Ran ran = run({"evaluate", data.path("in"), "--baseline", "energy"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Confusion (10 ms frames)     tn 496  fp 0  fn 4  tp 0")) << "nothing is found";
    EXPECT_THAT(ran.out, HasSubstr("Median boundary error             n/a\n"));
    EXPECT_THAT(ran.out, HasSubstr("Applause seconds, error           0.0 s\n"));
}

TEST(EvaluateCommand, SaysWhichLabelsItsScoresDoNotRestOn) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.text("in/one.txt", "1\t3\tapplause\n5\t9\tspeech\n4\t3\tapplause\n");
    data.sound("in/two.wav", 10, 2);
    const Ran ran = run({"evaluate", data.path("in"), "--baseline", "energy", "--json"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("one.wav\": 1 label cannot be used and is left out."));
    EXPECT_THAT(ran.err, HasSubstr("1 recording without labels"));
}

TEST(EvaluateCommand, AModelAndABaselineAtOnceAreWrongUsage) {
    for (const std::vector<std::string>& what :
         {std::vector<std::string>{}, {"--baseline", "energy", "--model", "m"}, {"--baseline", "luck"}}) {
        std::vector<std::string> arguments{"evaluate", OVATION_EXAMPLE};
        arguments.insert(arguments.end(), what.begin(), what.end());
        EXPECT_EQ(run(arguments).exitCode, 2);
    }
}

TEST(EvaluateCommand, WhatReachesOverTheLabelsOfAPartlyLabelledRecordingIsFound) {
    const DataFolder data;
    const std::vector<float> samples = speechAroundNoise();
    ovation::Speech speech;
    speech.id = 1;
    speech.path = data.text("speech.wav", wavBytes(samples, kSpeechRate));
    speech.frames = static_cast<int64_t>(samples.size());
    speech.sampleRate = kSpeechRate;
    speech.channels = 1;
    {
        auto store = ovation::ProjectStore::create(data.path("p.ovation"));
        ASSERT_TRUE(store);
        ASSERT_TRUE((*store)->putSpeech(speech));
        ovation::Edit edit;
        edit.id = 1;
        edit.speech = 1;
        ovation::Segment segment;
        segment.id = 1;
        segment.range = {ovation::toFrame(25.4, kSpeechRate),
                         ovation::toFrame(32.6, kSpeechRate)}; // a little inside the noise
        edit.added = {segment};
        ASSERT_TRUE((*store)->pushEdit(edit));
    }
    const Ran ran = run({"evaluate", data.path("p.ovation"), "--baseline", "energy", "--json"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto pooled = nlohmann::json::parse(ran.out).at("pooled");
    ASSERT_TRUE(pooled.at("event_f1").at("1.0").is_number());
    EXPECT_EQ(pooled.at("event_f1").at("1.0").get<double>(), 1);
    EXPECT_EQ(pooled.at("count_error").get<double>(), 0);
    EXPECT_EQ(pooled.at("false_alarms_per_hour").get<double>(), 0);
}
