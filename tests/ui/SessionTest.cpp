// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"

#include <QStandardPaths>
#include <QThread>

#include <algorithm>

namespace ovation::ui::test {
namespace {

TEST(SessionTest, TakesAFolderOfClassFoldersWithWholeClips) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips")}, 34));
    int applause = 0;
    for (const Speech& speech : session.project().speeches) {
        const auto& segments = session.segments(speech.id);
        ASSERT_EQ(segments.size(), 1U) << speech.path;
        EXPECT_EQ(segments[0].range, (SampleRange{0, speech.frames}));
        applause += segments[0].labelClass == LabelClass::Applause;
    }
    EXPECT_EQ(applause, 10);
}

TEST(SessionTest, TakesTheLabelFileBesideARecordingAlong) {
    Session session;
    ASSERT_TRUE(openNew(session));
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(add(session, {example("speeches/french.flac")}, 1));
    const Speech& speech = session.project().speeches.front();
    EXPECT_TRUE(speech.fullyLabelled);
    EXPECT_FALSE(session.segments(speech.id).empty());
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages[0][0].toString().contains(QLatin1String("labels taken along")));
}

TEST(SessionTest, ReadsTheRecordingThatIsLookedAtFirstAndTheOthersWhenTheyAre) {
    const Folder folder;
    // Long enough to be under way still when the other one is asked for.
    const QString loud = folder.write(
        QStringLiteral("long.wav"),
        QByteArray::fromStdString(ovation::test::wavBytes(std::vector<float>(size_t{8000} * 1200, 0.5F), 8000)));
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {loud, example("clips/other/rain.flac")}, 2));
    const auto& speeches = session.project().speeches;
    const SpeechId first = speeches[0].id, second = speeches[1].id;
    const auto whole = [&](SpeechId id) {
        const auto peaks = session.peaks(id);
        return peaks && peaks->frames() == session.project().speech(id)->frames;
    };
    session.peaks(first);
    session.peaks(second);
    EXPECT_TRUE(waitFor([&] { return whole(second); }));
    EXPECT_TRUE(waitFor([&] { return whole(first); }));
    EXPECT_FLOAT_EQ(session.peaks(first)->largest(), 0.5F);
    EXPECT_TRUE(whole(second));
}

TEST(SessionTest, ReadsARecordingThatThePersonLeavesAndComesBackTo) {
    const Folder folder;
    const QString path = folder.write(
        QStringLiteral("long.wav"),
        QByteArray::fromStdString(ovation::test::wavBytes(std::vector<float>(size_t{8000} * 1200, 0.25F), 8000)));
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {path, example("clips/other/rain.flac")}, 2));
    const SpeechId first = session.project().speeches[0].id, second = session.project().speeches[1].id;
    int64_t frames = 0; // asked for once each time it is shown, as the timeline does
    QObject::connect(&session, &Session::peaksChanged, [&](SpeechId id) {
        if (id == first) frames = session.peaks(first)->frames();
    });
    for (const SpeechId id : {second, first, second, first}) {
        session.setCurrentSpeech(id);
        session.peaks(id);
    }
    EXPECT_TRUE(waitFor([&] { return frames == session.project().speech(first)->frames; }));
}

TEST(SessionTest, SaysOneSentenceForEachFileThatIsNoRecordingAndGoesOn) {
    const Folder folder;
    const QString empty = folder.write(QStringLiteral("empty.wav"), {});
    const QString text = folder.write(QStringLiteral("text.wav"), "this is no sound at all, whatever its name says");
    Session session;
    ASSERT_TRUE(openNew(session));
    QSignalSpy problems(&session, &Session::problemsRaised);
    ASSERT_TRUE(
        add(session, {empty, text, folder.path(QStringLiteral("gone.wav")), example("clips/other/rain.flac")}, 1));
    ASSERT_TRUE(waitFor([&] { return problems.count() > 0; }));
    EXPECT_EQ(problems.count(), 1);
    const QStringList sentences = problems[0][1].toStringList();
    ASSERT_EQ(sentences.size(), 3);
    EXPECT_TRUE(sentences[0].contains(QLatin1String("empty.wav")));
    EXPECT_TRUE(sentences[1].contains(QLatin1String("text.wav")));
    EXPECT_TRUE(sentences[2].contains(QLatin1String("gone.wav")));
    EXPECT_EQ(session.project().speeches.size(), 1U);
}

