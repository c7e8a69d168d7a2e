// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

using namespace ovation;
using testing::HasSubstr;

namespace {

using Variables = std::map<std::string, std::string>;

Result<Launch> launchFrom(const Variables& variables) {
    return launchFromEnvironment([&](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

const Variables kTorchrun{{"RANK", "1"},
                          {"WORLD_SIZE", "4"},
                          {"LOCAL_RANK", "1"},
                          {"LOCAL_WORLD_SIZE", "2"},
                          {"MASTER_ADDR", "node1"},
                          {"MASTER_PORT", "29500"}};

Variables with(Variables variables, const Variables& more) {
    for (const auto& [name, value] : more)
        variables[name] = value;
    return variables;
}

void expectWrong(const Variables& variables, const std::string& text) {
    const auto launch = launchFrom(variables);
    ASSERT_FALSE(launch) << text;
    EXPECT_EQ(launch.error().code, ErrorCode::WrongUsage);
    EXPECT_THAT(describe(launch.error()), HasSubstr(text));
}

} // namespace

TEST(Launch, WithoutALauncherIsOneProcessOfOne) {
    for (const Variables& variables :
         {Variables{}, Variables{{"RANK", ""}, {"WORLD_SIZE", ""}}, Variables{{"MASTER_ADDR", "node1"}}}) {
        const auto launch = launchFrom(variables);
        ASSERT_TRUE(launch);
        EXPECT_FALSE(launch->shared());
        EXPECT_TRUE(launch->first());
    }
}

TEST(Launch, ReadsWhatTorchrunSets) {
    const auto launch = launchFrom(kTorchrun);
    ASSERT_TRUE(launch) << describe(launch.error());
    EXPECT_EQ(launch->rank, 1);
    EXPECT_EQ(launch->size, 4);
    EXPECT_EQ(launch->localSize, 2);
    EXPECT_EQ(launch->address, "node1");
    EXPECT_EQ(launch->port, 29500);
    EXPECT_FALSE(launch->first());
}

TEST(Launch, LeavesTorchrunThePortThatItListensOn) {
    const auto launch = launchFrom(with(kTorchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "True"}}));
    ASSERT_TRUE(launch) << describe(launch.error());
    EXPECT_EQ(launch->port, 29501);
    EXPECT_EQ(launchFrom(with(kTorchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "False"}}))->port, 29500);
}

TEST(Launch, ReadsWhatSlurmSetsWhereRankIsMissing) {
    const Variables step{{"SLURM_PROCID", "2"},
                         {"SLURM_NTASKS", "3"},
                         {"SLURM_STEP_NUM_TASKS", "3"},
                         {"MASTER_ADDR", "node1"},
                         {"MASTER_PORT", "29500"}};
    const auto launch = launchFrom(step);
    ASSERT_TRUE(launch) << describe(launch.error());
    EXPECT_EQ(launch->rank, 2);
    EXPECT_EQ(launch->size, 3);
    // torchrun within a Slurm step: its own variables count.
    const auto both = launchFrom(with(step, kTorchrun));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->rank, 1);
    EXPECT_EQ(both->size, 4);
}

TEST(Launch, InABatchScriptWithoutSrunIsOneProcess) {
    const auto launch = launchFrom({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}});
    ASSERT_TRUE(launch);
    EXPECT_FALSE(launch->shared());
}

TEST(Launch, OneProcessNeedsNoAddress) {
    const auto launch = launchFrom({{"RANK", "0"}, {"WORLD_SIZE", "1"}});
    ASSERT_TRUE(launch);
    EXPECT_FALSE(launch->shared());
}

TEST(Launch, SaysWhatIsMissingOrWrong) {
    expectWrong(with(kTorchrun, {{"MASTER_ADDR", ""}}), "MASTER_ADDR is missing");
    expectWrong(with(kTorchrun, {{"MASTER_PORT", ""}}), "MASTER_PORT is missing");
    expectWrong(with(kTorchrun, {{"RANK", ""}}), "RANK is missing");
    expectWrong(with(kTorchrun, {{"WORLD_SIZE", ""}}), "WORLD_SIZE is missing");
    expectWrong(with(kTorchrun, {{"MASTER_PORT", "70000"}}), "MASTER_PORT is \"70000\" and has to be a whole number");
    expectWrong(with(kTorchrun, {{"MASTER_PORT", "29500x"}}), "MASTER_PORT is \"29500x\"");
    expectWrong(with(kTorchrun, {{"WORLD_SIZE", "0"}}), "WORLD_SIZE is \"0\"");
    expectWrong(with(kTorchrun, {{"WORLD_SIZE", "two"}}), "WORLD_SIZE is \"two\"");
    expectWrong(with(kTorchrun, {{"RANK", "-1"}}), "RANK is \"-1\"");
    expectWrong(with(kTorchrun, {{"RANK", "4"}}), "below WORLD_SIZE, which is 4");
    expectWrong(with(kTorchrun, {{"LOCAL_WORLD_SIZE", "5"}}), "LOCAL_WORLD_SIZE is \"5\"");
    expectWrong({{"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "2"}}, "MASTER_ADDR is missing");
}
