// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ClipExport.h"

#include "core/audio/AudioReader.h"
#include "core/export/ClipOrigins.h"
#include "core/export/ClipTables.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/WavFile.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

class ClipExport : public ::testing::Test {
protected:
    /// A tagged 10 s recording with applause at 2 to 4 s and a cough at 6 to 6.5 s, fully labelled.
    std::vector<LabelledRecording> labelled(const std::string& name = "speech.flac") const {
        const std::string path = data.path(name);
        fs::create_directories(fs::path(path).parent_path());
        SF_INFO info{};
        info.samplerate = 16000;
        info.channels = 2;
        info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
        SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
        EXPECT_NE(file, nullptr);
        sf_set_string(file, SF_STR_TITLE, "On the bridge");
        sf_set_string(file, SF_STR_ARTIST, "A. Speaker");
        sf_set_string(file, SF_STR_ALBUM, name.c_str()); // so that no two are the same recording
        std::vector<float> samples(16000 * 2 * 10);
        for (size_t i = 0; i < samples.size(); ++i) // each sample tells its place
            samples[i] = static_cast<float>(i) / 400000.0F * (i % 2 ? 1.0F : -1.0F);
        sf_writef_float(file, samples.data(), 160000);
        sf_close(file);
        LabelledRecording recording;
        recording.path = path;
        recording.info = *audioInfo(path);
        recording.fullyLabelled = true;
        recording.labels = {{{2, 4}, LabelClass::Applause, "clapping", {}, {}, 0.75},
                            {{6, 6.5}, LabelClass::NotApplause, "cough/loud", {}, {}, {}}};
        return {recording};
    }

    /// The same with applause at other times only, exported into a training set that has clips of it, or of another.
    ClipExportReport exportedAgain(LabelledRecording recording) const {
        recording.labels = {{{3, 5}, LabelClass::Applause, "", {}, {}, {}}};
        const auto report = exportClips({recording}, data.path("set"), byTimes());
        EXPECT_TRUE(report) << describe(report.error());
        EXPECT_TRUE(fs::exists(data.path("set/applause/rec-3.00-5.00.flac")));
        return report ? *report : ClipExportReport{};
    }

    static ClipExportOptions byTimes() {
        ClipExportOptions options;
        options.trainingSet = true;
        options.existing = ExistingClips::Replace;
        options.pattern = "{recording}-{start}-{end}";
        return options;
    }

    std::vector<float> samplesOf(const std::string& file) const {
        auto reader = AudioReader::open(data.path(file));
        EXPECT_TRUE(reader) << file;
        if (!reader) return {};
        const AudioInfo& info = (*reader)->info();
        std::vector<float> samples(static_cast<size_t>(info.frames * info.channels));
        EXPECT_EQ(*(*reader)->read(samples, info.frames), info.frames);
        return samples;
    }

    const DataFolder data;
};

} // namespace

TEST_F(ClipExport, EverySegmentBecomesAFileWithPaddingNamesAndTags) {
    const auto recordings = labelled();
    ClipExportOptions options;
    options.paddingS = 0.5;
    options.pattern = "{recording}_{number}_{text}_{start}-{end}";
    const auto report = exportClips(recordings, data.path("out"), options);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->clips, 2);
    EXPECT_EQ(report->applause, 1);
    const std::string first = "out/speech_001_clapping_2.00-4.00.flac";
    ASSERT_TRUE(fs::exists(data.path(first)));
    ASSERT_TRUE(fs::exists(data.path("out/speech_002_cough-loud_6.00-6.50.flac")));
    const AudioInfo info = *audioInfo(data.path(first));
    EXPECT_EQ(info.frames, 3 * 16000);
    EXPECT_EQ(info.sampleRate, 16000);
    EXPECT_EQ(info.channels, 2);
    EXPECT_THAT(info.format, HasSubstr("24"));
    const std::vector<float> whole = samplesOf("speech.flac");
    const std::vector<float> clip = samplesOf(first);
    EXPECT_TRUE(std::equal(clip.begin(), clip.end(), whole.begin() + 24000 * 2)); // from 1.5 s on, to the bit
    const auto tags = audioTags(data.path(first));
    EXPECT_EQ(tags.at(SF_STR_TITLE), "On the bridge");
    EXPECT_EQ(tags.at(SF_STR_ARTIST), "A. Speaker");
    EXPECT_THAT(tags.at(SF_STR_COMMENT), HasSubstr("speech.flac, 2.000 to 4.000 s"));
    const std::string table = readBytes(data.path("out/clips.csv"));
    EXPECT_THAT(table, testing::StartsWith("file,label,text,group,recording,source_start_s,source_end_s,score\n"));
    EXPECT_THAT(table, HasSubstr(",applause,clapping,"));
    EXPECT_THAT(table, HasSubstr("speech.flac,2.000,4.000,0.7500\n"));
}

