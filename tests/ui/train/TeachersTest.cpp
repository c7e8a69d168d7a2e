// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Studio.h"
#include "ui/session/RunCheckpoints.h"
#include "ui/session/TrainingQueue.h"
#include "ui/train/FieldRow.h"
#include "ui/train/FineTuneBar.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/QueuePanel.h"
#include "ui/train/TeacherChoice.h"
#include "ui/train/TrainPanel.h"

#include <QMenu>
#include <QTreeWidget>

#include <algorithm>

namespace ovation::ui::test {
namespace {

const ModelSource kStarterTeacher{ModelSource::Kind::Starter, 0, {}};

ModelSource ofRun(int64_t id) {
    return {ModelSource::Kind::Run, id, {}};
}

/// A compact network and a training of it that take a moment.
Hyperparameters quickCompact(uint64_t seed = 42) {
    Hyperparameters values = preset("compact")->values;
    values.channels = 8;
    values.hiddenSize = 8;
    values.exampleS = 2;
    values.stepsPerEpoch = 2;
    values.batchSize = 2;
    values.epochs = 1;
    values.threads = 1;
    values.seed = seed;
    return values;
}

class TeachersTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(waitFor([&] { return session.model() != nullptr; }));
    }
    void addClips() { ASSERT_TRUE(add(session, {example("clips")}, 34)); }
    /// What the training that `start` starts ends with.
    std::optional<Error> endOf(const std::function<void()>& start) {
        QSignalSpy ended(&session, &Session::trainingEnded);
        start();
        if (!waitFor([&] { return ended.count() > 0; })) return Error{ErrorCode::Internal, "", "no end"};
        return ended[0][0].value<std::optional<Error>>();
    }
    void train(const Hyperparameters& values) {
        session.setHyperparameters(values);
        const auto error = endOf([&] { session.startTraining(); });
        ASSERT_FALSE(error) << describe(*error);
    }

    const Folder folder;
    Session session;
};

TEST_F(TeachersTest, ARunLearnsFromThemAndIsTakenFurtherWithThemWhateverBecameOfThem) {
    addClips();
    train(quickCompact(1));
    EXPECT_TRUE(session.model()->taughtBy.empty());
    session.setTeachers({ofRun(1), kStarterTeacher, ofRun(1)});
    ASSERT_EQ(session.teachers(), (std::vector{ofRun(1), kStarterTeacher}));
    train(quickCompact(2));
    const std::vector<std::string> names{"Run 1", "starter"};
    EXPECT_EQ(session.model()->taughtBy, names);
    EXPECT_NE(session.project().runs[1].notes.find("(\"Run 1\", \"starter\")"), std::string::npos)
        << session.project().runs[1].notes;
    session.removeRun(1);
    EXPECT_EQ(session.teachers(), std::vector{kStarterTeacher});
    session.setTeachers({});
    ASSERT_TRUE(session.canExtend(2));
    const auto error = endOf([&] { session.extendTraining(2, 1, Session::ExtendFrom::Last); });
    ASSERT_FALSE(error) << describe(*error);
    EXPECT_EQ(session.model()->taughtBy, names);
    EXPECT_EQ(session.project().runs[0].taughtBy, names);
    EXPECT_EQ(session.project().runs[0].epochs.size(), 2U);
}

TEST_F(TeachersTest, ClipModelsHaveNone) {
    addClips();
    session.setTeachers({kStarterTeacher});
    train(quickRun(1));
    EXPECT_TRUE(session.model()->taughtBy.empty());
    session.enqueue({quickRun(1), quickCompact()});
    EXPECT_TRUE(session.queue()[0].teachers.empty());
    EXPECT_EQ(session.queue()[1].teachers, std::vector{kStarterTeacher});
}

TEST_F(TeachersTest, OneThatCannotBeReadIsNamedAndTheNextTrainingWorks) {
    addClips();
    session.setTeachers({{ModelSource::Kind::File, 0, folder.path(QStringLiteral("gone.safetensors"))}});
    session.setHyperparameters(quickCompact());
    const auto error = endOf([&] { session.startTraining(); });
    ASSERT_TRUE(error);
    EXPECT_NE(error->file.find("gone.safetensors"), std::string::npos);
    EXPECT_TRUE(session.project().runs.empty());
    EXPECT_FALSE(session.resumableRun());
    session.setTeachers({});
    train(quickCompact());
    EXPECT_EQ(session.project().runs.size(), 1U);
}

