// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"
#include "core/project/CheckpointLock.h"
#include "core/training/TrainingRun.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <unistd.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

void makeClips(const DataFolder& data, unsigned each = 12) {
    for (unsigned i = 0; i < each; ++i) {
        data.sound("data/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
        data.tone("data/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
    }
}

std::vector<std::string> trainArguments(const DataFolder& data, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"train",         data.path("data"),
                                       "--output",      data.path("m.safetensors"),
                                       "--history",     data.path("h.json"),
                                       "--hidden-size", "8",
                                       "--layers",      "1",
                                       "--heads",       "2",
                                       "--batch-size",  "4"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

Result<TrainingRun> historyOf(const DataFolder& data) {
    std::ifstream file(data.path("h.json"));
    return trainingRunFromJson(std::string{std::istreambuf_iterator<char>(file), {}});
}

const std::vector<std::string> endless{"--epochs", "100000", "--patience", "0"};

/// An epoch's line tells that there is something to keep.
void waitForAnEpoch(const Program& program) {
    for (int i = 0; i < 600 && program.err().find("| validation loss") == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

void expectTheBestIsKept(const DataFolder& data) {
    const auto history = historyOf(data);
    ASSERT_TRUE(history);
    EXPECT_EQ(history->stopped, StopReason::Cancelled);
    EXPECT_GE(history->bestEpoch, 1);
    EXPECT_TRUE(readModel(data.path("m.safetensors")));
}

} // namespace

TEST(TrainCommand, WritesAModelAndAHistory) {
    const DataFolder data;
    makeClips(data);
    const Ran ran = run(trainArguments(data, {"--epochs", "2", "--learning-rate", "0.005", "--dropout", "0"}));
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("after 2 epochs"));
    EXPECT_THAT(ran.out, HasSubstr("ROC-AUC"));
    EXPECT_THAT(ran.out, HasSubstr(data.path("m.safetensors")));
    const auto history = historyOf(data);
    ASSERT_TRUE(history);
    EXPECT_EQ(history->epochs.size(), 2U);
    EXPECT_EQ(history->hyperparameters.learningRate, 0.005);
    EXPECT_EQ(history->hyperparameters.hiddenSize, 8);
    EXPECT_EQ(history->dataset.trainExamples + history->dataset.validationExamples, 24);
    EXPECT_EQ(history->stopped, StopReason::Epochs);
    const auto model = readModel(data.path("m.safetensors"));
    ASSERT_TRUE(model) << describe(model.error());
    EXPECT_EQ(model->architecture.hiddenSize, 8);
    EXPECT_EQ(parameterCount(model->architecture), history->parameters);
    EXPECT_EQ(model->datasetFingerprint, history->dataset.fingerprint);
}

TEST(TrainCommand, CtrlCAndAClosedTerminalKeepTheBestAndSaySo) {
    for (const auto& signals : std::vector<std::vector<int>>{{SIGINT}, {SIGHUP, SIGHUP}}) {
        const DataFolder data;
        makeClips(data);
        Program program(trainArguments(data, endless));
        waitForAnEpoch(program);
        for (const int signal : signals) {
            kill(program.pid(), signal);
            std::this_thread::sleep_for(std::chrono::milliseconds(100)); // two at once are one
        }
        const Ran ran = program.wait();
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        EXPECT_THAT(ran.out, HasSubstr("cancelled"));
        expectTheBestIsKept(data);
    }
}

TEST(TrainCommand, CtrlCKeepsTheBestWhereWhoeverReadTheMessagesIsGone) {
    const DataFolder data;
    makeClips(data);
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    Program program(trainArguments(data, endless), [write = ends[1]] { ::dup2(write, STDERR_FILENO); });
    ::close(ends[1]);
    std::string said;
    char bytes[4096];
    while (said.find("| validation loss") == std::string::npos) {
        const ssize_t count = ::read(ends[0], bytes, sizeof bytes);
        ASSERT_GT(count, 0) << said;
        said.append(bytes, static_cast<size_t>(count));
    }
    ::close(ends[0]);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500)); // until it has more to say
    kill(program.pid(), SIGINT);
    EXPECT_EQ(program.wait().exitCode, 0);
    expectTheBestIsKept(data);
}

TEST(TrainCommand, SignalsThatAreIgnoredAreLeftAlone) {
    const DataFolder data;
    makeClips(data);
    Program program(trainArguments(data, {"--epochs", "150", "--patience", "0"}), [] {
        std::signal(SIGINT, SIG_IGN);
        std::signal(SIGHUP, SIG_IGN);
    });
    waitForAnEpoch(program);
    kill(program.pid(), SIGINT);
    kill(program.pid(), SIGHUP);
    EXPECT_EQ(program.wait().exitCode, 0);
    const auto history = historyOf(data);
    ASSERT_TRUE(history);
    EXPECT_EQ(history->stopped, StopReason::Epochs);
}

TEST(TrainCommand, WrongValuesNameTheOptionAndItsRange) {
    for (const auto& [option, value, range] :
         std::vector<std::array<const char*, 3>>{{"--epochs", "0", "from 1 to 100000"},
                                                 {"--learning-rate", "fast", "from 1e-07 to 10"},
                                                 {"--optimizer", "magic", "adamw, adam, sgd"},
                                                 {"--split", "speaker", "recording, random"},
                                                 {"--model", "crystal-ball", "bilstm-attention, transformer"},
                                                 {"--preset", "huge", "seed, transformer, compact"},
                                                 {"--heads", "3", "divide"}}) {
        const Ran ran = run({"train", OVATION_EXAMPLE, "--output", "/tmp/never.safetensors", option, value});
        EXPECT_EQ(ran.exitCode, 2) << option;
        EXPECT_THAT(ran.err, HasSubstr(option));
        EXPECT_THAT(ran.err, HasSubstr(range));
        EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    }
}

TEST(TrainCommand, WrongUsageEndsWithTwo) {
    EXPECT_EQ(run({"train", OVATION_EXAMPLE}).exitCode, 2) << "without --output";
    EXPECT_EQ(run({"train", OVATION_EXAMPLE, "--output", "/tmp/never.safetensors", "--resume"}).exitCode, 2);
    EXPECT_EQ(run({"train", OVATION_EXAMPLE, "--output", "/tmp/never.pt"}).exitCode, 2);
    EXPECT_EQ(run({"train", OVATION_EXAMPLE, "--output", "/tmp/x.safetensors", "--epoch", "3"}).exitCode, 2);
}

TEST(TrainCommand, AnOutputThatCannotBeWrittenIsSaidBeforeTraining) {
    const Ran ran = run({"train", OVATION_EXAMPLE, "--output", "/nowhere/m.safetensors"});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("/nowhere"));
    EXPECT_EQ(ran.err.find("parameters"), std::string::npos);
}

