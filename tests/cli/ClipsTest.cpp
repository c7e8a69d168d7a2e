// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ovation::test;
using testing::HasSubstr;

TEST(ClipsCommand, WritesATrainingSetThatCheckReads) {
    const DataFolder data;
    data.sound("speeches/a.wav", 12, 1);
    data.text("speeches/a.txt", "3\t5\tapplause\n");
    data.sound("speeches/b.wav", 12, 2);
    data.text("speeches/b.txt", "6\t9\tapplause\n");
    const Ran ran = run({"clips", data.path("speeches"), "--output", data.path("set"), "--training-set", "--format",
                         "wav", "--pattern", "{recording}_{class}_{number}"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("2 applause"));
    EXPECT_TRUE(std::filesystem::exists(data.path("set/applause/a_applause_001.wav")));
    EXPECT_TRUE(std::filesystem::exists(data.path("set/metadata.csv")));
    const Ran check = run({"check", data.path("set"), "--json"});
    EXPECT_THAT(check.out, HasSubstr("\"clips\":"));
    EXPECT_THAT(check.out, HasSubstr("5.0")); // seconds of applause
}

TEST(ClipsCommand, AFilmAmongTheRecordingsIsNoFailure) {
    const DataFolder data;
    data.sound("speeches/a.wav", 2, 1);
    data.text("speeches/a.txt", "0.5\t1\tapplause\n");
    data.text("speeches/film.mp4", "x");
    const std::vector<std::vector<std::string>> commands{
        {"clips", data.path("speeches"), "--output", data.path("o")},
        {"evaluate", data.path("speeches"), "--baseline", "energy"},
        {"report", data.path("speeches"), "--output", data.path("r.csv")}};
    for (const std::vector<std::string>& command : commands) {
        const Ran ran = run(command);
        EXPECT_EQ(ran.exitCode, 0) << command.front() << ": " << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("1 sound file was passed over")) << command.front();
    }
    EXPECT_EQ(readBytes(data.path("r.csv")).find("film"), std::string::npos);
}

TEST(ClipsCommand, SaysWhatIsWrongInOneLine) {
    const DataFolder data;
    data.sound("a.wav", 2, 1);
    data.text("a.txt", "0.5\t1\tapplause\n");
    const Ran pattern = run({"clips", data.path("a.wav"), "--output", data.path("o"), "--pattern", "{nobody}"});
    EXPECT_EQ(pattern.exitCode, 2);
    EXPECT_THAT(pattern.err, HasSubstr("{nobody}"));
    EXPECT_EQ(run({"clips", data.path("none"), "--output", data.path("o")}).exitCode, 1);
    EXPECT_FALSE(std::filesystem::exists(data.path("o")));
}

TEST(ClipsCommand, WritesItsClipsAnewWhenItIsRunAgain) {
    const DataFolder data;
    data.sound("speeches/a.wav", 2, 1);
    data.text("speeches/a.txt", "0.5\t1\tapplause\n");
    const std::vector<std::string> command{"clips", data.path("speeches"), "--output", data.path("o")};
    ASSERT_EQ(run(command).exitCode, 0);
    const std::string first = readBytes(data.path("o/a-001.flac"));
    data.text("speeches/a.txt", "0.5\t1.5\tapplause\n");
    ASSERT_EQ(run(command).exitCode, 0);
    EXPECT_NE(readBytes(data.path("o/a-001.flac")), first);
    EXPECT_FALSE(std::filesystem::exists(data.path("o/a-002.flac")));
}

TEST(ClipsCommand, ATrainingSetOfCorrectedLabelsHoldsNoOthers) {
    const DataFolder data;
    data.sound("speeches/a.wav", 4, 1);
    data.text("speeches/a.txt", "0.5\t1\tapplause\n2\t3\tapplause\n3.5\t3.2\tapplause\n");
    const std::vector<std::string> command{"clips", data.path("speeches"), "--output", data.path("set"),
                                           "--training-set"};
    const Ran first = run(command);
    ASSERT_EQ(first.exitCode, 0) << first.err;
    EXPECT_THAT(first.err, HasSubstr("a.wav\": 1 label cannot be used and is left out."));
    EXPECT_TRUE(std::filesystem::exists(data.path("set/applause/a-002.flac")));
    data.text("speeches/a.txt", "0.5\t1\tapplause\n");
    const Ran again = run(command);
    ASSERT_EQ(again.exitCode, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("Removed 1 of an earlier export that this one replaces."));
    EXPECT_FALSE(std::filesystem::exists(data.path("set/applause/a-002.flac")));
    EXPECT_TRUE(std::filesystem::exists(data.path("set/applause/a-001.flac")));
    EXPECT_EQ(again.err.find("warning"), std::string::npos) << again.err;
    // A set of which nothing is noted, as earlier programs left them.
    std::filesystem::remove(data.path("set/.ovation-clips.csv"));
    data.text("speeches/a.txt", "");
    const Ran doubtful = run(command);
    ASSERT_EQ(doubtful.exitCode, 0) << doubtful.err;
    EXPECT_THAT(doubtful.err, HasSubstr("may be of former labels of these recordings, the first being applause/a-001"));
    EXPECT_TRUE(std::filesystem::exists(data.path("set/applause/a-001.flac")));
}
