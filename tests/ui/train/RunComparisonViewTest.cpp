// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RunComparisonView.h"

#include "ui/train/RunsModel.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

TrainingRun comparedRun(int64_t id, uint64_t seed, int64_t missed, double dropout = 0.3) {
    TrainingRun run;
    run.id = id;
    run.name = "Run <" + std::to_string(id) + ">";
    run.hyperparameters.seed = seed;
    run.hyperparameters.dropout = dropout;
    run.stopped = StopReason::Epochs;
    run.bestEpoch = 1;
    run.dataset.fingerprint = "abcdef0123456789";
    EpochMetrics epoch;
    epoch.epoch = 1;
    Confusion all;
    for (int i = 0; i < 6; ++i) {
        const Confusion one{10, 0, missed + i % 2, 9 - missed};
        run.byRecording.push_back({"r" + std::to_string(i), one, 1.0});
        all.tn += one.tn;
        all.fn += one.fn;
        all.tp += one.tp;
    }
    epoch.validation.confusion = all;
    epoch.validation.f1 = all.f1();
    epoch.validation.accuracy = all.accuracy();
    run.epochs = {epoch};
    return run;
}

class RunComparisonViewTest : public testing::Test {
protected:
    QString textOf(std::vector<TrainingRun> runs, std::vector<TrainingRun> all = {}) {
        view.setRuns(std::move(runs), std::move(all));
        view.hide();
        view.show();
        return view.toPlainText();
    }
    RunComparisonView view;
};

TEST_F(RunComparisonViewTest, SaysHowToChooseRunsWhereThereAreNone) {
    EXPECT_TRUE(textOf({}).contains(QStringLiteral("Tick two or more runs")));
    EXPECT_TRUE(textOf({comparedRun(1, 1, 0)}).contains(QStringLiteral("Tick two or more runs")));
}

TEST_F(RunComparisonViewTest, ShowsWhatDiffersTheScoresWithIntervalsAndThePairedDifference) {
    const QString text = textOf({comparedRun(1, 1, 0), comparedRun(2, 1, 2, 0.5)});
    EXPECT_TRUE(text.contains(QStringLiteral("Run <2>"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("Dropout")));
    EXPECT_FALSE(text.contains(QStringLiteral("Weight decay"))) << "only what differs";
    EXPECT_TRUE(text.contains(QRegularExpression(QStringLiteral("0\\.9730 \\[0\\.9\\d+, 0\\.9\\d+\\]"))))
        << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("better in 0 %"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("Shared recordings")));
    EXPECT_TRUE(text.contains(QStringLiteral("n/a"))) << "ROC-AUC was not measured";
    const QString html = view.toHtml();
    EXPECT_TRUE(html.contains(QStringLiteral("bgcolor")) || html.contains(QStringLiteral("background-color")))
        << "differences are highlighted";
}

