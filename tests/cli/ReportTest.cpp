// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectStore.h"
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <thread>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string fileText(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Ctrl+C while the program waits to show how far it is: nobody reads what it would write to.
Ran interruptedAtItsFirstProgress(const std::vector<std::string>& arguments) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
    size_t filled = 0;
    while (::write(ends[1], "", 1) == 1)
        ++filled;
    ::fcntl(ends[1], F_SETFL, 0); // the program shall wait
    Program program(arguments, [full = ends[1]] { ::dup2(full, STDERR_FILENO); });
    ::close(ends[1]);
    const auto takesInterrupts = [&] {
        std::ifstream status("/proc/" + std::to_string(program.pid()) + "/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("SigCgt:")) return (std::stoull(line.substr(7), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
        return false;
    };
    for (int i = 0; i < 6000 && !takesInterrupts(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(program.pid(), SIGINT);
    ::fcntl(ends[0], F_SETFL, 0);
    std::string all;
    char bytes[4096];
    for (ssize_t n = 0; (n = ::read(ends[0], bytes, sizeof bytes)) > 0;)
        all.append(bytes, static_cast<size_t>(n));
    ::close(ends[0]);
    Ran ran = program.wait();
    ran.err = all.substr(filled);
    return ran;
}

/// A recording of a project, at 8 kHz, in which all is labelled.
Speech labelledSpeech(SpeechId id, const std::string& path, int64_t seconds) {
    Speech speech;
    speech.id = id;
    speech.path = path;
    speech.contentHash = "0" + std::to_string(id);
    speech.frames = 8000 * seconds;
    speech.sampleRate = 8000;
    speech.channels = 1;
    speech.fullyLabelled = true;
    return speech;
}

/// Two recordings of one name, a detection over both, and what somebody made of it: 2 s in `ra`, 1.5 s in `rb`.
class ReportOfOneName : public testing::Test {
protected:
    ReportOfOneName() {
        writeConstantModel(m_data.path("m.safetensors"));
        m_data.sound("ra/speech.wav", 10, 1);
        m_data.sound("rb/speech.wav", 5, 2);
        EXPECT_EQ(detect({m_data.path("ra"), m_data.path("rb")}).exitCode, 0);
        m_data.text("out/speech.txt", "1\t3\tapplause\n");
        m_data.text("out/speech-2.txt", "0\t1\tapplause\n2\t2.5\tapplause\n");
    }

    Ran detect(std::vector<std::string> more) const {
        more.insert(more.begin(),
                    {"detect", "--quiet", "--model", m_data.path("m.safetensors"), "--output", m_data.path("out")});
        return run(more);
    }

    Ran report(const std::vector<std::string>& folders) const {
        std::vector<std::string> all{"--quiet", "report", "--no-loudness", "--labels", m_data.path("out")};
        for (const std::string& folder : folders)
            all.push_back(m_data.path(folder));
        return run(all);
    }

    const DataFolder m_data;
    const std::string m_first = "speech\",10.000,1,2.000,", m_second = "speech\",5.000,2,1.500,";
};

} // namespace

TEST_F(ReportOfOneName, EachRecordingHasItsOwnLabelsHoweverItIsNamed) {
    for (const std::vector<std::string>& folders :
         std::vector<std::vector<std::string>>{{"ra", "rb"}, {"rb", "ra"}, {"ra"}, {"rb"}}) {
        const Ran ran = report(folders);
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        for (const auto& [folder, row] :
             {std::pair(std::string("ra"), m_first), std::pair(std::string("rb"), m_second)}) {
            const bool named = std::ranges::find(folders, folder) != folders.end();
            EXPECT_EQ(ran.out.find(row) != ran.out.npos, named) << folder << ran.out;
        }
    }
}

TEST_F(ReportOfOneName, TheNewestDetectionCountsWhateverItsFormat) {
    // At 0.95 nothing is found.
    ASSERT_EQ(detect({m_data.path("ra"), "--format", "csv", "--threshold", "0.95"}).exitCode, 0);
    const Ran ran = report({"ra"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"speech\",10.000,0,0.000,"));
}

TEST_F(ReportOfOneName, WhatHasMovedIsFoundByItsNameWhereThatIsOnesOwn) {
    std::filesystem::rename(m_data.path("ra"), m_data.path("rc"));
    Ran ran = report({"rb", "rc"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(m_first));
    EXPECT_THAT(ran.out, HasSubstr(m_second));
    std::filesystem::rename(m_data.path("rb"), m_data.path("rd"));
    for (const std::vector<std::string>& folders : std::vector<std::vector<std::string>>{{"rc", "rd"}, {"rd"}}) {
        ran = report(folders);
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err + ran.out, HasSubstr("has no label file for it"));
        EXPECT_THAT(ran.out, Not(testing::AnyOf(HasSubstr(m_first), HasSubstr(m_second))));
    }
}

TEST_F(ReportOfOneName, ATreeThatHasMovedIsFoundByItsFolders) {
    std::filesystem::create_directory(m_data.path("elsewhere"));
    for (const char* folder : {"ra", "rb"})
        std::filesystem::rename(m_data.path(folder), m_data.path(std::string("elsewhere/") + folder));
    const Ran ran = report({"elsewhere"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(m_first));
    EXPECT_THAT(ran.out, HasSubstr(m_second));
}

TEST_F(ReportOfOneName, CopiesHaveTheLabelsOfWhatIsStillInItsPlace) {
    namespace fs = std::filesystem;
    fs::create_directories(m_data.path("copies/rb"));
    fs::copy_file(m_data.path("ra/speech.wav"), m_data.path("copies/lecture.wav"));
    fs::copy_file(m_data.path("rb/speech.wav"), m_data.path("copies/rb/speech.wav"));
    m_data.sound("copies/other/speech.wav", 5, 3); // of the same name and size, but another one
    const Ran ran = report({"copies", "ra"});
    EXPECT_THAT(ran.out, HasSubstr("\"lecture\",10.000,1,2.000,"));
    EXPECT_THAT(ran.out, HasSubstr(m_second));
    EXPECT_THAT(ran.out, HasSubstr(m_first));
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("has no label file for it"));
    EXPECT_EQ(ran.err.find("has no label file"), ran.err.rfind("has no label file")) << ran.err;
}

TEST_F(ReportOfOneName, LabelsMadeByHandForACopyOfAnotherNameAreItsOwn) {
    std::filesystem::copy_file(m_data.path("ra/speech.wav"), m_data.path("ra/talk.wav"));
    m_data.text("out/talk.txt", "1\t2\tapplause\n");
    const Ran ran = report({"ra"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"talk\",10.000,1,1.000,"));
    EXPECT_THAT(ran.out, HasSubstr(m_first));
}

TEST_F(ReportOfOneName, LabelsMadeByHandBesideDetectionsCountByTheirStem) {
    m_data.sound("ra/talk.wav", 4, 3);
    m_data.text("out/talk.txt", "1\t2\tapplause\n");
    const Ran ran = report({"ra"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"talk\",4.000,1,1.000,"));
    EXPECT_THAT(ran.out, HasSubstr(m_first));
}

TEST(ReportCommand, EndsWithoutAWordWhereNobodyReadsItsTable) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    ::close(ends[0]);
    const auto toNobody = [write = ends[1]] { ::dup2(write, STDOUT_FILENO); };
    const std::vector<std::string> report{"report", OVATION_EXAMPLE, "--no-loudness", "--quiet"};
    for (const auto& arguments : {report, {"check", OVATION_EXAMPLE, "--headers-only", "--quiet"}}) {
        const Ran ran = run(arguments, toNobody);
        EXPECT_EQ(ran.exitCode, 128 + SIGPIPE);
        EXPECT_EQ(ran.err, "");
    }
    const Ran ignoring = run(report, [&] {
        std::signal(SIGPIPE, SIG_IGN);
        toNobody();
    });
    ::close(ends[1]);
    EXPECT_EQ(ignoring.exitCode, 1);
    EXPECT_THAT(ignoring.err, HasSubstr("standard output"));
}

TEST(ReportCommand, PrintsATableOfLabelledRecordings) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.text("in/one.txt", "1\t3\tapplause\n5\t6\tspeech\n7\t8.5\tapplause\n");
    const Ran ran = run({"--quiet", "report", data.path("in")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"one\",10.000,2,3.500,0.35000,2.000,12.000,-"));
}

