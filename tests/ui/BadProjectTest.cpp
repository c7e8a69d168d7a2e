// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/StudioWindow.h"

#include "core/models/ModelBundle.h"
#include "core/models/ModelRegistry.h"
#include "ui/main/ActionTable.h"
#include "ui/timeline/TimelineView.h"

#include <QDialog>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>

#include <csignal>
#include <optional>

#include <sys/resource.h>
#include <sys/stat.h>

namespace ovation::ui::test {
namespace {

/// While it is there, no file may grow beyond what it is: writing fails as on a full disk, for root too.
class FullDisk {
public:
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &m_before), 0);
        const rlimit none{0, m_before.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
    }
    ~FullDisk() { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &m_before), 0); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_before{};
};

class BadProjectTest : public BadThingTest {
protected:
    /// A good project file with one recording and one label.
    QByteArray goodProject() {
        const QString file = folder.path(QStringLiteral("made.ovation"));
        Session other;
        EXPECT_TRUE(openNew(other));
        EXPECT_TRUE(add(other, {good}, 1));
        other.addSegment(other.currentSpeech(), {1, 99}, LabelClass::Applause);
        EXPECT_TRUE(saveAs(other, file));
        EXPECT_TRUE(openNew(other)); // lets go of the file
        waitFor([&] { return !QFile::exists(file + QStringLiteral("-wal")); });
        QFile read(file);
        EXPECT_TRUE(read.open(QIODevice::ReadOnly));
        return read.readAll();
    }

    /// A project of clips that `other` holds, open for reading, with settings for a quick training.
    void readClips(Session& other, const QString& file, int runsThere) {
        ASSERT_TRUE(openNew(other));
        ASSERT_TRUE(add(other, {example("clips")}, 34));
        other.setHyperparameters(quickRun(1));
        for (int i = 0; i < runsThere; ++i)
            ASSERT_TRUE(train(other));
        ASSERT_TRUE(saveAs(other, file));
        ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));
        ASSERT_TRUE(open(session, file));
        ASSERT_TRUE(session.readOnly());
    }

    static bool train(Session& of) {
        QSignalSpy ended(&of, &Session::trainingEnded);
        of.startTraining();
        return waitFor([&] { return ended.count() > 0; }) && !ended[0][0].value<std::optional<Error>>();
    }

    /// A project of one recording that `other` holds, shown in the window for reading.
    void showForReading(Session& other, const QString& file) {
        ASSERT_TRUE(openNew(other));
        ASSERT_TRUE(add(other, {good}, 1));
        ASSERT_TRUE(saveAs(other, file));
        ASSERT_TRUE(dropOn(&window, {file}));
        ASSERT_TRUE(waitFor([&] { return session.projectPath() == file; }));
        ASSERT_TRUE(session.readOnly());
        ASSERT_TRUE(settle());
        clear();
    }
};

TEST_F(BadProjectTest, RefusesWhatIsNoProjectAndKeepsTheOneThatIsOpen) {
    const QByteArray whole = goodProject();
    ASSERT_GT(whole.size(), 8192);
    expectRefused(folder.write(QStringLiteral("text.ovation"), QByteArray(5000, 'x')), QStringLiteral("not a project"));
    expectRefused(folder.write(QStringLiteral("empty.ovation"), {}), QStringLiteral("not a project"));
    expectRefused(folder.path(QStringLiteral("gone.ovation")), QStringLiteral("was not found"));
    expectRefused(folder.write(QStringLiteral("cut.ovation"), whole.left(5000)), QStringLiteral("is damaged"));
    QByteArray hostile = whole;
    for (qsizetype i = 4096; i < hostile.size(); i += 7)
        hostile[i] = static_cast<char>(i * 31);
    expectRefused(folder.write(QStringLiteral("hostile.ovation"), hostile), QStringLiteral("is damaged"));
    // SQLite's user_version: four bytes, big endian, at 60.
    QByteArray newer = whole;
    newer[62] = 99;
    expectRefused(folder.write(QStringLiteral("newer.ovation"), newer), QStringLiteral("newer Ovation"));
    expectUsableAndNothingLost();
}

