// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimeAxis.h"
#include "ui/timeline/Ticks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ovation::ui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(TimeAxisTest, MapsThereAndBack) {
    TimeAxis axis(441000, 44100, 1000);
    axis.setVisible({2, 4.5});
    for (const double x : {0.0, 1.0, 333.25, 999.0})
        EXPECT_NEAR(axis.toX(axis.toSeconds(x)), x, 1e-6);
    EXPECT_EQ(axis.toFrame(axis.frameToX(123456)), 123456);
    EXPECT_DOUBLE_EQ(axis.toX(2), 0);
    EXPECT_DOUBLE_EQ(axis.toX(4.5), 1000);
}

TEST(TimeAxisTest, ZoomKeepsTheAnchorUnderThePointer) {
    TimeAxis axis(441000, 44100, 1000);
    const double x = axis.toX(7.3);
    for (int i = 0; i < 12; ++i)
        axis.zoomBy(1.6, 7.3);
    EXPECT_NEAR(axis.toX(7.3), x, 1e-6);
    axis.zoomBy(0.2, 7.3);
    EXPECT_NEAR(axis.toX(7.3), x, 1e-6);
}

TEST(TimeAxisTest, ZoomStopsAtSixteenPixelsPerSampleAndAtTheWholeRecording) {
    TimeAxis axis(44100 * 60, 44100, 800);
    axis.zoomBy(1e12, 30);
    EXPECT_NEAR(axis.framesPerPixel(), 1.0 / 16, 1e-9);
    axis.zoomBy(1e-12, 30);
    EXPECT_EQ(axis.visible(), (TimeSpan{0, 60}));
}

TEST(TimeAxisTest, ScrollingStopsAtTheEnds) {
    TimeAxis axis(44100 * 10, 44100, 800);
    axis.setVisible({4, 5});
    axis.scrollBy(100);
    EXPECT_DOUBLE_EQ(axis.visible().end, 10);
    axis.scrollBy(-100);
    EXPECT_DOUBLE_EQ(axis.visible().start, 0);
    EXPECT_NEAR(axis.visible().length(), 1, 1e-12);
}

TEST(TimeAxisTest, AViewThatIsShownAgainIsTheSameToTheLastBit) {
    TimeAxis axis(441000, 44100, 977);
    for (int i = 1; i < 90; ++i) {
        axis.setVisible({0.1 * i, 0.1 * i + 0.7 / i + 0.05});
        const TimeSpan shown = axis.visible();
        axis.showAll();
        axis.setVisible(shown);
        EXPECT_EQ(axis.visible(), shown) << i;
    }
}

TEST(TimeAxisTest, AbsurdValuesLeaveItUsable) {
    for (TimeAxis axis : {TimeAxis(), TimeAxis(0, 44100, 500), TimeAxis(44100, 0, 500), TimeAxis(-5, -5, kNan),
                          TimeAxis(44100, 44100, 0)}) {
        axis.zoomBy(2, 0.5);
        axis.setVisible({kNan, 3});
        axis.scrollBy(kNan);
        EXPECT_TRUE(axis.empty());
        EXPECT_EQ(axis.toFrame(100), 0);
        EXPECT_EQ(axis.toX(1), 0);
        EXPECT_TRUE(timeTicks(axis, 80).ticks.empty());
    }
    TimeAxis axis(44100, 44100, 500);
    axis.zoomBy(kNan, 0.5);
    axis.zoomBy(-1, 0.5);
    axis.zoomBy(2, kNan);
    axis.setVisible({-std::numeric_limits<double>::infinity(), 1});
    EXPECT_EQ(axis.visible(), (TimeSpan{0, 1}));
    axis.setVisible({0.8, 0.2});
    EXPECT_NEAR(axis.visible().start, 0.2, 1e-12);
    EXPECT_EQ(axis.toX(kNan), 0);
}

TEST(TicksTest, StepsAreRoundAndFarEnoughApart) {
    TimeAxis axis(44100LL * 3600 * 5, 44100, 1000);
    for (int i = 0; i < 40; ++i, axis.zoomBy(1.7, 7777)) {
        const TimeTicks ticks = timeTicks(axis, 80);
        ASSERT_FALSE(ticks.ticks.empty());
        EXPECT_LT(ticks.ticks.size(), 200U);
        EXPECT_GE(ticks.stepS / axis.secondsPerPixel(), 79.999);
        for (const TimeTick& tick : ticks.ticks) {
            EXPECT_GE(tick.seconds, axis.visible().start - ticks.stepS);
            EXPECT_LE(tick.seconds, axis.visible().end + ticks.stepS);
        }
    }
}

TEST(TicksTest, OneMinuteOnAThousandPixelsHasATickEveryFiveSeconds) {
    const TimeTicks ticks = timeTicks(TimeAxis(44100 * 60, 44100, 1000), 80);
    EXPECT_DOUBLE_EQ(ticks.stepS, 5);
    EXPECT_EQ(ticks.decimals, 0);
    EXPECT_TRUE(ticks.ticks.front().major);
}

TEST(TicksTest, TimesAreWrittenAsPeopleReadThem) {
    EXPECT_EQ(formatTime(59.5, 1, true), QStringLiteral("0:00:59.5"));
    EXPECT_EQ(formatTime(12.48), "0:12.480");
    EXPECT_EQ(formatTime(3723, 0), "1:02:03");
    EXPECT_EQ(formatTime(59.9996), "1:00.000");
    EXPECT_EQ(formatTime(-1.5, 1), "-0:01.5");
    EXPECT_EQ(formatTime(kNan), "-");
    EXPECT_EQ(formatLength(0.48), "480 ms");
    EXPECT_EQ(formatLength(2.54), "2.54 s");
}

} // namespace
} // namespace ovation::ui
