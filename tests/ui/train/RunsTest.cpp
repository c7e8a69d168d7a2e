// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/ModelEstimate.h"
#include "ui/train/RunsModel.h"
#include "ui/train/RunsTable.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

TrainingRun run(int64_t id, std::optional<double> loss, double seconds, StopReason stopped = StopReason::Epochs) {
    TrainingRun made;
    made.id = id;
    made.name = "Run " + std::to_string(id);
    made.seconds = seconds;
    made.stopped = stopped;
    made.bestEpoch = 1;
    EpochMetrics epoch;
    epoch.epoch = 1;
    epoch.validation.loss = loss;
    made.epochs = {epoch};
    return made;
}

QStringList names(const RunsTable& table) {
    QStringList all;
    const QAbstractItemModel* model = table.view()->model();
    for (int row = 0; row < model->rowCount(); ++row)
        all << model->index(row, RunsModel::Name).data().toString();
    return all;
}

class RunsTableTest : public testing::Test {
protected:
    void SetUp() override {
        table.resize(900, 300);
        table.setRuns({run(1, 0.5, 100), run(2, std::nullopt, 9), run(3, 0.0625, 1000)});
        table.show();
    }
    void clickHeader(int column) {
        QHeaderView* header = table.view()->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(column) + 10, header->height() / 2});
    }
    void clickRow(int row) {
        const QRect place = table.view()->visualRect(table.view()->model()->index(row, RunsModel::Loss));
        QTest::mouseClick(table.view()->viewport(), Qt::LeftButton, {}, place.center());
    }
    RunsTable table;
};

TEST_F(RunsTableTest, SortsDurationsAsNumbers) {
    clickHeader(RunsModel::Duration);
    const QStringList first = names(table);
    clickHeader(RunsModel::Duration);
    const QStringList second = names(table);
    const QStringList ascending = {QStringLiteral("Run 2"), QStringLiteral("Run 1"), QStringLiteral("Run 3")};
    EXPECT_TRUE(first == ascending || second == ascending) << first.join(QLatin1Char(' ')).toStdString();
    EXPECT_NE(first, second);
}

TEST_F(RunsTableTest, UndefinedScoresComeLastInBothDirections) {
    clickHeader(RunsModel::Loss);
    EXPECT_EQ(names(table).last(), QStringLiteral("Run 2"));
    clickHeader(RunsModel::Loss);
    EXPECT_EQ(names(table).last(), QStringLiteral("Run 2"));
    EXPECT_EQ(table.model()->index(1, RunsModel::Loss).data().toString(), QStringLiteral("n/a"));
}

TEST_F(RunsTableTest, UseThisModelNamesTheSelectedRunWhateverTheOrder) {
    QSignalSpy asked(&table, &RunsTable::useModelRequested);
    auto* use = table.findChild<QPushButton*>(QStringLiteral("use_model"));
    EXPECT_FALSE(use->isEnabled());
    clickHeader(RunsModel::Duration);
    clickRow(0);
    const auto selected = table.selectedRun();
    ASSERT_TRUE(selected);
    EXPECT_EQ(QString::fromStdString(selected->name), names(table).first());
    QTest::mouseClick(use, Qt::LeftButton);
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked[0][0].toLongLong(), selected->id);
}

TEST_F(RunsTableTest, RunningRunCannotBeDeletedOrUsed) {
    table.setRuns({run(4, 0.5, 3, StopReason::Running)});
    table.selectRun(4);
    ASSERT_TRUE(table.selectedRun());
    EXPECT_FALSE(table.findChild<QPushButton*>(QStringLiteral("remove_run"))->isEnabled());
    EXPECT_FALSE(table.findChild<QPushButton*>(QStringLiteral("use_model"))->isEnabled());
}

