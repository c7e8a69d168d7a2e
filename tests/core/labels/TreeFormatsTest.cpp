// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

namespace ovation::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kLong = R"(File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 2.3 
tiers? <exists> 
size = 3 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "words" 
        xmin = 0 
        xmax = 2.3 
        intervals: size = 1 
        intervals [1]:
            xmin = 0 
            xmax = 2.3 
            text = "my fellow citizens" 
    item [2]:
        class = "IntervalTier" 
        name = "audience" 
        xmin = 0 
        xmax = 2.3 
        intervals: size = 3 
        intervals [1]:
            xmin = 0 
            xmax = 0.5 
            text = "" 
        intervals [2]:
            xmin = 0.5 
            xmax = 1.25 
            text = "Applause" 
        intervals [3]:
            xmin = 1.25 
            xmax = 2.3 
            text = "say ""hi"" ! 5" 
    item [3]:
        class = "TextTier" 
        name = "bell" 
        xmin = 0 
        xmax = 2.3 
        points: size = 1 
        points [1]:
            number = 2 
            mark = "ding" 
)";

constexpr const char* kShort = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n2.3\n<exists>\n1\n"
                               "\"IntervalTier\"\n\"audience\"\n0\n2.3\n3\n0\n0.5\n\"\"\n0.5\n1.25\n\"Applause\"\n"
                               "1.25\n2.3\n\"say \"\"hi\"\" ! 5\"\n";

TEST(TextGridTest, ReadsTheLongFormAndOfItsTiersTheOneAboutApplause) {
    const LabelFile file = readAs("textgrid", kLong);
    EXPECT_THAT(file.labels, ElementsAre(labelOf(0.5, 1.25, "Applause"), labelOf(1.25, 2.3, "say \"hi\" ! 5")));
    EXPECT_EQ(file.durationS, 2.3);
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("\"words\""), HasSubstr("\"bell\"")));
}

TEST(TextGridTest, ReadsTheShortForm) {
    EXPECT_EQ(readAs("textgrid", kShort).labels, readAs("textgrid", kLong).labels);
}

TEST(TextGridTest, IntervalsTileTheTierAndOverlapsGoToAnother) {
    LabelFile file;
    file.durationS = 10;
    file.labels = {labelOf(1, 3, "applause"), labelOf(2, 4, "laughter"), labelOf(3, 5, "clap")};
    const std::string text = labelFormat("textgrid")->write(file);
    EXPECT_THAT(text, HasSubstr("size = 2 \nitem []:"));
    EXPECT_THAT(text, HasSubstr("intervals: size = 4"));
    EXPECT_THAT(text, HasSubstr("            xmin = 5 \n            xmax = 10 \n            text = \"\""));
    EXPECT_EQ(readAs("textgrid", text).labels, file.labels);
}

TEST(TextGridTest, LabelsWithoutLengthArePoints) {
    LabelFile file;
    file.labels = {labelOf(1, 1, "clap"), labelOf(1, 2, "applause")};
    const std::string text = labelFormat("textgrid")->write(file);
    EXPECT_THAT(text, HasSubstr("class = \"TextTier\""));
    EXPECT_EQ(readAs("textgrid", text).labels.size(), 2u);
}

TEST(TextGridTest, NoLabelsAreATierOfSilence) {
    const std::string text = labelFormat("textgrid")->write({});
    EXPECT_THAT(text, HasSubstr("xmax = 1 "));
    EXPECT_TRUE(readAs("textgrid", text).labels.empty());
}

TEST(TextGridTest, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(errorOf("textgrid", "hello").line, 1);
    std::string cut = kLong;
    cut.resize(cut.find("text = \"Applause") + 12);
    EXPECT_EQ(errorOf("textgrid", cut).code, ErrorCode::BadLabelFile);
    EXPECT_GE(errorOf("textgrid", cut).line, 27);
    std::string wrong = kShort;
    wrong.replace(wrong.find("IntervalTier"), 12, "WhatIsThat!!");
    EXPECT_EQ(errorOf("textgrid", wrong).line, 8);
    EXPECT_THAT(errorOf("textgrid", "ooBinaryFile\x08TextGrid").detail, HasSubstr("binary"));
}