TEST_F(TeachersTest, ARunWhoseModelIsDamagedIsNotCalledGone) {
    addClips();
    train(quickCompact());
    const QByteArray model = QByteArray::fromStdString(toSafetensors(*session.model()));
    const QString project = folder.path(QStringLiteral("p.ovation"));
    ASSERT_TRUE(saveAs(session, project));
    ASSERT_TRUE(openNew(session)); // lets go of the file
    ASSERT_TRUE(waitFor([&] { return !QFile::exists(project + QStringLiteral("-wal")); }));
    QFile file(project);
    ASSERT_TRUE(file.open(QIODevice::ReadWrite));
    const QByteArray bytes = file.readAll();
    qsizetype place = -1; // of some of its weights, which the database keeps in pages
    for (qsizetype i = model.size() / 2; place < 0 && i + 32 < model.size(); i += 16)
        place = bytes.indexOf(model.mid(i, 32));
    ASSERT_GE(place, 0);
    ASSERT_TRUE(file.seek(place));
    file.write(QByteArray(4, 'x'));
    file.close();
    ASSERT_TRUE(open(session, project));
    session.setTeachers({ofRun(1)});
    session.setHyperparameters(quickCompact(2));
    const auto error = endOf([&] { session.startTraining(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::DamagedModel) << describe(*error);
}

TEST_F(TeachersTest, ARunThatWaitsForATeacherThatIsRemovedWaitsOn) {
    addClips();
    train(quickCompact());
    session.setTeachers({ofRun(1)});
    session.enqueue({quickCompact(2)});
    session.removeRun(1);
    EXPECT_TRUE(session.teachers().empty());
    const auto error = endOf([&] { session.startQueue(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::NoData);
    EXPECT_FALSE(session.queueRunning());
    EXPECT_EQ(session.queue().size(), 1U);
    EXPECT_TRUE(session.project().runs.empty());
}

TEST_F(TeachersTest, AreKeptInTheProject) {
    const QString project = folder.path(QStringLiteral("p.ovation"));
    session.setTeachers({kStarterTeacher, {ModelSource::Kind::File, 0, folder.path(QStringLiteral("ø.safetensors"))}});
    const auto chosen = session.teachers();
    ASSERT_TRUE(saveAs(session, project));
    ASSERT_TRUE(openNew(session));
    EXPECT_TRUE(session.teachers().empty());
    ASSERT_TRUE(open(session, project));
    EXPECT_EQ(session.teachers(), chosen);
}

TEST_F(TeachersTest, AreTickedInAMenuThatStaysOpen) {
    const QString file = folder.path(QStringLiteral("a & b.safetensors"));
    ASSERT_TRUE(writeModel(file.toStdString(), *session.model()));
    session.openModel(file);
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
    FineTuneBar bar(&session);
    auto* button = bar.findChild<TeacherChoice*>();
    ASSERT_NE(button, nullptr);
    EXPECT_FALSE(button->isEnabled()) << "the seed's network learns from labels alone";
    session.setHyperparameters(quickCompact());
    ASSERT_TRUE(button->isEnabled());
    EXPECT_EQ(button->text(), QStringLiteral("Teachers: none"));
    bar.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&bar));
    QMenu* menu = button->menu();
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
    ASSERT_TRUE(waitFor([&] { return menu->isVisible() && menu->actions().size() == 2; }));
    for (QAction* action : menu->actions())
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
    EXPECT_TRUE(menu->isVisible());
    EXPECT_EQ(session.teachers(), (std::vector{kStarterTeacher, session.modelSource()}));
    EXPECT_EQ(button->text(), QStringLiteral("Teachers: 2 models"));
    menu->setActiveAction(menu->actions().front());
    QTest::keyClick(menu, Qt::Key_Space);
    EXPECT_TRUE(menu->isVisible());
    EXPECT_EQ(session.teachers(), std::vector{session.modelSource()});
    EXPECT_EQ(button->text(), QStringLiteral("Teachers: a && b"));
    QTest::keyClick(menu, Qt::Key_Escape);
    EXPECT_FALSE(menu->isVisible());
}

TEST_F(TeachersTest, TheirShareIsASettingWhereThereAreAny) {
    session.setHyperparameters(quickCompact());
    TrainPanel panel(&session);
    const QWidget* share = panel.form()->row(QStringLiteral("teacher_share"))->editor();
    EXPECT_FALSE(share->isEnabled());
    session.setTeachers({kStarterTeacher});
    EXPECT_TRUE(share->isEnabled());
    ASSERT_TRUE(openNew(session));
    session.setHyperparameters(quickCompact());
    EXPECT_FALSE(share->isEnabled());
}

TEST(QueuedTeachers, AreReadBackAndShown) {
    const std::vector<QueuedRun> queue = {{1, "a", quickCompact(1), {kStarterTeacher, ofRun(4)}},
                                          {2, "", quickCompact(2), {{}}},
                                          {3, "", quickCompact(3)}};
    EXPECT_EQ(queueFromJson(toJson(queue)), queue);
    EXPECT_TRUE(modelSourcesFromJson("{}").empty());
    EXPECT_EQ(modelSourcesFromJson("[1]"), std::vector<ModelSource>(1));
    QueuePanel panel;
    panel.setQueue(queue, false);
    const auto* list = panel.findChild<QTreeWidget*>();
    EXPECT_TRUE(list->topLevelItem(0)->text(2).endsWith(QStringLiteral("2 teachers")));
    EXPECT_TRUE(list->topLevelItem(1)->text(2).endsWith(QStringLiteral("1 teacher")));
    EXPECT_FALSE(list->topLevelItem(2)->text(2).contains(QStringLiteral("teacher")));
}

} // namespace
} // namespace ovation::ui::test
