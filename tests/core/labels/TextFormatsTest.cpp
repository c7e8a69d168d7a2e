// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

namespace ovation::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(AudacityTest, ReadsATrackAsAudacityExportsIt) {
    const LabelFile file = readAs("audacity", "0.500000\t1.250000\tapplause\n2.000000\t2.000000\tpoint\n"
                                              "\\\t100.000000\t4000.500000\n3.000000\t4.000000\t\n");
    ASSERT_EQ(file.labels.size(), 3u);
    EXPECT_EQ(file.labels[0], labelOf(0.5, 1.25, "applause"));
    EXPECT_EQ(file.labels[1].text, "point");
    EXPECT_EQ(file.labels[1].lowHz, 100);
    EXPECT_EQ(file.labels[1].highHz, 4000.5);
    EXPECT_EQ(file.labels[2].labelClass, LabelClass::Applause);
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("1 label has no text")));
}

TEST(AudacityTest, UndefinedFrequenciesAreNone) {
    const LabelFile file = readAs("audacity", "1\t2\tx\n\\\t-1.000000\t500.0\n");
    EXPECT_EQ(file.labels[0].lowHz, std::nullopt);
    EXPECT_EQ(file.labels[0].highHz, 500);
}

TEST(AudacityTest, TakesDecimalCommasSpacesAndWindowsLineEnds) {
    EXPECT_THAT(readAs("audacity", "0,5\t1,25\tclap\r\n\r\n").labels, ElementsAre(labelOf(0.5, 1.25, "clap")));
    EXPECT_THAT(readAs("audacity", "0.5  1.25 big clap\n").labels, ElementsAre(labelOf(0.5, 1.25, "big clap")));
}

TEST(AudacityTest, NamesTheLineThatIsWrong) {
    const Error error = errorOf("audacity", "1\t2\ta\n\nthree\t4\tb\n");
    EXPECT_EQ(error.code, ErrorCode::BadLabelFile);
    EXPECT_EQ(error.line, 3);
    EXPECT_EQ(errorOf("audacity", "1\t2\ta\n1\n").line, 2);
    EXPECT_EQ(errorOf("audacity", "\\\t1\t2\n").line, 1);
    EXPECT_EQ(errorOf("audacity", "1\t2\ta\n\\\tx\t2\n").line, 2);
}

TEST(AudacityTest, UnusableLabelsAreLeftOutWithTheirLine) {
    const LabelFile file = readAs("audacity", "nan\t2\ta\n5\t4\tb\n-3\t-1\tc\n-1\t1\tapplause\ninf\tinf\td\n");
    EXPECT_THAT(file.labels, ElementsAre(labelOf(0, 1, "applause")));
    EXPECT_THAT(file.warnings,
                ElementsAre(HasSubstr("Line 1: the times are not numbers"), HasSubstr("Line 2: the label ends before"),
                            HasSubstr("Line 3: the label lies before"), HasSubstr("Line 4: the label starts before"),
                            HasSubstr("Line 5: the times are not numbers")));
}

TEST(AudacityTest, AFileWithoutOneUsableLabelIsAnError) {
    const Error error = errorOf("audacity", "nan\tnan\ta\n5\t4\tb\n");
    EXPECT_EQ(error.code, ErrorCode::BadLabelFile);
    EXPECT_EQ(error.line, 1);
}

TEST(AudacityTest, WritesTheClassWhereThereIsNoText) {
    LabelFile file;
    file.labels = {labelOf(0.5, 1, "applause")};
    file.labels[0].text.clear();
    file.labels.push_back(labelOf(1, 2, "two\nlines\tand a tab"));
    EXPECT_EQ(labelFormat("audacity")->write(file),
              "0.500000\t1.000000\tapplause\n1.000000\t2.000000\ttwo lines and a tab\n");
}