constexpr const char* kEaf = R"(<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-01-01T12:00:00+01:00" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
        <MEDIA_DESCRIPTOR MEDIA_URL="file:///home/x/my%20speech.wav" MIME_TYPE="audio/x-wav" RELATIVE_MEDIA_URL="./my%20speech.wav"/>
    </HEADER>
    <TIME_ORDER>
        <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="500"/>
        <TIME_SLOT TIME_SLOT_ID="ts2"/>
        <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="1500"/>
    </TIME_ORDER>
    <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="audience">
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
                <ANNOTATION_VALUE>applause</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
                <ANNOTATION_VALUE>a &lt; b</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <TIER LINGUISTIC_TYPE_REF="note-lt" PARENT_REF="audience" TIER_ID="applause kind">
        <ANNOTATION>
            <REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a1">
                <ANNOTATION_VALUE>rhythmic</ANNOTATION_VALUE>
            </REF_ANNOTATION>
        </ANNOTATION>
    </TIER>
    <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
)";

TEST(EafTest, ReadsAlignedAndReferringAnnotations) {
    const LabelFile file = readAs("eaf", kEaf);
    EXPECT_EQ(file.audioFile, "my speech.wav");
    EXPECT_THAT(file.labels,
                ElementsAre(labelOf(0.5, 1, "applause"), labelOf(0.5, 1, "rhythmic"), labelOf(1, 1.5, "a < b")));
}

TEST(EafTest, AnAnnotationWithoutATimeIsALabelLost) {
    std::string lost = kEaf;
    lost.replace(lost.find("ANNOTATION_REF=\"a1\""), 19, "ANNOTATION_REF=\"a9\"");
    const LabelFile file = readAs("eaf", lost);
    EXPECT_EQ(file.labels.size(), 2U);
    EXPECT_EQ(file.leftOut, 1);
    ASSERT_EQ(file.warnings.size(), 1U);
    EXPECT_THAT(file.warnings[0], HasSubstr("the annotation has no time; it was left out."));
}

TEST(EafTest, WritesTimeSlotsInOrderAndTiersWithoutOverlap) {
    LabelFile file;
    file.audioFile = "/archive/50% done.wav";
    file.labels = {labelOf(0.5, 2, "applause"), labelOf(1, 3, "?"), labelOf(2, 4, "<laughter> & \"co\"")};
    const std::string text = labelFormat("eaf")->write(file);
    EXPECT_THAT(text, HasSubstr("MEDIA_URL=\"file:///archive/50%25%20done.wav\""));
    EXPECT_THAT(text, HasSubstr("TIER_ID=\"labels 2\""));
    EXPECT_LT(text.find("TIME_VALUE=\"1000\""), text.find("TIME_VALUE=\"2000\""));
    EXPECT_LT(text.find("TIME_VALUE=\"3000\""), text.find("TIME_VALUE=\"4000\""));
    const LabelFile back = readAs("eaf", text);
    EXPECT_EQ(back.labels, file.labels);
    EXPECT_EQ(back.audioFile, file.audioFile);
}

TEST(EafTest, LeadsToTheRecordingWhereverItLies) {
    LabelFile file;
    file.audioFile = "a b.wav";
    file.media = MediaLink{"/archive/in/a b.wav", "../in/a b.wav"};
    std::string text = labelFormat("eaf")->write(file);
    EXPECT_THAT(text, HasSubstr(" MEDIA_URL=\"file:///archive/in/a%20b.wav\" MIME_TYPE=\"audio/x-wav\" "
                                "RELATIVE_MEDIA_URL=\"../in/a%20b.wav\""));
    const LabelFile back = readAs("eaf", text);
    EXPECT_EQ(back.audioFile, "in/a b.wav") << "the end of its path, whatever folder it is now in";
    EXPECT_TRUE(namesRecording(back.audioFile, "/moved/in/a b.wav"));
    file.media = MediaLink{"/archive/out/a b.wav", "a b.wav"};
    text = labelFormat("eaf")->write(file);
    EXPECT_THAT(text, HasSubstr("RELATIVE_MEDIA_URL=\"./a%20b.wav\""));
    EXPECT_EQ(readAs("eaf", text).audioFile, "a b.wav");
}

