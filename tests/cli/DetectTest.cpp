// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/dataset/FolderTree.h"
#include "core/labels/LabelFormats.h"
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

namespace fs = std::filesystem;

class DetectCommand : public ::testing::Test {
protected:
    DetectCommand() { writeConstantModel(data.path("m.safetensors")); }

    Ran detect(std::vector<std::string> audio, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> arguments{"detect", "--model", data.path("m.safetensors"), "--output", out()};
        arguments.insert(arguments.end(), audio.begin(), audio.end());
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
    std::string out(const std::string& name = {}) const { return data.path(name.empty() ? "out" : "out/" + name); }
    /// Names in the output folder, sorted, without the state file.
    std::vector<std::string> outputs() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(out()))
            if (entry.path().filename() != ".ovation-detect.json") names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }
    std::string content(const std::string& name) const { return readBytes(out(name)); }
    /// Makes the state file one of a program that did not note these.
    void forget(const std::vector<std::string>& notes) const {
        nlohmann::json state = nlohmann::json::parse(content(".ovation-detect.json"));
        for (const std::string& note : notes)
            ASSERT_EQ(state.erase(note), 1U);
        data.text("out/.ovation-detect.json", state.dump());
    }

    const DataFolder data;
};

using Names = std::vector<std::string>;

/// What this process and those that it has waited for have read ("rchar:") or written ("wchar:"); -1 where that is not
/// counted.
int64_t countedBytes(const std::string& what) {
    std::ifstream counts("/proc/self/io");
    std::string name;
    for (int64_t count = 0; counts >> name >> count;)
        if (name == what) return count;
    return -1;
}

} // namespace

TEST_F(DetectCommand, WritesEveryFormat) {
    const std::string sound = data.sound("speech.wav", 3, 1);
    for (const LabelFormat& format : labelFormats()) {
        const Ran ran = detect({sound}, {"--format", format.id, "--quiet"});
        ASSERT_EQ(ran.exitCode, 0) << format.id << ran.err;
        const auto labels = readLabels(out(std::string("speech.") + format.extension), format.id);
        ASSERT_TRUE(labels) << describe(labels.error());
        ASSERT_EQ(labels->labels.size(), 1U) << format.id;
        EXPECT_EQ(labels->labels[0].labelClass, LabelClass::Applause);
        EXPECT_NEAR(labels->labels[0].span.start, 0, 0.01);
        EXPECT_NEAR(labels->labels[0].span.end, 3, 0.01);
    }
    EXPECT_EQ(outputs().size(), labelFormats().size());
}

TEST_F(DetectCommand, ElanIsLedToTheRecordingFromTheFolderOfItsLabels) {
    const std::string sound = data.sound("in/speech.wav", 3, 1);
    ASSERT_EQ(detect({sound}, {"--format", "eaf"}).exitCode, 0);
    const std::string text = content("speech.eaf");
    EXPECT_THAT(text, HasSubstr(" MEDIA_URL=\"file://" + fs::canonical(sound).string() + "\""));
    EXPECT_THAT(text, HasSubstr("RELATIVE_MEDIA_URL=\"../in/speech.wav\""));
}

TEST_F(DetectCommand, WritesAudacityLabelsByDefaultAndSaysHowMany) {
    const Ran ran = detect({data.tone("quiet.wav", 1, 0), data.sound("speech.wav", 3, 1)});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_EQ(outputs(), (Names{"quiet.txt", "speech.txt"}));
    EXPECT_EQ(content("quiet.txt"), "") << "silence holds no applause";
    EXPECT_THAT(ran.err, HasSubstr("1 segment, 3.0 s of applause"));
    EXPECT_THAT(ran.err, HasSubstr("2 written, 0 already done, 0 failed"));
    EXPECT_EQ(ran.out, "");
}

TEST_F(DetectCommand, FoldersAreSearchedAndAFileNamedTwiceComesOnce) {
    const std::string one = data.sound("in/one.wav", 1, 1);
    data.sound("in/deep/er/two.wav", 1, 2);
    data.sound("in/.hidden.wav", 1, 3);
    data.text("in/notes.txt", "no sound");
    const Ran ran = detect({data.path("in"), one});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_EQ(outputs(), (Names{"one.txt", "two.txt"}));
}

