// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineView.h"
#include "ui/session/Player.h"
#include "ui/session/Session.h"
#include "ui/timeline/TimelineScene.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QElapsedTimer>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest/QTest>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace ovation::ui {
namespace {

/// A real session with a real recording; events go through Qt as a person's would.
class TimelineViewTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(m_folder.isValid());
        qputenv("XDG_DATA_HOME", m_folder.path().toUtf8());
        m_session = std::make_unique<Session>();
        m_session->newProject();
        m_session->addAudio({QStringLiteral(OVATION_EXAMPLE "/unlabelled/spanish.flac")});
        ASSERT_TRUE(QTest::qWaitFor([this] { return !m_session->project().speeches.empty(); }, 20000));
        m_session->setCurrentSpeech(speech().id);
        m_view = std::make_unique<TimelineView>(m_session.get(), nullptr);
        m_view->resize(1056, 600);
        m_view->setSnapping(false);
        m_view->show();
    }

    const Speech& speech() const { return m_session->project().speeches.front(); }
    const std::vector<Segment>& segments() const { return m_session->segments(speech().id); }
    TimelineLayout layout() const { return TimelineLayout::of(m_view->size()); }
    TimeAxis axis() const {
        TimeAxis result(speech().frames, speech().sampleRate, layout().ruler.width());
        result.setVisible(m_view->visible());
        return result;
    }
    QPoint at(double share) const { return inLane(layout().waveform, share); }
    QPoint inLane(const QRectF& lane, double share) const {
        return QPointF(lane.left() + share * lane.width(), lane.center().y()).toPoint();
    }
    int64_t frameAt(QPoint point) const { return axis().toFrame(point.x() - layout().ruler.left()); }
    void drag(QPoint from, QPoint to, bool release = true) {
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, from);
        QTest::mouseMove(m_view.get(), (from + to) / 2);
        QTest::mouseMove(m_view.get(), to);
        if (release) QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, to);
    }

    /// Weak applause from 10 to 20 s, strong from 40 to 50 s.
    void detectWeakAndStrong() {
        ASSERT_TRUE(
            QTest::qWaitFor([this] { return m_session->model() != nullptr; }, 20000)); // settings stay from here
        auto& detection = const_cast<ProjectData&>(m_session->project()).detections[speech().id];
        detection.speech = speech().id;
        detection.curve = {0, 0.5, speech().durationS(), std::vector<float>(120, 0.02F)};
        std::fill(detection.curve.values.begin() + 20, detection.curve.values.begin() + 41, 0.6F);
        std::fill(detection.curve.values.begin() + 80, detection.curve.values.begin() + 101, 0.9F);
        decodeAt(0.4);
        ASSERT_EQ(detected().size(), 2U);
    }
    void decodeAt(double threshold) {
        DecoderOptions options;
        options.threshold = threshold;
        m_session->setDecoder(options);
    }
    const std::vector<DetectedSegment>& detected() const { return m_session->detection(speech().id)->segments; }
    QPoint detectedAt(double seconds) const { // near the lane's top: the threshold's line is further down
        const QRectF& lane = layout().detections;
        return QPointF(lane.left() + seconds / speech().durationS() * lane.width(), lane.top() + 6).toPoint();
    }
    /// Accepts by the menu at a place, and does something else while the menu is open.
    void acceptByMenu(QPoint place, const std::function<void()>& meanwhile) {
        bool found = false;
        QTimer::singleShot(0, m_view.get(), [&] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            ASSERT_NE(menu, nullptr);
            meanwhile();
            for (QAction* action : menu->actions()) {
                if (action->text() != QStringLiteral("Accept: Applause")) continue;
                found = true;
                action->trigger();
            }
            menu->close();
        });
        QContextMenuEvent event(QContextMenuEvent::Mouse, place, m_view->mapToGlobal(place));
        QApplication::sendEvent(m_view.get(), &event);
        EXPECT_TRUE(found);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<TimelineView> m_view;
};

