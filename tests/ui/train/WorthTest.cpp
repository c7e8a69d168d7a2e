// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/ScoreWindows.h"
#include "core/training/LossSurface.h"
#include "tests/ui/Studio.h"
#include "ui/main/SpeechListModel.h"
#include "ui/review/ModelChoice.h"
#include "ui/train/AugmentationPanel.h"
#include "ui/train/CheckPanel.h"
#include "ui/train/ClipPicture.h"
#include "ui/train/EvaluationPanel.h"
#include "ui/train/EvaluationPlot.h"
#include "ui/train/RuleLegend.h"
#include "ui/train/SurfacePanel.h"
#include "ui/train/TrainControls.h"
#include "ui/train/TrainPanel.h"

#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSoundEffect>
#include <QTabWidget>
#include <QTableWidget>
#include <QTreeWidget>

#include <algorithm>

namespace ovation::ui::test {
namespace {

/// A project with the example's clips and a small model that was trained on them, in the Train workspace.
class WorthTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("clips")}, 34));
        panel.resize(1400, 900);
        panel.show();
    }
    void train() {
        session.setHyperparameters(quickRun(4));
        QSignalSpy ended(&session, &Session::trainingEnded);
        session.startTraining();
        ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
        ASSERT_FALSE(ended[0][0].value<std::optional<Error>>());
        ASSERT_NE(session.model(), nullptr);
    }
    QPushButton* button(const char* name) { return panel.findChild<QPushButton*>(QLatin1String(name)); }

    Session session;
    TrainPanel panel{&session};
};

/// A bowl, and a path into it.
std::shared_ptr<const LossSurface> bowl() {
    auto surface = std::make_shared<LossSurface>();
    surface->directions = "path";
    surface->steps = 5;
    surface->lowX = surface->lowY = -1;
    surface->highX = surface->highY = 1;
    for (int y = -2; y <= 2; ++y)
        for (int x = -2; x <= 2; ++x)
            surface->loss.push_back(0.1 + x * x + y * y);
    surface->path = {{-1, 1, 0}, {0, 0, 1}};
    surface->examples = 8;
    return surface;
}

TEST(EvaluatedNamesTest, RecordingsOfOneNameAreToldApartAndModelsMayHaveAnyName) {
    Session session;
    EvaluationPanel panel(&session);
    panel.resize(1400, 900);
    panel.show();
    const auto evaluation = std::make_shared<WindowEvaluation>();
    evaluation->model = "at 50%2";
    evaluation->recordings = {"/talks/1961/speech.wav", "/talks/1963/speech.wav"};
    evaluation->windows = {{0, 0, 4, true, 0.9F}, {1, 0, 4, false, 0.8F}};
    Q_EMIT session.evaluationFinished(evaluation);
    auto* pages = panel.findChild<QTabWidget*>(QStringLiteral("evaluation_pages"));
    pages->setCurrentIndex(pages->indexOf(panel.recordings()));
    QStringList names, places;
    for (int row = 0; row < panel.recordings()->rowCount(); ++row) {
        names << panel.recordings()->item(row, 0)->text();
        places << panel.recordings()->item(row, 0)->toolTip();
    }
    names.sort();
    places.sort();
    EXPECT_EQ(names, QStringList({QStringLiteral("1961/speech"), QStringLiteral("1963/speech")}));
    EXPECT_EQ(places,
              QStringList({QStringLiteral("/talks/1961/speech.wav"), QStringLiteral("/talks/1963/speech.wav")}));
    pages->setCurrentIndex(1);
    ASSERT_EQ(panel.mistakes()->rowCount(), 1);
    EXPECT_EQ(panel.mistakes()->item(0, 4)->text(), QStringLiteral("1963/speech"));
    EXPECT_TRUE(panel.findChild<QLabel*>(QStringLiteral("evaluation_summary"))
                    ->text()
                    .startsWith(QStringLiteral("Model: at 50%2. 2 validation windows, 1 with applause.")));
}

