// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

#include "core/labels/LabelDoubts.h"

namespace ovation::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Label> cues(int count) {
    std::vector<Label> labels;
    for (int i = 0; i < count; ++i)
        labels.push_back(labelOf(i, i + 0.9, "sentence " + std::to_string(i)));
    return labels;
}

TEST(LabelDoubtsTest, TextsThatSpeakOfApplauseAreToldFromItsNamesAndFromOthers) {
    for (const char* text : {"[Applause]", "(applause)", "applause?", "Applause and cheers", "they applauded", "claps",
                             "[CLAPPING]", "loud clap", "not speech, applause"})
        EXPECT_TRUE(speaksOfApplause(labelOf(0, 1, text))) << text;
    for (const char* text : {"applause", "Clapping", "clap", "?", "laughter", "not applause", "non-applause",
                             "No applause.", "without applause", "thunderclap", "not_applause", ""})
        EXPECT_FALSE(speaksOfApplause(labelOf(0, 1, text))) << text;
    Label other = labelOf(0, 1, "clapping");
    other.labelClass = LabelClass::NotApplause;
    EXPECT_FALSE(speaksOfApplause(other)) << "somebody has said its class";
}

TEST(LabelDoubtsTest, ManyTextsAndNoApplauseAreATranscript) {
    std::vector<Label> labels = cues(30);
    EXPECT_EQ(textsOfTranscript(labels), 30U);
    labels.push_back(labelOf(40, 41, "unsure"));
    EXPECT_EQ(textsOfTranscript(labels), 0U);
    EXPECT_EQ(textsOfTranscript(cues(5)), 0U);
    std::vector<Label> kinds;
    for (int i = 0; i < 100; ++i)
        kinds.push_back(labelOf(i, i + 1, i % 2 ? "laughter" : "Speech"));
    EXPECT_EQ(textsOfTranscript(kinds), 0U) << "kinds of other sound";
}

TEST(LabelDoubtsTest, SentencesNameOneOfTheTexts) {
    std::vector<Label> labels = cues(30);
    EXPECT_THAT(doubtsAbout(labels), ElementsAre(HasSubstr("30 different texts")));
    labels.push_back(labelOf(50, 55, "[Applause]"));
    EXPECT_THAT(doubtsAbout(labels), ElementsAre(AllOf(HasSubstr("1 label speaks"), HasSubstr("\"[Applause]\""))));
    labels.push_back(labelOf(60, 65, "[Applause]"));
    EXPECT_THAT(doubtsAbout(labels), ElementsAre(HasSubstr("2 labels speak of applause")));
    EXPECT_THAT(doubtsAbout({labelOf(1, 2, "applause"), labelOf(3, 4, "laughter")}), IsEmpty());
}

TEST(LabelDoubtsTest, LongTextsAreCutBetweenCharacters) {
    EXPECT_EQ(shownText(" a\nb "), "\"a b\"");
    const std::string e = "\xC3\xA9";
    std::string longText = "x"; // so that byte 60 lies within a character
    for (int i = 0; i < 40; ++i)
        longText += e;
    const std::string shown = shownText(longText);
    EXPECT_EQ(shown.size(), 59U + 5U) << "59 bytes, three points and the quotes";
    EXPECT_THAT(shown, ::testing::EndsWith(e + "...\""));
}

} // namespace
} // namespace ovation::test
