// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Recordings.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <unistd.h>

using namespace ovation;
using namespace ovation::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

RecordingCollection collected(const std::vector<std::string>& data) {
    auto result = collectRecordings(data);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *std::move(result) : RecordingCollection{};
}

std::string nameOfPath(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

/// Classes of whole clips by file name.
std::map<std::string, LabelClass> classes(const RecordingCollection& collection) {
    std::map<std::string, LabelClass> found;
    for (const LabelledRecording& one : collection.recordings)
        if (one.wholeClip) found[nameOfPath(one.path)] = *one.wholeClip;
    return found;
}

constexpr auto kApplause = LabelClass::Applause;
constexpr auto kOther = LabelClass::NotApplause;

} // namespace

TEST(FolderClass, OnlyTheStartOfTheOwnNameCounts) {
    for (const char* name : {"applause", "applause_pt1", "applause-2", "Applause_X"})
        EXPECT_EQ(folderClass(name), FolderClass::Positive) << name;
    for (const char* name :
         {"non_applause_pt1", "non_applause", "applauses", "other", "my_applause", "no-applause", ""})
        EXPECT_EQ(folderClass(name), FolderClass::Negative) << name;
    for (const char* name : {"ambiguous", "unsure", "unlabelled"})
        EXPECT_EQ(folderClass(name), FolderClass::LeftOut) << name;
}

TEST(CollectRecordings, TheOriginsLayoutGivesBothClasses) {
    const DataFolder data;
    data.sound("applause_pt1/a.wav", 1, 1);
    data.sound("applause_pt2/b.wav", 1, 2);
    data.sound("non_applause_pt1/c.wav", 1, 3);
    data.sound("non_applause_pt2/d.wav", 1, 4);
    const std::map<std::string, LabelClass> expected{
        {"a.wav", kApplause}, {"b.wav", kApplause}, {"c.wav", kOther}, {"d.wav", kOther}};
    EXPECT_EQ(classes(collected({data.path()})), expected);
    EXPECT_EQ(classes(collected({data.path("applause_pt1"), data.path("applause_pt2"), data.path("non_applause_pt1"),
                                 data.path("non_applause_pt2")})),
              expected);
    EXPECT_EQ(classes(collected({data.path() + "/"})), expected);
}

TEST(CollectRecordings, RecordingsWithLabelFilesAreFullyLabelled) {
    const DataFolder data;
    data.sound("one.wav", 10, 1);
    data.text("one.txt", "2.0\t4.0\tapplause\n5.0\t6.0\t?\n");
    data.sound("empty.wav", 10, 2);
    data.text("empty.txt", "");
    data.sound("none.wav", 10, 3);
    data.text("one.mix.json", "{}");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U);
    EXPECT_EQ(nameOfPath(collection.recordings[0].path), "empty.wav");
    EXPECT_TRUE(collection.recordings[0].labels.empty());
    EXPECT_TRUE(collection.recordings[0].fullyLabelled);
    EXPECT_EQ(collection.recordings[1].labels.size(), 2U);
    EXPECT_FALSE(collection.recordings[1].wholeClip);
    EXPECT_THAT(collection.notes, Contains(HasSubstr("none.wav")));
}

TEST(CollectRecordings, AmbiguousFoldersAreLeftOutAndSaidSo) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("other/b.wav", 1, 2);
    data.sound("ambiguous/c.wav", 1, 3);
    data.sound("unsure/deep/d.wav", 1, 4);
    const auto collection = collected({data.path()});
    EXPECT_EQ(collection.recordings.size(), 2U);
    EXPECT_THAT(collection.notes, Contains(HasSubstr("ambiguous")));
    EXPECT_THAT(collection.notes, Contains(HasSubstr("unsure")));
}

