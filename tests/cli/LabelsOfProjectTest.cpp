// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"
#include "core/project/ProjectStore.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

/// A project with two recordings, one of them labelled.
class LabelsOfProject : public ::testing::Test {
protected:
    LabelsOfProject() {
        auto store = *ProjectStore::create(project);
        for (SpeechId id = 1; id <= 2; ++id) {
            Speech speech;
            speech.id = id;
            speech.path = "/archive/" + std::string(id == 1 ? "one" : "two") + ".wav";
            speech.frames = 80000;
            speech.sampleRate = 8000;
            speech.channels = 1;
            EXPECT_TRUE(store->putSpeech(speech));
        }
        Edit edit;
        edit.id = 1;
        edit.speech = 1;
        Segment segment;
        segment.id = 1;
        segment.range = {8000, 16000};
        edit.added = {segment};
        EXPECT_TRUE(store->pushEdit(edit));
    }

    ProjectData stored() const { return *(*ProjectStore::open(project, ProjectStore::Mode::ReadOnly))->load(); }

    const DataFolder data;
    const std::string project = data.path("p.ovation");
};

} // namespace

TEST_F(LabelsOfProject, WhatNamesNoRecordingBesideSeveralIsSaidToBeLeftOut) {
    const std::string table = data.text("all.csv", "start_s,end_s,label,file\n1,2,applause,one.wav\n3,4,applause,\n"
                                                   "5,6,applause,two.wav\n");
    const Ran ran = run({"labels", table, "--output", project});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("1 label names no recording"));
    EXPECT_THAT(ran.out, HasSubstr("to 2 recordings"));
}

TEST_F(LabelsOfProject, LeaveItAsOneFileForEachLabelledRecording) {
    const Ran ran = run({"labels", project, "--output", data.path("out/"), "--to", "textgrid"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("1 label written to 1 file in "));
    const auto file = readLabels(data.path("out/one.TextGrid"));
    ASSERT_TRUE(file) << describe(file.error());
    ASSERT_EQ(file->labels.size(), 1U);
    EXPECT_EQ(file->labels[0].span, (TimeSpan{1, 2}));
    EXPECT_EQ(file->durationS, 10);
    EXPECT_FALSE(fs::exists(data.path("out/two.TextGrid"))) << "nothing is known of it";
}

TEST_F(LabelsOfProject, OfRecordingsOfOneNameWithSpacesComeBackFromRttm) {
    const std::string other = data.path("other.ovation"), all = data.path("all.rttm");
    auto store = *ProjectStore::create(other);
    for (SpeechId id = 1; id <= 3; ++id) {
        Speech speech;
        speech.id = id;
        speech.path = id == 1 ? "/archive/ra/my speech.wav" : id == 2 ? "/archive/rb/my speech.wav" : "/my talk.wav";
        speech.frames = 80000;
        speech.sampleRate = 8000;
        speech.channels = 1;
        ASSERT_TRUE(store->putSpeech(speech));
        Edit edit;
        edit.id = id;
        edit.speech = id;
        Segment segment;
        segment.id = id;
        segment.range = {8000 * id, 8000 * id + 4000};
        edit.added = {segment};
        ASSERT_TRUE(store->pushEdit(edit));
    }
    store.reset();
    const Ran written = run({"labels", other, "--output", all});
    ASSERT_EQ(written.exitCode, 0) << written.err;
    const std::string text = *readFile(all);
    for (const char* start :
         {"SPEAKER ra/my_speech 1 1.000 ", "SPEAKER rb/my_speech 1 2.000 ", "SPEAKER my_talk 1 3.000 "})
        EXPECT_THAT(text, HasSubstr(start));
    const Ran again = run({"labels", all, "--output", other});
    EXPECT_EQ(again.exitCode, 0) << again.err;
    EXPECT_THAT(again.out, HasSubstr("0 labels added to 3 recordings of ")) << "each has its own already";
}

TEST_F(LabelsOfProject, EnterItEachForTheRecordingOfItsName) {
    const std::string one = data.text("one.txt", "1\t2\tapplause\n5\t6\tlaughter\n");
    const std::string two = data.text("two.eaf", labelFormat("eaf")->write(*readLabels(one)));
    const Ran ran = run({"labels", one, two, "--output", project});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("3 labels added to 2 recordings of "));
    EXPECT_THAT(ran.err, HasSubstr("1 label was there already"));
    ProjectData read = stored();
    EXPECT_EQ(read.segments[1].size(), 2U);
    ASSERT_EQ(read.segments[2].size(), 2U);
    EXPECT_EQ(read.segments[2][0].origin, Origin::Imported);
    EXPECT_EQ(read.segments[2][0].source, two);
    EXPECT_EQ(read.editsDone, 3U) << "they can be undone";
}