TEST_F(DetectCommand, SoundFilesOfKindsThatCannotBeReadAreNamed) {
    data.sound("in/one.wav", 1, 1);
    data.text("in/one.mp4", "the film that its sound was taken of");
    data.text("in/deep/talk.m4a", "x");
    data.text("in/deep/song.WMA", "x");
    data.text("in/deep/notes.txt", "no sound");
    for (const auto& more : std::vector<std::vector<std::string>>{{"--quiet"}, {"--quiet", "--merge"}}) {
        const Ran ran = detect({data.path("in")}, more);
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr("2 sound files were passed over, because files of these kinds (m4a, wma) "
                                       "cannot be read"));
        EXPECT_THAT(ran.err, HasSubstr("The first is \"" + data.path("in/deep/song.WMA") + "\"."));
        EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    }
    fs::remove_all(data.path("in/deep"));
    EXPECT_EQ(detect({data.path("in")}, {"--quiet"}).err, "");
}

// Of many corrected label files none costs another look at what all runs have noted.
TEST_F(DetectCommand, NotesThatHaveNotChangedAreNotReadForEachFile) {
    constexpr int kFiles = 20;
    for (int i = 0; i < kFiles; ++i)
        data.sound("in/" + std::to_string(i) + ".wav", 0.3, static_cast<unsigned>(i) + 1);
    ASSERT_EQ(detect({data.path("in")}).exitCode, 0);
    for (int i = 0; i < kFiles; ++i)
        data.text("out/" + std::to_string(i) + ".txt", "0.1\t0.2\tapplause\n");
    nlohmann::json state = nlohmann::json::parse(content(".ovation-detect.json"));
    constexpr int64_t kBytes = 4 << 20;
    state["long"] = std::string(kBytes, 'x');
    data.text("out/.ovation-detect.json", state.dump());
    const int64_t before = countedBytes("rchar:");
    const Ran ran = detect({data.path("in")}, {"--threshold", "0.4"});
    const int64_t after = countedBytes("rchar:");
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("0 written, 0 already done, 20 failed"));
    ASSERT_GE(before, 0);
    ASSERT_GT(after, before) << "what is read is not counted";
    EXPECT_LT(after - before, 10 * kBytes) << "not once for each file";
}

TEST_F(DetectCommand, NotesAreNotWrittenAnewForEachFile) {
    constexpr int kFiles = 12;
    for (int i = 0; i < kFiles; ++i)
        data.sound("in/" + std::to_string(i) + ".wav", 0.3, static_cast<unsigned>(i) + 1);
    ASSERT_EQ(detect({data.path("in")}).exitCode, 0);
    nlohmann::json state = nlohmann::json::parse(content(".ovation-detect.json"));
    constexpr int64_t kBytes = 1 << 20;
    state["outputs"]["another.txt"] = std::string(kBytes, 'x'); // as of very many recordings
    data.text("out/.ovation-detect.json", state.dump());
    const int64_t before = countedBytes("wchar:");
    const Ran ran = detect({data.path("in")}, {"--threshold", "0.4"});
    const int64_t after = countedBytes("wchar:");
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("12 written"));
    ASSERT_GE(before, 0);
    EXPECT_GT(after - before, kBytes) << "what is written is not counted, or the notes are gone";
    EXPECT_LT(after - before, 5 * kBytes) << "once, and not with each file";
    EXPECT_THAT(detect({data.path("in")}, {"--threshold", "0.4"}).err, HasSubstr("0 written, 12 already done"));
    EXPECT_THAT(content(".ovation-detect.json"), HasSubstr("another.txt"));
}