TEST_F(BadProjectTest, WhatIsDroppedWithAProjectThatCannotBeOpenedComesIntoNoOther) {
    const QString whole = folder.write(QStringLiteral("whole.ovation"), goodProject());
    const QString bad = folder.write(QStringLiteral("bad.ovation"), QByteArray(5000, 'x'));
    const QString along = folder.copy("clips/other/wind.flac", QStringLiteral("along.flac"));
    ASSERT_TRUE(dropOn(&window, {bad, along}));
    EXPECT_TRUE(says({QStringLiteral("bad.ovation"), QStringLiteral("left out")}));
    ASSERT_TRUE(settle());
    EXPECT_EQ(session.project().speeches.size(), 1U);
    ASSERT_TRUE(dropOn(&window, {whole}));
    ASSERT_TRUE(waitFor([&] { return session.projectPath() == whole; }));
    ASSERT_TRUE(settle());
    EXPECT_EQ(session.project().speeches.size(), 1U);
    ASSERT_TRUE(dropOn(&window, {along}));
    EXPECT_TRUE(waitFor([&] { return session.project().speeches.size() == 2; }));
}

TEST_F(BadProjectTest, AProjectThatIsOpenInAnotherWindowIsShownForReading) {
    Session other;
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(add(other, {good}, 1));
    const QString file = folder.path(QStringLiteral("shared.ovation"));
    ASSERT_TRUE(saveAs(other, file));
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("shared.ovation"), QStringLiteral("another window")}));
    ASSERT_TRUE(session.readOnly());
    EXPECT_TRUE(window.windowTitle().contains(QLatin1String("read only")));
    EXPECT_EQ(session.project().speeches.size(), 1U);
    clear();
    EXPECT_EQ(session.addSegment(session.currentSpeech(), {5, 10}, LabelClass::Applause), 0);
    EXPECT_TRUE(says({QStringLiteral("shared.ovation"), QStringLiteral("can only be read")}));
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("mine.ovation"))));
    EXPECT_FALSE(session.readOnly());
    EXPECT_NE(session.addSegment(session.currentSpeech(), {5, 10}, LabelClass::Applause), 0);
}

TEST_F(BadProjectTest, SaveAsksForAnotherNameWhereTheProjectCanOnlyBeRead) {
    Session other;
    const QString file = folder.path(QStringLiteral("shared.ovation"));
    showForReading(other, file);
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(window.timeline(), Qt::Key_S, Qt::ControlModifier);
    auto* dialog = window.findChild<QFileDialog*>();
    ASSERT_TRUE(dialog);
    EXPECT_EQ(dialog->acceptMode(), QFileDialog::AcceptSave);
    EXPECT_FALSE(shown().contains(QLatin1String("already"))) << shown().toStdString();
    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    dialog->selectFile(mine);
    static_cast<QDialog*>(dialog)->accept();
    ASSERT_TRUE(waitFor([&] { return session.projectPath() == mine; }));
    EXPECT_FALSE(session.readOnly());
}

TEST_F(BadProjectTest, WhatWasDetectedInAProjectThatCanOnlyBeReadIsSavedUnderAnotherName) {
    Session other;
    showForReading(other, folder.path(QStringLiteral("shared.ovation")));
    ASSERT_TRUE(waitFor([&] { return session.model() != nullptr; }));
    const SpeechId id = session.currentSpeech();
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection({id});
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_NE(session.detection(id), nullptr);
    DecoderOptions byHand = session.decoder();
    byHand.threshold = 0.35;
    session.setDecoder(byHand);
    QTest::qWait(600); // it would have been stored by now
    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    ASSERT_TRUE(saveAs(session, mine));
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, mine));
    ASSERT_TRUE(waitFor([&] { return again.model() != nullptr; }));
    EXPECT_NE(again.detection(id), nullptr);
    EXPECT_EQ(again.decoder(), byHand);
}