TEST_F(TimelineViewTest, DragMarksTheStretchUnderThePointer) {
    m_view->setMarkingClass(LabelClass::Unsure);
    drag(at(0.2), at(0.4));
    ASSERT_EQ(segments().size(), 1U);
    EXPECT_EQ(segments()[0].range, (SampleRange{frameAt(at(0.2)), frameAt(at(0.4))}));
    EXPECT_EQ(segments()[0].labelClass, LabelClass::Unsure);
    EXPECT_EQ(m_view->selectedSegments(), (std::vector<int64_t>{segments()[0].id}));
}

TEST_F(TimelineViewTest, MoveAndResizeAreOneUndoStepEach) {
    drag(at(0.2), at(0.4));
    const SampleRange marked = segments()[0].range;
    drag(at(0.3), at(0.5));
    EXPECT_EQ(segments()[0].range.length(), marked.length());
    EXPECT_EQ(segments()[0].range.begin - marked.begin, frameAt(at(0.5)) - frameAt(at(0.3)));
    const SampleRange moved = segments()[0].range;
    drag(at(0.6), at(0.7));
    EXPECT_EQ(segments()[0].range.begin, moved.begin);
    EXPECT_GT(segments()[0].range.end, moved.end);
    m_session->undo();
    EXPECT_EQ(segments()[0].range, moved);
    m_session->undo();
    EXPECT_EQ(segments()[0].range, marked);
    m_session->undo();
    EXPECT_TRUE(segments().empty());
}

TEST_F(TimelineViewTest, EscapeCancelsADragWithoutAnEdit) {
    drag(at(0.2), at(0.4));
    const SampleRange marked = segments()[0].range;
    drag(at(0.3), at(0.6), false);
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, at(0.6));
    EXPECT_EQ(segments()[0].range, marked);
    m_session->undo();
    EXPECT_TRUE(segments().empty()) << "the cancelled drag left an edit";
}

TEST_F(TimelineViewTest, ControlAndShiftSelectSeveralAndDeleteRemovesThemAtOnce) {
    for (const double share : {0.1, 0.3, 0.5})
        drag(at(share), at(share + 0.1));
    ASSERT_EQ(segments().size(), 3U);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, at(0.15));
    QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ShiftModifier, at(0.55));
    EXPECT_EQ(m_view->selectedSegments().size(), 3U);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier, at(0.35));
    EXPECT_EQ(m_view->selectedSegments().size(), 2U);
    QTest::keyClick(m_view.get(), Qt::Key_Delete);
    EXPECT_EQ(segments().size(), 1U);
    EXPECT_TRUE(m_view->selectedSegments().empty());
    m_session->undo();
    EXPECT_EQ(segments().size(), 3U);
}

