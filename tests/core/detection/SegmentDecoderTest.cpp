// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/SegmentDecoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace ovation {
namespace {

ProbabilityCurve curve(std::vector<float> values, double duration, double step = 1, double start = 0) {
    ProbabilityCurve result;
    result.startS = start;
    result.stepS = step;
    result.durationS = duration;
    result.values = std::move(values);
    return result;
}

DecoderOptions plain(double threshold = 0.5) {
    return {threshold, 0, 0, 0, 0};
}

TEST(ProbabilityCurve, InterpolatesAndHoldsItsEnds) {
    const ProbabilityCurve c = curve({0, 1, 0.5F}, 10, 2, 1);
    EXPECT_FLOAT_EQ(c.at(0), 0);
    EXPECT_FLOAT_EQ(c.at(2), 0.5F);
    EXPECT_FLOAT_EQ(c.at(3), 1);
    EXPECT_FLOAT_EQ(c.at(4), 0.75F);
    EXPECT_FLOAT_EQ(c.at(99), 0.5F);
    EXPECT_FLOAT_EQ(ProbabilityCurve{}.at(1), 0);
    EXPECT_FLOAT_EQ(curve({0.25F}, 10, 0).at(7), 0.25F);
}

TEST(SegmentDecoder, CountsWhatAskingForCertaintyLeavesOut) {
    const ProbabilityCurve hills = curve({0, 0.97F, 0.97F, 0.97F, 0, 0, 0.6F, 0.6F, 0.6F, 0, 0.6F, 0.6F, 0}, 13);
    DecoderOptions options = plain(0.5);
    EXPECT_EQ(leftOutAsUnsure(hills, options), 0);
    options.confirmation = 1.2; // the log odds of 0.77
    ASSERT_EQ(decode(hills, options).size(), 1U);
    EXPECT_EQ(leftOutAsUnsure(hills, options), 2);
    EXPECT_EQ(leftOutAsUnsure({}, options), 0);
}

TEST(SegmentDecoder, CrossingsAreInterpolated) {
    const auto segments = decode(curve({0, 0, 1, 1, 0, 0}, 6), plain(0.25));
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_DOUBLE_EQ(segments[0].span.start, 1.25);
    EXPECT_DOUBLE_EQ(segments[0].span.end, 3.75);
    EXPECT_DOUBLE_EQ(segments[0].mean, 1);
    EXPECT_DOUBLE_EQ(segments[0].peak, 1);
}

TEST(SegmentDecoder, HysteresisCarriesASegmentOverADip) {
    const auto dip = curve({0, 1, 0.45F, 1, 0, 0}, 6);
    EXPECT_EQ(decode(dip, plain()).size(), 2U);
    DecoderOptions options = plain();
    options.hysteresis = 0.1;
    const auto segments = decode(dip, options);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_DOUBLE_EQ(segments[0].span.start, 0.5);
    EXPECT_NEAR(segments[0].span.end, 3.6, 1e-9);
}

TEST(SegmentDecoder, ASegmentEndsHoweverLowTheThresholdIs) {
    DecoderOptions options = plain(0.05);
    options.hysteresis = 0.2;
    const auto segments = decode(curve({0, 1, 0.01F, 0.01F}, 4), options);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_LT(segments[0].span.end, 2.0);
}

TEST(SegmentDecoder, EndValuesReachToTheEndsOfTheRecording) {
    const auto segments = decode(curve({1, 1, 0, 0, 1}, 12, 2, 2), plain());
    ASSERT_EQ(segments.size(), 2U);
    EXPECT_DOUBLE_EQ(segments[0].span.start, 0);
    EXPECT_DOUBLE_EQ(segments[0].span.end, 5);
    EXPECT_DOUBLE_EQ(segments[1].span.start, 9);
    EXPECT_DOUBLE_EQ(segments[1].span.end, 12);
}

TEST(SegmentDecoder, GapsAreMergedBeforeShortSegmentsAreDropped) {
    const auto c = curve({0, 1, 0, 1, 0, 0, 0, 0, 1, 0}, 10); // 0.5-1.5, 2.5-3.5, 7.5-8.5
    DecoderOptions options = plain();
    options.mergeGapS = 1.5;
    options.minimumDurationS = 2;
    const auto segments = decode(c, options);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_DOUBLE_EQ(segments[0].span.start, 0.5);
    EXPECT_DOUBLE_EQ(segments[0].span.end, 3.5);
}

TEST(SegmentDecoder, AGapAsLongAsTheMergeGapStays) {
    DecoderOptions options = plain();
    options.mergeGapS = 1;
    EXPECT_EQ(decode(curve({0, 1, 0, 1, 0}, 5), options).size(), 2U);
    options.mergeGapS = 1.01;
    EXPECT_EQ(decode(curve({0, 1, 0, 1, 0}, 5), options).size(), 1U);
}

TEST(SegmentDecoder, ASegmentAsLongAsTheMinimumStays) {
    DecoderOptions options = plain();
    options.minimumDurationS = 1;
    EXPECT_EQ(decode(curve({0, 1, 0}, 3), options).size(), 1U);
    options.minimumDurationS = 1.01;
    EXPECT_EQ(decode(curve({0, 1, 0}, 3), options).size(), 0U);
}

TEST(SegmentDecoder, TheMedianRemovesASpikeAndKeepsAnEdge) {
    DecoderOptions options = plain();
    options.medianS = 3;
    const auto segments = decode(curve({0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0}, 11), options);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_DOUBLE_EQ(segments[0].span.start, 5.5);
    EXPECT_DOUBLE_EQ(segments[0].span.end, 8.5);
}

TEST(SegmentDecoder, NothingComesOfUnusableCurvesAndOptions) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(decode({}, {}).empty());
    EXPECT_TRUE(decode(curve({1, 1}, 0), {}).empty());
    EXPECT_TRUE(decode(curve({1, 1}, std::numeric_limits<double>::quiet_NaN()), {}).empty());
    EXPECT_TRUE(decode(curve({1, 1}, 5, 0), {}).empty());
    EXPECT_TRUE(decode(curve({1, 1}, 5, -1), {}).empty());
    EXPECT_TRUE(decode(curve({nan, nan, nan}, 5), {}).empty());
    DecoderOptions options;
    options.threshold = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(decode(curve({1, 1}, 5), options).empty());
    EXPECT_EQ(decode(curve({1}, 5, 0), {}).size(), 1U);
}

