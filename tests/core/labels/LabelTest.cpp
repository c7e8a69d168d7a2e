// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

#include "core/labels/LabelText.h"
#include "core/labels/Segment.h"

namespace ovation::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(LabelClassTest, NamesAreMatchedWholeAndWithoutCase) {
    for (const char* text : {"applause", "Clapping", " CLAP ", "\tapplause"})
        EXPECT_EQ(classOf(text), LabelClass::Applause) << text;
    for (const char* text : {"unsure", "?", " Unsure"})
        EXPECT_EQ(classOf(text), LabelClass::Unsure) << text;
    for (const char* text : {"non_applause", "not applause", "applause?", "claps", "laughter", ""})
        EXPECT_EQ(classOf(text), LabelClass::NotApplause) << text;
}

TEST(LabelClassTest, EveryNameReadsBackAsItsClass) {
    for (const LabelClass c : {LabelClass::Applause, LabelClass::NotApplause, LabelClass::Unsure})
        EXPECT_EQ(classOf(nameOf(c)), c);
}

TEST(LabelTextTest, NumbersAreReadInCNotationOnly) {
    EXPECT_EQ(numberFrom("1.5"), 1.5);
    EXPECT_EQ(numberFrom(" +2e1 "), 20);
    EXPECT_EQ(numberFrom("1,5"), std::nullopt);
    EXPECT_EQ(numberFrom("1,5", true), 1.5);
    EXPECT_EQ(numberFrom("1.5s"), std::nullopt);
    EXPECT_EQ(numberFrom(""), std::nullopt);
}

