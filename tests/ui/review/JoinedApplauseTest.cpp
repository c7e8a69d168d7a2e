// SPDX-License-Identifier: GPL-3.0-or-later

// Verdicts on detected segments that other labels overlap in part.

#include "core/labels/LabelFormats.h"
#include "core/project/ProjectStore.h"
#include "core/report/ApplauseReport.h"
#include "tests/ui/Studio.h"
#include "ui/main/MessageBar.h"
#include "ui/review/DetectionsTable.h"
#include "ui/review/ReviewPanel.h"

#include <QComboBox>
#include <QTableView>

#include <algorithm>

namespace ovation::ui::test {
namespace {

constexpr int kJoinRate = 16000;

SampleRange millis(int64_t begin, int64_t end) {
    return {begin * kJoinRate / 1000, end * kJoinRate / 1000};
}

/// 80 s with three segments that were detected: 10 to 16 s, 20 to 24 s, and 59.99 to 69.03 s.
class JoinedApplauseTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(writeProject());
        ASSERT_TRUE(open(session, project));
        panel.resize(1040, 376);
        panel.show();
        ASSERT_TRUE(waitFor([&] { return panel.table()->model()->rowCount() == 3; }));
        QObject::connect(&session, &Session::messageRaised, &bar, &MessageBar::showNews);
        QObject::connect(&session, &Session::messageWithdrawn, &bar, &MessageBar::withdrawNews);
    }
    void writeProject() const {
        auto store = ProjectStore::create(project.toStdString());
        ASSERT_TRUE(store);
        Speech speech;
        speech.id = 1;
        speech.path = OVATION_EXAMPLE "/speeches/kennedy-en.flac";
        speech.frames = int64_t{80} * kJoinRate;
        speech.sampleRate = kJoinRate;
        speech.channels = 1;
        ASSERT_TRUE((*store)->putSpeech(speech));
        Detection detection;
        detection.speech = 1;
        detection.model = "model";
        detection.segments = {{millis(10'000, 16'000), 0.9, 0.95, Verdict::Open},
                              {millis(20'000, 24'000), 0.7, 0.8, Verdict::Open},
                              {found, 0.8765, 0.9, Verdict::Open}};
        ASSERT_TRUE((*store)->putDetection(detection));
    }
    /// Labels as a person has them, with a text where they have one.
    Segment label(SampleRange range, LabelClass labelClass = LabelClass::Applause, const char* text = "") {
        const int64_t id = session.addSegment(1, range, labelClass, QString::fromLatin1(text));
        for (const Segment& one : labels())
            if (one.id == id) return one;
        ADD_FAILURE();
        return {};
    }
    std::vector<Segment> labels() const { return session.segments(1); }
    bool has(const Segment& one) const {
        const std::vector<Segment> all = labels();
        return std::ranges::find(all, one) != all.end();
    }
    Verdict verdict(size_t index) const { return session.detection(1)->segments[index].verdict; }
    std::vector<ReportedApplause> reported() const {
        return reportOf(session.project(), session.project().speeches[0])->applause;
    }
    DetectionRow row(size_t index) const { return detectionRows(session.project())[index]; }
    void choose(size_t index) { panel.table()->select(1, index); }

    const SampleRange found = millis(59'990, 69'030);
    const SampleRange marked = millis(60'080, 64'462);
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    Session session;
    ReviewPanel panel{&session, nullptr, nullptr};
    MessageBar bar;
};