TEST_F(ClipExport, PaddingEndsWithTheRecording) {
    auto recordings = labelled();
    recordings[0].labels = {{{0.2, 9.9}, LabelClass::Applause, "", {}, {}, {}}};
    ClipExportOptions options;
    options.paddingS = 2;
    options.format = ClipFormat::Wav;
    ASSERT_TRUE(exportClips(recordings, data.path("out"), options));
    const AudioInfo info = *audioInfo(data.path("out/speech-001.wav"));
    EXPECT_EQ(info.frames, 160000);
    EXPECT_EQ(audioTags(data.path("out/speech-001.wav")).at(SF_STR_TITLE), "On the bridge");
}

TEST_F(ClipExport, ALongNameEndsWithAWholeCharacter) {
    std::string text = "a", whole = "a";
    for (int i = 0; i < 100; ++i)
        (i < 89 ? whole : text) += "\xD1\x8F"; // of two bytes
    text = whole + text.substr(1);
    auto recordings = labelled();
    recordings[0].labels = {{{2, 4}, LabelClass::Applause, text, {}, {}, {}}};
    ClipExportOptions options;
    options.pattern = "{text}";
    ASSERT_TRUE(exportClips(recordings, data.path("out"), options));
    EXPECT_TRUE(fs::exists(data.path("out/" + whole + ".flac")));
}

TEST_F(ClipExport, NamesThatAreAlikeGetNumbers) {
    ClipExportOptions options;
    options.pattern = "{recording}";
    ASSERT_TRUE(exportClips(labelled(), data.path("out"), options));
    EXPECT_TRUE(fs::exists(data.path("out/speech.flac")));
    EXPECT_TRUE(fs::exists(data.path("out/speech-2.flac")));
}

// What a training set is for: what is written is read back as the same examples.
TEST_F(ClipExport, ATrainingSetIsReadBackWithItsClassesAndGroups) {
    ClipExportOptions options;
    options.trainingSet = true;
    const auto report = exportClips(labelled(), data.path("out"), options);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->applause, 1);
    EXPECT_EQ(report->other, 1 + 3); // the cough, and what lies before, between and behind
    const auto again = collectRecordings({data.path("out")});
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_TRUE(again->skipped.empty());
    ASSERT_EQ(again->recordings.size(), 5U);
    double applause = 0, other = 0;
    for (const LabelledRecording& clip : again->recordings) {
        ASSERT_TRUE(clip.wholeClip) << clip.path;
        (*clip.wholeClip == LabelClass::Applause ? applause : other) += clip.info.durationS();
        EXPECT_EQ(clip.groups, again->recordings.front().groups) << "one source, one side of the split";
        EXPECT_FALSE(clip.groups.empty());
    }
    EXPECT_NEAR(applause, 2, 1e-6);
    EXPECT_NEAR(other, 8, 1e-6);
    const std::string metadata = readBytes(data.path("out/metadata.csv"));
    EXPECT_EQ(metadata.substr(0, metadata.find(',')), "file_name");
    EXPECT_THAT(metadata, HasSubstr("\napplause/speech-001.flac,applause,clapping,"));
}

