// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ovation::test;

namespace {

TEST(BenchCommand, PrintsTheContractsFigures) {
    const Ran ran = Program({"bench", "--json", "--threads", "1", "--hidden-size", "16", "--quiet"}).wait();
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    const auto json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_TRUE(json.is_object()) << ran.out;
    EXPECT_EQ(json["threads"], 1);
    for (const char* name : {"load", "sgemm_gflops", "step_share_of_sgemm", "features_x_realtime", "mfcc_x_realtime"}) {
        ASSERT_TRUE(json[name].is_number()) << name;
        EXPECT_GE(json[name].get<double>(), 0) << name;
    }
    EXPECT_LT(json["step_share_of_sgemm"].get<double>(), 1.5) << "a step cannot be faster than the products in it";
    for (const char* name : {"fast", "plain"})
        EXPECT_GT(json["train_step_ms"][name].get<double>(), 0) << name;
    EXPECT_TRUE(json["train_step_ms"]["bf16"].is_null());
    for (const char* name : {"bilstm-attention", "transformer", "crnn"})
        EXPECT_GT(json["detect_x_realtime"][name].get<double>(), 0) << name;
}

TEST(BenchCommand, RefusesImpossibleThreads) {
    const Ran ran = Program({"bench", "--threads", "0"}).wait();
    EXPECT_EQ(ran.exitCode, 2);
    EXPECT_NE(ran.err.find("--threads"), std::string::npos) << ran.err;
}

} // namespace