TEST_F(DetectCommand, WhatAKilledRunHasNotedIsReadAndKept) {
    const std::string a = data.sound("a.wav", 0.5, 1), b = data.sound("b.wav", 0.5, 2), c = data.sound("c.wav", 0.5, 3);
    ASSERT_EQ(detect({a, b}).exitCode, 0);
    const std::string state = content(".ovation-detect.json");
    const nlohmann::json noted = nlohmann::json::parse(state);
    std::string journal;
    for (const char* name : {"a.txt", "b.txt"}) {
        nlohmann::json line;
        for (const auto& [part, values] : noted.items())
            if (values.is_object() && values.contains(name)) line[part][name] = values[name];
        journal += "\n" + line.dump();
    }
    journal += R"(
{"outputs": {"c.txt": "a)"; // cut off
    data.text("out/.ovation-detect.jsonl", journal);
    fs::remove(out(".ovation-detect.json"));
    EXPECT_THAT(detect({a, b}).err, HasSubstr("0 written, 2 already done"));
    EXPECT_THAT(detect({a, b, c}).err, HasSubstr("1 written, 2 already done"));
    EXPECT_EQ(outputs(), (Names{"a.txt", "b.txt", "c.txt"})) << "the journal is gone";
    EXPECT_EQ(nlohmann::json::parse(content(".ovation-detect.json"))["outputs"].size(), 3U);
    EXPECT_THAT(detect({a, b, c}).err, HasSubstr("0 written, 3 already done"));
    // What it had begun to write is its own, whole or not.
    nlohmann::json begun;
    begun["outputs"]["a.txt"] = "";
    begun["recordings"]["a.txt"] = noted["recordings"]["a.txt"];
    begun["hashes"]["a.txt"] = nlohmann::json::array({hashOf("begun")});
    begun["found"]["a.txt"] =
        nlohmann::json::array({noted["found"]["a.txt"][0].get<int64_t>() + 1'000'000, 0.0, 0, 0.0});
    data.text("out/.ovation-detect.jsonl", "\n" + begun.dump());
    data.text("out/a.txt", "begun");
    EXPECT_THAT(detect({a, b, c}).err, HasSubstr("1 written, 2 already done"));
    EXPECT_EQ(outputs(), (Names{"a.txt", "b.txt", "c.txt"}));
}

TEST_F(DetectCommand, WhatIsFinishedIsSkippedUntilSomethingChanges) {
    const std::string sound = data.sound("speech.wav", 3, 1);
    ASSERT_EQ(detect({sound}).exitCode, 0);
    const auto again = [&](const std::vector<std::string>& more = {}) { return detect({sound}, more).err; };
    EXPECT_THAT(again(), HasSubstr("0 written, 1 already done"));
    EXPECT_THAT(again({"--threshold", "0.95"}), HasSubstr("1 written"));
    EXPECT_EQ(content("speech.txt"), "") << "0.88 is below the threshold";
    for (const auto& [option, value] : std::map<std::string, std::string>{
             {"--min-duration", "0.7"}, {"--merge-gap", "0.9"}, {"--hop", "0.25"}, {"--threshold", "0.4"}}) {
        EXPECT_THAT(again({option, value}), HasSubstr("1 written")) << option;
        EXPECT_THAT(again({option, value}), HasSubstr("1 already done")) << option;
    }
    EXPECT_THAT(again({"--format", "csv"}), HasSubstr("1 written"));
    EXPECT_THAT(again(), HasSubstr("1 written")) << "back to the first settings";
    fs::remove(out("speech.txt"));
    EXPECT_THAT(again(), HasSubstr("1 written")) << "its output was gone";
    data.sound("speech.wav", 2, 2);
    EXPECT_THAT(again(), HasSubstr("1 written")) << "the recording is another one";
    writeConstantModel(data.path("m.safetensors"), -2);
    EXPECT_THAT(again(), HasSubstr("1 written")) << "the model is another one";
    EXPECT_EQ(content("speech.txt"), "");
}

TEST_F(DetectCommand, ADamagedStateFileCountsAsNone) {
    const std::string sound = data.sound("speech.wav", 1, 1);
    for (const char* state : {"{", "[]", R"({"outputs": 5})", R"({"outputs": {"speech.txt": 7}, "recordings": []})"}) {
        fs::remove_all(out());
        data.text("out/.ovation-detect.json", state);
        EXPECT_EQ(detect({sound}).exitCode, 0) << state;
        EXPECT_THAT(detect({sound}).err, HasSubstr("1 already done")) << state;
    }
}

TEST_F(DetectCommand, ScoresAreTheProbabilityCurve) {
    const std::string sound = data.sound("speech.wav", 10, 1);
    ASSERT_EQ(detect({sound}).exitCode, 0);
    const Ran ran = detect({sound}, {"--scores"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_EQ(outputs(), (Names{"speech.scores.csv", "speech.txt"}));
    const std::string scores = content("speech.scores.csv");
    EXPECT_THAT(scores, testing::StartsWith("time_s,probability\n"));
    EXPECT_THAT(scores, HasSubstr(",0.880797\n"));
    EXPECT_EQ(std::ranges::count(scores, '\n'), 1 + 20) << "a value every half second";
    EXPECT_THAT(detect({sound}, {"--scores"}).err, HasSubstr("1 already done"));
    fs::remove(out("speech.scores.csv"));
    EXPECT_THAT(detect({sound}, {"--scores"}).err, HasSubstr("1 written"));
}

TEST_F(DetectCommand, QuietSaysNothing) {
    const Ran ran = detect({data.sound("speech.wav", 1, 1)}, {"--quiet"});
    EXPECT_EQ(ran.exitCode, 0);
    EXPECT_EQ(ran.err + ran.out, "");
}

TEST_F(DetectCommand, RecordingsOfOneNameGetFilesOfTheirOwnInEveryRun) {
    const std::string a = data.sound("a/speech.wav", 1, 1), b = data.sound("b/speech.wav", 2, 2);
    const Ran ran = detect({a, b, data.sound("speech-2.wav", 3, 3)});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_EQ(outputs(), (Names{"speech-2.txt", "speech-3.txt", "speech.txt"}));
    EXPECT_THAT(ran.err, HasSubstr("b/speech.wav: another recording has the same name"));
    EXPECT_THAT(content("speech-3.txt"), HasSubstr("2.0"));
    // Given alone, each still has its own file, and nobody else's is replaced.
    const std::string before = content("speech.txt");
    EXPECT_THAT(detect({b}).err, HasSubstr("1 already done"));
    EXPECT_THAT(detect({data.sound("c/speech.wav", 4, 4)}).err, HasSubstr("1 written"));
    EXPECT_EQ(content("speech.txt"), before);
    EXPECT_THAT(content("speech-4.txt"), HasSubstr("4.0"));
    // A recording that has moved takes its old file over.
    fs::rename(a, data.path("a/elsewhere"));
    EXPECT_EQ(detect({data.sound("d/speech.wav", 1.5, 1)}).exitCode, 0);
    EXPECT_NE(content("speech.txt"), before);
}

TEST_F(DetectCommand, ResultsOfADiskThatIsAwayAreNotReplaced) {
    const std::string there = data.sound("disk/speech.wav", 1, 1), other = data.sound("b/speech.wav", 2, 2);
    ASSERT_EQ(detect({there}).exitCode, 0);
    const std::string before = content("speech.txt");
    fs::rename(data.path("disk"), data.path("elsewhere"));
    fs::create_directory(data.path("disk")); // where it was mounted
    EXPECT_THAT(detect({other}).err, HasSubstr("so this one is written as speech-2.txt"));
    const std::string third = data.sound("c/speech.wav", 3, 3);
    EXPECT_THAT(detect({third}).err, HasSubstr("so this one is written as speech-3.txt"));
    EXPECT_EQ(outputs(), (Names{"speech-2.txt", "speech-3.txt", "speech.txt"}));
    EXPECT_EQ(content("speech.txt"), before);
    fs::rename(data.path("elsewhere"), data.path("disk"));
    EXPECT_THAT(detect({there}).err, HasSubstr("0 written, 1 already done"));
}

TEST_F(DetectCommand, ResultsGoWithAFolderThatWasRenamed) {
    const std::string there = data.sound("archive/speech.wav", 1, 1);
    ASSERT_EQ(detect({there}).exitCode, 0);
    fs::rename(data.path("archive"), data.path("archive-1968"));
    ASSERT_EQ(detect({data.path("archive-1968/speech.wav")}).exitCode, 0);
    EXPECT_EQ(outputs(), (Names{"speech.txt"}));
}

TEST_F(DetectCommand, AStepIsNothingToAFrameModelAndIsSaidToBe) {
    const std::string sound = data.sound("speech.wav", 3, 1);
    const std::string model = std::string(OVATION_SOURCE) + "/resources/models/starter.safetensors";
    const auto said = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"detect", sound, "--model", model, "--output", out()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments).err;
    };
    const std::string first = said({});
    EXPECT_THAT(first, HasSubstr("1 written"));
    EXPECT_THAT(first, Not(HasSubstr("warning")));
    const std::string again = said({"--hop", "0.25"});
    EXPECT_THAT(again, HasSubstr("0 written, 1 already done"));
    EXPECT_THAT(again, HasSubstr("warning: --hop has no effect"));
    // As earlier programs noted what they had found with a step.
    const auto bundle = readModel(model);
    const auto modelHash = contentHash(model);
    ASSERT_TRUE(bundle && modelHash);
    const nlohmann::json key = {hashOf(canonicalPath(sound)),
                                fs::file_size(sound),
                                fs::last_write_time(sound).time_since_epoch().count(),
                                *modelHash,
                                "audacity",
                                bundle->decoder.threshold,
                                bundle->decoder.minimumDurationS,
                                bundle->decoder.mergeGapS,
                                0.25,
                                false};
    nlohmann::json state = nlohmann::json::parse(content(".ovation-detect.json"));
    ASSERT_NE(state["outputs"]["speech.txt"], hashOf(key.dump()));
    state["outputs"]["speech.txt"] = hashOf(key.dump());
    data.text("out/.ovation-detect.json", state.dump());
    EXPECT_THAT(said({"--hop", "0.25"}), HasSubstr("0 written, 1 already done"));
}

TEST_F(DetectCommand, ManyFinishedRecordingsAreNotALineEach) {
    const std::string sound = data.sound("in/00.wav", 0.5, 1);
    for (int i = 10; i < 40; ++i)
        fs::copy_file(sound, data.path("in/" + std::to_string(i) + ".wav"));
    ASSERT_EQ(detect({data.path("in")}).exitCode, 0);
    const std::string err = detect({data.path("in")}).err;
    EXPECT_THAT(err, HasSubstr("0 written, 31 already done"));
    EXPECT_THAT(err, HasSubstr("in/39.wav: already done")) << "the last one is always told";
    EXPECT_LT(std::ranges::count(err, '\n'), 31) << "one a second, and what all come to";
}

TEST_F(DetectCommand, ScoresDoNotReplaceAnotherRecordingsLabels) {
    const Ran ran =
        detect({data.sound("a.wav", 1, 1), data.sound("a.scores.wav", 1, 2)}, {"--scores", "--format", "csv"});
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_EQ(outputs(), (Names{"a.csv", "a.scores-2.csv", "a.scores-2.scores.csv", "a.scores.csv"}));
    EXPECT_THAT(content("a.scores.csv"), testing::StartsWith("time_s,probability\n"));
}

TEST_F(DetectCommand, AFileThatItDidNotWriteStays) {
    data.text("out/speech.txt", "0\t1\tby hand\n");
    const Ran ran = detect({data.sound("speech.wav", 1, 1), data.sound("other.wav", 1, 2)});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("out/speech.txt\" could not be written: a file of that name is there already"));
    EXPECT_EQ(content("speech.txt"), "0\t1\tby hand\n");
    EXPECT_EQ(outputs(), (Names{"other.txt", "speech.txt"}));
}

TEST_F(DetectCommand, WhatSomebodyCorrectedStays) {
    const std::string sound = data.sound("speech.wav", 3, 1);
    ASSERT_EQ(detect({sound}, {"--scores"}).exitCode, 0);
    data.text("out/speech.txt", "0\t1\tapplause\n");
    EXPECT_THAT(detect({sound}).err, HasSubstr("could not be written: a file of that name is there already"));
    const Ran ran = detect({sound, data.sound("other.wav", 1, 2)}, {"--threshold", "0.6"});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("out/speech.txt\" could not be written: a file of that name is there already"));
    EXPECT_THAT(ran.err, HasSubstr("1 written, 0 already done, 1 failed"));
    EXPECT_EQ(content("speech.txt"), "0\t1\tapplause\n");
    EXPECT_THAT(detect({sound}, {"--scores"}).err, HasSubstr("1 already done")) << "what was finished stays so";
    data.text("out/speech.scores.csv", "mine");
    EXPECT_EQ(detect({sound}, {"--scores", "--hop", "0.25"}).exitCode, 1);
    EXPECT_EQ(content("speech.scores.csv"), "mine");
    EXPECT_EQ(content("speech.txt"), "0\t1\tapplause\n");
}