TEST(SessionTest, PassesOverARecordingThatIsThereAlready) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac")}, 1));
    QSignalSpy messages(&session, &Session::messageRaised);
    session.addAudio({example("clips/other/rain.flac")});
    ASSERT_TRUE(waitFor([&] { return messages.count() > 0; }));
    EXPECT_EQ(session.project().speeches.size(), 1U);
}

TEST(SessionTest, UndoesAndRedoesEveryKindOfEdit) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac")}, 1));
    const SpeechId id = session.currentSpeech();
    ASSERT_NE(id, 0);
    EXPECT_FALSE(session.canUndo());

    session.addSegment(id, {100, 2000}, LabelClass::Applause);
    const std::vector<Segment> drawn = session.segments(id);
    Segment moved = drawn.front();
    moved.range = {500, 2500};
    session.changeSegment(id, moved, QStringLiteral("Move"));
    session.setFullyLabelled(id, true);
    session.removeSegments(id, {moved.id});
    EXPECT_TRUE(session.segments(id).empty());

    session.undo();
    EXPECT_EQ(session.segments(id), std::vector{moved});
    session.undo();
    EXPECT_FALSE(session.project().speech(id)->fullyLabelled);
    session.undo();
    EXPECT_EQ(session.segments(id), drawn);
    session.undo();
    EXPECT_TRUE(session.segments(id).empty());
    EXPECT_FALSE(session.canUndo());
    for (int i = 0; i < 4; ++i)
        session.redo();
    EXPECT_TRUE(session.segments(id).empty());
    EXPECT_TRUE(session.project().speech(id)->fullyLabelled);
    EXPECT_FALSE(session.canRedo());
}

TEST(SessionTest, MergesTheStepsOfOneDragIntoOneEdit) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("drag.ovation"));
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("clips/other/rain.flac")}, 1));
        ASSERT_TRUE(saveAs(session, file));
        const SpeechId id = session.currentSpeech();
        session.addSegment(id, {100, 2000}, LabelClass::Applause);
        Segment segment = session.segments(id).front();
        for (int64_t begin = 200; begin <= 1000; begin += 100) {
            segment.range.begin = begin;
            session.changeSegment(id, segment, QStringLiteral("Move"), QStringLiteral("drag"));
        }
        EXPECT_EQ(session.project().edits.size(), 2U);
    }
    Session session;
    ASSERT_TRUE(open(session, file));
    const SpeechId id = session.currentSpeech();
    EXPECT_EQ(session.segments(id).front().range.begin, 1000);
    session.undo();
    EXPECT_EQ(session.segments(id).front().range.begin, 100);
    session.undo();
    EXPECT_TRUE(session.segments(id).empty());
}

TEST(SessionTest, KeepsLabelsAndHistoryWhenClosedAndOpened) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("kept.ovation"));
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("speeches/french.flac")}, 1));
        session.addSegment(session.currentSpeech(), {10, 5000}, LabelClass::Unsure);
        ASSERT_TRUE(saveAs(session, file));
        session.addSegment(session.currentSpeech(), {6000, 9000}, LabelClass::NotApplause);
    }
    Session session;
    ASSERT_TRUE(open(session, file));
    const SpeechId id = session.currentSpeech();
    const size_t before = session.segments(id).size();
    EXPECT_GE(before, 3U);
    EXPECT_FALSE(session.readOnly());
    ASSERT_TRUE(session.canUndo());
    session.undo();
    EXPECT_EQ(session.segments(id).size(), before - 1);
}

