// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"

#include "ui/label/ProposalBar.h"
#include "ui/main/ActionTable.h"
#include "ui/main/MessageBar.h"
#include "ui/timeline/TimelineScene.h"
#include "ui/timeline/TimelineView.h"

#include <QSlider>
#include <QStatusBar>

namespace ovation::ui::test {
namespace {

constexpr int kRate = 8000;

/// A window with the script's recordings, and one that is shown: 40 s, loud and quiet by turns of two seconds.
class LabellingKeysTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(studio.session));
        ASSERT_TRUE(add(studio.session, {LabellingScript::writeRecordings(folder)}, LabellingScript::kRecordings));
        id = studio.session.currentSpeech();
        timeline = studio.window.timeline();
        timeline->setSnapping(false);
        timeline->setFocus();
    }

    int64_t mark(double from, double to, LabelClass labelClass = LabelClass::Applause) {
        return studio.session.addSegment(id, {at(from), at(to)}, labelClass);
    }
    static int64_t at(double seconds) { return std::llround(seconds * kRate); }
    const std::vector<Segment>& segments() const { return studio.session.segments(id); }
    SampleRange range(size_t i) const { return segments().at(i).range; }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(timeline, key, modifiers);
    }
    QPoint pointAt(double seconds) const {
        const QRectF lane = TimelineLayout::of(timeline->size()).waveform;
        const TimeSpan visible = timeline->visible();
        return QPointF(lane.left() + (seconds - visible.start) / visible.length() * lane.width(), lane.center().y())
            .toPoint();
    }
    void drag(double from, double to, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::mousePress(timeline, Qt::LeftButton, modifiers, pointAt(from));
        // QTest::mouseMove() knows no modifiers.
        for (const QPoint place : {(pointAt(from) + pointAt(to)) / 2, pointAt(to)}) {
            QMouseEvent move(QEvent::MouseMove, place, timeline->mapToGlobal(place), Qt::NoButton, Qt::LeftButton,
                             modifiers);
            QApplication::sendEvent(timeline, &move);
        }
        QTest::mouseRelease(timeline, Qt::LeftButton, modifiers, pointAt(to));
    }
    std::vector<int64_t> selected() const { return timeline->selectedSegments(); }

    const Folder folder;
    OpenStudio studio{folder.path(QStringLiteral("settings.ini"))};
    SpeechId id = 0;
    TimelineView* timeline = nullptr;
};