TEST(ReportCommand, LabelsThatOverlapOrHangOverCountOnce) {
    const DataFolder data;
    data.sound("in/one.wav", 20, 1);
    data.text("in/one.txt", "0\t10\tapplause\n2\t3\tapplause\n5\t15\tapplause\n18\t20.04\tapplause\n");
    const Ran ran = run({"--quiet", "report", data.path("in")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"one\",20.000,2,17.000,0.85000,15.000,6.000,-"));
}

TEST(ReportCommand, WritesPageAndTablesOverWhatDetectLeftAndListsWhatIsMissing) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.sound("in/two.wav", 5, 2);
    data.text("found/one.txt", "1\t3\tapplause\n");
    const Ran ran =
        run({"--quiet", "report", data.path("in"), "--labels", data.path("found"), "--output", data.path("r.html"),
             "--output", data.path("r.csv"), "--applauses", data.path("a.csv"), "--title", "Archive"});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_EQ(ran.err, "ovation: \"" + data.path("in/two.wav") + "\": \"" + data.path("found") +
                           "\" has no label file for it.\n");
    const std::string page = fileText(data.path("r.html"));
    EXPECT_THAT(page, HasSubstr("<h1>Archive</h1>"));
    EXPECT_THAT(page, HasSubstr("0:01.0 to 0:03.0"));
    EXPECT_THAT(page, HasSubstr("LUFS"));
    EXPECT_THAT(fileText(data.path("r.csv")), HasSubstr("\"one\",10.000,1,2.000,"));
    EXPECT_THAT(fileText(data.path("a.csv")), HasSubstr("\"one\",1,1.000,3.000,2.000,"));
}

