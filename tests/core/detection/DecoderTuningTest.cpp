// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/DecoderTuning.h"

#include <gtest/gtest.h>

#include <random>

using namespace ovation;

namespace {

/// Applause from 10 to 20 s, where the curve is about `inside`, elsewhere about `outside`.
ScoredRecording recording(double inside, double outside, double jitter, unsigned seed) {
    std::mt19937 random(seed);
    ScoredRecording made;
    made.durationS = 40;
    made.curve = {0.04, 0.08, 40, {}};
    for (double t = 0.04; t < 40; t += 0.08) {
        const double noise = (static_cast<double>(random() % 1001) / 500 - 1) * jitter;
        made.curve.values.push_back(
            static_cast<float>(std::clamp((t >= 10 && t < 20 ? inside : outside) + noise, 0.0, 1.0)));
    }
    Label label;
    label.span = {10, 20};
    label.labelClass = LabelClass::Applause;
    made.reference = {label};
    return made;
}

} // namespace

TEST(DecoderTuning, FindsTheThresholdThatPartsTheClasses) {
    const std::vector<ScoredRecording> quiet{recording(0.35, 0.05, 0.1, 1), recording(0.35, 0.05, 0.1, 2)};
    EXPECT_EQ(decoderScore(quiet, {}), 0);
    const DecoderOptions tuned = tuneDecoder(quiet);
    EXPECT_LT(tuned.threshold, 0.35);
    EXPECT_GT(tuned.threshold, 0.1);
    EXPECT_GT(decoderScore(quiet, tuned), 0.95);
    EXPECT_LE(tuned.hysteresis, tuned.threshold / 2);
}

TEST(DecoderTuning, SmoothsWhereTheCurveIsRestless) {
    const std::vector<ScoredRecording> restless{recording(0.6, 0.35, 0.5, 3), recording(0.6, 0.35, 0.5, 4)};
    const DecoderOptions tuned = tuneDecoder(restless);
    EXPECT_GT(decoderScore(restless, tuned), decoderScore(restless, {}) + 0.1);
    EXPECT_TRUE(tuned.medianS > 0 || tuned.mergeGapS > 0.5 || tuned.minimumDurationS > 0.5 || tuned.evidence > 0);
    EXPECT_EQ(tuneDecoder(restless), tuned);
}

/// A second of applause with edges of 0.2 s, in the middle of which the threshold 0.5 lies a little outside.
ScoredRecording gentle() {
    ScoredRecording made = recording(1, 0, 0, 1);
    made.reference[0].span = {10, 11};
    for (size_t i = 0; i < made.curve.values.size(); ++i) {
        const double t = made.curve.startS + static_cast<double>(i) * made.curve.stepS;
        made.curve.values[i] = static_cast<float>(std::clamp(std::min(t - 9.85, 11.15 - t) / 0.2, 0.0, 1.0));
    }
    return made;
}

TEST(DecoderTuning, LeavesTheStartForASmallGain) {
    DecoderOptions start, higher;
    higher.threshold = 0.7;
    const double gain = decoderScore({gentle()}, higher) - decoderScore({gentle()}, start);
    ASSERT_GT(gain, 0.005);
    ASSERT_LT(gain, 0.015);
    EXPECT_EQ(tuneDecoder({gentle()}, start), start);
}

// Its edges take 0.4 s and are labelled at 0.6: 0.5 is worth leaving 0.2 for, and 0.6 is a little better still.
TEST(DecoderTuning, TakesTheBestOfSeveralWorthwhileValues) {
    ScoredRecording slow = gentle();
    for (size_t i = 0; i < slow.curve.values.size(); ++i) {
        const double t = slow.curve.startS + static_cast<double>(i) * slow.curve.stepS;
        slow.curve.values[i] = static_cast<float>(std::clamp(0.6 + std::min(t - 10, 11 - t) / 0.4, 0.0, 1.0));
    }
    DecoderOptions start;
    start.threshold = 0.2;
    start.hysteresis = 0;
    EXPECT_EQ(tuneDecoder({slow}, start).threshold, 0.6);
}