TEST_F(LabellingKeysTest, EdgesAndSegmentsAreNudgedByTenAndAHundredMilliseconds) {
    mark(10, 12);
    timeline->selectSegments({segments()[0].id});
    key(Qt::Key_BracketLeft);
    EXPECT_EQ(range(0), (SampleRange{at(9.99), at(12)}));
    key(Qt::Key_BracketRight, Qt::ControlModifier);
    EXPECT_EQ(range(0), (SampleRange{at(10.09), at(12)}));
    key(Qt::Key_BracketRight, Qt::ShiftModifier);
    EXPECT_EQ(range(0), (SampleRange{at(10.09), at(12.01)}));
    key(Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(range(0), (SampleRange{at(10.09), at(11.91)}));
    key(Qt::Key_Right, Qt::AltModifier);
    key(Qt::Key_Right, Qt::AltModifier | Qt::ShiftModifier);
    EXPECT_EQ(range(0), (SampleRange{at(10.2), at(12.02)}));
    studio.session.undo();
    EXPECT_EQ(range(0), (SampleRange{at(10), at(12)})) << "nudges of one segment are one step back";
}

TEST_F(LabellingKeysTest, EndsAreNudgedByBracesHoweverTheyAreTyped) {
    mark(10, 12);
    timeline->selectSegments({segments()[0].id});
    int64_t end = at(12);
    const auto expectEndMoved = [&](double seconds) {
        end += at(seconds);
        EXPECT_EQ(range(0), (SampleRange{at(10), end}));
    };
    QTest::keyClick(timeline, '}');
    expectEndMoved(0.01);
    QTest::keyClick(timeline, '{');
    expectEndMoved(-0.01);
    QTest::keyClick(timeline, '}', Qt::ControlModifier);
    expectEndMoved(0.1);
    QTest::keyClick(timeline, '{', Qt::ControlModifier);
    expectEndMoved(-0.1);
    key(Qt::Key_BracketRight, Qt::ShiftModifier);
    expectEndMoved(0.01);
    key(Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    expectEndMoved(-0.1);
    // Where } is Shift+], a press is both keys of the command.
    for (const auto& [command, seconds] : {std::pair{"endLater", 0.01}, std::pair{"endEarlier", -0.01},
                                           std::pair{"endMuchLater", 0.1}, std::pair{"endMuchEarlier", -0.1}}) {
        QAction* action = studio.window.actions()[command];
        QShortcutEvent both(action->shortcut(), 0, true);
        QApplication::sendEvent(action, &both);
        expectEndMoved(seconds);
    }
}

TEST_F(LabellingKeysTest, SegmentsAreSplitMergedAndDuplicatedByKeys) {
    mark(10, 14, LabelClass::Unsure);
    timeline->setCursor(at(11));
    key(Qt::Key_T);
    ASSERT_EQ(segments().size(), 2U);
    EXPECT_EQ(range(0), (SampleRange{at(10), at(11)}));
    EXPECT_EQ(range(1), (SampleRange{at(11), at(14)}));
    EXPECT_EQ(segments()[1].labelClass, LabelClass::Unsure);
    key(Qt::Key_A, Qt::ControlModifier);
    EXPECT_EQ(selected().size(), 2U);
    key(Qt::Key_M);
    ASSERT_EQ(segments().size(), 1U);
    EXPECT_EQ(range(0), (SampleRange{at(10), at(14)}));
    mark(15, 16);
    timeline->selectSegments({segments()[0].id});
    key(Qt::Key_D);
    ASSERT_EQ(segments().size(), 3U);
    EXPECT_EQ(range(2), (SampleRange{at(16), at(20)})) << "the gap before is too short";
    EXPECT_EQ(selected(), (std::vector<int64_t>{segments()[2].id}));
    while (studio.session.canUndo())
        studio.session.undo();
    EXPECT_TRUE(segments().empty());
}

TEST_F(LabellingKeysTest, ABandSelectsAndOneOfSeveralTakesAllAlong) {
    mark(2, 4);
    mark(6, 8);
    mark(20, 22);
    drag(1, 7, Qt::ShiftModifier);
    EXPECT_EQ(selected(), (std::vector<int64_t>{segments()[0].id, segments()[1].id}));
    EXPECT_EQ(segments().size(), 3U) << "a band marks nothing";
    const double framesPerPixel =
        timeline->visible().length() / TimelineLayout::of(timeline->size()).waveform.width() * kRate;
    const double by = (pointAt(10).x() - pointAt(7).x()) * framesPerPixel;
    drag(7, 10);
    EXPECT_NEAR(static_cast<double>(range(0).begin), static_cast<double>(at(2)) + by, 2);
    EXPECT_EQ(range(0).length(), at(2));
    EXPECT_EQ(range(1).begin - range(0).begin, at(4)) << "they move together";
    EXPECT_EQ(range(2), (SampleRange{at(20), at(22)}));
    EXPECT_EQ(selected().size(), 2U);
    drag((toSeconds(range(1).begin, kRate) + toSeconds(range(1).end, kRate)) / 2, 39);
    EXPECT_EQ(range(1).end, at(20)) << "as far as the first of them can";
    EXPECT_EQ(range(1).begin - range(0).begin, at(4));
    key(Qt::Key_2);
    EXPECT_EQ(segments()[0].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::NotApplause);
    key(Qt::Key_Delete);
    EXPECT_EQ(segments().size(), 1U);
    studio.session.undo();
    studio.session.undo();
    EXPECT_EQ(segments()[0].labelClass, LabelClass::Applause);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::Applause);
    EXPECT_EQ(studio.session.project().editsDone, 5U) << "three marks and two moves";
}

TEST_F(LabellingKeysTest, AClassKeyIsForTheSelectionOrElseForWhatIsMarkedNext) {
    mark(10, 12);
    timeline->selectSegments({segments()[0].id});
    key(Qt::Key_2);
    EXPECT_EQ(segments()[0].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(timeline->markingClass(), LabelClass::Applause);
    EXPECT_TRUE(studio.window.actions()["classApplause"]->isChecked());
    timeline->selectSegments({});
    key(Qt::Key_3);
    EXPECT_EQ(segments()[0].labelClass, LabelClass::NotApplause);
    EXPECT_TRUE(studio.window.actions()["classUnsure"]->isChecked());
    EXPECT_TRUE(studio.window.statusBar()->currentMessage().endsWith(QStringLiteral("Unsure")));
    drag(20, 22);
    ASSERT_EQ(segments().size(), 2U);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::Unsure);
}

TEST_F(LabellingKeysTest, WhereNothingIsLeftToProposeItSaysSo) {
    studio.session.setProposing(true);
    ASSERT_TRUE(waitFor([&] { return !studio.session.proposals(id).empty(); }));
    const QString speech = folder.copy("clips/other/speech-en.flac", QStringLiteral("only speech.flac"));
    ASSERT_TRUE(add(studio.session, {speech}, LabellingScript::kRecordings + 1));
    studio.session.setCurrentSpeech(studio.session.project().speeches.back().id);
    const auto texts = [&] {
        QStringList all;
        for (const QLabel* label : studio.window.findChild<ProposalBar*>()->findChildren<QLabel*>())
            all << label->text();
        return all;
    };
    EXPECT_TRUE(waitFor([&] { return texts().contains(QStringLiteral("Nothing left to propose")); }))
        << texts().join(QLatin1Char('|')).toStdString();
}

TEST_F(LabellingKeysTest, SnappingIsSwitchedByItsKeyTurnedRoundByAltAndRemembered) {
    mark(10, 12);
    const auto markNear = [&](Qt::KeyboardModifiers modifiers) {
        drag(14, 12.15, modifiers); // a few pixels after the edge
        const SampleRange made = range(1);
        studio.session.undo();
        return made;
    };
    EXPECT_NE(markNear({}).begin, at(12));
    EXPECT_EQ(markNear(Qt::AltModifier).begin, at(12));
    key(Qt::Key_S);
    EXPECT_TRUE(timeline->snapping());
    EXPECT_TRUE(studio.window.actions()["snap"]->isChecked());
    EXPECT_EQ(markNear({}).begin, at(12));
    EXPECT_NE(markNear(Qt::AltModifier).begin, at(12));
    EXPECT_TRUE(studio.settings.value("label/snap").toBool());
    key(Qt::Key_S);
    EXPECT_FALSE(studio.settings.value("label/snap").toBool());
}

TEST_F(LabellingKeysTest, ProposalsAreAcceptedAndRejectedOneByOneByKeys) {
    mark(2, 4, LabelClass::Unsure); // the first loud stretch of this recording
    key(Qt::Key_P, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return !studio.session.proposals(id).empty(); }));
    const auto all = studio.session.proposals(id);
    ASSERT_EQ(all.size(), 9U);
    EXPECT_NEAR(toSeconds(all[0].range.begin, kRate), 6, 0.5);
    EXPECT_NEAR(toSeconds(all[0].range.end, kRate), 8, 0.5);
    QSignalSpy played(timeline, &TimelineView::playRequested);
    timeline->setCursor(0);
    key(Qt::Key_A);
    EXPECT_EQ(segments().size(), 1U) << "nothing is accepted unheard";
    EXPECT_TRUE(studio.window.statusBar()->currentMessage().contains(QStringLiteral("A accepts it, R rejects it")));
    EXPECT_EQ(played.count(), 1);
    EXPECT_EQ(timeline->selectedProposal(), 0U);
    key(Qt::Key_A);
    ASSERT_EQ(segments().size(), 2U);
    EXPECT_EQ(segments()[1].range, all[0].range);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::Applause);
    EXPECT_EQ(segments()[1].origin, Origin::Proposed);
    EXPECT_DOUBLE_EQ(segments()[1].score, all[0].score);
    EXPECT_EQ(played.count(), 2) << "the next one plays";
    EXPECT_EQ(studio.session.proposals(id).size(), 8U);
    key(Qt::Key_R);
    ASSERT_EQ(segments().size(), 3U);
    EXPECT_EQ(segments()[2].range, all[1].range);
    EXPECT_EQ(segments()[2].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(segments()[2].origin, Origin::Rejected);
    key(Qt::Key_J);
    EXPECT_EQ(timeline->selectedProposal(), 1U) << "passed over without a verdict";
    studio.session.undo();
    studio.session.undo();
    EXPECT_EQ(studio.session.proposals(id), all) << "what is undone is proposed again";
    auto* slider = studio.window.findChild<ProposalBar*>()->findChild<QSlider*>();
    QTest::keyClick(slider, Qt::Key_Home);
    EXPECT_EQ(studio.session.proposalSensitivity(), 0);
    EXPECT_LE(studio.session.proposals(id).size(), all.size());
}