TEST_F(ClipExport, TheTableOfClipsIsNotTakenForLabels) {
    const auto recordings = labelled();
    // A clip of 2 s; its times in the recording lie outside it, or (as former versions called them) on a part of it.
    ASSERT_TRUE(exportClips(recordings, data.path("data/applause"), {}));
    ASSERT_TRUE(exportClips(recordings, data.path("data/clips"), {}));
    for (const char* former : {"", "file,label,text,group,recording,start_s,end_s,score",
                               "file,label,group,recording,start_s,end_s,score"}) {
        if (*former) {
            const bool text = std::string(former).find("text") != std::string::npos;
            for (const char* folder : {"data/applause/", "data/clips/"})
                data.text(std::string(folder) + "clips.csv",
                          std::string(former) + "\nspeech-001.flac,applause," + (text ? "clapping," : "") +
                              "g,speech.flac,1.000,3.000,0.7500\nspeech-002.flac,other," + (text ? "cough," : "") +
                              "g,speech.flac,6.000,6.500,\n");
        }
        const auto again = collectRecordings({data.path("data")});
        ASSERT_TRUE(again) << describe(again.error());
        ASSERT_EQ(again->recordings.size(), 2U) << former;
        EXPECT_EQ(again->recordings[0].path, data.path("data/applause/speech-001.flac"));
        EXPECT_EQ(again->recordings[0].wholeClip, LabelClass::Applause);
        EXPECT_EQ(again->recordings[1].path, data.path("data/clips/speech-002.flac"));
        EXPECT_EQ(again->recordings[1].wholeClip, LabelClass::NotApplause);
        ASSERT_EQ(again->skipped.size(), 2U) << "a cough in the folder of applause, applause in another";
        EXPECT_THAT(describe(again->skipped[0].error), HasSubstr("the first being speech-002.flac"));
        EXPECT_THAT(describe(again->skipped[1].error), HasSubstr("the first being speech-001.flac"));
    }
}

TEST_F(ClipExport, UnsureTimeIsKeptApart) {
    auto recordings = labelled();
    recordings[0].labels[1].labelClass = LabelClass::Unsure;
    ClipExportOptions options;
    options.trainingSet = true;
    ASSERT_TRUE(exportClips(recordings, data.path("out"), options));
    EXPECT_TRUE(fs::exists(data.path("out/unsure/speech-002.flac")));
    EXPECT_EQ(collectRecordings({data.path("out")})->recordings.size(), 4U);
}

TEST_F(ClipExport, ApplauseInsideAnotherLabelIsNoNegativeOfATrainingSet) {
    auto recordings = labelled();
    recordings[0].labels = {{{0, 9}, LabelClass::NotApplause, "SPK1", {}, {}, {}},
                            {{2, 4}, LabelClass::Applause, "", {}, {}, {}},
                            {{6, 6.5}, LabelClass::Unsure, "", {}, {}, {}}};
    ClipExportOptions options;
    options.trainingSet = true;
    options.pattern = "{recording}-{number}-{start}-{end}";
    const auto report = exportClips(recordings, data.path("out"), options);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->applause, 1);
    EXPECT_EQ(report->unsure, 1);
    EXPECT_EQ(report->other, 3 + 1); // what is left of the turn, and what comes after it
    for (const char* name :
         {"other/speech-001-0.00-2.00", "other/speech-002-4.00-6.00", "other/speech-003-6.50-9.00",
          "applause/speech-004-2.00-4.00", "unsure/speech-005-6.00-6.50", "other/speech-006-9.00-10.00"})
        EXPECT_TRUE(fs::exists(data.path(std::string("out/") + name + ".flac"))) << name;
    const std::vector<float> whole = samplesOf("speech.flac");
    const std::vector<float> after = samplesOf("out/other/speech-002-4.00-6.00.flac");
    ASSERT_EQ(after.size(), size_t{2} * 2 * 16000);
    EXPECT_TRUE(std::equal(after.begin(), after.end(), whole.begin() + 4 * 2 * 16000)) << "from 4 s on";

    options.trainingSet = false;
    const auto clips = exportClips(recordings, data.path("clips"), options);
    ASSERT_TRUE(clips) << describe(clips.error());
    EXPECT_EQ(clips->clips, 3) << "a clip a label, whatever lies on it";
    EXPECT_TRUE(fs::exists(data.path("clips/speech-001-0.00-9.00.flac")));
}

