// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

namespace ovation::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<LabelFile> two() {
    LabelFile a, b;
    a.audioFile = "a.wav";
    a.labels = {labelOf(1, 2, "applause"), labelOf(5, 6.5, "laughter")};
    b.audioFile = "b.wav";
    b.labels = {labelOf(3, 4, "applause")};
    return {a, b};
}

TEST(SeveralRecordingsTest, AFormatThatNamesRecordingsKeepsThemApart) {
    for (const LabelFormat& format : labelFormats()) {
        if (!format.severalRecordings) continue;
        const std::vector<LabelFile> parts = byRecording(readAs(format.id, format.write(joined(two()))));
        ASSERT_EQ(parts.size(), 2U) << format.id;
        const bool stems = std::string_view(format.id) == "rttm";
        EXPECT_EQ(parts[0].audioFile, stems ? "a" : "a.wav") << format.id;
        EXPECT_EQ(parts[0].labels, two()[0].labels) << format.id;
        EXPECT_EQ(parts[1].audioFile, stems ? "b" : "b.wav") << format.id;
        EXPECT_EQ(parts[1].labels, two()[1].labels) << format.id;
    }
}

TEST(SeveralRecordingsTest, AFileOfOneRecordingStaysWhole) {
    const LabelFile one = two()[0];
    EXPECT_EQ(byRecording(one).front().labels, one.labels);
    EXPECT_EQ(joined({one}).labels, one.labels);
    EXPECT_EQ(joined({one}).audioFile, "a.wav");
    EXPECT_EQ(partAbout("/any/where.flac", one).labels, one.labels);
}

TEST(SeveralRecordingsTest, ARecordingTakesItsPartByNameOrStem) {
    EXPECT_EQ(partAbout("/x/b.wav", joined(two())).labels, two()[1].labels);
    EXPECT_EQ(partAbout("/x/b.flac", joined(two())).labels, two()[1].labels);
    const LabelFile none = partAbout("/x/c.wav", joined(two()));
    EXPECT_THAT(none.labels, IsEmpty());
    EXPECT_GT(none.leftOut, 0);
    EXPECT_EQ(partAbout("/x/b.wav", joined(two())).leftOut, 0);
    EXPECT_THAT(none.warnings, Contains(HasSubstr("names 2 recordings, and this is none of them")));
}

TEST(SeveralRecordingsTest, ANameInTheFirstRowIsMeantForAll) {
    const std::vector<Label> labels{labelOf(1, 2, "applause"), labelOf(3, 4, "applause"), labelOf(5, 6, "applause")};
    for (const auto& [format, text] : std::vector<std::pair<const char*, const char*>>{
             {"csv", "start_s,end_s,label,file\n1,2,applause,speech.wav\n3,4,applause,\n5,6,applause\n"},
             {"rttm", "SPEAKER speech.wav 1 1 1 <NA> <NA> applause <NA> <NA>\n"
                      "SPEAKER <NA> 1 3 1 <NA> <NA> applause <NA> <NA>\n"
                      "SPEAKER <NA> 1 5 1 <NA> <NA> applause <NA> <NA>\n"},
             {"raven", "Selection\tBegin Time (s)\tEnd Time (s)\tBegin File\tAnnotation\n1\t1\t2\t\tapplause\n"
                       "2\t3\t4\tspeech.wav\tapplause\n3\t5\t6\t\tapplause\n"}}) {
        const LabelFile file = readAs(format, text);
        EXPECT_EQ(byRecording(file).size(), 1U) << format;
        EXPECT_EQ(file.audioFile, "speech.wav") << format;
        EXPECT_EQ(partAbout("/x/speech.wav", file).labels, labels) << format;
        EXPECT_EQ(partAbout("/x/speech.wav", file).leftOut, 0) << format;
    }
}