TEST_F(WorthTest, AModelIsEvaluatedHeardAndLookedAt) {
    EvaluationPanel& evaluation = *panel.evaluation();
    ASSERT_NO_FATAL_FAILURE(train());
    ASSERT_TRUE(button("evaluate")->isEnabled());
    QSignalSpy finished(&session, &Session::evaluationFinished);
    button("evaluate")->click();
    EXPECT_FALSE(button("evaluate")->isEnabled()) << "while it is at it";
    ASSERT_TRUE(waitFor([&] { return finished.count() > 0; }));
    const auto result = finished[0][0].value<std::shared_ptr<const WindowEvaluation>>();
    ASSERT_TRUE(result);

    // The figures are those of training's best epoch.
    const TrainingRun& run = session.project().runs.back();
    const EpochMetrics& best = run.epochs[static_cast<size_t>(run.bestEpoch - 1)];
    const WindowFigures figures = figuresOf(result->windows, 0.5);
    EXPECT_EQ(figures.confusion, best.validation.confusion);
    ASSERT_EQ(figures.rocAuc.has_value(), best.validation.rocAuc.has_value());
    EXPECT_NEAR(figures.rocAuc.value_or(-1), best.validation.rocAuc.value_or(-1), 1e-6);

    panel.findChild<QTabWidget*>(QStringLiteral("train_tabs"))->setCurrentWidget(&evaluation);
    auto* pages = panel.findChild<QTabWidget*>(QStringLiteral("evaluation_pages"));
    EXPECT_EQ(evaluation.mistakes()->rowCount(), 0) << "filled when in sight";
    pages->setCurrentIndex(pages->indexOf(evaluation.recordings()));
    EXPECT_GT(evaluation.recordings()->rowCount(), 1);
    pages->setCurrentIndex(pages->indexOf(evaluation.figures()));
    EXPECT_EQ(evaluation.figures()->columnCount(), 5) << "name, model, three rules";
    pages->setCurrentIndex(1);

    // One threshold for all: at nearly 0 everything is taken for applause, so the mistakes are all of the rest.
    evaluation.setThreshold(0.001);
    const auto others = std::ranges::count_if(result->windows, [](const ScoredWindow& w) { return !w.rightAt(0.001); });
    ASSERT_TRUE(waitFor([&] { return evaluation.mistakes()->rowCount() == others; }));
    ASSERT_GT(others, 0);
    const auto lossOf = [&](int row) { return evaluation.mistakes()->item(row, 0)->text().toDouble(); };
    for (int row = 1; row < evaluation.mistakes()->rowCount(); ++row)
        EXPECT_GE(lossOf(row - 1), lossOf(row));

    // Enter plays the chosen one, and its attention is shown.
    QSignalSpy played(&evaluation, &EvaluationPanel::playRequested);
    QSignalSpy seen(&session, &Session::clipSeen);
    evaluation.mistakes()->setCurrentCell(0, 0);
    Q_EMIT evaluation.mistakes()->activated(evaluation.mistakes()->currentIndex());
    ASSERT_EQ(played.count(), 1);
    EXPECT_NE(session.project().speech(played[0][0].value<SpeechId>()), nullptr);
    EXPECT_LT(played[0][1].toDouble(), played[0][2].toDouble());
    ASSERT_TRUE(waitFor([&] { return seen.count() > 0; }));
    EXPECT_FALSE(evaluation.picture()->attention().empty());

    // A click on the histogram moves the threshold of everything.
    pages->setCurrentIndex(0);
    QCoreApplication::processEvents();
    EvaluationPlot* scores = evaluation.plot(static_cast<int>(EvaluationPlot::Kind::Histogram));
    QTest::mouseClick(scores, Qt::LeftButton, {}, scores->area().center().toPoint());
    EXPECT_NEAR(evaluation.threshold(), 0.5, 0.1);
}