TEST_F(BadProjectTest, WhatWasTrainedInAProjectThatCanOnlyBeReadIsAskedAboutAndSavedUnderAnotherName) {
    const auto box = [&] { return window.findChild<QMessageBox*>(); };
    Session other;
    const QString file = folder.path(QStringLiteral("shared.ovation"));
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(add(other, {example("clips")}, 34));
    ASSERT_TRUE(saveAs(other, file));
    ASSERT_TRUE(open(session, file));
    ASSERT_TRUE(session.readOnly());
    EXPECT_FALSE(session.unwrittenChanges());
    session.setHyperparameters(quickRun(1));
    QSignalSpy ended(&session, &Session::trainingEnded);
    for (int run = 1; run <= 2; ++run) {
        session.startTraining();
        ASSERT_TRUE(waitFor([&] { return ended.count() == run; }));
    }
    EXPECT_TRUE(session.unwrittenChanges());
    session.newProject();
    ASSERT_TRUE(waitFor([&] { return box() != nullptr; }));
    EXPECT_TRUE(box()->text().contains(QStringLiteral("can only be read"))) << box()->text().toStdString();
    box()->button(QMessageBox::Cancel)->click();
    ASSERT_TRUE(waitFor([&] { return !box(); }));
    ASSERT_EQ(session.projectPath(), file);
    ASSERT_EQ(session.project().runs.size(), 2U);
    session.useRunModel(1); // not the newest
    ASSERT_TRUE(waitFor([&] { return session.modelSource().run == 1; }));
    const auto weights = session.model()->weights;

    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    ASSERT_TRUE(saveAs(session, mine));
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    EXPECT_FALSE(session.unwrittenChanges());
    Session again;
    ASSERT_TRUE(open(again, mine));
    ASSERT_TRUE(waitFor([&] { return again.model() != nullptr; }));
    ASSERT_EQ(again.project().runs.size(), 2U);
    EXPECT_EQ(again.modelSource().run, 1);
    EXPECT_EQ(again.model()->weights, weights);
    again.useRunModel(2);
    EXPECT_TRUE(waitFor([&] { return again.modelSource().run == 2; }));
}

TEST_F(BadProjectTest, WhatAnotherWindowHasDoneSinceIsThereAndStaysBelowWhatIsLabelledAfterSavingUnderAnotherName) {
    Session other;
    showForReading(other, folder.path(QStringLiteral("shared.ovation")));
    const SpeechId id = session.currentSpeech();
    ASSERT_NE(other.addSegment(id, {1, 99}, LabelClass::Applause), 0);
    ASSERT_NE(other.addSegment(id, {200, 300}, LabelClass::Unsure), 0);
    ASSERT_TRUE(add(other, {folder.copy("clips/other/wind.flac", QStringLiteral("wind.flac"))}, 2));
    other.setFullyLabelled(id, true);
    ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));
    ASSERT_TRUE(session.segments(id).empty());

    QSignalSpy errors(&session, &Session::errorRaised);
    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    ASSERT_TRUE(saveAs(session, mine));
    EXPECT_EQ(session.segments(id).size(), 2U);
    EXPECT_EQ(session.project().speeches.size(), 2U);
    ASSERT_NE(session.project().speech(id), nullptr);
    EXPECT_TRUE(session.project().speech(id)->fullyLabelled);
    ASSERT_NE(session.addSegment(id, {400, 500}, LabelClass::Applause), 0);
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    EXPECT_EQ(errors.count(), 0);
    {
        Session again;
        ASSERT_TRUE(open(again, mine));
        EXPECT_EQ(again.segments(id).size(), 3U);
    }
    session.undo();
    EXPECT_EQ(session.segments(id).size(), 2U);
    session.undo();
    EXPECT_FALSE(session.project().speech(id)->fullyLabelled) << "what the other window did last";
    EXPECT_EQ(other.segments(id).size(), 2U);
}

TEST_F(BadProjectTest, WhatAnotherWindowHasSetSinceIsInTheCopyAndItsUnfinishedRunsStayItsOwn) {
    Session other;
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(add(other, {example("clips")}, 34));
    const QString file = folder.path(QStringLiteral("shared.ovation"));
    ASSERT_TRUE(saveAs(other, file));
    other.enqueue({quickRun(1), quickRun(2)});
    other.setHyperparameters(quickRun(3));
    ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));
    ASSERT_TRUE(open(session, file));
    ASSERT_TRUE(session.readOnly());
    ASSERT_EQ(session.queue().size(), 2U);
    session.setTeachers({{ModelSource::Kind::Starter, 0, {}}}); // set here

    other.removeQueued({1, 2});
    other.setHyperparameters(quickRun(100000));
    QSignalSpy epochs(&other, &Session::trainingEpoch), ended(&other, &Session::trainingEnded);
    other.startTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() > 0; }));
    other.pauseTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_TRUE(other.resumableRun());
    ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));

    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    ASSERT_TRUE(saveAs(session, mine));
    const auto expectItsState = [](const Session& of) {
        EXPECT_TRUE(of.queue().empty()) << "they have been taken away there";
        EXPECT_EQ(of.hyperparameters(), quickRun(100000));
        EXPECT_EQ(of.teachers().size(), 1U);
        EXPECT_FALSE(of.resumableRun()) << "the other window goes on with it";
    };
    expectItsState(session);
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, mine));
    expectItsState(again);
    EXPECT_TRUE(other.resumableRun());
}