TEST(ReportCommand, PlacesThatCannotBeWrittenToAreSaidBeforeAnythingIsRead) {
    const DataFolder data;
    for (const char* option : {"--output", "--applauses"}) {
        const Ran ran = run({"report", data.path("nowhere"), option, data.path("none/r.csv")});
        EXPECT_EQ(ran.exitCode, 1);
        EXPECT_THAT(ran.err, HasSubstr(data.path("none") + "\" was not found: the folder to write to"));
        EXPECT_THAT(ran.err, Not(HasSubstr("nowhere"))) << "that is not there either";
    }
    const Ran surface = run({"surface", data.path("nowhere"), "--model", data.path("nowhere.safetensors"), "--output",
                             data.path("none/s.svg")});
    EXPECT_EQ(surface.exitCode, 1);
    EXPECT_THAT(surface.err, HasSubstr(data.path("none") + "\" was not found: the folder to write to"));
}

TEST(ReportCommand, OneFileThatCannotBeWrittenCostsNoOther) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.text("in/one.txt", "1\t3\tapplause\n");
    const std::string longName = data.path(std::string(250, 'x') + ".csv"); // no room for a temporary file's
    const Ran ran = run({"--quiet", "report", "--no-loudness", data.path("in"), "--output", longName, "--output",
                         data.path("r.csv"), "--applauses", data.path("a.csv")});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("xxx.csv\" could not be written"));
    EXPECT_THAT(fileText(data.path("r.csv")), HasSubstr("\"one\",10.000,1,2.000,"));
    EXPECT_THAT(fileText(data.path("a.csv")), HasSubstr("\"one\",1,1.000,3.000,2.000,"));
}

TEST(ReportCommand, LookingThroughRecordingsIsShownAndCanBeInterrupted) {
    const DataFolder data;
    for (unsigned i = 0; i < 3; ++i) {
        data.sound("in/" + std::to_string(i) + ".wav", 1, i);
        data.text("found/" + std::to_string(i) + ".txt", "");
    }
    const Ran ran =
        interruptedAtItsFirstProgress({"report", "--no-loudness", data.path("in"), "--labels", data.path("found")});
    EXPECT_EQ(ran.exitCode, 1) << ran.out;
    EXPECT_THAT(ran.err, HasSubstr("Cancelled"));
    EXPECT_EQ(ran.out, "");
    const Ran whole = run({"report", "--no-loudness", data.path("in"), "--labels", data.path("found")});
    EXPECT_EQ(whole.exitCode, 0) << whole.err;
    EXPECT_THAT(whole.err, HasSubstr("Looking for labels 0 %"));
}

TEST(ReportCommand, CountsOnlyARecordingsOwnLabelsAndSaysWhatIsLeftOut) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.sound("in/two.wav", 10, 2);
    data.sound("in/three.wav", 10, 3);
    data.text("found/one.csv", "start_s,end_s,label,file\n1,3,applause,one.wav\n5,6,applause,two.wav\n");
    data.text("found/two.txt", "1\t2\tapplause\n4\t3\tapplause\n");
    data.text("found/three.csv", "start_s,end_s,label,file\n1,3,applause,one.wav\n5,6,applause,two.wav\n");
    const Ran ran = run({"--quiet", "report", "--no-loudness", data.path("in"), "--labels", data.path("found")});
    EXPECT_EQ(ran.exitCode, 1) << "nothing is known of the third";
    EXPECT_THAT(ran.out, HasSubstr("\"one\",10.000,1,2.000,"));
    EXPECT_THAT(ran.out, HasSubstr("\"two\",10.000,1,1.000,"));
    EXPECT_THAT(ran.err, HasSubstr("ends before it starts"));
    EXPECT_THAT(ran.err, HasSubstr("two.txt\": 1 label cannot be used and is left out."));
    EXPECT_THAT(ran.err, HasSubstr("three.csv\" can be used for"));
}