TEST(CollectRecordings, SoundFilesOfKindsThatCannotBeReadAreNamed) {
    const DataFolder data;
    data.sound("talks/a.wav", 1, 1);
    data.text("talks/a.txt", "0\t1\tapplause\n");
    data.text("talks/a.mp4", "the film that its sound was taken of");
    data.text("talks/b.M4A", "x");
    data.text("talks/b.txt", "0\t1\tapplause\n");
    data.text("talks/unsure/c.m4a", "left out as its folder is");
    const RecordingCollection collection = collected({data.path("talks"), data.path("talks")});
    EXPECT_EQ(collection.recordings.size(), 1U);
    EXPECT_THAT(collection.skipped, testing::IsEmpty()) << "they are no failure";
    EXPECT_THAT(collection.unreadable, testing::ElementsAre(data.path("talks/b.M4A")));
    const auto nothing = collectRecordings({data.path("talks/unsure")});
    ASSERT_FALSE(nothing);
}

TEST(CollectRecordings, FilmsWhoseSoundLiesBesideThemAreNotNamed) {
    const DataFolder data;
    data.sound("wav/a.wav", 1, 1);
    data.text("wav/a.txt", "0\t1\tapplause\n");
    data.text("wav/a.wav.mp4", "named after its sound");
    data.text("mp4/a.mp4", "in a folder beside");
    data.text("a.mov", "in the folder above");
    data.text("index.d.mts", "a program");
    data.text("other/deep/a.mp4", "of another");
    data.text("other/a.m4a", "a recording of that name");
    const RecordingCollection collection = collected({data.path()});
    EXPECT_EQ(collection.recordings.size(), 1U);
    EXPECT_THAT(collection.skipped, testing::IsEmpty());
    EXPECT_THAT(collection.unreadable,
                testing::UnorderedElementsAre(data.path("other/a.m4a"), data.path("other/deep/a.mp4")));
}

TEST(CollectRecordings, OnlyFilesThatCannotBeReadAreNamedByTheError) {
    const DataFolder data;
    data.text("talks/b.m4a", "x");
    const auto nothing = collectRecordings({data.path("talks")});
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::NoData);
    EXPECT_THAT(nothing.error().detail, HasSubstr("b.m4a"));
}

TEST(CollectRecordings, RecordingsWithLabelsBesideAClassFolderAreNoClips) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("talks/x.wav", 9, 2);
    data.text("talks/x.txt", "1\t2\tapplause\n");
    data.sound("talks/y.wav", 9, 3);
    const auto collection = collected({data.path()});
    EXPECT_EQ(classes(collection), (std::map<std::string, LabelClass>{{"a.wav", kApplause}}));
    EXPECT_EQ(collection.recordings.size(), 2U);
    EXPECT_THAT(collection.notes, Contains(HasSubstr("y.wav")));
}

TEST(CollectRecordings, ClipsOfAClassFolderMayHaveLabelsOfTheirOwn) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("applause/b.wav", 8, 2);
    data.text("applause/b.txt", "0\t3\tapplause\n");
    data.sound("other/c.wav", 1, 3);
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 3U);
    EXPECT_EQ(collection.recordings[0].wholeClip, kApplause);
    EXPECT_FALSE(collection.recordings[1].wholeClip);
    EXPECT_EQ(collection.recordings[1].labels.size(), 1U);
}

TEST(CollectRecordings, FoldersInsideAClassFolderBelongToIt) {
    const DataFolder data;
    data.sound("applause/day1/a.wav", 1, 1);
    data.sound("other/rain/b.wav", 1, 2);
    data.sound("other/sea/c.wav", 1, 3);
    EXPECT_EQ(classes(collected({data.path()})),
              (std::map<std::string, LabelClass>{{"a.wav", kApplause}, {"b.wav", kOther}, {"c.wav", kOther}}));
}

