// SPDX-License-Identifier: GPL-3.0-or-later

// From the first detection over corrections to the second, and detections of many recordings.

#include "core/models/ModelBundle.h"
#include "core/project/ProjectStore.h"
#include "core/training/FineTuning.h"
#include "tests/ui/Studio.h"
#include "ui/review/ChangesView.h"
#include "ui/review/DetectBar.h"
#include "ui/review/ModelChoice.h"
#include "ui/review/ReviewPanel.h"
#include "ui/train/FineTuneBar.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <algorithm>

namespace ovation::ui::test {
namespace {

bool detect(Session& session, const std::vector<SpeechId>& speeches) {
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection(speeches);
    return waitFor([&] { return ended.count() > 0; });
}

std::vector<SpeechId> allOf(const Session& session) {
    std::vector<SpeechId> ids;
    for (const Speech& speech : session.project().speeches)
        ids.push_back(speech.id);
    return ids;
}

bool hasModel(Session& session) {
    return waitFor([&] { return session.model() != nullptr; });
}

/// Where the current recording's detected segments are.
std::vector<SampleRange> rangesIn(const Session& session) {
    std::vector<SampleRange> all;
    for (const DetectedSegment& segment : session.detection(session.currentSpeech())->segments)
        all.push_back(segment.range);
    return all;
}

TEST(ReviewLoopTest, ANewProjectDetectsWithTheStarterModel) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    EXPECT_EQ(session.modelSource().kind, ModelSource::Kind::Starter);
    EXPECT_EQ(session.decoder(), session.model()->decoder);
    ASSERT_TRUE(add(session, {example("speeches/french.flac")}, 1));
    const SpeechId id = session.currentSpeech();
    ASSERT_TRUE(detect(session, {id}));
    ASSERT_NE(session.detection(id), nullptr);
    EXPECT_FALSE(session.detection(id)->segments.empty());
}

TEST(ReviewLoopTest, ARecordingWithoutApplauseIsSaidToHaveNone) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    ASSERT_TRUE(add(session, {example("clips/other/rain.flac"), example("clips/other/wind.flac")}, 2));
    DecoderOptions decoder = session.decoder();
    decoder.minimumDurationS = 1000; // longer than either
    session.setDecoder(decoder);
    const SpeechId id = session.currentSpeech();
    const QString name = QFileInfo(QString::fromStdString(session.project().speech(id)->path)).fileName();
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(detect(session, {id}));
    ASSERT_EQ(messages.count(), 1);
    EXPECT_EQ(messages[0][0].toString(), QStringLiteral("No applause found in %1.").arg(name));
    ASSERT_TRUE(detect(session, allOf(session)));
    ASSERT_EQ(messages.count(), 2);
    EXPECT_EQ(messages[1][0].toString(), QStringLiteral("No applause found in 2 recordings."));
}

TEST(ReviewLoopTest, WhatWasFoundInSeveralRecordingsIsSaidAtTheEnd) {
    const Folder folder;
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    const QString gone = folder.copy("clips/other/fan.flac", QStringLiteral("fan.flac"));
    ASSERT_TRUE(add(session, {example("speeches/french.flac"), example("clips/other/rain.flac"), gone}, 3));
    DecoderOptions decoder = session.decoder();
    decoder.minimumDurationS = 0;
    session.setDecoder(decoder);
    ASSERT_TRUE(QFile::remove(gone));
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(detect(session, allOf(session)));
    size_t segments = 0, with = 0;
    for (const auto& [id, detection] : session.project().detections) {
        segments += detection.segments.size();
        with += !detection.segments.empty();
    }
    ASSERT_GT(segments, 1U);
    ASSERT_EQ(messages.count(), 1);
    EXPECT_EQ(messages[0][0].toString(),
              QStringLiteral("%1 segments found in %2 of 2 recordings; 1 failed.").arg(segments).arg(with));
}

TEST(ReviewLoopTest, ASegmentIsTrimmedToLessThanHalfAndStaysOneLabel) {
    const Folder folder;
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    ASSERT_TRUE(add(session, {folder.copy("speeches/french.flac", QStringLiteral("alone.flac"))}, 1)); // no labels
    const SpeechId id = session.currentSpeech();
    ASSERT_TRUE(detect(session, {id}));
    ASSERT_FALSE(session.detection(id)->segments.empty());
    const SampleRange found = session.detection(id)->segments[0].range;
    const int64_t step = found.length() / 10;
    for (int press = 1; press <= 8; ++press) {
        session.adjustDetected(id, 0, step, 0);
        ASSERT_EQ(session.segments(id).size(), 1U) << press;
        EXPECT_EQ(session.segments(id)[0].range, (SampleRange{found.begin + press * step, found.end})) << press;
    }
    session.undo();
    EXPECT_TRUE(session.segments(id).empty()) << "consecutive adjustments are one edit";
}

