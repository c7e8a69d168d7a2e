// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sys/stat.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

class ExportCommand : public ::testing::Test {
protected:
    ExportCommand() {
        writeConstantModel(data.path("m.safetensors"));
        fs::create_directory(data.path("out"));
    }
    ~ExportCommand() override { ::chmod(data.path("out").c_str(), 0755); }

    std::vector<std::string> arguments(const std::string& format, const std::string& output) const {
        return {"export", data.path("m.safetensors"), "--format", format, "--output", data.path(output)};
    }
    bool nothingIn(const std::string& folder) const { return fs::is_empty(data.path(folder)); }

    const DataFolder data;
};

auto linesOf(const std::string& text) {
    return std::ranges::count(text, '\n');
}

} // namespace

TEST_F(ExportCommand, SafetensorsIsTheSameModel) {
    const Ran ran = run(arguments("safetensors", "out/copy.safetensors"));
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto copy = readModel(data.path("out/copy.safetensors"));
    ASSERT_TRUE(copy) << describe(copy.error());
    EXPECT_EQ(copy->weights, constantModel().weights);
    EXPECT_THAT(ran.err, HasSubstr("out/copy.safetensors"));
    EXPECT_TRUE(fs::exists(data.path("out/copy.json")));
    EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), 2);
}

TEST_F(ExportCommand, EveryFormatIsComparedWithTheStudio) {
    for (const char* format : {"torchscript", "onnx", "onnx-features", "safetensors"}) {
        const Ran ran = run(arguments(format, "out/model"));
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("Run on 4 real recordings"));
        EXPECT_THAT(ran.err, HasSubstr("differ from the studio's by at most"));
    }
    const Ran named = run({"export", data.path("m.safetensors"), "--format", "onnx", "--output", data.path("out/named"),
                           "--compare", data.sound("sound.wav", 3, 1)});
    EXPECT_THAT(named.err, HasSubstr("Run on 1 real recording ")) << named.err;
    const Ran missing = run({"export", data.path("m.safetensors"), "--format", "onnx", "--output",
                             data.path("out/missing"), "--compare", data.path("nothing.wav")});
    EXPECT_EQ(missing.exitCode, 1);
    EXPECT_THAT(missing.err, HasSubstr("nothing.wav"));
    EXPECT_FALSE(fs::exists(data.path("out/missing")));
}

TEST_F(ExportCommand, CardsAreMarkdownAndHtml) {
    ASSERT_EQ(run(arguments("card-markdown", "out/m.md")).exitCode, 0);
    ASSERT_EQ(run(arguments("card-html", "out/m.html")).exitCode, 0);
    EXPECT_EQ(readBytes(data.path("out/m.md")).substr(0, 4), "# m\n");
    EXPECT_THAT(readBytes(data.path("out/m.html")), HasSubstr("<h1>m</h1>"));
    auto scored = arguments("card-markdown", "out/scored.md");
    scored.insert(scored.end(), {"--scores", data.text("scores.json", R"({"pooled":{"frame_f1":0.5}})")});
    ASSERT_EQ(run(scored).exitCode, 0);
    EXPECT_THAT(readBytes(data.path("out/scored.md")), HasSubstr("| Frame F1 (10 ms) | 0.500 |"));
    data.text("scores.json", "no scores");
    EXPECT_EQ(run(scored).exitCode, 2);
}

// Whenever it is killed, there is a whole export under the name, or none.
TEST_F(ExportCommand, KilledMidwayLeavesNothingUnderItsName) {
    for (const char* format : {"torchscript", "onnx", "safetensors"}) {
        for (const int afterMs : {100, 600}) {
            fs::remove(data.path("out/model"));
            {
                Program program(arguments(format, "out/model"));
                ::usleep(static_cast<useconds_t>(afterMs) * 1000);
                ::kill(program.pid(), SIGKILL);
                program.wait();
            }
            if (!fs::exists(data.path("out/model"))) continue;
            const auto whole = readBytes(data.path("out/model"));
            ASSERT_EQ(run(arguments(format, "out/again")).exitCode, 0);
            EXPECT_EQ(whole.size(), readBytes(data.path("out/again")).size()) << format;
        }
        ASSERT_EQ(run(arguments(format, "out/model")).exitCode, 0) << "what is left over is no hindrance";
        EXPECT_FALSE(fs::exists(data.path("out/model.partial")));
    }
}

