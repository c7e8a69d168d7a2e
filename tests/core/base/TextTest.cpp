// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"

#include <gtest/gtest.h>

#include <limits>

using namespace ovation;

TEST(Text, DecimalsAreFixedAndNothingIsEmpty) {
    EXPECT_EQ(fixed(2.0 / 3, 2), "0.67");
    EXPECT_EQ(fixed(2.0 / 3), "0.667");
    EXPECT_EQ(fixed(1e20, 0), "100000000000000000000");
    EXPECT_EQ(fixed(std::nullopt, 2), "");
    EXPECT_EQ(fixed(std::numeric_limits<double>::quiet_NaN(), 2), "");
}

TEST(Text, DecimalsAreAsManyAsThereAreWithinLimits) {
    EXPECT_EQ(fixedBetween(0.0723, 2, 4), "0.0723");
    EXPECT_EQ(fixedBetween(0.125, 2, 4), "0.125");
    EXPECT_EQ(fixedBetween(0.5, 2, 4), "0.50");
    EXPECT_EQ(fixedBetween(1.0 / 3, 2, 4), "0.3333");
}

TEST(Text, SettingsAreAsPeopleWriteThem) {
    EXPECT_EQ(settingText(0.003 * 0.2), "0.0006");
    EXPECT_EQ(settingText(2), "2");
    EXPECT_EQ(settingText(13415042), "13415042");
    EXPECT_EQ(settingText(-0.5), "-0.5");
    EXPECT_EQ(settingText(1e-7), "1e-7");
}

TEST(Text, HtmlsSignsAreEscaped) {
    EXPECT_EQ(escapedHtml("<a b=\"c\"> & d"), "&lt;a b=&quot;c&quot;&gt; &amp; d");
}

TEST(Text, CsvCellsAreQuotedWhereTheyMustBe) {
    EXPECT_EQ(csvCell("plain text"), "plain text");
    EXPECT_EQ(csvCell("a,b"), "\"a,b\"");
    EXPECT_EQ(csvCell("two\nlines"), "\"two\nlines\"");
    EXPECT_EQ(csvCell("say \"clap\""), "\"say \"\"clap\"\"\"");
    EXPECT_EQ(quotedCsvCell("plain"), "\"plain\"");
}

TEST(Text, WhatNoFileNameMayHoldIsReplaced) {
    EXPECT_EQ(withoutIllegalCharacters("a/b\\c:d*e?f\"g<h>i|j\tk"), "a-b-c-d-e-f-g-h-i-j-k");
    EXPECT_EQ(withoutIllegalCharacters("Größe 1.5"), "Größe 1.5");
}