TEST_F(ClipExport, LongNegativesOfATrainingSetAreCutIntoPieces) {
    LabelledRecording talk;
    talk.path = data.sound("talk.wav", 25, 1, 8000);
    talk.info = *audioInfo(talk.path);
    talk.labels = {{{0, 12}, LabelClass::NotApplause, "SPK1", {}, {}, {}},
                   {{12, 25}, LabelClass::Applause, "", {}, {}, {}}};
    ClipExportOptions options;
    options.trainingSet = true;
    const auto report = exportClips({talk}, data.path("out"), options);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->other, 2);
    EXPECT_EQ(report->applause, 1);
    EXPECT_EQ(audioInfo(data.path("out/other/talk-001.flac"))->frames, 6 * 8000);
    EXPECT_EQ(audioInfo(data.path("out/other/talk-002.flac"))->frames, 6 * 8000);
    EXPECT_EQ(audioInfo(data.path("out/applause/talk-003.flac"))->frames, 13 * 8000);
}

TEST_F(ClipExport, ARecordingIsNeverWrittenOver) {
    const auto recordings = labelled();
    const auto before = fs::file_size(recordings[0].path);
    ClipExportOptions options;
    options.pattern = "{recording}";
    const auto report = exportClips(recordings, data.path(), options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::WrongUsage);
    EXPECT_NE(report.error().file.find("speech.flac"), std::string::npos);
    EXPECT_EQ(fs::file_size(recordings[0].path), before);
}

TEST_F(ClipExport, WhatIsInTheFolderStaysUntilItIsToBeReplaced) {
    const auto recordings = labelled();
    data.text("out/speech-002.flac", "somebody's");
    data.text("out/clips.csv", "somebody's table");
    ClipExportOptions options;
    const auto refused = exportClips(recordings, data.path("out"), options);
    ASSERT_TRUE(refused) << describe(refused.error());
    EXPECT_THAT(refused->inTheWay, testing::ElementsAre("speech-002.flac", "clips.csv"));
    EXPECT_EQ(refused->clips, 0);
    EXPECT_FALSE(fs::exists(data.path("out/speech-001.flac"))) << "nothing is written";
    EXPECT_EQ(readBytes(data.path("out/speech-002.flac")), "somebody's");
    options.existing = ExistingClips::Replace;
    const auto replaced = exportClips(recordings, data.path("out"), options);
    ASSERT_TRUE(replaced) << describe(replaced.error());
    EXPECT_TRUE(replaced->inTheWay.empty());
    EXPECT_EQ(replaced->clips, 2);
    EXPECT_TRUE(audioInfo(data.path("out/speech-002.flac")));
    EXPECT_THAT(readBytes(data.path("out/clips.csv")), HasSubstr("\nspeech-002.flac,other,"));
}

TEST_F(ClipExport, BesideOthersClipsGetNumbersAndTheTablesHaveBoth) {
    const auto recordings = labelled();
    for (const bool trainingSet : {false, true}) {
        const std::string out = trainingSet ? "set" : "out";
        const std::string clips = trainingSet ? out + "/applause/" : out + "/";
        ClipExportOptions options;
        options.trainingSet = trainingSet;
        options.existing = ExistingClips::Beside;
        const auto first = exportClips(recordings, data.path(out), options);
        ASSERT_TRUE(first) << describe(first.error());
        const std::string before = readBytes(data.path(clips + "speech-001.flac"));
        data.text(clips + "speech-001.flac", "changed by hand");
        const auto second = exportClips(recordings, data.path(out), options);
        ASSERT_TRUE(second) << describe(second.error());
        EXPECT_EQ(second->clips, first->clips);
        EXPECT_EQ(readBytes(data.path(clips + "speech-001.flac")), "changed by hand");
        EXPECT_EQ(readBytes(data.path(clips + "speech-001-2.flac")), before);
        ASSERT_EQ(second->tables, first->tables);
        for (const std::string& table : second->tables) {
            const std::string text = readBytes(table);
            EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 2 * first->clips) << table;
            EXPECT_THAT(text, HasSubstr("speech-001.flac,applause,clapping,"));
            EXPECT_THAT(text, HasSubstr("speech-001-2.flac,applause,clapping,"));
        }
    }
}