TEST_F(DetectCommand, LabelsMadeByHandWhereDetectionFailedStay) {
    const std::string sound = data.text("speech.wav", "no sound");
    EXPECT_EQ(detect({sound}).exitCode, 1);
    data.text("out/speech.txt", "0\t1\tapplause\n");
    EXPECT_EQ(detect({sound}).exitCode, 1) << "still no sound";
    data.sound("speech.wav", 3, 1);
    const Ran ran = detect({sound});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("a file of that name is there already"));
    EXPECT_EQ(content("speech.txt"), "0\t1\tapplause\n");
    fs::remove(out("speech.txt"));
    EXPECT_THAT(detect({sound}).err, HasSubstr("1 written"));
}

TEST_F(DetectCommand, AResultOfItsOwnIsReplacedAfterAFailureInBetween) {
    const std::string sound = data.sound("speech.wav", 3, 1);
    ASSERT_EQ(detect({sound}).exitCode, 0);
    data.text("speech.wav", "no sound");
    EXPECT_EQ(detect({sound}).exitCode, 1);
    data.sound("speech.wav", 2, 1);
    EXPECT_THAT(detect({sound}).err, HasSubstr("1 written"));
    EXPECT_THAT(content("speech.txt"), HasSubstr("2.0"));
}

TEST_F(DetectCommand, FoldersOfEarlierProgramsAreGoneOnWith) {
    const std::string sound = data.sound("speech.wav", 3, 1);
    ASSERT_EQ(detect({sound}).exitCode, 0);
    forget({"hashes"});
    EXPECT_THAT(detect({sound}).err, HasSubstr("1 already done"));
    EXPECT_THAT(detect({sound}, {"--threshold", "0.95"}).err, HasSubstr("1 written")) << "nobody has changed it since";
    EXPECT_EQ(content("speech.txt"), "");
    forget({"hashes", "found"});
    EXPECT_THAT(detect({sound}, {"--threshold", "0.9"}).err, HasSubstr("1 written")) << "nor noted times";
    forget({"hashes"});
    fs::last_write_time(out("speech.txt"), fs::last_write_time(out("speech.txt")) + std::chrono::hours(1));
    EXPECT_EQ(detect({sound}).exitCode, 1) << "written after the detection ended";
    EXPECT_EQ(content("speech.txt"), "");
}