TEST(ReportCommand, SaysWhichLabelledRecordingsItsFiguresDoNotRestOn) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.text("in/one.txt", "1\t2\tapplause\n4\t3\tapplause\n");
    data.sound("in/two.wav", 10, 2);
    const Ran ran = run({"report", "--no-loudness", data.path("in")});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("one.wav\": 1 label cannot be used and is left out."));
    EXPECT_THAT(ran.err, HasSubstr("1 recording without labels"));
}

TEST(ReportCommand, TheSearchForAProjectsMovedRecordingsIsShown) {
    const DataFolder data;
    data.sound("another.wav", 1, 1);
    ASSERT_TRUE(
        (*ProjectStore::create(data.path("p.ovation")))->putSpeech(labelledSpeech(1, data.path("gone.wav"), 10)));
    const Ran ran = run({"report", "--no-loudness", data.path("p.ovation")});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("Looking for moved recordings 0 %  another.wav"));
    EXPECT_THAT(ran.out, HasSubstr("\"gone\",10.000,0,0.000,"));
}

TEST(ReportCommand, SaysWhatItDoesNotCountWhereAllIsLabelled) {
    const DataFolder data;
    {
        auto store = ProjectStore::create(data.path("p.ovation"));
        ASSERT_TRUE(store) << describe(store.error());
        ASSERT_TRUE((*store)->putSpeech(labelledSpeech(1, data.sound("one.wav", 10, 1, 8000), 10)));
        Detection detection;
        detection.speech = 1;
        detection.model = "m";
        detection.segments = {{{8000, 24'000}, 0.9, 0.9, Verdict::Open}};
        ASSERT_TRUE((*store)->putDetection(detection));
    }
    const Ran ran = run({"report", "--no-loudness", data.path("p.ovation")});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"one\",10.000,0,0.000,"));
    EXPECT_THAT(ran.err, HasSubstr("p.ovation\": In fully labelled recordings the labels alone are counted: not 1"));
}

TEST(ReportCommand, SaysOfHowManyRecordingsOfAProjectNothingIsKnown) {
    const DataFolder data;
    const auto projectOf = [&](const char* name, std::initializer_list<bool> labelled) {
        auto store = ProjectStore::create(data.path(name));
        ASSERT_TRUE(store) << describe(store.error());
        unsigned id = 0;
        for (const bool fully : labelled) {
            ++id;
            Speech speech = labelledSpeech(id, data.sound(std::to_string(id) + ".wav", 1, id, 8000), 1);
            speech.fullyLabelled = fully;
            ASSERT_TRUE((*store)->putSpeech(speech));
        }
    };
    projectOf("p.ovation", {true, false, false});
    const Ran ran = run({"report", "--no-loudness", data.path("p.ovation")});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"1\",1.000,0,0.000,"));
    EXPECT_THAT(ran.out, Not(HasSubstr("\"2\"")));
    EXPECT_THAT(ran.err, HasSubstr("2 recordings of \"" + data.path("p.ovation") +
                                   "\" in which nothing is labelled or detected left out."));
    projectOf("none.ovation", {false});
    const Ran none = run({"report", "--no-loudness", data.path("none.ovation")});
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_THAT(none.err, HasSubstr("nothing is labelled or detected"));
    EXPECT_EQ(none.out, "");
}

TEST(ReportCommand, ARecordingThatIsInSeveralCountsOnceAsTheFirstHasIt) {
    const DataFolder data;
    data.text("in/one.txt", "1\t3\tapplause\n");
    data.sound("in/two.wav", 5, 2, 8000);
    data.text("in/two.txt", "1\t2\tapplause\n");
    {
        auto store = ProjectStore::create(data.path("p.ovation"));
        ASSERT_TRUE(store) << describe(store.error());
        // Without applause.
        ASSERT_TRUE((*store)->putSpeech(labelledSpeech(1, data.sound("in/one.wav", 10, 1, 8000), 10)));
    }
    const Ran ran = run({"report", "--no-loudness", data.path("in"), data.path("p.ovation")});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"one\",10.000,0,0.000,"));
    EXPECT_THAT(ran.out, HasSubstr("\"two\",5.000,1,1.000,"));
    EXPECT_THAT(ran.out, HasSubstr("\"all 2 recordings\",15.000,1,1.000,"));
    EXPECT_THAT(ran.err, HasSubstr("1 recording that is there more than once is counted once"));
}

TEST(ReportCommand, RefusesAnUnknownKindOfFileBeforeReadingAnything) {
    const DataFolder data;
    data.sound("in/one.wav", 1, 1);
    data.text("in/one.txt", "");
    const Ran ran = run({"report", data.path("in"), "--output", data.path("r.docx")});
    EXPECT_EQ(ran.exitCode, 2);
    EXPECT_THAT(ran.err, HasSubstr("must end in .html or .csv"));
}
