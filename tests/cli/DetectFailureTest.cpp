// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/DamagedMp3.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sys/stat.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

namespace fs = std::filesystem;

class DetectFailure : public ::testing::Test {
protected:
    DetectFailure() { writeConstantModel(data.path("m.safetensors")); }
    ~DetectFailure() override {
        for (const char* name : {"out", "in/locked"})
            ::chmod(data.path(name).c_str(), 0755);
    }

    std::vector<std::string> arguments(const std::vector<std::string>& more) const {
        std::vector<std::string> all{"detect",   "--quiet",       "--model", data.path("m.safetensors"),
                                     "--output", data.path("out")};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    bool exists(const std::string& name) const { return fs::exists(data.path(name)); }

    const DataFolder data;
};

auto lines(const std::string& text) {
    return std::ranges::count(text, '\n');
}

} // namespace

TEST_F(DetectFailure, BadFilesAreListedAtTheEndAndTheOthersAreDone) {
    data.text("in/a-empty.wav", "");
    data.text("in/b-text.wav", "no sound at all");
    data.sound("in/c-good.wav", 1, 1);
    const Ran ran = run(arguments({data.path("none.wav"), data.path("in")}));
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, testing::StartsWith("ovation: 3 failed:\n"));
    EXPECT_THAT(ran.err, HasSubstr("none.wav\" was not found"));
    EXPECT_THAT(ran.err, HasSubstr("a-empty.wav\" is empty"));
    EXPECT_THAT(ran.err, HasSubstr("b-text.wav\" is not a sound file"));
    EXPECT_EQ(lines(ran.err), 4);
    EXPECT_TRUE(exists("out/c-good.txt"));
    EXPECT_FALSE(exists("out/a-empty.txt"));
    EXPECT_FALSE(exists("out/b-text.txt"));
}

TEST_F(DetectFailure, ARecordingThatIsReadUpToDamageOnlyIsDoneAndNamed) {
    data.text("in/lecture.mp3", damagedMp3());
    data.sound("in/good.wav", 1, 1);
    const Ran ran = run(arguments({data.path("in")}));
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("warning: \"" + data.path("in/lecture.mp3") + "\" is damaged: only the first 4."));
    EXPECT_THAT(ran.err, Not(HasSubstr("good.wav")));
    EXPECT_TRUE(exists("out/lecture.txt"));
}

TEST_F(DetectFailure, OneFailureIsOneLine) {
    const Ran ran = run(arguments({data.text("text.wav", "no sound at all")}));
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("text.wav"));
    EXPECT_EQ(lines(ran.err), 1) << ran.err;
}

TEST_F(DetectFailure, AFolderWithoutSoundIsNamed) {
    data.text("in/notes.txt", "no sound");
    const Ran ran = run(arguments({data.path("in")}));
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("in\" is not a sound file that can be read: it is a folder without sound files"));
}

TEST_F(DetectFailure, WrongUsageEndsWithTwoInOneLine) {
    const std::string sound = data.sound("speech.wav", 1, 1), model = data.path("m.safetensors"),
                      out = data.path("out");
    const std::vector<std::string> good{"detect", sound, "--model", model, "--output", out};
    const auto with = [&](const std::vector<std::string>& more) {
        std::vector<std::string> all = good;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    for (const auto& wrong : std::vector<std::vector<std::string>>{{"detect", sound, "--model", model},
                                                                   {"detect", "--model", model, "--output", out},
                                                                   with({"--format", "mp3"}),
                                                                   with({"--threshold", "1.5"}),
                                                                   with({"--threshold", "nan"}),
                                                                   with({"--threshold", "high"}),
                                                                   with({"--min-duration", "-1"}),
                                                                   with({"--merge-gap", "-1"}),
                                                                   with({"--hop", "0"}),
                                                                   with({"--threads", "-1"}),
                                                                   with({"--treshold", "0.5"})}) {
        const Ran ran = run(wrong);
        EXPECT_EQ(ran.exitCode, 2) << wrong.back() << ran.err;
        EXPECT_EQ(lines(ran.err), 1) << ran.err;
    }
    EXPECT_FALSE(exists("out"));
}

TEST_F(DetectFailure, AnOutputThatIsAFileIsNamed) {
    data.text("out", "a file");
    const Ran ran = run(arguments({data.sound("speech.wav", 1, 1)}));
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("out\""));
    EXPECT_EQ(lines(ran.err), 1);
    EXPECT_EQ(readBytes(data.path("out")), "a file");
}

