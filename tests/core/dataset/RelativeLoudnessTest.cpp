// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/RelativeLoudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

using namespace ovation;

namespace {

constexpr int kToneRate = 8000;
constexpr size_t kToneHop = 80; // 10 ms

/// Stretches of a tone: seconds and level of each.
std::vector<float> tones(const std::vector<std::pair<double, double>>& stretches) {
    std::vector<float> sound;
    for (const auto& [seconds, level] : stretches)
        for (int i = 0; i < static_cast<int>(seconds * kToneRate); ++i)
            sound.push_back(static_cast<float>(level * std::sin(0.7 * i)));
    return sound;
}

float at(const std::vector<float>& loudness, double seconds) {
    return loudness.at(static_cast<size_t>(seconds * kToneRate / kToneHop));
}

} // namespace

TEST(RelativeLoudness, IsRelativeToWhatIsUsualAndAtMostOne) {
    for (const double level : {1e-3, 1.0, 30.0}) {
        const auto loudness =
            relativeLoudness(tones({{1, 3 * level}, {5, level}, {2, 0.2 * level}}), kToneRate, kToneHop);
        ASSERT_EQ(loudness.size(), 800U);
        EXPECT_EQ(at(loudness, 0.5), 1); // a cheer at the start makes the rest no quieter
        EXPECT_NEAR(at(loudness, 3), 1, 0.01);
        EXPECT_NEAR(at(loudness, 7), 0.2, 0.01);
        EXPECT_NEAR(at(loudness, 7.9), 0.2, 0.01);
    }
}

TEST(RelativeLoudness, LullsCountWhereTheyAreLongAndQuietEndsAlways) {
    const auto loudness =
        relativeLoudness(tones({{0.6, 0}, {2, 1}, {0.9, 0}, {2, 1}, {2, 0.1}, {2, 1}, {0.4, 0}}), kToneRate, kToneHop);
    EXPECT_LT(at(loudness, 0.1), 0.01);
    EXPECT_LT(at(loudness, 0.4), 0.01);
    EXPECT_GT(at(loudness, 0.65), 0.6);
    EXPECT_GT(at(loudness, 3), 0.7); // 0.9 s between claps
    EXPECT_NEAR(at(loudness, 6.5), 0.1, 0.01);
    EXPECT_NEAR(at(loudness, 8), 1, 0.01);
    EXPECT_LT(at(loudness, 9.85), 0.01);
}

TEST(RelativeLoudness, EdgesAreWhereTheSoundBeginsAndEnds) {
    const auto loudness = relativeLoudness(tones({{1, 0}, {3, 1}, {2, 0}, {2, 1}, {1, 0}}), kToneRate, kToneHop);
    for (const double edge : {1.0, 4.0, 6.0, 8.0}) {
        const double out = edge == 1.0 || edge == 6.0 ? -0.06 : 0.06;
        EXPECT_LT(at(loudness, edge + out), 0.1) << edge;
        EXPECT_GT(at(loudness, edge - out), 0.9) << edge;
    }
}

TEST(RelativeLoudness, TheUsualIsThatOfWhatIsNotAlmostSilent) {
    const auto loudness = relativeLoudness(tones({{2, 1}, {4, 0.08}}), kToneRate, kToneHop);
    EXPECT_NEAR(at(loudness, 1), 1, 0.01);
    EXPECT_NEAR(at(loudness, 4), 0.08, 0.01);
}

TEST(RelativeLoudness, SilenceAndScrapsAreNoTrouble) {
    EXPECT_EQ(relativeLoudness({}, kToneRate, kToneHop), std::vector<float>{0});
    EXPECT_EQ(relativeLoudness(std::vector<float>(200), kToneRate, kToneHop), std::vector<float>(3));
    EXPECT_EQ(relativeLoudness(std::vector<float>{0.5F}, kToneRate, kToneHop), std::vector<float>{1});
    EXPECT_EQ(relativeLoudness(std::vector<float>(10, 0.5F), kToneRate, 0), std::vector<float>{0});
}
