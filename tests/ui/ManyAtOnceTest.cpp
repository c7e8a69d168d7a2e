// SPDX-License-Identifier: GPL-3.0-or-later

// Commands on many recordings: one change, told of once, and one step of undo.

#include "core/project/ProjectStore.h"
#include "tests/ui/ManyRecordings.h"
#include "tests/ui/Studio.h"
#include "ui/session/EditGroups.h"

#include <QDir>

#include <algorithm>

namespace ovation::ui::test {
namespace {

constexpr SpeechId kMany = 30; ///< recordings

class ManyAtOnceTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(
            writeManyRecordings(project, kMany, [this](ProjectStore&, SpeechId id) { all.push_back(id); }));
        ASSERT_TRUE(open(session, project));
        ASSERT_TRUE(settled());
    }
    bool settled() {
        return waitFor([&] { return session.jobs().empty() && session.changesOnDisk() == session.changesMade(); });
    }
    int64_t flagged() const { return std::ranges::count_if(session.project().speeches, &Speech::fullyLabelled); }
    /// Has another project opened, and does `meanwhile` with the file.
    template <typename Meanwhile>
    bool openAgain(Meanwhile meanwhile) {
        if (!openNew(session)) return false;
        Result<std::unique_ptr<ProjectStore>> store = ProjectStore::open(project.toStdString());
        const bool free = waitFor([&] {
            if (!store) store = ProjectStore::open(project.toStdString());
            return static_cast<bool>(store);
        });
        if (!free) return false;
        meanwhile(**store);
        store.value().reset();
        return open(session, project) && settled();
    }

    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    std::vector<SpeechId> all;
    Session session;
};

TEST_F(ManyAtOnceTest, MarkingIsToldOfOnceAndUndoneAndRedoneAtOnce) {
    session.setFullyLabelled(5, true);
    ASSERT_TRUE(settled());
    session.setCurrentSpeech(3);
    QSignalSpy told(&session, &Session::speechesChanged);
    QSignalSpy undo(&session, &Session::undoChanged);
    const int64_t before = session.changesMade();
    session.setFullyLabelled(all, true);
    EXPECT_EQ(flagged(), kMany);
    EXPECT_EQ(told.count(), 1);
    EXPECT_EQ(undo.count(), 1);
    ASSERT_TRUE(settled());
    EXPECT_LT(session.changesMade() - before, kMany / 2);
    EXPECT_EQ(session.project().editsDone, static_cast<size_t>(kMany)) << "one was marked already";

    session.undo();
    EXPECT_EQ(flagged(), 1);
    EXPECT_EQ(told.count(), 2);
    EXPECT_EQ(session.currentSpeech(), 3) << "it is one of them";
    session.redo();
    EXPECT_EQ(flagged(), kMany);
    EXPECT_FALSE(session.canRedo());
    session.undo();
    session.undo();
    EXPECT_EQ(flagged(), 0);
    EXPECT_FALSE(session.canUndo());
    ASSERT_TRUE(settled());
    EXPECT_LT(session.changesMade() - before, kMany / 2);
}

TEST_F(ManyAtOnceTest, EditsOfOneRecordingEachStayStepsOfTheirOwn) {
    session.setFullyLabelled(1, true);
    session.setFullyLabelled(2, true);
    session.setFullyLabelled({2, 3}, true); // one of them
    session.undo();
    EXPECT_EQ(flagged(), 2);
    session.undo();
    EXPECT_EQ(flagged(), 1);
}

TEST_F(ManyAtOnceTest, TheyGoTogetherAfterOpeningAgainToo) {
    session.setFullyLabelled(all, true);
    size_t stored = 0;
    ASSERT_TRUE(openAgain([&](ProjectStore& store) { stored = store.load()->editsDone; }));
    EXPECT_EQ(stored, all.size()) << "one by one for whoever knows of no groups";
    session.undo();
    EXPECT_EQ(flagged(), 0);
    session.redo();
    EXPECT_EQ(flagged(), kMany);
}

TEST_F(ManyAtOnceTest, WhatIsLeftOfThemIsTakenBackWhereAnotherProgramTookBackOne) {
    session.setFullyLabelled(all, true);
    ASSERT_TRUE(openAgain([&](ProjectStore& store) {
        const auto data = store.load();
        ASSERT_TRUE(data);
        ASSERT_TRUE(store.undo(data->edits.back()));
    }));
    EXPECT_EQ(flagged(), kMany - 1);
    session.undo();
    EXPECT_EQ(flagged(), 0);
    session.redo();
    EXPECT_EQ(flagged(), kMany);
    session.goToEdit(4);
    EXPECT_EQ(flagged(), 4);
    session.undo();
    EXPECT_EQ(flagged(), 0);
}

TEST_F(ManyAtOnceTest, RemovingIsOneChangeAndMakesOneOtherRecordingCurrent) {
    session.setFullyLabelled(1, true);
    session.setFullyLabelled(kMany, true);
    ASSERT_TRUE(settled());
    session.setCurrentSpeech(2);
    QSignalSpy told(&session, &Session::speechesChanged);
    QSignalSpy current(&session, &Session::currentSpeechChanged);
    const int64_t before = session.changesMade();
    session.removeSpeeches(std::vector(all.begin(), all.end() - 2)); // all but the last two
    EXPECT_EQ(told.count(), 1);
    EXPECT_EQ(current.count(), 1);
    EXPECT_EQ(session.currentSpeech(), kMany - 1);
    EXPECT_EQ(session.project().speeches.size(), 2U);
    EXPECT_EQ(session.project().edits.size(), 1U);
    EXPECT_EQ(session.project().editsDone, 1U);
    ASSERT_TRUE(settled());
    EXPECT_LT(session.changesMade() - before, kMany / 2);
    session.removeSpeeches({kMany});
    EXPECT_EQ(session.currentSpeech(), kMany - 1);
    session.removeSpeeches({kMany - 1, 1});
    EXPECT_EQ(session.currentSpeech(), 0);
    EXPECT_TRUE(session.project().speeches.empty());
}

