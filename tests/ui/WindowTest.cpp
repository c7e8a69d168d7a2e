// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Studio.h"
#include "ui/label/DropBin.h"
#include "ui/label/LabelPanel.h"
#include "ui/label/LabelTableModel.h"
#include "ui/main/ActionTable.h"
#include "ui/main/MainWindow.h"
#include "ui/main/MessageBar.h"
#include "ui/main/SpeechDelegate.h"
#include "ui/main/SpeechList.h"
#include "ui/main/SpeechListModel.h"
#include "ui/session/Player.h"
#include "ui/session/Settings.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/CheckPanel.h"
#include "ui/train/TrainPanel.h"

#include <QApplication>
#include <QDialog>
#include <QDropEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QListView>
#include <QMap>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QScrollArea>
#include <QSet>
#include <QTableView>
#include <QToolButton>

namespace ovation::ui::test {
namespace {

/// A window on a new project.
class WindowTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        window.resize(1280, 800);
        window.setWorkspace(Workspace::Label);
        window.show();
        window.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    }

    /// Drags files over a widget and lets go, as the window system does. False if they were not wanted.
    static bool drop(QWidget* target, const QStringList& paths) {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString& path : paths)
            urls << QUrl::fromLocalFile(path);
        data.setUrls(urls);
        const QPoint place = target->rect().center();
        QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(target, &enter);
        if (!enter.isAccepted()) return false;
        QDropEvent dropped(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(target, &dropped);
        return dropped.isAccepted();
    }

    bool dropAndWait(const QStringList& paths, size_t speeches) {
        return drop(&window, paths) &&
               waitFor([&] { return session.project().speeches.size() >= speeches && session.jobs().empty(); });
    }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(window.timeline(), key, modifiers);
    }

    const Folder folder;
    Session session;
    Player player;
    Settings settings{folder.path(QStringLiteral("settings.ini"))};
    MainWindow window{&session, &player, &settings};
};

TEST_F(WindowTest, TakesAFolderThatIsDroppedOnIt) {
    ASSERT_TRUE(dropAndWait({example("clips")}, 34));
    EXPECT_EQ(window.speeches()->view()->model()->rowCount(), 34);
    EXPECT_TRUE(window.messages()->texts().join(QLatin1Char(' ')).contains(QLatin1String("34 recordings added")));
}

TEST_F(WindowTest, TakesFilesWhereverTheyAreDroppedButOnTheBins) {
    for (const QWidget* child : window.findChildren<QWidget*>())
        EXPECT_EQ(child->acceptDrops(), qobject_cast<const DropBin*>(child) != nullptr)
            << child->metaObject()->className() << " " << child->objectName().toStdString();
}

TEST_F(WindowTest, IgnoresDragsThatAreNoFiles) {
    QMimeData data;
    data.setText(QStringLiteral("hello"));
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QApplication::sendEvent(&window, &enter);
    EXPECT_FALSE(enter.isAccepted());
}

TEST_F(WindowTest, ShowsWhyADroppedFileIsNoRecordingAndStaysUsable) {
    const QString text = folder.write(QStringLiteral("speech.wav"), "not a sound");
    ASSERT_TRUE(drop(&window, {text}));
    ASSERT_TRUE(waitFor([&] { return !window.messages()->texts().isEmpty(); }));
    EXPECT_TRUE(window.messages()->texts().join(QLatin1Char(' ')).contains(QLatin1String("speech.wav")));
    EXPECT_TRUE(window.messages()->isVisible());
    key(Qt::Key_Escape);
    EXPECT_FALSE(window.messages()->isVisible());
    EXPECT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
}