TEST(ReviewLoopTest, TheModelChoiceNamesTheStarterAndTheModelThatWasOpened) {
    const Folder folder;
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    ModelChoice choice(&session);
    EXPECT_EQ(choice.count(), 1);
    const QString file = folder.path(QStringLiteral("mine.safetensors"));
    ASSERT_TRUE(writeModel(file.toStdString(), *session.model()));
    session.openModel(file);
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
    EXPECT_EQ(choice.count(), 2);
    EXPECT_EQ(choice.currentText(), QStringLiteral("mine"));
    choice.setCurrentIndex(0);
    Q_EMIT choice.activated(0);
    EXPECT_EQ(choice.currentText(), QStringLiteral("mine")) << "in use until the other one is there";
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Starter; }));
    EXPECT_EQ(choice.currentIndex(), 0);
    EXPECT_EQ(choice.count(), 1);
}

TEST(ReviewLoopTest, TheListOfModelsStaysAsItIsWhileItIsOpen) {
    const Folder folder;
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    ModelChoice choice(&session);
    choice.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&choice));
    const QString file = folder.path(QStringLiteral("mine.safetensors"));
    ASSERT_TRUE(writeModel(file.toStdString(), *session.model()));
    choice.showPopup();
    ASSERT_TRUE(choice.view()->isVisible());
    session.openModel(file);
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
    EXPECT_EQ(choice.count(), 1);
    choice.hidePopup();
    EXPECT_TRUE(waitFor([&] { return choice.count() == 2; }));
    EXPECT_EQ(choice.currentText(), QStringLiteral("mine"));
}

TEST(ReviewLoopTest, AModelFileThatIsGoneIsNamedAndTheStarterTakesItsPlace) {
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation")),
                  file = folder.path(QStringLiteral("m.safetensors"));
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(hasModel(session));
        ASSERT_TRUE(writeModel(file.toStdString(), *session.model()));
        session.openModel(file);
        ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
        ASSERT_TRUE(saveAs(session, project));
    }
    QFile::remove(file);
    Session session;
    QSignalSpy errors(&session, &Session::errorRaised);
    ASSERT_TRUE(open(session, project));
    ASSERT_TRUE(hasModel(session));
    EXPECT_EQ(session.modelSource().kind, ModelSource::Kind::Starter);
    ASSERT_EQ(errors.count(), 1);
    EXPECT_NE(describe(errors[0][0].value<Error>()).find("m.safetensors"), std::string::npos);
}

TEST(ReviewLoopTest, WhatOneModelDetectedKeepsItsDecoderUntilAnotherOneDetects) {
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation")),
                  file = folder.path(QStringLiteral("strict.safetensors"));
    DecoderOptions byHand, strict;
    std::vector<SampleRange> found;
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(hasModel(session));
        ASSERT_TRUE(add(session, {folder.copy("speeches/french.flac", QStringLiteral("french.flac"))}, 1));
        byHand = session.decoder();
        byHand.threshold = 0.6;
        session.setDecoder(byHand);
        const SpeechId id = session.currentSpeech();
        ASSERT_TRUE(detect(session, {id}));
        EXPECT_EQ(session.decoder(), byHand) << "set before the first detection";
        found = rangesIn(session);
        ASSERT_FALSE(found.empty());

        ModelBundle bundle = *session.model();
        bundle.decoder.threshold = 0.999;
        bundle.decoder.minimumDurationS = 600;
        strict = bundle.decoder;
        ASSERT_TRUE(writeModel(file.toStdString(), bundle));
        DetectBar bar(&session);
        auto* status = bar.findChild<QLabel*>(QStringLiteral("detect_status"));
        EXPECT_EQ(status->text(), QString());
        session.openModel(file);
        ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
        EXPECT_EQ(session.decoder(), byHand);
        EXPECT_EQ(rangesIn(session), found);
        EXPECT_EQ(status->text(), QStringLiteral("Shown: found by starter"));
        session.useStarterModel();
        ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Starter; }));
        ASSERT_TRUE(detect(session, {id}));
        EXPECT_EQ(session.decoder(), byHand) << "the same model again";
        session.openModel(file);
        ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
        session.startDetection({id});
        for (const JobStatus& job : session.jobs())
            session.cancelJob(job.id);
        ASSERT_TRUE(waitFor([&] { return !session.detecting(); }));
        EXPECT_EQ(session.decoder(), strict) << "begun with it";
        session.useStarterModel();
        ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Starter; }));
        session.setDecoder(byHand); // for what the starter found
        ASSERT_TRUE(detect(session, {id}));
        EXPECT_EQ(session.decoder(), byHand) << "set by hand for this model";
        session.openModel(file);
        ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
        ASSERT_TRUE(saveAs(session, project));
    }
    Session session;
    ASSERT_TRUE(open(session, project));
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
    const SpeechId id = session.currentSpeech();
    EXPECT_EQ(session.decoder(), byHand);
    EXPECT_EQ(rangesIn(session), found);
    ASSERT_TRUE(detect(session, {id}));
    EXPECT_EQ(session.decoder(), strict);
    EXPECT_TRUE(rangesIn(session).empty());
}