TEST_F(JoinedApplauseTest, AnAcceptedSegmentAndTheLabelInItAreOneApplause) {
    const Segment before = label(marked, LabelClass::Applause, "clapping");
    session.judge(1, 2, Verdict::Accepted);
    ASSERT_EQ(labels().size(), 1U);
    const Segment joined = labels()[0];
    EXPECT_EQ(joined.range, found);
    EXPECT_EQ(joined.labelClass, LabelClass::Applause);
    EXPECT_EQ(joined.origin, Origin::Accepted);
    EXPECT_EQ(joined.source, "model");
    EXPECT_DOUBLE_EQ(joined.score, 0.8765);
    EXPECT_EQ(joined.text, "clapping");
    EXPECT_EQ(verdict(2), Verdict::Accepted);
    EXPECT_EQ(row(2).range, found);
    EXPECT_EQ(verdictText(row(2)), QStringLiteral("accepted"));
    EXPECT_EQ(session.corrections(), 1U);

    const auto applause = reported();
    ASSERT_EQ(applause.size(), 3U);
    EXPECT_DOUBLE_EQ(applause[2].span.start, 59.99);
    EXPECT_DOUBLE_EQ(applause[2].span.end, 69.03);
    EXPECT_DOUBLE_EQ(applause[2].score.value_or(-1), 0.8765);
    const auto written = toLabels(labels(), kJoinRate);
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(written[0].span, (TimeSpan{59.99, 69.03}));

    session.undo();
    EXPECT_EQ(labels(), std::vector<Segment>{before});
    EXPECT_EQ(verdict(2), Verdict::Open);
    session.redo();
    EXPECT_EQ(labels(), std::vector<Segment>{joined});
}

TEST_F(JoinedApplauseTest, ItReachesFromTheEarliestStartToTheLatestEnd) {
    const Segment early = label(millis(55'000, 61'000), LabelClass::Applause, "applause and cheers"),
                  late = label(millis(69'035, 70'000)), apart = label(millis(70'020, 72'000));
    session.judge(1, 2, Verdict::Accepted);
    ASSERT_EQ(labels().size(), 2U);
    EXPECT_EQ(labels()[0].range, millis(55'000, 70'000)) << "5 ms apart is touching";
    EXPECT_EQ(labels()[1], apart);
    EXPECT_EQ(reported().size(), 4U);
    session.undo();
    EXPECT_EQ(labels(), (std::vector<Segment>{early, late, apart}));
}

TEST_F(JoinedApplauseTest, TenMillisecondsApartStaysApart) {
    const Segment apart = label(millis(69'040, 70'000));
    session.judge(1, 2, Verdict::Accepted);
    ASSERT_EQ(labels().size(), 2U);
    EXPECT_EQ(labels()[0].range, found);
    EXPECT_EQ(labels()[1], apart);
}

TEST_F(JoinedApplauseTest, LabelsOfOtherClassesAreLeftAloneAndWhatAPersonLabelledStaysCovered) {
    const Segment unsure = label(millis(62'000, 63'000), LabelClass::Unsure),
                  coughs = label(millis(68'000, 71'000), LabelClass::NotApplause, "coughs");
    const Segment mine = label(millis(62'500, 64'000));
    session.judge(1, 2, Verdict::Accepted);
    ASSERT_EQ(labels().size(), 4U);
    EXPECT_EQ(labels()[0].range, millis(59'990, 62'000));
    EXPECT_EQ(labels()[1], unsure);
    EXPECT_EQ(labels()[2].range, millis(62'500, 68'000)) << "with all of the label that is there";
    EXPECT_EQ(labels()[2].origin, Origin::Accepted);
    EXPECT_EQ(labels()[3], coughs);
    EXPECT_EQ(verdict(2), Verdict::Accepted);
    session.undo();
    EXPECT_EQ(labels(), (std::vector<Segment>{unsure, mine, coughs}));
}

TEST_F(JoinedApplauseTest, RejectingAfterAcceptingIsAsIfItHadNotBeenAccepted) {
    const Segment mine = label(marked, LabelClass::Applause, "clapping");
    session.judge(1, 2, Verdict::Rejected);
    std::vector<SampleRange> once;
    for (const Segment& one : labels())
        once.push_back(one.range);
    session.undo();
    session.judge(1, 2, Verdict::Accepted);
    const std::vector<Segment> accepted = labels();
    session.judge(1, 2, Verdict::Rejected);
    std::vector<SampleRange> twice;
    for (const Segment& one : labels())
        twice.push_back(one.range);
    EXPECT_EQ(twice, once);
    EXPECT_EQ(verdict(2), Verdict::Rejected);
    EXPECT_TRUE(has(mine)) << "as it was";
    session.undo();
    EXPECT_EQ(labels(), accepted);
    session.judge(1, 2, Verdict::Open);
    EXPECT_EQ(labels(), std::vector<Segment>{mine});
}