TEST_F(TimelineViewTest, NudgingTheEdgesOfSeveralIsOneChangeEachTimeAndOneStepBack) {
    for (const double share : {0.1, 0.3, 0.5})
        drag(at(share), at(share + 0.1));
    ASSERT_EQ(segments().size(), 3U);
    const std::vector<Segment> before = segments();
    m_view->selectSegments({before[0].id, before[1].id, before[2].id});
    QSignalSpy told(m_session.get(), &Session::segmentsChanged);
    m_view->nudgeSelection(0, -0.01);
    EXPECT_EQ(told.count(), 1);
    m_view->nudgeSelection(0.1, 0);
    EXPECT_EQ(told.count(), 2);
    for (size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(segments()[i].range, (SampleRange{before[i].range.begin + toFrame(0.1, speech().sampleRate),
                                                    before[i].range.end + toFrame(-0.01, speech().sampleRate)}));
    EXPECT_EQ(m_view->selectedSegments().size(), 3U);
    m_session->undo();
    EXPECT_EQ(segments(), before);
}

TEST_F(TimelineViewTest, ScreenReadersAreToldWhatIsSelectedAsLongAsItIs) {
    const auto told = [this] { return m_view->accessibleDescription(); };
    const QString nothing = told();
    EXPECT_FALSE(nothing.isEmpty());
    drag(at(0.1), at(0.2));
    const QString marked = told();
    EXPECT_TRUE(marked.startsWith(QStringLiteral("Selected: "))) << marked.toStdString();
    m_view->nudgeSelection(0.1, 0.1);
    EXPECT_TRUE(told().startsWith(QStringLiteral("Selected: "))) << told().toStdString();
    EXPECT_NE(told(), marked);
    m_view->selectSegments({});
    EXPECT_EQ(told(), nothing);
    m_view->selectSegments({segments()[0].id});
    EXPECT_NE(told(), nothing);
    m_view->deleteSelection();
    EXPECT_EQ(told(), nothing);
}

TEST_F(TimelineViewTest, ScreenReadersAreToldWhatKindOfThingIsSelected) {
    const auto told = [this] { return m_view->accessibleDescription(); };
    drag(at(0.05), at(0.1));
    EXPECT_TRUE(told().startsWith(QStringLiteral("Selected: Applause, "))) << told().toStdString();
    m_view->setClassOfSelection(LabelClass::Unsure);
    EXPECT_TRUE(told().startsWith(QStringLiteral("Selected: Unsure, "))) << told().toStdString();
    drag(at(0.15), at(0.2));
    m_view->selectSegments({segments()[0].id, segments()[1].id});
    EXPECT_TRUE(told().startsWith(QStringLiteral("Selected: 2 labels, "))) << told().toStdString();
    detectWeakAndStrong();
    m_view->selectDetection(0);
    EXPECT_TRUE(told().startsWith(QStringLiteral("Selected: detected applause, mean 0."))) << told().toStdString();
}

TEST_F(TimelineViewTest, TheMenuOfTheKeyboardIsThatOfTheSelectionWhereverThePointerIs) {
    drag(at(0.1), at(0.2));
    drag(at(0.45), at(0.55)); // in the middle of the view
    const int64_t first = segments()[0].id;
    const auto texts = [this] {
        QStringList shown;
        QTimer::singleShot(0, m_view.get(), [&shown] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            ASSERT_NE(menu, nullptr);
            for (const QAction* action : menu->actions())
                shown << action->text();
            menu->close();
        });
        const QPoint middle = m_view->rect().center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, middle, m_view->mapToGlobal(middle));
        QApplication::sendEvent(m_view.get(), &event);
        return shown;
    };
    m_view->selectSegments({first});
    EXPECT_TRUE(texts().contains(QStringLiteral("Split at Cursor")));
    EXPECT_EQ(m_view->selectedSegments(), std::vector<int64_t>{first}) << "the one in the middle was not meant";
    m_view->selectSegments({});
    EXPECT_FALSE(texts().contains(QStringLiteral("Split at Cursor")));
    EXPECT_TRUE(m_view->selectedSegments().empty());
}

TEST_F(TimelineViewTest, ClassOfSeveralAndRepeatedNudgesAreOneStepBack) {
    drag(at(0.1), at(0.2));
    drag(at(0.3), at(0.4));
    m_view->selectSegments({segments()[0].id, segments()[1].id});
    m_view->setClassOfSelection(LabelClass::NotApplause);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::NotApplause);
    m_session->undo();
    EXPECT_EQ(segments()[0].labelClass, LabelClass::Applause);
    EXPECT_EQ(segments()[1].labelClass, LabelClass::Applause);
    const int64_t begin = segments()[0].range.begin;
    m_view->selectSegments({segments()[0].id});
    for (int i = 0; i < 3; ++i)
        m_view->nudgeSelection(0.01, 0);
    EXPECT_EQ(segments()[0].range.begin, begin + 3 * toFrame(0.01, speech().sampleRate));
    m_session->undo();
    EXPECT_EQ(segments()[0].range.begin, begin);
}

TEST_F(TimelineViewTest, ThresholdLineCanBeDraggedOnceThereIsADetection) {
    auto& detection = const_cast<ProjectData&>(m_session->project()).detections[speech().id];
    detection.speech = speech().id;
    detection.curve = {0, 0.5, speech().durationS(), std::vector<float>(20, 0.6F)};
    TimelineScene scene;
    scene.layout = layout();
    const double x = scene.layout.detections.center().x();
    const auto point = [&](double probability) { return QPointF(x, scene.y(probability)).toPoint(); };
    drag(point(m_session->decoder().threshold), point(0.8));
    const double dragged = m_session->decoder().threshold;
    EXPECT_NEAR(dragged, 0.8, 0.02);
    EXPECT_EQ(dragged, std::round(dragged * 100) / 100) << "as shown";
    scene.threshold = 0.0723;
    EXPECT_EQ(scene.thresholdText(), QStringLiteral("0.0723"));
    scene.threshold = 0.5;
    EXPECT_EQ(scene.thresholdText(), QStringLiteral("0.50"));
}

