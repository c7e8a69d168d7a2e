// SPDX-License-Identifier: GPL-3.0-or-later

// The Review workspace in its window: sidebar, timeline and table go together, what is asked for is saved.

#include "core/detection/RecordingDetection.h"
#include "core/project/ProjectStore.h"
#include "tests/ui/LabellingScript.h"
#include "ui/main/ActionTable.h"
#include "ui/main/SpeechList.h"
#include "ui/review/DetectionsTable.h"
#include "ui/review/ReviewPanel.h"
#include "ui/timeline/TimelineScene.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/TrainPanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QTableView>

namespace ovation::ui::test {
namespace {

constexpr int kReviewRate = 16000;

/// Applause from `begin` to `end`, in seconds, of a certain probability.
struct Hill {
    double begin, end;
    float height;
};

/// Two recordings of 30 s. In the first a strong, a weak and a strong segment are detected, in the second two.
class ReviewWindowTest : public ::testing::Test {
protected:
    void SetUp() override {
        const QString project = folder.path(QStringLiteral("p.ovation"));
        ASSERT_NO_FATAL_FAILURE(writeProject(project.toStdString()));
        ASSERT_TRUE(studio.openProject(project));
        ASSERT_TRUE(waitFor([&] { return studio.session.model() != nullptr; })); // settings stay from here on
        studio.window.setWorkspace(Workspace::Review);
        table = studio.window.findChild<DetectionsTable*>();
        ASSERT_NE(table, nullptr);
        ASSERT_TRUE(waitFor([&] { return rows() == 5 && table->view()->isVisible(); }));
        QCoreApplication::processEvents(); // its rows are laid out
        studio.window.findChild<QCheckBox*>(QStringLiteral("go_on"))->setChecked(false);
    }
    void writeProject(const std::string& path) const {
        auto store = ProjectStore::create(path);
        ASSERT_TRUE(store);
        ASSERT_NO_FATAL_FAILURE(put(**store, kFirst, "kennedy-en", {{4, 8, 0.95F}, {12, 14, 0.6F}, {20, 26, 0.9F}}));
        ASSERT_NO_FATAL_FAILURE(put(**store, kSecond, "french", {{3, 6, 0.9F}, {15, 18, 0.9F}}));
    }
    static void put(ProjectStore& store, SpeechId id, const std::string& name, const std::vector<Hill>& hills) {
        Speech speech;
        speech.id = id;
        speech.path = OVATION_EXAMPLE "/speeches/" + name + ".flac";
        speech.frames = 30 * kReviewRate;
        speech.sampleRate = kReviewRate;
        speech.channels = 1;
        ASSERT_TRUE(store.putSpeech(speech));
        Detection detection;
        detection.speech = id;
        detection.model = "model";
        detection.curve.stepS = 0.5;
        detection.curve.durationS = 30;
        for (double t = 0; t <= 30; t += 0.5) {
            const auto hill =
                std::ranges::find_if(hills, [t](const Hill& its) { return t >= its.begin && t <= its.end; });
            detection.curve.values.push_back(hill == hills.end() ? 0.02F : hill->height);
        }
        detection.segments = toDetectedSegments(decode(detection.curve, {}), kReviewRate, speech.frames);
        ASSERT_EQ(detection.segments.size(), hills.size());
        ASSERT_TRUE(store.putDetection(detection));
    }