TEST_F(RunComparisonViewTest, SettingsHaveNoBinaryResidue) {
    TrainingRun one = comparedRun(1, 1, 0), two = comparedRun(2, 1, 0);
    one.hyperparameters.learningRate = 0.0006000000000000001;
    two.hyperparameters.learningRate = 0.0005;
    const QString text = textOf({one, two});
    EXPECT_TRUE(text.contains(QRegularExpression(QStringLiteral("0\\.0006\\b")))) << text.toStdString();
    EXPECT_FALSE(text.contains(QStringLiteral("0.00060000"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("0.0005"))) << text.toStdString();
}

TEST_F(RunComparisonViewTest, SaysWhichRunIsBetterOrThatNeitherClearlyIs) {
    const QString worse = textOf({comparedRun(1, 1, 0), comparedRun(2, 1, 2)});
    EXPECT_TRUE(worse.contains(QStringLiteral("Run <1> is better in F1 than Run <2>"))) << worse.toStdString();
    const QString better = textOf({comparedRun(1, 1, 2), comparedRun(2, 1, 0)});
    EXPECT_TRUE(better.contains(QStringLiteral("Run <2> is better in F1 than Run <1>"))) << better.toStdString();
    const QString same = textOf({comparedRun(1, 1, 1), comparedRun(2, 1, 1)});
    EXPECT_TRUE(same.contains(QStringLiteral("No clear difference in F1"))) << same.toStdString();
    EXPECT_TRUE(same.contains(QStringLiteral("includes 0"))) << same.toStdString();
    EXPECT_TRUE(better.contains(QStringLiteral("does not include 0"))) << better.toStdString();
    TrainingRun alone = comparedRun(2, 1, 1);
    alone.byRecording.clear();
    EXPECT_TRUE(textOf({comparedRun(1, 1, 1), alone}).contains(QStringLiteral("cannot be compared in F1")));
}

TEST_F(RunComparisonViewTest, SaysThatScoresOfWindowsAndOfAnswersCannotBePaired) {
    TrainingRun answers = comparedRun(2, 1, 1);
    answers.hyperparameters.model = "crnn";
    const QString reason = QStringLiteral("the scores of Run <2> are of single answers, those of Run <1> of windows");
    for (const auto& runs : {std::vector{comparedRun(1, 1, 0), answers}, std::vector{answers, comparedRun(1, 1, 0)}}) {
        const QString text = textOf(runs);
        EXPECT_TRUE(text.contains(reason)) << text.toStdString();
        EXPECT_FALSE(text.contains(QStringLiteral("not shared"))) << text.toStdString();
        EXPECT_FALSE(text.contains(QStringLiteral("compared in F1"))) << text.toStdString();
    }
}

TEST_F(RunComparisonViewTest, TellsMeanAndDeviationOverSeeds) {
    const std::vector<TrainingRun> all = {comparedRun(1, 1, 0), comparedRun(2, 2, 2), comparedRun(3, 3, 1)};
    const QString text = textOf({}, all);
    EXPECT_TRUE(text.contains(QStringLiteral("3 seeds:"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("±")));
}

TEST_F(RunComparisonViewTest, TellsWhichModelsTheRunsOweSomethingToWhereThatDiffers) {
    const TrainingRun plain = comparedRun(1, 1, 0);
    TrainingRun taught = comparedRun(2, 2, 1);
    taught.taughtBy = {"starter", "Run 7"};
    const QString text = textOf({plain, taught}, {plain, taught});
    EXPECT_TRUE(text.contains(QStringLiteral("Taught by"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("starter, Run 7"))) << text.toStdString();
    EXPECT_FALSE(text.contains(QStringLiteral("Began from"))) << "neither did from any";
    EXPECT_FALSE(text.contains(QStringLiteral("seeds:"))) << "they differ in more than that";
    taught.begunFrom = "Run 3";
    EXPECT_TRUE(textOf({plain, taught}).contains(QStringLiteral("Began from")));
    const RunsModel model({plain, taught});
    EXPECT_FALSE(model.index(0, RunsModel::Settings).data().toString().contains(QLatin1Char(';')));
    EXPECT_TRUE(model.index(1, RunsModel::Settings)
                    .data()
                    .toString()
                    .endsWith(QStringLiteral("; began from Run 3; taught by starter, Run 7")));
}

TEST_F(RunComparisonViewTest, ShowsTheIntervalsOfTheRunsTable) {
    const std::vector<TrainingRun> runs = {comparedRun(1, 1, 0), comparedRun(2, 1, 2)};
    const RunsModel model(runs);
    const QString text = textOf(runs);
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString shown = model.index(row, RunsModel::F1).data().toString();
        EXPECT_TRUE(text.contains(shown)) << shown.toStdString();
    }
}

TEST(RunsModelTest, NamesAndNotesAreAskedForNotChanged) {
    RunsModel model({comparedRun(1, 1, 0)});
    QSignalSpy renamed(&model, &RunsModel::renamed), notes(&model, &RunsModel::notesEdited);
    EXPECT_TRUE(model.flags(model.index(0, RunsModel::Notes)) & Qt::ItemIsEditable);
    EXPECT_FALSE(model.flags(model.index(0, RunsModel::Loss)) & Qt::ItemIsEditable);
    EXPECT_TRUE(model.setData(model.index(0, RunsModel::Notes), QStringLiteral("best so far"), Qt::EditRole));
    EXPECT_TRUE(model.setData(model.index(0, RunsModel::Name), QStringLiteral("tapes"), Qt::EditRole));
    EXPECT_FALSE(model.setData(model.index(0, RunsModel::Name), QStringLiteral("  "), Qt::EditRole));
    EXPECT_FALSE(model.setData(model.index(0, RunsModel::Loss), 1.0, Qt::EditRole));
    ASSERT_EQ(renamed.count(), 1);
    ASSERT_EQ(notes.count(), 1);
    EXPECT_EQ(notes[0][0].toLongLong(), 1);
    EXPECT_EQ(notes[0][1].toString(), QStringLiteral("best so far"));
}

TEST(RunsModelTest, ScoresHaveTheirIntervalsAndSortByTheirValues) {
    RunsModel model({comparedRun(1, 1, 0)});
    const QModelIndex f1 = model.index(0, RunsModel::F1);
    EXPECT_TRUE(f1.data().toString().contains(QLatin1Char('['))) << f1.data().toString().toStdString();
    EXPECT_NEAR(f1.data(Qt::UserRole).toDouble(), 54.0 / (54 + 1.5), 1e-3);
    EXPECT_EQ(model.index(0, RunsModel::RocAuc).data().toString(), QStringLiteral("n/a"));
}

} // namespace
} // namespace ovation::ui