TEST_F(WindowTest, MessagesWithDetailsTakeWhatTheyNeedAndLeaveALowWindowAsItIs) {
    window.resize(1280, 760);
    Q_EMIT session.problemsRaised(QStringLiteral("1 label was left out"),
                                  {QStringLiteral("It ends before it starts.")});
    QCoreApplication::processEvents();
    const auto* area = window.messages()->findChild<QScrollArea*>();
    ASSERT_NE(area, nullptr);
    EXPECT_LE(area->height(), 2 * area->fontMetrics().lineSpacing()) << "one line";
    EXPECT_GE(area->height(), area->fontMetrics().height());
    for (int i = 0; i < 2; ++i)
        Q_EMIT session.problemsRaised(
            QStringLiteral("Problem %1").arg(i),
            QStringList(3, QStringLiteral("what is wrong with one of many labels ").repeated(8)));
    for (const Workspace workspace : {Workspace::Label, Workspace::Train, Workspace::Review}) {
        window.setWorkspace(workspace);
        QCoreApplication::processEvents();
        EXPECT_LE(window.minimumSizeHint().height(), 760);
        EXPECT_EQ(window.height(), 760);
    }
    const auto areas = window.messages()->findChildren<QScrollArea*>();
    ASSERT_EQ(areas.size(), 3);
    EXPECT_FALSE(areas[0]->isVisible()) << "a newer message folds the details of older ones";
    EXPECT_TRUE(areas[2]->isVisible());
    EXPECT_GT(areas[2]->height(), area->fontMetrics().height()) << "the rest by its scroll bar";
}

TEST_F(WindowTest, OpensADroppedProject) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
    const QString file = folder.path(QStringLiteral("dropped.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(session.project().speeches.empty());
    ASSERT_TRUE(drop(&window, {file}));
    ASSERT_TRUE(waitFor([&] { return session.projectPath() == file; }));
    EXPECT_EQ(session.project().speeches.size(), 1U);
    EXPECT_TRUE(window.windowTitle().contains(QLatin1String("dropped")));
    EXPECT_EQ(settings.recentProjects().value(0), file);
}

TEST_F(WindowTest, RefusesADroppedModelThatIsNone) {
    const QString file = folder.write(QStringLiteral("false.safetensors"), QByteArray(64, '\xff'));
    ASSERT_TRUE(drop(&window, {file}));
    ASSERT_TRUE(waitFor([&] { return !window.messages()->texts().isEmpty(); }));
    EXPECT_TRUE(window.messages()->texts().join(QLatin1Char(' ')).contains(QLatin1String("false.safetensors")));
    EXPECT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Starter; }));
}

TEST_F(WindowTest, LabelsClipsDroppedOnABin) {
    for (DropBin* bin : window.findChildren<DropBin*>())
        if (bin->labelClass() == LabelClass::NotApplause) {
            ASSERT_TRUE(drop(bin, {example("clips/other/rain.flac")}));
        }
    ASSERT_TRUE(waitFor([&] { return !session.project().speeches.empty(); }));
    ASSERT_EQ(session.segments(session.currentSpeech()).size(), 1U);
    EXPECT_EQ(session.segments(session.currentSpeech())[0].labelClass, LabelClass::NotApplause);
}

TEST_F(WindowTest, MarksUndoesAndRedoesByKeys) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
    const SpeechId id = session.currentSpeech();
    window.timeline()->setCursor(1000);
    key(Qt::Key_I);
    window.timeline()->setCursor(30000);
    key(Qt::Key_O);
    ASSERT_EQ(session.segments(id).size(), 1U);
    EXPECT_EQ(session.segments(id)[0].range, (SampleRange{1000, 30000}));
    window.timeline()->selectSegments({session.segments(id)[0].id});
    key(Qt::Key_3);
    EXPECT_EQ(session.segments(id)[0].labelClass, LabelClass::Unsure);
    key(Qt::Key_BracketRight);
    EXPECT_GT(session.segments(id)[0].range.begin, 1000);
    key(Qt::Key_Delete);
    EXPECT_TRUE(session.segments(id).empty());
    for (int i = 0; i < 4; ++i)
        key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_FALSE(session.canUndo());
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_EQ(session.segments(id).size(), 1U);
    EXPECT_EQ(session.segments(id)[0].range, (SampleRange{1000, 30000}));
}

TEST_F(WindowTest, TheListsButtonAddsRecordingsOrAFolder) {
    const auto* button = window.speeches()->findChild<QToolButton*>(QStringLiteral("add_recordings"));
    const QList<QAction*> choices = button->menu()->actions();
    ASSERT_EQ(choices.size(), 2);
    for (const auto mode : {QFileDialog::ExistingFiles, QFileDialog::Directory}) {
        choices[mode == QFileDialog::Directory ? 1 : 0]->trigger();
        auto* dialog = window.findChild<QFileDialog*>();
        ASSERT_NE(dialog, nullptr);
        EXPECT_EQ(dialog->fileMode(), mode);
        delete dialog;
    }
}