TEST_F(JoinedApplauseTest, ALongLabelIsGivenBackWhenTheSegmentIsRejected) {
    const Segment mine = label(millis(30'000, 61'000));
    session.judge(1, 2, Verdict::Accepted);
    ASSERT_EQ(labels().size(), 1U);
    EXPECT_EQ(labels()[0].range, millis(30'000, 69'030));
    EXPECT_EQ(row(2).range, found) << "what is judged, as it was detected";
    ASSERT_EQ(reported().size(), 3U);
    EXPECT_EQ(reported()[2].span, (TimeSpan{30, 69.03}));
    session.judge(1, 2, Verdict::Rejected);
    ASSERT_EQ(labels().size(), 2U);
    EXPECT_EQ(labels()[0], mine);
    EXPECT_EQ(labels()[1].range, millis(61'000, 69'030));
    EXPECT_EQ(labels()[1].origin, Origin::Rejected);
}

TEST_F(JoinedApplauseTest, SegmentsThatOneLabelJoinsAreCountedOnceAndKeepTheirPlacesInTheList) {
    const Segment bridge = label(millis(15'000, 21'000));
    session.judge(1, 0, Verdict::Accepted);
    session.judge(1, 1, Verdict::Accepted);
    ASSERT_EQ(labels().size(), 1U);
    EXPECT_EQ(labels()[0].range, millis(10'000, 24'000));
    EXPECT_EQ(row(0).range, millis(10'000, 16'000));
    EXPECT_EQ(row(1).range, millis(20'000, 24'000));
    const auto applause = reported();
    ASSERT_EQ(applause.size(), 2U) << "this one, and the open one";
    EXPECT_EQ(applause[0].span, (TimeSpan{10, 24}));
    EXPECT_NEAR(applause[0].score.value_or(-1), 0.6 * 0.9 + 0.4 * 0.7, 1e-9);

    QSignalSpy messages(&session, &Session::messageRaised);
    const QString files = folder.path(QStringLiteral("detections"));
    session.exportDetections(files, QStringLiteral("audacity"));
    ASSERT_TRUE(waitFor([&] { return messages.count() > 0; }));
    const auto read = readLabels((files + QStringLiteral("/kennedy-en.txt")).toStdString());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->labels.size(), 2U);

    // The later verdict is turned, the earlier stays; and the other way round, of the joined label the rest.
    session.judge(1, 1, Verdict::Rejected);
    EXPECT_EQ(verdict(0), Verdict::Accepted);
    EXPECT_EQ(verdict(1), Verdict::Rejected);
    EXPECT_EQ(labels()[0].range, millis(10'000, 21'000));
    session.undo();
    session.judge(1, 0, Verdict::Rejected);
    EXPECT_EQ(verdict(0), Verdict::Rejected);
    EXPECT_EQ(verdict(1), Verdict::Accepted);
    ASSERT_EQ(labels().size(), 2U);
    EXPECT_EQ(labels()[1].range, millis(16'000, 24'000));
    for (int step = 0; step < 3; ++step)
        session.undo();
    EXPECT_EQ(labels(), std::vector<Segment>{bridge});
}

TEST_F(JoinedApplauseTest, AdjustingTheEdgesOfAnOpenSegmentJoinsTheLabelToo) {
    const Segment mine = label(marked, LabelClass::Applause, "clapping");
    const int64_t step = kJoinRate / 10;
    session.adjustDetected(1, 2, -step, 0);
    session.adjustDetected(1, 2, 0, step);
    session.adjustDetected(1, 2, 0, step);
    ASSERT_EQ(labels().size(), 1U);
    EXPECT_EQ(labels()[0].range, (SampleRange{found.begin - step, found.end + 2 * step}));
    EXPECT_EQ(labels()[0].text, "clapping");
    EXPECT_EQ(row(2).range, labels()[0].range);
    EXPECT_EQ(reported().size(), 3U);
    session.undo();
    EXPECT_EQ(labels(), std::vector<Segment>{mine});
}