TEST(EafTest, SaysWhatIsWrongAndWhere) {
    std::string missing = kEaf;
    missing.replace(missing.find("TIME_SLOT_REF2=\"ts3\""), 20, "TIME_SLOT_REF2=\"ts9\"");
    EXPECT_EQ(errorOf("eaf", missing).line, 18);
    std::string number = kEaf;
    number.replace(number.find("\"1500\""), 6, "\"soon\"");
    EXPECT_EQ(errorOf("eaf", number).line, 9);
    EXPECT_EQ(errorOf("eaf", std::string(kEaf).substr(0, 700)).code, ErrorCode::BadLabelFile);
    EXPECT_EQ(errorOf("eaf", "<a/>").line, 1);
}

TEST(EafTest, EntitiesAreNotExpanded) {
    const Error error = errorOf("eaf", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>");
    EXPECT_EQ(error.code, ErrorCode::BadLabelFile);
}

TEST(JamsTest, ReadsSparseDenseAndScaperData) {
    const LabelFile file =
        readAs("jams", R"({"file_metadata": {"duration": 9.5, "jams_version": "0.3.4"}, "sandbox": {}, "annotations": [
 {"namespace": "tag_open", "data": [{"time": 0.1, "duration": 0.2, "value": "applause", "confidence": 0.5}], "sandbox": {}},
 {"namespace": "segment_open", "data": {"time": [1], "duration": [1], "value": ["clap"], "confidence": [null]}},
 {"namespace": "scaper", "data": [{"time": 3, "duration": 1, "value": {"label": "laughter", "snr": 10}, "confidence": 1.0}]},
 {"namespace": "beat", "data": [{"time": 1, "duration": 0, "value": 1, "confidence": null}]}]})");
    EXPECT_EQ(file.durationS, 9.5);
    EXPECT_THAT(file.labels,
                ElementsAre(labelOf(0.1, 0.3, "applause", 0.5), labelOf(1, 2, "clap"), labelOf(3, 4, "laughter", 1)));
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("\"beat\"")));
}

TEST(JamsTest, SaysWhatIsWrong) {
    EXPECT_EQ(errorOf("jams", "{\n\"annotations\": [\n{]}").line, 3);
    EXPECT_EQ(errorOf("jams", "{\"annotations\": 5}").code, ErrorCode::BadLabelFile);
    EXPECT_THAT(errorOf("jams", R"({"annotations": [{"namespace": "tag_open", "data": [{"time": 1}]}]})").detail,
                HasSubstr("observation 1"));
}

TEST(JsonLabelsTest, ReadsItsOwnAndOthersNames) {
    EXPECT_THAT(readAs("json", R"({"labels": [{"start_s": 0.5, "end_s": 1.25, "label": "clap"}]})").labels,
                ElementsAre(labelOf(0.5, 1.25, "clap")));
    EXPECT_THAT(readAs("json", R"([{"onset": 0.5, "duration": "0.75", "event_label": "clap"}])").labels,
                ElementsAre(labelOf(0.5, 1.25, "clap")));
}

TEST(JsonLabelsTest, SaysWhatIsWrong) {
    EXPECT_EQ(errorOf("json", "[\n{\"start\": }]").line, 2);
    EXPECT_THAT(errorOf("json", R"([{"start": 1, "end": 2}, {"start": 1}])").detail, HasSubstr("label 2"));
    EXPECT_EQ(errorOf("json", "{}").code, ErrorCode::BadLabelFile);
    EXPECT_THAT(errorOf("json", R"({"format": "ovation.labels", "version": 2, "labels": []})").detail,
                HasSubstr("newer"));
    EXPECT_EQ(errorOf("json", std::string(100000, '[')).code, ErrorCode::BadLabelFile) << "deep nesting";
}

} // namespace
} // namespace ovation::test