TEST_F(WorthTest, AClipIsSeenAsTheEvaluatedModelHearsItWhicheverIsInUse) {
    ASSERT_NO_FATAL_FAILURE(train());
    QSignalSpy finished(&session, &Session::evaluationFinished);
    session.startEvaluation();
    ASSERT_TRUE(waitFor([&] { return finished.count() > 0; }));
    const auto result = finished[0][0].value<std::shared_ptr<const WindowEvaluation>>();
    ASSERT_TRUE(result);
    ASSERT_FALSE(result->windows.empty());
    session.useStarterModel(); // which has no attention
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Starter; }));
    QSignalSpy seen(&session, &Session::clipSeen);
    const ScoredWindow& window = result->windows.front();
    session.lookAtClip(QString::fromStdString(result->recordings[static_cast<size_t>(window.recording)]), window.startS,
                       window.endS);
    ASSERT_TRUE(waitFor([&] { return seen.count() > 0; }));
    EXPECT_FALSE(seen[0][2].value<std::shared_ptr<const ClipView>>()->attention.empty());
}

TEST_F(WorthTest, TheSurfaceIsDrawnWithThePathAndCancelled) {
    ASSERT_NO_FATAL_FAILURE(train());
    QSignalSpy finished(&session, &Session::surfaceFinished);
    button("compute_surface")->click();
    EXPECT_TRUE(session.computingSurface());
    const auto* progress = panel.findChild<QLabel*>(QStringLiteral("surface_progress"));
    Q_EMIT session.jobChanged({session.jobs().back().id, {}, {}, 0.25, 30});
    EXPECT_EQ(progress->text(), QStringLiteral("25 % done, about 30 s left"));
    button("compute_surface")->click(); // cancels
    ASSERT_TRUE(waitFor([&] { return finished.count() > 0; }));
    EXPECT_EQ(progress->text(), QString());
    EXPECT_FALSE(finished[0][0].value<std::shared_ptr<const LossSurface>>());
    SurfaceOptions options;
    options.steps = 3;
    options.mostExamples = 8;
    session.startSurface(options);
    ASSERT_TRUE(waitFor([&] { return finished.count() > 1; }));
    const auto surface = finished[1][0].value<std::shared_ptr<const LossSurface>>();
    ASSERT_TRUE(surface);
    EXPECT_EQ(surface->loss.size(), 9U);
    EXPECT_FALSE(panel.surface()->words().isEmpty());
    EXPECT_EQ(surface->model, session.model()->name);
    EXPECT_TRUE(panel.surface()->title().contains(QStringLiteral("Run 1"))) << panel.surface()->title().toStdString();
    EXPECT_EQ(surface->path.size(), weightPathRoot().empty() ? 0U : 5U) << "before training, and four epochs";
}

TEST_F(WorthTest, WhatCannotBeHeardYetSaysWhy) {
    for (const char* name : {"hear_before", "hear_after"}) {
        EXPECT_FALSE(button(name)->isEnabled());
        EXPECT_EQ(button(name)->toolTip(), QStringLiteral("Make an example first"));
    }
}

TEST_F(WorthTest, TheSurfaceIsNamedAfterItsOwnModelWhicheverIsInUse) {
    const auto surface = std::make_shared<LossSurface>(*bowl());
    surface->model = "Run 7";
    Q_EMIT session.surfaceFinished(surface);
    EXPECT_EQ(panel.surface()->title(), QStringLiteral("Loss surface of Run 7"));
    Q_EMIT session.modelChanged();
    EXPECT_EQ(panel.surface()->title(), QStringLiteral("Loss surface of Run 7"));
}

TEST_F(WorthTest, BeforeAnEvaluationTheThresholdIsTheModels) {
    ASSERT_TRUE(waitFor([&] { return session.model() != nullptr; }));
    const auto* threshold = panel.evaluation()->findChild<QDoubleSpinBox*>();
    EXPECT_NEAR(threshold->value(), session.model()->decoder.threshold, 0.0006);
    EXPECT_FALSE(threshold->isEnabled());
}

