// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include "core/models/ModelBundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

std::string bytesOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST(StarterModel, FindsApplauseBeforeAnythingIsTrained) {
    const DataFolder data;
    const Ran ran = run(
        {"--quiet", "detect", std::string(OVATION_EXAMPLE) + "/speeches/french.flac", "--output", data.path("found")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const std::string labels = bytesOf(data.path("found/french.txt"));
    EXPECT_THAT(labels, HasSubstr("applause"));
    // Milliseconds, whatever the format is able to hold.
    EXPECT_TRUE(std::regex_search(labels, std::regex("^[0-9]+\\.[0-9]{3}0*\t[0-9]+\\.[0-9]{3}0*\tapplause"))) << labels;
    EXPECT_FALSE(std::regex_search(labels, std::regex("[0-9]\\.[0-9]{7,}"))) << labels;
}

TEST(StarterModel, IsNamedWhereItIsNotInstalled) {
    const DataFolder data;
    const std::string sound = data.sound("a.wav", 1, 1);
    const Ran ran = run({"--quiet", "detect", sound, "--output", data.path("found")},
                        [&] { setenv("OVATION_RESOURCES", data.path().c_str(), 1); });
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("starter"));
}

TEST(Corrections, AreTrainedOnBesideOtherRecordingsAndChangeTheModel) {
    const DataFolder data;
    data.sound("mine/new.wav", 30, 1);
    data.text("mine/new.txt", "2\t6\tapplause\n12\t14\tnot applause\n6\t12\tunsure\n14\t30\tunsure\n");
    for (int i = 0; i < 3; ++i) {
        const std::string name = "others/speech" + std::to_string(i);
        data.sound(name + ".wav", 20, 10 + static_cast<unsigned>(i));
        data.text(name + ".txt", "5\t9\tapplause\n");
    }
    const Ran ran = run({"--quiet", "train", data.path("mine"), "--from", "starter", "--corrections", "--rehearse",
                         data.path("others"), "--epochs", "1", "--steps-per-epoch", "1", "--batch-size", "2",
                         "--output", data.path("m.safetensors")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto model = readModel(data.path("m.safetensors"));
    const auto starter = readModel(std::string(OVATION_SOURCE) + "/resources/models/starter.safetensors");
    ASSERT_TRUE(model && starter);
    EXPECT_EQ(model->architecture.id, starter->architecture.id);
    EXPECT_NE(model->weights, starter->weights);

    const Ran without = run({"train", data.path("mine"), "--corrections", "--output", data.path("n.safetensors")});
    EXPECT_EQ(without.exitCode, 2);
    EXPECT_THAT(without.err, HasSubstr("--from"));
}
