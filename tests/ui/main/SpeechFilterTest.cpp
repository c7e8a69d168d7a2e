// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Studio.h"
#include "ui/main/SpeechList.h"

#include <QLineEdit>
#include <QListView>

namespace ovation::ui::test {
namespace {

/// The list alone, of the recordings jet, rain and wind, of which jet is open.
class SpeechFilterTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(
            session,
            {example("clips/other/jet.flac"), example("clips/other/rain.flac"), example("clips/other/wind.flac")}, 3));
        session.setCurrentSpeech(idOf("jet"));
        list.resize(300, 600);
        list.show();
        list.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&list));
        ASSERT_EQ(selected(), QStringList{QStringLiteral("jet.flac")});
        list.focusFilter();
    }
    SpeechId idOf(const char* stem) const {
        for (const Speech& speech : session.project().speeches)
            if (speech.path.ends_with(std::string(stem) + ".flac")) return speech.id;
        return 0;
    }
    QStringList selected() const {
        QStringList names;
        for (const QModelIndex& index : view->selectionModel()->selectedIndexes())
            names << index.data().toString();
        return names;
    }
    int shown() const { return view->model()->rowCount(); }

    Session session;
    SpeechList list{&session};
    QListView* view = list.view();
    QLineEdit* filter = list.findChild<QLineEdit*>();
};

TEST_F(SpeechFilterTest, TypingOpensNothingAndEnterTheFirstThatIsLeft) {
    QSignalSpy opened(&session, &Session::currentSpeechChanged);
    QTest::keyClicks(filter, QStringLiteral("rain"));
    ASSERT_EQ(shown(), 1);
    EXPECT_EQ(opened.count(), 0);
    EXPECT_EQ(session.currentSpeech(), idOf("jet"));
    EXPECT_EQ(selected(), QStringList()) << "jet is not listed";
    QTest::keyClick(filter, Qt::Key_Return);
    EXPECT_EQ(session.currentSpeech(), idOf("rain"));
    EXPECT_EQ(selected(), QStringList{QStringLiteral("rain.flac")});
    EXPECT_EQ(list.focusWidget(), view);
}

TEST_F(SpeechFilterTest, EscapeShowsAllAgainThenGoesToTheList) {
    QTest::keyClicks(filter, QStringLiteral("wind"));
    ASSERT_EQ(shown(), 1);
    QTest::keyClick(filter, Qt::Key_Escape);
    EXPECT_EQ(filter->text(), QString());
    EXPECT_EQ(shown(), 3);
    EXPECT_EQ(session.currentSpeech(), idOf("jet"));
    EXPECT_EQ(selected(), QStringList{QStringLiteral("jet.flac")});
    EXPECT_EQ(list.focusWidget(), filter);
    QTest::keyClick(filter, Qt::Key_Escape);
    EXPECT_EQ(list.focusWidget(), view);
}

TEST_F(SpeechFilterTest, DownOpensTheFirstWhereTheOpenOneIsNotListed) {
    QTest::keyClick(filter, Qt::Key_Down);
    EXPECT_EQ(list.focusWidget(), view);
    EXPECT_EQ(session.currentSpeech(), idOf("jet"));
    list.focusFilter();
    QTest::keyClick(filter, Qt::Key_Return);
    EXPECT_EQ(session.currentSpeech(), idOf("jet")) << "nothing was looked for";
    list.focusFilter();
    QTest::keyClicks(filter, QStringLiteral("wind"));
    view->setFocus(Qt::TabFocusReason);
    EXPECT_EQ(session.currentSpeech(), idOf("jet")) << "Tab alone chooses nothing";
    list.focusFilter();
    QTest::keyClick(filter, Qt::Key_Down);
    EXPECT_EQ(list.focusWidget(), view);
    EXPECT_EQ(session.currentSpeech(), idOf("wind"));
}

TEST_F(SpeechFilterTest, AClickBelowTheRecordingsLeavesTheOpenOneSelected) {
    const QPoint below(20, view->viewport()->height() - 5);
    ASSERT_FALSE(view->indexAt(below).isValid());
    QTest::mouseClick(view->viewport(), Qt::LeftButton, Qt::NoModifier, below);
    EXPECT_EQ(selected(), QStringList{QStringLiteral("jet.flac")});
    EXPECT_EQ(session.currentSpeech(), idOf("jet"));
}

} // namespace
} // namespace ovation::ui::test