TEST_F(DetectCommand, NamesThatAreNotUtf8AreWrittenAndSkippedLikeOthers) {
    const std::string sound = data.sound("caf\xe9 100%41.wav", 1, 1);
    for (const LabelFormat& format : labelFormats()) {
        ASSERT_EQ(detect({sound}, {"--format", format.id}).exitCode, 0) << format.id;
        EXPECT_THAT(detect({sound}, {"--format", format.id}).err, HasSubstr("1 already done")) << format.id;
        const auto labels = readLabels(out(std::string("caf\xe9 100%41.") + format.extension), format.id);
        EXPECT_TRUE(labels) << format.id << ": " << describe(labels.error());
    }
}

TEST_F(DetectCommand, CtrlCLeavesWholeFilesAndTheNextRunDoesTheRest) {
    const std::string sound = data.sound("in/00.wav", 5, 1);
    for (int i = 10; i < 30; ++i)
        fs::copy_file(sound, data.path("in/" + std::to_string(i) + ".wav"));
    const Names arguments{"detect", data.path("in"), "--model", data.path("m.safetensors"), "--output", out(), "--hop",
                          "0.02",   "--threads",     "1"};
    Program program(arguments);
    for (int i = 0; i < 3000 && !fs::exists(out("00.txt")); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    kill(program.pid(), SIGINT);
    const Ran ran = program.wait();
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("Cancelled"));
    EXPECT_THAT(ran.err, HasSubstr("more recordings were not tried"));
    const Names written = outputs();
    EXPECT_LT(written.size(), 21U);
    for (const std::string& name : written) {
        EXPECT_TRUE(name.ends_with(".txt")) << name;
        EXPECT_EQ(content(name), content("00.txt"));
    }
    const Ran rest = detect({data.path("in")}, {"--hop", "0.02"});
    EXPECT_EQ(rest.exitCode, 0);
    EXPECT_THAT(rest.err, HasSubstr(std::to_string(21 - written.size()) + " written, " +
                                    std::to_string(written.size()) + " already done"));
}