TEST(ReviewLoopTest, AProjectKeepsItsDecoderAndTakesTheModelsWhereItsOwnCannotBeRead) {
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    DecoderOptions chosen;
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(saveAs(session, project));
        ASSERT_TRUE(hasModel(session));
        chosen = session.decoder();
        chosen.threshold = 0.31;
        chosen.startShiftS = 0.04;
        chosen.endShiftS = -0.12;
        session.setDecoder(chosen);
    }
    {
        Session session;
        ASSERT_TRUE(open(session, project));
        ASSERT_TRUE(hasModel(session));
        EXPECT_EQ(session.decoder(), chosen);
    }
    {
        const auto store = ProjectStore::open(project.toStdString());
        ASSERT_TRUE(store);
        ASSERT_TRUE((*store)->putSetting("decoder", R"({"threshold":"low"})"));
    }
    Session session;
    ASSERT_TRUE(open(session, project));
    ASSERT_TRUE(hasModel(session));
    EXPECT_EQ(session.decoder(), session.model()->decoder);
}

TEST(ReviewLoopTest, AProjectThatWasDetectedInIsOpenedWithTheSameDetectionSettings) {
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    DecoderOptions inForce;
    std::vector<SampleRange> found;
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(hasModel(session));
        ASSERT_TRUE(add(session, {folder.copy("speeches/french.flac", QStringLiteral("french.flac"))}, 1));
        DetectBar bar(&session);
        QSignalSpy ended(&session, &Session::detectionEnded);
        QTest::mouseClick(bar.findChild<QPushButton*>(QStringLiteral("detect_current")), Qt::LeftButton);
        ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
        inForce = session.decoder();
        ASSERT_NE(inForce, DecoderOptions());
        found = rangesIn(session);
        ASSERT_TRUE(saveAs(session, project));
    }
    const auto expectSame = [&] {
        Session session;
        ASSERT_TRUE(open(session, project));
        ASSERT_TRUE(hasModel(session));
        ReviewPanel panel(&session, nullptr, nullptr);
        EXPECT_EQ(session.decoder(), inForce);
        EXPECT_TRUE(panel.findChild<QCheckBox*>(QStringLiteral("only_sure"))->isChecked());
        EXPECT_EQ(rangesIn(session), found);
    };
    {
        const auto store = ProjectStore::open(project.toStdString());
        ASSERT_TRUE(store);
        const auto stored = (*store)->load();
        ASSERT_TRUE(stored);
        EXPECT_EQ(decoderFromJson(stored->settings.at("decoder")), inForce);
    }
    expectSame();
    {
        const auto store = ProjectStore::open(project.toStdString());
        ASSERT_TRUE(store);
        ASSERT_TRUE((*store)->putSetting("decoder", "none")); // as where they were never stored
    }
    expectSame();
}

TEST(ReviewLoopTest, FineTuningTakesOverTheModelsSettings) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    FineTuneBar bar(&session);
    auto* box = bar.findChild<QCheckBox*>(QStringLiteral("fine_tune"));
    EXPECT_FALSE(session.fineTuning());
    box->click();
    EXPECT_TRUE(session.fineTuning());
    EXPECT_EQ(session.hyperparameters(), *fineTuningSettings(*session.model()));
    box->click();
    EXPECT_FALSE(session.fineTuning());
}

TEST(ReviewLoopTest, TheFineTuneTickIsKeptWithTheSettingsThatBelongToIt) {
    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    Hyperparameters settings;
    {
        Session session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(saveAs(session, project));
        ASSERT_TRUE(hasModel(session));
        session.setFineTuning(true);
        settings = session.hyperparameters();
    }
    Session session;
    ASSERT_TRUE(open(session, project));
    FineTuneBar bar(&session);
    auto* box = bar.findChild<QCheckBox*>(QStringLiteral("fine_tune"));
    EXPECT_TRUE(box->isChecked());
    EXPECT_EQ(session.hyperparameters(), settings);
    ASSERT_TRUE(hasModel(session));
    EXPECT_EQ(session.hyperparameters(), settings) << "taken over once, not again when the model is there";
    box->click();
    EXPECT_FALSE(session.fineTuning());
    ASSERT_TRUE(openNew(session));
    EXPECT_FALSE(box->isChecked()) << "of another project";
}

/// The starter, but trained on for a moment only.
bool openQuickModel(Session& session, const Folder& folder) {
    ModelBundle quick = *session.model();
    Hyperparameters settings = *hyperparametersFromJson(quick.trainingJson);
    settings.epochs = settings.stepsPerEpoch = 1;
    settings.batchSize = 2;
    settings.exampleS = 4;
    settings.learningRate = 0.01;
    quick.trainingJson = toJson(settings);
    const QString file = folder.path(QStringLiteral("quick.safetensors"));
    if (!writeModel(file.toStdString(), quick)) return false;
    session.openModel(file);
    return waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; });
}