/// Applauses of 4 s, 10 s apart, each found from `late[i]` s after its start to `longer[i]` s after its end.
ScoredRecording shiftedBy(const std::vector<double>& late, const std::vector<double>& longer) {
    ScoredRecording made = recording(0, 0, 0, 1);
    made.durationS = made.curve.durationS = 10 * static_cast<double>(late.size());
    made.curve.values.assign(static_cast<size_t>(made.durationS / made.curve.stepS), 0.0F);
    made.reference.resize(late.size(), Label(made.reference[0]));
    for (size_t k = 0; k < late.size(); ++k) {
        const double start = 10 * static_cast<double>(k) + 3;
        made.reference[k].span = {start, start + 4};
        for (size_t i = 0; i < made.curve.values.size(); ++i) { // 0.5 where the edge is
            const double t = made.curve.startS + static_cast<double>(i) * made.curve.stepS;
            const double inside = std::min(t - (start + late[k]), start + 4 + longer[k] - t);
            if (inside > -1) made.curve.values[i] = static_cast<float>(std::clamp(0.5 + 4 * inside, 0.0, 1.0));
        }
    }
    return made;
}

TEST(DecoderTuning, EdgesAreShiftedByTheMedianOfWhatTheyAreFoundLate) {
    const ScoredRecording found = shiftedBy({0.1, 0.1, 0.1, 0.12, 0.2, 0.3, 0.9}, {-0.2, -0.2, -0.2, -0.15, 0, 0, 0.1});
    DecoderOptions options;
    options.hysteresis = 0;
    const DecoderOptions shifted = shiftEdges({found}, options);
    EXPECT_NEAR(shifted.startShiftS, -0.12, 1e-3);
    EXPECT_EQ(shifted.endShiftS, 0); // late, early and neither: not clear
    // What is shifted already needs no more.
    EXPECT_NEAR(shiftEdges({found}, shifted).startShiftS, shifted.startShiftS, 1e-9);
    EXPECT_GT(decoderScore({found}, shifted), decoderScore({found}, options));
}

TEST(DecoderTuning, ShiftsEdgesWhereNothingElseIsWorthwhile) {
    const std::vector<double> late(8, 0.1), right(8, 0);
    DecoderOptions start;
    start.hysteresis = 0;
    const DecoderOptions tuned = tuneDecoder({shiftedBy(late, right)}, start);
    EXPECT_NEAR(tuned.startShiftS, -0.1, 1e-3);
    start.startShiftS = tuned.startShiftS;
    EXPECT_EQ(tuned, start);
}

// Ends of long applause are found late; shifted as they want, what is found of short applause would be too short.
TEST(DecoderTuning, ShiftsNothingWhereThatCostsSegments) {
    std::vector<double> late(12, 0.7);
    late.resize(14, 0);
    ScoredRecording found = shiftedBy(std::vector<double>(14, 0), late);
    for (size_t k = 12; k < 14; ++k) {
        const double start = found.reference[k].span.start;
        found.reference[k].span.end = start + 1;
        for (size_t i = 0; i < found.curve.values.size(); ++i) {
            const double t = found.curve.startS + static_cast<double>(i) * found.curve.stepS;
            if (t > start + 0.5 && t < start + 6)
                found.curve.values[i] = static_cast<float>(std::clamp(0.5 + 4 * (start + 1 - t), 0.0, 1.0));
        }
    }
    DecoderOptions options;
    options.hysteresis = 0;
    ASSERT_LT(shiftEdges({found}, options).endShiftS, -0.5);
    EXPECT_EQ(tuneDecoder({found}, options).endShiftS, 0);
}

// Short applause that begins at 0.7, where a higher threshold is late, and behind the end of which the log odds take
// half a second to fall to 0.
TEST(DecoderTuning, PutsSuddenEndsWhereTheyFallWhereThatIsWorthwhile) {
    const std::vector<double> right(8, 0);
    ScoredRecording made = shiftedBy(right, right);
    made.curve.stepS = made.curve.startS = 0.02;
    made.curve.values.assign(static_cast<size_t>(made.durationS / made.curve.stepS), 0.01F);
    for (Label& label : made.reference) {
        label.span.end = label.span.start + 0.7;
        for (size_t i = 0; i < made.curve.values.size(); ++i) {
            const double t = made.curve.startS + static_cast<double>(i) * made.curve.stepS;
            if (t < label.span.start || t > label.span.end + 0.5) continue;
            const double logOdds = t < label.span.end ? 5 : 5 - 10 * (t - label.span.end);
            made.curve.values[i] =
                t < label.span.start + 0.25 ? 0.7F : static_cast<float>(1 / (1 + std::exp(-logOdds)));
        }
    }
    DecoderOptions start;
    start.hysteresis = start.mergeGapS = 0;
    const DecoderOptions tuned = tuneDecoder({made}, start);
    EXPECT_GT(tuned.edgeConfidence, 0);
    EXPECT_GT(decoderScore({made}, tuned), decoderScore({made}, start) + 0.1);
}