TEST(TrainCommand, WhatCannotBeginIsSaidBeforeTheDataAreLookedAt) {
    const DataFolder data; // without data
    const Ran resumed = run(trainArguments(data, {"--resume", "--checkpoint-dir", data.path("mistyped")}));
    EXPECT_EQ(resumed.exitCode, 1);
    EXPECT_THAT(resumed.err, HasSubstr("there is no checkpoint in the folder"));
    EXPECT_THAT(resumed.err, HasSubstr(data.path("mistyped")));
    EXPECT_FALSE(std::filesystem::exists(data.path("mistyped")));
    const Ran shared =
        run({"train", data.path("data"), "--output", data.path("m.safetensors"), "--preset", "compact"}, [] {
            for (const auto& [name, value] :
                 {std::pair{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "127.0.0.1"}, {"MASTER_PORT", "29500"}})
                setenv(name, value, 1);
        });
    EXPECT_EQ(shared.exitCode, 2);
    EXPECT_THAT(shared.err, HasSubstr("trained by one process"));
}

TEST(TrainCommand, RefusesAFolderOfCheckpointsThatAnotherTrainingWritesInto) {
    const DataFolder data;
    makeClips(data);
    const auto arguments = trainArguments(data, {"--epochs", "1", "--checkpoint-dir", data.path("kept"), "--quiet"});
    {
        const auto lock = lockCheckpoints(data.path("kept"));
        ASSERT_TRUE(lock) << describe(lock.error());
        const Ran refused = run(arguments);
        EXPECT_EQ(refused.exitCode, 1);
        EXPECT_THAT(refused.err, HasSubstr("Another training is writing its checkpoints into"));
        EXPECT_THAT(refused.err, HasSubstr(data.path("kept")));
        EXPECT_FALSE(std::filesystem::exists(data.path("kept/checkpoint.safetensors")));
    }
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_TRUE(std::filesystem::exists(data.path("kept/checkpoint.safetensors")));
    std::filesystem::remove(data.path("kept/lock"));
    std::filesystem::create_directory(data.path("kept/lock"));
    const Ran unlocked = run(arguments);
    EXPECT_EQ(unlocked.exitCode, 0) << unlocked.err;
    EXPECT_THAT(unlocked.err, HasSubstr("Other trainings are not kept out of the folder of checkpoints"));
}

