// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of projects that were never saved under a name.
#include "tests/ui/StudioWindow.h"
#include "ui/main/ActionTable.h"

#include <QMenu>

namespace ovation::ui::test {
namespace {

/// A window on an unsaved project with a labelled recording, in a data folder that holds no other.
class UnsavedTest : public BadThingTest {
protected:
    void SetUp() override {
        qputenv("XDG_DATA_HOME", folder.path(QStringLiteral("data")).toLocal8Bit());
        BadThingTest::SetUp();
    }
    void TearDown() override { qputenv("XDG_DATA_HOME", before); }

    /// Goes on with a new project, until it has looked for the others.
    bool startAnew() {
        bool opened = false, looked = false;
        QObject here;
        QObject::connect(&session, &Session::projectOpened, &here, [&] { opened = true; });
        QObject::connect(&session, &Session::unsavedProjectsChanged, &here, [&] { looked = opened; });
        window.actions()["new"]->trigger();
        return waitFor([&] { return looked; });
    }

    QList<QAction*> listed() {
        QList<QAction*> entries;
        if (const QMenu* menu = window.actions()["recent"]->menu())
            for (QAction* action : menu->actions())
                if (action->text().startsWith(QLatin1String("Unsaved project of"))) entries << action;
        return entries;
    }

    const QByteArray before = qgetenv("XDG_DATA_HOME");
};

TEST_F(UnsavedTest, AnUnsavedProjectThatIsLeftIsSaidAndOpensFromTheListOfRecentOnes) {
    EXPECT_TRUE(listed().isEmpty()) << "it is open";
    ASSERT_TRUE(startAnew());
    EXPECT_TRUE(session.project().speeches.empty());
    EXPECT_TRUE(says({QStringLiteral("unsaved project with 1 recording is kept"), QStringLiteral("Open Recent")}));
    ASSERT_EQ(listed().size(), 1);
    EXPECT_TRUE(window.actions()["recent"]->isEnabled());
    EXPECT_TRUE(listed()[0]->text().endsWith(QLatin1String(": 1 recording"))) << listed()[0]->text().toStdString();
    listed()[0]->trigger();
    ASSERT_TRUE(waitFor([&] { return session.project().speeches.size() == 1; }));
    EXPECT_TRUE(session.projectPath().isEmpty());
    EXPECT_TRUE(waitFor([&] { return listed().isEmpty(); })) << "it is open, and the other one had nothing in it";
    expectUsableAndNothingLost();
}

TEST_F(UnsavedTest, OpeningASavedProjectSaysThatTheUnsavedOneIsKept) {
    const QString file = folder.path(QStringLiteral("saved.ovation"));
    {
        Session other;
        ASSERT_TRUE(openNew(other));
        ASSERT_TRUE(saveAs(other, file));
    }
    ASSERT_TRUE(open(session, file));
    EXPECT_TRUE(says({QStringLiteral("unsaved project with 1 recording is kept")}));
    EXPECT_EQ(listed().size(), 1);
    clear();
    ASSERT_TRUE(startAnew());
    EXPECT_EQ(listed().size(), 1);
    EXPECT_FALSE(shown().contains(QLatin1String("is kept"))) << "a saved one was left";
}

TEST_F(UnsavedTest, EveryUnsavedProjectIsListedUnlessAWindowHasItOpen) {
    {
        Session other;
        ASSERT_TRUE(openNew(other));
        ASSERT_TRUE(add(other, {good}, 1));
        ASSERT_TRUE(startAnew());
        EXPECT_EQ(listed().size(), 1);
    }
    ASSERT_TRUE(startAnew());
    EXPECT_EQ(listed().size(), 2);
}

} // namespace
} // namespace ovation::ui::test