TEST(SegmentDecoder, SegmentsOfAnyCurveAreInsideInOrderAndApart) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int round = 0; round < 5000; ++round) {
        std::vector<float> values(random() % 60);
        for (float& value : values)
            value = random() % 5 == 0 ? static_cast<float>(random() % 3) / 2 : static_cast<float>(unit(random));
        const double step = 0.01 + unit(random);
        const double covered = step * static_cast<double>(values.size());
        const auto c = curve(values, covered * (0.3 + unit(random)) + 0.001, step, unit(random) * 3 - 1);
        DecoderOptions options{unit(random), unit(random) * 0.5, unit(random) * 2, unit(random) * 2,
                               unit(random) * 5 - 1};
        if (random() % 2 == 0) options.evidence = unit(random) * 4;
        if (random() % 4 == 0) options.confirmation = unit(random) * 3;
        if (random() % 2 == 0) options.edgeConfidence = unit(random) * 4;
        if (random() % 3 == 0) options.startShiftS = unit(random) * 2 - 1;
        if (random() % 3 == 0) options.endShiftS = unit(random) * 2 - 1;
        if (random() % 5 == 0) options.mergeGapS = 0;
        double last = 0;
        bool first = true;
        DecoderOptions whole = options;
        whole.edgeConfidence = 0;
        const std::vector<DecodedSegment> uncut = decode(c, whole), segments = decode(c, options);
        ASSERT_EQ(segments.size(), uncut.size());
        for (size_t i = 0; i < segments.size(); ++i) {
            EXPECT_GE(segments[i].span.start, uncut[i].span.start);
            EXPECT_LE(segments[i].span.end, uncut[i].span.end);
            EXPECT_GE(segments[i].span.length(), uncut[i].span.length() / 2 - 1e-9);
        }
        for (const DecodedSegment& segment : segments) {
            EXPECT_GE(segment.span.start, first ? 0 : last + options.mergeGapS - 1e-6);
            EXPECT_GT(segment.span.end, segment.span.start);
            EXPECT_GE(segment.span.length(), options.minimumDurationS - 1e-6);
            EXPECT_LE(segment.span.end, c.durationS);
            EXPECT_GE(segment.mean, 0);
            EXPECT_LE(segment.mean, segment.peak + 1e-12);
            EXPECT_LE(segment.peak, 1);
            last = segment.span.end;
            first = false;
        }
    }
}