TEST_F(ClipExport, ATrainingSetThatIsExportedAgainHasNoClipsOfFormerLabels) {
    auto recordings = labelled();
    ClipExportOptions options;
    options.trainingSet = true;
    options.existing = ExistingClips::Replace;
    const auto first = exportClips(recordings, data.path("set"), options);
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_EQ(first->clips, 5) << "applause, a cough, and three of the rest";
    EXPECT_EQ(first->removed, 0);
    data.text("set/applause/speech.flac", "somebody's");
    recordings[0].labels.erase(recordings[0].labels.begin()); // it was no applause
    options.existing = ExistingClips::Leave;
    const auto asked = exportClips(recordings, data.path("set"), options);
    ASSERT_TRUE(asked) << describe(asked.error());
    EXPECT_THAT(asked->inTheWay, testing::Contains("applause/speech-001.flac"));
    EXPECT_TRUE(fs::exists(data.path("set/applause/speech-001.flac")));
    options.existing = ExistingClips::Replace;
    const auto again = exportClips(recordings, data.path("set"), options);
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(again->clips, 3);
    EXPECT_EQ(again->removed, 3) << "the applause, and the fourth and fifth of other sound";
    EXPECT_EQ(readBytes(data.path("set/applause/speech.flac")), "somebody's");
    EXPECT_EQ(std::distance(fs::directory_iterator(data.path("set/applause")), {}), 1);
    EXPECT_EQ(std::distance(fs::directory_iterator(data.path("set/other")), {}), 3);
    for (const std::string& table : again->tables) {
        const std::string text = readBytes(table);
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 3) << text;
        EXPECT_EQ(text.find("applause/"), text.npos) << text;
    }
}

TEST_F(ClipExport, TablesKeepTheClipsOfOtherRecordings) {
    const auto one = labelled("one.flac"), other = labelled("two, and more.flac");
    for (const bool trainingSet : {false, true}) {
        const std::string out = trainingSet ? "set" : "out";
        ClipExportOptions options;
        options.trainingSet = trainingSet;
        options.existing = ExistingClips::Replace;
        const auto first = exportClips(one, data.path(out), options);
        ASSERT_TRUE(first) << describe(first.error());
        fs::remove(data.path(out + (trainingSet ? "/other/one-002.flac" : "/one-002.flac")));
        for (int time = 0; time < 2; ++time) {
            const auto second = exportClips(other, data.path(out), options);
            ASSERT_TRUE(second) << describe(second.error());
            EXPECT_EQ(second->removed, 0);
            for (const std::string& table : second->tables) {
                const std::string text = readBytes(table);
                EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + first->clips - 1 + second->clips) << text;
                EXPECT_THAT(text, HasSubstr("one-001.flac,applause,"));
                EXPECT_EQ(text.find("one-002.flac"), text.npos) << "that is not there any more";
            }
        }
        EXPECT_TRUE(fs::exists(data.path(out + (trainingSet ? "/applause/one-001.flac" : "/one-001.flac"))));
    }
}

TEST_F(ClipExport, OutsideATrainingSetClipsOfFormerLabelsLoseTheirRowsOnly) {
    auto recordings = labelled();
    ClipExportOptions options;
    options.existing = ExistingClips::Replace;
    ASSERT_TRUE(exportClips(recordings, data.path("out"), options));
    recordings[0].labels.pop_back();
    const auto again = exportClips(recordings, data.path("out"), options);
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(again->removed, 0);
    EXPECT_TRUE(fs::exists(data.path("out/speech-002.flac")));
    EXPECT_EQ(readBytes(data.path("out/clips.csv")).find("speech-002"), std::string::npos);
}