TEST(CollectRecordings, ADataSetWhoseNameBeginsWithApplauseIsNoClip) {
    const DataFolder data;
    data.sound("applause_data/applause/a.wav", 1, 1);
    data.sound("applause_data/other/b.wav", 1, 2);
    data.sound("applause_data/talks/c.wav", 1, 3);
    data.text("applause_data/talks/c.txt", "");
    const auto collection = collected({data.path("applause_data")});
    EXPECT_EQ(classes(collection), (std::map<std::string, LabelClass>{{"a.wav", kApplause}, {"b.wav", kOther}}));
    EXPECT_EQ(collection.recordings.size(), 3U);
}

TEST(CollectRecordings, HipstasTablesLabelTheFilesTheyName) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("nonapplause/b.wav", 1, 2);
    data.sound("recordings/r1.wav", 20, 3);
    data.sound("recordings/r2.wav", 20, 4);
    data.sound("recordings/r3.wav", 20, 5);
    data.text("test.csv", "file,start_s,end_s\nr1.wav,3.5,7\nr1.wav,10,12\n\"r2\",,\nr9.wav,1,2\nr1.wav,9,8\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 4U);
    const auto& r1 = collection.recordings[2];
    EXPECT_EQ(nameOfPath(r1.path), "r1.wav");
    ASSERT_EQ(r1.labels.size(), 2U);
    EXPECT_EQ(r1.labels[0].span, (TimeSpan{3.5, 7}));
    EXPECT_EQ(r1.labels[0].labelClass, kApplause);
    EXPECT_FALSE(r1.fullyLabelled) << "applause of line 6 may be anywhere";
    EXPECT_EQ(r1.labelsLeftOut, 1);
    EXPECT_TRUE(collection.recordings[3].labels.empty());
    EXPECT_TRUE(collection.recordings[3].fullyLabelled);
    EXPECT_THAT(collection.notes, Contains(HasSubstr("r9.wav")));
    EXPECT_THAT(collection.notes, Contains(HasSubstr("Line 6")));
}

