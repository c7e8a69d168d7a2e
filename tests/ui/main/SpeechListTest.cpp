// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/SpeechList.h"

#include "tests/ui/ManyRecordings.h"
#include "tests/ui/Studio.h"

#include <QLineEdit>
#include <QListView>
#include <QScrollBar>

namespace ovation::ui::test {
namespace {

/// The list alone, of more recordings than it has room for.
class SpeechListTest : public ::testing::Test {
protected:
    void SetUp() override {
        const QString project = folder.path(QStringLiteral("p.ovation"));
        ASSERT_NO_FATAL_FAILURE(writeManyRecordings(project, 60, [](ProjectStore&, SpeechId) {}));
        ASSERT_TRUE(open(session, project));
        list.resize(300, 600);
        list.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&list));
        ASSERT_TRUE(waitFor([&] { return view->model()->rowCount() == 60 && height() > 300; }));
    }
    int height() const { return view->viewport()->height(); }
    QRect place(int row) const { return view->visualRect(view->model()->index(row, 0)); }
    bool isWhole(int row) const { return view->viewport()->rect().contains(place(row)); }
    int lastWhole() const {
        int row = 0;
        while (isWhole(row + 1))
            ++row;
        return row;
    }
    void setCurrent(int row) { view->setCurrentIndex(view->model()->index(row, 0)); }
    bool resizeTo(int newHeight) {
        const int before = height();
        list.resize(300, newHeight);
        return waitFor([&] { return height() != before; });
    }

    const Folder folder;
    Session session;
    SpeechList list{&session};
    QListView* view = list.view();
};

TEST_F(SpeechListTest, TheCurrentRowStaysWholeWhenTheListGetsSmaller) {
    const int row = lastWhole();
    setCurrent(row);
    ASSERT_TRUE(isWhole(row));
    for (int newHeight = 590; newHeight >= 300; newHeight -= 10) {
        ASSERT_TRUE(resizeTo(newHeight));
        ASSERT_TRUE(isWhole(row)) << newHeight;
    }
    ASSERT_TRUE(resizeTo(600));
    EXPECT_TRUE(isWhole(row));
}

TEST_F(SpeechListTest, TheRowThatHasTheKeyboardIsSeen) {
    list.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&list));
    setCurrent(2);
    list.findChild<QLineEdit*>()->setFocus(Qt::ShortcutFocusReason);
    ASSERT_FALSE(view->hasFocus());
    const QImage elsewhere = view->viewport()->grab(place(2)).toImage();
    view->setFocus(Qt::ShortcutFocusReason);
    ASSERT_TRUE(view->hasFocus());
    EXPECT_NE(view->viewport()->grab(place(2)).toImage(), elsewhere);
}

TEST(SpeechListTips, TellLabelsAndWhatIsDetected) {
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    ASSERT_NO_FATAL_FAILURE(writeManyRecordings(project, 2, [](ProjectStore& store, SpeechId id) {
        if (id != 1) return;
        Detection detection;
        detection.speech = id;
        detection.model = "Starter";
        detection.segments = {{{16000, 64000}, 0.9, 0.95, Verdict::Open}, {{80000, 96000}, 0.9, 0.95, Verdict::Open}};
        ASSERT_TRUE(store.putDetection(detection));
    }));
    Session session;
    ASSERT_TRUE(open(session, project));
    ASSERT_NE(session.addSegment(1, {200000, 240000}, LabelClass::Applause), 0);
    const SpeechList list(&session);
    const auto tip = [&](int row) {
        return list.view()->model()->index(row, 0).data(Qt::ToolTipRole).toString().section(QLatin1Char('\n'), 1, 1);
    };
    EXPECT_TRUE(tip(0).endsWith(QStringLiteral("1 label, 2 detected (2 open)"))) << tip(0).toStdString();
    EXPECT_TRUE(tip(1).endsWith(QStringLiteral("no labels"))) << tip(1).toStdString();
}

TEST_F(SpeechListTest, ACurrentRowThatWasScrolledAwayStaysAway) {
    setCurrent(40);
    ASSERT_TRUE(isWhole(40));
    view->verticalScrollBar()->setValue(0);
    ASSERT_FALSE(isWhole(40));
    ASSERT_TRUE(resizeTo(400));
    EXPECT_EQ(view->verticalScrollBar()->value(), 0);
    ASSERT_TRUE(resizeTo(600));
    EXPECT_EQ(view->verticalScrollBar()->value(), 0);
}

} // namespace
} // namespace ovation::ui::test
