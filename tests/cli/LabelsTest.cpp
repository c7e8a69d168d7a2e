// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"
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

auto textLines(const std::string& text) {
    return std::ranges::count(text, '\n');
}

void expectTheThree(const std::string& path, const char* format = "") {
    const auto file = readLabels(path, format);
    ASSERT_TRUE(file) << describe(file.error());
    ASSERT_EQ(file->labels.size(), 3U) << path;
    const std::vector<std::pair<double, double>> spans{{1, 2.5}, {4, 5.25}, {7, 8}};
    const LabelClass classes[] = {LabelClass::Applause, LabelClass::NotApplause, LabelClass::Unsure};
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(file->labels[i].span.start, spans[i].first, 1e-6) << path;
        EXPECT_NEAR(file->labels[i].span.end, spans[i].second, 1e-6) << path;
        EXPECT_EQ(file->labels[i].labelClass, classes[i]) << path;
    }
}

class LabelsCommand : public ::testing::Test {
protected:
    LabelsCommand() : in(data.text("in.txt", "1\t2.5\tapplause\n4\t5.25\tspeech\n7\t8\tunsure\n")) {}

    const DataFolder data;
    const std::string in;
};

} // namespace

TEST_F(LabelsCommand, TheExtensionDecidesTheFormat) {
    for (const LabelFormat& to : labelFormats()) {
        const std::string one = data.path(std::string("one.") + to.extension);
        const Ran there = run({"labels", in, "--output", one});
        ASSERT_EQ(there.exitCode, 0) << there.err;
        EXPECT_THAT(there.out, HasSubstr("3 labels written to " + one));
        EXPECT_EQ(there.err, "");
        expectTheThree(one, to.id);
        const std::string back = data.path("back.txt");
        ASSERT_EQ(run({"labels", one, "--output", back}).exitCode, 0) << to.id;
        expectTheThree(back, "audacity");
    }
    const std::string tsv = data.path("one.tsv");
    ASSERT_EQ(run({"labels", in, "--output", tsv}).exitCode, 0);
    EXPECT_THAT(readBytes(tsv), HasSubstr("\t"));
}

TEST_F(LabelsCommand, FromAndToDecideWhereGiven) {
    for (const LabelFormat& format : labelFormats()) {
        const std::string odd = data.path("odd.dat");
        const Ran there = run({"labels", in, "--output", odd, "--from", "audacity", "--to", format.id});
        ASSERT_EQ(there.exitCode, 0) << there.err;
        expectTheThree(odd, format.id);
        const Ran back = run({"labels", odd, "--from", format.id, "--output", data.path("back.csv")});
        EXPECT_EQ(back.exitCode, 0) << back.err;
        expectTheThree(data.path("back.csv"), "csv");
    }
}