    int rows() const { return table->view()->model()->rowCount(); }
    void clickRow(int row) {
        QTableView* view = table->view();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                          view->visualRect(view->model()->index(row, 1)).center());
    }
    void clickRecording(int row) {
        QListView* list = studio.window.speeches()->view();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(row, 0)).center());
    }
    /// To whatever has the focus, as the keyboard's keys go.
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QWidget* focused = studio.window.focusWidget();
        QTest::keyClick(focused ? focused : &studio.window, key, modifiers);
    }
    Verdict verdict(SpeechId id, size_t segment) const {
        return studio.session.detection(id)->segments[segment].verdict;
    }
    /// The recording and the number of the chosen segment.
    std::pair<SpeechId, size_t> chosen() const {
        const auto row = table->current();
        return row ? std::pair{row->speech, row->index} : std::pair{SpeechId{0}, size_t{0}};
    }
    /// Asks for a report, types a name and presses Enter, as a person does in the dialog.
    void saveReport(const char* action, const QString& name) {
        studio.window.findChild<QAction*>(QLatin1String(action))->trigger();
        auto* dialog = studio.window.findChild<QFileDialog*>();
        ASSERT_NE(dialog, nullptr);
        dialog->setDirectory(folder.path());
        auto* edit = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        ASSERT_NE(edit, nullptr);
        edit->setText(name); // typing would complete it to what is there
        QTest::keyClick(edit, Qt::Key_Return);
        ASSERT_TRUE(waitFor([&] { return !studio.window.findChild<QFileDialog*>(); }));
    }
    bool says(const char* words) const {
        return studio.window.messages()->texts().join(QLatin1Char('\n')).contains(QLatin1String(words));
    }

    static constexpr SpeechId kFirst = 1, kSecond = 2;
    const std::pair<SpeechId, size_t> kNone{0, 0};
    const Folder folder;
    OpenStudio studio{folder.path(QStringLiteral("settings.ini"))};
    DetectionsTable* table = nullptr;
};

TEST_F(ReviewWindowTest, ShowingAnotherRecordingChoosesItsFirstSegment) {
    clickRow(1);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{1}));
    clickRecording(1);
    ASSERT_EQ(studio.session.currentSpeech(), kSecond);
    EXPECT_EQ(chosen(), std::pair(kSecond, size_t{0}));
    key(Qt::Key_A);
    EXPECT_EQ(verdict(kFirst, 1), Verdict::Open);
    EXPECT_EQ(verdict(kSecond, 0), Verdict::Accepted);
}

TEST_F(ReviewWindowTest, WhereTheRecordingHasNoSegmentInTheTableNothingIsJudgedAndItIsSaid) {
    clickRow(3);
    key(Qt::Key_A);
    ASSERT_EQ(verdict(kSecond, 0), Verdict::Accepted);
    auto* filter = studio.window.findChild<QComboBox*>(QStringLiteral("verdict_filter"));
    filter->setFocus();
    for (int i = 0; i < 2; ++i) // accepted ones only
        QTest::keyClick(filter, Qt::Key_Down);
    ASSERT_EQ(rows(), 1);
    clickRow(0);
    ASSERT_EQ(chosen(), std::pair(kSecond, size_t{0}));
    clickRecording(0);
    EXPECT_EQ(chosen(), kNone);
    const size_t edits = studio.session.project().editsDone;
    key(Qt::Key_R);
    EXPECT_EQ(studio.session.project().editsDone, edits);
    EXPECT_TRUE(says("No segment is chosen"));
    clickRow(0);
    EXPECT_FALSE(says("No segment is chosen"));
}

TEST_F(ReviewWindowTest, ArrowsShowTheSegmentThatTheyChooseAndPlayNothing) {
    TimelineView* timeline = studio.window.timeline();
    table->view()->setFocus();
    table->select(kFirst, 0);
    timeline->setVisible(TimeSpan{0, 9});
    QSignalSpy played(table, &DetectionsTable::playRequested);
    key(Qt::Key_Down);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{1}));
    EXPECT_EQ(timeline->selectedDetection(), size_t{1});
    EXPECT_LE(timeline->visible().start, 12);
    EXPECT_GE(timeline->visible().end, 14);
    key(Qt::Key_Down);
    key(Qt::Key_Down);
    EXPECT_EQ(chosen(), std::pair(kSecond, size_t{0}));
    EXPECT_EQ(studio.session.currentSpeech(), kSecond);
    EXPECT_EQ(timeline->selectedDetection(), size_t{0});
    key(Qt::Key_Up);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{2}));
    EXPECT_EQ(timeline->selectedDetection(), size_t{2});
    key(Qt::Key_Up);
    key(Qt::Key_Up);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{0}));
    EXPECT_EQ(timeline->selectedDetection(), size_t{0});
    EXPECT_EQ(played.count(), 0);
}

