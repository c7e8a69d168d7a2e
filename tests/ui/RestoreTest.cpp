// SPDX-License-Identifier: GPL-3.0-or-later
// What a person finds again after closing and opening.
#include "tests/ui/StudioWindow.h"
#include "ui/main/ActionTable.h"
#include "ui/timeline/TimelineView.h"

#include <QMenu>
#include <QSplitter>

namespace ovation::ui::test {
namespace {

/// The studio from its start to its end.
struct Studio {
    explicit Studio(const QString& settingsFile, const QString& project = {}) : settings(settingsFile) {
        window.resize(1280, 800);
        window.show();
        if (project.isEmpty())
            window.openLastProject();
        else
            window.openPaths({project});
    }
    ~Studio() { window.close(); }

    bool ready() {
        return waitFor([&] { return !session.opening(); });
    }

    Settings settings;
    Session session;
    Player player;
    MainWindow window{&session, &player, &settings};
};

class RestoreTest : public ::testing::Test {
protected:
    /// A project with two labelled recordings, saved under a name.
    void SetUp() override {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session,
                        {folder.copy("clips/other/rain.flac", QStringLiteral("rain.flac")),
                         folder.copy("clips/applause/clap-01.flac", QStringLiteral("clap.flac"))},
                        2));
        for (const Speech& speech : session.project().speeches) {
            session.addSegment(speech.id, {1000, 2000}, LabelClass::Applause);
            session.addSegment(speech.id, {3000, 4000}, LabelClass::Unsure);
        }
        ASSERT_TRUE(saveAs(session, project));
    }

    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    const QString settings = folder.path(QStringLiteral("settings.ini"));
};

TEST_F(RestoreTest, TheProjectTheRecordingAndItsViewAreFoundAgain) {
    SpeechId second = 0;
    int64_t chosen = 0;
    TimeSpan visible;
    {
        Studio studio(settings, project);
        ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == project; }));
        second = studio.session.project().speeches[1].id;
        studio.session.setCurrentSpeech(second);
        TimelineView* timeline = studio.window.timeline();
        timeline->setVisible(TimeSpan{0.05, 0.35});
        chosen = studio.session.segments(second)[1].id;
        timeline->selectSegments({chosen});
        timeline->setCursor(3500);
        visible = timeline->visible();
        studio.window.setWorkspace(Workspace::Review);
    }
    Studio studio(settings);
    ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == project; })) << "the project of last time";
    EXPECT_EQ(studio.session.currentSpeech(), second);
    EXPECT_EQ(studio.window.workspace(), Workspace::Review);
    TimelineView* timeline = studio.window.timeline();
    EXPECT_NEAR(timeline->visible().start, visible.start, 1e-6);
    EXPECT_NEAR(timeline->visible().end, visible.end, 1e-6);
    EXPECT_EQ(timeline->selectedSegments(), std::vector<int64_t>{chosen});
    EXPECT_EQ(timeline->cursor(), 3500);
    EXPECT_TRUE(studio.session.canUndo());
}

TEST_F(RestoreTest, EveryWorkspaceKeepsItsOwnHeights) {
    const auto splitter = [](Studio& studio) {
        return qobject_cast<QSplitter*>(studio.window.timeline()->parentWidget());
    };
    QList<int> train, label;
    {
        Studio studio(settings, project);
        studio.window.resize(1280, 800);
        studio.window.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&studio.window));
        label = splitter(studio)->sizes();
        studio.window.setWorkspace(Workspace::Train);
        ASSERT_GT(splitter(studio)->sizes()[1], label[1]) << "curves have more room than the timeline";
        QWidget* border = splitter(studio)->handle(1);
        const QPoint from = border->rect().center();
        QTest::mousePress(border, Qt::LeftButton, {}, from);
        QTest::mouseMove(border, from + QPoint(0, 40));
        QTest::mouseRelease(border, Qt::LeftButton, {}, from + QPoint(0, 40));
        train = splitter(studio)->sizes();
        studio.window.setWorkspace(Workspace::Label);
        EXPECT_EQ(splitter(studio)->sizes(), label);
        studio.window.setWorkspace(Workspace::Train);
        EXPECT_EQ(splitter(studio)->sizes(), train);
        studio.window.close();
    }
    Studio studio(settings);
    studio.window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&studio.window));
    EXPECT_EQ(studio.window.workspace(), Workspace::Train);
    EXPECT_NEAR(splitter(studio)->sizes()[0], train[0], 2);
    studio.window.setWorkspace(Workspace::Label);
    EXPECT_NEAR(splitter(studio)->sizes()[0], label[0], 2);
}

TEST_F(RestoreTest, EveryRecordingKeepsItsOwnView) {
    Studio studio(settings, project);
    ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == project; }));
    const SpeechId first = studio.session.project().speeches[0].id, second = studio.session.project().speeches[1].id;
    TimelineView* timeline = studio.window.timeline();
    studio.session.setCurrentSpeech(first);
    timeline->setVisible(TimeSpan{0.1, 0.2});
    const TimeSpan wanted = timeline->visible();
    studio.session.setCurrentSpeech(second);
    EXPECT_NE(timeline->visible(), wanted) << "a recording that was not looked at yet is shown whole";
    studio.session.setCurrentSpeech(first);
    EXPECT_EQ(timeline->visible(), wanted);
}

TEST_F(RestoreTest, AProjectThatIsGoneIsSaidAndWorkGoesOnInANewOne) {
    {
        Studio studio(settings, project);
        ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == project; }));
    }
    ASSERT_TRUE(QFile::remove(project));
    Studio studio(settings);
    ASSERT_TRUE(waitFor([&] {
        return studio.window.messages()
            ->texts()
            .join(QLatin1Char(' '))
            .contains(QLatin1String("p.ovation\" was not found"));
    }));
    ASSERT_TRUE(studio.ready());
    EXPECT_EQ(studio.session.projectPath(), QString());
    EXPECT_TRUE(studio.settings.recentProjects().isEmpty()) << "it is no longer offered";
}

TEST_F(RestoreTest, RecentProjectsTellSameNamesApartAndCanBeCleared) {
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("other"))));
    const QString other = folder.path(QStringLiteral("other/p.ovation"));
    ASSERT_TRUE(QFile::copy(project, other));
    Studio studio(settings, project);
    ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == project; }));
    studio.session.openProject(other);
    ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == other; }));
    const QMenu* menu = studio.window.actions()["recent"]->menu();
    ASSERT_GE(menu->actions().size(), 3);
    EXPECT_EQ(menu->actions()[0]->text(), QStringLiteral("p.ovation in %1").arg(folder.path(QStringLiteral("other"))));
    EXPECT_EQ(menu->actions()[1]->text(), QStringLiteral("p.ovation in %1").arg(folder.path()));
    menu->actions()[1]->trigger();
    ASSERT_TRUE(waitFor([&] { return studio.session.projectPath() == project; }));
    studio.window.actions()["recent"]->menu()->actions().last()->trigger();
    EXPECT_TRUE(studio.settings.recentProjects().isEmpty());
    EXPECT_FALSE(studio.window.actions()["recent"]->isEnabled());
}

} // namespace
} // namespace ovation::ui::test