TEST_F(LabelsCommand, WhatNamesNoRecordingIsCalledAsItsFile) {
    const std::string mixed =
        data.text("mixed.csv", "file,start_s,end_s,label\na.wav,1,2,applause\n,3,4,applause\nmixed.wav,5,6,applause\n");
    const Ran ran = run({"labels", mixed, "--output", data.path("out/"), "--to", "audacity"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("3 labels written to 3 files in "));
    EXPECT_FALSE(fs::exists(data.path("out/.txt")));
    for (const auto& [name, start] : {std::pair("mixed.txt", 3), std::pair("a.txt", 1), std::pair("mixed-2.txt", 5)}) {
        const auto file = readLabels(data.path(std::string("out/") + name));
        ASSERT_TRUE(file) << describe(file.error());
        ASSERT_EQ(file->labels.size(), 1U) << name;
        EXPECT_EQ(file->labels[0].span.start, start) << name;
    }
}

TEST_F(LabelsCommand, NamesOfRecordingsWithoutExtensionAreKeptWhole) {
    const std::string several = data.text("several.rttm", "SPEAKER kennedy.1961 1 1 2 <NA> <NA> applause <NA> <NA>\n"
                                                          "SPEAKER kennedy.1962 1 3 2 <NA> <NA> applause <NA> <NA>\n"
                                                          "SPEAKER bush.wav 1 5 2 <NA> <NA> applause <NA> <NA>\n"
                                                          "SPEAKER carter.M4A 1 7 2 <NA> <NA> applause <NA> <NA>\n");
    const Ran ran = run({"labels", several, "--output", data.path("out/"), "--to", "audacity"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    for (const auto& [name, start] : {std::pair("kennedy.1961.txt", 1), std::pair("kennedy.1962.txt", 3),
                                      std::pair("bush.txt", 5), std::pair("carter.txt", 7)}) {
        const auto file = readLabels(data.path(std::string("out/") + name));
        ASSERT_TRUE(file) << describe(file.error());
        ASSERT_EQ(file->labels.size(), 1U) << name;
        EXPECT_EQ(file->labels[0].span.start, start) << name;
    }
}

TEST_F(LabelsCommand, QuietSaysNothingEvenOfWarnings) {
    const std::string odd = data.text("odd.txt", "1\t2\tapplause\n5\t4\tapplause\n");
    const Ran ran = run({"--quiet", "labels", odd, "--output", data.path("x.csv")});
    EXPECT_EQ(ran.exitCode, 0);
    EXPECT_EQ(ran.out + ran.err, "");
}

TEST_F(LabelsCommand, LabelsThatCannotBeUsedAreNamedWithTheirLine) {
    const std::string odd = data.text(
        "odd.txt", "1\t2\tapplause\n5\t4\tapplause\nnan\t9\tapplause\n6\t8\tapplause\n7\t9\tapplause\n-2\t1\tx\n");
    const Ran ran = run({"labels", odd, "--output", data.path("x.csv")});
    EXPECT_EQ(ran.exitCode, 0);
    EXPECT_THAT(ran.err, HasSubstr("odd.txt\": Line 2: the label ends before it starts"));
    EXPECT_THAT(ran.err, HasSubstr("odd.txt\": Line 3: the times are not numbers"));
    EXPECT_THAT(ran.err, HasSubstr("odd.txt\": Line 6: the label starts before the recording"));
    EXPECT_EQ(readLabels(data.path("x.csv"))->labels.size(), 4U) << "overlapping ones are kept";
}

TEST_F(LabelsCommand, MalformedInputIsOneLineWithFileAndLineAndWritesNothing) {
    const std::vector<std::tuple<const char*, const char*, int>> cases{
        {"a.txt", "1\t2\tapplause\nx\ty\tz\n", 2},
        {"b.txt", "5\t1\tapplause\n", 1},
        {"c.txt", "nan\t1\tapplause\n", 1},
        {"d.csv", "start,end,label\n1,2,applause\n3,x,clap\n", 3},
        {"e.TextGrid", "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = zz\n", 5},
        {"f.eaf", "<?xml version=\"1.0\"?>\n<ANNOTATION_DOCUMENT>\n<TIER", 3},
        {"g.rttm", "SPEAKER a 1 x 2\n", 1},
        {"h.vtt", "WEBVTT\n\n00:xx --> 00:02\nhi\n", 3},
        {"i.jams", "{\"annotations\": 5", 1},
        {"j.selections.txt", "Selection\tBegin Time (s)\tEnd Time (s)\n1\tq\t2\n", 2},
        {"k.json", "{\n\"labels\": [", 2},
    };
    for (const auto& [name, content, line] : cases) {
        const std::string file = data.text(name, content);
        const Ran ran = run({"labels", file, "--output", data.path("x.csv")});
        EXPECT_EQ(ran.exitCode, 1) << name;
        EXPECT_THAT(ran.err,
                    HasSubstr("\"" + file + "\" cannot be understood as labels, line " + std::to_string(line)));
        EXPECT_EQ(textLines(ran.err), 1) << ran.err;
        EXPECT_FALSE(fs::exists(data.path("x.csv"))) << name;
    }
}

TEST_F(LabelsCommand, FilesThatCannotBeReadAreNamed) {
    ASSERT_EQ(::mkfifo(data.path("pipe.txt").c_str(), 0600), 0);
    const std::string secret = data.text("secret.txt", "1\t2\tapplause\n");
    ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
    ASSERT_EQ(::chmod(data.path().c_str(), 0755), 0);
    for (const auto& [file, what] :
         std::vector<std::pair<std::string, const char*>>{{data.path("none.txt"), "was not found"},
                                                          {data.path(), "is a folder"},
                                                          {data.text("notes.xyz", "hello"), "is in no label format"},
                                                          {data.path("pipe.txt"), "is not an ordinary file"},
                                                          {secret, "may not be used"}}) {
        const Ran ran = run({"labels", file, "--output", data.path("x.csv")}, obeyPermissions);
        EXPECT_EQ(ran.exitCode, 1) << file;
        EXPECT_THAT(ran.err, HasSubstr("\"" + file + "\""));
        EXPECT_THAT(ran.err, HasSubstr(what));
        EXPECT_EQ(textLines(ran.err), 1) << ran.err;
    }
    EXPECT_FALSE(fs::exists(data.path("x.csv")));
}

TEST_F(LabelsCommand, WrongUsageEndsWithTwoInOneLine) {
    const std::string out = data.path("x.csv");
    for (const auto& wrong :
         std::vector<std::vector<std::string>>{{"labels", in},
                                               {"labels", "--output", out},
                                               {"labels", in, "--output", out, "--from", "word"},
                                               {"labels", in, "--output", out, "--to", "word"},
                                               {"labels", in, "--output", data.path("no-extension")},
                                               {"labels", in, "--output", data.path("x.docx")}}) {
        const Ran ran = run(wrong);
        EXPECT_EQ(ran.exitCode, 2) << wrong.back() << ran.err;
        EXPECT_EQ(textLines(ran.err), 1) << ran.err;
    }
    EXPECT_THAT(run({"labels", in, "--output", data.path("x.docx")}).err, HasSubstr("give one with --to"));
    EXPECT_FALSE(fs::exists(out));
}

TEST_F(LabelsCommand, AnOutputThatCannotBeWrittenIsNamed) {
    fs::create_directory(data.path("folder"));
    ASSERT_EQ(::chmod(data.path("folder").c_str(), 0555), 0);
    ASSERT_EQ(::chmod(data.path().c_str(), 0755), 0);
    for (const auto& [output, what] : std::map<std::string, const char*>{
             {data.path("none/x.csv"), "there is no folder"}, {data.path("folder/x.csv"), "may not be used"}}) {
        const Ran ran = run({"labels", in, "--output", output}, obeyPermissions);
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr("\"" + output + "\""));
        EXPECT_THAT(ran.err, HasSubstr(what));
        EXPECT_EQ(textLines(ran.err), 1) << ran.err;
    }
    EXPECT_TRUE(fs::is_empty(data.path("folder")));
    const std::string command = std::string(OVATION_BIN) + "/ovation labels " + in + " --output " + data.path("x.csv") +
                                " >/dev/full 2>" + data.path("err");
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
    EXPECT_THAT(readBytes(data.path("err")), HasSubstr("standard output"));
}

TEST_F(LabelsCommand, AFullDiskOrAFileSizeLimitKeepsTheEarlierFile) {
    fs::create_directory(data.path("out"));
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += std::to_string(i) + "\t" + std::to_string(i + 1) + "\tapplause\n";
    const std::string file = data.text("many.txt", many);
    const auto expectKept = [&](const Ran& ran, const char* what) {
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr(data.path("out/x.csv") + "\" could not be written" + what));
        EXPECT_EQ(textLines(ran.err), 1) << ran.err;
        EXPECT_EQ(readBytes(data.path("out/x.csv")), "earlier");
        EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), 1);
    };
    onSmallDisk(data.path("out"), 8192, [&](bool isDisk) {
        data.text("out/x.csv", "earlier");
        expectKept(run({"labels", file, "--output", data.path("out/x.csv")}),
                   isDisk ? " because the disk is full" : "");
    });
    data.text("out/x.csv", "earlier");
    expectKept(run({"labels", file, "--output", data.path("out/x.csv")},
                   [] {
                       const rlimit limit{8192, 8192};
                       ::setrlimit(RLIMIT_FSIZE, &limit);
                   }),
               ": File too large");
}