TEST_F(ReviewWindowTest, ASegmentOfARecordingThatIsNotOnScreenIsShownBeforeItIsJudged) {
    clickRow(2);
    table->select(kSecond, 0);
    ASSERT_EQ(chosen(), std::pair(kSecond, size_t{0}));
    ASSERT_EQ(studio.session.currentSpeech(), kFirst);
    key(Qt::Key_A);
    EXPECT_EQ(verdict(kSecond, 0), Verdict::Open);
    EXPECT_EQ(studio.session.currentSpeech(), kSecond);
    key(Qt::Key_A);
    EXPECT_EQ(verdict(kSecond, 0), Verdict::Accepted);
}

TEST_F(ReviewWindowTest, EdgesOfASegmentThatIsNotOnScreenAreNotMoved) {
    clickRow(2);
    table->select(kSecond, 0);
    ASSERT_EQ(studio.session.currentSpeech(), kFirst);
    key(Qt::Key_BracketLeft);
    EXPECT_EQ(verdict(kSecond, 0), Verdict::Open);
    EXPECT_EQ(studio.session.currentSpeech(), kSecond);
    key(Qt::Key_BracketLeft);
    EXPECT_EQ(verdict(kSecond, 0), Verdict::Accepted) << "with the edge that a person chose";
}

TEST_F(ReviewWindowTest, UndoChoosesTheSegmentWhoseVerdictItTookBack) {
    studio.window.findChild<QCheckBox*>(QStringLiteral("go_on"))->setChecked(true);
    clickRow(2);
    key(Qt::Key_A);
    ASSERT_EQ(chosen(), std::pair(kSecond, size_t{0}));
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(studio.session.currentSpeech(), kFirst);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{2}));
    EXPECT_EQ(studio.window.timeline()->selectedDetection(), size_t{2});
    key(Qt::Key_R);
    EXPECT_EQ(verdict(kFirst, 2), Verdict::Rejected);
    EXPECT_EQ(verdict(kSecond, 0), Verdict::Open);
}

TEST_F(ReviewWindowTest, RedoChoosesTheSegmentThatItJudges) {
    clickRow(1);
    key(Qt::Key_A);
    clickRow(4);
    key(Qt::Key_R);
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{1}));
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(chosen(), std::pair(kSecond, size_t{1}));
    key(Qt::Key_A);
    EXPECT_EQ(verdict(kSecond, 1), Verdict::Accepted);
}

TEST_F(ReviewWindowTest, WhereTheFilterHidesWhatRedoJudgesTheNextSegmentIsChosen) {
    auto* filter = studio.window.findChild<QComboBox*>(QStringLiteral("verdict_filter"));
    filter->setFocus();
    QTest::keyClick(filter, Qt::Key_Down); // open ones only
    clickRow(1);
    key(Qt::Key_A);
    ASSERT_EQ(rows(), 4);
    ASSERT_EQ(chosen(), std::pair(kFirst, size_t{2}));
    key(Qt::Key_Z, Qt::ControlModifier);
    ASSERT_EQ(rows(), 5);
    ASSERT_EQ(chosen(), std::pair(kFirst, size_t{1}));
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(rows(), 4);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{2}));
    EXPECT_EQ(studio.window.timeline()->selectedDetection(), size_t{2}) << "one sees what the next key judges";

    key(Qt::Key_Z, Qt::ControlModifier);
    ASSERT_EQ(chosen(), std::pair(kFirst, size_t{1}));
    studio.window.setWorkspace(Workspace::Label);
    studio.session.redo();
    studio.window.setWorkspace(Workspace::Review);
    EXPECT_EQ(rows(), 4);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{2}));
}

TEST_F(ReviewWindowTest, UndoOfMovedEdgesChoosesTheirSegment) {
    clickRow(0);
    key(Qt::Key_A);
    key(Qt::Key_BracketLeft);
    clickRow(2);
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(verdict(kFirst, 0), Verdict::Accepted);
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{0}));
}