TEST_F(WorthTest, FiguresAndNamesOfLinesStandBesideTheCurves) {
    const auto evaluation = std::make_shared<WindowEvaluation>();
    for (int i = 0; i < 8; ++i) {
        ScoredWindow window;
        window.applause = i % 2 == 0;
        window.probability = window.applause ? 0.9F : 0.1F;
        evaluation->windows.push_back(window);
    }
    EvaluationPlot roc(EvaluationPlot::Kind::Roc), confusion(EvaluationPlot::Kind::Confusion);
    RuleLegend rules(&roc);
    for (EvaluationPlot* plot : {&roc, &confusion}) {
        plot->resize(160, 220);
        plot->setEvaluation(evaluation);
        EXPECT_LE(plot->figurePlace().bottom(), plot->area().top());
    }
    EXPECT_TRUE(roc.figure().startsWith(QStringLiteral("area 1"))) << roc.figure().toStdString();
    EXPECT_TRUE(confusion.figure().isEmpty());
    EXPECT_TRUE(rules.isHidden()) << "there are none";
    evaluation->baselines.emplace_back();
    evaluation->baselines.back().name = "loudness";
    evaluation->baselines.back().windows = evaluation->windows;
    roc.setEvaluation(evaluation);
    rules.update();
    EXPECT_FALSE(rules.isHidden());
    EXPECT_TRUE(rules.toolTip().contains(QStringLiteral("loudness"))) << rules.toolTip().toStdString();
    EXPECT_FALSE(rules.grab().isNull());
    EXPECT_FALSE(confusion.grab().isNull());
}

TEST_F(WorthTest, ThePicturesSayToScreenReadersWhatTheyShowAtTheThreshold) {
    const auto evaluation = std::make_shared<WindowEvaluation>();
    for (const auto& [probability, applause] :
         {std::pair{0.9F, true}, {0.8F, true}, {0.6F, false}, {0.3F, true}, {0.2F, false}, {0.1F, false}}) {
        ScoredWindow window;
        window.applause = applause;
        window.probability = probability;
        evaluation->windows.push_back(window);
    }
    const auto told = [&](EvaluationPlot::Kind kind, double threshold) {
        EvaluationPlot plot(kind);
        plot.setEvaluation(evaluation);
        plot.setThreshold(threshold);
        return plot.accessibleDescription();
    };
    const QString confusion = told(EvaluationPlot::Kind::Confusion, 0.5);
    EXPECT_TRUE(confusion.contains(QStringLiteral("2 are found and 1 missed"))) << confusion.toStdString();
    EXPECT_TRUE(confusion.contains(QStringLiteral("1 are taken for applause and 2 are not")))
        << confusion.toStdString();
    EXPECT_NE(told(EvaluationPlot::Kind::Confusion, 0.25), confusion);
    const QString roc = told(EvaluationPlot::Kind::Roc, 0.25);
    EXPECT_TRUE(roc.contains(QStringLiteral("recall 1.000"))) << roc.toStdString();
    EXPECT_TRUE(roc.contains(QStringLiteral("false alarms 0.333"))) << roc.toStdString();
    for (const auto kind :
         {EvaluationPlot::Kind::PrecisionRecall, EvaluationPlot::Kind::Histogram, EvaluationPlot::Kind::Reliability})
        EXPECT_FALSE(told(kind, 0.5).isEmpty());
}

TEST_F(WorthTest, TheEvaluationNamesItsModelAndWhereItsThresholdIsFrom) {
    const auto text = [&](const char* name) { return panel.findChild<QLabel*>(QLatin1String(name))->text(); };
    const auto evaluation = std::make_shared<WindowEvaluation>();
    evaluation->model = "Run 7";
    evaluation->threshold = 0.625;
    Q_EMIT session.evaluationFinished(evaluation);
    EXPECT_TRUE(text("evaluation_summary").startsWith(QStringLiteral("Model: Run 7.")))
        << text("evaluation_summary").toStdString();
    EXPECT_TRUE(
        text("evaluation_counted").contains(QStringLiteral("the model's threshold 0.625, chosen in its training")))
        << text("evaluation_counted").toStdString();
    panel.evaluation()->setThreshold(0.3);
    EXPECT_TRUE(text("evaluation_counted").contains(QStringLiteral("at the threshold 0.300; the model's is 0.625")))
        << text("evaluation_counted").toStdString();
    EXPECT_TRUE(text("evaluation_counted").contains(QStringLiteral("the same windows")));
}