TEST_F(ClipExport, ARecordingThatCannotBeReadCostsNoOthersClips) {
    auto recordings = labelled("a.flac");
    for (const char* name : {"gone.flac", "z.flac"})
        recordings.push_back(labelled(name).front());
    ClipExportOptions options;
    options.trainingSet = true;
    options.existing = ExistingClips::Replace;
    ASSERT_TRUE(exportClips(recordings, data.path("set"), options));
    fs::remove(data.path("gone.flac"));
    const auto report = exportClips(recordings, data.path("set"), options);
    ASSERT_TRUE(report) << describe(report.error());
    ASSERT_EQ(report->failures.size(), 1U) << "once for all of its clips";
    EXPECT_EQ(report->failures[0].file, data.path("gone.flac"));
    EXPECT_EQ(report->clips, 10);
    EXPECT_EQ(report->removed, 0);
    EXPECT_TRUE(fs::exists(data.path("set/applause/gone-001.flac"))) << "what there is of it stays";
    const std::string table = readBytes(data.path("set/MANIFEST.csv"));
    for (const char* name : {"a", "gone", "z"})
        EXPECT_THAT(table, HasSubstr(std::string("applause/") + name + "-001.flac,"));
    const auto nothing = exportClips({recordings[1]}, data.path("none"), options);
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::FileNotFound);
    EXPECT_FALSE(fs::exists(data.path("none/MANIFEST.csv")));
}

TEST_F(ClipExport, AnotherRecordingOfTheSameRelativePathTakesNoClips) {
    auto first = labelled("year1/sp/rec.flac").front(), second = labelled("year2/sp/rec.flac").front();
    first.groups = second.groups = {"sp/rec.flac"};
    ASSERT_TRUE(exportClips({first}, data.path("set"), byTimes()));
    const ClipExportReport report = exportedAgain(second);
    EXPECT_EQ(report.removed, 0);
    EXPECT_THAT(report.doubtful, testing::IsEmpty()) << "it is known to be another";
    EXPECT_TRUE(fs::exists(data.path("set/applause/rec-2.00-4.00.flac")));
    const std::string table = readBytes(data.path("set/MANIFEST.csv"));
    EXPECT_THAT(table, HasSubstr("\napplause/rec-2.00-4.00.flac,"));
    EXPECT_THAT(table, HasSubstr("\napplause/rec-3.00-5.00.flac,"));
}

TEST_F(ClipExport, ARecordingIsTheSameHoweverItIsReached) {
    auto recording = labelled("year1/sp/rec.flac").front();
    for (const char* folder : {"year1/sp", "year1/sp/.", "link", "moved"}) {
        recording.path = data.path("year1/sp/rec.flac");
        recording.groups = {"tape"};
        ASSERT_TRUE(exportClips({recording}, data.path("set"), byTimes()));
        if (folder == std::string("link")) fs::create_directory_symlink(data.path("year1/sp"), data.path("link"));
        if (folder == std::string("moved")) fs::copy(data.path("year1/sp"), data.path("moved"));
        recording.path = data.path(folder) + "/rec.flac";
        recording.groups.clear();
        const ClipExportReport report = exportedAgain(recording);
        EXPECT_EQ(report.removed, 5) << folder;
        EXPECT_THAT(report.doubtful, testing::IsEmpty()) << folder;
        EXPECT_FALSE(fs::exists(data.path("set/applause/rec-2.00-4.00.flac"))) << folder;
        EXPECT_EQ(readBytes(data.path("set/MANIFEST.csv")).find("rec-2.00-4.00"), std::string::npos) << folder;
    }
}

