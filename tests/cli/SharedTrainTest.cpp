// SPDX-License-Identifier: GPL-3.0-or-later

// `ovation train` as a launcher starts it: several processes, each told its place by environment variables.

#include "core/models/ModelBundle.h"
#include "core/training/TrainingRun.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/FreePort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <thread>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

using Variables = std::vector<std::string>; ///< "NAME=value"

std::function<void()> setting(const Variables& variables) {
    return [variables] {
        for (const std::string& variable : variables) {
            const size_t end = variable.find('=');
            setenv(variable.substr(0, end).c_str(), variable.c_str() + end + 1, 1);
        }
    };
}

class SharedTrain : public testing::Test {
protected:
    SharedTrain() {
        for (unsigned i = 0; i < 9; ++i) {
            m_data.sound("data/applause/a" + std::to_string(i) + ".wav", 0.4 + 0.05 * (i % 3), i + 1);
            m_data.tone("data/other/b" + std::to_string(i) + ".wav", 0.5, 200 + 40 * i);
        }
    }

    /// Files are named by `name`; `more` are further arguments.
    std::vector<std::string> arguments(const std::string& name, const std::vector<std::string>& more) const {
        std::vector<std::string> all{"train",           m_data.path("data"),
                                     "--output",        m_data.path(name + ".safetensors"),
                                     "--history",       m_data.path(name + ".json"),
                                     "--hidden-size",   "8",
                                     "--layers",        "2",
                                     "--heads",         "2",
                                     "--batch-size",    "4",
                                     "--threads",       "1",
                                     "--optimizer",     "sgd",
                                     "--learning-rate", "0.01"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    static Variables place(int rank, int size, int port) {
        return {"RANK=" + std::to_string(rank), "WORLD_SIZE=" + std::to_string(size), "MASTER_ADDR=127.0.0.1",
                "MASTER_PORT=" + std::to_string(port)};
    }

    std::vector<std::unique_ptr<Program>> start(int size, const std::vector<std::string>& all) const {
        const int port = freePort();
        std::vector<std::unique_ptr<Program>> programs;
        for (int rank = 0; rank < size; ++rank)
            programs.push_back(std::make_unique<Program>(all, setting(place(rank, size, port))));
        return programs;
    }

    TrainingRun history(const std::string& name) const {
        std::ifstream file(m_data.path(name + ".json"));
        const auto run = trainingRunFromJson(std::string{std::istreambuf_iterator<char>(file), {}});
        EXPECT_TRUE(run) << name;
        return run ? *run : TrainingRun();
    }

    void expectSame(const std::string& a, const std::string& b) const {
        const TrainingRun runA = history(a), runB = history(b);
        ASSERT_EQ(runA.epochs.size(), runB.epochs.size());
        for (size_t i = 0; i < runA.epochs.size(); ++i) {
            EXPECT_NEAR(*runA.epochs[i].train.loss, *runB.epochs[i].train.loss, 1e-6);
            EXPECT_NEAR(*runA.epochs[i].validation.loss, *runB.epochs[i].validation.loss, 1e-6);
        }
        const auto modelA = readModel(m_data.path(a + ".safetensors"));
        const auto modelB = readModel(m_data.path(b + ".safetensors"));
        ASSERT_TRUE(modelA && modelB);
        for (const auto& [name, tensor] : modelA->weights)
            for (size_t i = 0; i < tensor.values.size(); ++i)
                ASSERT_NEAR(tensor.values[i], modelB->weights.at(name).values.at(i), 1e-6) << name;
    }

    /// An epoch's line tells that training is under way.
    static void waitForAnEpoch(const Program& first) {
        for (int i = 0; i < 600 && first.err().find("| validation loss") == std::string::npos; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        ASSERT_THAT(first.err(), HasSubstr("| validation loss"));
    }

    static std::string sentences(const std::string& err) {
        std::string result;
        std::istringstream lines(err);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("ovation: ")) result += line + "\n";
        return result;
    }

    const DataFolder m_data;
};

} // namespace

TEST_F(SharedTrain, TwoProcessesTrainWhatOneDoes) {
    const std::vector<std::string> settings{"--epochs", "3", "--quiet"};
    ASSERT_EQ(run(arguments("alone", settings)).exitCode, 0);
    const auto programs = start(2, arguments("shared", settings));
    const Ran first = programs[0]->wait(), second = programs[1]->wait();
    EXPECT_EQ(first.exitCode, 0) << first.err;
    EXPECT_EQ(second.exitCode, 0) << second.err;
    EXPECT_THAT(first.out, HasSubstr("model written"));
    EXPECT_EQ(second.out, "");
    EXPECT_EQ(sentences(first.err) + second.err, "");
    expectSame("shared", "alone");
}

TEST_F(SharedTrain, AKilledProcessEndsTheOthersAndTheRunGoesOnFromItsCheckpoint) {
    const std::string checkpoints = m_data.path("checkpoints");
    const std::vector<std::string> endless{"--epochs", "100000", "--patience", "0", "--checkpoint-dir", checkpoints};
    {
        const auto programs = start(3, arguments("killed", endless));
        waitForAnEpoch(*programs[0]);
        kill(programs[2]->pid(), SIGKILL);
        for (const size_t rank : {size_t{0}, size_t{1}}) {
            const Ran ran = programs[rank]->wait();
            EXPECT_EQ(ran.exitCode, 1) << ran.err;
            EXPECT_THAT(ran.err, HasSubstr("one of the 3 processes ended"));
            EXPECT_EQ(std::ranges::count(sentences(ran.err), '\n'), 1) << ran.err;
        }
    }
    // Whatever epoch it came to: two processes add one, and one process adds the same.
    const auto folder = m_data.path("copy");
    std::filesystem::copy(checkpoints, folder);
    const Ran probe = run(arguments(
        "probe", {"--epochs", "1", "--patience", "0", "--checkpoint-dir", m_data.path("copy"), "--resume", "--quiet"}));
    ASSERT_EQ(probe.exitCode, 0) << probe.err;
    const std::string epochs = std::to_string(history("probe").epochs.size() + 1);
    std::filesystem::remove_all(folder);
    std::filesystem::copy(checkpoints, folder);
    const std::vector<std::string> rest{"--epochs", epochs, "--patience", "0", "--resume", "--quiet"};
    auto resumed = rest;
    resumed.insert(resumed.end(), {"--checkpoint-dir", checkpoints});
    const auto programs = start(2, arguments("shared", resumed));
    for (const auto& program : programs) {
        const Ran ran = program->wait();
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
    }
    auto alone = rest;
    alone.insert(alone.end(), {"--checkpoint-dir", folder});
    ASSERT_EQ(run(arguments("alone", alone)).exitCode, 0);
    EXPECT_EQ(std::to_string(history("shared").epochs.size()), epochs);
    expectSame("shared", "alone");
}

TEST_F(SharedTrain, WithoutTheFirstProcessTheOthersEnd) {
    const auto programs = start(2, arguments("m", {"--epochs", "100000", "--patience", "0"}));
    waitForAnEpoch(*programs[0]);
    kill(programs[0]->pid(), SIGKILL);
    const Ran ran = programs[1]->wait();
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("one of the 2 processes ended"));
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
}

