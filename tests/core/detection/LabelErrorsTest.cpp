// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/LabelErrors.h"

#include <gtest/gtest.h>

using namespace ovation;

namespace {

constexpr int kHundred = 100; ///< Hz

Speech speechOf(bool fullyLabelled) {
    Speech speech;
    speech.frames = 10'000;
    speech.sampleRate = kHundred;
    speech.fullyLabelled = fullyLabelled;
    return speech;
}

Segment labelled(int64_t begin, int64_t end, LabelClass labelClass) {
    Segment segment;
    segment.range = {begin, end};
    segment.labelClass = labelClass;
    return segment;
}

DetectedSegment found(int64_t begin, int64_t end) {
    return {{begin, end}, 0.9, 0.9, Verdict::Open};
}

using Ranges = std::vector<SampleRange>;

} // namespace

TEST(LabelErrors, AreWhatIsDetectedOutsideAndNotDetectedInsideOfLabelledApplause) {
    const auto errors = labelErrors(
        {found(500, 1200), found(3000, 3500)},
        {labelled(1000, 2000, LabelClass::Applause), labelled(6000, 6500, LabelClass::Applause)}, speechOf(true));
    EXPECT_EQ(errors.falseAlarms, (Ranges{{500, 1000}, {3000, 3500}}));
    EXPECT_EQ(errors.misses, (Ranges{{1200, 2000}, {6000, 6500}}));
}

TEST(LabelErrors, UnsureTimeAndWhatIsShorterThanAQuarterOfASecondAreNone) {
    const auto errors =
        labelErrors({found(980, 2060), found(5000, 5400)},
                    {labelled(1000, 2000, LabelClass::Applause), labelled(2000, 2100, LabelClass::Unsure),
                     labelled(5000, 5400, LabelClass::Unsure), labelled(7000, 7020, LabelClass::Applause)},
                    speechOf(true));
    EXPECT_EQ(errors, LabelErrors());
}

TEST(LabelErrors, AnEdgeIsOneFromHalfASecondOnAndAGapFromAQuarter) {
    const std::vector<Segment> labels{labelled(1000, 2000, LabelClass::Applause),
                                      labelled(2030, 3000, LabelClass::Applause),
                                      labelled(5000, 6000, LabelClass::Applause)};
    EXPECT_EQ(labelErrors({found(951, 1951), found(2079, 3049), found(5000, 6000)}, labels, speechOf(true)),
              LabelErrors());
    const auto edges = labelErrors({found(950, 1950), found(5050, 6050)}, labels, speechOf(true));
    EXPECT_EQ(edges.falseAlarms, (Ranges{{950, 1000}, {6000, 6050}}));
    EXPECT_EQ(edges.misses, (Ranges{{1950, 2000}, {2030, 3000}, {5000, 5050}}));
    const auto gaps = labelErrors({found(1000, 3000), found(5000, 5500), found(5530, 6000)}, labels, speechOf(true));
    EXPECT_EQ(gaps.falseAlarms, (Ranges{{2000, 2030}}));
    EXPECT_EQ(gaps.misses, (Ranges{{5500, 5530}}));
    const auto acrossLabels = labelErrors(
        {found(1000, 1455), found(1545, 2000)},
        {labelled(1000, 1500, LabelClass::Applause), labelled(1500, 2000, LabelClass::Applause)}, speechOf(true));
    EXPECT_EQ(acrossLabels.misses, (Ranges{{1455, 1545}}));
}

TEST(LabelErrors, WhereNotAllIsLabelledOnlyWhatWasSaidToBeNoApplauseIsAFalseAlarm) {
    const auto errors = labelErrors({found(500, 1500), found(3000, 3500)},
                                    {labelled(1000, 2000, LabelClass::NotApplause)}, speechOf(false));
    EXPECT_EQ(errors.falseAlarms, (Ranges{{1000, 1500}}));
    EXPECT_TRUE(errors.misses.empty());
}

TEST(DetectionChanges, TellWhatIsNewGoneMovedAndTheSame) {
    const auto changes = detectionChanges({{0, 100}, {200, 300}, {400, 500}}, {{5, 100}, {250, 350}, {700, 800}}, 10);
    ASSERT_EQ(changes.size(), 4U);
    EXPECT_EQ(changes[0].change, Change::Same);
    EXPECT_EQ(changes[1].change, Change::Moved);
    EXPECT_EQ(changes[1].before, (SampleRange{200, 300}));
    EXPECT_EQ(changes[1].after, (SampleRange{250, 350}));
    EXPECT_EQ(changes[2].change, Change::Gone);
    EXPECT_EQ(changes[2].before, (SampleRange{400, 500}));
    EXPECT_EQ(changes[3].change, Change::New);
    EXPECT_EQ(changes[3].after, (SampleRange{700, 800}));
}

TEST(DetectionChanges, ASplitSegmentGoesOnAsItsLargerPart) {
    const auto changes = detectionChanges({{0, 100}}, {{0, 30}, {40, 100}}, 5);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].change, Change::New);
    EXPECT_EQ(changes[0].after, (SampleRange{0, 30}));
    EXPECT_EQ(changes[1].change, Change::Moved);
    EXPECT_EQ(changes[1].after, (SampleRange{40, 100}));
}
