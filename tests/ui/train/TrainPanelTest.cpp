// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TrainPanel.h"

#include "core/project/ProjectStore.h"
#include "ui/charts/ChartBoard.h"
#include "ui/session/Session.h"
#include "ui/train/CheckPanel.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/LineLimit.h"
#include "ui/train/NumberEdit.h"
#include "ui/train/RunsModel.h"
#include "ui/train/RunsTable.h"
#include "ui/train/TrainControls.h"

#include <QFontMetrics>
#include <QLabel>
#include <QLayout>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

class TrainPanelTest : public testing::Test {
protected:
    void SetUp() override {
        QSignalSpy opened(&session, &Session::projectOpened);
        session.newProject();
        ASSERT_TRUE(opened.count() > 0 || opened.wait(20'000));
        panel.resize(1040, 376);
        panel.show();
    }
    void addLabelledSpeech() {
        session.addAudio({QStringLiteral(OVATION_EXAMPLE "/speeches/kennedy-en.flac")});
        ASSERT_TRUE(QTest::qWaitFor([&] { return !session.project().speeches.empty(); }, 20'000));
        const SpeechId id = session.project().speeches.front().id;
        ASSERT_TRUE(QTest::qWaitFor([&] { return !session.segments(id).empty(); }, 20'000));
    }
    QPushButton* train() { return panel.findChild<QPushButton*>(QStringLiteral("train")); }
    void type(const char* field, const char* text) {
        auto* edit = panel.findChild<NumberEdit*>(QStringLiteral("field_") + QString::fromUtf8(field));
        edit->selectAll();
        QTest::keyClicks(edit, QString::fromUtf8(text));
    }
    QString status() { return panel.controls()->status(); }
    /// Opens a project with the runs 1 and 2, whose names begin with `name`.
    void openWithRuns(const std::string& name) {
        const QString path = folder.filePath(QString::fromStdString(name + ".ovation"));
        {
            auto store = ProjectStore::create(path.toStdString());
            ASSERT_TRUE(store);
            for (int64_t id = 1; id <= 2; ++id) {
                TrainingRun made;
                made.id = id;
                made.name = name + " " + std::to_string(id);
                made.stopped = StopReason::Epochs;
                made.epochs.resize(1);
                made.epochs[0].epoch = 1;
                made.epochs[0].validation.loss = 0.5;
                ASSERT_TRUE((*store)->putRun(made));
            }
        }
        session.openProject(path);
        ASSERT_TRUE(QTest::qWaitFor([&] { return session.projectPath() == path; }, 20'000));
    }
    QString curves() { return QString::fromStdString(*panel.charts()->exported(QStringLiteral("csv"))()); }

    QTemporaryDir folder;
    Session session;
    TrainPanel panel{&session};
};

TEST_F(TrainPanelTest, WithoutRecordingsTrainIsDisabledAndSaysWhatToDo) {
    EXPECT_FALSE(train()->isEnabled());
    EXPECT_TRUE(status().contains(QStringLiteral("add recordings")));
}

TEST_F(TrainPanelTest, EditedFieldReachesTheSession) {
    type("learning_rate", "2e-3");
    EXPECT_DOUBLE_EQ(session.hyperparameters().learningRate, 2e-3);
    type("epochs", "12");
    EXPECT_EQ(session.hyperparameters().epochs, 12);
}

TEST_F(TrainPanelTest, SettingsChangedElsewhereReachTheForm) {
    Hyperparameters values;
    values.dropout = 0.15;
    session.setHyperparameters(values);
    EXPECT_EQ(panel.findChild<NumberEdit*>(QStringLiteral("field_dropout"))->text(), QStringLiteral("0.15"));
}

TEST_F(TrainPanelTest, WrongValueDisablesTrainNamesTheFieldAndDoesNotReachTheSession) {
    addLabelledSpeech();
    ASSERT_TRUE(train()->isEnabled()) << status().toStdString();
    type("dropout", "7");
    EXPECT_FALSE(train()->isEnabled());
    EXPECT_TRUE(status().contains(QStringLiteral("Dropout"))) << status().toStdString();
    EXPECT_DOUBLE_EQ(session.hyperparameters().dropout, 0.3);
    type("dropout", "0.7");
    EXPECT_TRUE(train()->isEnabled());
}

TEST_F(TrainPanelTest, FatalFindingDisablesTrainUntilLabelsChange) {
    addLabelledSpeech();
    CheckReport report;
    report.findings = {{Severity::Fatal, "one-class", "Only applause is labelled.", {"a.flac"}},
                       {Severity::Info, "note", "One recording was left out.", {}}};
    Q_EMIT session.checkFinished(report);
    EXPECT_FALSE(train()->isEnabled());
    EXPECT_EQ(status(), QStringLiteral("Only applause is labelled."));
    ASSERT_EQ(panel.check()->findings()->topLevelItemCount(), 2);
    EXPECT_EQ(panel.check()->findings()->topLevelItem(0)->childCount(), 1);
    session.addSegment(session.project().speeches.front().id, {0, 800}, LabelClass::NotApplause);
    EXPECT_TRUE(train()->isEnabled()) << status().toStdString();
}

TEST_F(TrainPanelTest, ARefusedTrainingShowsWhatTheCheckFinds) {
    session.addAudio({QStringLiteral(OVATION_EXAMPLE "/clips/applause")});
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.project().speeches.size() == 10; }, 20'000));
    session.startTraining();
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel.check()->fatalReason().has_value(); }, 20'000));
    EXPECT_GE(panel.check()->findings()->topLevelItemCount(), 1);
    EXPECT_TRUE(panel.check()->findings()->isVisible());
    EXPECT_FALSE(train()->isEnabled());
}

TEST_F(TrainPanelTest, WarningsOfTheCheckAreToldBesideTrainUntilLabelsChange) {
    addLabelledSpeech();
    const auto* warnings = panel.findChild<QLabel*>(QStringLiteral("warnings"));
    EXPECT_FALSE(warnings->isVisible());
    CheckReport report;
    report.findings = {{Severity::Warning, "few", "Few examples.", {}},
                       {Severity::Warning, "rates", "Rates differ.", {}},
                       {Severity::Info, "note", "One recording was left out.", {}}};
    Q_EMIT session.checkFinished(report);
    EXPECT_TRUE(warnings->isVisible());
    EXPECT_TRUE(warnings->text().contains(QStringLiteral("Data Check: 2 warnings"))) << warnings->text().toStdString();
    EXPECT_TRUE(train()->isEnabled());
    session.addSegment(session.project().speeches.front().id, {0, 800}, LabelClass::NotApplause);
    EXPECT_FALSE(warnings->isVisible());
}

TEST_F(TrainPanelTest, ACheckThatNobodyAskedForComesToTheFrontForFatalFindingsOnly) {
    addLabelledSpeech();
    CheckReport report;
    report.findings = {{Severity::Warning, "few", "Few examples.", {}}};
    Q_EMIT session.checkFinished(report);
    EXPECT_FALSE(panel.check()->isVisible());
    report.findings.push_back({Severity::Fatal, "one-class", "Only applause is labelled.", {}});
    Q_EMIT session.checkFinished(report);
    EXPECT_TRUE(panel.check()->isVisible());
}

TEST_F(TrainPanelTest, ALongTrainingIsToldBeforeItBeginsWithWhatIsQuicker) {
    addLabelledSpeech();
    EpochEstimate made;
    made.hyperparameters = session.hyperparameters();
    made.epochS = 72;
    Q_EMIT session.epochEstimated(made);
    EXPECT_TRUE(status().contains(QStringLiteral("1 h 00 min"))) << status().toStdString();
    EXPECT_TRUE(status().contains(QStringLiteral("Compact"))) << status().toStdString();
    EXPECT_TRUE(train()->toolTip().contains(QStringLiteral("Compact")));
    made.epochS = 2;
    Q_EMIT session.epochEstimated(made);
    EXPECT_TRUE(status().isEmpty()) << status().toStdString();
}

TEST_F(TrainPanelTest, CheckButtonShowsTheReport) {
    addLabelledSpeech();
    auto* check = panel.findChild<QPushButton*>(QStringLiteral("check"));
    check->click(); // on a tab that is not in front
    EXPECT_FALSE(check->isEnabled());
    ASSERT_TRUE(QTest::qWaitFor([&] { return check->isEnabled(); }, 20'000));
    EXPECT_GT(panel.check()->findings()->topLevelItemCount(), 0) << "one recording alone cannot be split";
}

TEST_F(TrainPanelTest, NothingOfTheProjectBeforeIsLeftInTheDataCheck) {
    addLabelledSpeech();
    const auto* summary = panel.findChild<QLabel*>(QStringLiteral("check_summary"));
    auto* check = panel.findChild<QPushButton*>(QStringLiteral("check"));
    CheckReport report;
    report.findings = {{Severity::Warning, "few", "Few examples.", {}}};
    Q_EMIT session.checkFinished(report);
    ASSERT_FALSE(summary->text().isEmpty());
    check->click();
    QSignalSpy opened(&session, &Session::projectOpened);
    session.newProject();
    ASSERT_TRUE(QTest::qWaitFor([&] { return opened.count() > 0 && session.jobs().empty(); }, 20'000));
    EXPECT_TRUE(summary->text().isEmpty()) << summary->text().toStdString();
    EXPECT_EQ(panel.check()->findings()->topLevelItemCount(), 0);
    EXPECT_TRUE(check->isEnabled());
}

TEST_F(TrainPanelTest, OverlaidCurvesAreOfThisProjectAndAsTheRunsAreNow) {
    ASSERT_NO_FATAL_FAILURE(openWithRuns("first"));
    RunsModel* runs = panel.runs()->model();
    for (int row = 0; row < 2; ++row)
        ASSERT_TRUE(runs->setData(runs->index(row, RunsModel::Name), Qt::Checked, Qt::CheckStateRole));
    EXPECT_TRUE(curves().contains(QStringLiteral("first 1"))) << curves().toStdString();
    session.renameRun(1, QStringLiteral("best of all"));
    EXPECT_TRUE(curves().contains(QStringLiteral("best of all")));
    EXPECT_FALSE(curves().contains(QStringLiteral("first 1")));
    ASSERT_NO_FATAL_FAILURE(openWithRuns("second"));
    EXPECT_TRUE(runs->checkedRuns().empty());
    EXPECT_TRUE(curves().contains(QStringLiteral("second 2"))) << "the newest run is shown";
    for (const char* gone : {"first", "best of all", "second 1"})
        EXPECT_FALSE(curves().contains(QLatin1String(gone))) << gone;
}

TEST_F(TrainPanelTest, ErrorOfTrainingIsShownAndTrainWorksAgain) {
    addLabelledSpeech();
    Q_EMIT session.trainingEnded(Error{ErrorCode::NotFinite, {}, "the loss is no longer a number"});
    EXPECT_FALSE(status().isEmpty());
    EXPECT_TRUE(train()->isEnabled());
}

TEST(TrainControls, ShowsEpochBatchAndTimeLeftThenStops) {
    TrainControls controls;
    controls.show();
    controls.setRunning(true);
    BatchMetrics batch;
    batch.epoch = 3;
    batch.batch = 4;
    batch.batches = 10;
    batch.seconds = 1024; // most of it before this start
    controls.setBatch(batch, 50);
    EXPECT_FALSE(controls.status().contains(QStringLiteral("left"))) << "one batch says nothing yet";
    batch.batch = 5;
    batch.seconds = 1025;
    controls.setBatch(batch, 50);
    EXPECT_TRUE(controls.status().startsWith(QStringLiteral("Epoch 3 of 50, batch 5 of 10")))
        << controls.status().toStdString();
    EXPECT_TRUE(controls.status().contains(QStringLiteral("about 7 min 55 s left"))) << controls.status().toStdString();
    int stops = 0;
    QObject::connect(&controls, &TrainControls::stopRequested, [&] { ++stops; });
    auto* stop = controls.findChild<QPushButton*>(QStringLiteral("stop"));
    QTest::mouseClick(stop, Qt::LeftButton);
    QTest::mouseClick(stop, Qt::LeftButton);
    EXPECT_EQ(stops, 1) << "a second click asks for nothing";
    controls.setBatch(batch, 50);
    EXPECT_TRUE(controls.status().startsWith(QStringLiteral("Stopping")));
}

TEST(TrainControls, NeverSaysThatZeroSecondsAreLeft) {
    TrainControls controls;
    controls.setRunning(true);
    BatchMetrics batch;
    batch.batches = 4;
    EpochMetrics epoch;
    for (batch.epoch = 1; batch.epoch <= 2; ++batch.epoch) {
        for (batch.batch = 1; batch.batch <= 4; ++batch.batch) {
            batch.seconds += 5;
            controls.setBatch(batch, 2);
            EXPECT_FALSE(controls.status().contains(QStringLiteral(" 0 s"))) << controls.status().toStdString();
        }
        epoch.epoch = batch.epoch;
        epoch.seconds = 20;
        controls.setEpoch(epoch, 2);
    }
    batch.epoch = 2;
    batch.batch = 4;
    controls.setBatch(batch, 2);
    EXPECT_TRUE(controls.status().endsWith(QStringLiteral("about 20 s an epoch, a moment left")))
        << controls.status().toStdString();
    batch.batch = 2;
    controls.setBatch(batch, 2);
    EXPECT_TRUE(controls.status().endsWith(QStringLiteral("at most 10 s left"))) << controls.status().toStdString();
}

TEST(TrainControls, StayAsHighAsTheyAreWhateverTheyTell) {
    TrainControls controls;
    const auto height = [&] {
        controls.layout()->activate();
        return controls.layout()->totalHeightForWidth(700);
    };
    controls.setOutcome(QStringLiteral("Done"), false);
    const int before = height();
    QString words;
    for (int i = 0; i < 100; ++i)
        words += QStringLiteral("word%1 ").arg(i);
    controls.setOutcome(words, true);
    EXPECT_EQ(height(), before);
    EXPECT_EQ(controls.status(), words) << "all of it can be told";
    controls.setRunning(true);
    EXPECT_EQ(height(), before);
    const QFont font = controls.font();
    EXPECT_EQ(firstLines(QStringLiteral("Done"), font, 200, 2), QStringList{QStringLiteral("Done")});
    const QStringList lines = firstLines(words, font, 200, 2);
    ASSERT_EQ(lines.size(), 2);
    EXPECT_TRUE(lines[0].startsWith(QStringLiteral("word0 word1"))) << lines[0].toStdString();
    EXPECT_TRUE(lines[1].endsWith(QChar(0x2026))) << lines[1].toStdString();
    EXPECT_LE(QFontMetrics(font).horizontalAdvance(lines[1]), 200);
}

TEST(TrainControls, SaysWhatIsDoneBeforeTheFirstBatch) {
    TrainControls controls;
    controls.setRunning(true);
    controls.setStage(QStringLiteral("Reading recordings"));
    EXPECT_EQ(controls.status(), QStringLiteral("Reading recordings …"));
    controls.setStage(QStringLiteral("epoch 1 of 3"));
    EXPECT_EQ(controls.status(), QStringLiteral("Beginning the first epoch …"));
    controls.setRunning(true);
    controls.setGoingOn(1);
    EXPECT_EQ(controls.status(), QStringLiteral("Going on after epoch 1 …"));
    controls.setStage(QStringLiteral("epoch 2 of 3"));
    EXPECT_EQ(controls.status(), QStringLiteral("Going on after epoch 1 …"));
}

TEST(TrainingClock, CountsWhatWasTimedSinceTheResume) {
    TrainingClock clock;
    const auto batch = [&](int64_t epoch, int64_t number, double seconds) {
        BatchMetrics metrics;
        metrics.epoch = epoch;
        metrics.batch = number;
        metrics.batches = 4;
        metrics.seconds = seconds;
        clock.batch(metrics);
    };
    const auto epoch = [&](int64_t number, double seconds) {
        EpochMetrics metrics;
        metrics.epoch = number;
        metrics.seconds = seconds;
        clock.epoch(metrics);
    };
    EXPECT_FALSE(clock.secondsLeft(4));
    batch(2, 3, 500);
    batch(2, 4, 503);
    EXPECT_DOUBLE_EQ(*clock.epochSeconds(), 12);
    epoch(2, 400); // of which most was before
    EXPECT_FALSE(clock.knowsWholeEpochs());
    batch(3, 1, 510);
    EXPECT_FALSE(clock.secondsLeft(4)) << "the part of an epoch before has gone with it";
    for (int i = 2; i <= 4; ++i)
        batch(3, i, 507 + 3 * i);
    epoch(3, 17);
    EXPECT_TRUE(clock.knowsWholeEpochs());
    batch(4, 1, 530);
    EXPECT_DOUBLE_EQ(*clock.epochSeconds(), 17) << "with its validation";
    EXPECT_DOUBLE_EQ(*clock.secondsLeft(4), 17 * 0.75);
    clock.restart();
    EXPECT_FALSE(clock.epochSeconds());
}

} // namespace
} // namespace ovation::ui
