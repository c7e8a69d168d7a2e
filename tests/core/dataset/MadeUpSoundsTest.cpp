// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MadeUpSounds.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

using namespace ovation;

namespace {

constexpr int kMadeRate = 22050;
constexpr size_t kMadeCount = 4 * kMadeRate;
constexpr uint64_t kMadeSeed = 5;

using Maker = Samples (*)(size_t, int, Random&);

Samples made(Maker maker, uint64_t number, size_t count) {
    Random random(kMadeSeed, number);
    return maker(count, kMadeRate, random);
}

const auto kDenseCrackle = [](size_t count, int rate, Random& random) { return crackle(count, rate, true, random); };
const auto kThinCrackle = [](size_t count, int rate, Random& random) { return crackle(count, rate, false, random); };

} // namespace

TEST(MadeUpSounds, HaveTheLengthAskedForUnitLevelAndAreFunctionsOfTheirNumber) {
    for (const Maker maker :
         std::array<Maker, 5>{colouredNoise, kDenseCrackle, kThinCrackle, madeUpMusic, madeUpClaps}) {
        for (uint64_t number = 0; number < 6; ++number) {
            const Samples sound = made(maker, number, kMadeCount);
            ASSERT_EQ(sound.size(), kMadeCount);
            EXPECT_NEAR(activeLevel(sound, kMadeRate), 1, 0.02);
        }
        EXPECT_EQ(made(maker, 3, kMadeCount), made(maker, 3, kMadeCount));
        EXPECT_NE(made(maker, 3, kMadeCount), made(maker, 4, kMadeCount));
        for (const size_t count : {0, 1, 300}) {
            const Samples sound = made(maker, 1, count);
            ASSERT_EQ(sound.size(), count);
            for (const float sample : sound)
                EXPECT_TRUE(std::isfinite(sample));
        }
    }
}
