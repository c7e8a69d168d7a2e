// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SegmentDrag.h"

#include "tests/support/WavFile.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <fstream>
#include <random>

namespace ovation::ui {
namespace {

using Kind = SegmentDrag::Kind;

Segment segment(int64_t id, int64_t begin, int64_t end) {
    Segment segment;
    segment.id = id;
    segment.range = {begin, end};
    return segment;
}

const std::vector<Segment> kSegments = {segment(1, 100, 200), segment(2, 300, 400), segment(3, 600, 700)};

TEST(SegmentDragTest, MarkingWorksInBothDirectionsAndStopsAtNeighbours) {
    const auto drag = SegmentDrag::mark(250, kSegments, 1000);
    EXPECT_EQ(drag.at(280), (SampleRange{250, 280}));
    EXPECT_EQ(drag.at(220), (SampleRange{220, 250}));
    EXPECT_EQ(drag.at(900), (SampleRange{250, 300}));
    EXPECT_EQ(drag.at(-50), (SampleRange{200, 250}));
    EXPECT_TRUE(SegmentDrag::mark(150, kSegments, 1000).at(500).empty());
}

TEST(SegmentDragTest, MovingKeepsTheLengthAndStopsAtNeighboursAndEnds) {
    const auto drag = SegmentDrag::grab(Kind::Move, kSegments[1], 350, kSegments, 1000);
    EXPECT_EQ(drag.at(360), (SampleRange{310, 410}));
    EXPECT_EQ(drag.at(0), (SampleRange{200, 300}));
    EXPECT_EQ(drag.at(5000), (SampleRange{500, 600}));
    EXPECT_EQ(SegmentDrag::grab(Kind::Move, kSegments[2], 650, kSegments, 1000).at(5000), (SampleRange{900, 1000}));
}

TEST(SegmentDragTest, ResizingNeverEmptiesOrPassesNeighbours) {
    const auto begin = SegmentDrag::grab(Kind::Begin, kSegments[1], 300, kSegments, 1000);
    EXPECT_EQ(begin.at(320), (SampleRange{320, 400}));
    EXPECT_EQ(begin.at(0), (SampleRange{200, 400}));
    EXPECT_EQ(begin.at(999), (SampleRange{399, 400}));
    const auto end = SegmentDrag::grab(Kind::End, kSegments[1], 402, kSegments, 1000);
    EXPECT_EQ(end.at(402), (SampleRange{300, 400})) << "where the edge was grabbed does not move it";
    EXPECT_EQ(end.at(999), (SampleRange{300, 600}));
    EXPECT_EQ(end.at(0), (SampleRange{300, 301}));
}

TEST(SegmentDragTest, SegmentsThatOverlapAlreadyCanBeShortenedOnly) {
    const std::vector<Segment> overlapping = {segment(1, 100, 300), segment(2, 200, 400)};
    const auto end = SegmentDrag::grab(Kind::End, overlapping[0], 300, overlapping, 1000);
    EXPECT_EQ(end.at(350), (SampleRange{100, 300}));
    EXPECT_EQ(end.at(150), (SampleRange{100, 150}));
}

TEST(SegmentDragTest, EdgesSnapToPlacesWithinTheTolerance) {
    const Snapping snapping{10, {500}, nullptr};
    const auto end = SegmentDrag::grab(Kind::End, kSegments[1], 400, kSegments, 1000, snapping);
    EXPECT_EQ(end.at(492).end, 500);
    EXPECT_EQ(end.at(489).end, 489);
    EXPECT_EQ(end.at(492, false).end, 492);
    const auto move = SegmentDrag::grab(Kind::Move, kSegments[1], 350, kSegments, 1000, snapping);
    EXPECT_EQ(move.at(445), (SampleRange{400, 500})) << "either edge snaps";
}

TEST(SegmentDragTest, GuidesAreTheEdgesThatSnappingHolds) {
    const Snapping snapping{10, {500}, nullptr};
    const auto end = SegmentDrag::grab(Kind::End, kSegments[1], 400, kSegments, 1000, snapping);
    EXPECT_EQ(end.guides(492), std::vector<int64_t>{500});
    EXPECT_EQ(end.guides(500), std::vector<int64_t>{500}) << "just there";
    EXPECT_TRUE(end.guides(489).empty());
    const auto move = SegmentDrag::grab(Kind::Move, kSegments[1], 350, kSegments, 1000, snapping);
    EXPECT_EQ(move.guides(445), std::vector<int64_t>{500});
    const Snapping beyond{10, {605}, nullptr};
    const auto stopped = SegmentDrag::grab(Kind::End, kSegments[1], 400, kSegments, 1000, beyond);
    EXPECT_TRUE(stopped.guides(608).empty()) << "its neighbour stops it before";
}

TEST(SegmentDragTest, EdgesSnapToWhereTheSoundBeginsAndEnds) {
    constexpr int kHertz = 8000;
    std::vector<float> samples(4 * kHertz);
    std::mt19937 random(1);
    std::uniform_real_distribution<float> noise(-0.5F, 0.5F);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = noise(random) * (i >= kHertz && i < 3 * kHertz ? 1.0F : 0.05F);
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("burst.wav")).toStdString();
    std::ofstream(path, std::ios::binary) << ovation::test::wavBytes(samples, kHertz);
    const auto peaks = WaveformPeaks::compute(path, {});
    ASSERT_TRUE(peaks);
    const Snapping snapping{kHertz, {}, &*peaks};
    const auto near = static_cast<double>(WaveformPeaks::kFramesPerPeak);
    EXPECT_NEAR(static_cast<double>(snapped(kHertz + 2000, false, snapping)), kHertz, near);
    EXPECT_NEAR(static_cast<double>(snapped(3 * kHertz - 2000, true, snapping)), 3 * kHertz, near);
    EXPECT_EQ(snapped(kHertz + 2000, true, snapping), kHertz + 2000) << "nothing ends there";
    EXPECT_EQ(snapped(2 * kHertz, false, snapping), 2 * kHertz) << "too far from any onset";
    EXPECT_EQ(snapped(kHertz + 2000, false, {0, {}, &*peaks}), kHertz + 2000);
}

TEST(SegmentDragTest, FreePartIsTheLongestUncoveredStretch) {
    EXPECT_EQ(freePart({150, 650}, kSegments, 1000), (SampleRange{400, 600}));
    EXPECT_EQ(freePart({650, 150}, kSegments, 1000), (SampleRange{400, 600}));
    EXPECT_TRUE(freePart({120, 180}, kSegments, 1000).empty());
    EXPECT_EQ(freePart({900, 5000}, kSegments, 1000), (SampleRange{900, 1000}));
    EXPECT_TRUE(freePart({0, 10}, {}, 0).empty());
}

} // namespace
} // namespace ovation::ui