TEST_F(RunsTableTest, CheckedRunsAreOverlaidUntilTheyAreGone) {
    QSignalSpy changed(table.model(), &RunsModel::checksChanged);
    ASSERT_TRUE(table.model()->setData(table.model()->index(0, RunsModel::Name), Qt::Checked, Qt::CheckStateRole));
    ASSERT_EQ(table.model()->checkedRuns().size(), 1U);
    EXPECT_EQ(table.model()->checkedRuns()[0].id, 1);
    table.setRuns({run(3, 0.0625, 1000)});
    EXPECT_TRUE(table.model()->checkedRuns().empty());
    EXPECT_EQ(changed.count(), 2);
}

TEST_F(RunsTableTest, ANoteBeingTypedStaysWhileAnotherRunGoesOn) {
    QSignalSpy notes(table.model(), &RunsModel::notesEdited);
    clickHeader(RunsModel::Loss); // rows move as losses come
    clickHeader(RunsModel::Loss);
    QTableView* view = table.view();
    table.selectRun(1);
    const QModelIndex noted = view->model()->index(view->currentIndex().row(), RunsModel::Notes);
    view->setCurrentIndex(noted);
    view->edit(noted);
    auto* editor = view->viewport()->findChild<QLineEdit*>();
    ASSERT_NE(editor, nullptr);
    QTest::keyClicks(editor, QStringLiteral("with no"));
    const auto expectTyping = [&] {
        QCoreApplication::processEvents();
        ASSERT_EQ(view->viewport()->findChild<QLineEdit*>(), editor);
        EXPECT_EQ(editor->text(), QStringLiteral("with no"));
        EXPECT_EQ(view->currentIndex().column(), RunsModel::Notes);
        ASSERT_TRUE(table.selectedRun());
        EXPECT_EQ(table.selectedRun()->id, 1);
    };
    auto further = run(2, 0.75, 20, StopReason::Running);
    table.setRuns({run(1, 0.5, 100), further, run(3, 0.0625, 1000)});
    ASSERT_NO_FATAL_FAILURE(expectTyping());
    EXPECT_EQ(table.model()->index(1, RunsModel::Loss).data(Qt::UserRole).toDouble(), 0.75);
    table.setRuns({run(1, 0.5, 100), further, run(3, 0.0625, 1000), run(4, 0.25, 3, StopReason::Running)});
    ASSERT_NO_FATAL_FAILURE(expectTyping());
    table.setRuns({run(1, 0.5, 100), run(3, 0.0625, 1000), run(4, 0.25, 3, StopReason::Running)});
    ASSERT_NO_FATAL_FAILURE(expectTyping());
    EXPECT_EQ(notes.count(), 0);
    QTest::keyClicks(editor, QStringLiteral("ise"));
    QTest::keyClick(editor, Qt::Key_Return);
    ASSERT_TRUE(QTest::qWaitFor([&] { return notes.count() > 0; }));
    EXPECT_EQ(notes[0][0].toLongLong(), 1);
    EXPECT_EQ(notes[0][1].toString(), QStringLiteral("with noise"));
}

TEST_F(RunsTableTest, SpaceTicksAndF2RenamesWhicheverCellOfTheRowIsCurrent) {
    QTableView* view = table.view();
    const auto goTo = [&](int column) { view->setCurrentIndex(view->model()->index(1, column)); };
    for (const int column : {RunsModel::Duration, RunsModel::Name}) {
        goTo(column);
        QTest::keyClick(view, Qt::Key_Space);
        ASSERT_EQ(table.model()->checkedRuns().size(), 1U) << column;
        EXPECT_EQ(table.model()->checkedRuns()[0].id, 2);
        QTest::keyClick(view, Qt::Key_Space);
        EXPECT_TRUE(table.model()->checkedRuns().empty()) << column;
    }
    QSignalSpy renamed(table.model(), &RunsModel::renamed);
    goTo(RunsModel::Loss);
    QTest::keyClick(view, Qt::Key_F2);
    auto* editor = view->viewport()->findChild<QLineEdit*>();
    ASSERT_NE(editor, nullptr);
    EXPECT_EQ(editor->text(), QStringLiteral("Run 2"));
    editor->setText(QStringLiteral("Better"));
    QTest::keyClick(editor, Qt::Key_Return);
    ASSERT_TRUE(QTest::qWaitFor([&] { return renamed.count() > 0; }));
    EXPECT_EQ(renamed[0][0].toLongLong(), 2);
    EXPECT_EQ(renamed[0][1].toString(), QStringLiteral("Better"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return !view->viewport()->findChild<QLineEdit*>(); }));
    goTo(RunsModel::Notes);
    QTest::keyClick(view, Qt::Key_F2);
    editor = view->viewport()->findChild<QLineEdit*>();
    ASSERT_NE(editor, nullptr);
    EXPECT_EQ(editor->text(), QString()) << "a note has an editor of its own";
}