TEST_F(SharedTrain, CtrlCInOneProcessEndsAllAndKeepsTheBest) {
    const auto programs = start(2, arguments("m", {"--epochs", "100000", "--patience", "0"}));
    waitForAnEpoch(*programs[0]);
    kill(programs[1]->pid(), SIGINT);
    const Ran first = programs[0]->wait(), second = programs[1]->wait();
    EXPECT_EQ(first.exitCode, 0) << first.err;
    EXPECT_EQ(second.exitCode, 0) << second.err;
    EXPECT_THAT(first.out, HasSubstr("cancelled"));
    EXPECT_EQ(history("m").stopped, StopReason::Cancelled);
    EXPECT_TRUE(readModel(m_data.path("m.safetensors")));
}

TEST_F(SharedTrain, WrongVariablesEndWithTwoAndOneSentence) {
    const std::vector<std::pair<Variables, const char*>> cases{
        {{"RANK=0", "WORLD_SIZE=2", "MASTER_PORT=29500"}, "MASTER_ADDR is missing"},
        {{"RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1"}, "MASTER_PORT is missing"},
        {{"RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=http"}, "MASTER_PORT is \"http\""},
        {{"RANK=0", "WORLD_SIZE=none"}, "WORLD_SIZE is \"none\""},
        {{"RANK=2", "WORLD_SIZE=2"}, "RANK is 2"},
    };
    for (const auto& [variables, text] : cases) {
        const Ran ran = run(arguments("m", {}), setting(variables));
        EXPECT_EQ(ran.exitCode, 2) << text;
        EXPECT_THAT(ran.err, HasSubstr(text));
        EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    }
}

TEST_F(SharedTrain, AProcessThatStaysAloneSaysSo) {
    for (const int rank : {0, 1}) {
        const Ran ran = run(arguments("m", {"--peer-timeout", "1", "--quiet"}), setting(place(rank, 2, freePort())));
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr(rank == 0 ? "only 1 of 2 processes came within 1 s" : "nobody answered at"));
        EXPECT_EQ(std::ranges::count(sentences(ran.err), '\n'), 1) << ran.err;
    }
}
