// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Mp3Coding.h"

#include "core/base/Error.h"
#include "core/dataset/Random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace ovation::test {
namespace {

/// A tone that comes and goes, with noise, louder than full scale.
std::vector<float> sung(int rate) {
    Random random(1);
    std::vector<float> sound(static_cast<size_t>(3 * rate));
    for (size_t i = 0; i < sound.size(); ++i) {
        const double t = static_cast<double>(i) / rate;
        sound[i] = static_cast<float>(3 * std::sin(2 * std::numbers::pi * 440 * t) * std::fmod(t, 0.5)) +
                   0.05F * random.quickNormal();
    }
    return sound;
}

/// Correlation of two sounds, `lag` samples apart.
double alike(const std::vector<float>& a, const std::vector<float>& b, int lag) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 2000; i + 2000 < a.size(); ++i) {
        const double x = a[i];
        const double y = b[static_cast<size_t>(static_cast<int>(i) + lag)];
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / std::sqrt(aa * bb);
}

} // namespace

TEST(Mp3Coding, SoundStaysInItsPlaceAtEveryRate) {
    for (const int rate : {22050, 44100})
        for (const int kbit : {24, 32, 64, 128}) {
            const std::vector<float> sound = sung(rate);
            const auto coded = throughMp3(sound, rate, kbit);
            ASSERT_TRUE(coded) << describe(coded.error());
            ASSERT_EQ(coded->size(), sound.size());
            EXPECT_NE(*coded, sound);
            const double inPlace = alike(sound, *coded, 0);
            EXPECT_GT(inPlace, 0.99) << rate << " Hz, " << kbit << " kbit/s";
            for (const int lag : {-1105, -20, -5, 5, 20, 1105})
                EXPECT_LT(alike(sound, *coded, lag), inPlace) << rate << " Hz, " << kbit << " kbit/s, " << lag;
        }
}

TEST(Mp3Coding, SilenceAndNothingStay) {
    EXPECT_EQ(*throughMp3(std::vector<float>(5000), 22050, 32), std::vector<float>(5000));
    EXPECT_TRUE(throughMp3({}, 22050, 32)->empty());
}

TEST(Mp3Coding, RatesThatMp3DoesNotKnowAreRefused) {
    const std::vector<float> sound(1000, 0.1F);
    EXPECT_FALSE(throughMp3(sound, 12345, 32));
    EXPECT_FALSE(mp3Available(12345));
    EXPECT_TRUE(mp3Available(22050));
}

TEST(Mp3Coding, ValuesThatAreNoNumbersAreRefused) {
    std::vector<float> sound(5000, 0.1F);
    sound[70] = std::nanf("");
    EXPECT_FALSE(throughMp3(sound, 22050, 32));
    sound[70] = INFINITY;
    EXPECT_FALSE(throughMp3(sound, 22050, 32));
}

} // namespace ovation::test
