// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ProgressText.h"

#include <gtest/gtest.h>

using namespace ovation;

TEST(ProgressText, TimeLeftIsCountedFromWhereTheStageBegan) {
    ProgressText text;
    text.note({900, 1000, "Detecting", ""}, 10);
    EXPECT_EQ(text.line(), "Detecting 90 %") << "nothing has been done yet";
    text.note({910, 1000, "Detecting", ""}, 40);
    EXPECT_EQ(text.line(), "Detecting 91 %") << "too little";
    text.note({950, 1000, "Detecting", ""}, 70);
    EXPECT_EQ(text.line(), "Detecting 95 %, 60 s left");
    text.note({999.5, 1000, "Detecting", ""}, 70);
    EXPECT_EQ(text.line(), "Detecting 99 %, 1 s left") << "there is no second of 0";
    text.note({1000, 1000, "Detecting", ""}, 130);
    EXPECT_EQ(text.line(), "Detecting 100 %");
}

TEST(ProgressText, EachStageHasATimeOfItsOwn) {
    ProgressText text;
    text.note({0, 100, "Reading", ""}, 0);
    text.note({50, 100, "Reading", ""}, 600);
    EXPECT_EQ(text.line(), "Reading 50 %, 10 min left");
    text.note({0, 4, "Training", ""}, 1000);
    text.note({1, 4, "Training", ""}, 1000.5);
    EXPECT_EQ(text.line(), "Training 25 %") << "too soon to tell";
    text.note({1, 4, "Training", ""}, 4600);
    EXPECT_EQ(text.line(), "Training 25 %, 3 h left");
    text.note({0, 0, "Waiting", "for others"}, 4700);
    EXPECT_EQ(text.line(), "Waiting  for others");
}

TEST(ProgressText, ALogHasThePathAndATerminalTheName) {
    ProgressText text;
    text.note({1, 2, "Detecting", "/a/b/speech.wav"}, 0);
    EXPECT_EQ(text.line(), "Detecting 50 %  /a/b/speech.wav");
    EXPECT_EQ(text.bar(200), "Detecting [############............] 50 %  speech.wav");
    text.note({0, 0, "Looking", "speech.wav"}, 0);
    EXPECT_EQ(text.bar(200), "Looking  speech.wav");
}

TEST(ProgressText, ABarFitsIntoTheTerminalInWholeCharacters) {
    ProgressText text;
    text.note({0, 0, "Looking", "caf\xC3\xA9 \xE6\xBC\x94\xE8\xAA\xAC.wav"}, 0); // "café 演説.wav"
    EXPECT_EQ(text.bar(12), "Looking  caf");
    EXPECT_EQ(text.bar(13), "Looking  caf\xC3\xA9");
    EXPECT_EQ(text.bar(15), "Looking  caf\xC3\xA9 ") << "half of a wide character is none";
    EXPECT_EQ(text.bar(16), "Looking  caf\xC3\xA9 \xE6\xBC\x94");
    EXPECT_EQ(text.bar(22), "Looking  caf\xC3\xA9 \xE6\xBC\x94\xE8\xAA\xAC.wav");
    EXPECT_EQ(text.bar(0), "");
}

TEST(ProgressText, BytesThatAreNoCharacterAndControlCharactersTakeAColumnEach) {
    ProgressText text;
    text.note({0, 0, "Looking", "caf\xE9\n\x1B[2J\xC3"}, 0);
    EXPECT_EQ(text.bar(80), "Looking  caf\xE9  [2J\xC3");
    EXPECT_EQ(text.bar(13), "Looking  caf\xE9");
}