TEST_F(DetectFailure, AnOutputFolderWithoutPermissionIsNamed) {
    fs::create_directory(data.path("out"));
    ASSERT_EQ(::chmod(data.path("out").c_str(), 0555), 0);
    const Ran ran = run(arguments({data.sound("speech.wav", 1, 1)}), obeyPermissions);
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("out\" may not be used"));
    EXPECT_EQ(lines(ran.err), 1);
    EXPECT_TRUE(fs::is_empty(data.path("out")));
}

TEST_F(DetectFailure, FoldersAndFilesWithoutPermissionAreListedAndTheOthersAreDone) {
    data.sound("in/good.wav", 1, 1);
    data.sound("in/locked/inside.wav", 1, 2);
    const std::string secret = data.sound("in/secret.wav", 1, 3);
    fs::create_directory(data.path("out"));
    ASSERT_EQ(::chmod(data.path("in/locked").c_str(), 0), 0);
    ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
    for (const char* name : {"", "out"}) // also where the tests' user is replaced
        ASSERT_EQ(::chmod(data.path(name).c_str(), 0777), 0);
    const Ran ran = run(arguments({data.path("in"), data.path("in/locked/inside.wav")}), obeyPermissions);
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("in/locked\" may not be used"));
    EXPECT_THAT(ran.err, HasSubstr("in/locked/inside.wav\" may not be used"));
    EXPECT_THAT(ran.err, HasSubstr("in/secret.wav\" may not be used"));
    EXPECT_TRUE(exists("out/good.txt"));
}

TEST_F(DetectFailure, AFullDiskEndsTheRunLeavesNothingHalfAndTheNextRunGoesOn) {
    data.tone("in/a.wav", 60, 0, 8000);
    data.tone("in/b.wav", 60, 0, 8000);
    fs::create_directory(data.path("out"));
    onSmallDisk(data.path("out"), 65536, [&](bool isDisk) {
        if (!isDisk) return; // a limit on file sizes: see `labels`
        data.text("out/filler", std::string(40000, 'x'));
        const Ran ran = run(arguments({data.path("in"), "--scores", "--hop", "0.02"})); // 2600 lines each
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr("a.scores.csv\" could not be written because the disk is full"));
        EXPECT_THAT(ran.err, HasSubstr("1 more recording was not tried"));
        for (const auto& entry : fs::directory_iterator(data.path("out")))
            EXPECT_THAT(entry.path().filename().string(), testing::AnyOf(".ovation-detect.json", "filler"));
        fs::remove(data.path("out/filler"));
        const Ran again = run(arguments({data.path("in"), "--hop", "0.02"}));
        EXPECT_EQ(again.exitCode, 0) << again.err;
        EXPECT_TRUE(exists("out/a.txt") && exists("out/b.txt"));
    });
}

TEST_F(DetectFailure, ADiskThatIsFullFromTheStartIsSaidSo) {
    data.sound("in/a.wav", 1, 1);
    fs::create_directory(data.path("out"));
    onSmallDisk(data.path("out"), 4096, [&](bool isDisk) {
        if (!isDisk) return;
        data.text("out/filler", std::string(4096, 'x'));
        const Ran ran = run(arguments({data.path("in")}));
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr("because the disk is full"));
        EXPECT_EQ(lines(ran.err), 1);
        EXPECT_FALSE(exists("out/a.txt"));
    });
}