TEST(DecoderTuning, AFewEdgesAreNoReasonToShiftAndNoShiftIsLong) {
    DecoderOptions options;
    options.hysteresis = 0;
    const std::vector<double> five(5, 0.3), none(5, 0), six(6, 0.3), long6(6, 1.5);
    EXPECT_EQ(shiftEdges({shiftedBy(five, none)}, options), options);
    EXPECT_NEAR(shiftEdges({shiftedBy(six, six)}, options).startShiftS, -0.3, 1e-3);
    EXPECT_NEAR(shiftEdges({shiftedBy(six, six)}, options).endShiftS, -0.3, 1e-3);
    const DecoderOptions longest = shiftEdges({shiftedBy(long6, long6)}, options);
    EXPECT_EQ(longest.startShiftS, -1);
    EXPECT_EQ(shiftEdges({shiftedBy(long6, long6)}, longest).startShiftS, -1) << "in all";
    EXPECT_EQ(shiftEdges({shiftedBy(std::vector<double>(9, 0.003), std::vector<double>(9, 0))}, options), options);
}

TEST(DecoderTuning, EdgesAtARecordingsEndsAndBesideUnsureTimeDoNotCount) {
    DecoderOptions options;
    options.hysteresis = 0;
    const std::vector<double> six(6, 0.3);
    ScoredRecording found = shiftedBy(six, six);
    Label unsure;
    unsure.labelClass = LabelClass::Unsure;
    unsure.span = {57.5, 58}; // half a second after the last end
    found.reference.push_back(unsure);
    EXPECT_EQ(shiftEdges({found}, options).endShiftS, 0);
    EXPECT_LT(shiftEdges({found}, options).startShiftS, 0);
    found = shiftedBy(six, six);
    found.reference[0].span.start = 0;
    EXPECT_EQ(shiftEdges({found}, options).startShiftS, 0);
    EXPECT_LT(shiftEdges({found}, options).endShiftS, 0);
}

TEST(DecoderTuning, LeavesTheStartWhereThereIsNothingToFind) {
    DecoderOptions start;
    start.threshold = 0.77;
    EXPECT_EQ(tuneDecoder({}, start), start);
    ScoredRecording nothing = recording(0.9, 0.1, 0, 1);
    nothing.reference.clear();
    EXPECT_EQ(tuneDecoder({nothing}, start), start);
}

TEST(DecoderTuning, UnknownTimeIsApartFromLabels) {
    const std::vector<LabelTimeline::Stretch> stretches{{{0, 1}, LabelClass::NotApplause},
                                                        {{1, 2}, LabelClass::Applause},
                                                        {{2, 3}, std::nullopt},
                                                        {{3, 4}, LabelClass::Unsure},
                                                        {{4, 5}, std::nullopt}};
    const std::vector<Label> labels = referenceOf(stretches);
    ASSERT_EQ(labels.size(), 2U);
    EXPECT_EQ(labels[0].labelClass, LabelClass::Applause);
    EXPECT_EQ(labels[0].span, (TimeSpan{1, 2}));
    EXPECT_EQ(labels[1].labelClass, LabelClass::Unsure);
    EXPECT_EQ(labels[1].span, (TimeSpan{3, 4}));
    EXPECT_EQ(unknownOf(stretches), (std::vector<TimeSpan>{{2, 3}, {4, 5}}));
}

// What is found of the labelled second begins and ends a little outside it.
TEST(DecoderTuning, APartlyLabelledRecordingIsWorthWhatIsFoundOfItsLabels) {
    ScoredRecording partly = gentle();
    partly.unknown = {{0, 10}, {11, 40}};
    EXPECT_NEAR(decoderScore({partly}, {}), 1, 1e-12);
    const DecoderOptions never{.threshold = 0.99, .hysteresis = 0, .minimumDurationS = 5};
    EXPECT_EQ(decoderScore({partly}, never), 0);
}

TEST(DecoderTuning, EdgesOfLabelsBesideUnknownTimeAreShifted) {
    const std::vector<double> six(6, 0.3);
    ScoredRecording found = shiftedBy(six, six);
    double end = 0;
    for (const Label& label : found.reference) {
        found.unknown.push_back({end, label.span.start});
        end = label.span.end;
    }
    found.unknown.push_back({end, found.durationS});
    DecoderOptions options;
    options.hysteresis = 0;
    EXPECT_NEAR(shiftEdges({found}, options).startShiftS, -0.3, 1e-3);
    EXPECT_NEAR(shiftEdges({found}, options).endShiftS, -0.3, 1e-3);
}
