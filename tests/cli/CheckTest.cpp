// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace ovation::test;
using testing::HasSubstr;

TEST(CheckCommand, GoodDataEndsWithZeroAndPrintsFindings) {
    const Ran ran = run({"check", OVATION_EXAMPLE});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("info: "));
    EXPECT_THAT(ran.out, HasSubstr("unlabelled"));
}

TEST(CheckCommand, JsonHasClassesAndFindings) {
    const Ran ran = run({"check", "--json", OVATION_EXAMPLE});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_GT(json["classes"]["applause"]["clips"], 10);
    EXPECT_GT(json["classes"]["other"]["seconds"], 100);
    EXPECT_TRUE(json["findings"].is_array());
}

TEST(CheckCommand, TheOriginsLayoutHasBothClasses) {
    const DataFolder data;
    for (unsigned i = 0; i < 30; ++i) {
        data.sound("applause_pt1/a" + std::to_string(i) + ".wav", 0.5, i);
        data.sound("non_applause_pt1/b" + std::to_string(i) + ".wav", 0.5, 100 + i);
    }
    const Ran ran = run({"check", data.path(), "--json"});
    EXPECT_EQ(ran.exitCode, 0) << ran.out << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["classes"]["applause"]["clips"], 30);
    EXPECT_EQ(json["classes"]["other"]["clips"], 30);
}

TEST(CheckCommand, ARandomSplitIsOfClipNetworksOnly) {
    const auto split = [](const std::string& model) {
        return run({"check", OVATION_EXAMPLE, "--headers-only", "--split", "random", "--model", model}).out;
    };
    EXPECT_THAT(split("bilstm-attention"), HasSubstr("Split: random windows (leaky)."));
    EXPECT_THAT(split("crnn"), HasSubstr("Split: by recording."));
}

TEST(CheckCommand, AFatalFindingEndsWithOne) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("applause/b.wav", 1, 2);
    const Ran ran = run({"check", data.path()});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.out, testing::StartsWith("fatal: "));
}

TEST(CheckCommand, WhatIsMissingIsNamedInOneLine) {
    const Ran ran = run({"--quiet", "check", "/nowhere/at-all"});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("/nowhere/at-all"));
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1);
    EXPECT_EQ(run({"check"}).exitCode, 2);
}
