// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"

#include "ui/main/KeysDialog.h"
#include "ui/timeline/TimelineView.h"

#include <QDialogButtonBox>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSet>
#include <QTextBrowser>

namespace ovation::ui::test {
namespace {

class KeysDialogTest : public ::testing::Test {
protected:
    void open(OpenStudio& studio) {
        studio.window.actions()["changeKeys"]->trigger();
        dialog = studio.window.findChild<KeysDialog*>();
        ASSERT_TRUE(dialog);
        ASSERT_TRUE(QTest::qWaitForWindowActive(dialog));
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(dialog->findChild<QKeySequenceEdit*>(), key, modifiers);
    }
    void push(const QString& text) {
        for (QPushButton* button : dialog->findChildren<QPushButton*>())
            if (button->text() == text) return QTest::mouseClick(button, Qt::LeftButton);
        FAIL() << text.toStdString();
    }

    const Folder folder;
    const QString settings = folder.path(QStringLiteral("settings.ini"));
    KeysDialog* dialog = nullptr;
};

TEST_F(KeysDialogTest, AFreeKeyWorksAtOnceIsShownByF1AndRemembered) {
    {
        OpenStudio studio(settings);
        open(studio);
        dialog->choose(QStringLiteral("markIn"));
        press(Qt::Key_Q);
        EXPECT_TRUE(waitFor([&] { return dialog->said().contains(QLatin1String("free")); }));
        push(QStringLiteral("Use These Keys"));
        EXPECT_EQ(keysText(studio.window.actions().keys("markIn")), QStringLiteral("Q"));
    }
    OpenStudio studio(settings);
    ASSERT_TRUE(openNew(studio.session));
    ASSERT_TRUE(add(studio.session, {example("clips/other/rain.flac")}, 1));
    studio.window.timeline()->setCursor(100);
    QTest::keyClick(studio.window.timeline(), Qt::Key_Q);
    studio.window.timeline()->setCursor(5000);
    QTest::keyClick(studio.window.timeline(), Qt::Key_O);
    ASSERT_EQ(studio.session.segments(studio.session.currentSpeech()).size(), 1U);
    QTest::keyClick(studio.window.timeline(), Qt::Key_F1);
    const QString sheet =
        studio.window.findChild<QDialog*>(QStringLiteral("CheatSheet"))->findChild<QTextBrowser*>()->toPlainText();
    EXPECT_TRUE(sheet.contains(QRegularExpression(QStringLiteral("Mark In\\s+Q\\s"))));
}

TEST_F(KeysDialogTest, BothWindowsOfKeysHaveAButtonThatClosesThem) {
    OpenStudio studio(settings);
    open(studio);
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("close_keys")), Qt::LeftButton);
    EXPECT_FALSE(dialog->isVisible());
    studio.window.actions()["keys"]->trigger();
    auto* sheet = studio.window.findChild<QDialog*>(QStringLiteral("CheatSheet"));
    ASSERT_TRUE(sheet);
    QTest::mouseClick(sheet->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Close), Qt::LeftButton);
    EXPECT_FALSE(sheet->isVisible());
}

TEST_F(KeysDialogTest, TheListOfKeysIsAsWideAsItsWindow) {
    OpenStudio studio(settings);
    studio.window.actions()["keys"]->trigger();
    auto* sheet = studio.window.findChild<QDialog*>(QStringLiteral("CheatSheet"));
    ASSERT_TRUE(sheet);
    auto* text = sheet->findChild<QTextBrowser*>();
    for (const int width : {1600, 1000, 700, 1600}) {
        sheet->resize(width, 600);
        QCoreApplication::processEvents();
        EXPECT_LE(text->document()->size().width(), text->viewport()->width()) << width;
    }
}