/// A recording in which the quick model has detected something.
std::optional<SpeechId> quicklyDetected(Session& session, const Folder& folder) {
    if (!openNew(session) || !hasModel(session) || !openQuickModel(session, folder) ||
        !add(session, {folder.copy("speeches/french.flac", QStringLiteral("new.flac"))}, 1))
        return std::nullopt;
    const SpeechId id = session.currentSpeech();
    if (!detect(session, {id}) || session.detection(id)->segments.empty()) return std::nullopt;
    return id;
}

/// As if nothing but the programs were installed.
class NothingInstalled {
public:
    NothingInstalled() { qputenv("OVATION_RESOURCES", m_empty.path().toLocal8Bit()); }
    ~NothingInstalled() { qunsetenv("OVATION_RESOURCES"); }
    NothingInstalled(const NothingInstalled&) = delete;
    NothingInstalled& operator=(const NothingInstalled&) = delete;

private:
    const Folder m_empty;
};

TEST(ReviewLoopTest, WithoutTheExampleCorrectionsAreRehearsedWithTheProjectsOtherRecordings) {
    const Folder folder;
    Session session;
    const auto id = quicklyDetected(session, folder);
    ASSERT_TRUE(id);
    session.judge(*id, 0, Verdict::Rejected);
    const NothingInstalled nothing;
    QSignalSpy errors(&session, &Session::errorRaised);
    session.trainWithCorrections();
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0 && !session.training(); }));
    ASSERT_EQ(errors.count(), 1);
    EXPECT_EQ(errors[0][0].value<Error>().code, ErrorCode::NotInstalled);

    ASSERT_TRUE(add(session, {example("clips")}, 35));
    QSignalSpy detected(&session, &Session::detectionEnded);
    session.trainWithCorrections();
    ASSERT_TRUE(waitFor([&] { return detected.count() > 0 || errors.count() > 1; }));
    ASSERT_EQ(errors.count(), 1) << describe(errors[1][0].value<Error>());
    EXPECT_EQ(session.modelSource().kind, ModelSource::Kind::Run);
}

TEST(ReviewLoopTest, CorrectionsTrainTheModelOnDetectAgainAndAreCompared) {
    const Folder folder;
    Session session;
    const auto found = quicklyDetected(session, folder);
    ASSERT_TRUE(found);
    const SpeechId id = *found;
    DetectBar bar(&session);
    auto* again = bar.findChild<QPushButton*>(QStringLiteral("train_again"));
    EXPECT_FALSE(again->isEnabled()) << "nothing is corrected yet";
    session.judge(id, 0, Verdict::Rejected);
    EXPECT_EQ(session.corrections(), 1U);
    ASSERT_TRUE(again->isEnabled());
    ASSERT_GT(session.detection(id)->segments.size(), 1U);
    session.judge(id, 1, Verdict::Accepted); // there is something beside it to learn from

    QSignalSpy detected(&session, &Session::detectionEnded), messages(&session, &Session::messageRaised);
    QSignalSpy errors(&session, &Session::errorRaised);
    ReviewPanel panel(&session, nullptr, nullptr);
    const auto* tabs = panel.findChild<QTabWidget*>(QStringLiteral("review_tabs"));
    EXPECT_EQ(tabs->currentIndex(), 0);
    again->click();
    ASSERT_TRUE(waitFor([&] { return detected.count() > 0 || errors.count() > 0; }));
    EXPECT_EQ(tabs->currentWidget(), panel.changes());
    ASSERT_GT(messages.count(), 0);
    EXPECT_TRUE(
        messages.last()[0].toString().endsWith(QStringLiteral("Before and After in Review tells what has changed.")))
        << messages.last()[0].toString().toStdString();
    ASSERT_EQ(errors.count(), 0) << describe(errors[0][0].value<Error>());
    EXPECT_EQ(session.modelSource().kind, ModelSource::Kind::Run);
    EXPECT_EQ(session.detection(id)->model, "Run 1");
    ASSERT_NE(session.earlierDetection(id), nullptr);
    EXPECT_EQ(session.earlierDetection(id)->model, QStringLiteral("quick"));
    session.renameRun(session.modelSource().run, QStringLiteral("corrected"));
    EXPECT_EQ(session.detection(id)->model, "corrected");
    EXPECT_EQ(session.model()->name, "corrected");
    EXPECT_TRUE(session.undetected().empty());
    session.renameRun(session.modelSource().run, QStringLiteral("Run 1"));
    ChangesView view(&session);
    EXPECT_TRUE(view.summary().startsWith(QStringLiteral("Against quick: "))) << view.summary().toStdString();
    EXPECT_TRUE(view.summary().contains(QStringLiteral(" of 2 judged segments."))) << view.summary().toStdString();

    auto* back = view.findChild<QPushButton*>(QStringLiteral("former_model"));
    ASSERT_FALSE(back->isHidden());
    EXPECT_TRUE(back->toolTip().contains(QStringLiteral("quick")));
    EXPECT_EQ(session.formerModel(), QStringLiteral("quick"));
    const QString project = folder.path(QStringLiteral("kept.ovation"));
    ASSERT_TRUE(saveAs(session, project));
    detected.clear();
    back->click();
    ASSERT_TRUE(waitFor([&] { return detected.count() > 0 || errors.count() > 0; }));
    ASSERT_EQ(errors.count(), 0) << describe(errors[0][0].value<Error>());
    EXPECT_EQ(session.modelSource().kind, ModelSource::Kind::File);
    EXPECT_EQ(session.detection(id)->model, "quick");
    EXPECT_EQ(session.earlierDetection(id)->model, QStringLiteral("Run 1"));
    EXPECT_TRUE(back->isHidden()) << "of this one none is known";
    ModelChoice choice(&session);
    const int run = choice.findText(QStringLiteral("Run 1"));
    ASSERT_GE(run, 0);
    Q_EMIT choice.activated(run);
    EXPECT_EQ(choice.currentText(), QStringLiteral("quick")) << "until the other one is read";
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Run; }));
    EXPECT_EQ(choice.currentText(), QStringLiteral("Run 1"));
    EXPECT_FALSE(back->isHidden());
    EXPECT_EQ(detected.count(), 1) << "a model that is chosen detects when asked";
    // What it learnt from is as it was, though other segments are detected now.
    ASSERT_TRUE(session.canExtend(1));
    QSignalSpy trained(&session, &Session::trainingEnded);
    session.extendTraining(1, 1, Session::ExtendFrom::Last);
    ASSERT_TRUE(waitFor([&] { return trained.count() > 0; }));
    EXPECT_FALSE(trained[0][0].value<std::optional<Error>>());
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::Run && !session.detecting(); }));

    session.removeRun(1);
    session.goBackToFormerModel(); // is still in use, and knows
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
}