TEST_F(ReviewWindowTest, UndoAndRedoWorkWhereAFieldOfNumbersHasTheKeyboard) {
    clickRow(0);
    key(Qt::Key_A);
    ASSERT_EQ(verdict(kFirst, 0), Verdict::Accepted);
    for (const char* name : {"threshold", "minimum_length", "merge_gap", "padding"}) {
        SCOPED_TRACE(name);
        auto* box = studio.window.findChild<QDoubleSpinBox*>(QLatin1String(name));
        ASSERT_NE(box, nullptr);
        box->setFocus();
        ASSERT_EQ(studio.window.focusWidget(), box);
        // Which of its keys for redo a field would take depends on the platform.
        for (const auto& [redo, modifiers] :
             {std::pair{Qt::Key_Y, Qt::KeyboardModifiers(Qt::ControlModifier)},
              std::pair{Qt::Key_Z, Qt::KeyboardModifiers(Qt::ControlModifier | Qt::ShiftModifier)}}) {
            key(Qt::Key_Z, Qt::ControlModifier);
            ASSERT_EQ(verdict(kFirst, 0), Verdict::Open);
            key(redo, modifiers);
            ASSERT_EQ(verdict(kFirst, 0), Verdict::Accepted);
        }
        EXPECT_EQ(studio.window.focusWidget(), box);
    }

    auto* box = studio.window.findChild<QDoubleSpinBox*>(QStringLiteral("threshold"));
    const DecoderOptions options = studio.session.decoder();
    box->setFocus();
    box->selectAll();
    key(Qt::Key_0);
    ASSERT_EQ(box->text(), box->locale().toString(0));
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_NE(box->text(), box->locale().toString(0)) << "what was typed goes first";
    EXPECT_EQ(verdict(kFirst, 0), Verdict::Accepted);
    EXPECT_EQ(studio.session.decoder(), options);
}

TEST_F(ReviewWindowTest, AtTheEndsOfTheListNextAndPreviousSaySo) {
    clickRow(3);
    key(Qt::Key_N);
    EXPECT_FALSE(says("of the list"));
    key(Qt::Key_N);
    EXPECT_TRUE(says("This is the last segment of the list"));
    key(Qt::Key_P);
    EXPECT_FALSE(says("of the list")) << "it is not any more";
    clickRow(0);
    key(Qt::Key_P);
    EXPECT_TRUE(says("This is the first segment of the list"));
}

TEST_F(ReviewWindowTest, TimelineAndTableKeepTheSegmentThatWasChosenWhenSettingsChange) {
    clickRow(0);
    TimelineView* timeline = studio.window.timeline();
    timeline->zoomToAll();
    const QRectF lane = TimelineLayout::of(timeline->size()).detections;
    const double perSecond = lane.width() / timeline->visible().length();
    const QPointF inThird(lane.left() + (23 - timeline->visible().start) * perSecond, lane.bottom() - 4);
    QTest::mouseClick(timeline, Qt::LeftButton, {}, inThird.toPoint());
    ASSERT_EQ(timeline->selectedDetection(), size_t{2});
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{2}));

    auto* slider = studio.window.findChild<QSlider*>(QStringLiteral("threshold_slider"));
    for (int i = 0; i < 5; ++i) // the weak one before it goes
        QTest::keyClick(slider, Qt::Key_PageUp);
    EXPECT_EQ(timeline->selectedDetection(), size_t{1});
    ASSERT_TRUE(timeline->selectedTime());
    EXPECT_NEAR(timeline->selectedTime()->start, 20, 0.5);
    ASSERT_TRUE(waitFor([&] { return rows() == 4; }));
    EXPECT_EQ(chosen(), std::pair(kFirst, size_t{1}));

    QTest::keyClick(slider, Qt::Key_End); // nothing is that certain
    EXPECT_FALSE(timeline->selectedDetection());
    ASSERT_TRUE(waitFor([&] { return rows() == 0; }));
    for (int i = 0; i < 9; ++i)
        QTest::keyClick(slider, Qt::Key_PageDown);
    ASSERT_TRUE(waitFor([&] { return rows() == 5; }));
    EXPECT_FALSE(timeline->selectedDetection());
    EXPECT_EQ(chosen(), kNone);
}