TEST_F(BadProjectTest, RunsOfTwoWindowsWithOneNumberAreBothInTheCopy) {
    Session other;
    readClips(other, folder.path(QStringLiteral("shared.ovation")), 1);
    session.setHyperparameters(quickRun(1, 7));
    ASSERT_TRUE(train(session));
    ASSERT_TRUE(train(other));
    other.removeRun(1);
    ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));
    ASSERT_EQ(session.modelSource().run, 2);
    ASSERT_EQ(other.modelSource().run, 2);

    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    ASSERT_TRUE(saveAs(session, mine));
    const auto expectBoth = [](const Session& of) {
        ASSERT_EQ(of.project().runs.size(), 2U) << "what was removed is not there";
        EXPECT_EQ(of.project().runs[0].id, 2);
        EXPECT_EQ(of.project().runs[0].hyperparameters.seed, 42U);
        EXPECT_EQ(of.project().runs[1].id, 3);
        EXPECT_EQ(of.project().runs[1].name, "Run 3");
        EXPECT_EQ(of.project().runs[1].hyperparameters.seed, 7U);
        EXPECT_EQ(of.setting("newest_removed_run"), QStringLiteral("1"));
    };
    expectBoth(session);
    EXPECT_EQ(session.modelSource().run, 3);
    EXPECT_EQ(session.model()->name, "Run 3");
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, mine));
    expectBoth(again);
    ASSERT_TRUE(waitFor([&] { return again.modelSource().run == 3; }));
    EXPECT_EQ(again.model()->weights, session.model()->weights);
    again.useRunModel(2);
    ASSERT_TRUE(waitFor([&] { return again.modelSource().run == 2; }));
    EXPECT_EQ(again.model()->weights, other.model()->weights);
}

TEST_F(BadProjectTest, ARunThatIsTrainedWhileItsProjectIsSavedElsewhereGetsANumberOfItsOwn) {
    Session other;
    readClips(other, folder.path(QStringLiteral("shared.ovation")), 0);
    session.setHyperparameters(quickRun(100000, 7));
    QSignalSpy epochs(&session, &Session::trainingEpoch), ended(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() > 0; }));
    ASSERT_TRUE(train(other));
    ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("mine.ovation"))));
    ASSERT_NE(session.currentRun(), nullptr);
    EXPECT_EQ(session.currentRun()->id, 2);
    session.stopTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_EQ(session.project().runs.size(), 2U);
    EXPECT_EQ(session.project().runs[0].hyperparameters.seed, 42U);
    EXPECT_EQ(session.project().runs[1].id, 2);
    EXPECT_EQ(session.project().runs[1].name, "Run 2");
    EXPECT_EQ(session.project().runs[1].hyperparameters.seed, 7U);
    EXPECT_EQ(session.project().runs[1].stopped, StopReason::Cancelled);
    EXPECT_EQ(session.modelSource().run, 2);
}

TEST_F(BadProjectTest, WhatAnotherWindowHasDetectedAnewIsInTheCopy) {
    Session other;
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(add(other, {good}, 1));
    ASSERT_TRUE(waitFor([&] { return other.model() != nullptr; }));
    const SpeechId id = other.currentSpeech();
    QSignalSpy ended(&other, &Session::detectionEnded);
    other.startDetection({id});
    ASSERT_TRUE(waitFor([&] { return ended.count() == 1; }));
    ASSERT_TRUE(saveAs(other, folder.path(QStringLiteral("shared.ovation"))));
    ASSERT_TRUE(waitFor([&] { return other.changesOnDisk() == other.changesMade(); }));
    ASSERT_TRUE(open(session, folder.path(QStringLiteral("shared.ovation"))));
    ASSERT_TRUE(session.readOnly());
    ASSERT_NE(session.detection(id), nullptr);

    ModelBundle named = *other.model();
    named.name = "anew";
    const QString model = folder.path(QStringLiteral("anew.safetensors"));
    ASSERT_TRUE(writeModel(model.toStdString(), named));
    other.openModel(model);
    ASSERT_TRUE(waitFor([&] { return other.modelSource().kind == ModelSource::Kind::File; }));
    other.startDetection({id});
    ASSERT_TRUE(waitFor([&] { return ended.count() == 2; }));
    DecoderOptions byHand = other.decoder();
    byHand.threshold = 0.35;
    other.setDecoder(byHand);
    ASSERT_TRUE(openNew(other)); // lets go of the file once everything is in it

    const QString mine = folder.path(QStringLiteral("mine.ovation"));
    ASSERT_TRUE(saveAs(session, mine));
    ASSERT_NE(session.detection(id), nullptr);
    EXPECT_EQ(session.detection(id)->model, "anew");
    EXPECT_EQ(session.decoder(), byHand);
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, mine));
    ASSERT_NE(again.detection(id), nullptr);
    EXPECT_EQ(again.detection(id)->model, "anew");
}