TEST(ReviewLoopTest, TheExamplesOwnRecordingsCanBeCorrectedAndTheNextRunHasNoFormerModel) {
    const Folder folder;
    Session session;
    ASSERT_TRUE(openNew(session) && hasModel(session) && openQuickModel(session, folder));
    ASSERT_TRUE(add(session, {example("clips"), example("speeches")}, 40));
    SpeechId id = 0;
    for (const Speech& speech : session.project().speeches)
        if (speech.path.ends_with("romanian.flac")) id = speech.id;
    ASSERT_TRUE(detect(session, {id}));
    session.judge(id, 0, Verdict::Rejected);
    QSignalSpy detected(&session, &Session::detectionEnded), errors(&session, &Session::errorRaised);
    session.trainWithCorrections();
    ASSERT_TRUE(waitFor([&] { return detected.count() > 0 || errors.count() > 0; }));
    ASSERT_EQ(errors.count(), 0) << describe(errors[0][0].value<Error>());
    EXPECT_EQ(session.formerModel(), QStringLiteral("quick"));
    session.setHyperparameters(*fineTuningSettings(*session.model()));
    QSignalSpy trained(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return trained.count() > 0; }));
    EXPECT_EQ(session.modelSource().run, 2);
    EXPECT_EQ(session.formerModel(), QString());
}

TEST(ReviewLoopTest, ADetectionThatIsStoppedDoesNotBeginAnewWithTheModelThatWasTrainedMeanwhile) {
    const Folder folder;
    Session session;
    const auto found = quicklyDetected(session, folder);
    ASSERT_TRUE(found);
    session.judge(*found, 0, Verdict::Rejected);
    session.judge(*found, 1, Verdict::Accepted);
    QSignalSpy ended(&session, &Session::detectionEnded), errors(&session, &Session::errorRaised),
        messages(&session, &Session::messageRaised);
    QObject::connect(&session, &Session::trainingEnded, &session, [&] { // begun before it was to be detected again
        session.startDetection(allOf(session));
        session.pauseDetection();
    });
    session.trainWithCorrections();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0 || errors.count() > 0; }));
    ASSERT_EQ(errors.count(), 0) << describe(errors[0][0].value<Error>());
    EXPECT_FALSE(session.detecting());
    EXPECT_FALSE(session.detectionQueue().pending.empty()) << "to go on with";
    ASSERT_GT(messages.count(), 0);
    EXPECT_TRUE(messages.last()[0].toString().startsWith(QStringLiteral("Detection was stopped")))
        << messages.last()[0].toString().toStdString();
}

TEST(ReviewLoopTest, TheStarterHasNoFormerModelToGoBackTo) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(hasModel(session));
    EXPECT_EQ(session.formerModel(), QString());
    session.goBackToFormerModel();
    EXPECT_EQ(session.modelSource().kind, ModelSource::Kind::Starter);
}