TEST(SeveralRecordingsTest, WhatNamesNoRecordingBesideSeveralIsLeftOutAndCounted) {
    const LabelFile file = readAs("csv", "start_s,end_s,label,file\n1,2,applause,a.wav\n3,4,applause,\n"
                                         "5,6,applause,b.wav\n7,8,applause,\n");
    const LabelFile part = partAbout("/x/a.wav", file);
    EXPECT_THAT(part.labels, ElementsAre(labelOf(1, 2, "applause")));
    EXPECT_EQ(part.leftOut, 2);
    EXPECT_THAT(part.warnings, Contains(HasSubstr("2 labels name no recording")));
    EXPECT_THAT(partAbout("/x/c.wav", file).warnings, Contains(HasSubstr("names 2 recordings, and this is none")));
    std::vector<LabelFile> parts = byRecording(file);
    leaveOutUnnamed(parts);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].audioFile, "a.wav");
    EXPECT_EQ(parts[0].leftOut, 2);
    EXPECT_THAT(parts[0].warnings, ElementsAre(HasSubstr("2 labels name no recording")));
}

TEST(SeveralRecordingsTest, TwoNamesOfOneRecordingLoseNoLabelSilently) {
    const LabelFile file = readAs("csv", "start_s,end_s,label,file\n1,2,applause,a.wav\n3,4,applause,a\n");
    const LabelFile part = partAbout("/x/a.wav", file);
    EXPECT_EQ(static_cast<int>(part.labels.size()) + part.leftOut, 2);
    EXPECT_GT(part.leftOut, 0);
}

TEST(SeveralRecordingsTest, RecordingsOfOneStemAreToldApartInEveryFormat) {
    const std::vector<std::string> paths = {"/x/ra/my speech.wav", "/x/rb/my speech.wav", "/x/rb/my speech.flac",
                                            "/x/rb/other.one.wav"};
    std::vector<LabelFile> files;
    for (size_t i = 0; i < paths.size(); ++i) {
        files.emplace_back().audioFile = paths[i];
        files.back().labels = {labelOf(static_cast<double>(i), static_cast<double>(i) + 0.5, "applause")};
    }
    for (const LabelFormat& format : labelFormats()) {
        if (!format.severalRecordings) continue;
        const LabelFile all = readAs(format.id, format.write(joined(files)));
        EXPECT_EQ(byRecording(all).size(), paths.size()) << format.id;
    }
    const LabelFormat& rttm = *labelFormat("rttm");
    const LabelFile all = readAs("rttm", rttm.write(joined(files)));
    for (size_t i = 0; i < paths.size(); ++i)
        EXPECT_EQ(partAbout(paths[i], all).labels, files[i].labels) << paths[i];
    const LabelFile table = readAs("csv", labelFormat("csv")->write(joined({files[0], files[1]})));
    EXPECT_EQ(partAbout(paths[1], table).labels, files[1].labels);
    EXPECT_THAT(partAbout("/x/rc/my speech.wav", table).labels, IsEmpty()) << "either may be meant";
    files.resize(1);
    files.push_back(files[0]);
    files[1].audioFile = "/x/ra/my_speech.wav";
    const auto parts = byRecording(readAs("rttm", rttm.write(joined(files))));
    ASSERT_EQ(parts.size(), 2U) << "nothing but a space tells them apart";
    EXPECT_EQ(parts[0].audioFile, "my_speech");
    EXPECT_EQ(parts[1].audioFile, "my_speech-2");
}

TEST(SeveralRecordingsTest, ALabelFilesNameSaysWhatItIsAbout) {
    EXPECT_EQ(labelStem("/x/speech.TextGrid"), "speech");
    EXPECT_EQ(labelStem("/x/speech.one.txt"), "speech.one");
    EXPECT_EQ(labelStem("/x/speech.selections.txt"), "speech");
    EXPECT_EQ(labelStem("/x/speech.Table.1.selections.txt"), "speech");
}

} // namespace
} // namespace ovation::test