TEST_F(BadProjectTest, SavingAProjectThatCanOnlyBeReadUnderItsOwnNameIsRefused) {
    Session other;
    const QString file = folder.path(QStringLiteral("shared.ovation"));
    showForReading(other, file);
    session.saveProjectAs(file);
    EXPECT_TRUE(says({QStringLiteral("shared.ovation"), QStringLiteral("can only be read")}));
    EXPECT_TRUE(session.readOnly());
}

TEST_F(BadProjectTest, EveryCommandWorksOnceAProjectThatCouldOnlyBeReadHasAnotherName) {
    Session other;
    showForReading(other, folder.path(QStringLiteral("shared.ovation")));
    const char* const commands[] = {"propose",      "markIn",       "markOut",       "split",    "fullyLabelled",
                                    "importLabels", "removeSpeech", "classApplause", "addAudio", "addFolder"};
    for (const char* command : commands)
        EXPECT_FALSE(window.actions()[command]->isEnabled()) << command;
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("mine.ovation"))));
    for (const char* command : commands)
        EXPECT_TRUE(window.actions()[command]->isEnabled()) << command;
}

TEST_F(BadProjectTest, UndoWorksOnceAProjectThatCouldOnlyBeReadHasAnotherName) {
    Session other;
    const QString file = folder.path(QStringLiteral("shared.ovation"));
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(add(other, {good}, 1));
    other.addSegment(other.currentSpeech(), {1, 99}, LabelClass::Applause);
    ASSERT_TRUE(saveAs(other, file));
    ASSERT_TRUE(open(session, file));
    ASSERT_TRUE(session.readOnly());
    EXPECT_FALSE(window.actions()["undo"]->isEnabled());
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("mine.ovation"))));
    EXPECT_TRUE(window.actions()["undo"]->isEnabled());
    EXPECT_TRUE(window.actions()["undo"]->text().contains(QLatin1Char(':'))) << "it says what is undone";
}

TEST_F(BadProjectTest, AProjectWithoutWritePermissionIsShownForReading) {
    goodProject();
    const QString file = folder.path(QStringLiteral("made.ovation"));
    ASSERT_EQ(::chmod(qPrintable(file), 0444), 0);
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("made.ovation"), QStringLiteral("can only be read")}));
    EXPECT_TRUE(session.readOnly());
    ASSERT_EQ(session.segments(session.currentSpeech()).size(), 1U);
    EXPECT_EQ(session.addSegment(session.currentSpeech(), {5, 10}, LabelClass::Applause), 0);
}