TEST_F(ReviewWindowTest, ComingFromAnotherWorkspaceTheKeysAreTheTables) {
    studio.window.setWorkspace(Workspace::Train);
    auto* panels = studio.window.findChild<TrainPanel*>();
    const QList<QComboBox*> boxes = panels->findChildren<QComboBox*>();
    const auto box = std::ranges::find_if(boxes, &QWidget::isVisible);
    ASSERT_NE(box, boxes.end());
    (*box)->setFocus();
    ASSERT_TRUE((*box)->hasFocus());
    studio.window.setWorkspace(Workspace::Review);
    EXPECT_EQ(studio.window.focusWidget(), table->view());
    const DecoderOptions before = studio.session.decoder();
    key(Qt::Key_Down);
    EXPECT_EQ(studio.session.decoder(), before);
    studio.window.setWorkspace(Workspace::Label);
    EXPECT_EQ(studio.window.focusWidget(), studio.window.timeline());
    key(Qt::Key_Down);
    studio.window.setWorkspace(Workspace::Review);
    EXPECT_EQ(studio.window.focusWidget(), studio.window.timeline()) << "which is in all workspaces";
}

TEST_F(ReviewWindowTest, TabGoesFromTheTableToWhatCanBeDoneWithItsSegment) {
    clickRow(0);
    ASSERT_EQ(studio.window.focusWidget(), table->view());
    QStringList reached;
    for (int i = 0; i < 3; ++i) {
        key(Qt::Key_Tab);
        if (auto* button = qobject_cast<QPushButton*>(studio.window.focusWidget())) reached << button->text();
    }
    EXPECT_EQ(reached, (QStringList{QStringLiteral("Play"), QStringLiteral("Accept"), QStringLiteral("Reject")}));
    for (int i = 0; i < 3; ++i)
        key(Qt::Key_Backtab, Qt::ShiftModifier);
    EXPECT_EQ(studio.window.focusWidget(), table->view());
}

TEST_F(ReviewWindowTest, TheReportShowsAllItsColumnsInAWindowOfTheUsualSize) {
    studio.window.resize(1280, 800);
    auto* report = studio.window.findChild<QTableView*>(QStringLiteral("report"));
    ASSERT_NE(report, nullptr);
    ASSERT_TRUE(waitFor([&] { return report->model()->rowCount() == 2; }));
    QCoreApplication::processEvents();
    EXPECT_EQ(report->horizontalScrollBar()->maximum(), 0);
    EXPECT_GE(report->columnWidth(0), 40) << "names can be told apart";
}