TEST_F(TimelineViewTest, AClickOnADetectedSegmentSelectsWhatIsThereWhenTheButtonIsLetGo) {
    ASSERT_NO_FATAL_FAILURE(detectWeakAndStrong());
    const QPoint weak = detectedAt(15), strong = detectedAt(45);
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, weak);
    decodeAt(0.75); // it is gone, and the other one has its number
    ASSERT_EQ(detected().size(), 1U);
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, weak);
    EXPECT_EQ(m_view->selectedDetection(), std::nullopt);
    EXPECT_EQ(m_view->cursor(), frameAt(weak));

    decodeAt(0.4);
    ASSERT_EQ(detected().size(), 2U);
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, strong);
    decodeAt(0.75);
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, strong);
    EXPECT_EQ(m_view->selectedDetection(), 0U);
    EXPECT_EQ(m_view->cursor(), detected()[0].range.begin);
}

TEST_F(TimelineViewTest, TheMenuOfADetectedSegmentJudgesThatOneOrNone) {
    ASSERT_NO_FATAL_FAILURE(detectWeakAndStrong());
    acceptByMenu(detectedAt(15), [] {});
    ASSERT_EQ(segments().size(), 1U);
    EXPECT_EQ(segments()[0].range, detected()[0].range);
    m_session->undo();
    QSignalSpy messages(m_session.get(), &Session::messageRaised);
    acceptByMenu(detectedAt(15), [this] { decodeAt(0.75); });
    EXPECT_TRUE(segments().empty());
    ASSERT_GT(messages.count(), 0);
    EXPECT_TRUE(messages.last()[0].toString().contains(QStringLiteral("nothing was judged")));
}

TEST_F(TimelineViewTest, ClickSetsTheCursorAndMarkInOutMarksBetween) {
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, at(0.25));
    EXPECT_EQ(m_view->cursor(), frameAt(at(0.25)));
    m_view->markIn();
    m_view->setCursor(frameAt(at(0.35)));
    m_view->markOut();
    ASSERT_EQ(segments().size(), 1U);
    EXPECT_EQ(segments()[0].range, (SampleRange{frameAt(at(0.25)), frameAt(at(0.35))}));
    m_view->markOut();
    EXPECT_EQ(segments().size(), 1U) << "without a beginning there is nothing to mark";
}

TEST_F(TimelineViewTest, ControlWheelZoomsAtThePointer) {
    const QPoint point = at(0.7);
    const double before = axis().toSeconds(point.x() - layout().ruler.left());
    QWheelEvent wheel(point, m_view->mapToGlobal(point), {}, {0, 480}, Qt::NoButton, Qt::ControlModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_view.get(), &wheel);
    EXPECT_LT(m_view->visible().length(), speech().durationS() / 2);
    EXPECT_NEAR(axis().toSeconds(point.x() - layout().ruler.left()), before, 1e-6);
}

TEST_F(TimelineViewTest, PaintsTheSpectrogramAsItComesAndSurvivesNoSizeAndNoSpeech) {
    const auto spectrogramColours = [this] {
        const QImage picture = m_view->grab(layout().spectrogram.toRect()).toImage();
        std::set<QRgb> colours;
        for (int x = 0; x < picture.width(); x += 7)
            colours.insert(picture.pixel(x, picture.height() / 2));
        return colours.size();
    };
    EXPECT_TRUE(QTest::qWaitFor([&] { return spectrogramColours() > 20; }, 20000));
    m_view->resize(0, 0);
    m_view->resize(1, 1);
    m_view->grab();
    m_session->removeSpeech(speech().id);
    m_view->resize(600, 300);
    m_view->grab();
    m_view->zoomBy(2);
    m_view->deleteSelection();
    m_view->selectNext(1);
    EXPECT_FALSE(m_view->selectedTime());
}

} // namespace
} // namespace ovation::ui