TEST(CsvTest, UnderstandsManyHeaders) {
    for (const char* text :
         {"start,end,label\n0.5,1.25,clap\n", "start_s;end_s;class\n0,5;1,25;clap\n",
          "Onset\tOffset\tEvent_Label\n0.5\t1.25\tclap\n", "Start Time (s),Duration (s),Text\n0.5,0.75,clap\n",
          "label,begin,stop\nclap,0.5,1.25\n", "start_ms,end_ms,label\n500,1250,clap\n",
          "\"start\",\"end\",\"label\"\r\n\"0.5\",\"1.25\",\"clap\"\r\n", "start,end,label\n0:00.5,00:00:01.25,clap\n",
          "0.5,1.25,clap\n"})
        EXPECT_THAT(readAs("csv", text).labels, ElementsAre(labelOf(0.5, 1.25, "clap"))) << text;
}

TEST(CsvTest, AHeaderMayBeginWithANumberSign) {
    for (const char* text :
         {"#,start,end,label\n1,0.5,1.25,clap\n", "# start,end,label\n0.5,1.25,clap\n",
          "#,Name,Start,End,Length\nR1,clap,0:00.5,0:01.25,0:00.75\n",
          "# of a program\n#\tstart\tend\tlabel\n7\t0.5\t1.25\tclap\n", "start,end,label\n# start,end\n0.5,1.25,clap\n",
          "# start,end,label\nstart,end,label\n0.5,1.25,clap\n", "# none\n0.5,1.25,clap\n"})
        EXPECT_THAT(readAs("csv", text).labels, ElementsAre(labelOf(0.5, 1.25, "clap"))) << text;
    EXPECT_TRUE(labelFormat("csv")->recognises("#,start,end,label\n1,0.5,1.25,clap\n", "csv"));
}

TEST(CsvTest, WithoutAHeaderANumberIsNoLabel) {
    const Error error = errorOf("csv", "1,2.5,5.0,applause\n2,7,9,applause\n");
    EXPECT_EQ(error.line, 1);
    EXPECT_THAT(error.detail, HasSubstr("without a header"));
    EXPECT_THAT(error.detail, HasSubstr("\"5.0\""));
    EXPECT_EQ(readAs("csv", "0.5,1.25\n").labels.size(), 1u) << "no label at all is applause";
}

TEST(CsvTest, WithoutALabelColumnEverythingIsApplause) {
    const LabelFile file = readAs("csv", "file,start_s,end_s\na.wav,1,2\na.wav,3,4\n");
    ASSERT_EQ(file.labels.size(), 2u);
    EXPECT_EQ(file.labels[0].labelClass, LabelClass::Applause);
    EXPECT_EQ(file.audioFile, "a.wav");
}

TEST(CsvTest, QuotedCellsHoldSeparatorsQuotesAndLines) {
    const LabelFile file = readAs("csv", "start,end,label\n1,2,\"a, \"\"b\"\"\nc\"\n3,4,d\n");
    ASSERT_EQ(file.labels.size(), 2u);
    EXPECT_EQ(file.labels[0].text, "a, \"b\"\nc");
}

TEST(CsvTest, NamesTheLineThatIsWrong) {
    EXPECT_EQ(errorOf("csv", "start,end,label\n1,2,a\nx,4,b\n").line, 3);
    EXPECT_EQ(errorOf("csv", "start,end,label\n1,2,\"a\n\n").line, 2);
    EXPECT_EQ(errorOf("csv", "what,is,this\n1,2,a\n").line, 1);
    EXPECT_EQ(errorOf("csv", "start,end,label\n1,2,\"a\nb\"\nx,4,b\n").line, 4);
}

TEST(CsvTest, RowsOfEmptyCellsAreNone) {
    for (const char* text :
         {"start;end;label\r\n0,5;1,25;clap\r\n;;\r\n;;\r\n", "start,end,label\n,,\n0.5,1.25,clap\n , ,\n",
          ",,\nstart,end,label\n0.5,1.25,clap\n\"\",\"\",\"\"\n"}) {
        const LabelFile file = readAs("csv", text);
        EXPECT_THAT(file.labels, ElementsAre(labelOf(0.5, 1.25, "clap"))) << text;
        EXPECT_THAT(file.warnings, IsEmpty()) << text;
    }
    EXPECT_EQ(errorOf("csv", "start,end,label\n,,clap\n").line, 2) << "a label without times is one";
}