TEST(CollectRecordings, TablesMayHaveDecimalCommasAndClockTimes) {
    const DataFolder data;
    data.sound("r1.wav", 70, 1, 8000);
    data.sound("r2.wav", 70, 2, 8000);
    data.text("test.csv", "file;start_s;end_s\nr1.wav;1,5;12,25\nr2.wav;0:02;1:04.5\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U);
    for (const LabelledRecording& one : collection.recordings) {
        EXPECT_TRUE(one.fullyLabelled);
        ASSERT_EQ(one.labels.size(), 1U);
    }
    EXPECT_EQ(collection.recordings[0].labels[0].span, (TimeSpan{1.5, 12.25}));
    EXPECT_EQ(collection.recordings[1].labels[0].span, (TimeSpan{2, 64.5}));
}

TEST(CollectRecordings, WhatATableSaysInNoReadableWayIsNoProofOfNoApplause) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("talks/r1.wav", 20, 2);
    data.sound("talks/r2.wav", 20, 3);
    data.text("talks/test.csv", "file,start_s,end_s\nr1.wav,1m2s,1m7s\nr1.wav,nan,7\nr2.wav,1,2\nr2.wav,3,later\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U) << "r1 is not even a clip of another class";
    const LabelledRecording& partly = collection.recordings[1];
    EXPECT_EQ(nameOfPath(partly.path), "r2.wav");
    EXPECT_EQ(partly.labels.size(), 1U);
    EXPECT_EQ(partly.labelsLeftOut, 1);
    EXPECT_FALSE(partly.at(10)) << "unknown";
    ASSERT_EQ(collection.skipped.size(), 1U);
    EXPECT_EQ(collection.skipped[0].path, data.path("talks/test.csv"));
    EXPECT_THAT(describe(collection.skipped[0].error), HasSubstr("1 recording, the first being r1.wav"));
}

TEST(CollectRecordings, RowsOfATableThatNameNoRecordingAreNotLostSilently) {
    const DataFolder data;
    data.sound("talks/r1.wav", 20, 1);
    data.text("talks/one.csv", "file,start_s,end_s\nr1.wav,1,2\n,5,7\n,,\n");
    data.sound("more/r2.wav", 20, 2);
    data.sound("more/r3.wav", 20, 3);
    data.text("more/two.csv", "file,start_s,end_s\nr2.wav,1,2\n,5,7\nr3.wav,3,4\n");
    const auto one = collected({data.path("talks")});
    ASSERT_EQ(one.recordings.size(), 1U);
    EXPECT_EQ(one.recordings[0].labels.size(), 2U) << "it is the only one";
    EXPECT_TRUE(one.recordings[0].fullyLabelled);
    const auto two = collected({data.path("more")});
    ASSERT_EQ(two.recordings.size(), 2U);
    for (const LabelledRecording& recording : two.recordings) {
        EXPECT_EQ(recording.labels.size(), 1U);
        EXPECT_EQ(recording.labelsLeftOut, 1);
        EXPECT_FALSE(recording.fullyLabelled);
    }
    EXPECT_THAT(two.notes, Contains(HasSubstr("Line 3 names no recording")));
}

TEST(CollectRecordings, LabelsOfSeveralTablesAndSpellingsAreJoined) {
    const DataFolder data;
    data.sound("speech.wav", 20, 1);
    data.text("am.csv", "file,start_s,end_s\nspeech.wav,5,6\n./speech.wav,1,2\nspeech,8,9\n");
    data.text("pm.csv", "file,start_s,end_s\nspeech.wav,12,14\nspeech.wav,5,6\n");
    auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 1U);
    const std::vector<Label>& labels = collection.recordings[0].labels;
    ASSERT_EQ(labels.size(), 4U) << "what both say counts once";
    EXPECT_EQ(labels[0].span, (TimeSpan{1, 2}));
    EXPECT_EQ(labels[1].span, (TimeSpan{5, 6}));
    EXPECT_EQ(labels[2].span, (TimeSpan{8, 9}));
    EXPECT_EQ(labels[3].span, (TimeSpan{12, 14}));
    EXPECT_TRUE(collection.recordings[0].fullyLabelled);
    EXPECT_TRUE(collection.doubts.empty());
    data.text("speech.txt", "15\t16\tapplause\n");
    collection = collected({data.path()});
    EXPECT_EQ(collection.recordings[0].labels.size(), 4U);
    EXPECT_THAT(collection.doubts, ElementsAre(HasSubstr("speech.txt")));
}

TEST(CollectRecordings, TablesThatOverlapAndDifferAreDoubted) {
    const DataFolder data;
    data.sound("talk.wav", 20, 1);
    data.text("a.csv", "file,start_s,end_s\ntalk.wav,1,2\n");
    data.text("b.csv", "file,start_s,end_s\ntalk.wav,1.001,2\ntalk.wav,5,6\n");
    EXPECT_TRUE(collected({data.path()}).doubts.empty()) << "the same, rounded, and more";
    data.text("b.csv", "file,start_s,end_s\ntalk.wav,1.5,4\n");
    EXPECT_THAT(collected({data.path()}).doubts,
                ElementsAre(testing::AllOf(HasSubstr("Labels of 1 recording overlap in several tables"),
                                           HasSubstr("a.csv\" and"), HasSubstr("b.csv"))));
}

TEST(CollectRecordings, ASecondLabelFileThatSaysSomethingElseIsDoubted) {
    const DataFolder data;
    data.sound("talk.wav", 20, 1);
    data.text("talk.txt", "1\t2\tapplause\n");
    data.text("talk.csv", "start,end,label\n1,2.001,applause\n");
    EXPECT_TRUE(collected({data.path()}).doubts.empty()) << "the same, rounded";
    data.text("talk.srt", "1\n00:00:01,000 --> 00:00:05,000\nGood evening.\n");
    data.text("talk.csv", "start,end,label\n1,9,speech\n");
    EXPECT_TRUE(collected({data.path()}).doubts.empty()) << "about something else";
    data.text("talk.csv", "start,end,label\n1,3,applause\n");
    const auto collection = collected({data.path(), data.path("talk.wav")});
    EXPECT_EQ(collection.recordings[0].labels[0].span, (TimeSpan{1, 2}));
    EXPECT_THAT(collection.doubts,
                ElementsAre(testing::AllOf(HasSubstr("1 recording passed over"), HasSubstr("talk.csv"))));
}

