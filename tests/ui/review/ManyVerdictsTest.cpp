// SPDX-License-Identifier: GPL-3.0-or-later

// Verdicts on all of a recording's detected segments, and what Review does of them where nobody sees it.

#include "core/project/ProjectStore.h"
#include "tests/ui/Studio.h"
#include "ui/review/DetectionsTable.h"
#include "ui/review/ReviewPanel.h"
#include "ui/session/Verdicts.h"

#include <QTableView>

#include <algorithm>
#include <random>

namespace ovation::ui::test {
namespace {

constexpr int kUnseenRate = 16000;

/// verdictOn() as it is said, frame by frame.
Verdict verdictByFrames(const SampleRange& range, const std::vector<Segment>& labels) {
    const auto frames = [&](auto isOfKind) {
        int64_t count = 0;
        for (int64_t frame = range.begin; frame < range.end; ++frame)
            count += std::ranges::any_of(
                labels, [&](const Segment& label) { return label.range.contains(frame) && isOfKind(label); });
        return count;
    };
    const int64_t rejected = frames([](const Segment& label) { return label.origin == Origin::Rejected; });
    const int64_t accepted = frames([](const Segment& label) { return label.origin == Origin::Accepted; });
    const int64_t free = range.length() - frames([](const Segment& label) { return !isVerdict(label); });
    if (rejected > 0 && 2 * rejected >= free) return Verdict::Rejected;
    if (accepted > 0 && 2 * accepted >= free) return Verdict::Accepted;
    const auto mostly = [&](LabelClass labelClass) {
        return 2 * frames([&](const Segment& label) { return label.labelClass == labelClass; }) >= range.length();
    };
    if (mostly(LabelClass::Applause)) return Verdict::Accepted;
    return mostly(LabelClass::NotApplause) ? Verdict::Rejected : Verdict::Open;
}

TEST(ManyVerdictsTest, AreThoseOnEachSegmentByItself) {
    std::mt19937 random(5);
    const auto upTo = [&](int64_t most) { return static_cast<int64_t>(random() % static_cast<uint64_t>(most)); };
    const auto range = [&](int64_t longest) {
        const int64_t begin = upTo(300);
        return SampleRange{begin, begin + 1 + upTo(longest)};
    };
    for (int round = 0; round < 30; ++round) {
        std::vector<Segment> labels;
        for (int64_t id = 1; id <= 15; ++id) {
            Segment label;
            label.id = id;
            label.range = range(round % 4 == 0 ? 250 : 25);
            label.labelClass = static_cast<LabelClass>(upTo(3));
            label.origin = static_cast<Origin>(upTo(5));
            labels.push_back(label);
        }
        std::vector<DetectedSegment> detected;
        for (int i = 0; i < 15; ++i)
            detected.push_back({range(30), 0.5, 0.5, Verdict::Open});
        if (round % 2 == 0) std::ranges::sort(detected, {}, [](const DetectedSegment& one) { return one.range.begin; });
        const bool changed = setVerdicts(detected, labels);
        EXPECT_EQ(changed, std::ranges::any_of(
                               detected, [](const DetectedSegment& one) { return one.verdict != Verdict::Open; }));
        EXPECT_FALSE(setVerdicts(detected, labels));
        for (const DetectedSegment& one : detected) {
            EXPECT_EQ(one.verdict, verdictByFrames(one.range, labels));
            EXPECT_EQ(one.verdict, verdictOn(one.range, labels));
        }
    }
}

TEST(ManyVerdictsTest, ALabelWasMadeByTheFirstEditInForceThatAddsItAsANewOne) {
    ProjectData project;
    const auto segment = [](int64_t id) {
        Segment made;
        made.id = id;
        made.range = {id * 10, id * 10 + 5};
        return made;
    };
    project.edits.resize(4);
    project.edits[0].added = {segment(1)};
    project.edits[1].removed = {segment(1)};
    project.edits[1].added = {segment(1), segment(2)}; // moves 1
    project.edits[2].added = {segment(1)};             // brings it back
    project.edits[3].added = {segment(3)};
    project.editsDone = 3;
    LabelMakers makers(project);
    EXPECT_EQ(makers.of(1), &project.edits[0]);
    EXPECT_EQ(makers.of(2), &project.edits[1]);
    EXPECT_EQ(makers.of(3), nullptr) << "taken back";
    EXPECT_EQ(makers.of(4), nullptr);
}

/// 80 s with two segments that were detected: 10 to 16 s and 20 to 24 s.
class UnseenReviewTest : public ::testing::Test {
protected:
    void SetUp() override {
        {
            auto store = ProjectStore::create(project.toStdString());
            ASSERT_TRUE(store);
            Speech speech;
            speech.id = 1;
            speech.path = OVATION_EXAMPLE "/speeches/kennedy-en.flac";
            speech.frames = 80 * kUnseenRate;
            speech.sampleRate = kUnseenRate;
            speech.channels = 1;
            ASSERT_TRUE((*store)->putSpeech(speech));
            Detection detection;
            detection.speech = 1;
            detection.model = "model";
            detection.segments = {{first, 0.9, 0.95, Verdict::Open}, {second, 0.7, 0.8, Verdict::Open}};
            ASSERT_TRUE((*store)->putDetection(detection));
        }
        ASSERT_TRUE(open(session, project));
        panel.resize(1040, 376);
        panel.show();
        ASSERT_TRUE(waitFor([&] { return rows() == 2 && session.jobs().empty() && session.model() != nullptr; }));
        settle();
    }
    int rows() const { return panel.table()->model()->rowCount(); }
    QString verdict(int row) const {
        return panel.table()->model()->index(row, DetectionsModel::Verdict).data().toString();
    }
    /// Until what waits for the event loop is done.
    static void settle() { QTest::qWait(50); }

    const SampleRange first{10 * kUnseenRate, 16 * kUnseenRate};
    const SampleRange second{20 * kUnseenRate, 24 * kUnseenRate};
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    Session session;
    ReviewPanel panel{&session, nullptr, nullptr};
};

TEST_F(UnseenReviewTest, ListsAreMadeAnewWhenTheyComeIntoSight) {
    QSignalSpy changed(panel.table()->model(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(panel.table()->model(), &QAbstractItemModel::modelReset);
    panel.hide();
    ASSERT_NE(session.addSegment(1, first, LabelClass::Applause), 0);
    ASSERT_NE(session.addSegment(1, second, LabelClass::NotApplause), 0);
    settle();
    EXPECT_EQ(changed.count() + reset.count(), 0);
    panel.show();
    EXPECT_EQ(changed.count() + reset.count(), 1);
    EXPECT_EQ(verdict(0), QStringLiteral("matches label"));
    EXPECT_EQ(verdict(1), QStringLiteral("against label"));
    session.undo();
    settle();
    EXPECT_EQ(verdict(1), QStringLiteral("open"));
}

TEST_F(UnseenReviewTest, WhatWasRevisitedMeanwhileIsChosen) {
    session.judge(1, 1, Verdict::Accepted);
    panel.table()->select(1, 0);
    panel.hide();
    session.undo();
    settle();
    panel.show();
    ASSERT_TRUE(panel.table()->current());
    EXPECT_EQ(panel.table()->current()->index, 1U);
    EXPECT_EQ(verdict(1), QStringLiteral("open"));
}

} // namespace
} // namespace ovation::ui::test
