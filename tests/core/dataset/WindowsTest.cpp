// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Dataset.h"
#include "core/dataset/LabelTimeline.h"
#include "core/features/SeedFeatures.h"
#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

using namespace ovation;
using namespace ovation::test;

namespace {

constexpr double kHop = seed::kHopS;

std::vector<Window> windowsOf(const LabelledRecording& made, double hopS = 2.32) {
    return labelledWindows(made, 7, hopS);
}

} // namespace

TEST(LabelledRecording, TheLabelOfAMoment) {
    const auto made =
        recording(10, {label(2, 4), label(3, 5, LabelClass::Unsure), label(6, 7, LabelClass::NotApplause)});
    EXPECT_EQ(made.at(1), LabelClass::NotApplause) << "fully labelled: the rest is not applause";
    EXPECT_EQ(made.at(2), LabelClass::Applause);
    EXPECT_EQ(made.at(3.5), LabelClass::Unsure) << "doubt wins";
    EXPECT_EQ(made.at(5), LabelClass::NotApplause) << "the end is not part of a label";
    auto partly = made;
    partly.fullyLabelled = false;
    EXPECT_FALSE(partly.at(1));
    EXPECT_EQ(partly.at(6.5), LabelClass::NotApplause);
    EXPECT_EQ(clip("x", LabelClass::Applause).at(1), LabelClass::Applause);
}

TEST(LabelTimeline, StretchesCoverTheRecordingWithoutOverlap) {
    const LabelTimeline timeline(
        recording(10, {label(-5, 1), label(3, 6), label(4, 5, LabelClass::Unsure), label(9, 99), label(8, 7)}));
    double position = 0;
    std::vector<LabelClass> classes;
    for (const auto& stretch : timeline.stretches()) {
        EXPECT_EQ(stretch.span.start, position);
        position = stretch.span.end;
        classes.push_back(stretch.labelClass.value());
    }
    EXPECT_EQ(position, 10);
    EXPECT_EQ(classes,
              (std::vector{LabelClass::Applause, LabelClass::NotApplause, LabelClass::Applause, LabelClass::Unsure,
                           LabelClass::Applause, LabelClass::NotApplause, LabelClass::Applause}));
    EXPECT_NEAR(timeline.seconds(LabelClass::Applause, 0.5, 4.5), 0.5 + 1, 1e-12);
    EXPECT_NEAR(timeline.seconds(LabelClass::Unsure, 0, 10), 1, 1e-12);
    EXPECT_NEAR(timeline.seconds(LabelClass::NotApplause, 0, 10), 2 + 3, 1e-12);
}

TEST(LabelTimeline, PartsOfASpanThatAreOfAClass) {
    const LabelTimeline timeline(recording(10, {label(2, 4), label(6, 7, LabelClass::Unsure)}));
    EXPECT_EQ(timeline.parts(LabelClass::NotApplause, {1, 20}), (std::vector<TimeSpan>{{1, 2}, {4, 6}, {7, 10}}));
    EXPECT_EQ(timeline.parts(LabelClass::Applause, {-1, 3}), (std::vector<TimeSpan>{{2, 3}}));
    EXPECT_EQ(timeline.parts(LabelClass::NotApplause, {2, 4}), std::vector<TimeSpan>{});
    EXPECT_EQ(timeline.parts(LabelClass::NotApplause, {5, 5}), std::vector<TimeSpan>{});
    EXPECT_EQ(timeline.parts(LabelClass::NotApplause, {11, 12}), std::vector<TimeSpan>{});
}

TEST(EqualPieces, CoverTheirSpan) {
    EXPECT_EQ(equalPieces({0.1, 0.3}, 10), (std::vector<TimeSpan>{{0.1, 0.3}}));
    EXPECT_EQ(equalPieces({1, 11}, 10), (std::vector<TimeSpan>{{1, 11}}));
    EXPECT_EQ(equalPieces({1, 13}, 10), (std::vector<TimeSpan>{{1, 7}, {7, 13}}));
    EXPECT_EQ(equalPieces({3, 3}, 10), std::vector<TimeSpan>{});
}

TEST(LabelledWindows, AShortClipIsOneWindow) {
    const auto windows = windowsOf(clip("a", LabelClass::Applause, 2));
    ASSERT_EQ(windows.size(), 1U);
    EXPECT_EQ(windows[0].recording, 7);
    EXPECT_EQ(windows[0].firstFrame, 0);
    EXPECT_EQ(windows[0].frames, 1 + 44100 / 512);
    EXPECT_TRUE(windows[0].applause);
}

TEST(LabelledWindows, ALongClipIsSteppedAndTheLastWindowEndsWithIt) {
    const auto windows = windowsOf(clip("a", LabelClass::NotApplause, 10));
    const int64_t frames = 1 + 220500 / 512; // 431
    ASSERT_EQ(windows.size(), 4U);
    EXPECT_EQ(windows[1].firstFrame, 100);
    EXPECT_EQ(windows[2].firstFrame, 200);
    EXPECT_EQ(windows[3].firstFrame, frames - 200);
    for (const Window& window : windows) {
        EXPECT_EQ(window.frames, 200);
        EXPECT_FALSE(window.applause);
    }
}

TEST(LabelledWindows, AtLeastHalfIsPositiveNoneIsNegativeBetweenIsLeftOut) {
    const double window = 200 * kHop;
    const auto classOfFirst = [&](double applauseS) -> std::optional<bool> {
        const auto windows = windowsOf(recording(60, {label(0, applauseS)}), 1000);
        if (windows.empty() || windows.front().firstFrame != 0) return std::nullopt;
        return windows.front().applause;
    };
    EXPECT_EQ(classOfFirst(window * 0.51), true);
    EXPECT_EQ(classOfFirst(window * 0.5), true);
    EXPECT_EQ(classOfFirst(window * 0.49), std::nullopt);
    EXPECT_EQ(classOfFirst(0.01), std::nullopt);
    EXPECT_EQ(classOfFirst(0), false);
}

TEST(LabelledWindows, UnsureAndUnknownTimeIsLeftOut) {
    EXPECT_TRUE(windowsOf(recording(4, {label(1, 1.5, LabelClass::Unsure)})).empty());
    EXPECT_TRUE(windowsOf(recording(4, {}, false)).empty());
    EXPECT_TRUE(windowsOf(recording(4, {label(0, 3.9, LabelClass::NotApplause)}, false)).empty());
    EXPECT_EQ(windowsOf(recording(4, {label(0, 4, LabelClass::NotApplause)}, false)).size(), 1U);
    // Half a window of applause is enough, whatever the rest is.
    EXPECT_TRUE(windowsOf(recording(4, {label(0, 2.5)}, false)).at(0).applause);
    EXPECT_TRUE(windowsOf(clip("a", LabelClass::Unsure)).empty());
}

TEST(LabelledWindows, NothingComesFromNothing) {
    EXPECT_TRUE(windowsOf(recording(0, {})).empty());
}

TEST(LabelledWindows, AClipALittleLongerThanAWindowCountsOnce) {
    EXPECT_EQ(windowsOf(clip("a", LabelClass::Applause, 5)).size(), 1U);
    EXPECT_EQ(windowsOf(clip("a", LabelClass::Applause, 5.3)).size(), 2U) << "a quarter of a step is new";
}