TEST(KnownClipsTest, LabellingThemByABinIsUndoneAtOnce) {
    const Folder folder;
    const QStringList clips = {folder.copy("clips/other/rain.flac", QStringLiteral("a.flac")),
                               folder.copy("clips/other/wind.flac", QStringLiteral("b.flac")),
                               folder.copy("speeches/french.flac", QStringLiteral("c.flac"))};
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, clips, 3));
    const std::vector<Speech>& speeches = session.project().speeches;
    session.addSegment(speeches[0].id, {0, speeches[0].frames}, LabelClass::Unsure);
    QSignalSpy undo(&session, &Session::undoChanged);
    session.addClips(clips + QStringList{clips.first()}, LabelClass::Applause);
    EXPECT_EQ(undo.count(), 1);
    for (const Speech& speech : speeches) {
        ASSERT_EQ(session.segments(speech.id).size(), 1U);
        EXPECT_EQ(session.segments(speech.id)[0].labelClass, LabelClass::Applause);
        EXPECT_EQ(session.segments(speech.id)[0].range, (SampleRange{0, speech.frames}));
    }
    EXPECT_EQ(session.currentSpeech(), speeches[2].id);
    session.undo();
    EXPECT_EQ(session.segments(speeches[0].id)[0].labelClass, LabelClass::Unsure);
    EXPECT_TRUE(session.segments(speeches[1].id).empty());
    EXPECT_TRUE(session.segments(speeches[2].id).empty());
}

TEST(KnownClipsTest, AFolderOfThemOnABinIsLabelledToo) {
    const Folder folder;
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("taken"))));
    folder.copy("clips/other/rain.flac", QStringLiteral("taken/a.flac"));
    folder.copy("clips/other/wind.flac", QStringLiteral("taken/b.flac"));
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {folder.path(QStringLiteral("taken"))}, 2));
    folder.copy("speeches/french.flac", QStringLiteral("taken/c.flac"));
    session.addClips({folder.path(QStringLiteral("taken"))}, LabelClass::Applause);
    ASSERT_TRUE(waitFor([&] { return session.project().speeches.size() == 3 && session.jobs().empty(); }));
    for (const Speech& speech : session.project().speeches) {
        ASSERT_EQ(session.segments(speech.id).size(), 1U) << speech.path;
        EXPECT_EQ(session.segments(speech.id)[0].range, (SampleRange{0, speech.frames}));
        EXPECT_EQ(session.segments(speech.id)[0].labelClass, LabelClass::Applause);
    }
}

TEST(NewClipsTest, LabellingThemByABinIsUndoneAtOnceAfterOpeningAgainToo) {
    const Folder folder;
    const QStringList clips = {folder.copy("clips/other/rain.flac", QStringLiteral("a.flac")),
                               folder.copy("clips/other/wind.flac", QStringLiteral("b.flac")),
                               folder.copy("speeches/french.flac", QStringLiteral("c.flac"))};
    const QString project = folder.path(QStringLiteral("p.ovation"));
    const auto labelled = [](const Session& session) {
        const auto& speeches = session.project().speeches;
        return std::ranges::count_if(speeches, [&](const Speech& s) { return !session.segments(s.id).empty(); });
    };
    {
        Session first;
        ASSERT_TRUE(openNew(first));
        first.addClips(clips, LabelClass::Applause);
        ASSERT_TRUE(waitFor([&] { return labelled(first) == 3; }));
        ASSERT_TRUE(saveAs(first, project));
    }
    Session session;
    ASSERT_TRUE(open(session, project));
    EXPECT_EQ(session.project().edits.size(), 3U);
    session.undo();
    EXPECT_EQ(labelled(session), 0);
    session.redo();
    EXPECT_EQ(labelled(session), 3);
}

TEST(EditGroupsTest, ReadsWhatItWroteAndLeavesOutWhatItDoesNotUnderstand) {
    EditGroups groups;
    groups.add(3, 5);
    groups.add(9, 9); // one by itself
    groups.add(6, 8);
    const EditGroups read = EditGroups::fromJson(groups.toJson());
    EXPECT_TRUE(read.together(3, 5));
    EXPECT_TRUE(read.together(5, 4));
    EXPECT_FALSE(read.together(2, 3));
    EXPECT_FALSE(read.together(5, 6)) << "two groups";
    EXPECT_TRUE(read.together(7, 8));
    EXPECT_FALSE(read.together(8, 9));
    for (const char* odd : {"", "null", "{}", "[[1]]", "[[\"a\",2]]", "[[1.5,2]]", "[1,2]", "[[2,1]]"})
        EXPECT_FALSE(EditGroups::fromJson(odd).together(1, 2)) << odd;
    EXPECT_TRUE(EditGroups::fromJson("[7,[1,2]]").together(1, 2));
}

} // namespace
} // namespace ovation::ui::test