TEST(LabelTextTest, SecondsAreNeverInExponents) {
    EXPECT_EQ(secondsText(1.5), "1.500");
    EXPECT_EQ(secondsText(0.00001), "0.00001");
    EXPECT_EQ(secondsText(3600, 6), "3600.000000");
    EXPECT_EQ(secondsText(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(secondsText(2, 0), "2");
}

TEST(LabelTextTest, ClockTimes) {
    EXPECT_EQ(clockFrom("1:02:03.5"), 3723.5);
    EXPECT_EQ(clockFrom("02:03,250"), 123.25);
    EXPECT_EQ(clockFrom("7.25"), 7.25);
    EXPECT_EQ(clockFrom("1:61"), std::nullopt);
    EXPECT_EQ(clockFrom("1::2"), std::nullopt);
    EXPECT_EQ(clockText(3723.5), "01:02:03.500");
    EXPECT_EQ(clockText(59.9996), "00:01:00.000");
}

TEST(LabelTextTest, EncodingsBecomeUtf8) {
    const std::string wanted = "caf\xC3\xA9 \xF0\x9F\x91\x8F";
    EXPECT_EQ(toUtf8("\xEF\xBB\xBF" + wanted), wanted);
    EXPECT_EQ(toUtf8(wanted), wanted);
    const std::string le("c\0a\0f\0\xE9\0 \0\x3D\xD8\x4F\xDC", 14);
    EXPECT_EQ(toUtf8("\xFF\xFE" + le), wanted);
    EXPECT_EQ(toUtf8(le), wanted) << "UTF-16 without a mark";
    std::string be;
    for (size_t i = 0; i < le.size(); i += 2)
        be += {le[i + 1], le[i]};
    EXPECT_EQ(toUtf8("\xFE\xFF" + be), wanted);
    EXPECT_EQ(toUtf8(be), wanted);
    EXPECT_EQ(toUtf8("caf\xE9 \x80"), "caf\xC3\xA9 \xE2\x82\xAC") << "Latin-1 and Windows-1252";
    EXPECT_EQ(toUtf8(std::string("\xFF\xFE\x00\xD8x\0", 6)), "\xEF\xBF\xBDx") << "half a surrogate pair";
    EXPECT_FALSE(isUtf8("\xC0\x80"));
    EXPECT_FALSE(isUtf8("\xED\xA0\x80"));
    EXPECT_FALSE(isUtf8("\xE2\x82"));
}

TEST(LabelTextTest, LinesEndInAnyWay) {
    EXPECT_THAT(linesOf("a\r\nb\nc\rd\n"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(linesOf("\n\nx"), ElementsAre("", "", "x"));
    EXPECT_TRUE(linesOf("").empty());
}

TEST(SegmentTest, LabelsBecomeSegmentsAtTheRecordingsRate) {
    LabelFile file;
    file.labels = {labelOf(2, 3, "laughter", 0.25), labelOf(0.5, 1.25, "applause")};
    int64_t nextId = 5;
    std::vector<std::string> warnings;
    const auto segments = toSegments(file, 8000, 40000, nextId, warnings);
    ASSERT_EQ(segments.size(), 2u);
    EXPECT_EQ(segments[0].range, (SampleRange{4000, 10000}));
    EXPECT_EQ(segments[0].labelClass, LabelClass::Applause);
    EXPECT_EQ(segments[0].text, "") << "the class's own name needs no text";
    EXPECT_EQ(segments[0].origin, Origin::Imported);
    EXPECT_EQ(segments[0].score, -1);
    EXPECT_EQ(segments[1].text, "laughter");
    EXPECT_EQ(segments[1].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(segments[1].score, 0.25);
    EXPECT_EQ(nextId, 7);
    EXPECT_TRUE(warnings.empty());
}

TEST(SegmentTest, LabelsBeyondTheRecordingAreCutOrLeftOutAndSaidSo) {
    LabelFile file;
    file.labels = {labelOf(9, 12, "applause"), labelOf(11, 12, "applause"), labelOf(3, 3, "applause"),
                   labelOf(5, 4, "applause"), labelOf(1e300, 2e300, "applause")};
    int64_t nextId = 1;
    std::vector<std::string> warnings;
    const auto segments = toSegments(file, 1000, 10000, nextId, warnings);
    ASSERT_EQ(segments.size(), 1u);
    EXPECT_EQ(segments[0].range, (SampleRange{9000, 10000}));
    EXPECT_EQ(nextId, 2);
    ASSERT_EQ(warnings.size(), 5u);
    EXPECT_THAT(warnings[0], HasSubstr("was cut there"));
    EXPECT_THAT(warnings[1], HasSubstr("beyond the recording's end"));
    EXPECT_THAT(warnings[2], HasSubstr("no length"));
    EXPECT_THAT(warnings[3], HasSubstr("ends before it starts"));
}

TEST(SegmentTest, SegmentsBecomeLabelsSortedByStart) {
    Segment late, early;
    late.range = {8000, 16000};
    late.text = "clapping";
    late.score = 0.5;
    early.range = {0, 4000};
    early.labelClass = LabelClass::NotApplause;
    early.text = "clapping"; // its class was changed after it was read
    const auto labels = toLabels({late, early}, 8000);
    ASSERT_EQ(labels.size(), 2u);
    EXPECT_EQ(labels[0].span, (TimeSpan{0, 0.5}));
    EXPECT_EQ(labels[0].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(labels[0].text, "clapping");
    EXPECT_EQ(textOf(labels[0]), "not applause") << "or it would be read back as applause";
    EXPECT_EQ(labels[0].score, std::nullopt);
    EXPECT_EQ(labels[1].span, (TimeSpan{1, 2}));
    EXPECT_EQ(labels[1].text, "clapping");
    EXPECT_EQ(labels[1].score, 0.5);
}

TEST(SegmentTest, AFileAndBackKeepsEverySample) {
    for (const int rate : {8000, 11025, 44100, 48000, 96000}) {
        std::vector<Segment> segments;
        for (int64_t i = 0; i < 50; ++i) {
            Segment segment;
            segment.range = {i * 12347 + 1, i * 12347 + 6001};
            segments.push_back(segment);
        }
        for (const LabelFormat& format : labelFormats()) {
            const std::string id = format.id;
            if (id == "eaf" || id == "webvtt") continue; // whole milliseconds only
            LabelFile file;
            file.labels = toLabels(segments, rate);
            int64_t nextId = 1;
            std::vector<std::string> warnings;
            const auto back = toSegments(readAs(format.id, format.write(file)), rate, 1'000'000, nextId, warnings);
            ASSERT_EQ(back.size(), segments.size()) << id;
            for (size_t i = 0; i < back.size(); ++i)
                ASSERT_EQ(back[i].range, segments[i].range) << id << " at " << rate << " Hz";
        }
    }
}

} // namespace
} // namespace ovation::test