TEST_F(ExportCommand, CtrlCLeavesNothingBesideItsName) {
    const std::string model = data.path("out/model"), partial = data.path("out/model.partial");
    for (const char* format : {"torchscript", "onnx"}) {
        fs::remove(model);
        Program program(arguments(format, "out/model"));
        for (int i = 0; i < 60'000 && !fs::exists(model); ++i) { // until it is written, and being compared
            std::error_code unknown;
            if (const auto bytes = fs::file_size(partial, unknown); !unknown && bytes > 0) break;
            ::usleep(1000);
        }
        ::kill(program.pid(), SIGINT);
        const Ran ran = program.wait();
        EXPECT_EQ(ran.exitCode, fs::exists(model) ? 0 : 1) << format << ran.err;
        EXPECT_FALSE(fs::exists(partial)) << format;
    }
}

TEST_F(ExportCommand, WhatAKilledOneLeftBesideItsNameIsRemoved) {
    for (const char* name : {"out/model.partial", "out/model.partial.part999999999-0"}) {
        data.text(name, "half of a model");
        fs::last_write_time(data.path(name), fs::file_time_type::clock::now() - std::chrono::hours(2));
    }
    ASSERT_EQ(run(arguments("onnx", "out/model")).exitCode, 0);
    EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), 1);
}

TEST_F(ExportCommand, QuietSaysNothing) {
    for (const char* format : {"safetensors", "torchscript", "onnx"}) {
        auto quiet = arguments(format, "out/model");
        quiet.insert(quiet.begin(), "--quiet");
        const Ran ran = run(quiet);
        EXPECT_EQ(ran.exitCode, 0);
        EXPECT_EQ(ran.out + ran.err, "");
    }
}

TEST_F(ExportCommand, AnEarlierExportIsReplacedWhole) {
    data.text("out/model", "an earlier one");
    ASSERT_EQ(run(arguments("torchscript", "out/model")).exitCode, 0);
    EXPECT_EQ(readBytes(data.path("out/model")).substr(0, 2), "PK");
}

TEST_F(ExportCommand, NamesThatAreNotUtf8AreNoHindrance) {
    fs::copy_file(data.path("m.safetensors"), data.path("caf\xe9.safetensors"));
    for (const char* format : {"safetensors", "torchscript", "onnx"}) {
        const Ran ran =
            run({"export", data.path("caf\xe9.safetensors"), "--format", format, "--output", data.path("out/caf\xe9")});
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
    }
}

TEST_F(ExportCommand, NothingThatIsReadIsReplaced) {
    const std::string model = data.path("m.safetensors"), bytes = readBytes(model);
    fs::create_symlink(model, data.path("link.safetensors"));
    const std::string sound = data.sound("sound.wav", 1, 1), noise = readBytes(sound);
    const std::string scores = data.text("scores.json", R"({"pooled":{"frame_f1":0.5}})");
    for (const char* format : {"onnx", "onnx-features", "torchscript", "card-markdown", "card-html"})
        for (const char* output : {"m.safetensors", "out/../m.safetensors", "link.safetensors"}) {
            const Ran ran = run(arguments(format, output));
            EXPECT_EQ(ran.exitCode, 2) << format;
            EXPECT_THAT(ran.err, HasSubstr("would replace what is read"));
            EXPECT_EQ(linesOf(ran.err), 1) << ran.err;
        }
    const auto with = [&](std::vector<std::string> all, const char* option, const std::string& file) {
        all.insert(all.end(), {option, file});
        return run(all).exitCode;
    };
    EXPECT_EQ(with(arguments("onnx", "sound.wav"), "--compare", sound), 2);
    EXPECT_EQ(with(arguments("card-html", "scores.json"), "--scores", scores), 2);
    EXPECT_EQ(readBytes(model), bytes);
    EXPECT_EQ(readBytes(sound), noise);
    EXPECT_THAT(readBytes(scores), HasSubstr("frame_f1"));
    EXPECT_EQ(run(arguments("safetensors", "m.safetensors")).exitCode, 0) << "a model by itself";
    EXPECT_TRUE(readModel(model));
}

