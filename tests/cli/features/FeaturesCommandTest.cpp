// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/SeedFeatures.h"

#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

using namespace ovation;
using test::TemporaryFolder;

namespace {

const std::string kFeaturesOf = std::string(OVATION_TEST_DATA) + "/reference/speech_22k.flac";

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

/// Runs `ovation features ARGUMENTS` as a shell would.
Outcome features(const std::string& arguments) {
    TemporaryFolder folder;
    const std::string command = std::string(OVATION_BIN) + "/ovation features " + arguments + " >" +
                                folder.file("out") + " 2>" + folder.file("err") + " </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::readBytes(folder.file("out")),
            test::readBytes(folder.file("err"))};
}

TEST(FeaturesCommand, PrintsTheContractsJson) {
    const Outcome outcome = features(kFeaturesOf + " --json");
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    const auto json = nlohmann::json::parse(outcome.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded());
    EXPECT_EQ(json.at("sample_rate"), 22050);
    EXPECT_DOUBLE_EQ(json.at("hop_s"), 512.0 / 22050);
    EXPECT_EQ(json.at("frames"), 216);
    ASSERT_EQ(json.at("mfcc").size(), 216u);
    ASSERT_EQ(json.at("mfcc").at(100).size(), 13u);
    ASSERT_EQ(json.at("clip_values").size(), 12u);
    const auto frames = frameFeatures(kFeaturesOf);
    ASSERT_TRUE(frames);
    const ClipFeatures clip = clipFeatures(*frames, 0, frames->frames());
    EXPECT_EQ(json.at("mfcc").at(100).get<std::vector<float>>(),
              std::vector<float>(clip.mfcc.row(100).begin(), clip.mfcc.row(100).end()));
    EXPECT_EQ(json.at("clip_values").get<std::vector<float>>(),
              std::vector<float>(clip.clipValues.begin(), clip.clipValues.end()));
    EXPECT_NEAR(json.at("clip_values").at(8), 107.666, 0.01);
}

TEST(FeaturesCommand, TakesAStretch) {
    const auto json =
        nlohmann::json::parse(features(kFeaturesOf + " --start 1 --duration 2.5 --json").out, nullptr, false);
    ASSERT_FALSE(json.is_discarded());
    EXPECT_EQ(json.at("frames"), frameCount(55125));
    const auto toEnd = nlohmann::json::parse(features(kFeaturesOf + " --start 4 --json").out, nullptr, false);
    ASSERT_FALSE(toEnd.is_discarded());
    EXPECT_EQ(toEnd.at("frames"), frameCount(22050));
}

TEST(FeaturesCommand, PrintsTextForPeople) {
    const Outcome outcome = features(kFeaturesOf);
    ASSERT_EQ(outcome.code, 0);
    for (const char* name : clipValueNames())
        EXPECT_NE(outcome.out.find(name), std::string::npos) << name;
    EXPECT_NE(outcome.out.find("107.67 BPM"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("216 frames"), std::string::npos) << outcome.out;
}

TEST(FeaturesCommand, FailsInOneLineThatNamesTheFile) {
    TemporaryFolder folder;
    const std::string text = folder.write("text.wav", "not a sound");
    const std::string empty = folder.write("empty.wav", "");
    const auto wav = test::wavBytes(std::vector<float>(60000, 0.5F), 22050);
    const std::string cut = folder.write("cut.wav", wav.substr(0, 120000));
    for (const std::string& arguments : {folder.file("missing.wav"), folder.path(), text, empty, cut}) {
        const Outcome outcome = features(arguments + " --json");
        EXPECT_EQ(outcome.code, 1) << arguments;
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err.find(arguments), std::string::npos) << outcome.err;
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    }
    EXPECT_EQ(features(kFeaturesOf + " --start 100").code, 1);
}

TEST(FeaturesCommand, RefusesWrongUsage) {
    for (const std::string& arguments :
         {std::string(), kFeaturesOf + " --start -1", kFeaturesOf + " --start nan", kFeaturesOf + " --duration -2",
          kFeaturesOf + " --duration x", kFeaturesOf + " --colour"})
        EXPECT_EQ(features(arguments).code, 2) << arguments;
}

TEST(FeaturesCommand, SaysWhenTheOutputCannotBeWritten) {
    const std::string command =
        std::string(OVATION_BIN) + "/ovation features " + kFeaturesOf + " --json >/dev/full 2>/dev/null";
    const int status = std::system(command.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 1);
}

} // namespace