TEST_F(LabelsOfProject, OfSeveralRecordingsInOneTableGoToEach) {
    const std::string all = data.path("all.csv");
    ASSERT_EQ(run({"labels", data.text("one.txt", "3\t4\tapplause\n"), data.text("two.txt", "5\t6\tapplause\n"),
                   "--output", all})
                  .exitCode,
              0);
    EXPECT_EQ(byRecording(*readLabels(all)).size(), 2U);
    const Ran ran = run({"labels", all, "--output", project});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    ProjectData read = stored();
    EXPECT_EQ(read.segments[1].size(), 2U);
    ASSERT_EQ(read.segments[2].size(), 1U);
    EXPECT_EQ(read.segments[2][0].range, (SampleRange{40000, 48000}));
}

TEST_F(LabelsOfProject, WithTextsThatTheFormatHasNoFieldForAreWrittenWithTheirClassAndCounted) {
    const std::string csv = data.text("one.csv", "start_s,end_s,label,text\n5,6,applause,very loud\n");
    ASSERT_EQ(run({"labels", csv, "--output", project}).exitCode, 0);
    const Ran plain = run({"labels", project, "--output", data.path("x.txt")});
    EXPECT_EQ(plain.exitCode, 0);
    EXPECT_THAT(plain.err, HasSubstr("x.txt\": The text of 1 label does not fit this format"));
    EXPECT_EQ(readLabels(data.path("x.txt"))->labels[1].labelClass, LabelClass::Applause);
    const Ran folder = run({"labels", project, "--output", data.path("out/"), "--to", "eaf"});
    EXPECT_THAT(folder.err, HasSubstr("one.eaf\": The text of 1 label does not fit this format"));
    EXPECT_EQ(run({"--quiet", "labels", project, "--output", data.path("x.txt")}).err, "");
    const Ran table = run({"labels", project, "--output", data.path("x.json")});
    EXPECT_EQ(table.err, "");
    EXPECT_EQ(readLabels(data.path("x.json"))->labels[1].text, "very loud");
}

TEST_F(LabelsOfProject, OneRecordingCanBeNamed) {
    const std::string odd = data.text("odd.txt", "3\t4\tapplause\n");
    EXPECT_EQ(run({"labels", odd, "--output", project, "--recording", "two"}).exitCode, 0);
    EXPECT_EQ(stored().segments[2].size(), 1U);
    const Ran out =
        run({"labels", project, "--recording", "two.wav", "--output", data.path("x.srt"), "--to", "webvtt"});
    EXPECT_EQ(out.exitCode, 0) << out.err;
    const Ran none = run({"labels", project, "--recording", "three", "--output", data.path("x.csv")});
    EXPECT_EQ(none.exitCode, 2);
    EXPECT_THAT(none.err, HasSubstr("no recording, or several, by the name \"three\""));
}

TEST_F(LabelsOfProject, ThatBelongNowhereAreNamedAndTheOthersAreTaken) {
    const std::string odd = data.text("odd.txt", "3\t4\tapplause\n"), two = data.text("two.txt", "3\t4\tapplause\n");
    const Ran ran = run({"labels", odd, two, data.path("none.txt"), "--output", project});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("\"" + odd + "\" belongs to no recording of the project"));
    EXPECT_THAT(ran.err, HasSubstr("none.txt\" was not found"));
    EXPECT_EQ(stored().segments[2].size(), 1U);
}

TEST_F(LabelsOfProject, ThatDoNotFitOneFileAreRefused) {
    const std::string one = data.text("one.txt", "1\t2\tapplause\n"), two = data.text("two.txt", "3\t4\tapplause\n");
    const Ran ran = run({"labels", one, two, "--output", data.path("x.TextGrid")});
    EXPECT_EQ(ran.exitCode, 2);
    EXPECT_THAT(ran.err, HasSubstr("labels of 2 recordings"));
    EXPECT_THAT(ran.err, HasSubstr("give a folder"));
    EXPECT_FALSE(fs::exists(data.path("x.TextGrid")));
    EXPECT_EQ(run({"labels", one, "--output", data.path("folder/")}).exitCode, 2) << "no format";
}

TEST_F(LabelsOfProject, AProjectThatCannotBeUsedIsNamed) {
    const std::string one = data.text("one.txt", "1\t2\tapplause\n");
    for (const auto& [path, what] : std::vector<std::pair<std::string, const char*>>{
             {data.path("none.ovation"), "was not found"}, {data.text("junk.ovation", "junk"), "is not a project"}}) {
        for (const auto& arguments : {std::vector<std::string>{"labels", one, "--output", path},
                                      {"labels", path, "--output", data.path("x.csv")}}) {
            const Ran ran = run(arguments);
            EXPECT_EQ(ran.exitCode, 1);
            EXPECT_THAT(ran.err, HasSubstr(what));
        }
    }
    auto open = *ProjectStore::open(project);
    const Ran busy = run({"labels", one, "--output", project});
    EXPECT_EQ(busy.exitCode, 1);
    EXPECT_THAT(busy.err, HasSubstr("is open in another window"));
}
