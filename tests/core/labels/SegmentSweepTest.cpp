// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/SegmentSweep.h"
#include "core/report/ApplauseReport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ovation::test {
namespace {

/// Segments of up to `longest` frames within 1,000, in no order; of accepted ones and others.
std::vector<Segment> scatteredSegments(std::mt19937& random, size_t count, int64_t longest) {
    const auto upTo = [&](int64_t most) { return static_cast<int64_t>(random() % static_cast<uint64_t>(most)); };
    std::vector<Segment> segments;
    for (size_t i = 0; i < count; ++i) {
        Segment segment;
        segment.id = static_cast<int64_t>(i) + 1;
        segment.range.begin = upTo(1000);
        segment.range.end = segment.range.begin + 1 + upTo(longest);
        segment.origin = upTo(2) == 0 ? Origin::Accepted : Origin::Drawn;
        segments.push_back(segment);
    }
    return segments;
}

TEST(SegmentSweepTest, FindsWhatOverlapsWhateverOrderRangesComeIn) {
    std::mt19937 random(11);
    for (int round = 0; round < 20; ++round) {
        const std::vector<Segment> segments = scatteredSegments(random, 60, round % 2 == 0 ? 30 : 900);
        std::vector<SampleRange> ranges;
        for (const Segment& segment : scatteredSegments(random, 60, 40))
            ranges.push_back(segment.range);
        if (round % 3 != 0) std::ranges::sort(ranges, {}, &SampleRange::begin);
        SegmentSweep sweep(segments);
        for (const SampleRange& range : ranges) {
            std::vector<int64_t> expected, found;
            for (const Segment& segment : segments)
                if (segment.range.overlaps(range)) expected.push_back(segment.id);
            const std::vector<const Segment*>& over = sweep.over(range);
            EXPECT_TRUE(std::ranges::is_sorted(over, {}, [](const Segment* one) { return one->range.begin; }));
            for (const Segment* one : over)
                found.push_back(one->id);
            std::ranges::sort(found);
            EXPECT_EQ(found, expected);
        }
    }
}

TEST(SegmentSweepTest, LooksAtEachSegmentAFewTimesHoweverManyRangesThereAre) {
    constexpr int64_t kCount = 10'000;
    std::vector<Segment> segments(kCount);
    for (int64_t i = 0; i < kCount; ++i)
        segments[static_cast<size_t>(i)].range = {i * 10, i * 10 + 8};
    SegmentSweep sweep(segments);
    for (int64_t i = 0; i < kCount; ++i)
        ASSERT_EQ(sweep.over({i * 10 + 2, i * 10 + 9}).size(), 1U);
    EXPECT_LE(sweep.looked(), 4 * kCount);
}

TEST(SegmentSweepTest, AcceptedLabelsAreThoseOfEachByItself) {
    std::mt19937 random(12);
    for (int round = 0; round < 20; ++round) {
        const std::vector<Segment> labels = scatteredSegments(random, 40, 60);
        std::vector<DetectedSegment> detected;
        for (const Segment& segment : scatteredSegments(random, 40, 60))
            detected.push_back(
                {segment.range, 0.5, 0.5, segment.origin == Origin::Accepted ? Verdict::Accepted : Verdict::Open});
        const std::vector<const Segment*> accepted = acceptedLabels(detected, labels);
        ASSERT_EQ(accepted.size(), detected.size());
        for (size_t i = 0; i < detected.size(); ++i)
            EXPECT_EQ(accepted[i], acceptedLabel(detected[i], labels)) << i;
    }
}

TEST(SegmentSweepTest, AReportAddsLabelledApplauseThatNothingWasDetectedOn) {
    ProjectData project;
    Speech speech;
    speech.id = 7;
    speech.path = "/a/b.wav";
    speech.sampleRate = 100;
    speech.frames = 12'000;
    project.speeches = {speech};
    // The first reaches beyond the one behind it; a label that is in it speaks of the same applause.
    project.detections[7].segments = {{{0, 5000}, 0.9, 0.9, Verdict::Open},
                                      {{1000, 1500}, 0.9, 0.9, Verdict::Open},
                                      {{8000, 9000}, 0.9, 0.9, Verdict::Open}};
    std::vector<Segment>& labels = project.segments[7];
    for (const SampleRange range :
         {SampleRange{4900, 5000}, SampleRange{5000, 5200}, SampleRange{7000, 8000}, SampleRange{8500, 8600}}) {
        Segment label;
        label.id = static_cast<int64_t>(labels.size()) + 1;
        label.range = range;
        labels.push_back(label);
    }
    const auto report = reportOf(project, project.speeches[0]);
    ASSERT_TRUE(report);
    std::vector<TimeSpan> labelled;
    for (const ReportedApplause& one : report->applause)
        if (one.onlyLabelled()) labelled.push_back(one.span);
    EXPECT_EQ(labelled, (std::vector<TimeSpan>{{50, 52}, {70, 80}}));
    EXPECT_EQ(report->applause.size(), 5U) << "and two labels that something was detected on, and what is on none";
}

} // namespace
} // namespace ovation::test