TEST_F(RunsTableTest, DeleteAsksForTheSelectedRunToGo) {
    QTableView* view = table.view();
    QSignalSpy asked(&table, &RunsTable::removeRequested);
    QTest::keyClick(view, Qt::Key_Delete);
    EXPECT_EQ(asked.count(), 0) << "none is selected";
    view->setCurrentIndex(view->model()->index(1, RunsModel::Duration));
    QTest::keyClick(view, Qt::Key_Delete);
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked[0][0].toLongLong(), 2);
    table.setRuns({run(4, 0.5, 3, StopReason::Running)});
    table.selectRun(4);
    QTest::keyClick(view, Qt::Key_Delete);
    EXPECT_EQ(asked.count(), 1) << "it is under way";
}

TEST_F(RunsTableTest, WhereTheSelectedRunGoesNoneIsSelectedInItsPlace) {
    table.selectRun(2);
    table.setRuns({run(1, 0.5, 100), run(3, 0.0625, 1000)});
    EXPECT_FALSE(table.selectedRun());
    EXPECT_FALSE(table.findChild<QPushButton*>(QStringLiteral("remove_run"))->isEnabled());
    table.selectRun(3);
    table.setRuns({run(3, 0.0625, 1000), run(1, 0.5, 100)});
    ASSERT_TRUE(table.selectedRun());
    EXPECT_EQ(table.selectedRun()->id, 3);
    EXPECT_EQ(names(table), (QStringList{QStringLiteral("Run 3"), QStringLiteral("Run 1")}));
}

TEST(ModelEstimate, CountsTheSeedNetworkExactly) {
    const auto needs = estimate({});
    ASSERT_TRUE(needs);
    EXPECT_EQ(needs->parameters, 13'415'042);
    EXPECT_EQ(parametersText(needs->parameters), QStringLiteral("13,415,042"));
    Hyperparameters larger;
    larger.batchSize = 64;
    EXPECT_GT(estimate(larger)->bytes, needs->bytes);
    EXPECT_EQ(estimate({}, 3'000'000'000)->bytes, needs->bytes + 3'000'000'000) << "with the data";
}

TEST(ModelEstimate, TellsAnEpochAndAllOfThem) {
    EXPECT_EQ(epochsText(17, 18), QStringLiteral("about 17 s an epoch, 5 min in all"));
    EXPECT_EQ(epochsText(0.4, 50), QStringLiteral("under 1 s an epoch, 20 s in all"));
}

TEST(ModelEstimate, SaysNothingOfANetworkThatCannotBe) {
    Hyperparameters wrong;
    wrong.heads = 7;
    EXPECT_FALSE(estimate(wrong));
}

TEST(DurationText, ReadsAsPeopleSayIt) {
    EXPECT_EQ(durationText(8.4), QStringLiteral("8 s"));
    EXPECT_EQ(durationText(125), QStringLiteral("2 min 05 s"));
    EXPECT_EQ(durationText(4320), QStringLiteral("1 h 12 min"));
    EXPECT_EQ(durationText(-1), QStringLiteral("n/a"));
}

} // namespace
} // namespace ovation::ui