TEST(CollectRecordings, ATableWhoseTimesAreThoseOfOtherRecordingsIsRefused) {
    const DataFolder data;
    data.sound("applause/a.wav", 2, 1);
    data.sound("applause/b.wav", 2, 2);
    data.sound("other/c.wav", 2, 3);
    data.text("cut.csv", "file,start_s,end_s\na.wav,63.2,65.2\nb.wav,70,72\n");
    const auto collection = collected({data.path()});
    EXPECT_EQ(classes(collection),
              (std::map<std::string, LabelClass>{{"a.wav", kApplause}, {"b.wav", kApplause}, {"c.wav", kOther}}));
    ASSERT_EQ(collection.skipped.size(), 1U);
    EXPECT_EQ(collection.skipped[0].path, data.path("cut.csv"));
    EXPECT_THAT(describe(collection.skipped[0].error), HasSubstr("outside the recordings"));
}

TEST(CollectRecordings, ARecordingThatATablesTimesMissIsLeftOut) {
    const DataFolder data;
    data.sound("applause/a.wav", 2, 1);
    data.sound("talks/r1.wav", 20, 2);
    data.sound("talks/r2.wav", 20, 3);
    data.text("talks/test.csv", "file,start_s,end_s\nr1.wav,3,5\nr2.wav,30,50\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U);
    EXPECT_EQ(nameOfPath(collection.recordings[1].path), "r1.wav");
    EXPECT_TRUE(collection.recordings[1].fullyLabelled);
    ASSERT_EQ(collection.skipped.size(), 1U);
    EXPECT_THAT(describe(collection.skipped[0].error), HasSubstr("1 recording, the first being r2.wav"));
}

TEST(CollectRecordings, LabelsThatALabelFileLosesLeaveTheRestUnknown) {
    const DataFolder data;
    data.sound("a.wav", 10, 1);
    data.text("a.txt", "1\t2\tapplause\n8\t7\tapplause\n");
    data.sound("b.wav", 10, 2);
    data.text("b.csv", "start_s,end_s,label,file\n1,2,applause,x.wav\n3,4,applause,y.wav\n");
    data.sound("c.wav", 10, 3);
    data.text("c.txt", "-1\t2\tapplause\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U);
    EXPECT_EQ(collection.recordings[0].labels.size(), 1U);
    EXPECT_EQ(collection.recordings[0].labelsLeftOut, 1);
    EXPECT_FALSE(collection.recordings[0].fullyLabelled);
    EXPECT_TRUE(collection.recordings[1].fullyLabelled) << "a label that was cut is no label lost";
    ASSERT_EQ(collection.skipped.size(), 1U) << "labels of two other recordings say nothing about b";
    EXPECT_THAT(collection.skipped[0].path, HasSubstr("b.csv"));
}

TEST(CollectRecordings, ManifestGroupsAreTakenOver) {
    const DataFolder data;
    data.sound("clips/applause/a.wav", 1, 1);
    data.sound("clips/other/b.wav", 1, 2);
    data.sound("clips/other/c.wav", 1, 3);
    data.text("MANIFEST.csv",
              "file,licence,source_group\nclips/applause/a.wav,\"x, y\",g1;g2\nclips/other/b.wav,z,g2 g3\n");
    for (const std::string& argument : {data.path(), data.path("clips")}) {
        const auto collection = collected({argument});
        ASSERT_EQ(collection.recordings.size(), 3U);
        EXPECT_THAT(collection.recordings[0].groups, ElementsAre("g1", "g2"));
        EXPECT_THAT(collection.recordings[1].groups, ElementsAre("g2", "g3"));
        EXPECT_TRUE(collection.recordings[2].groups.empty());
    }
}

TEST(CollectRecordings, AManifestsNamesMeanTheOnlyFileOfThatName) {
    const DataFolder data;
    data.sound("applause/clip1.wav", 1, 1);
    data.sound("other/clip2.wav", 1, 2);
    data.text("MANIFEST.csv", "filename,group\nclip1.wav,g1\nclip2,g1\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U);
    EXPECT_THAT(collection.recordings[0].groups, ElementsAre("g1"));
    EXPECT_THAT(collection.recordings[1].groups, ElementsAre("g1"));
    EXPECT_TRUE(collection.doubts.empty());
}

TEST(CollectRecordings, AManifestThatNamesOtherFilesIsDoubted) {
    const DataFolder data;
    data.sound("applause/a/clip.wav", 1, 1);
    data.sound("applause/b/clip.wav", 1, 2);
    const std::string manifest = data.text("MANIFEST.csv", "file,group\nclip.wav,g1\nsound.wav,g1\n");
    auto collection = collected({data.path()});
    EXPECT_TRUE(collection.recordings[0].groups.empty()) << "either may be meant";
    EXPECT_THAT(collection.doubts,
                ElementsAre(testing::AllOf(HasSubstr("names 2 files of which 0 are here"), HasSubstr("2 recordings"))));
    data.text("MANIFEST.csv", "file,group\napplause/a/clip.wav,g1\napplause/b/clip.wav,g1\ngone.wav,g1\n");
    EXPECT_TRUE(collected({data.path()}).doubts.empty()) << "every recording is named: the other one was removed";
    data.text("MANIFEST.csv", "name,group\nclip.wav,g1\n");
    EXPECT_THAT(collected({data.path()}).doubts, ElementsAre(HasSubstr("has no column \"file\"")));
    data.text("MANIFEST.csv", "path,size\nclip.wav,44\n");
    EXPECT_TRUE(collected({data.path()}).doubts.empty()) << "of another kind";
    data.text("MANIFEST.csv", "file,licence\nclip.wav,CC0\n");
    collection = collected({data.path()});
    EXPECT_TRUE(collection.doubts.empty());
    EXPECT_THAT(collection.notes, Contains(HasSubstr("has no column \"group\"")));
}

TEST(CollectRecordings, TablesMayBeUtf16OrLatin1) {
    const DataFolder data;
    data.sound("applause/\xC3\xA9.wav", 1, 1);
    data.sound("talks/\xC3\xA9t\xC3\xA9.wav", 20, 2);
    std::string wide = "\xFF\xFE";
    for (const char c : std::string("file\tgroup\napplause/\xE9.wav\tg1\n"))
        wide += {c, '\0'};
    data.text("MANIFEST.csv", wide);
    data.text("talks/test.csv", "file,start_s,end_s\n\xE9t\xE9.wav,1,2\n");
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 2U);
    EXPECT_THAT(collection.recordings[0].groups, ElementsAre("g1"));
    EXPECT_EQ(collection.recordings[1].labels.size(), 1U);
}

TEST(CollectRecordings, IdenticalFilesShareAGroup) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    data.sound("applause/copy.wav", 1, 1);
    data.sound("applause/same-size.wav", 1, 2);
    const auto collection = collected({data.path()});
    ASSERT_EQ(collection.recordings.size(), 3U);
    EXPECT_EQ(collection.recordings[0].groups.size(), 1U);
    EXPECT_EQ(collection.recordings[0].groups, collection.recordings[1].groups);
    EXPECT_TRUE(collection.recordings[2].groups.empty());
}

TEST(CollectRecordings, BadFilesAreSkippedAndListed) {
    const DataFolder data;
    data.sound("applause/good.wav", 1, 1);
    data.text("applause/broken.wav", "this is not a sound file at all");
    data.text("applause/empty.flac", "");
    const auto collection = collected({data.path()});
    EXPECT_EQ(collection.recordings.size(), 1U);
    ASSERT_EQ(collection.skipped.size(), 2U);
    EXPECT_EQ(collection.skipped[0].error.code, ErrorCode::NotAudio);
    EXPECT_EQ(collection.skipped[1].error.code, ErrorCode::EmptyFile);
    EXPECT_THAT(collection.skipped[1].path, HasSubstr("empty.flac"));
}

TEST(CollectRecordings, WhatIsNotThereIsAnError) {
    const DataFolder data;
    const auto missing = collectRecordings({data.path("nowhere")});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::FileNotFound);
    const auto empty = collectRecordings({data.path()});
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, ErrorCode::NoData);
    data.sound("talk.wav", 1, 1);
    const auto unlabelled = collectRecordings({data.path()});
    ASSERT_FALSE(unlabelled);
    EXPECT_THAT(unlabelled.error().detail, HasSubstr("talk.wav"));
}