TEST_F(WindowTest, TheListSelectsWhatTheTimelineShowsOrNothing) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac"), example("clips/other/wind.flac")}, 2));
    const QListView* list = window.speeches()->view();
    auto* filter = window.speeches()->findChild<QLineEdit*>();
    const auto selected = [&] {
        QStringList names;
        for (const QModelIndex& index : list->selectionModel()->selectedIndexes())
            names << index.data().toString();
        return names;
    };
    const auto idOf = [&](const char* name) {
        for (const Speech& speech : session.project().speeches)
            if (speech.path.ends_with(name)) return speech.id;
        return SpeechId{0};
    };
    filter->setText(QStringLiteral("rain"));
    session.setCurrentSpeech(idOf("rain.flac"));
    EXPECT_EQ(selected(), QStringList{QStringLiteral("rain.flac")});
    session.setCurrentSpeech(idOf("wind.flac"));
    EXPECT_EQ(selected(), QStringList());
    EXPECT_EQ(session.currentSpeech(), idOf("wind.flac"));
    filter->clear();
    EXPECT_EQ(selected(), QStringList{QStringLiteral("wind.flac")});
}

TEST_F(WindowTest, TurnsFullyLabelledByAClickOnTheMark) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
    QListView* list = window.speeches()->view();
    const QModelIndex row = list->model()->index(0, 0);
    EXPECT_EQ(row.data(SpeechListModel::StateRole).toInt(), static_cast<int>(LabelState::None));
    const QPoint mark = SpeechDelegate::markRect(list->visualRect(row)).center();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::NoModifier, mark);
    EXPECT_TRUE(session.project().speeches[0].fullyLabelled);
    EXPECT_EQ(row.data(SpeechListModel::StateRole).toInt(), static_cast<int>(LabelState::Full));
    EXPECT_TRUE(window.actions()["fullyLabelled"]->isChecked());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::NoModifier, mark);
    EXPECT_FALSE(session.project().speeches[0].fullyLabelled);
}

TEST_F(WindowTest, EditsSegmentsInTheTable) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
    const Speech& speech = session.project().speeches[0];
    session.addSegment(speech.id, {0, toFrame(2, speech.sampleRate)}, LabelClass::Applause);
    LabelTableModel* model = window.findChild<LabelPanel*>()->model();
    QSignalSpy refusals(model, &LabelTableModel::refused);
    ASSERT_EQ(model->rowCount(), 1);
    EXPECT_TRUE(model->setData(model->index(0, LabelTableModel::Start), QStringLiteral("0:01.250"), Qt::EditRole));
    EXPECT_EQ(session.segments(speech.id)[0].range.begin, toFrame(1.25, speech.sampleRate));
    EXPECT_FALSE(model->setData(model->index(0, LabelTableModel::Start), QStringLiteral("soon"), Qt::EditRole));
    model->setData(model->index(0, LabelTableModel::End), QStringLiteral("1.1"), Qt::EditRole);
    model->setData(model->index(0, LabelTableModel::End), QStringLiteral("1:00:00"), Qt::EditRole);
    EXPECT_EQ(refusals.count(), 3);
    EXPECT_EQ(session.segments(speech.id)[0].range.end, toFrame(2, speech.sampleRate));
    EXPECT_TRUE(
        model->setData(model->index(0, LabelTableModel::Class), static_cast<int>(LabelClass::Unsure), Qt::EditRole));
    EXPECT_EQ(session.segments(speech.id)[0].labelClass, LabelClass::Unsure);
    session.undo();
    session.undo();
    EXPECT_EQ(session.segments(speech.id)[0].range.begin, 0);
}