TEST_F(KeysDialogTest, AKeyThatIsTakenIsNamedAndMovesOnlyWhenAskedTo) {
    OpenStudio studio(settings);
    open(studio);
    dialog->choose(QStringLiteral("markIn"));
    press(Qt::Key_K, Qt::ControlModifier);
    EXPECT_TRUE(waitFor([&] { return dialog->said().contains(QLatin1String("Check the Data")); }));
    EXPECT_EQ(keysText(studio.window.actions().keys("markIn")), QStringLiteral("I"));
    push(QStringLiteral("Take Them from There"));
    EXPECT_EQ(keysText(studio.window.actions().keys("markIn")), QStringLiteral("Ctrl+K"));
    EXPECT_TRUE(studio.window.actions().keys("check").isEmpty());

    dialog->choose(QStringLiteral("check"));
    push(QStringLiteral("Reset"));
    EXPECT_TRUE(dialog->said().contains(QLatin1String("Mark In"))) << "its usual key is in use";
    EXPECT_TRUE(studio.window.actions().keys("check").isEmpty());
    push(QStringLiteral("Reset All"));
    EXPECT_EQ(keysText(studio.window.actions().keys("markIn")), QStringLiteral("I"));
    EXPECT_EQ(keysText(studio.window.actions().keys("check")), QStringLiteral("Ctrl+K"));
    EXPECT_TRUE(studio.window.actions().changedKeys().isEmpty());
}

TEST_F(KeysDialogTest, ACommandThatTheFilterHidesIsNoLongerChosen) {
    OpenStudio studio(settings);
    open(studio);
    auto* filter = dialog->findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly);
    ASSERT_TRUE(filter);
    dialog->choose(QStringLiteral("markIn"));
    QTest::keyClicks(filter, QStringLiteral("Mark"));
    EXPECT_EQ(dialog->chosen(), QStringLiteral("markIn")) << "it is still in sight";
    QTest::keyClicks(filter, QStringLiteral(" Out"));
    EXPECT_EQ(dialog->chosen(), QString());
    EXPECT_FALSE(dialog->findChild<QKeySequenceEdit*>()->isEnabled());
    push(QStringLiteral("No Keys"));
    push(QStringLiteral("Reset"));
    EXPECT_EQ(keysText(studio.window.actions().keys("markIn")), QStringLiteral("I"));
    filter->clear();
    EXPECT_EQ(dialog->chosen(), QString());
}

TEST_F(KeysDialogTest, ACommandThatItsNewKeysHideIsNoLongerChosen) {
    OpenStudio studio(settings);
    open(studio);
    QTest::keyClicks(dialog->findChild<QLineEdit*>(QString(), Qt::FindDirectChildrenOnly), QStringLiteral("Ctrl+K"));
    dialog->choose(QStringLiteral("check"));
    ASSERT_EQ(dialog->chosen(), QStringLiteral("check"));
    push(QStringLiteral("No Keys"));
    EXPECT_TRUE(studio.window.actions().keys("check").isEmpty());
    EXPECT_EQ(dialog->chosen(), QString());
}

TEST_F(KeysDialogTest, NonsenseInTheSettingsChangesNothing) {
    OpenStudio studio(settings);
    studio.window.actions().restoreKeys({QStringLiteral("nothing=Q"), QStringLiteral("markIn"), QStringLiteral("=")});
    EXPECT_TRUE(studio.window.actions().changedKeys().isEmpty());
}

TEST(ActionTableTest, NoTwoCommandsHaveTheSameKey) {
    QSet<QString> seen;
    for (const ActionEntry& entry : actionTable())
        for (const QKeySequence& key : ActionSet::usualKeys(entry)) {
            EXPECT_FALSE(key.isEmpty()) << entry.id;
            EXPECT_FALSE(seen.contains(key.toString())) << key.toString().toStdString();
            seen << key.toString();
        }
}

TEST_F(KeysDialogTest, F1ShowsAllKeysWithoutScrolling) {
    OpenStudio studio(settings);
    studio.window.actions()["keys"]->trigger();
    auto* keys = studio.window.findChild<QDialog*>(QStringLiteral("CheatSheet"));
    ASSERT_TRUE(keys);
    ASSERT_TRUE(QTest::qWaitForWindowExposed(keys));
    EXPECT_LE(keys->width(), 1280);
    keys->resize(1280, 800); // on a screen that has room for it
    auto* sheet = keys->findChild<QTextBrowser*>();
    EXPECT_TRUE(waitFor([&] { return sheet->verticalScrollBar()->maximum() == 0; }))
        << sheet->verticalScrollBar()->maximum();
    EXPECT_EQ(sheet->horizontalScrollBar()->maximum(), 0);
    EXPECT_TRUE(sheet->toPlainText().contains(QLatin1String("Export Labels: This Recording")));
}

} // namespace
} // namespace ovation::ui::test
