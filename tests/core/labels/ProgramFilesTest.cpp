// SPDX-License-Identifier: GPL-3.0-or-later
// Files as other programs write them; tests/data/labels/README.md says which.
#include "LabelFixture.h"

#include "core/base/Files.h"

namespace ovation::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

LabelFile readData(const std::string& name) {
    auto file = readLabels(std::string(OVATION_TEST_DATA) + "/labels/" + name);
    EXPECT_TRUE(file) << describe(file.error());
    return file ? *std::move(file) : LabelFile{};
}

class PraatFile : public ::testing::TestWithParam<const char*> {};

TEST_P(PraatFile, IsReadInEveryFormAndEncoding) {
    const LabelFile file = readData(GetParam());
    const bool latin = std::string_view(GetParam()) == "praat-latin1.TextGrid";
    EXPECT_THAT(file.labels, ElementsAre(labelOf(1.25, 3.0625, "applause"), labelOf(2.5, 2.5, "clap"),
                                         labelOf(7.123456789, 9.5, "claps \"loud\" caf\xC3\xA9"),
                                         labelOf(11.25, 11.25, latin ? "boo" : "\xCE\xA9 boo")));
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("The tier \"words\" has nothing about applause")));
    EXPECT_EQ(file.durationS, 12.5);
}

INSTANTIATE_TEST_SUITE_P(OfPraat, PraatFile,
                         ::testing::Values("praat-long.TextGrid", "praat-short.TextGrid",
                                           "praat-chronological.TextGrid", "praat-long-utf16.TextGrid",
                                           "praat-short-utf16.TextGrid", "praat-fallback-utf16.TextGrid",
                                           "praat-latin1.TextGrid"));

TEST(ProgramFilesTest, ABinaryTextGridIsRefusedWithWhatToDo) {
    auto file = readLabels(OVATION_TEST_DATA "/labels/praat-binary.TextGrid");
    ASSERT_FALSE(file);
    EXPECT_THAT(describe(file.error()), HasSubstr("binary TextGrid; save it as a text file in Praat"));
}

TEST(ProgramFilesTest, PraatsNumbersMayHaveUnitsAndComments) {
    const LabelFile file = readAs("textgrid", "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n! a comment 7\n"
                                              "0s 1s <exists> 1\n\"IntervalTier\" \"Mary\" 0s 1s 1 ! five things\n"
                                              "0.25s 1s \"applause\"\n");
    EXPECT_THAT(file.labels, ElementsAre(labelOf(0.25, 1, "applause")));
}

TEST(ProgramFilesTest, AudacitysManualIsReadToTheLetter) {
    const LabelFile plain = readData("audacity.txt");
    EXPECT_THAT(plain.labels,
                ElementsAre(labelOf(2.15, 2.15, "point label at 2.15 seconds"), labelOf(3.4, 6.1, "applause")));
    const LabelFile bands = readData("audacity-frequencies.txt");
    ASSERT_EQ(bands.labels.size(), 4U);
    EXPECT_EQ(bands.labels[0].lowHz, 6928.456055);
    EXPECT_EQ(bands.labels[1].lowHz, std::nullopt);
    EXPECT_EQ(bands.labels[1].highHz, 6334.588867);
    EXPECT_EQ(bands.labels[2].lowHz, 8908.015625);
    EXPECT_EQ(bands.labels[2].highHz, std::nullopt);
    EXPECT_EQ(bands.labels[3].highHz, 2969.338523);
}

/// What was read is written again byte by byte, where the program writes one form only.
TEST(ProgramFilesTest, AudacitysAndPraatsFilesAreWrittenAsTheyWere) {
    for (const char* name : {"audacity.txt", "audacity-frequencies.txt"})
        EXPECT_EQ(labelFormat("audacity")->write(readData(name)),
                  *readFile(std::string(OVATION_TEST_DATA "/labels/") + name))
            << name;
    LabelFile one = readData("praat-long.TextGrid");
    std::erase_if(one.labels, [](const Label& label) { return label.span.length() == 0; });
    std::string praat = *readFile(OVATION_TEST_DATA "/labels/praat-long.TextGrid");
    praat.resize(praat.find("    item [2]:"));
    praat.replace(praat.find("size = 3"), 8, "size = 1");
    praat.replace(praat.find("name = \"applause\""), 17, "name = \"labels\"");
    EXPECT_EQ(labelFormat("textgrid")->write(one), praat);
}

TEST(ProgramFilesTest, ElansFileIsReadWithEverythingAroundIt) {
    const LabelFile file = readData("elan-3.0.eaf");
    EXPECT_EQ(file.audioFile, "speech one.wav");
    EXPECT_THAT(file.labels, ElementsAre(labelOf(1.25, 3.06, "Applause"), labelOf(7, 9.5, "laughter & \"boo\"")));
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("\"words\""), HasSubstr("\"gloss\"")));
}

TEST(ProgramFilesTest, RavensTimesInSeveralFilesAreThoseInEach) {
    const LabelFile file = readData("raven-1.5-two-files.selections.txt");
    ASSERT_EQ(file.labels.size(), 2U) << "a selection has a row in every view";
    EXPECT_EQ(file.audioFile, "");
    const std::vector<LabelFile> parts = byRecording(file);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].audioFile, "day1.wav");
    EXPECT_EQ(parts[0].labels[0].span, (TimeSpan{1.25, 3.0625}));
    EXPECT_EQ(parts[1].audioFile, "day2.wav");
    EXPECT_EQ(parts[1].labels[0].span, (TimeSpan{4.5, 6}));
    EXPECT_EQ(parts[1].labels[0].lowHz, 350.5);
}

TEST(ProgramFilesTest, RttmsSoundsOfSeveralRecordingsAreToldApart) {
    const std::vector<LabelFile> parts = byRecording(readData("rt09.rttm"));
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].audioFile, "EDI_20071128");
    EXPECT_THAT(parts[0].labels, ElementsAre(labelOf(1.25, 3.0625, "applause", 0.92), labelOf(4, 4.5, "laugh"),
                                             labelOf(7.1, 9.5, "other")));
    EXPECT_EQ(parts[1].audioFile, "VT_20080623");
    EXPECT_THAT(parts[1].labels, ElementsAre(labelOf(10, 12.5, "applause")));
}

TEST(ProgramFilesTest, JamsAndWebVttAreReadWithEverythingAroundThem) {
    const LabelFile jams = readData("jams-0.3.jams");
    EXPECT_THAT(jams.labels, ElementsAre(labelOf(1.25, 3.0625, "applause", 0.9), labelOf(7, 9.5, "laughter")));
    EXPECT_THAT(jams.warnings, ElementsAre(HasSubstr("namespace \"beat\"")));
    const LabelFile vtt = readData("webvtt.vtt");
    EXPECT_THAT(vtt.labels,
                ElementsAre(labelOf(1.25, 3.062, "applause"), labelOf(3607, 3609.5, "laughter & boo\nover two lines")));
    EXPECT_THAT(vtt.warnings, IsEmpty());
}

} // namespace
} // namespace ovation::test
