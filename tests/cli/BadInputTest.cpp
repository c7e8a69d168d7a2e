// SPDX-License-Identifier: GPL-3.0-or-later
// What every command answers to a recording, a model, a project or a folder that cannot be used.
#include "core/base/Files.h"
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/Privileges.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <sys/stat.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

namespace fs = std::filesystem;

class BadInput : public ::testing::Test {
protected:
    BadInput() : model(writeConstantModel(data.path("m.safetensors"))) {}
    ~BadInput() override { ::chmod(data.path("data/locked").c_str(), 0755); }

    /// One line that names the file, and exit code 1.
    static void expectRefused(const Ran& ran, const std::string& file, const std::string& what) {
        EXPECT_EQ(ran.exitCode, 1) << file;
        EXPECT_THAT(ran.err, HasSubstr("\"" + file + "\""));
        EXPECT_THAT(ran.err, HasSubstr(what));
        EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
        EXPECT_THAT(ran.err, testing::EndsWith(".\n"));
    }
    Ran detect(const std::string& audio) const {
        return run({"--quiet", "detect", audio, "--model", model, "--output", data.path("out")});
    }
    Ran train(const std::string& folder, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{"train",         folder, "--output", data.path("new.safetensors"),
                                     "--hidden-size", "8",    "--layers", "1",
                                     "--heads",       "2",    "--epochs", "1"};
        all.insert(all.end(), more.begin(), more.end());
        return run(all);
    }
    void goodClips() const {
        for (unsigned i = 0; i < 8; ++i) {
            data.sound("data/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
            data.tone("data/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
        }
    }
    bool nothingWritten() const {
        return !fs::exists(data.path("new.safetensors")) &&
               (!fs::exists(data.path("out")) ||
                std::ranges::none_of(fs::directory_iterator(data.path("out")), [](const fs::directory_entry& entry) {
                    return entry.path().filename() != ".ovation-detect.json";
                }));
    }

    const DataFolder data;
    const std::string model;
};

struct BadSound {
    const char* name;
    std::string bytes;
    const char* what;
};

std::vector<BadSound> badSounds() {
    const std::vector<float> second(22050, 0.1F);
    const std::string whole = wavBytes(std::vector<float>(60000, 0.1F), 22050);
    return {{"empty", "", "is empty"},
            {"text", "this is no sound at all", "is not a sound file"},
            {"header", whole.substr(0, 30), "is not a sound file"},
            {"zero-length", wavBytes({}, 22050), "holds no samples"},
            {"rate-0", wavBytes(second, 0), "has a sample rate that makes no sense"},
            {"rate-huge", wavBytes(second, 4'000'000'000), "has a sample rate that makes no sense"},
            {"channels-0", wavBytes(second, 22050, 0), "channels"},
            {"channels-65", wavBytes(second, 22050, 65), "has too many channels"},
            {"channels-1000", wavBytes(second, 22050, 1000), "has too many channels"},
            {"truncated", whole.substr(0, 120000), "ends before its end"}};
}

} // namespace

TEST_F(BadInput, SoundsThatCannotBeUsedAreRefusedByDetectAndFeatures) {
    for (const auto& [name, bytes, what] : badSounds()) {
        const std::string file = data.text(std::string(name) + ".wav", bytes);
        expectRefused(detect(file), file, what);
        expectRefused(run({"features", file, "--json"}), file, what);
    }
    ASSERT_EQ(::mkfifo(data.path("pipe.wav").c_str(), 0600), 0);
    for (const auto& [file, what] : std::map<std::string, const char*>{{data.path("pipe.wav"), "is not a regular file"},
                                                                       {data.path("none.wav"), "was not found"}}) {
        expectRefused(detect(file), file, what);
        expectRefused(run({"features", file}), file, what);
    }
    EXPECT_TRUE(nothingWritten());
}

TEST_F(BadInput, SoundsThatCannotBeUsedAreLeftOutOfDataAndNamed) {
    goodClips();
    for (const auto& [name, bytes, what] : badSounds())
        data.text("data/other/" + std::string(name) + ".wav", bytes);
    const Ran checked = run({"check", data.path("data"), "--json"});
    const Ran trained = train(data.path("data"), {"--split", "random"});
    const Ran scored = run({"--quiet", "evaluate", data.path("data"), "--model", model});
    EXPECT_EQ(checked.exitCode, 0);
    EXPECT_EQ(trained.exitCode, 0) << trained.err;
    EXPECT_EQ(scored.exitCode, 1);
    EXPECT_THAT(scored.out, HasSubstr("other/b7.wav")) << "the others are scored";
    for (const auto& [name, bytes, what] : badSounds()) {
        EXPECT_THAT(scored.err,
                    HasSubstr(std::string("/") + name + ".wav\" " + (name == std::string("channels-0") ? "" : what)));
        EXPECT_THAT(checked.out, HasSubstr(std::string("/") + name + ".wav"));
        EXPECT_THAT(trained.err, HasSubstr(std::string("/") + name + ".wav"));
    }
    EXPECT_THAT(trained.err, HasSubstr("left out: \"" + data.path("data/other/truncated.wav") + "\""))
        << "also what only decoding shows";
}

TEST_F(BadInput, OnlyUnusableDataIsSaidSoInOneLine) {
    data.text("data/applause/a.wav", "");
    data.text("data/other/b.wav", "no sound");
    for (const Ran& ran : {run({"--quiet", "check", data.path("data")}), train(data.path("data"), {"--quiet"}),
                           run({"--quiet", "evaluate", data.path("data"), "--model", model})}) {
        expectRefused(ran, data.path("data"), "No labelled recordings were found");
        EXPECT_THAT(ran.err, HasSubstr("a.wav\" is empty"));
    }
    fs::create_directory(data.path("nothing"));
    expectRefused(train(data.path("nothing"), {"--quiet"}), data.path("nothing"), "No labelled recordings were found");
    EXPECT_TRUE(nothingWritten());
}

TEST_F(BadInput, SilenceAndSamplesThatAreNoNumbersAreNoApplauseAndNoFailure) {
    goodClips();
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    for (const auto& [name, value] :
         std::map<std::string, float>{{"silent", 0.0F}, {"nan", nan}, {"infinite", infinity}, {"absurd", 1e30F}}) {
        const std::string bytes = wavBytes(std::vector<float>(22050, value), 22050);
        const std::string file = data.text("data/other/" + name + ".wav", bytes);
        const Ran ran = detect(file);
        EXPECT_EQ(ran.exitCode, 0) << name << ran.err;
        EXPECT_EQ(readBytes(data.path("out/" + name + ".txt")), "");
        const Ran features = run({"features", file, "--json"});
        EXPECT_EQ(features.exitCode, 0) << name << features.err;
        EXPECT_THAT(features.out, Not(HasSubstr("null"))) << "a number that JSON cannot hold";
    }
    EXPECT_EQ(run({"check", data.path("data")}).exitCode, 0);
    const Ran trained = train(data.path("data"));
    EXPECT_EQ(trained.exitCode, 0) << trained.err;
    EXPECT_THAT(trained.out, Not(HasSubstr("loss n/a")));
    EXPECT_EQ(run({"--quiet", "evaluate", data.path("data"), "--model", model}).exitCode, 0);
}

TEST_F(BadInput, LabelsThatCannotBeRightAreNamedByCheckAndDoNotStopTheOthers) {
    goodClips();
    const auto speech = [&](const std::string& name, const std::string& labels) {
        data.sound("data/speeches/" + name + ".wav", 6, 9);
        data.text("data/speeches/" + name + ".txt", labels);
    };
    speech("outside", "1\t2\tapplause\n5\t60\tapplause\n");
    speech("overlap", "1\t3\tapplause\n2\t4\tspeech\n");
    speech("reversed", "3\t1\tapplause\n4\t5\tapplause\n");
    speech("nan", "nan\t1\tapplause\n4\t5\tapplause\n");
    speech("broken", "1\t2\tapplause\nx y z\n");
    const Ran ran = run({"check", data.path("data")});
    EXPECT_EQ(ran.exitCode, 0);
    for (const char* said :
         {"outside.wav: 5.000 to 60.000 s, recording lasts 6.000 s", "overlap.wav: 2.000 to 4.000 s",
          "reversed.wav: Line 1: the label ends before it starts", "nan.wav: Line 1: the times are not numbers",
          "broken.txt\\\" cannot be understood as labels, line 2"}) {
        std::string text = said;
        std::erase(text, '\\');
        EXPECT_THAT(ran.out, HasSubstr(text));
    }
    EXPECT_EQ(train(data.path("data")).exitCode, 0);
    const Ran scored = run({"--quiet", "evaluate", "--json", data.path("data"), "--model", model});
    EXPECT_EQ(scored.exitCode, 1);
    EXPECT_THAT(scored.err, HasSubstr("broken.txt\" cannot be understood as labels, line 2"));
    EXPECT_EQ(nlohmann::json::parse(scored.out)["recordings"].size(), 16U + 4);
}

TEST_F(BadInput, FoldersAndFilesWithoutPermissionAreNamed) {
    goodClips();
    data.sound("data/locked/applause/x.wav", 0.6, 90);
    const std::string secret = data.sound("data/other/secret.wav", 0.6, 91);
    ASSERT_EQ(::chmod(data.path("data/locked").c_str(), 0), 0);
    ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
    ASSERT_EQ(::chmod(model.c_str(), 0), 0);
    ASSERT_EQ(::chmod(data.path().c_str(), 0777), 0);
    const std::string locked = data.path("data/locked");
    const Ran checked = run({"check", data.path("data")}, obeyPermissions);
    EXPECT_THAT(checked.out, HasSubstr("data/locked\" may not be used"));
    EXPECT_THAT(checked.out, HasSubstr("secret.wav\" may not be used"));
    expectRefused(run({"--quiet", "check", locked}, obeyPermissions), locked, "may not be used");
    expectRefused(run({"features", secret}, obeyPermissions), secret, "may not be used");
    expectRefused(run({"detect", secret, "--model", model, "--output", data.path("out")}, obeyPermissions), model,
                  "may not be used");
    expectRefused(run({"export", model, "--format", "torchscript", "--output", data.path("x.pt")}, obeyPermissions),
                  model, "may not be used");
    expectRefused(run({"--quiet", "evaluate", data.path("data"), "--model", model}, obeyPermissions), model,
                  "may not be used");
}
