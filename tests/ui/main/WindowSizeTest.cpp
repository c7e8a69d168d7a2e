// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"
#include "ui/main/SpeechList.h"
#include "ui/train/TrainControls.h"

namespace ovation::ui::test {
namespace {

TEST(WindowSizeTest, TheFirstWindowFitsOnItsScreen) {
    for (const QSize screen : {QSize(1024, 768), QSize(1280, 720), QSize(1366, 768), QSize(1366, 728)}) {
        const QSize size = firstWindowSize(screen);
        EXPECT_LT(size.width(), screen.width());
        EXPECT_LT(size.height(), screen.height() - 20) << "its title, too";
    }
    EXPECT_EQ(firstWindowSize({1920, 1080}), QSize(1280, 800));
}

TEST(WindowSizeTest, TheListBeginsWithAShareOfTheWindow) {
    EXPECT_EQ(firstListWidth(1280), 240);
    EXPECT_EQ(firstListWidth(1920), 240);
    EXPECT_LT(firstListWidth(1024), 200);
    EXPECT_GE(firstListWidth(800), 170);
}

TEST(WindowSizeTest, EveryWorkspaceFitsInto1024By700) {
    const Folder folder;
    OpenStudio studio(folder.path(QStringLiteral("settings.ini")));
    ASSERT_TRUE(openNew(studio.session));
    ASSERT_TRUE(add(studio.session, {example("speeches/french.flac")}, 1));
    EXPECT_GE(studio.window.speeches()->minimumWidth(), 150) << "names stay legible";
    auto* controls = studio.window.findChild<TrainControls*>();
    ASSERT_TRUE(controls);
    for (const bool training : {false, true}) {
        controls->setRunning(training);
        controls->setEstimate(QStringLiteral(
            "13,415,042 weights · about 2.4 GB with the data of training\n12 min an epoch, 10 h in all"));
        for (const Workspace workspace : {Workspace::Label, Workspace::Train, Workspace::Review}) {
            studio.window.setWorkspace(workspace);
            studio.window.resize(1024, 700);
            QCoreApplication::processEvents();
            EXPECT_LE(studio.window.width(), 1024) << "workspace " << static_cast<int>(workspace);
            EXPECT_LE(studio.window.height(), 700) << "workspace " << static_cast<int>(workspace);
            EXPECT_LE(studio.window.minimumSizeHint().width(), 1024);
        }
    }
    controls->setRunning(false);
}

} // namespace
} // namespace ovation::ui::test