TEST_F(ReviewWindowTest, AReportGetsTheExtensionOfItsFormSoThatNoneReplacesAnother) {
    QSignalSpy messages(&studio.session, &Session::messageRaised);
    const auto contentOf = [&](const char* name) {
        QFile file(folder.path(QLatin1String(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    ASSERT_NO_FATAL_FAILURE(saveReport("report_html", QStringLiteral("report")));
    ASSERT_TRUE(waitFor([&] { return messages.count() == 1; }));
    ASSERT_TRUE(QFile::exists(folder.path(QStringLiteral("report.html"))));
    ASSERT_NO_FATAL_FAILURE(saveReport("report_pdf", QStringLiteral("report")));
    ASSERT_TRUE(waitFor([&] { return messages.count() == 2; }));
    EXPECT_TRUE(contentOf("report.html").startsWith("<!"));
    EXPECT_TRUE(contentOf("report.pdf").startsWith("%PDF"));
    EXPECT_FALSE(QFile::exists(folder.path(QStringLiteral("report"))));
}

TEST_F(ReviewWindowTest, TheMenuDetectsInTheRecordingsThatAreAtHand) {
    const QString other = folder.path(QStringLiteral("q.ovation"));
    ASSERT_NO_FATAL_FAILURE(writeProject(other.toStdString()));
    {
        auto store = ProjectStore::open(other.toStdString());
        ASSERT_TRUE(store);
        Speech gone;
        gone.id = 3;
        gone.path = folder.path(QStringLiteral("gone.wav")).toStdString();
        gone.frames = 30 * kReviewRate;
        gone.sampleRate = kReviewRate;
        gone.channels = 1;
        ASSERT_TRUE((*store)->putSpeech(gone));
    }
    ASSERT_TRUE(studio.openProject(other));
    ASSERT_TRUE(waitFor([&] { return studio.session.model() != nullptr; }));
    ASSERT_EQ(std::ranges::count(studio.session.project().speeches, true, &Speech::missing), 1);
    QAction* detect = studio.window.actions()["detect"];
    ASSERT_TRUE(waitFor([&] { return detect->isEnabled(); }));
    detect->trigger();
    ASSERT_TRUE(studio.session.detecting());
    EXPECT_EQ(studio.session.detectionQueue().total, 2U);
    studio.session.pauseDetection();
    EXPECT_TRUE(waitFor([&] { return !studio.session.detecting(); }));
}

TEST_F(ReviewWindowTest, AnotherFormsExtensionIsCorrectedAndNothingReplacedByThat) {
    QSignalSpy messages(&studio.session, &Session::messageRaised);
    qsizetype written = 0;
    for (const char* name : {"notes.html", "notes.HTM", "notes.2026"}) {
        ASSERT_NO_FATAL_FAILURE(saveReport("report_pdf", QLatin1String(name)));
        ++written;
        ASSERT_TRUE(waitFor([&] { return messages.count() == written && studio.session.jobs().empty(); }));
    }
    for (const char* name : {"notes.pdf", "notes-2.pdf", "notes.2026.pdf"}) {
        QFile file(folder.path(QLatin1String(name)));
        EXPECT_TRUE(file.open(QIODevice::ReadOnly) && file.read(4) == "%PDF") << name;
    }
    EXPECT_FALSE(QFile::exists(folder.path(QStringLiteral("notes.html"))));
}

TEST_F(ReviewWindowTest, TheMenuSavesAReportInTheFormThatIsChosenThere) {
    QSignalSpy messages(&studio.session, &Session::messageRaised);
    QAction* action = studio.window.actions()["saveReport"];
    ASSERT_TRUE(action->isEnabled());
    EXPECT_EQ(action->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_R));
    action->trigger();
    auto* dialog = studio.window.findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr);
    ASSERT_EQ(dialog->nameFilters().size(), 4);
    dialog->setDirectory(folder.path());
    const auto named = [&] { return QFileInfo(dialog->selectedFiles().value(0)).fileName(); };
    const QString proposed = named();
    Q_EMIT dialog->filterSelected(dialog->nameFilters().at(3));
    EXPECT_TRUE(named().endsWith(QStringLiteral(".csv")) && named() != proposed) << named().toStdString();
    dialog->selectFile(QStringLiteral("mine.csv"));
    Q_EMIT dialog->filterSelected(dialog->nameFilters().at(0));
    EXPECT_EQ(named(), QStringLiteral("mine.") + QFileInfo(proposed).suffix()) << "what was typed stays";
    dialog->selectNameFilter(dialog->nameFilters().at(3));
    dialog->selectFile(folder.path(QStringLiteral("every.csv")));
    static_cast<QDialog*>(dialog)->accept();
    ASSERT_TRUE(waitFor([&] { return messages.count() == 1; }));
    QFile file(folder.path(QStringLiteral("every.csv")));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().startsWith("recording,number,start_s"));
}

TEST_F(ReviewWindowTest, AFileThatIsBeingWrittenIsNotWrittenASecondTimeMeanwhile) {
    QSignalSpy messages(&studio.session, &Session::messageRaised);
    const QString file = folder.path(QStringLiteral("report.html"));
    studio.session.writeReport(file, ReportForm::Html);
    studio.session.writeReport(folder.path(QStringLiteral("./report.html")), ReportForm::Pdf);
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages[0][0].toString().contains(QStringLiteral("report.html is just being written")));
    studio.session.writeReport(folder.path(QStringLiteral("report.pdf")), ReportForm::Pdf);
    ASSERT_TRUE(waitFor([&] { return messages.count() == 3 && studio.session.jobs().empty(); }));
    studio.session.writeReport(file, ReportForm::Html);
    EXPECT_TRUE(waitFor([&] { return messages.count() == 4; }));
    EXPECT_TRUE(messages[3][0].toString().contains(QStringLiteral("was written to")));
}

} // namespace
} // namespace ovation::ui::test