TEST_F(ClipExport, ClipsOfWhichItIsNotCertainStayAndAreNamed) {
    const auto recording = labelled("rec.flac").front();
    ASSERT_TRUE(exportClips({recording}, data.path("set"), byTimes()));
    data.text("set/applause/rec-2.00-4.00.flac", "changed by hand");
    const ClipExportReport changed = exportedAgain(recording);
    EXPECT_EQ(changed.removed, 4);
    EXPECT_THAT(changed.doubtful, testing::ElementsAre("applause/rec-2.00-4.00.flac"));
    EXPECT_EQ(readBytes(data.path("set/applause/rec-2.00-4.00.flac")), "changed by hand");
    EXPECT_THAT(readBytes(data.path("set/MANIFEST.csv")), HasSubstr("\napplause/rec-2.00-4.00.flac,"));

    ASSERT_TRUE(exportClips({recording}, data.path("set"), byTimes()));
    fs::remove(data.path("set/" + std::string(ClipOrigins::kFile))); // as earlier programs left it
    const ClipExportReport unknown = exportedAgain(recording);
    EXPECT_EQ(unknown.removed, 0);
    EXPECT_EQ(unknown.doubtful.size(), 5U);

    ASSERT_TRUE(exportClips({recording}, data.path("set"), byTimes()));
    fs::rename(labelled("other.flac").front().path, recording.path);
    const ClipExportReport replaced = exportedAgain(recording);
    EXPECT_EQ(replaced.removed, 0);
    EXPECT_EQ(replaced.doubtful.size(), 5U) << "another recording lies in its place now";
}

TEST_F(ClipExport, AClipIsReadOnceHoweverOftenItIsAskedWhereItIsFrom) {
    const auto bytesRead = [] { // by this process
        std::ifstream counts("/proc/self/io");
        std::string name;
        int64_t count = -1;
        counts >> name >> count;
        return name == "rchar:" ? count : -1;
    };
    constexpr int64_t kBytes = 1 << 20;
    const RecordingMark mark{"content", "place"};
    RecordingMarks recordings;
    recordings.add(mark);
    const std::string clip = data.text("set/a.wav", std::string(kBytes, 'x'));
    {
        ClipOrigins written(data.path("set"));
        written.add("a.wav", mark);
        ASSERT_TRUE(written.save());
    }
    const ClipOrigins origins(data.path("set"));
    const int64_t before = bytesRead();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(origins.of("a.wav", recordings), ClipOrigin::Same);
    const int64_t after = bytesRead();
    ASSERT_GE(before, 0) << "what is read is not counted";
    EXPECT_GE(after - before, kBytes);
    EXPECT_LT(after - before, 2 * kBytes);
    std::ofstream(clip, std::ios::app) << "y";
    EXPECT_EQ(origins.of("a.wav", recordings), ClipOrigin::Doubtful) << "it is another one now";
    fs::remove(clip);
    EXPECT_EQ(origins.of("a.wav", recordings), ClipOrigin::Doubtful);
}

TEST_F(ClipExport, WhatACancelledExportHasWrittenIsKnownLater) {
    const auto recording = labelled("rec.flac").front();
    const CancelToken cancel;
    const auto ended = exportClips({recording}, data.path("set"), byTimes(), cancel, [&](const Progress& progress) {
        if (progress.done > 1) cancel.cancel();
    });
    ASSERT_FALSE(ended);
    ASSERT_TRUE(fs::exists(data.path("set/applause/rec-2.00-4.00.flac")));
    EXPECT_EQ(exportedAgain(recording).removed, 2);
    EXPECT_FALSE(fs::exists(data.path("set/applause/rec-2.00-4.00.flac")));
}

TEST(ClipTables, AGroupMayBeAPathFromAnotherFolder) {
    EXPECT_TRUE(sameClipGroup("a", "a"));
    EXPECT_TRUE(sameClipGroup("sp/a.flac", "/home/x/sp/a.flac"));
    EXPECT_TRUE(sameClipGroup("/home/x/sp/a.flac", "a.flac"));
    EXPECT_TRUE(sameClipGroup("./a.flac", "sp/a.flac"));
    EXPECT_TRUE(sameClipGroup("../x/sp/a.flac", "/home/x/sp/a.flac"));
    EXPECT_FALSE(sameClipGroup("/home/x/aa.flac", "a.flac"));
    EXPECT_FALSE(sameClipGroup("/home/y/a.flac", "/home/x/a.flac"));
}