TEST_F(LabellingKeysTest, AnEdgeThatSnapsIsSaidWhileItIsDragged) {
    mark(10, 12);
    timeline->setSnapping(true);
    QSignalSpy snapped(timeline, &TimelineView::snapped);
    const auto moveTo = [&](double seconds) {
        QMouseEvent move(QEvent::MouseMove, pointAt(seconds), timeline->mapToGlobal(pointAt(seconds)), Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(timeline, &move);
    };
    QTest::mousePress(timeline, Qt::LeftButton, Qt::NoModifier, pointAt(15));
    moveTo(13);
    moveTo(12.15);
    ASSERT_GE(snapped.count(), 1);
    EXPECT_TRUE(snapped.last()[0].toBool());
    EXPECT_TRUE(studio.window.statusBar()->currentMessage().startsWith(QStringLiteral("Snapped")));
    EXPECT_TRUE(studio.window.statusBar()->currentMessage().contains(QStringLiteral("Alt")));
    QTest::mouseRelease(timeline, Qt::LeftButton, Qt::NoModifier, pointAt(12.15));
    EXPECT_FALSE(snapped.last()[0].toBool());
    EXPECT_EQ(studio.window.statusBar()->currentMessage(), QString());
    EXPECT_EQ(range(1).begin, at(12));
}

TEST_F(LabellingKeysTest, AnEndWithoutABeginningSaysWhatIsMissing) {
    const auto said = [&] { return studio.window.statusBar()->currentMessage(); };
    timeline->setCursor(at(12));
    key(Qt::Key_O);
    EXPECT_TRUE(segments().empty());
    EXPECT_TRUE(said().contains(QStringLiteral("Press I where it begins, then O"))) << said().toStdString();
    studio.window.statusBar()->clearMessage();
    key(Qt::Key_I);
    timeline->setCursor(at(14));
    key(Qt::Key_O);
    ASSERT_EQ(segments().size(), 1U);
    EXPECT_EQ(range(0), (SampleRange{at(12), at(14)}));
    EXPECT_EQ(said(), QString());
    key(Qt::Key_O);
    EXPECT_TRUE(said().contains(QStringLiteral("No segment is begun"))) << "it was ended";
    // On what is labelled already nothing can be marked.
    timeline->setCursor(at(12.5));
    key(Qt::Key_I);
    timeline->setCursor(at(13));
    key(Qt::Key_O);
    EXPECT_EQ(segments().size(), 1U);
    EXPECT_TRUE(said().contains(QStringLiteral("other labels lie there"))) << said().toStdString();
}

TEST_F(LabellingKeysTest, MarkingAsFullyLabelledSaysWhatWasStillProposed) {
    studio.session.setProposing(true);
    ASSERT_TRUE(waitFor([&] { return !studio.session.proposals(id).empty(); }));
    const auto all = studio.session.proposals(id);
    ASSERT_GT(all.size(), 1U);
    const auto said = [&] {
        return studio.window.messages()
            ->texts()
            .filter(QStringLiteral("%1 proposals were still open").arg(all.size()))
            .size();
    };
    key(Qt::Key_F);
    EXPECT_TRUE(studio.session.proposals(id).empty());
    EXPECT_EQ(said(), 1);
    studio.session.undo();
    EXPECT_EQ(said(), 0) << "it does not hold any more";
    EXPECT_EQ(studio.session.proposals(id), all);
    studio.session.setProposing(false);
    key(Qt::Key_F);
    EXPECT_EQ(said(), 0);
}

TEST_F(LabellingKeysTest, AClickOnAProposalsMarksJudgesIt) {
    studio.session.setProposing(true);
    ASSERT_TRUE(waitFor([&] { return !studio.session.proposals(id).empty(); }));
    const auto all = studio.session.proposals(id);
    timeline->setVisible(TimeSpan{0, 20}); // wide enough for the marks
    TimelineScene scene;
    scene.layout = TimelineLayout::of(timeline->size());
    scene.axis = TimeAxis(40 * kRate, kRate, scene.layout.ruler.width());
    scene.axis.setVisible({0, 20});
    const ProposalMarks marks = proposalMarks(scene, all[0]);
    ASSERT_FALSE(marks.accept.isEmpty());
    QTest::mouseClick(timeline, Qt::LeftButton, {}, marks.accept.center().toPoint());
    ASSERT_EQ(segments().size(), 1U);
    EXPECT_EQ(segments()[0].range, all[0].range);
    QTest::mouseClick(timeline, Qt::LeftButton, {}, proposalMarks(scene, all[1]).reject.center().toPoint());
    ASSERT_EQ(segments().size(), 2U);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::NotApplause);
}