TEST(CollectRecordings, ACancelledSearchEnds) {
    const CancelToken cancel;
    cancel.cancel();
    const auto result = collectRecordings({OVATION_EXAMPLE}, cancel);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
}

TEST(CollectRecordings, LinksInACircleEnd) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    std::filesystem::create_directory_symlink(data.path(), data.path("applause/loop"));
    EXPECT_EQ(collected({data.path()}).recordings.size(), 1U);
}

TEST(CollectRecordings, TheSameFileGivenTwiceCountsOnce) {
    const DataFolder data;
    data.sound("applause/a.wav", 1, 1);
    EXPECT_EQ(collected({data.path(), data.path("applause"), data.path("applause/a.wav")}).recordings.size(), 1U);
}

TEST(CollectRecordings, TheExampleProjectsDataIsUnderstood) {
    const auto collection = collected({OVATION_EXAMPLE});
    int applause = 0, other = 0, labelled = 0;
    for (const LabelledRecording& one : collection.recordings) {
        if (!one.wholeClip)
            ++labelled;
        else
            ++(*one.wholeClip == kApplause ? applause : other);
        EXPECT_FALSE(one.groups.empty()) << one.path;
    }
    EXPECT_EQ(applause, 10);
    EXPECT_EQ(other, 24);
    EXPECT_EQ(labelled, 6);
    EXPECT_TRUE(collection.skipped.empty());
    EXPECT_THAT(collection.notes, Contains(HasSubstr("unlabelled")));
}