TEST(CsvTest, NumbersWithCommasBetweenCommasAreRefused) {
    for (const char* text :
         {"start,end,label\n0.5,1.25,clap\n1,5,2,5,applause\n", "file,start,end\na.wav,1,2\na.wav,1,5,2,5\n",
          "label,start,end\nclap,1,2\n7,1,5,2,5\n", "label,start,end\nclap,1,2\nclap,1,5,2,5\n",
          "start, end, label\n1, 2, clap\n1,5, 2,5, clap\n"}) {
        const Error error = errorOf("csv", text);
        EXPECT_EQ(error.line, 3) << text;
        EXPECT_THAT(error.detail, HasSubstr("more cells than the first line")) << text;
    }
    EXPECT_EQ(errorOf("csv", "start,end,label\n0,2,clap\n1,5,3,applause\n").line, 3) << "one number of two";
    EXPECT_EQ(readAs("csv", "start,end,label\n1,2,clap, and more\n").labels.size(), 1u);
    // Surplus cells of tables whose numbers are whole.
    for (const char* text :
         {"start,end\n1.0,2.0,0.97\n", "start,end,label\n1.0,2.0,7,0.97\n", "start,end,label\n1,2,7,1\n",
          "start,end,label,notes\n1,2,7,loud, then soft\n", "start;end;label\n1;2;7;loud\n"}) {
        const LabelFile file = readAs("csv", text);
        ASSERT_EQ(file.labels.size(), 1U) << text;
        EXPECT_EQ(file.labels[0].span, (TimeSpan{1, 2})) << text;
    }
    EXPECT_EQ(readAs("csv", "start,end,label\n1,2,5,\n").labels.at(0).text, "5") << "nothing lies beyond";
    EXPECT_EQ(readAs("csv", "start,end,label\n\"1,5\",\"2,5\",clap\n").labels.at(0).span, (TimeSpan{1.5, 2.5}));
}

TEST(CsvTest, AHeaderAloneHasNoLabels) {
    EXPECT_THAT(readAs("csv", "start_s,end_s,label\n").labels, IsEmpty());
}

TEST(CsvTest, SeveralRecordingsAreNamedByTheirLabels) {
    const LabelFile file = readAs("csv", "file,start,end\na.wav,1,2\nb.wav,3,4\n");
    EXPECT_EQ(file.audioFile, "");
    EXPECT_EQ(file.labels[0].recording, "a.wav");
    EXPECT_EQ(file.labels[1].recording, "b.wav");
}

TEST(RttmTest, ReadsSpeakerAndSoundLines) {
    const LabelFile file = readAs(
        "rttm", ";; a comment\nSPKR-INFO show 1 <NA> <NA> <NA> unknown spk <NA> <NA>\n"
                "SPEAKER show 1 0.500 0.750 <NA> <NA> applause 0.9 <NA>\n"
                "NON-SPEECH show 1 3.0 1.0 <NA> noise <NA> <NA>\nSPEAKER show 1 5.1 0.2 <NA> <NA> not_applause <NA>\n");
    ASSERT_EQ(file.labels.size(), 3u);
    EXPECT_EQ(file.labels[0], labelOf(0.5, 1.25, "applause", 0.9));
    EXPECT_EQ(file.labels[1], labelOf(3, 4, "noise"));
    EXPECT_EQ(file.labels[2], labelOf(5.1, 5.3, "not applause")) << "5.1 + 0.2 is 5.3";
    EXPECT_EQ(file.audioFile, "show");
}

TEST(RttmTest, NamesTheLineThatIsWrong) {
    EXPECT_EQ(errorOf("rttm", "SPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\nSPEAKER a 1 0\n").line, 2);
    EXPECT_EQ(errorOf("rttm", "SPEAKER a 1 zero 1 <NA> <NA> x <NA> <NA>\n").line, 1);
    EXPECT_EQ(errorOf("rttm", "TALKER a 1 0 1 <NA> <NA> x <NA> <NA>\n").line, 1);
}

TEST(RttmTest, WritesTenFieldsWithoutWhiteSpace) {
    LabelFile file;
    file.audioFile = "/archive/my speech.wav";
    file.labels = {labelOf(0.1, 0.3, "not applause", 0.25)};
    EXPECT_EQ(labelFormat("rttm")->write(file), "SPEAKER my_speech 1 0.100 0.200 <NA> <NA> not_applause 0.25 <NA>\n");
}

