// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectStore.h"
#include "core/training/TrainingRun.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

TEST(HistoryCommand, WritesEveryFormat) {
    const DataFolder data;
    TrainingRun training;
    training.startedMs = 1700000000000;
    training.epochs.resize(2);
    training.epochs[0].epoch = 1;
    training.epochs[1].epoch = 2;
    training.epochs[1].validation.f1 = 0.5;
    data.text("h.json", toJson(training));
    ASSERT_EQ(run({"history", data.path("h.json"), "--format", "csv", "--output", data.path("h.csv")}).exitCode, 0);
    EXPECT_THAT(readBytes(data.path("h.csv")), HasSubstr("\n2,"));
    ASSERT_EQ(run({"history", data.path("h.json"), "--format", "json", "--output", data.path("again.json")}).exitCode,
              0);
    EXPECT_TRUE(trainingRunFromJson(readBytes(data.path("again.json"))));
    ASSERT_EQ(run({"history", data.path("h.json"), "--format", "tensorboard", "--output", data.path("logs")}).exitCode,
              0);
    EXPECT_TRUE(std::filesystem::exists(data.path("logs/events.out.tfevents.1700000000.ovation")));
}

TEST(HistoryCommand, TheNameOfAFileSaysItsFormatAndThatItIsOne) {
    const DataFolder data;
    TrainingRun training;
    training.epochs.resize(1);
    training.epochs[0].epoch = 1;
    data.text("h.json", toJson(training));
    const auto write = [&](const char* input, const std::string& output, const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{"--quiet", "history", data.path(input), "--output", output};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    };
    ASSERT_EQ(write("h.json", data.path("h.csv")).exitCode, 0);
    EXPECT_THAT(readBytes(data.path("h.csv")), HasSubstr("\n1,"));
    const Ran unknown = write("h.json", data.path("h.txt"));
    EXPECT_EQ(unknown.exitCode, 2);
    EXPECT_THAT(unknown.err, HasSubstr("--format"));
    {
        auto store = *ProjectStore::create(data.path("p.ovation"));
        training.id = 1;
        training.name = "Run 1";
        ASSERT_TRUE(store->putRun(training));
    }
    ASSERT_EQ(write("p.ovation", data.path("hist.csv"), {"--format", "csv"}).exitCode, 0);
    EXPECT_TRUE(std::filesystem::is_regular_file(data.path("hist.csv")));
    ASSERT_EQ(write("p.ovation", data.path("hist.json")).exitCode, 0);
    EXPECT_TRUE(trainingRunFromJson(readBytes(data.path("hist.json"))));
    ASSERT_EQ(write("p.ovation", data.path("folder"), {"--format", "csv"}).exitCode, 0);
    EXPECT_TRUE(std::filesystem::is_directory(data.path("folder")));
    {
        auto store = *ProjectStore::open(data.path("p.ovation"));
        training.id = 2;
        ASSERT_TRUE(store->putRun(training));
    }
    const Ran several = write("p.ovation", data.path("two.csv"));
    EXPECT_EQ(several.exitCode, 2);
    EXPECT_THAT(several.err, HasSubstr("the project holds 2 runs"));
    EXPECT_FALSE(std::filesystem::exists(data.path("two.csv")));
    std::filesystem::create_directory(data.path("old.csv"));
    EXPECT_EQ(write("p.ovation", data.path("old.csv")).exitCode, 0) << "a folder that is there stays one";
}

TEST(HistoryCommand, SaysWhereTensorBoardWouldDrawTwoRunsAsOne) {
    const DataFolder data;
    TrainingRun training;
    training.epochs.resize(1);
    training.epochs[0].epoch = 1;
    const auto write = [&](int64_t startedMs, const char* folder) {
        training.startedMs = startedMs;
        const std::string history = data.text("h.json", toJson(training));
        const Ran ran = run({"--quiet", "history", history, "--format", "tensorboard", "--output", data.path(folder)});
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        return ran.err;
    };
    EXPECT_EQ(write(1700000000000, "logs"), "");
    EXPECT_EQ(write(1700000000000, "logs"), "") << "the same run";
    EXPECT_EQ(write(1700000100000, "logs/second"), "");
    data.text("logs/third/events.out.tfevents.1.somebody", "");
    EXPECT_EQ(write(1700000100000, "logs/third"), "");
    EXPECT_THAT(write(1700000100000, "logs"), HasSubstr("logs\" holds other runs too"));
    EXPECT_TRUE(std::filesystem::exists(data.path("logs/events.out.tfevents.1700000000.ovation"))) << "nothing goes";
}

TEST(HistoryCommand, NamesAFileThatIsNoHistory) {
    const DataFolder data;
    data.text("h.json", "[1, 2");
    const Ran ran = run({"history", data.path("h.json"), "--format", "csv", "--output", data.path("h.csv")});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("h.json"));
    EXPECT_FALSE(std::filesystem::exists(data.path("h.csv")));
}

TEST(HistoryCommand, TheHistoryThatIsReadIsNotReplacedByAnotherForm) {
    const DataFolder data;
    TrainingRun training;
    training.epochs.resize(1);
    training.epochs[0].epoch = 1;
    const std::string history = data.text("h.json", toJson(training)), before = readBytes(history);
    std::filesystem::create_symlink(history, data.path("link"));
    for (const char* format : {"csv", "tensorboard"})
        for (const char* output : {"h.json", "link"}) {
            const Ran ran = run({"history", history, "--format", format, "--output", data.path(output)});
            EXPECT_EQ(ran.exitCode, 2) << format;
            EXPECT_THAT(ran.err, HasSubstr("would replace what is read"));
        }
    EXPECT_EQ(readBytes(history), before);
    EXPECT_EQ(run({"history", history, "--format", "json", "--output", history}).exitCode, 0);
    EXPECT_TRUE(trainingRunFromJson(readBytes(history)));
}