TEST(CollectRecordings, AProjectGivesItsLabelledSpeeches) {
    ProjectData project;
    Speech speech;
    speech.id = 1;
    speech.path = "/somewhere/a.wav";
    speech.frames = 441000;
    speech.sampleRate = 44100;
    speech.channels = 1;
    speech.group = "hall;choir";
    speech.role = SplitRole::Validation;
    project.speeches.push_back(speech);
    Segment segment;
    segment.range = {44100, 88200};
    project.segments[1] = {segment};
    speech.id = 2;
    project.speeches.push_back(speech); // without labels
    speech.id = 3;
    speech.missing = speech.fullyLabelled = true;
    project.speeches.push_back(speech);
    const auto collection = collectRecordings(project);
    ASSERT_EQ(collection.recordings.size(), 1U);
    const auto& made = collection.recordings[0];
    ASSERT_EQ(made.labels.size(), 1U);
    EXPECT_EQ(made.labels[0].span, (TimeSpan{1, 2}));
    EXPECT_FALSE(made.fullyLabelled);
    EXPECT_EQ(made.role, SplitRole::Validation);
    EXPECT_THAT(made.groups, ElementsAre("hall", "choir"));
    EXPECT_EQ(collection.skipped.size(), 1U);
    EXPECT_EQ(collection.notes.size(), 1U);
}
