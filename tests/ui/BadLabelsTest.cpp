// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/WavFile.h"
#include "tests/ui/StudioWindow.h"

namespace ovation::ui::test {
namespace {

using BadLabelsTest = BadThingTest;

QByteArray sound() {
    return QByteArray::fromStdString(ovation::test::wavBytes(std::vector<float>(80000, 0.25F), 8000)); // 10 s
}

// Label files are good.txt or the like: they go to the recording of that name.

TEST_F(BadLabelsTest, RefusesFilesThatAreNoLabelsAndSaysWhy) {
    for (const auto& [name, bytes] :
         std::vector<std::pair<const char*, QByteArray>>{{"words.txt", "just some words\nand more\n"},
                                                         {"half.TextGrid", "File type = \"ooTextFile\"\nObject c"},
                                                         {"bad.json", "{\"segments\": ["},
                                                         {"noise.csv", QByteArray(500, '\xfe')},
                                                         {"nan.txt", "nan\tnan\tapplause\n"},
                                                         {"reversed.txt", "4.0\t2.0\tapplause\n"}}) {
        SCOPED_TRACE(name);
        clear();
        ASSERT_TRUE(dropOn(&window, {folder.write(QLatin1String(name), bytes)}));
        EXPECT_TRUE(says({QLatin1String(name), QStringLiteral("could not be added")}));
        EXPECT_EQ(session.segments(goodId).size(), 1U);
    }
    expectUsableAndNothingLost();
}

TEST_F(BadLabelsTest, DroppedLabelsThatCannotBeSoAreLeftOutAndNamedTheOthersAreTaken) {
    const QByteArray text = "0.5\t1.0\tapplause\n"
                            "0.8\t1.2\tlaughter\n"    // overlaps: kept as it is
                            "2.0\t1.5\tapplause\n"    // reversed
                            "nan\t3.0\tapplause\n"    // no number
                            "100\t200\tapplause\n"    // beyond the end
                            "-1.0\t0.25\tapplause\n"; // before the start
    ASSERT_TRUE(dropOn(&window, {folder.write(QStringLiteral("good.txt"), text)}));
    EXPECT_TRUE(says({QStringLiteral("Some labels were not as expected"), QStringLiteral("good.txt")}));
    const QString messages = shown();
    EXPECT_TRUE(messages.contains(QLatin1String("ends before it starts"))) << messages.toStdString();
    EXPECT_TRUE(messages.contains(QLatin1String("not numbers"))) << messages.toStdString();
    EXPECT_TRUE(messages.contains(QLatin1String("beyond the recording's end"))) << messages.toStdString();
    EXPECT_TRUE(messages.contains(QLatin1String("starts before the recording"))) << messages.toStdString();
    const auto& segments = session.segments(goodId);
    EXPECT_EQ(segments.size(), 4U) << "the one that was there and three good ones";
    for (const Segment& segment : segments) {
        EXPECT_GE(segment.range.begin, 0);
        EXPECT_LE(segment.range.end, session.project().speech(goodId)->frames);
        EXPECT_FALSE(segment.range.empty());
    }
    session.undo();
    expectUsableAndNothingLost();
}

TEST_F(BadLabelsTest, LabelsTakenAlongWithARecordingAreNamedTheSameWay) {
    folder.write(QStringLiteral("speech.wav"), sound());
    folder.write(QStringLiteral("speech.txt"), "1\t2\tapplause\n5\t4\tapplause\n8\t99\tapplause\n50\t60\tapplause\n");
    ASSERT_TRUE(dropOn(&window, {folder.path(QStringLiteral("speech.wav"))}));
    EXPECT_TRUE(says({QStringLiteral("speech.txt"), QStringLiteral("ends before it starts"),
                      QStringLiteral("was cut there"), QStringLiteral("lies beyond the recording's end")}));
    ASSERT_EQ(session.segments(session.currentSpeech()).size(), 2U);
    EXPECT_EQ(session.segments(session.currentSpeech())[1].range, (SampleRange{64000, 80000}));
    EXPECT_FALSE(session.project().speech(session.currentSpeech())->fullyLabelled) << "one label was lost";
    expectUsableAndNothingLost();
}

TEST_F(BadLabelsTest, LabelsTakenAlongFromAFolderAreNamedTheSameWay) {
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("speeches"))));
    folder.write(QStringLiteral("speeches/a.wav"), sound());
    folder.write(QStringLiteral("speeches/a.txt"), "1\t2\tapplause\n5\t4\tapplause\n");
    ASSERT_TRUE(dropOn(&window, {folder.path(QStringLiteral("speeches"))}));
    EXPECT_TRUE(says({QStringLiteral("speeches/a.wav"), QStringLiteral("ends before it starts")}));
    EXPECT_EQ(session.segments(session.currentSpeech()).size(), 1U);
    EXPECT_FALSE(session.project().speech(session.currentSpeech())->fullyLabelled);
    expectUsableAndNothingLost();
}

