// SPDX-License-Identifier: GPL-3.0-or-later

// `ovation detect` as several runs that share an archive, and the report over all of them.

#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

class ShardedDetect : public testing::Test {
protected:
    ShardedDetect() {
        writeConstantModel(m_data.path("m.safetensors"));
        for (unsigned i = 0; i < 5; ++i)
            m_data.sound("archive/" + std::to_string(i) + ".wav", 1 + 0.1 * i, i + 1);
    }

    std::vector<std::string> arguments(const std::vector<std::string>& more) const {
        std::vector<std::string> all{"detect",   m_data.path("archive"), "--model",   m_data.path("m.safetensors"),
                                     "--output", m_data.path("out"),     "--threads", "1"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    /// The label files.
    std::set<std::string> outputs() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(m_data.path("out")))
            if (entry.path().extension() == ".txt") names.insert(entry.path().stem().string());
        return names;
    }

    nlohmann::json report() const {
        return nlohmann::json::parse(*readFile(m_data.path("out/applause-report.json")), nullptr, false);
    }

    const DataFolder m_data;
};

using NameSet = std::set<std::string>;

} // namespace

TEST_F(ShardedDetect, PartsShareTheArchiveAndTheReportJoinsThem) {
    Program first(arguments({"--shard", "1/2"}));
    Program second(arguments({"--shard", "2/2"}));
    const Ran one = first.wait(), two = second.wait();
    EXPECT_EQ(one.exitCode, 0) << one.err;
    EXPECT_EQ(two.exitCode, 0) << two.err;
    EXPECT_THAT(one.err, HasSubstr("3 written"));
    EXPECT_THAT(two.err, HasSubstr("2 written"));
    EXPECT_EQ(outputs(), (NameSet{"0", "1", "2", "3", "4"}));

    const Ran merged = run(arguments({"--merge"}));
    EXPECT_EQ(merged.exitCode, 0) << merged.err;
    EXPECT_THAT(merged.out, HasSubstr("5 done, 0 failed, 0 missing"));
    const auto json = report();
    ASSERT_EQ(json["recordings"].size(), 5u);
    for (size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(json["recordings"][i]["status"], "done");
        EXPECT_NEAR(json["recordings"][i]["duration_s"].get<double>(), 1 + 0.1 * static_cast<double>(i), 0.001);
        EXPECT_EQ(json["recordings"][i]["segments"], 1);
    }
    EXPECT_NEAR(json["total"]["duration_s"].get<double>(), 6, 0.005);
    EXPECT_NEAR(json["total"]["applause_s"].get<double>(), 6, 0.005);
    const auto csv = readFile(m_data.path("out/applause-report.csv"));
    ASSERT_TRUE(csv);
    EXPECT_THAT(*csv, HasSubstr("file,output,status,duration_s,segments,applause_s,failure\n"));
    EXPECT_EQ(std::ranges::count(*csv, '\n'), 6);
    EXPECT_EQ(run(arguments({"--merge"})).exitCode, 0) << "its own report may be replaced";
}

TEST_F(ShardedDetect, FinishedRecordingsAreSkippedWhoeverDidThem) {
    EXPECT_EQ(run(arguments({"--shard", "1/2"})).exitCode, 0);
    const Ran other = run(arguments({"--shard", "2/3"})); // recordings 1 and 4
    EXPECT_THAT(other.err, HasSubstr("1 written, 1 already done"));
    const Ran whole = run(arguments({}));
    EXPECT_THAT(whole.err, HasSubstr("1 written, 4 already done"));
    // Other settings under another division: what they wrote is the newest.
    EXPECT_THAT(run(arguments({"--threshold", "0.3", "--shard", "1/5"})).err, HasSubstr("1 written"));
    EXPECT_THAT(run(arguments({})).err, HasSubstr("1 written, 4 already done"));
}

TEST_F(ShardedDetect, ARunBesideAnotherKeepsItsNotesApart) {
    EXPECT_EQ(run(arguments({"--threshold", "0.3"})).exitCode, 0);
    const std::string state = m_data.path("out/.ovation-detect.json"), lock = state + ".lock";
    EXPECT_FALSE(fs::exists(lock));
    const auto before = readFile(state);
    ASSERT_TRUE(before);
    const int held = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666); // as a run that is still going
    ASSERT_GE(held, 0);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    const Ran beside = run(arguments({}));
    ::close(held);
    EXPECT_EQ(beside.exitCode, 0) << beside.err;
    EXPECT_THAT(beside.err, HasSubstr("5 written"));
    EXPECT_EQ(*readFile(state), *before) << "the notes of the run that is still going";
    EXPECT_THAT(run(arguments({})).err, HasSubstr("0 written, 5 already done"));
    EXPECT_THAT(run(arguments({"--threshold", "0.3"})).err, HasSubstr("5 written, 0 already done, 0 failed"));
    EXPECT_FALSE(fs::exists(lock)) << "what a killed run left of it keeps nobody away";
}