TEST(SegmentDecoder, WithoutSmoothingItAgreesWithTheCurveEverywhere) {
    std::mt19937 random(5);
    std::uniform_real_distribution<float> unit(0, 1);
    for (int round = 0; round < 300; ++round) {
        std::vector<float> values(2 + random() % 40);
        for (float& value : values)
            value = unit(random);
        const auto c = curve(values, 0.5 * static_cast<double>(values.size()), 0.5, 0.25);
        const auto segments = decode(c, plain(0.6));
        for (double t = 0.0005; t < c.durationS; t += 0.013) {
            const bool inside = std::ranges::any_of(
                segments, [t](const DecodedSegment& s) { return t >= s.span.start && t < s.span.end; });
            if (std::abs(c.at(t) - 0.6F) > 1e-4F) {
                EXPECT_EQ(inside, c.at(t) >= 0.6F) << t;
            }
        }
    }
}

} // namespace
} // namespace ovation

namespace ovation {

namespace {

/// 0.05 but for the given points, which are 0.95; a point every 0.1 s.
ProbabilityCurve rectangles(const std::vector<std::pair<size_t, size_t>>& ranges) {
    ProbabilityCurve curve{0.05, 0.1, 10, std::vector<float>(100, 0.05F)};
    for (const auto& [first, last] : ranges)
        std::fill(curve.values.begin() + static_cast<std::ptrdiff_t>(first),
                  curve.values.begin() + static_cast<std::ptrdiff_t>(last), 0.95F);
    return curve;
}

DecoderOptions likely() {
    DecoderOptions options;
    options.evidence = 2; // seconds at a distance of 1: 0.68 s at these probabilities
    options.minimumDurationS = options.mergeGapS = 0;
    return options;
}

} // namespace

TEST(SegmentDecoder, TheLikelySequenceDropsBlipsAndBridgesGaps) {
    const auto segments = decode(rectangles({{5, 10}, {30, 50}, {55, 70}, {90, 100}}), likely());
    ASSERT_EQ(segments.size(), 2U);
    EXPECT_NEAR(segments[0].span.start, 3.0, 1e-6); // half-way between the points at 2.95 and 3.05
    EXPECT_NEAR(segments[0].span.end, 7.0, 1e-6);
    EXPECT_NEAR(segments[1].span.start, 9.0, 1e-6);
    EXPECT_NEAR(segments[1].span.end, 10.0, 1e-6);
}

TEST(SegmentDecoder, EdgesOfTheLikelySequenceAreWhereTheLogOddsCrossTheThresholds) {
    DecoderOptions options = likely();
    const auto probability = [](double logOdds) { return static_cast<float>(1 / (1 + std::exp(-logOdds))); };
    for (const double neutral : {0.0, 1.0}) {
        ProbabilityCurve curve = rectangles({{30, 50}});
        options.threshold = static_cast<double>(probability(neutral));
        curve.values[29] = probability(neutral - 0.5); // at 2.95 s
        curve.values[30] = probability(neutral + 1.5);
        curve.values[49] = probability(neutral + 0.3); // at 4.95 s
        curve.values[50] = probability(neutral - 2.7);
        const auto segments = decode(curve, options);
        ASSERT_EQ(segments.size(), 1U);
        EXPECT_NEAR(segments[0].span.start, 2.975, 1e-6);
        EXPECT_NEAR(segments[0].span.end, 4.96, 1e-6);
    }
}

TEST(SegmentDecoder, EdgesAreShiftedButForTheEndsOfTheRecording) {
    for (DecoderOptions options : {likely(), plain()}) {
        options.startShiftS = 0.25;
        options.endShiftS = -0.125;
        const auto segments = decode(rectangles({{0, 20}, {30, 50}, {80, 100}}), options);
        ASSERT_EQ(segments.size(), 3U);
        EXPECT_EQ(segments[0].span.start, 0);
        EXPECT_NEAR(segments[0].span.end, 1.875, 1e-6);
        EXPECT_NEAR(segments[1].span.start, 3.25, 1e-6);
        EXPECT_NEAR(segments[1].span.end, 4.875, 1e-6);
        EXPECT_NEAR(segments[2].span.start, 8.25, 1e-6);
        EXPECT_EQ(segments[2].span.end, 10);
    }
}

TEST(SegmentDecoder, NothingOutsideTheRecordingIsShiftedIntoIt) {
    ProbabilityCurve curve = rectangles({{99, 100}}); // rises between 9.85 and 9.95 s
    curve.durationS = 9.88;
    DecoderOptions options = plain();
    ASSERT_TRUE(decode(curve, options).empty());
    options.startShiftS = -0.2;
    EXPECT_TRUE(decode(curve, options).empty());
    curve = rectangles({{0, 1}}); // falls before 0
    curve.startS = -0.2;
    options.endShiftS = 0.4;
    EXPECT_TRUE(decode(curve, options).empty());
}

TEST(SegmentDecoder, ShiftedEdgesMergeAndDropSegmentsAndNeverCross) {
    const ProbabilityCurve curve = rectangles({{20, 35}, {40, 60}});
    DecoderOptions options = plain();
    options.startShiftS = -0.3;
    options.endShiftS = 0.3; // the gap was 0.5 s
    const auto one = decode(curve, options);
    ASSERT_EQ(one.size(), 1U);
    EXPECT_NEAR(one[0].span.start, 1.7, 1e-6);
    EXPECT_NEAR(one[0].span.end, 6.3, 1e-6);
    options.startShiftS = 0.8; // of 1.5 and 2 s
    options.endShiftS = -0.8;
    const auto longer = decode(curve, options);
    ASSERT_EQ(longer.size(), 1U);
    EXPECT_NEAR(longer[0].span.start, 4.8, 1e-6);
    options.minimumDurationS = 0.5;
    EXPECT_TRUE(decode(curve, options).empty());
}

TEST(SegmentDecoder, WhatIsNotConfirmedIsDroppedAndEdgesStay) {
    ProbabilityCurve curve = rectangles({{30, 50}});
    std::fill(curve.values.begin() + 70, curve.values.begin() + 90, 0.75F);
    for (DecoderOptions options : {likely(), DecoderOptions{}}) {
        options.threshold = 0.5;
        const auto all = decode(curve, options);
        ASSERT_EQ(all.size(), 2U);
        options.confirmation = 1.2; // the log odds of 0.75 are 1.1, those of 0.95 are 2.9
        const auto sure = decode(curve, options);
        ASSERT_EQ(sure.size(), 1U);
        EXPECT_EQ(sure[0].span.start, all[0].span.start);
        EXPECT_EQ(sure[0].span.end, all[0].span.end);
        options.threshold = 0.3; // it follows the threshold
        EXPECT_EQ(decode(curve, options).size(), 2U);
        options.confirmation = 20; // never more than what can be reached
        options.threshold = 0.9;
        std::fill(curve.values.begin() + 30, curve.values.begin() + 50, 1.0F);
        EXPECT_EQ(decode(curve, options).size(), 1U);
        std::fill(curve.values.begin() + 30, curve.values.begin() + 50, 0.95F);
    }
}

// Applause at the end of a clip: nothing bounds it there, so that its segment takes the uncertain end along.
TEST(SegmentDecoder, UncertainEndsDoNotCountAgainstACertainMiddle) {
    for (DecoderOptions options : {likely(), DecoderOptions{}}) {
        ProbabilityCurve curve = rectangles({{60, 100}});
        std::fill(curve.values.begin() + 60, curve.values.begin() + 70, 0.6F);
        std::fill(curve.values.begin() + 92, curve.values.end(), 0.45F);
        options.threshold = 0.5;
        const auto all = decode(curve, options);
        ASSERT_EQ(all.size(), 1U);
        ASSERT_LT(all[0].mean, 0.77); // by the mean it would be dropped
        options.confirmation = 1.2;   // at 0.77
        ASSERT_EQ(decode(curve, options).size(), 1U);
        EXPECT_EQ(decode(curve, options)[0].span.start, all[0].span.start);
        std::fill(curve.values.begin() + 70, curve.values.begin() + 78, 0.6F); // most of it: no longer
        EXPECT_EQ(decode(curve, options).size(), 0U);
    }
}

namespace {

/// Log odds of 5 from 5 s on, before which they rise evenly from 0 in `swellS`, to 9 s, after which they fall to 0 in
/// `fallS`; -5 elsewhere. A point every 0.01 s.
ProbabilityCurve hill(double swellS, double fallS) {
    ProbabilityCurve curve{0.005, 0.01, 14, std::vector<float>(1400)};
    for (size_t i = 0; i < curve.values.size(); ++i) {
        const double t = curve.startS + static_cast<double>(i) * curve.stepS;
        const double inside = std::min(1 - (5 - t) / swellS, 1 - (t - 9) / fallS);
        curve.values[i] = static_cast<float>(1 / (1 + std::exp(inside > 0 ? -std::min(5 * inside, 5.0) : 5)));
    }
    return curve;
}

TimeSpan found(const ProbabilityCurve& curve, DecoderOptions options) {
    options.edgeConfidence = 2.5; // half of the way up and down
    const std::vector<DecodedSegment> segments = decode(curve, options);
    EXPECT_EQ(segments.size(), 1U);
    return segments.empty() ? TimeSpan{} : segments[0].span;
}

} // namespace

TEST(SegmentDecoder, ASuddenEndIsWhereTheFallBegins) {
    for (const DecoderOptions& options : {likely(), plain()}) {
        EXPECT_NEAR(found(hill(0.1, 0.4), options).end, 9.2, 0.01);
        EXPECT_NEAR(found(hill(0.1, 0.5), options).end, 9.25, 0.01);
        EXPECT_NEAR(found(hill(0.1, 1.2), options).end, 10.2, 0.02);          // fades
        EXPECT_NEAR(found(hill(0.1, 0.75), options).end, 9.75 - 0.125, 0.02); // a little of both
        EXPECT_NEAR(found(hill(0.4, 0.1), options).start, 4.6, 0.01);
    }
}

TEST(SegmentDecoder, AStartThatSwellsForLongIsWhereItIsSure) {
    for (const DecoderOptions& options : {likely(), plain()}) {
        EXPECT_NEAR(found(hill(1.8, 0.1), options).start, 3.2, 0.02);
        EXPECT_NEAR(found(hill(2.5, 0.1), options).start, 2.5 + 1.25 / 2, 0.03); // 1.25 s: half of the way
        ProbabilityCurve longer = hill(0.1, 0.1);
        std::fill(longer.values.begin() + 320, longer.values.begin() + 495, 0.7F);
        EXPECT_NEAR(found(longer, options).start, 4.95, 0.02);
        DecoderOptions sure = options;
        sure.edgeConfidence = 2.5;
        EXPECT_LT(decode(longer, options)[0].mean, 0.95);
        EXPECT_GT(decode(longer, sure)[0].mean, 0.98) << "of what is left of it";
    }
}

TEST(SegmentDecoder, EdgesMoveLittleWhereTheCurveChangesLittle) {
    TimeSpan before = found(hill(0.05, 0.05), plain());
    for (double length = 0.06; length < 2.9; length += 0.01) {
        const TimeSpan now = found(hill(length, length), plain());
        EXPECT_NEAR(now.start, before.start, 0.05) << length;
        EXPECT_NEAR(now.end, before.end, 0.05) << length;
        before = now;
    }
}

TEST(SegmentDecoder, SureEdgesAreShiftedToo) {
    DecoderOptions options = plain();
    options.startShiftS = 0.1;
    options.endShiftS = -0.3;
    const TimeSpan span = found(hill(0.1, 0.4), options);
    EXPECT_NEAR(span.start, 5.0, 0.01);
    EXPECT_NEAR(span.end, 8.9, 0.01);
}

TEST(SegmentDecoder, WhatIsMostlyUnsureAndTheRecordingsOwnEndsKeepTheirEdges) {
    ProbabilityCurve curve = hill(2.9, 0.4);
    for (float& value : curve.values)
        value = std::min(value, 0.85F); // nowhere sure
    EXPECT_NEAR(found(curve, plain()).start, 2.1, 0.02);
    EXPECT_NEAR(found(curve, plain()).end, 9.4, 0.02);

    curve = rectangles({{50, 80}});
    std::fill(curve.values.begin() + 10, curve.values.begin() + 50, 0.7F); // 4 of 7 s
    EXPECT_NEAR(found(curve, plain()).start, 1, 0.1);

    curve = rectangles({});
    std::fill(curve.values.begin(), curve.values.end(), 0.7F);
    std::fill(curve.values.begin() + 20, curve.values.begin() + 98, 0.95F);
    EXPECT_EQ(found(curve, plain()), (TimeSpan{0, 10}));

    DecoderOptions options = plain();
    options.minimumDurationS = 0.9;
    curve = rectangles({{50, 60}}); // a second, of which it is sure for 0.8 s
    std::fill(curve.values.begin() + 58, curve.values.begin() + 60, 0.7F);
    EXPECT_NEAR(found(curve, options).end, 6.0, 0.05);
    options.minimumDurationS = 0.5;
    EXPECT_NEAR(found(curve, options).end, 5.8, 0.05);
}

TEST(SegmentDecoder, UnsureEdgesAreNotCountedAsLeftOut) {
    ProbabilityCurve curve = hill(2.9, 0.1);
    curve.values[350] = 0.3F; // what swells is in two pieces
    DecoderOptions options = likely();
    ASSERT_EQ(decode(curve, options).size(), 1U);
    ASSERT_EQ(decode(curve, plain()).size(), 2U);
    options.edgeConfidence = 3;
    ASSERT_GT(decode(curve, options)[0].span.start, 3.52);
    EXPECT_EQ(leftOutAsUnsure(curve, options), 0);
}

TEST(SegmentDecoder, TheLikelySequenceFollowsTheThresholdAndReachesTheStart) {
    ProbabilityCurve curve = rectangles({});
    std::fill(curve.values.begin(), curve.values.end(), 0.7F);
    DecoderOptions options = likely();
    const auto all = decode(curve, options);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].span.start, 0);
    EXPECT_EQ(all[0].span.end, 10);
    options.threshold = 0.8;
    EXPECT_TRUE(decode(curve, options).empty());
    curve.values[3] = std::nanf("");
    EXPECT_TRUE(decode(curve, options).empty());
}

} // namespace ovation