TEST_F(WindowTest, SelectsTheSameSegmentInTableAndTimeline) {
    ASSERT_TRUE(dropAndWait({example("speeches/french.flac")}, 1));
    const auto& segments = session.segments(session.currentSpeech());
    ASSERT_FALSE(segments.empty());
    auto* panel = window.findChild<LabelPanel*>();
    window.timeline()->selectSegments({segments.back().id});
    ASSERT_EQ(panel->table()->selectionModel()->selectedRows().size(), 1);
    EXPECT_EQ(panel->model()->segmentAt(panel->table()->selectionModel()->selectedRows()[0].row()), segments.back().id);
    panel->table()->selectRow(0);
    EXPECT_EQ(window.timeline()->selectedSegments(), std::vector{segments.front().id});
}

TEST_F(WindowTest, KeepsTheTimelinesPlaceWhenTheWorkspaceChanges) {
    ASSERT_TRUE(dropAndWait({example("speeches/french.flac")}, 1));
    window.timeline()->setVisible(TimeSpan{3, 9});
    const TimeSpan before = window.timeline()->visible();
    const QRect place = window.timeline()->geometry();
    key(Qt::Key_2, Qt::ControlModifier);
    EXPECT_EQ(window.workspace(), Workspace::Train);
    key(Qt::Key_3, Qt::ControlModifier);
    EXPECT_EQ(window.workspace(), Workspace::Review);
    EXPECT_EQ(window.timeline()->visible(), before);
    EXPECT_EQ(window.timeline()->geometry(), place);
}

TEST_F(WindowTest, TheKeyForCheckingTheDataShowsTheCheck) {
    ASSERT_TRUE(dropAndWait({example("speeches/kennedy-en.flac"), example("speeches/french.flac")}, 2));
    const auto* panel = window.findChild<TrainPanel*>();
    EXPECT_FALSE(panel->check()->isVisible());
    key(Qt::Key_K, Qt::ControlModifier);
    EXPECT_EQ(window.workspace(), Workspace::Train);
    EXPECT_TRUE(panel->check()->isVisible());
    ASSERT_TRUE(waitFor([&] { return session.jobs().empty(); }));
    EXPECT_TRUE(panel->check()->isVisible());
}

TEST_F(WindowTest, SaysOnceThatThereIsNoSoundDeviceAndWorksWithout) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
    const auto sentences = [&] { return window.messages()->texts(); };
    const auto before = sentences().size();
    for (int i = 0; i < 3; ++i) {
        key(Qt::Key_Space);
        ASSERT_TRUE(waitFor([&] { return !player.playing(); }));
    }
    EXPECT_EQ(sentences().size(), before + 1);
    EXPECT_TRUE(sentences().last().contains(QStringLiteral("start Ovation again")));
    EXPECT_FALSE(player.available());
    EXPECT_NE(session.addSegment(session.currentSpeech(), {0, 10}, LabelClass::Applause), 0);
}

TEST_F(WindowTest, HasATextATipAndADifferentKeyForEveryCommand) {
    QSet<QString> keys;
    for (const ActionEntry& entry : actionTable()) {
        if (!*entry.id) continue;
        const QAction* action = window.actions()[entry.id];
        EXPECT_FALSE(action->text().isEmpty()) << entry.id;
        EXPECT_FALSE(action->statusTip().isEmpty()) << entry.id;
        for (const QKeySequence& key : action->shortcuts()) {
            EXPECT_FALSE(key.isEmpty()) << entry.id;
            EXPECT_FALSE(keys.contains(key.toString())) << entry.id << " " << key.toString().toStdString();
            keys.insert(key.toString());
        }
    }
}

TEST_F(WindowTest, NoMenuHasTwoEntriesWithTheSameMnemonic) {
    ASSERT_TRUE(dropAndWait({example("clips/other/rain.flac")}, 1));
    window.timeline()->setCursor(1000);
    key(Qt::Key_I);
    window.timeline()->setCursor(30000);
    key(Qt::Key_O); // so that the entry for undoing names something
    const auto expectDifferent = [](const QList<QAction*>& entries) {
        QMap<QString, QString> byKey;
        for (const QAction* entry : entries) {
            const QString mnemonic = QKeySequence::mnemonic(entry->text()).toString();
            if (mnemonic.isEmpty()) continue;
            EXPECT_FALSE(byKey.contains(mnemonic))
                << entry->text().toStdString() << " and " << byKey.value(mnemonic).toStdString();
            byKey.insert(mnemonic, entry->text());
        }
        return byKey.size();
    };
    EXPECT_EQ(expectDifferent(window.menuBar()->actions()), window.menuBar()->actions().size());
    for (const QMenu* menu : window.findChildren<QMenu*>())
        expectDifferent(menu->actions());
    EXPECT_GT(expectDifferent(window.actions().menu("&File")->actions()), 10);
}

