// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/NamesApart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace ovation;
using testing::ElementsAre;

TEST(NamesApart, AStemIsEnoughWhereItIsTheOnlyOne) {
    EXPECT_THAT(namesApart({"/a/one.wav", "/a/two.b.flac", ""}), ElementsAre("one", "two.b", ""));
    EXPECT_THAT(namesApart({}), testing::IsEmpty());
}

TEST(NamesApart, AsLittleOfThePathAsItTakesIsAdded) {
    EXPECT_THAT(namesApart({"/a/one.wav", "/b/one.mp3"}), ElementsAre("one.wav", "one.mp3"));
    EXPECT_THAT(namesApart({"/x/1/a/t.wav", "/x/2/a/t.wav", "/x/2/b/t.wav", "/x/2/b/u.wav"}),
                ElementsAre("1/a/t", "2/a/t", "b/t", "u"));
}

TEST(NamesApart, OnePathHasOneNameAndNoTwoPathsHaveTheSame) {
    EXPECT_THAT(namesApart({"/a/t.wav", "/b/t.wav", "/a/t.wav"}), ElementsAre("a/t", "b/t", "a/t"));
    EXPECT_THAT(namesApart({"/a/t.wav", "a/t.wav"}), ElementsAre("t", "t-2"));
    const auto spelled = [](std::string name) {
        std::ranges::replace(name, ' ', '_');
        return name;
    };
    EXPECT_THAT(namesApart({"/a/x y.wav", "/a/x_y.wav", "/a/p q.wav"}, spelled), ElementsAre("x_y", "x_y-2", "p_q"));
}