TEST_F(JoinedApplauseTest, WhatWasJoinedIsStillTheSameAfterOpeningTheProjectAgain) {
    const Segment mine = label(marked, LabelClass::Applause, "clapping");
    session.judge(1, 2, Verdict::Accepted);
    const QString copy = folder.path(QStringLiteral("copy.ovation"));
    ASSERT_TRUE(saveAs(session, copy));
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(open(session, copy));
    ASSERT_EQ(labels().size(), 1U);
    EXPECT_EQ(labels()[0].range, found);
    EXPECT_EQ(verdict(2), Verdict::Accepted);
    session.judge(1, 2, Verdict::Rejected);
    EXPECT_TRUE(has(mine));
    session.undo();
    session.undo();
    EXPECT_EQ(labels(), std::vector<Segment>{mine});
}

TEST_F(JoinedApplauseTest, AcceptingWhatMatchesALabelSaysSoAndGoesOn) {
    const Segment mine = label(millis(10'000, 16'000));
    QSignalSpy played(panel.table(), &DetectionsTable::playRequested);
    choose(0);
    panel.acceptCurrent();
    EXPECT_EQ(labels(), std::vector<Segment>{mine});
    ASSERT_EQ(bar.texts().size(), 1);
    EXPECT_TRUE(bar.texts()[0].contains(QStringLiteral("agrees with a label")));
    EXPECT_EQ(panel.table()->current()->index, 1U);
    EXPECT_EQ(played.count(), 1);
    panel.acceptCurrent();
    EXPECT_TRUE(bar.texts().isEmpty()) << "of the segment before";
}

TEST_F(JoinedApplauseTest, WhereNoOpenSegmentIsLeftThatIsSaidUntilThereIsOne) {
    choose(0);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(bar.texts().isEmpty()) << i;
        panel.rejectCurrent();
    }
    EXPECT_EQ(bar.texts(), QStringList{QStringLiteral("No open segment is left.")});
    choose(0);
    panel.acceptCurrent();
    EXPECT_EQ(bar.texts(), QStringList{QStringLiteral("No open segment is left.")});
    session.undo();
    session.undo();
    EXPECT_TRUE(waitFor([&] { return bar.texts().isEmpty(); }));
}

TEST_F(JoinedApplauseTest, AListThatHasRunEmptyIsNotAllThatIsOpen) {
    auto* filter = panel.findChild<QComboBox*>(QStringLiteral("verdict_filter"));
    session.judge(1, 1, Verdict::Accepted);
    filter->setCurrentIndex(2); // accepted ones only
    Q_EMIT filter->activated(2);
    ASSERT_TRUE(waitFor([&] { return panel.table()->view()->model()->rowCount() == 1; }));
    choose(1);
    panel.rejectCurrent();
    EXPECT_EQ(panel.table()->view()->model()->rowCount(), 0);
    EXPECT_EQ(bar.texts(), QStringList{QStringLiteral("No open segment is left in this list.")});
}

TEST_F(JoinedApplauseTest, WhatIsSaidOfAVerdictGoesWithIt) {
    label(millis(10'000, 16'000));
    const auto saysReplaced = [&] { return bar.texts().join(QLatin1Char(' ')).contains(QStringLiteral("replaced")); };
    session.judge(1, 0, Verdict::Rejected);
    EXPECT_TRUE(saysReplaced());
    session.judge(1, 1, Verdict::Accepted);
    EXPECT_TRUE(saysReplaced()) << "it is still so";
    session.judge(1, 0, Verdict::Accepted);
    EXPECT_FALSE(saysReplaced());
    session.undo();
    session.undo();
    session.undo();
    session.judge(1, 0, Verdict::Rejected);
    EXPECT_TRUE(saysReplaced());
    session.undo();
    EXPECT_FALSE(saysReplaced());
    EXPECT_EQ(verdict(0), Verdict::Accepted) << "by the label that is back";
}

} // namespace
} // namespace ovation::ui::test