TEST_F(WindowTest, AMnemonicGivesItsCommand) {
    QMenu* file = window.actions().menu("&File");
    file->popup(window.mapToGlobal(QPoint(10, 10)));
    ASSERT_TRUE(QTest::qWaitForWindowExposed(file));
    QSignalSpy asked(window.actions()["openModel"], &QAction::triggered);
    QTest::keyClick(file, Qt::Key_M);
    EXPECT_EQ(asked.count(), 1);
    delete window.findChild<QFileDialog*>();
}

TEST_F(WindowTest, SavesANewProjectUnderANameAndSaysOfASavedOneThatItIs) {
    key(Qt::Key_S, Qt::ControlModifier);
    auto* dialog = window.findChild<QFileDialog*>();
    ASSERT_TRUE(dialog);
    const QString file = folder.path(QStringLiteral("saved.ovation"));
    dialog->selectFile(file);
    static_cast<QDialog*>(dialog)->accept();
    ASSERT_TRUE(waitFor([&] { return session.projectPath() == file; }));
    ASSERT_TRUE(waitFor([&] { return !window.findChild<QFileDialog*>(); }));
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    key(Qt::Key_S, Qt::ControlModifier);
    EXPECT_FALSE(window.findChild<QFileDialog*>());
    EXPECT_TRUE(window.messages()
                    ->texts()
                    .join(QLatin1Char(' '))
                    .contains(QLatin1String("Everything is in saved.ovation already")));
}

TEST_F(WindowTest, HasTheModelsExportsInAMenuOfTheFileMenu) {
    const QMenu* exports = window.actions().menu("&File>E&xport Model");
    ASSERT_TRUE(exports);
    EXPECT_TRUE(window.actions().menu("&File")->actions().contains(exports->menuAction()));
    EXPECT_TRUE(exports->actions().contains(window.actions()["exportSafetensors"]));
    EXPECT_TRUE(exports->actions().contains(window.actions()["exportTorchScript"]));
}

TEST_F(WindowTest, OpensTheListOfKeysOnce) {
    key(Qt::Key_F1);
    key(Qt::Key_F1);
    EXPECT_EQ(window.findChildren<QDialog*>(QStringLiteral("CheatSheet")).size(), 1);
}

TEST_F(WindowTest, CountsTheSameMessageInsteadOfRepeatingIt) {
    MessageBar* bar = window.messages();
    bar->showProblem(QStringLiteral("Disk full."));
    bar->showProblem(QStringLiteral("Disk full."));
    EXPECT_EQ(bar->texts(), QStringList{QStringLiteral("Disk full.")});
}

TEST_F(WindowTest, NewsMakesRoomBeforeAnyProblemDoes) {
    MessageBar* bar = window.messages();
    const auto news = [&](int number) { bar->showNews(QStringLiteral("News %1.").arg(number)); };
    const auto problem = [&](int number) { bar->showProblem(QStringLiteral("Problem %1.").arg(number)); };
    const auto shown = [&] { return bar->texts().join(QLatin1Char(' ')); };
    problem(1);
    for (int i = 1; i <= 4; ++i)
        news(i);
    EXPECT_EQ(shown(), QStringLiteral("Problem 1. News 3. News 4."));
    problem(2);
    problem(3);
    EXPECT_EQ(shown(), QStringLiteral("Problem 1. Problem 2. Problem 3."));
    news(5);
    news(6);
    EXPECT_EQ(shown(), QStringLiteral("Problem 1. Problem 2. Problem 3. News 6."));
    problem(4);
    EXPECT_EQ(shown(), QStringLiteral("Problem 2. Problem 3. Problem 4."));
}

} // namespace
} // namespace ovation::ui::test