TEST(ClipTables, RowsAreReadAsTheyStand) {
    const std::string header = clipTableHeader("file");
    const std::string first = "\"a, b.flac\",other,\"say \"\"x\"\"\nagain\",g;h,\"r\"\"1.wav\",0.000,1.000,\n";
    const auto rows = clipRows(header + first + "\nc.flac,other,x,g2,r2.wav,1.000,2.000,0.5", header);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].file, "a, b.flac");
    EXPECT_EQ(rows[0].group, "g;h");
    EXPECT_EQ(rows[0].recording, "r\"1.wav");
    EXPECT_EQ(rows[0].line, first);
    EXPECT_EQ(rows[1].recording, "r2.wav");
    EXPECT_EQ(rows[1].line, "c.flac,other,x,g2,r2.wav,1.000,2.000,0.5\n");
    EXPECT_TRUE(clipRows("file;label\n" + first, header).empty());
}

TEST_F(ClipExport, ATableOfOtherColumnsIsNotAddedTo) {
    const std::string table = "name;what\nx.wav;clap\n";
    data.text("out/clips.csv", table);
    ClipExportOptions options;
    options.existing = ExistingClips::Beside;
    const auto refused = exportClips(labelled(), data.path("out"), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().file, data.path("out/clips.csv"));
    EXPECT_EQ(readBytes(data.path("out/clips.csv")), table);
    EXPECT_FALSE(fs::exists(data.path("out/speech-001.flac")));
}

TEST_F(ClipExport, RecordingsOfOneNameDoNotTakeEachOthersClips) {
    fs::create_directories(data.path("a"));
    fs::create_directories(data.path("b"));
    auto recordings = labelled("a/speech.flac");
    const auto others = labelled("b/speech.flac");
    recordings.insert(recordings.end(), others.begin(), others.end());
    const auto report = exportClips(recordings, data.path("out"), {});
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->clips, 4);
    for (const char* name : {"speech-001", "speech-002", "speech-001-2", "speech-002-2"})
        EXPECT_TRUE(fs::exists(data.path(std::string("out/") + name + ".flac"))) << name;
}

TEST_F(ClipExport, ATrainingSetTakesNoPadding) {
    ClipExportOptions options;
    options.trainingSet = true;
    options.paddingS = 2;
    EXPECT_FALSE(exportClips(labelled(), data.path("set"), options)) << "what lies around is of another class";
}

TEST_F(ClipExport, WhatMeansNothingIsRefused) {
    ClipExportOptions options;
    for (const char* pattern : {"", "{speaker}", "{recording", "../{recording}", "a\\b"}) {
        options.pattern = pattern;
        EXPECT_NE(problemOf(options), "") << pattern;
        const auto refused = exportClips(labelled(), data.path("out"), options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::WrongUsage);
    }
    EXPECT_FALSE(fs::exists(data.path("out")));
    options = {};
    options.paddingS = -1;
    EXPECT_NE(problemOf(options), "");
    const auto nothing = exportClips({}, data.path("out"), {});
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::NoData);
}

TEST_F(ClipExport, AFullDiskLeavesNoPartOfAClip) {
    const auto recordings = labelled();
    fs::create_directory(data.path("out"));
    onSmallDisk(data.path("out"), 8192, [&](bool) {
        const auto report = exportClips(recordings, data.path("out"), {});
        ASSERT_FALSE(report);
        EXPECT_TRUE(report.error().code == ErrorCode::DiskFull || report.error().code == ErrorCode::WriteFailed);
        EXPECT_THAT(report.error().file, HasSubstr("speech-001.flac"));
        EXPECT_TRUE(fs::is_empty(data.path("out")));
    });
}