TEST_F(WorthTest, AnExampleOfAugmentationCanBeHeard) {
    QSignalSpy made(&session, &Session::augmentationMade);
    button("augmentation_example")->click();
    ASSERT_TRUE(waitFor([&] { return made.count() > 0; }));
    EXPECT_TRUE(panel.augmentation()->words().contains(QStringLiteral("dB")));
    EXPECT_TRUE(panel.augmentation()->words().contains(QStringLiteral("Altered copies is 0")));

    // The sound is there once it is on disk.
    QSignalSpy errors(&session, &Session::errorRaised);
    button("hear_after")->click();
    EXPECT_EQ(panel.augmentation()->findChild<QSoundEffect*>(), nullptr) << "nothing is written yet";
    ASSERT_TRUE(waitFor([&] { return panel.augmentation()->findChild<QSoundEffect*>() != nullptr; }));
    QFile written(panel.augmentation()->findChild<QSoundEffect*>()->source().toLocalFile());
    ASSERT_TRUE(written.open(QIODevice::ReadOnly));
    EXPECT_TRUE(written.readAll().startsWith("RIFF"));
    EXPECT_EQ(errors.count(), 0);
}

TEST_F(WorthTest, TheSurfaceIsSavedAsPictureDrawingAndValues) {
    const Folder folder;
    Q_EMIT session.surfaceFinished(bowl());
    QSignalSpy messages(&session, &Session::messageRaised);
    for (const auto& [name, begin] :
         {std::pair{"s.png", "\x89PNG"}, std::pair{"s.svg", "<svg"}, std::pair{"s.json", "{"}}) {
        messages.clear();
        const QString path = folder.path(QLatin1String(name));
        panel.surface()->saveTo(path);
        ASSERT_TRUE(waitFor([&] { return messages.count() > 0; })) << name;
        EXPECT_TRUE(messages[0][0].toString().contains(QLatin1String(name)));
        QFile file(path);
        ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << name;
        EXPECT_TRUE(file.readAll().startsWith(begin)) << name;
    }
}

TEST_F(WorthTest, TheNameOfTheSavedSurfaceFollowsTheKindThatIsChosen) {
    Q_EMIT session.surfaceFinished(bowl());
    button("save_surface")->click();
    auto* dialog = panel.findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr);
    const auto named = [&] { return QFileInfo(dialog->selectedFiles().value(0)).fileName(); };
    EXPECT_EQ(named(), QStringLiteral("loss-surface.svg"));
    for (const auto& [at, name] : {std::pair{1, "loss-surface.png"}, std::pair{2, "loss-surface.json"}}) {
        Q_EMIT dialog->filterSelected(dialog->nameFilters().value(at));
        EXPECT_EQ(named(), QString::fromLatin1(name));
    }
    dialog->selectFile(QStringLiteral("mine.json"));
    Q_EMIT dialog->filterSelected(dialog->nameFilters().value(1));
    EXPECT_EQ(named(), QStringLiteral("mine.png")) << "a name that was typed stays";
    dialog->reject();
}

TEST_F(WorthTest, ASurfaceThatCannotBeWrittenSaysSoAndLeavesNothing) {
    const Folder folder;
    Q_EMIT session.surfaceFinished(bowl());
    QSignalSpy messages(&session, &Session::messageRaised);
    QSignalSpy errors(&session, &Session::errorRaised);
    const QString path = folder.path(QStringLiteral("gone/s.png"));
    panel.surface()->saveTo(path);
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0; }));
    EXPECT_NE(describe(errors[0][0].value<Error>()).find("s.png"), std::string::npos);
    EXPECT_EQ(messages.count(), 0);
    EXPECT_FALSE(QFile::exists(path));
}