TEST_F(BadProjectTest, ADiskThatIsFullWhileEditingIsSaidAndNothingIsLost) {
    const QString file = folder.path(QStringLiteral("full.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    clear();
    std::optional<FullDisk> full(std::in_place);
    const int64_t id = session.addSegment(goodId, {8000, 9000}, LabelClass::Unsure);
    EXPECT_TRUE(says({QStringLiteral("full.ovation"), QStringLiteral("could not be written")}));
    EXPECT_TRUE(session.unwrittenChanges());
    session.addSegment(goodId, {9500, 9900}, LabelClass::Applause);
    EXPECT_EQ(session.segments(goodId).size(), 3U) << "editing goes on in memory";
    full.reset();
    EXPECT_NE(id, 0);
    EXPECT_TRUE(says({QStringLiteral("All changes are on disk again")}));
    EXPECT_FALSE(session.unwrittenChanges());
    Session reader;
    ASSERT_TRUE(open(reader, file)); // for reading: the window has it
    EXPECT_EQ(reader.segments(goodId).size(), 3U);
    expectUsableAndNothingLost();
}

TEST_F(BadProjectTest, ChangesThatCannotBeWrittenAreAskedAboutBeforeAnotherProjectTakesTheirPlace) {
    goodProject();
    const QString other = folder.path(QStringLiteral("made.ovation"));
    ASSERT_EQ(::chmod(qPrintable(other), 0444), 0); // so that opening it writes nothing
    const QString file = folder.path(QStringLiteral("full.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    clear();
    const auto box = [&] { return window.findChild<QMessageBox*>(); };
    std::optional<FullDisk> full(std::in_place);
    session.addSegment(goodId, {8000, 9000}, LabelClass::Unsure);
    ASSERT_TRUE(dropOn(&window, {other})); // before anything was said of the disk
    ASSERT_TRUE(waitFor([&] { return box() != nullptr; }));
    EXPECT_TRUE(session.unwrittenChanges());
    EXPECT_TRUE(box()->text().contains(QLatin1String("could not be written")));
    EXPECT_EQ(session.projectPath(), file);
    box()->button(QMessageBox::Cancel)->click();
    ASSERT_TRUE(waitFor([&] { return !box(); }));
    EXPECT_FALSE(session.opening());
    EXPECT_EQ(session.projectPath(), file);
    EXPECT_EQ(session.segments(goodId).size(), 2U);
    full.reset();
    ASSERT_TRUE(waitFor([&] { return !session.unwrittenChanges(); }));
    {
        Session reader;
        ASSERT_TRUE(open(reader, file)); // for reading: the window has it
        EXPECT_EQ(reader.segments(goodId).size(), 2U);
    }

    full.emplace();
    session.addSegment(goodId, {9500, 9900}, LabelClass::Unsure);
    ASSERT_TRUE(dropOn(&window, {other}));
    ASSERT_TRUE(waitFor([&] { return box() != nullptr; }));
    box()->button(QMessageBox::Discard)->click();
    EXPECT_TRUE(waitFor([&] { return session.projectPath() == other; }));
    EXPECT_FALSE(session.unwrittenChanges());
}

TEST_F(BadProjectTest, SavingWhereItCannotBeIsSaidAndTheProjectGoesOn) {
    session.saveProjectAs(QStringLiteral("/proc/nowhere/p.ovation"));
    EXPECT_TRUE(says({QStringLiteral("p.ovation")}));
    EXPECT_TRUE(session.projectPath().isEmpty());
    expectUsableAndNothingLost();
}

TEST_F(BadProjectTest, SavingOverAProjectThatIsOpenElsewhereIsRefused) {
    Session other;
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(add(other, {good}, 1));
    const QString file = folder.path(QStringLiteral("theirs.ovation"));
    ASSERT_TRUE(saveAs(other, file));
    session.saveProjectAs(file);
    EXPECT_TRUE(says({QStringLiteral("theirs.ovation"), QStringLiteral("another window")}));
    other.addSegment(other.currentSpeech(), {3, 9}, LabelClass::Unsure);
    ASSERT_TRUE(openNew(other));
    ASSERT_TRUE(open(other, file));
    EXPECT_EQ(other.segments(other.currentSpeech()).size(), 1U) << "theirs, whole";
    expectUsableAndNothingLost();
}

TEST_F(BadProjectTest, RefusesDamagedAndHostileModels) {
    Session trainer;
    ASSERT_TRUE(openNew(trainer));
    ASSERT_TRUE(add(trainer, {example("clips")}, 34));
    trainer.setHyperparameters(quickRun(1));
    QSignalSpy ended(&trainer, &Session::trainingEnded);
    trainer.startTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_NE(trainer.model(), nullptr);
    const QByteArray whole = QByteArray::fromStdString(toSafetensors(*trainer.model()));

    expectRefused(folder.write(QStringLiteral("empty.safetensors"), {}), QStringLiteral("empty.safetensors"));
    expectRefused(folder.write(QStringLiteral("cut.safetensors"), whole.left(whole.size() - 100)),
                  QStringLiteral("model"));
    QByteArray huge = whole;
    for (int i = 0; i < 8; ++i)
        huge[i] = static_cast<char>(0x7f);
    expectRefused(folder.write(QStringLiteral("huge.safetensors"), huge), QStringLiteral("model"));
    QByteArray nan = whole;
    for (qsizetype i = nan.size() - 4; i < nan.size(); ++i)
        nan[i] = static_cast<char>(0xff);
    expectRefused(folder.write(QStringLiteral("nan.safetensors"), nan), QStringLiteral("model"));
    expectRefused(folder.path(QStringLiteral("gone.safetensors")), QStringLiteral("was not found"));
    EXPECT_NE(session.modelSource().kind, ModelSource::Kind::File);
    ASSERT_TRUE(dropOn(&window, {folder.write(QStringLiteral("whole.safetensors"), whole)}));
    EXPECT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
    expectUsableAndNothingLost();
}

} // namespace
} // namespace ovation::ui::test
