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
    EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), 1);
}

TEST_F(ExportCommand, TorchScriptIsWrittenForEveryClipArchitecture) {
    size_t written = 0;
    for (const ModelDescription& description : modelRegistry()) {
        if (description.answers != AnswersFor::Clips) continue;
        ++written;
        ASSERT_TRUE(writeModel(data.path("m.safetensors"), constantModel(2, description.id)));
        const std::string name = std::string("out/") + description.id + ".pt";
        const Ran ran = run(arguments("torchscript", name));
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("differ from the model's by at most"));
        EXPECT_EQ(readBytes(data.path(name)).substr(0, 2), "PK");
    }
    EXPECT_EQ(static_cast<size_t>(std::distance(fs::directory_iterator(data.path("out")), {})), written);
}

TEST_F(ExportCommand, QuietSaysNothing) {
    for (const char* format : {"safetensors", "torchscript"}) {
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
    for (const char* format : {"safetensors", "torchscript"}) {
        const Ran ran =
            run({"export", data.path("caf\xe9.safetensors"), "--format", format, "--output", data.path("out/caf\xe9")});
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
    }
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
    for (const char* format : {"safetensors", "torchscript"}) {
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
    for (const char* format : {"safetensors", "torchscript"}) {
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
        for (const char* format : {"safetensors", "torchscript"}) {
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