TEST(SessionTest, FindsUnsavedWorkAgain) {
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("clips/other/wind.flac")}, 1));
        session.addSegment(session.currentSpeech(), {1, 999}, LabelClass::Unsure);
        EXPECT_TRUE(session.projectPath().isEmpty());
    }
    Session session;
    QSignalSpy opened(&session, &Session::projectOpened);
    ASSERT_TRUE(waitFor([&] { return opened.count() > 0; }));
    ASSERT_EQ(session.project().speeches.size(), 1U);
    EXPECT_EQ(session.segments(session.currentSpeech()).front().range, (SampleRange{1, 999}));
    session.removeSpeech(session.currentSpeech());
}

TEST(SessionTest, WhatIsStoppedByOpeningAnotherProjectIsSaid) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("other.ovation"));
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(saveAs(session, file));
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac")}, 1));
    ASSERT_TRUE(waitFor([&] { return session.model() != nullptr && session.jobs().empty(); }));
    QTest::qWait(600); // what is kept a moment after a change is stored by now
    QSignalSpy said(&session, &Session::messageRaised);
    session.openProject(file);
    session.setFullyLabelled(session.currentSpeech(), true); // is on disk once the other one has been read
    while (session.changesOnDisk() != session.changesMade())
        QThread::msleep(1);
    session.importLabels({folder.write(QStringLiteral("a.txt"), "1\t2\tapplause\n"),
                          folder.write(QStringLiteral("b.txt"), "1\t2\tapplause\n")});
    ASSERT_EQ(session.jobs().size(), 1U);
    ASSERT_TRUE(waitFor([&] { return session.projectPath() == file; }));
    const bool told = std::any_of(said.begin(), said.end(), [](const QList<QVariant>& arguments) {
        return arguments[0].toString() == QLatin1String("Stopped by opening a project: Reading labels.");
    });
    EXPECT_TRUE(told);
}

TEST(SessionTest, OpensAProjectThatIsOpenElsewhereForReadingOnlyAndSaysSo) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("twice.ovation"));
    Session first;
    ASSERT_TRUE(openNew(first));
    ASSERT_TRUE(add(first, {example("clips/other/rain.flac")}, 1));
    ASSERT_TRUE(saveAs(first, file));

    Session second;
    QSignalSpy errors(&second, &Session::errorRaised);
    ASSERT_TRUE(open(second, file));
    EXPECT_TRUE(second.readOnly());
    ASSERT_EQ(errors.count(), 1);
    EXPECT_EQ(errors[0][0].value<Error>().code, ErrorCode::ProjectInUse);
    EXPECT_EQ(second.addSegment(second.currentSpeech(), {0, 10}, LabelClass::Applause), 0);
    EXPECT_TRUE(second.segments(second.currentSpeech()).empty());
    EXPECT_EQ(errors.count(), 2);
}

TEST(SessionTest, OpensTheProjectThatIsOpenAgainWithoutLosingTheRightToWrite) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("again.ovation"));
    const QString sound = folder.copy("clips/other/rain.flac", QStringLiteral("rain.flac"));
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {sound}, 1));
    ASSERT_TRUE(saveAs(session, file));
    ASSERT_TRUE(QFile::rename(sound, folder.path(QStringLiteral("away.flac.off"))));
    QSignalSpy errors(&session, &Session::errorRaised);
    session.addSegment(session.currentSpeech(), {1, 99}, LabelClass::Applause);
    ASSERT_TRUE(open(session, file));
    EXPECT_FALSE(session.readOnly());
    EXPECT_TRUE(session.project().speeches[0].missing);
    ASSERT_EQ(session.segments(session.currentSpeech()).size(), 1U);

    ASSERT_TRUE(QFile::rename(folder.path(QStringLiteral("away.flac.off")), sound));
    QSignalSpy opened(&session, &Session::projectOpened);
    session.openProject(file);
    session.addSegment(session.currentSpeech(), {200, 300}, LabelClass::Applause); // before it has been read
    ASSERT_TRUE(waitFor([&] { return opened.count() > 0; }));
    EXPECT_FALSE(session.project().speeches[0].missing);
    EXPECT_EQ(session.segments(session.currentSpeech()).size(), 2U);
    session.undo();
    EXPECT_EQ(session.segments(session.currentSpeech()).size(), 1U);
    EXPECT_EQ(errors.count(), 0);
}