TEST(WebVttTest, ReadsCuesAndSkipsTheRest) {
    const LabelFile file =
        readAs("webvtt", "WEBVTT - with a title\n\nNOTE a comment\nof two lines\n\nSTYLE\n::cue { color: red }\n\n"
                         "1\n00:00.500 --> 00:01.250 align:start\n<v Crowd>clap</v>\n\n"
                         "01:00:00.000 --> 01:00:01.000\na &lt; b &amp; c\nsecond line\n");
    ASSERT_EQ(file.labels.size(), 2u);
    EXPECT_EQ(file.labels[0], labelOf(0.5, 1.25, "clap"));
    EXPECT_EQ(file.labels[1], labelOf(3600, 3601, "a < b & c\nsecond line"));
}

TEST(WebVttTest, NamesTheLineThatIsWrong) {
    EXPECT_EQ(errorOf("webvtt", "1\n00:00.500 --> 00:01.250\n").line, 1);
    EXPECT_EQ(errorOf("webvtt", "WEBVTT\n\n00:00.500 --> later\nx\n").line, 3);
    EXPECT_EQ(errorOf("webvtt", "WEBVTT\n\n0.5 --> 1.5\nx\n").line, 3);
    EXPECT_EQ(errorOf("webvtt", "").line, 1);
}

TEST(WebVttTest, ACueEndsAfterItStarts) {
    LabelFile file;
    file.labels = {labelOf(1, 1, "a --> b")};
    EXPECT_EQ(labelFormat("webvtt")->write(file), "WEBVTT\n\n00:00:01.000 --> 00:00:01.001\na --&gt; b\n");
}

TEST(RavenTest, ReadsASelectionOnceThoughItHasARowForEachView) {
    const LabelFile file =
        readAs("raven", "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tDelta "
                        "Time (s)\tSound Type\n"
                        "1\tWaveform 1\t1\t0.500000000\t1.250000000\t0.000\t4000.000\t0.7500\tclap\n"
                        "1\tSpectrogram 1\t1\t0.500000000\t1.250000000\t0.000\t4000.000\t0.7500\tclap\n"
                        "2\tSpectrogram 1\t1\t2.0\t3.0\t10.0\t20.0\t1.0\tlaughter\n");
    ASSERT_EQ(file.labels.size(), 2u);
    EXPECT_EQ(file.labels[0].text, "clap");
    EXPECT_EQ(file.labels[0].highHz, 4000);
    EXPECT_EQ(file.labels[1].text, "laughter");
    EXPECT_EQ(file.labels[1].span, (TimeSpan{2, 3}));
}

TEST(RavenTest, TablesThatWerePutTogetherLoseNoSelection) {
    const LabelFile file = readAs("raven", "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tBegin File\tWhat\n"
                                           "1\tWaveform 1\t1\t1\t2\ta.wav\tapplause\n"
                                           "1\tSpectrogram 1\t1\t1\t2\ta.wav\tapplause\n"
                                           "1\tSpectrogram 1\t1\t5\t6\ta.wav\tapplause\n"
                                           "1\tSpectrogram 1\t1\t1\t2\tb.wav\tapplause\n");
    ASSERT_EQ(file.labels.size(), 3u);
    const std::vector<LabelFile> parts = byRecording(file);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0].labels.size(), 2u);
    EXPECT_EQ(parts[1].labels.size(), 1u);
}

TEST(RavenTest, AnyColumnThatIsNotRavensHoldsTheAnnotation) {
    const LabelFile file = readAs("raven", "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tBegin File\tWhat\n"
                                           "1\tSpectrogram 1\t1\t1\t2\ta.wav\tapplause\n");
    EXPECT_EQ(file.labels.at(0).text, "applause");
    EXPECT_EQ(file.audioFile, "a.wav");
}

TEST(RavenTest, NamesTheLineThatIsWrong) {
    EXPECT_EQ(errorOf("raven", "Selection\tBegin Time (s)\tEnd Time (s)\n1\t0\t1\n2\tx\t3\n").line, 3);
    EXPECT_EQ(errorOf("raven", "Selection\tView\n").line, 1);
}

} // namespace
} // namespace ovation::test