/// Three recordings, one of which cannot be read any more.
class ManyRecordingsTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        QStringList paths;
        for (const char* name : {"rain", "wind", "fan"})
            paths << folder.copy(QStringLiteral("clips/other/%1.flac").arg(QLatin1String(name)).toLatin1().constData(),
                                 QLatin1String(name) + QStringLiteral(".flac"));
        ASSERT_TRUE(add(session, paths, 3));
        ASSERT_TRUE(hasModel(session));
        ASSERT_TRUE(saveAs(session, project));
    }
    /// The project, where `model` has searched one of the recordings, and two are left.
    void openWithQueueOf(Session& later, const std::string& model) {
        const std::vector<SpeechId> all = allOf(session);
        ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("copy.ovation")))); // lets go of the project
        {
            auto store = ProjectStore::open(project.toStdString());
            ASSERT_TRUE(store);
            Detection found;
            found.speech = all[0];
            found.model = model;
            found.curve.durationS = 1;
            ASSERT_TRUE((*store)->putDetection(found));
            ASSERT_TRUE((*store)->putSetting("detection_queue",
                                             "{\"pending\":[" + std::to_string(all[1]) + "," + std::to_string(all[2]) +
                                                 "],\"failed\":[],\"total\":3,\"model\":\"" + model + "\"}"));
        }
        ASSERT_TRUE(open(later, project));
        ASSERT_TRUE(hasModel(later));
    }

    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    Session session;
};

constexpr int kLongMs = 600'000; ///< longer than any test

/// What counts as a double click, as it was again at the end.
class DoubleClickInterval {
public:
    ~DoubleClickInterval() { QApplication::setDoubleClickInterval(m_before); }
    void set(int ms) {
        QApplication::setDoubleClickInterval(ms);
        QTest::qWait(5); // 0 ms are over
    }

private:
    int m_before = QApplication::doubleClickInterval();
};

TEST_F(ManyRecordingsTest, ASecondClickOnTheSameSpotDoesNotStopWhatTheFirstOneBegan) {
    DetectBar bar(&session);
    bar.resize(1024, bar.sizeHint().height());
    bar.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&bar));
    DoubleClickInterval interval;
    QSignalSpy ended(&session, &Session::detectionEnded), detected(&session, &Session::detectionChanged);
    const auto clickOn = [&](QPoint spot) {
        if (QWidget* under = bar.childAt(spot))
            QTest::mouseClick(under, Qt::LeftButton, {}, under->mapFrom(&bar, spot));
    };
    for (const auto& [name, recordings] : {std::pair{"detect_current", 1}, std::pair{"detect_all", 3}}) {
        auto* button = bar.findChild<QPushButton*>(QLatin1String(name));
        const QRect place = button->geometry();
        ASSERT_FALSE(place.isEmpty());
        for (const int x : {place.left() + 8, place.center().x(), place.right() - 8}) {
            ended.clear();
            detected.clear();
            interval.set(0);
            clickOn({x, place.center().y()});
            ASSERT_TRUE(session.detecting());
            interval.set(kLongMs);
            QCoreApplication::sendPostedEvents(); // the buttons are laid out anew
            clickOn({x, place.center().y()});
            ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
            EXPECT_EQ(detected.count(), recordings) << name << " at " << x;
        }
    }
}

TEST_F(ManyRecordingsTest, OnlyWhatIsNewToTheModelIsDetectedWhereThereIsSome) {
    DetectBar bar(&session);
    auto* fresh = bar.findChild<QPushButton*>(QStringLiteral("detect_new"));
    EXPECT_TRUE(fresh->isHidden()) << "everything is new";
    const std::vector<SpeechId> all = allOf(session);
    ASSERT_TRUE(detect(session, {all[1]}));
    ASSERT_FALSE(fresh->isHidden());
    EXPECT_EQ(fresh->text(), QStringLiteral("Detect New (2)"));
    EXPECT_EQ(session.undetected(), (std::vector<SpeechId>{all[0], all[2]}));

    QSignalSpy ended(&session, &Session::detectionEnded), detected(&session, &Session::detectionChanged);
    DoubleClickInterval interval;
    interval.set(0);
    fresh->click();
    EXPECT_TRUE(fresh->isHidden()) << "detecting";
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_EQ(detected.count(), 2);
    EXPECT_EQ(detected[0][0].value<SpeechId>(), all[0]);
    EXPECT_EQ(detected[1][0].value<SpeechId>(), all[2]);
    EXPECT_TRUE(session.undetected().empty());
    EXPECT_TRUE(fresh->isHidden()) << "nothing is new";

    ASSERT_TRUE(add(session, {folder.copy("clips/other/waterfall.flac", QStringLiteral("waterfall.flac"))}, 4));
    EXPECT_FALSE(fresh->isHidden());
    EXPECT_EQ(fresh->text(), QStringLiteral("Detect New (1)"));
}

TEST_F(ManyRecordingsTest, CancelForgetsWhatIsLeftOnceItHasStoodThereForAMoment) {
    DetectBar bar(&session);
    bar.show();
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection(allOf(session));
    session.pauseDetection();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_FALSE(session.detectionQueue().pending.empty());
    auto* cancel = bar.findChild<QPushButton*>(QStringLiteral("detect_cancel"));
    DoubleClickInterval interval;
    interval.set(kLongMs);
    QTest::mouseClick(cancel, Qt::LeftButton);
    EXPECT_FALSE(session.detectionQueue().pending.empty()) << "this was for Pause";
    interval.set(0);
    QTest::mouseClick(cancel, Qt::LeftButton);
    EXPECT_TRUE(session.detectionQueue().pending.empty());
}