TEST(TrainCommand, AFatalFindingStopsBeforeTraining) {
    const DataFolder data;
    data.sound("data/applause/a.wav", 1, 1);
    data.sound("data/applause/b.wav", 1, 2);
    const Ran ran = run(trainArguments(data, {"--quiet"}));
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("Every training window is applause"));
    EXPECT_FALSE(std::filesystem::exists(data.path("m.safetensors")));
}

TEST(TrainCommand, KeepsTheBestWhereTheLossLeavesTheNumbersAndFails) {
    const DataFolder data;
    makeClips(data);
    // Each step makes the weights nine times as large; there is one in an epoch.
    std::vector<std::string> arguments = trainArguments(
        data, {"--quiet", "--epochs", "100", "--patience", "0", "--learning-rate", "10", "--weight-decay", "1"});
    *std::next(std::ranges::find(arguments, "--batch-size")) = "1024";
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("The loss is no longer a number"));
    EXPECT_THAT(ran.out, HasSubstr("failed after"));
    const auto history = historyOf(data);
    ASSERT_TRUE(history);
    EXPECT_EQ(history->stopped, StopReason::Failed);
    EXPECT_GE(history->epochs.size(), 1U);
    EXPECT_LT(history->epochs.size(), 100U);
    EXPECT_TRUE(readModel(data.path("m.safetensors")));
}

TEST(TrainCommand, NamesOptionsThatTheModelDoesNotUse) {
    const DataFolder data;
    data.sound("data/applause/a.wav", 1, 1);
    data.sound("data/applause/b.wav", 1, 2);
    const auto errorsOf =
        [&](const std::vector<std::string>& more) { // of which the data are one, so that nothing is trained
            std::vector<std::string> arguments{"--quiet", "train", data.path("data"), "--output",
                                               data.path("m.safetensors")};
            arguments.insert(arguments.end(), more.begin(), more.end());
            return run(arguments).err;
        };
    EXPECT_THAT(errorsOf({"--preset", "compact", "--heads", "4", "--class-weights", "--channels", "8"}),
                HasSubstr("warning: the model crnn does not use --heads, --class-weights\n"));
    EXPECT_EQ(errorsOf({"--heads", "4", "--class-weights"}).find("does not use"), std::string::npos);
}

TEST(TrainCommand, APresetThatIsGivenCountsBesideAModelToBeginFrom) {
    const DataFolder data;
    makeClips(data);
    ASSERT_EQ(run(trainArguments(data, {"--epochs", "1", "--learning-rate", "0.002"})).exitCode, 0);
    std::filesystem::rename(data.path("m.safetensors"), data.path("first.safetensors"));
    const auto rateFrom = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"--epochs", "1", "--from", data.path("first.safetensors")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        EXPECT_EQ(run(trainArguments(data, arguments)).exitCode, 0);
        const auto history = historyOf(data);
        return history ? history->hyperparameters.learningRate : 0;
    };
    EXPECT_DOUBLE_EQ(rateFrom({}), 0.0004);
    EXPECT_DOUBLE_EQ(rateFrom({"--preset", "seed"}), 0.001);
}

TEST(TrainCommand, QuietPrintsTheSummaryAndWarnings) {
    const DataFolder data;
    makeClips(data);
    const Ran ran = run(trainArguments(data, {"--quiet", "--epochs", "1"}));
    EXPECT_EQ(ran.exitCode, 0);
    EXPECT_THAT(ran.err, HasSubstr("warning: Validation ")) << "it has few windows";
    std::istringstream lines(ran.err);
    for (std::string line; std::getline(lines, line);)
        EXPECT_THAT(line, testing::StartsWith("warning: "));
    EXPECT_THAT(ran.out, HasSubstr("after 1 epoch "));
}

TEST(TrainCommand, SaysHowTheDataWasTaken) {
    const DataFolder data;
    makeClips(data);
    data.text("data/HIPSTAS.csv", "file,start_s,end_s\nnowhere.wav,1,2\n");
    const Ran ran = run(trainArguments(data, {"--epochs", "1"}));
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("note: 12 clips in " + data.path("data/other") + " taken as"));
    EXPECT_THAT(ran.err, HasSubstr("HIPSTAS.csv names 1 recording that cannot be found, the first being nowhere.wav"));
}