TEST(SessionTest, KeepsTheProjectWhenAnotherCannotBeOpened) {
    const Folder folder;
    const QString bad = folder.write(QStringLiteral("bad.ovation"), QByteArray(4096, 'x'));
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac")}, 1));
    QSignalSpy errors(&session, &Session::errorRaised);
    session.openProject(bad);
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0; }));
    EXPECT_EQ(session.project().speeches.size(), 1U);
    EXPECT_FALSE(session.opening());
    EXPECT_NE(session.addSegment(session.currentSpeech(), {0, 10}, LabelClass::Applause), 0);
}

TEST(SessionTest, SaysThatASaveFailedAndGoesOnInTheProjectBefore) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac")}, 1));
    QSignalSpy errors(&session, &Session::errorRaised);
    session.saveProjectAs(QStringLiteral("/proc/no/such/place.ovation"));
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0; }));
    EXPECT_TRUE(session.projectPath().isEmpty());
    const Folder folder;
    session.addSegment(session.currentSpeech(), {5, 50}, LabelClass::Applause);
    EXPECT_TRUE(saveAs(session, folder.path(QStringLiteral("good.ovation"))));
}

TEST(SessionTest, RemovesARecordingWithItsEdits) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac"), example("clips/other/wind.flac")}, 2));
    const SpeechId first = session.project().speeches[0].id;
    const SpeechId second = session.project().speeches[1].id;
    session.addSegment(first, {0, 10}, LabelClass::Applause);
    session.addSegment(second, {0, 20}, LabelClass::Applause);
    session.removeSpeech(first);
    EXPECT_EQ(session.project().speeches.size(), 1U);
    EXPECT_EQ(session.currentSpeech(), second);
    session.undo();
    EXPECT_TRUE(session.segments(second).empty());
    EXPECT_FALSE(session.canUndo());
}

TEST(SessionTest, AddsClipsFromABinAsWholeClips) {
    Session session;
    ASSERT_TRUE(openNew(session));
    session.addClips({example("clips/other/rain.flac")}, LabelClass::NotApplause);
    ASSERT_TRUE(waitFor([&] { return !session.project().speeches.empty(); }));
    const Speech& speech = session.project().speeches.front();
    ASSERT_EQ(session.segments(speech.id).size(), 1U);
    EXPECT_EQ(session.segments(speech.id)[0].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(session.segments(speech.id)[0].range.end, speech.frames);
}

TEST(SessionTest, ChangesThatFollowEachOtherWithoutAPauseAreStoredMeanwhile) {
    constexpr int kMostChanges = 200;
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(waitFor([&] { return session.model() && session.changesOnDisk() == session.changesMade(); }));
    const int64_t before = session.changesMade();
    int changes = 0;
    for (; changes < kMostChanges && session.changesMade() == before; ++changes) {
        session.setSetting("views", QString::number(changes));
        QTest::qWait(20); // less than what is waited for a pause
    }
    EXPECT_LT(changes, kMostChanges);
}

TEST(SessionTest, AFileWhoseContentCannotBeMadeStaysAsItWas) {
    const Folder folder;
    Session session;
    ASSERT_TRUE(openNew(session));
    const QString path = folder.write(QStringLiteral("kept.txt"), "before");
    QSignalSpy errors(&session, &Session::errorRaised);
    QSignalSpy messages(&session, &Session::messageRaised);
    bool written = false;
    session.saveFile(
        path,
        [] {
            return Error{ErrorCode::OutOfMemory, {}, {}};
        },
        [&] { written = true; });
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0; }));
    EXPECT_EQ(errors[0][0].value<Error>().code, ErrorCode::OutOfMemory);
    EXPECT_FALSE(written);
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_EQ(file.readAll(), "before");
    session.saveFile(
        path, [] { return std::string("after"); }, [&] { written = true; });
    ASSERT_TRUE(waitFor([&] { return written; }));
    EXPECT_EQ(messages.count(), 0) << "said by who asked for it";
}

} // namespace
} // namespace ovation::ui::test
