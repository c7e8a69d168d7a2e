// SPDX-License-Identifier: GPL-3.0-or-later

// What undo and redo say and show of what they change.

#include "tests/ui/LabellingScript.h"
#include "ui/timeline/TimelineView.h"

#include <QStatusBar>

#include <algorithm>

namespace ovation::ui::test {
namespace {

/// A window with a short recording, with another and with a longer one.
class UndoTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(studio.session));
        const QStringList files{folder.copy("clips/other/rain.flac", QStringLiteral("rain.flac")),
                                folder.copy("clips/other/wind.flac", QStringLiteral("wind.flac")),
                                folder.copy("speeches/kennedy-en.flac", QStringLiteral("talk.flac"))};
        ASSERT_TRUE(add(studio.session, files, 3));
        rain = named("rain.flac");
        wind = named("wind.flac");
        talk = named("talk.flac");
        ASSERT_TRUE(rain && wind && talk);
        studio.window.setWorkspace(Workspace::Label);
        studio.window.timeline()->setFocus();
    }
    SpeechId named(const std::string& name) const {
        for (const Speech& speech : studio.session.project().speeches)
            if (speech.path.ends_with("/" + name)) return speech.id;
        return 0;
    }
    void mark(SpeechId id, double startS, double endS) {
        const int rate = studio.session.project().speech(id)->sampleRate;
        ASSERT_NE(studio.session.addSegment(id, toFrames({startS, endS}, rate), LabelClass::Applause), 0);
    }
    void undo() { QTest::keyClick(studio.window.timeline(), Qt::Key_Z, Qt::ControlModifier); }
    void redo() { QTest::keyClick(studio.window.timeline(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }
    std::string said() { return studio.window.statusBar()->currentMessage().toStdString(); }

    const Folder folder;
    OpenStudio studio{folder.path(QStringLiteral("settings.ini"))};
    SpeechId rain = 0, wind = 0, talk = 0;
};

TEST_F(UndoTest, WhatIsTakenBackIsSaidWithItsPlaceAndItsRecordingShown) {
    studio.session.setCurrentSpeech(rain);
    ASSERT_NO_FATAL_FAILURE(mark(rain, 1, 2));
    studio.session.setCurrentSpeech(wind);
    undo();
    EXPECT_TRUE(studio.session.segments(rain).empty());
    EXPECT_EQ(studio.session.currentSpeech(), rain);
    EXPECT_EQ(said(), "Undone: Mark applause (rain.flac, 0:01.000)");
    studio.session.setCurrentSpeech(wind);
    redo();
    EXPECT_EQ(studio.session.segments(rain).size(), 1U);
    EXPECT_EQ(studio.session.currentSpeech(), rain);
    EXPECT_EQ(said(), "Redone: Mark applause (rain.flac, 0:01.000)");
}

TEST_F(UndoTest, WhatHasNoPlaceInTimeIsSaidWithItsRecordings) {
    studio.session.setFullyLabelled(wind, true);
    studio.session.setFullyLabelled({rain, talk}, true);
    undo();
    EXPECT_EQ(said(), "Undone: Mark as fully labelled (2 recordings)");
    undo();
    EXPECT_EQ(said(), "Undone: Mark as fully labelled (wind.flac)");
}

TEST_F(UndoTest, AChangeOutOfSightIsScrolledToAndOneInSightIsNot) {
    studio.session.setCurrentSpeech(talk);
    ASSERT_GT(studio.session.project().speech(talk)->durationS(), 20);
    ASSERT_NO_FATAL_FAILURE(mark(talk, 2, 3));
    TimelineView* timeline = studio.window.timeline();
    timeline->setVisible(TimeSpan{15, 19});
    undo();
    const TimeSpan shown = timeline->visible();
    EXPECT_LE(shown.start, 2);
    EXPECT_GE(shown.end, 3);
    EXPECT_NEAR(shown.length(), 4, 0.1) << "at the scale that was there";
    redo();
    EXPECT_EQ(timeline->visible(), shown);
    timeline->setVisible(TimeSpan{2.5, 6.5}); // a part of it
    const TimeSpan part = timeline->visible();
    undo();
    EXPECT_EQ(timeline->visible(), part);
}

} // namespace
} // namespace ovation::ui::test