TEST_F(ManyRecordingsTest, WhatFailedIsListedKeptAndCanBeTriedAgain) {
    const Speech bad = session.project().speeches[1];
    const QString path = QString::fromStdString(bad.path), aside = path + QStringLiteral(".aside");
    ASSERT_TRUE(QFile::rename(path, aside));
    DetectBar bar(&session);
    auto* failed = bar.findChild<QToolButton*>(QStringLiteral("detect_failed"));
    ASSERT_TRUE(detect(session, allOf(session)));
    ASSERT_EQ(session.detectionQueue().failed.size(), 1U);
    EXPECT_EQ(session.detectionQueue().failed[0].speech, bad.id);
    EXPECT_TRUE(session.detectionQueue().failed[0].sentence.contains(QFileInfo(path).fileName()));
    EXPECT_TRUE(session.detectionQueue().pending.empty());
    EXPECT_FALSE(failed->isHidden());
    EXPECT_EQ(failed->text(), QStringLiteral("1 failed"));
    const auto listed = failed->menu()->actions();
    EXPECT_EQ(listed.size(), 3) << "try again, a line, the recording";
    Q_EMIT session.detectionQueueChanged();
    EXPECT_EQ(failed->menu()->actions(), listed) << "the same failures, the same menu";
    EXPECT_TRUE(listed[0]->isEnabled());
    ASSERT_TRUE(QFile::rename(aside, path));
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.retryFailed();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_TRUE(session.detectionQueue().failed.empty());
    EXPECT_NE(session.detection(bad.id), nullptr);
    EXPECT_TRUE(failed->isHidden());
}

TEST_F(ManyRecordingsTest, WhereNoRecordingIsAtHandThatIsSaid) {
    QSignalSpy errors(&session, &Session::errorRaised);
    session.startDetection({});
    ASSERT_EQ(errors.count(), 1);
    EXPECT_NE(describe(errors[0][0].value<Error>()).find("Find Missing Recordings"), std::string::npos);
}

TEST_F(ManyRecordingsTest, DetectingOneRecordingKeepsTheListOfThoseThatFailed) {
    const Speech bad = session.project().speeches[1];
    ASSERT_TRUE(QFile::remove(QString::fromStdString(bad.path)));
    ASSERT_TRUE(detect(session, allOf(session)));
    ASSERT_EQ(session.detectionQueue().failed.size(), 1U);
    ASSERT_TRUE(detect(session, {allOf(session)[0]}));
    ASSERT_EQ(session.detectionQueue().failed.size(), 1U);
    EXPECT_EQ(session.detectionQueue().failed[0].speech, bad.id);
    EXPECT_EQ(session.detectionQueue().total, 1U) << "of those that failed before none is counted";
    session.removeSpeeches({bad.id});
    EXPECT_TRUE(session.detectionQueue().failed.empty());
}

TEST_F(ManyRecordingsTest, WhileDetectingTheReviewIsListedAnewTwiceASecondAndAtTheEnd) {
    QStringList longer; // a detection that can be told of while it lasts
    for (const char* name : {"french", "greek", "bulgarian"})
        longer << folder.copy(QStringLiteral("speeches/%1.flac").arg(QLatin1String(name)).toLatin1().constData(),
                              QLatin1String(name) + QStringLiteral(".flac"));
    ASSERT_TRUE(add(session, longer, 6));
    ReviewPanel panel(&session, nullptr, nullptr);
    panel.show();
    auto* report = panel.findChild<QTableView*>(QStringLiteral("report"));
    ASSERT_NE(report, nullptr);
    QSignalSpy listed(report->model(), &QAbstractItemModel::modelReset);
    QElapsedTimer clock;
    clock.start();
    int told = 0, runs = 0;
    qsizetype count = 0;
    for (; told < 50 && runs < 50; ++runs) {
        session.startDetection(allOf(session));
        ASSERT_TRUE(session.detecting());
        QTest::qWait(1); // what was to be listed for the start
        listed.clear();
        for (; session.detecting() && clock.elapsed() < 60'000; ++told) {
            Q_EMIT session.detectionChanged(session.project().speeches[0].id);
            QTest::qWait(1);
        }
        count += listed.count();
        ASSERT_TRUE(waitFor([&] { return !session.detecting(); }));
    }
    ASSERT_GE(told, 4 * runs) << "too short to tell";
    EXPECT_LE(count, clock.elapsed() / 500 + 3 * runs) << told << ", and once more at each end";
    EXPECT_TRUE(waitFor([&] { return report->model()->rowCount() == 6; }));
}

