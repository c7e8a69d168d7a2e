// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Evaluation.h"

#include "core/detection/EventMatching.h"
#include "core/detection/RecordingCounts.h"
#include "core/training/Metrics.h"
#include "core/training/RankingHistogram.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <limits>
#include <random>

namespace ovation {
namespace {

constexpr auto kApplause = LabelClass::Applause;
constexpr auto kUnsure = LabelClass::Unsure;
constexpr auto kOther = LabelClass::NotApplause;

struct Marked {
    double start, end;
    LabelClass labelClass;
};

ScoredRecording recording(double duration, const std::vector<Marked>& reference, std::vector<TimeSpan> detected) {
    ScoredRecording result;
    result.file = "speech.wav";
    result.durationS = duration;
    for (const Marked& mark : reference) {
        Label label;
        label.span = {mark.start, mark.end};
        label.labelClass = mark.labelClass;
        result.reference.push_back(label);
    }
    result.detected = std::move(detected);
    return result;
}

struct Expected {
    double frame, precision, recall, segment, event02, event05, event10;
};

void expectScores(const Scores& scores, const Expected& expected) {
    EXPECT_NEAR(scores.frameF1.value_or(-1), expected.frame, 1e-12);
    EXPECT_NEAR(scores.framePrecision.value_or(-1), expected.precision, 1e-12);
    EXPECT_NEAR(scores.frameRecall.value_or(-1), expected.recall, 1e-12);
    EXPECT_NEAR(scores.segmentF1.value_or(-1), expected.segment, 1e-12);
    EXPECT_NEAR(scores.eventF1.at("0.2").value_or(-1), expected.event02, 1e-12);
    EXPECT_NEAR(scores.eventF1.at("0.5").value_or(-1), expected.event05, 1e-12);
    EXPECT_NEAR(scores.eventF1.at("1.0").value_or(-1), expected.event10, 1e-12);
}

// The expectations of the next three are the answers of the project's reference scorer, which follows sed_eval.

TEST(Evaluation, AgreesWithTheReferenceScorerOnOneRecording) {
    const auto one = recording(60,
                               {{13.659, 16.14, kApplause},
                                {20.987, 22.898, kApplause},
                                {27.613, 28.952, kUnsure},
                                {31.748, 38.605, kApplause},
                                {51.861, 59.797, kOther}},
                               {{13.161, 16.314}, {21.465, 22.713}, {27.453, 28.546}, {31.824, 38.184}});
    expectScores(evaluate({one}).pooled, {0.9106498194945848, 0.923992673992674, 0.8976868327402135, 0.9655172413793104,
                                          0.3333333333333333, 1.0, 1.0});
}

std::vector<ScoredRecording> twoRecordings() {
    return {recording(12.505,
                      {{0.233, 0.76, kApplause},
                       {1.138, 4.214, kUnsure},
                       {5.06, 6.364, kApplause},
                       {8.59, 10.534, kOther},
                       {11.442, 12.344, kApplause}},
                      {{1.061, 3.703}, {4.873, 6.534}, {11.106, 12.505}}),
            recording(37.285,
                      {{3.082, 3.117, kApplause},
                       {17.509, 18.913, kUnsure},
                       {20.177, 20.699, kApplause},
                       {22.648, 22.718, kOther},
                       {23.89, 24.912, kApplause}},
                      {{2.774, 3.519}, {17.271, 19.531}, {23.7, 24.565}})};
}

TEST(Evaluation, AgreesWithTheReferenceScorerOnPooledCounts) {
    expectScores(evaluate(twoRecordings()).pooled,
                 {0.5872855701311807, 0.5196428571428572, 0.6751740139211136, 0.75, 0.4, 0.8, 0.8});
}

TEST(Evaluation, AgreesWithTheReferenceScorerOnThreeRecordings) {
    const std::vector<ScoredRecording> three = {
        recording(60,
                  {{1.689, 13.33, kUnsure},
                   {21.799, 25.635, kApplause},
                   {25.809, 30.001, kOther},
                   {30.681, 31.14, kApplause},
                   {48.606, 49.354, kApplause}},
                  {{1.577, 13.711}, {21.402, 25.705}, {30.359, 31.414}, {48.143, 49.041}}),
        recording(60,
                  {{14.395, 20.38, kUnsure},
                   {22.098, 27.338, kApplause},
                   {30.841, 36.124, kOther},
                   {41.817, 43.553, kApplause},
                   {51.332, 59.312, kApplause}},
                  {{14.36, 20.448}, {21.78, 27.711}, {41.537, 43.703}, {51.78, 59.894}}),
        recording(60,
                  {{6.964, 9.288, kUnsure},
                   {10.772, 14.853, kApplause},
                   {21.657, 30.084, kOther},
                   {32.794, 47.697, kApplause},
                   {52.918, 55.65, kApplause}},
                  {{7.133, 8.979}, {10.39, 15.251}, {32.796, 47.683}, {52.772, 55.908}})};
    expectScores(evaluate(three).pooled, {0.9338201734367868, 0.8909209666884389, 0.9810596979141692,
                                          0.9811320754716981, 0.2222222222222222, 1.0, 1.0});
}

TEST(Evaluation, FrameEdgesRoundHalvesToEven) {
    // 0.125 s is frame 12.5 -> 12; 0.375 s is 37.5 -> 38.
    const Scores scores = evaluate({recording(1, {{0.125, 0.375, kApplause}}, {{0.12, 0.38}})}).pooled;
    EXPECT_EQ(scores.confusion.tp, 26);
    EXPECT_EQ(scores.confusion.fp, 0);
    EXPECT_EQ(scores.confusion.fn, 0);
    EXPECT_EQ(scores.confusion.tn, 74);
}

TEST(Evaluation, WithoutApplauseAndDetectionsMetricsAreUndefined) {
    const Scores scores = evaluate({recording(10, {}, {})}).pooled;
    EXPECT_FALSE(scores.frameF1);
    EXPECT_FALSE(scores.framePrecision);
    EXPECT_FALSE(scores.frameRecall);
    EXPECT_FALSE(scores.segmentF1);
    EXPECT_FALSE(scores.eventF1.at("0.5"));
    EXPECT_FALSE(scores.averagePrecision);
    EXPECT_FALSE(scores.rocAuc);
    EXPECT_FALSE(scores.medianBoundaryErrorS);
    EXPECT_EQ(scores.accuracy, 1.0);
    EXPECT_EQ(scores.prevalence, 0.0);
    EXPECT_EQ(scores.falseAlarmsPerHour, 0.0);
}

TEST(Evaluation, NothingToScoreIsUndefinedThroughout) {
    for (const Evaluation& evaluation :
         {evaluate({}), evaluate({recording(0, {}, {})}),
          evaluate({recording(std::numeric_limits<double>::quiet_NaN(), {{0, 1, kApplause}}, {})}),
          evaluate({recording(10, {{0, 10, kUnsure}}, {{2, 3}})})}) {
        EXPECT_FALSE(evaluation.pooled.frameF1);
        EXPECT_FALSE(evaluation.pooled.accuracy);
        EXPECT_FALSE(evaluation.pooled.falseAlarmsPerHour);
        EXPECT_FALSE(evaluation.pooled.secondsError);
        EXPECT_TRUE(evaluation.intervals.empty());
    }
}

TEST(Evaluation, FiguresForPeople) {
    // Two hours; one detection on applause (0.2 s early, 0.4 s late), two where nothing is, one on unsure time.
    const Scores scores =
        evaluate({recording(7210, {{100, 110, kApplause}, {500, 505, kApplause}, {2000, 2010, kUnsure}},
                            {{99.8, 110.4}, {1000, 1001}, {2003, 2004}, {3000, 3002}})})
            .pooled;
    EXPECT_NEAR(*scores.falseAlarmsPerHour, 1.0, 1e-9);
    EXPECT_NEAR(*scores.secondsError, 10.6 + 1 + 2 - 15, 1e-9);
    EXPECT_NEAR(*scores.countError, 1, 1e-12);
    EXPECT_NEAR(*scores.medianBoundaryErrorS, 0.3, 1e-9);
    EXPECT_NEAR(*scores.prevalence, 15.0 / 7200, 1e-12);
}

/// The time between the labels of `one`, which are in order.
std::vector<TimeSpan> unlabelled(const ScoredRecording& one) {
    std::vector<TimeSpan> spans;
    double end = 0;
    for (const Label& label : one.reference) {
        if (label.span.start > end) spans.push_back({end, label.span.start});
        end = label.span.end;
    }
    if (one.durationS > end) spans.push_back({end, one.durationS});
    return spans;
}

TEST(Evaluation, DetectionsThatReachIntoUnknownTimeMatchLabels) {
    auto one = recording(60, {{10, 14, kApplause}, {20, 26, kApplause}, {40, 43, kApplause}},
                         {{9.999, 14}, {19.9, 26.15}, {40, 43.001}});
    one.unknown = unlabelled(one);
    const Scores scores = evaluate({one}).pooled;
    expectScores(scores, {1, 1, 1, 1, 1, 1, 1});
    EXPECT_EQ(scores.countError, 0.0);
    EXPECT_EQ(scores.falseAlarmsPerHour, 0.0);
    EXPECT_NEAR(*scores.medianBoundaryErrorS, 0.001, 1e-9); // 0, 0, 0.001, 0.001, 0.1, 0.15
}

TEST(Evaluation, InUnknownTimeNothingIsAFalseAlarmAndWhatIsLabelledCanBeMissed) {
    // Found are the first applause, something unknown, and what is labelled as something else; missed is the second.
    auto one =
        recording(60, {{10, 14, kApplause}, {20, 26, kApplause}, {40, 43, kOther}}, {{9.9, 14.1}, {30, 34}, {41, 42}});
    one.unknown = unlabelled(one);
    const Scores scores = evaluate({one}).pooled;
    EXPECT_NEAR(*scores.eventF1.at("0.2"), 0.5, 1e-12) << "one found, one missed, one false alarm";
    EXPECT_NEAR(*scores.eventF1.at("1.0"), 0.5, 1e-12);
    EXPECT_EQ(scores.countError, 0.0) << "two labels, two detections where something is labelled";
    EXPECT_NEAR(*scores.falseAlarmsPerHour, 3600.0 / 13, 1e-9);
    EXPECT_EQ(scores.confusion.tp, 400);
    EXPECT_EQ(scores.confusion.fn, 600);
    EXPECT_EQ(scores.confusion.fp, 100);
    EXPECT_EQ(scores.confusion.tn, 200);
}

TEST(Evaluation, ALabelIsMatchedByWhatIsKnownFirst) {
    // Both detections match the label within the widest collar; the first, if left over, may be right.
    auto one = recording(20, {{10, 10.4, kApplause}, {10.4, 20, kOther}}, {{9.4, 9.8}, {10.02, 10.38}});
    one.unknown = {{0, 10}};
    const Scores scores = evaluate({one}).pooled;
    EXPECT_NEAR(*scores.eventF1.at("1.0"), 1, 1e-12);
    EXPECT_NEAR(*scores.eventF1.at("0.2"), 1, 1e-12);
    EXPECT_EQ(scores.countError, 0.0);
}

TEST(Evaluation, EventsThatTouchUnsureTimeStayLeftOutBesideUnknownTime) {
    auto one = recording(60, {{10, 14, kApplause}, {14, 16, kUnsure}, {20, 26, kApplause}},
                         {{9.9, 14.1}, {15, 19}, {19.99, 26.01}});
    one.reference[0].span.end = 14.5; // touches unsure time
    one.unknown = {{0, 10}, {16, 20}, {26, 60}};
    const Scores scores = evaluate({one}).pooled;
    EXPECT_NEAR(*scores.eventF1.at("0.2"), 1, 1e-12) << "only the last label and detection count";
    EXPECT_EQ(scores.countError, 0.0);
    EXPECT_EQ(scores.confusion.fp, 0);
}

TEST(EventMatching, IsOptimalWhereTheFirstFitIsNot) {
    // Both references accept the first detection; only the first also accepts the second.
    const Collar collar{"1.0", 1.0, 0.2};
    EXPECT_EQ(matchedEvents({{10, 20}, {9.2, 20}}, {{10, 20}, {10.9, 20}}, collar), 2);
    EXPECT_EQ(matchedEvents({{10, 20}, {10, 20}, {10, 20}}, {{10, 20}, {10, 20}}, collar), 2);
    EXPECT_EQ(matchedEvents({}, {{1, 2}}, collar), 0);
}

TEST(EventMatching, LongChainsOfChoicesNeedNoStack) {
    std::vector<TimeSpan> reference, detected;
    for (int i = 0; i < 20000; ++i) {
        reference.push_back({i * 1.0, i * 1.0 + 0.5});
        detected.push_back({i * 1.0 + (i == 0 ? 0.9 : -0.05), i * 1.0 + 0.5});
    }
    EXPECT_EQ(matchedEvents(reference, detected, {"1.0", 1.0, 0.2}), 20000);
}

TEST(EventMatching, AgreesWithTryingEveryPairing) {
    std::mt19937 random(3);
    const Collar collar{"0.5", 0.5, 0.2};
    for (int round = 0; round < 500; ++round) {
        std::vector<TimeSpan> reference(random() % 6), detected(random() % 6);
        for (auto* list : {&reference, &detected})
            for (TimeSpan& span : *list) {
                span.start = static_cast<double>(random() % 20) / 10;
                span.end = span.start + static_cast<double>(random() % 10) / 10;
            }
        std::function<int64_t(size_t, unsigned)> best = [&](size_t i, unsigned used) -> int64_t {
            if (i == reference.size()) return 0;
            int64_t most = best(i + 1, used);
            for (size_t j = 0; j < detected.size(); ++j) {
                const bool fits = std::abs(reference[i].start - detected[j].start) <= 0.5 &&
                                  std::abs(reference[i].end - detected[j].end) <=
                                      std::max(0.5, 0.2 * (reference[i].end - reference[i].start));
                if (!(used >> j & 1U) && fits) most = std::max(most, 1 + best(i + 1, used | 1U << j));
            }
            return most;
        };
        EXPECT_EQ(matchedEvents(reference, detected, collar), best(0, 0));
    }
}

TEST(RankingHistogram, AgreesWithSortingEveryExample) {
    std::mt19937 random(9);
    for (int round = 0; round < 50; ++round) {
        std::vector<RankedExample> examples(1 + random() % 200);
        RankingHistogram histogram;
        for (RankedExample& example : examples) {
            example.score = static_cast<float>(random() % 21) / 20; // 0 and 1 included, many ties
            example.truth = random() % 3 == 0;
            histogram.add(example.score, example.truth);
        }
        const auto same = [](std::optional<double> a, std::optional<double> b) {
            EXPECT_EQ(a.has_value(), b.has_value());
            if (a && b) {
                EXPECT_NEAR(*a, *b, 1e-12);
            }
        };
        same(histogram.rocAuc(), rocAuc(examples));
        same(histogram.averagePrecision(), averagePrecision(examples));
    }
}

TEST(RankingHistogram, ItsUsedBinsAreAllOfIt) {
    EXPECT_TRUE(RankingHistogram().usedBins().empty());
    RankingHistogram one, twice, byBins;
    for (const float score : {0.0F, 0.2F, 0.2F, 0.7F, 1.0F})
        one.add(score, score > 0.5F);
    one.add(0.2F, true);
    ASSERT_EQ(one.usedBins().size(), 4U);
    EXPECT_EQ(one.usedBins()[1], (RankingHistogram::Bin{RankingHistogram::binOf(0.2F), 1, 2}));
    twice.add(one, 2);
    byBins.add(one.usedBins(), 2);
    EXPECT_EQ(byBins.usedBins(), twice.usedBins());
    EXPECT_EQ(byBins.positives(), 6U);
    EXPECT_EQ(byBins.negatives(), 6U);
    EXPECT_EQ(byBins.rocAuc(), one.rocAuc());
    one.add(RankingHistogram(), 3);
    EXPECT_EQ(one.positives(), 3U);
}

TEST(RankingHistogram, KeepsTheOrderOfAnswersNearZeroAndOne) {
    RankingHistogram histogram;
    histogram.add(1e-6F, false);
    histogram.add(2e-6F, true);
    histogram.add(1 - 2e-6F, false);
    histogram.add(1 - 1e-6F, true);
    EXPECT_NEAR(*histogram.rocAuc(), 0.75, 1e-12);
    histogram = {};
    histogram.add(std::numeric_limits<float>::quiet_NaN(), false);
    histogram.add(0.001F, true);
    EXPECT_NEAR(*histogram.rocAuc(), 1, 1e-12);
}

TEST(Evaluation, RanksTheCurveOver10MsFramesOutsideUnsureTime) {
    auto one = recording(10, {{4, 6, kApplause}, {8, 10, kUnsure}}, {});
    one.curve = {0.5, 1, 10, {0, 0, 0, 0, 1, 1, 0, 0, 1, 1}};
    const Scores scores = evaluate({one}).pooled;
    ASSERT_TRUE(scores.rocAuc && scores.averagePrecision);
    EXPECT_NEAR(*scores.prevalence, 0.25, 1e-12);
    // Between 3.5 and 4 the curve rises to 0.5 and between 6 and 6.5 it falls from 0.5: inside it is above, outside
    // below.
    EXPECT_NEAR(*scores.rocAuc, 1, 1e-4);
    EXPECT_NEAR(*scores.averagePrecision, 1, 1e-3);
}

TEST(Evaluation, IntervalsHoldThePooledScoreAndAreDeterministic) {
    std::mt19937 random(1);
    std::vector<ScoredRecording> many;
    for (int i = 0; i < 20; ++i) {
        const double shift = static_cast<double>(random() % 100) / 50;
        many.push_back(recording(30, {{10, 15, kApplause}}, {{10 + shift, 15 + shift}}));
    }
    const Evaluation first = evaluate(many), second = evaluate(many), other = evaluate(many, 1000, 2);
    const Interval frame = first.intervals.at("frame_f1");
    EXPECT_LT(frame.low, *first.pooled.frameF1);
    EXPECT_GT(frame.high, *first.pooled.frameF1);
    EXPECT_GT(frame.high - frame.low, 0.01);
    EXPECT_LT(frame.high - frame.low, 0.4);
    EXPECT_TRUE(first.intervals.contains("event_f1_0.5"));
    EXPECT_FALSE(first.intervals.contains("roc_auc")) << "undefined without curves";
    EXPECT_EQ(frame.low, second.intervals.at("frame_f1").low);
    EXPECT_NE(frame.low, other.intervals.at("frame_f1").low);
    EXPECT_TRUE(evaluate(many, 0).intervals.empty());
    EXPECT_TRUE(evaluate({many[0]}).intervals.empty());
}

TEST(Evaluation, IntervalsAreOfThePooledCountsOfResampledRecordings) {
    std::mt19937 random(4);
    std::vector<ScoredRecording> recordings;
    std::vector<RecordingCounts> counts;
    for (int i = 0; i < 6; ++i) {
        const double start = 1 + random() % 3;
        ScoredRecording one = recording(6, {{start, start + 2, kApplause}}, {{start, start + 1}});
        one.curve = {0.04, 0.08, 6, {}};
        for (int step = 0; step < 75; ++step)
            one.curve.values.push_back(static_cast<float>(random() % 1000) / 1000);
        counts.push_back(countsOf(one));
        recordings.push_back(std::move(one));
    }
    std::vector<double> precisions, areas;
    const auto pool = [&](const std::vector<int64_t>& times) {
        RecordingCounts pooled;
        for (size_t i = 0; i < counts.size(); ++i)
            pooled.add(counts[i], times[i]);
        precisions.push_back(*pooled.scores().averagePrecision);
        areas.push_back(*pooled.scores().rocAuc);
    };
    forEachResample(counts.size(), 100, pool, 7);
    const Evaluation evaluation = evaluate(recordings, 100, 7);
    EXPECT_EQ(evaluation.intervals.at("average_precision"), percentileInterval(precisions, 100));
    EXPECT_EQ(evaluation.intervals.at("roc_auc"), percentileInterval(areas, 100));
    EXPECT_LT(sizeof(RecordingCounts), size_t{4096}) << "those of thousands of recordings are there at once";
}

TEST(Evaluation, JsonHasTheContractsNamesAndNullForUndefined) {
    const auto json = nlohmann::json::parse(toJson(evaluate(twoRecordings())));
    const auto& pooled = json.at("pooled");
    EXPECT_NEAR(pooled.at("frame_f1").get<double>(), 0.5872855701311807, 1e-12);
    EXPECT_NEAR(pooled.at("event_f1").at("0.2").get<double>(), 0.4, 1e-12);
    EXPECT_TRUE(pooled.at("roc_auc").is_null());
    EXPECT_TRUE(pooled.at("average_precision").is_null());
    for (const char* name : {"segment_f1", "prevalence", "accuracy", "false_alarms_per_hour"})
        EXPECT_TRUE(pooled.at(name).is_number()) << name;
    EXPECT_EQ(pooled.at("intervals").at("frame_f1").size(), 2U);
    ASSERT_EQ(json.at("recordings").size(), 2U);
    EXPECT_EQ(json.at("recordings")[1].at("file"), "speech.wav");
    EXPECT_NEAR(json.at("recordings")[1].at("duration_s").get<double>(), 37.285, 1e-12);
    EXPECT_TRUE(json.at("recordings")[1].contains("event_f1"));
}

TEST(Evaluation, AFileNameThatIsNoTextStillGivesJson) {
    auto one = recording(10, {}, {});
    one.file = "bad\xff.wav";
    EXPECT_FALSE(nlohmann::json::parse(toJson(evaluate({one})), nullptr, false).is_discarded());
}

} // namespace
} // namespace ovation