TEST_F(LabellingKeysTest, RecordingsCursorAndMarkAreReachedByKeys) {
    key(Qt::Key_PageDown);
    EXPECT_NE(studio.session.currentSpeech(), id);
    key(Qt::Key_PageUp);
    EXPECT_EQ(studio.session.currentSpeech(), id);
    timeline->setCursor(at(10));
    key(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(timeline->cursor(), at(11));
    key(Qt::Key_Left, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(timeline->cursor(), at(6));
    key(Qt::Key_End);
    EXPECT_EQ(timeline->cursor(), at(40));
    while (studio.window.messages()->dismissNewest()) // Escape is for messages first
        ;
    timeline->setCursor(at(1));
    key(Qt::Key_I);
    key(Qt::Key_Escape);
    timeline->setCursor(at(3));
    key(Qt::Key_O);
    EXPECT_TRUE(segments().empty()) << "Escape forgets where the mark began";
}

TEST_F(LabellingKeysTest, PlaybackIsSlowedAndHastenedByKeys) {
    key(Qt::Key_Less);
    EXPECT_LT(studio.player.speed(), 1);
    key(Qt::Key_Period);
    EXPECT_EQ(studio.player.speed(), 1);
    for (int i = 0; i < 20; ++i)
        key(Qt::Key_Greater);
    EXPECT_EQ(studio.player.speed(), 2);
}

} // namespace
} // namespace ovation::ui::test
