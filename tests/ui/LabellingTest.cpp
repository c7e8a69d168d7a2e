// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sound/SoundDevice.h"
#include "tests/ui/LabellingScript.h"

#include "core/project/ProjectStore.h"

namespace ovation::ui::test {
namespace {

LabelsByFile stored(const QString& project) {
    auto file = ProjectStore::open(project.toStdString());
    EXPECT_TRUE(file);
    auto data = file ? (*file)->load() : Result<ProjectData>(ProjectData());
    EXPECT_TRUE(data);
    return data ? labelsOf(*data) : LabelsByFile();
}

/// Labels twenty segments, changes classes, takes everything back and makes it again.
void label(LabellingScript& script, OpenStudio& studio) {
    for (int i = 0; i < LabellingScript::kSteps; ++i)
        ASSERT_TRUE(script.step(i)) << "step " << i;
    ASSERT_EQ(studio.session.project().editsDone, static_cast<size_t>(LabellingScript::kSteps));
    for (int done = LabellingScript::kSteps; done > 0; --done) {
        ASSERT_TRUE(script.undo());
        ASSERT_EQ(labelsOf(studio.session.project()), script.expected()[static_cast<size_t>(done - 1)]);
    }
    EXPECT_FALSE(studio.session.canUndo());
    for (int done = 1; done <= LabellingScript::kSteps; ++done) {
        ASSERT_TRUE(script.redo());
        ASSERT_EQ(labelsOf(studio.session.project()), script.expected()[static_cast<size_t>(done)]);
    }
    EXPECT_FALSE(studio.session.canRedo());
}

TEST(LabellingTest, AFolderIsLabelledByMouseAndByKeyboardWhilePlayingAndTakenBackAfterReopening) {
    const SoundDevice sound; // plays in real time, heard by nobody
    const Folder folder;
    const QString project = folder.path(QStringLiteral("speeches.ovation"));
    const QString settings = folder.path(QStringLiteral("settings.ini"));
    std::vector<LabelsByFile> expected;
    {
        OpenStudio studio(settings);
        ASSERT_TRUE(openNew(studio.session));
        ASSERT_TRUE(saveAs(studio.session, project));
        LabellingScript script(studio, true);
        ASSERT_TRUE(script.dropFolder(LabellingScript::writeRecordings(folder)));
        label(script, studio);
        if (::testing::Test::HasFatalFailure()) return;
        expected = script.expected();
        EXPECT_TRUE(studio.window.close());
    }
    EXPECT_EQ(stored(project), expected.back());
    {
        OpenStudio studio(settings);
        ASSERT_TRUE(studio.openProject(project));
        ASSERT_EQ(labelsOf(studio.session.project()), expected.back());
        LabellingScript script(studio, false);
        for (size_t done = expected.size() - 1; done > 0; --done) {
            ASSERT_TRUE(script.undo());
            ASSERT_EQ(labelsOf(studio.session.project()), expected[done - 1]);
        }
        EXPECT_FALSE(studio.session.canUndo());
        EXPECT_TRUE(studio.window.close());
    }
    EXPECT_EQ(stored(project), LabelsByFile());
}

} // namespace
} // namespace ovation::ui::test