TEST_F(WorthTest, ATrainingThatOutlastsItsProjectSaysNothingOfTheNextOne) {
    const Folder folder;
    ASSERT_NO_FATAL_FAILURE(train());
    EXPECT_TRUE(panel.controls()->status().startsWith(QStringLiteral("Trained in ")));
    const QString trained = folder.path(QStringLiteral("trained.ovation"));
    ASSERT_TRUE(saveAs(session, trained));
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips")}, 34));
    EXPECT_TRUE(panel.controls()->status().isEmpty()) << panel.controls()->status().toStdString();
    session.setHyperparameters(quickRun(1000));
    QSignalSpy batches(&session, &Session::trainingBatch);
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return batches.count() > 0; }));
    ASSERT_TRUE(open(session, trained));
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_TRUE(panel.controls()->status().isEmpty()) << panel.controls()->status().toStdString();
    EXPECT_TRUE(button("train")->isEnabled());
}

TEST_F(WorthTest, APausedTrainingSaysThatItCanGoOn) {
    session.setHyperparameters(quickRun(1000));
    QSignalSpy batches(&session, &Session::trainingBatch);
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return batches.count() > 0; }));
    button("pause")->click();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_TRUE(panel.controls()->status().startsWith(QStringLiteral("Paused.")))
        << panel.controls()->status().toStdString();
    session.discardResumableRun();
}

TEST_F(WorthTest, TheModelInUseIsNamedAfterItsRunIsRemoved) {
    ASSERT_NO_FATAL_FAILURE(train());
    const ModelChoice choice(&session);
    const int listed = choice.count();
    EXPECT_EQ(choice.currentText(), QStringLiteral("Run 1"));
    session.removeRun(1);
    EXPECT_EQ(choice.currentText(), QStringLiteral("Run 1")) << "detection uses it still";
    EXPECT_EQ(choice.count(), listed);
    ASSERT_TRUE(openNew(session));
    EXPECT_EQ(choice.findText(QStringLiteral("Run 1")), -1) << "of another project";
}

TEST_F(WorthTest, RecordingsAreHeldToASideInTheList) {
    const SpeechListModel list(&session);
    const auto sides = [&] {
        QStringList found;
        for (int row = 0; row < list.rowCount(); ++row)
            found << list.data(list.index(row), SpeechListModel::SideRole).toString();
        return found;
    };
    ASSERT_TRUE(waitFor([&] { return sides().contains(QStringLiteral("V")); }));
    EXPECT_FALSE(sides().contains(QString())) << "every clip is somewhere";
    const int row = static_cast<int>(sides().indexOf(QStringLiteral("T")));
    const SpeechId id = list.idAt(list.index(row));
    EXPECT_FALSE(list.data(list.index(row), SpeechListModel::LockedRole).toBool());
    session.setRole({id}, SplitRole::Validation);
    EXPECT_TRUE(list.data(list.index(row), SpeechListModel::LockedRole).toBool());
    ASSERT_TRUE(waitFor([&] { return sides()[row] == QStringLiteral("V"); }));
    session.setRole({id}, SplitRole::Test);
    EXPECT_EQ(sides()[row], QStringLiteral("X"));

    const Folder folder;
    const QString file = folder.path(QStringLiteral("held.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    Session again;
    ASSERT_TRUE(open(again, file));
    EXPECT_EQ(again.project().speech(id)->role, SplitRole::Test);
}

TEST_F(WorthTest, EvidenceSelectsItsRecording) {
    const Speech& last = session.project().speeches.back();
    CheckReport report;
    report.findings = {{Severity::Fatal,
                        "near-duplicates",
                        "The same sound is on both sides.",
                        {last.path + " from 0.0 s (training)"},
                        "Remove one."}};
    panel.check()->setReport(report);
    QTreeWidgetItem* finding = panel.check()->findings()->topLevelItem(0);
    ASSERT_EQ(finding->childCount(), 2);
    EXPECT_EQ(finding->child(0)->text(1), QStringLiteral("Remove one."));
    EXPECT_TRUE(finding->isExpanded());
    Q_EMIT panel.check()->findings()->itemActivated(finding->child(1), 1);
    EXPECT_EQ(session.currentSpeech(), last.id);
    EXPECT_EQ(panel.check()->fatalReason(), QStringLiteral("The same sound is on both sides. Remove one."));
}

} // namespace
} // namespace ovation::ui::test