TEST_F(ManyRecordingsTest, APausedDetectionGoesOnAfterTheProgramWasEnded) {
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection(allOf(session));
    session.pauseDetection();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    const size_t left = session.detectionQueue().pending.size();
    EXPECT_EQ(left + session.project().detections.size(), 3U);
    ASSERT_GT(left, 0U);
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("copy.ovation")))); // all is on disk

    Session later;
    QSignalSpy messages(&later, &Session::messageRaised);
    ASSERT_TRUE(open(later, project));
    ASSERT_TRUE(hasModel(later));
    EXPECT_EQ(later.detectionQueue().pending.size(), left);
    DetectBar bar(&later);
    auto* goOn = bar.findChild<QPushButton*>(QStringLiteral("detect_go_on"));
    ASSERT_FALSE(goOn->isHidden());
    QSignalSpy done(&later, &Session::detectionEnded);
    goOn->click();
    ASSERT_TRUE(waitFor([&] { return done.count() > 0; }));
    EXPECT_TRUE(later.detectionQueue().pending.empty());
    EXPECT_EQ(later.project().detections.size(), 3U);
    EXPECT_TRUE(goOn->isHidden());
}

TEST_F(ManyRecordingsTest, GoingOnWithAnotherModelThanTheFirstWereSearchedWithIsSaid) {
    Session later;
    ASSERT_NO_FATAL_FAILURE(openWithQueueOf(later, "evening"));
    EXPECT_EQ(later.queueModelBefore(), QStringLiteral("evening"));
    DetectBar bar(&later);
    auto* goOn = bar.findChild<QPushButton*>(QStringLiteral("detect_go_on"));
    EXPECT_FALSE(bar.findChild<QPushButton*>(QStringLiteral("detect_all"))->isHidden()) << "all with one model";
    ASSERT_FALSE(goOn->isHidden());
    EXPECT_TRUE(goOn->toolTip().contains(QStringLiteral("evening")));
    const QString status = bar.findChild<QLabel*>(QStringLiteral("detect_status"))->text();
    EXPECT_TRUE(status.startsWith(QStringLiteral("2 of 3 recordings left"))) << status.toStdString();
    EXPECT_TRUE(status.endsWith(QStringLiteral("searched with evening"))) << status.toStdString();
    QSignalSpy done(&later, &Session::detectionEnded), messages(&later, &Session::messageRaised);
    goOn->click();
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages[0][0].toString().contains(QStringLiteral("those before were with evening")));
    EXPECT_EQ(later.queueModelBefore(), QString()) << "it was decided";
    ASSERT_TRUE(waitFor([&] { return done.count() > 0; }));
    EXPECT_EQ(later.project().detections.size(), 3U);
}

TEST_F(ManyRecordingsTest, WhatAnotherModelFoundAndIsFoundAnewIsNotSpokenOf) {
    Session later;
    ASSERT_NO_FATAL_FAILURE(openWithQueueOf(later, "evening"));
    ASSERT_EQ(later.queueModelBefore(), QStringLiteral("evening"));
    QSignalSpy done(&later, &Session::detectionEnded);
    later.startDetection({allOf(later).front()});
    ASSERT_TRUE(waitFor([&] { return done.count() > 0; }));
    EXPECT_EQ(later.detectionQueue().pending.size(), 2U);
    EXPECT_EQ(later.queueModelBefore(), QString());
}

TEST_F(ManyRecordingsTest, WhereAnotherModelSearchedTheFirstAllCanBeSearchedWithOne) {
    Session later;
    ASSERT_NO_FATAL_FAILURE(openWithQueueOf(later, "evening"));
    DetectBar bar(&later);
    QSignalSpy done(&later, &Session::detectionEnded);
    bar.findChild<QPushButton*>(QStringLiteral("detect_all"))->click();
    EXPECT_EQ(later.detectionQueue().total, 3U);
    ASSERT_TRUE(waitFor([&] { return done.count() > 0; }));
    EXPECT_EQ(later.project().detections.size(), 3U);
    EXPECT_TRUE(later.detectionQueue().pending.empty());
}

TEST_F(ManyRecordingsTest, GoingOnWithTheSameModelIsNothingToSay) {
    const std::string name = session.model()->name;
    Session later;
    ASSERT_NO_FATAL_FAILURE(openWithQueueOf(later, name));
    EXPECT_EQ(later.queueModelBefore(), QString());
    DetectBar bar(&later);
    EXPECT_TRUE(bar.findChild<QPushButton*>(QStringLiteral("detect_all"))->isHidden());
    const QString status = bar.findChild<QLabel*>(QStringLiteral("detect_status"))->text();
    EXPECT_EQ(status, QStringLiteral("2 of 3 recordings left"));
    QSignalSpy done(&later, &Session::detectionEnded), messages(&later, &Session::messageRaised);
    later.resumeDetection();
    EXPECT_EQ(messages.count(), 0);
    ASSERT_TRUE(waitFor([&] { return done.count() > 0; }));
    later.startDetection(allOf(later));
    EXPECT_EQ(later.detectionQueue().model, QString::fromStdString(name)) << "a new queue has its own";
    ASSERT_TRUE(waitFor([&] { return done.count() > 1; }));
}

TEST_F(ManyRecordingsTest, ACancelledDetectionLeavesNothingToGoOnWith) {
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection(allOf(session));
    for (const JobStatus& job : session.jobs())
        session.cancelJob(job.id);
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_TRUE(session.detectionQueue().pending.empty());
}

} // namespace
} // namespace ovation::ui::test