TEST_F(ShardedDetect, TheSameRunTwiceAtOnceSharesTheWork) {
    for (int i = 10; i < 40; ++i)
        fs::copy_file(m_data.path("archive/0.wav"), m_data.path("archive/" + std::to_string(i) + ".wav"));
    Program first(arguments({}));
    const std::string state = m_data.path("out/.ovation-detect.json"), journal = state + "l";
    for (int i = 0; i < 20'000 && !fs::exists(journal) && !fs::exists(state); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ::kill(first.pid(), SIGSTOP);
    const Ran second = run(arguments({}));
    ::kill(first.pid(), SIGCONT);
    const Ran ended = first.wait();
    EXPECT_EQ(second.exitCode, 0) << second.err;
    EXPECT_EQ(ended.exitCode, 0) << ended.err;
    EXPECT_EQ(outputs().size(), 35U);
    EXPECT_FALSE(fs::exists(journal)) << "what it says is in the file";
    EXPECT_THAT(run(arguments({})).err, HasSubstr("0 written, 35 already done"));
}

TEST_F(ShardedDetect, TheReportNamesWhatFailedAndWhatIsMissing) {
    m_data.text("archive/1.wav", "no sound");
    EXPECT_EQ(run(arguments({"--shard", "1/2"})).exitCode, 0);
    Ran merged = run(arguments({"--merge"}));
    EXPECT_EQ(merged.exitCode, 1);
    EXPECT_THAT(merged.out, HasSubstr("3 done, 0 failed, 2 missing"));
    for (const char* missing : {"archive/1.wav", "archive/3.wav"})
        EXPECT_THAT(merged.err, HasSubstr("\"" + m_data.path(missing) + "\" has not been done"));
    EXPECT_EQ(run(arguments({"--shard", "2/2"})).exitCode, 1);
    merged = run(arguments({"--merge"}));
    EXPECT_EQ(merged.exitCode, 1);
    EXPECT_THAT(merged.out, HasSubstr("4 done, 1 failed, 0 missing"));
    EXPECT_THAT(merged.err, HasSubstr(m_data.path("archive/1.wav")));
    EXPECT_EQ(report()["failed"], nlohmann::json({m_data.path("archive/1.wav")}));
    EXPECT_THAT(report()["recordings"][1]["failure"].get<std::string>(), HasSubstr("not a sound file"));
}

TEST_F(ShardedDetect, ATaskOfASlurmArrayDoesItsPart) {
    const auto task = [](const char* id, const char* least, const char* most, const char* count) {
        return [=] {
            setenv("SLURM_ARRAY_TASK_ID", id, 1);
            setenv("SLURM_ARRAY_TASK_MIN", least, 1);
            setenv("SLURM_ARRAY_TASK_MAX", most, 1);
            setenv("SLURM_ARRAY_TASK_COUNT", count, 1);
        };
    };
    EXPECT_EQ(run(arguments({"--shard", "slurm"}), task("5", "1", "5", "3")).exitCode, 0); // 1, 3, 5: the last of three
    EXPECT_EQ(outputs(), (NameSet{"2"}));
    EXPECT_EQ(run(arguments({"--shard", "2/5"}), task("5", "1", "5", "3")).exitCode, 0) << "what is typed counts";
    EXPECT_EQ(outputs(), (NameSet{"1", "2"}));
    const Ran uneven = run(arguments({"--shard", "slurm"}), task("2", "1", "7", "3"));
    EXPECT_EQ(uneven.exitCode, 2);
    EXPECT_THAT(uneven.err, HasSubstr("--shard I/N"));
    EXPECT_EQ(run(arguments({"--shard", "slurm"}), [] { setenv("SLURM_ARRAY_TASK_ID", "2", 1); }).exitCode, 2);
    EXPECT_THAT(run(arguments({}), task("1", "1", "5", "3")).err, HasSubstr("3 written")) << "nobody asked for a part";
}

TEST_F(ShardedDetect, AWrongPartEndsWithTwo) {
    for (const char* text : {"0/2", "3/2", "2", "1/0", "a/b", "1/2/3", "-1/2", "/"}) {
        const Ran ran = run(arguments({"--shard", text}));
        EXPECT_EQ(ran.exitCode, 2) << text;
        EXPECT_THAT(ran.err, HasSubstr("such as 2/8"));
    }
}

TEST_F(ShardedDetect, AStrangersReportIsNotReplaced) {
    EXPECT_EQ(run(arguments({})).exitCode, 0);
    m_data.text("out/applause-report.csv", "mine");
    const Ran merged = run(arguments({"--merge"}));
    EXPECT_EQ(merged.exitCode, 1);
    EXPECT_THAT(merged.err, HasSubstr("applause-report.csv"));
    EXPECT_EQ(*readFile(m_data.path("out/applause-report.csv")), "mine");
    fs::remove(m_data.path("out/applause-report.csv"));
    EXPECT_EQ(run(arguments({"--merge"})).exitCode, 0);
    m_data.text("out/applause-report.csv", "its own, with remarks");
    EXPECT_EQ(run(arguments({"--merge"})).exitCode, 1);
    EXPECT_EQ(*readFile(m_data.path("out/applause-report.csv")), "its own, with remarks");
}
