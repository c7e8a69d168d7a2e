// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"

#include "ui/label/LabelPanel.h"
#include "ui/main/ActionTable.h"
#include "ui/main/SpeechList.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/RunsModel.h"
#include "ui/train/RunsTable.h"
#include "ui/train/TrainPanel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

namespace ovation::ui::test {
namespace {

/// A window with two recordings, a label and a control of some kind more.
class ControlKeysTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(studio.session));
        ASSERT_TRUE(add(studio.session, {example("clips/other/rain.flac"), example("clips/other/wind.flac")}, 2));
        id = studio.session.project().speeches[0].id;
        studio.session.setCurrentSpeech(id);
        const int64_t label = studio.session.addSegment(id, {10, 5000}, LabelClass::Applause);
        studio.window.timeline()->selectSegments({label});
        studio.window.timeline()->setFocus();
    }
    template <typename Control>
    Control* place() {
        auto* control = new Control(studio.window.centralWidget());
        control->setGeometry(0, 0, 200, 200);
        control->show();
        return control;
    }
    /// As a person does who presses Tab.
    void tabTo(QWidget* control) {
        studio.window.timeline()->setFocus();
        QTest::keyClick(studio.window.timeline(), Qt::Key_Tab);
        control->setFocus(Qt::TabFocusReason);
        ASSERT_TRUE(control->hasFocus());
    }
    QAction* action(const char* name) { return studio.window.actions()[name]; }
    size_t labels() { return studio.session.segments(id).size(); }

    const Folder folder;
    OpenStudio studio{folder.path(QStringLiteral("settings.ini"))};
    SpeechId id = 0;
};

TEST_F(ControlKeysTest, SpacePressesAButtonThatTheKeyboardWentToAndPlaysAfterAClick) {
    auto* button = place<QPushButton>();
    QSignalSpy pressed(button, &QPushButton::clicked);
    QSignalSpy played(action("playPause"), &QAction::triggered);
    ASSERT_NO_FATAL_FAILURE(tabTo(button));
    QTest::keyClick(button, Qt::Key_Space);
    EXPECT_EQ(pressed.count(), 1);
    EXPECT_EQ(played.count(), 0);
    QTest::mouseClick(button, Qt::LeftButton);
    QTest::keyClick(button, Qt::Key_Space);
    EXPECT_EQ(pressed.count(), 2) << "by the click";
    EXPECT_EQ(played.count(), 1);
    ASSERT_NO_FATAL_FAILURE(tabTo(button));
    QTest::keyClick(button, Qt::Key_Space);
    EXPECT_EQ(pressed.count(), 3);
    EXPECT_EQ(played.count(), 1);
}

TEST_F(ControlKeysTest, BoxesHaveTheKeysThatChooseInThem) {
    QSignalSpy played(action("playPause"), &QAction::triggered);
    QSignalSpy toEnd(action("toEnd"), &QAction::triggered);
    auto* choices = place<QComboBox>();
    choices->addItems({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")});
    ASSERT_NO_FATAL_FAILURE(tabTo(choices));
    QTest::keyClick(choices, Qt::Key_End);
    EXPECT_EQ(choices->currentIndex(), 2);
    EXPECT_EQ(toEnd.count(), 0);
    QTest::keyClick(choices, Qt::Key_Space);
    EXPECT_EQ(played.count(), 0);
    choices->hidePopup();
    auto* number = place<QDoubleSpinBox>();
    number->setFocus();
    QTest::keyClick(number, Qt::Key_PageUp);
    EXPECT_EQ(number->value(), 10);
    QTest::keyClick(number, Qt::Key_PageDown);
    EXPECT_EQ(number->value(), 0);
    EXPECT_EQ(studio.session.currentSpeech(), id);
}

TEST_F(ControlKeysTest, ListsHaveTheKeysThatMoveAndTickInThem) {
    QSignalSpy played(action("playPause"), &QAction::triggered);
    QSignalSpy scrolled(action("scrollRight"), &QAction::triggered);
    auto* list = place<QListWidget>();
    for (int i = 0; i < 50; ++i)
        list->addItem(QString::number(i));
    list->item(0)->setCheckState(Qt::Unchecked);
    list->setCurrentRow(0);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Space);
    EXPECT_EQ(list->item(0)->checkState(), Qt::Checked);
    EXPECT_EQ(played.count(), 0);
    QTest::keyClick(list, Qt::Key_PageDown);
    EXPECT_GT(list->currentRow(), 0);
    EXPECT_EQ(studio.session.currentSpeech(), id);
    QTest::keyClick(list, Qt::Key_End);
    EXPECT_EQ(list->currentRow(), 49);
    QTest::keyClick(list, Qt::Key_Right);
    EXPECT_EQ(scrolled.count(), 0);
    QTest::keyClick(list, Qt::Key_Space);
    EXPECT_EQ(played.count(), 1) << "there is nothing to tick";
}

TEST_F(ControlKeysTest, DeleteIsForLabelsWhereTheyAreChosen) {
    auto* list = place<QListWidget>();
    list->addItem(QStringLiteral("a run"));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Delete);
    QTest::keyClick(list, Qt::Key_Backspace);
    EXPECT_EQ(labels(), 1U);
    QTableView* table = studio.window.findChild<LabelPanel*>()->table();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Delete);
    EXPECT_EQ(labels(), 0U);
}

TEST_F(ControlKeysTest, InTheTableOfRunsSpaceTicksWhicheverCellIsCurrent) {
    QSignalSpy played(action("playPause"), &QAction::triggered);
    studio.window.setWorkspace(Workspace::Train);
    auto* panel = studio.window.findChild<TrainPanel*>();
    TrainingRun made;
    made.id = 1;
    made.name = "Run 1";
    panel->runs()->setRuns({made});
    auto* tabs = qobject_cast<QTabWidget*>(panel->runs()->parentWidget()->parentWidget());
    ASSERT_TRUE(tabs);
    tabs->setCurrentWidget(panel->runs());
    QTableView* view = panel->runs()->view();
    view->setFocus();
    ASSERT_TRUE(view->hasFocus());
    view->setCurrentIndex(view->model()->index(0, RunsModel::Duration));
    QTest::keyClick(view, Qt::Key_Space);
    EXPECT_EQ(panel->runs()->model()->checkedRuns().size(), 1U);
    EXPECT_EQ(played.count(), 0);
    QTest::keyClick(view, Qt::Key_Delete);
    EXPECT_EQ(labels(), 1U);
}

TEST_F(ControlKeysTest, TheListOfRecordingsLeavesTheTimelinesKeysToTheWindow) {
    QSignalSpy scrolled(action("scrollRight"), &QAction::triggered);
    QListView* list = studio.window.speeches()->view();
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Right);
    EXPECT_EQ(scrolled.count(), 1);
    QTest::keyClick(list, Qt::Key_PageDown);
    EXPECT_NE(studio.session.currentSpeech(), id);
}

} // namespace
} // namespace ovation::ui::test