TEST_F(BadLabelsTest, SubtitlesThatSpeakOfApplauseInTheirOwnWayAreAskedAbout) {
    folder.write(QStringLiteral("speech.wav"), sound());
    folder.write(QStringLiteral("speech.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\nThank you.\n\n"
                                               "00:02.000 --> 00:04.000\n(Applause)\n");
    ASSERT_TRUE(dropOn(&window, {folder.path(QStringLiteral("speech.wav"))}));
    EXPECT_TRUE(says(
        {QStringLiteral("speech.vtt"), QStringLiteral("1 label speaks of applause"), QStringLiteral("(Applause)")}));
    EXPECT_EQ(session.segments(session.currentSpeech()).size(), 2U);
}

TEST_F(BadLabelsTest, LabelsThatNameNoRecordingBesideSeveralAreSaidToBeLeftOut) {
    ASSERT_TRUE(
        dropOn(&window, {folder.write(QStringLiteral("all.csv"), "start_s,end_s,label,file\n0.5,1,applause,good.wav\n"
                                                                 "1.5,2,applause,\n2.5,3,applause,gone.wav\n")}));
    EXPECT_TRUE(says({QStringLiteral("all.csv"), QStringLiteral("1 label names no recording"),
                      QStringLiteral("not in the project: \"gone.wav\"")}));
    EXPECT_EQ(session.segments(goodId).size(), 2U);
}

TEST_F(BadLabelsTest, ASecondLabelFileThatSaysSomethingElseIsNamed) {
    folder.write(QStringLiteral("speech.wav"), sound());
    folder.write(QStringLiteral("speech.txt"), "1\t2\tapplause\n");
    folder.write(QStringLiteral("speech.csv"), "start,end,label\n3,4,applause\n");
    ASSERT_TRUE(dropOn(&window, {folder.path(QStringLiteral("speech.wav"))}));
    EXPECT_TRUE(says({QStringLiteral("speech.csv"), QStringLiteral("has other labels of this recording")}));
    EXPECT_EQ(session.segments(session.currentSpeech()).size(), 1U);
}

TEST_F(BadLabelsTest, ARecordingWithAnUnreadableLabelFileIsStillAdded) {
    folder.write(QStringLiteral("speech.wav"), sound());
    folder.write(QStringLiteral("speech.TextGrid"), "File type = \"ooTextFile\"\nObject c");
    ASSERT_TRUE(dropOn(&window, {folder.path(QStringLiteral("speech.wav"))}));
    EXPECT_TRUE(says({QStringLiteral("speech.TextGrid"), QStringLiteral("cannot be understood")}));
    EXPECT_EQ(session.project().speeches.size(), 2U);
    EXPECT_FALSE(session.project().speeches.back().fullyLabelled) << "what could not be read says nothing";
}

TEST_F(BadLabelsTest, ImportedLabelsNameTheirFileToo) {
    session.importLabels(goodId, folder.write(QStringLiteral("mine.txt"), "0.5\t1\tapplause\n3\t2\tapplause\n"));
    EXPECT_TRUE(says(
        {QStringLiteral("1 label imported"), QStringLiteral("mine.txt"), QStringLiteral("ends before it starts")}));
    clear();
    session.importLabels(goodId, folder.path(QStringLiteral("none.txt")));
    EXPECT_TRUE(says({QStringLiteral("none.txt"), QStringLiteral("was not found")}));
    expectUsableAndNothingLost();
}

} // namespace
} // namespace ovation::ui::test
