// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectStore.h"
#include "tests/ui/Studio.h"
#include "ui/train/RunsTable.h"
#include "ui/train/TrainPanel.h"

#include <QMessageBox>
#include <QPushButton>

namespace ovation::ui::test {
namespace {

/// The Train workspace, whose Delete button is pressed.
class RunRemovalTest : public ::testing::Test {
protected:
    void pressDelete(int64_t run) {
        panel.runs()->selectRun(run);
        auto* remove = panel.findChild<QPushButton*>(QStringLiteral("remove_run"));
        ASSERT_TRUE(remove->isEnabled());
        remove->click();
    }
    QMessageBox* box() { return panel.findChild<QMessageBox*>(); }
    void answer(const QString& text) {
        for (QAbstractButton* button : box()->buttons())
            if (QString(button->text()).remove(QLatin1Char('&')) == text) {
                button->click();
                ASSERT_TRUE(waitFor([&] { return !box(); }));
                return;
            }
        FAIL() << "no button " << text.toStdString();
    }
    size_t runs() const { return session.project().runs.size(); }

    const Folder folder;
    Session session;
    TrainPanel panel{&session};
};

TEST_F(RunRemovalTest, ARunWithAModelIsDeletedAfterAQuestionThatNamesWhatIsLost) {
    const QString file = folder.path(QStringLiteral("p.ovation"));
    {
        auto store = ProjectStore::create(file.toStdString());
        ASSERT_TRUE(store);
        TrainingRun trained;
        trained.id = 1;
        trained.name = "Long one";
        trained.seconds = 125;
        trained.stopped = StopReason::Epochs;
        trained.bestEpoch = 2;
        for (int64_t number = 1; number <= 3; ++number) {
            EpochMetrics epoch;
            epoch.epoch = number;
            trained.epochs.push_back(epoch);
        }
        ASSERT_TRUE((*store)->putRun(trained));
        TrainingRun nothing;
        nothing.id = 2;
        nothing.name = "Nothing";
        nothing.stopped = StopReason::Failed;
        ASSERT_TRUE((*store)->putRun(nothing));
    }
    ASSERT_TRUE(open(session, file));
    ASSERT_EQ(runs(), 2U);
    ASSERT_NO_FATAL_FAILURE(pressDelete(2));
    EXPECT_FALSE(box()) << "nothing is lost with it";
    EXPECT_EQ(runs(), 1U);

    ASSERT_NO_FATAL_FAILURE(pressDelete(1));
    ASSERT_TRUE(box());
    EXPECT_EQ(runs(), 1U);
    const QString text = box()->text();
    for (const char* part : {"Long one", "3 epochs", "2 min 05 s", "model", "cannot be undone"})
        EXPECT_TRUE(text.contains(QLatin1String(part))) << text.toStdString();
    ASSERT_NO_FATAL_FAILURE(answer(QStringLiteral("Cancel")));
    EXPECT_EQ(runs(), 1U);
    ASSERT_NO_FATAL_FAILURE(pressDelete(1));
    ASSERT_TRUE(box());
    ASSERT_NO_FATAL_FAILURE(answer(QStringLiteral("Delete")));
    EXPECT_EQ(runs(), 0U);
}

TEST_F(RunRemovalTest, TheStateToTrainFurtherFromIsNamed) {
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips")}, 34));
    session.setHyperparameters(quickRun(1));
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_EQ(runs(), 1U);
    ASSERT_TRUE(session.holdsState(1));
    ASSERT_NO_FATAL_FAILURE(pressDelete(1));
    ASSERT_TRUE(box());
    EXPECT_TRUE(box()->text().contains(QLatin1String("1 epoch,"))) << box()->text().toStdString();
    EXPECT_TRUE(box()->text().contains(QLatin1String("train it further"))) << box()->text().toStdString();
    ASSERT_NO_FATAL_FAILURE(answer(QStringLiteral("Delete")));
    EXPECT_EQ(runs(), 0U);
    EXPECT_FALSE(session.holdsState(1));
}

} // namespace
} // namespace ovation::ui::test