TEST_F(ExportCommand, AnotherModelIsReplacedByAModelOnly) {
    const std::string other = writeConstantModel(data.path("out/other.safetensors"), -1), bytes = readBytes(other);
    for (const char* format : {"onnx", "torchscript", "card-html"}) {
        const Ran ran = run(arguments(format, "out/other.safetensors"));
        EXPECT_EQ(ran.exitCode, 2) << format;
        EXPECT_THAT(ran.err, HasSubstr("a model is there"));
        EXPECT_EQ(readBytes(other), bytes);
    }
    EXPECT_EQ(run(arguments("safetensors", "out/other.safetensors")).exitCode, 0);
}

TEST_F(ExportCommand, WrongUsageEndsWithTwoInOneLine) {
    const std::string model = data.path("m.safetensors"), output = data.path("out/x");
    for (const auto& wrong :
         std::vector<std::vector<std::string>>{{"export", model, "--format", "torchscript"},
                                               {"export", model, "--output", output},
                                               {"export", "--format", "onnx", "--output", output},
                                               {"export", model, "--format", "pickle", "--output", output}}) {
        const Ran ran = run(wrong);
        EXPECT_EQ(ran.exitCode, 2) << ran.err;
        EXPECT_EQ(linesOf(ran.err), 1) << ran.err;
    }
    EXPECT_TRUE(nothingIn("out"));
}

TEST_F(ExportCommand, AnOutputThatCannotBeWrittenIsNamedAndNothingIsLeft) {
    fs::create_directory(data.path("out/folder"));
    data.text("file", "");
    for (const char* format : {"safetensors", "torchscript", "onnx"}) {
        for (const char* output : {"none/model", "out/folder", "file/model"}) {
            const Ran ran = run(arguments(format, output));
            EXPECT_EQ(ran.exitCode, 1);
            EXPECT_THAT(ran.err, HasSubstr(data.path(output) + "\""));
            EXPECT_EQ(linesOf(ran.err), 1) << ran.err;
        }
    }
    EXPECT_TRUE(nothingIn("out/folder"));
    EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), 1) << "only the folder";
    EXPECT_FALSE(fs::exists(data.path("none")));
}

TEST_F(ExportCommand, AFolderWithoutPermissionIsSaidSo) {
    ASSERT_EQ(::chmod(data.path("out").c_str(), 0555), 0);
    ASSERT_EQ(::chmod(data.path().c_str(), 0755), 0);
    for (const char* format : {"safetensors", "torchscript", "onnx"}) {
        const Ran ran = run(arguments(format, "out/model"), obeyPermissions);
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr("out/model\" may not be used"));
        EXPECT_EQ(linesOf(ran.err), 1);
    }
    EXPECT_TRUE(nothingIn("out"));
}

TEST_F(ExportCommand, AFullDiskIsSaidSoAndKeepsTheEarlierExport) {
    onSmallDisk(data.path("out"), 8192, [&](bool isDisk) {
        if (isDisk) data.text("out/model", "an earlier one");
        for (const char* format : {"safetensors", "torchscript", "onnx"}) {
            const Ran ran = run(arguments(format, "out/model"));
            EXPECT_EQ(ran.exitCode, 1);
            EXPECT_THAT(ran.err, HasSubstr(isDisk ? "out/model\" could not be written because the disk is full"
                                                  : "out/model\" could not be written"));
            EXPECT_EQ(linesOf(ran.err), 1);
        }
        EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), isDisk ? 1 : 0);
        if (isDisk) {
            EXPECT_EQ(readBytes(data.path("out/model")), "an earlier one");
        }
    });
}
