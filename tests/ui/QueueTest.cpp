// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Sweep.h"
#include "tests/ui/Studio.h"
#include "ui/session/RunCheckpoints.h"
#include "ui/session/TrainingQueue.h"
#include "ui/train/QueuePanel.h"
#include "ui/train/ResumeBar.h"
#include "ui/train/RunsModel.h"
#include "ui/train/RunsTable.h"
#include "ui/train/TrainControls.h"
#include "ui/train/TrainPanel.h"

#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>

namespace ovation::ui::test {
namespace {

constexpr int64_t kEndless = 100000; ///< epochs

class QueueTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("clips")}, 34));
    }
    bool ends(const std::function<void()>& start, int count = 1) {
        QSignalSpy ended(&session, &Session::trainingEnded);
        start();
        if (!waitFor([&] { return ended.count() >= count; })) return false;
        for (const auto& arguments : ended)
            if (const auto error = arguments[0].value<std::optional<Error>>()) {
                std::fprintf(stderr, "%s\n", describe(*error).c_str());
                return false;
            }
        return true;
    }
    Session session;
};

TEST_F(QueueTest, TrainsOneRunAfterTheOtherAndKeepsEach) {
    session.enqueue(seedRepeats(quickRun(1), 3));
    ASSERT_EQ(session.queue().size(), 3U);
    EXPECT_FALSE(session.training());
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(ends([&] { session.startQueue(); }, 3));
    QCoreApplication::processEvents();
    EXPECT_TRUE(session.queue().empty());
    EXPECT_FALSE(session.queueRunning());
    EXPECT_EQ(messages.count(), 1);
    ASSERT_EQ(session.project().runs.size(), 3U);
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(session.project().runs[i].hyperparameters.seed, 42 + i);
        EXPECT_EQ(session.project().runs[i].stopped, StopReason::Epochs);
        EXPECT_FALSE(session.project().runs[i].byRecording.empty());
    }
    EXPECT_NE(session.hyperparameters(), quickRun(1)) << "the form's settings are another matter";
}

TEST_F(QueueTest, StoppingOrPausingHoldsTheQueue) {
    for (const bool pause : {false, true}) {
        session.enqueue({quickRun(kEndless), quickRun(1)});
        QSignalSpy epochs(&session, &Session::trainingEpoch);
        session.startQueue();
        ASSERT_TRUE(waitFor([&] { return epochs.count() >= 1; }));
        ASSERT_TRUE(ends([&] { pause ? session.pauseTraining() : session.stopTraining(); }));
        EXPECT_FALSE(session.training());
        EXPECT_FALSE(session.queueRunning());
        ASSERT_EQ(session.queue().size(), 1U);
        ASSERT_TRUE(session.resumableRun());
        EXPECT_EQ(session.paused(), pause);
        session.removeQueued({session.queue()[0].id});
    }
}

TEST_F(QueueTest, CancellingTheJobStopsTheRunAndHoldsTheQueue) {
    session.enqueue({quickRun(kEndless), quickRun(1)});
    QSignalSpy epochs(&session, &Session::trainingEpoch);
    session.startQueue();
    ASSERT_TRUE(waitFor([&] { return epochs.count() >= 1; }));
    ASSERT_TRUE(ends([&] {
        for (const JobStatus& job : session.jobs())
            session.cancelJob(job.id);
    }));
    EXPECT_FALSE(session.training());
    EXPECT_FALSE(session.queueRunning());
    EXPECT_EQ(session.queue().size(), 1U);
}

TEST_F(QueueTest, ARunThatIsStoppedBeforeItBeganWaitsAgain) {
    session.enqueue({quickRun(kEndless, 7), quickRun(1, 8)});
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startQueue();
    ASSERT_EQ(session.queue().size(), 1U);
    session.stopTraining(); // the worker has hardly looked at the data
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_FALSE(session.queueRunning());
    if (session.project().runs.empty() && !session.resumableRun()) {
        ASSERT_EQ(session.queue().size(), 2U);
        EXPECT_EQ(session.queue()[0].hyperparameters.seed, 7U);
        EXPECT_NE(session.queue()[0].id, session.queue()[1].id);
    } else {
        EXPECT_EQ(session.queue().size(), 1U) << "it can be gone on with";
    }
}

TEST_F(QueueTest, ARunThatFailsAtOnceIsKeptWithItsReasonAndTheOthersGoOn) {
    Hyperparameters bad = quickRun(1, 7);
    bad.learningRate = -1;
    session.enqueue({bad, quickRun(1, 8)});
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startQueue();
    ASSERT_TRUE(waitFor([&] { return ended.count() >= 2; }));
    const auto error = ended[0][0].value<std::optional<Error>>();
    ASSERT_TRUE(error);
    ASSERT_EQ(error->code, ErrorCode::BadHyperparameter);
    EXPECT_FALSE(ended[1][0].value<std::optional<Error>>());
    ASSERT_EQ(session.project().runs.size(), 2U);
    const TrainingRun& failed = session.project().runs[0];
    EXPECT_EQ(failed.hyperparameters, bad);
    EXPECT_EQ(failed.stopped, StopReason::Failed);
    EXPECT_EQ(failed.notes, describe(*error));
    EXPECT_EQ(session.project().runs[1].hyperparameters.seed, 8U);
    EXPECT_EQ(session.project().runs[1].stopped, StopReason::Epochs);
}

TEST_F(QueueTest, TheNumberOfADeletedRunIsNotUsedAgain) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("numbers.ovation"));
    session.setHyperparameters(quickRun(1));
    ASSERT_TRUE(ends([&] { session.startTraining(); }));
    session.removeRun(1);
    ASSERT_TRUE(session.project().runs.empty());
    ASSERT_TRUE(saveAs(session, file));
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(open(session, file));
    ASSERT_EQ(session.hyperparameters(), quickRun(1));
    ASSERT_TRUE(ends([&] { session.startTraining(); }));
    ASSERT_EQ(session.project().runs.size(), 1U);
    EXPECT_EQ(session.project().runs[0].id, 2) << "what the first has detected is not this one's";
    EXPECT_EQ(session.project().runs[0].name, "Run 2");
}

TEST_F(QueueTest, InTheWindowATrainingThatPreparesDoesNotSpeakOfOtherJobs) {
    TrainPanel panel(&session);
    session.setHyperparameters(quickRun(1));
    ASSERT_TRUE(ends([&] {
        panel.startTraining();
        JobStatus status;
        status.title = Session::tr("Detecting");
        status.stage = QStringLiteral("speech.flac (3 of 10)");
        Q_EMIT session.jobChanged(status);
        EXPECT_FALSE(panel.controls()->status().contains(QLatin1String("speech.flac")))
            << panel.controls()->status().toStdString();
        status.title = QObject::tr("Training");
        status.stage = QStringLiteral("Looking at the data");
        Q_EMIT session.jobChanged(status);
        EXPECT_TRUE(panel.controls()->status().startsWith(QLatin1String("Looking at the data")))
            << panel.controls()->status().toStdString();
    }));
}

TEST_F(QueueTest, RunsThatWouldBeginWithAModelAreNotQueued) {
    ASSERT_TRUE(waitFor([&] { return session.model() != nullptr; }));
    session.setFineTuning(true);
    ASSERT_TRUE(session.fineTuning());
    QSignalSpy said(&session, &Session::messageRaised);
    session.enqueue({session.hyperparameters()});
    EXPECT_TRUE(session.queue().empty());
    EXPECT_EQ(said.count(), 1);
    session.setFineTuning(false);
    session.enqueue({quickRun(1)});
    EXPECT_EQ(session.queue().size(), 1U);
}

TEST_F(QueueTest, AnExtensionThatCannotBeginLeavesTheRunFinished) {
    session.setHyperparameters(quickRun(2));
    ASSERT_TRUE(ends([&] { session.startTraining(); }));
    const int64_t id = session.project().runs[0].id;
    ASSERT_TRUE(add(session, {example("speeches/kennedy-en.flac")}, 35)); // another data set
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.extendTraining(id, 2, Session::ExtendFrom::Last);
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_TRUE(ended[0][0].value<std::optional<Error>>());
    EXPECT_FALSE(session.resumableRun()) << "there is nothing to go on with";
    ASSERT_EQ(session.project().runs.size(), 1U);
    EXPECT_EQ(session.project().runs[0].stopped, StopReason::Epochs);
    EXPECT_EQ(session.project().runs[0].epochs.size(), 2U);
}

TEST_F(QueueTest, WaitingRunsChangePlacesAndAreThereAfterOpening) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("queue.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    session.enqueue({quickRun(1, 1), quickRun(1, 2), quickRun(1, 3)});
    session.moveQueued(session.queue()[2].id, -2);
    session.moveQueued(session.queue()[0].id, -5);
    session.removeQueued({session.queue()[1].id});
    const auto seeds = [](const Session& of) {
        std::vector<uint64_t> all;
        for (const QueuedRun& run : of.queue())
            all.push_back(run.hyperparameters.seed);
        return all;
    };
    EXPECT_EQ(seeds(session), (std::vector<uint64_t>{3, 2}));
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, file));
    ASSERT_TRUE(waitFor([&] { return !again.queue().empty(); }));
    EXPECT_EQ(seeds(again), (std::vector<uint64_t>{3, 2}));
    EXPECT_FALSE(again.queueRunning()) << "nothing starts by itself";
}

TEST_F(QueueTest, AFinishedRunIsTakenFurtherFromItsLastOrBestState) {
    session.setHyperparameters(quickRun(2));
    ASSERT_TRUE(ends([&] { session.startTraining(); }));
    const int64_t id = session.project().runs[0].id;
    EXPECT_FALSE(session.resumableRun()) << "it is finished";
    ASSERT_TRUE(session.canExtend(id));
    const auto first = session.project().runs[0].epochs[1].train.loss;
    ASSERT_TRUE(ends([&] { session.extendTraining(id, 2, Session::ExtendFrom::Last); }));
    ASSERT_EQ(session.project().runs.size(), 1U);
    ASSERT_EQ(session.project().runs[0].epochs.size(), 4U);
    EXPECT_EQ(session.project().runs[0].epochs[1].train.loss, first);
    EXPECT_EQ(session.project().runs[0].hyperparameters.epochs, 4);
    ASSERT_TRUE(ends([&] { session.extendTraining(id, 1, Session::ExtendFrom::Best); }));
    EXPECT_EQ(session.project().runs[0].epochs.size(), 5U);
    EXPECT_FALSE(session.canExtend(id + 1));

    // Straight through is the same as taken further.
    session.setHyperparameters(quickRun(4));
    ASSERT_TRUE(ends([&] { session.startTraining(); }));
    const TrainingRun& straight = session.project().runs[1];
    for (size_t i = 0; i < 4; ++i)
        EXPECT_EQ(straight.epochs[i].validation.loss, session.project().runs[0].epochs[i].validation.loss);
    ASSERT_TRUE(ends([&] { session.startTraining(); }));
    EXPECT_TRUE(session.canExtend(id)) << "small ones are all kept";
    EXPECT_TRUE(session.canExtend(3));
}

TEST(RunCheckpoints, AreKeptAsFarAsThereIsRoomForThem) {
    std::vector<RunCheckpoint> checkpoints;
    std::vector<TrainingRun> runs;
    const auto add = [&](int64_t parameters, bool finished) {
        TrainingRun run;
        run.id = static_cast<int64_t>(runs.size()) + 1;
        run.parameters = parameters;
        checkpoints.push_back(newRunCheckpoint(run));
        checkpoints.back().finished = finished;
        runs.push_back(run);
        return oneTooMany(checkpoints, runs);
    };
    constexpr int64_t kSeed = 13'415'042;
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(add(kSeed, i > 0)) << "5 of 215 MB";
    EXPECT_EQ(add(kSeed, true), 2) << "the oldest that is not to be resumed";
    checkpoints.erase(checkpoints.begin() + 1, checkpoints.begin() + 6);
    EXPECT_FALSE(add(100 * kSeed, true)) << "two are always kept";
    EXPECT_EQ(add(100 * kSeed, false), 7);
    checkpoints.clear();
    runs.clear();
    for (int i = 0; i < 20; ++i)
        EXPECT_FALSE(add(1000, false));
    EXPECT_EQ(add(1000, false), 1) << "none is finished";
}

TEST_F(QueueTest, NamesAndNotesStayThroughTrainingAndOpening) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("notes.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    session.setHyperparameters(quickRun(kEndless));
    QSignalSpy epochs(&session, &Session::trainingEpoch);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() >= 1; }));
    session.setRunNotes(1, QStringLiteral("more crackle"));
    session.renameRun(1, QStringLiteral(" old records "));
    session.renameRun(1, QStringLiteral("  "));
    ASSERT_TRUE(ends([&] { session.stopTraining(); }));
    EXPECT_EQ(session.project().runs[0].name, "old records");
    EXPECT_NE(session.project().runs[0].notes.find("more crackle"), std::string::npos);
    EXPECT_EQ(session.resumableRun()->name, QStringLiteral("old records"));
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, file));
    EXPECT_EQ(again.project().runs[0].name, "old records");
    EXPECT_NE(again.project().runs[0].notes.find("more crackle"), std::string::npos);
    EXPECT_EQ(again.project().runs[0].byRecording, session.project().runs[0].byRecording);
}

TEST_F(QueueTest, TheTimeOfAnEpochIsEstimatedFromATimedStep) {
    session.setHyperparameters(quickRun(3));
    QSignalSpy made(&session, &Session::epochEstimated);
    session.estimateEpoch();
    ASSERT_TRUE(waitFor([&] { return made.count() > 0; }));
    const auto estimate = made[0][0].value<EpochEstimate>();
    EXPECT_EQ(estimate.hyperparameters, quickRun(3));
    EXPECT_EQ(estimate.batches, 2) << "27 of 34 clips in batches of 16";
    EXPECT_GT(estimate.stepS, 0);
    EXPECT_GE(estimate.epochS, 2 * estimate.stepS);
    EXPECT_GE(estimate.dataBytes, 34 * 200 * 13 * 4) << "features of 34 clips";
    QSignalSpy epochs(&session, &Session::trainingEpoch);
    session.setHyperparameters(quickRun(kEndless));
    session.startTraining();
    session.estimateEpoch();
    ASSERT_TRUE(waitFor([&] { return epochs.count() > 2; }));
    EXPECT_EQ(made.count(), 1) << "not beside a training";
    ASSERT_TRUE(ends([&] { session.stopTraining(); }));
    Hyperparameters again = quickRun(7);
    again.learningRate /= 2;
    session.setHyperparameters(again);
    session.estimateEpoch();
    ASSERT_TRUE(waitFor([&] { return made.count() > 1; }));
    const auto measured = made[1][0].value<EpochEstimate>();
    EXPECT_EQ(measured.stepS, 0) << "the run's epochs are known";
    EXPECT_GT(measured.epochS, 0);
}

TEST_F(QueueTest, InTheWindowPauseFreesTheMachineAndResumeGoesOn) {
    TrainPanel panel(&session);
    panel.resize(1040, 500);
    panel.show();
    session.setHyperparameters(quickRun(kEndless));
    auto* pause = panel.findChild<QPushButton*>(QStringLiteral("pause"));
    auto* resume = panel.findChild<QPushButton*>(QStringLiteral("resume"));
    EXPECT_FALSE(pause->isVisible());
    QSignalSpy epochs(&session, &Session::trainingEpoch);
    panel.startTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() >= 2; }));
    ASSERT_TRUE(pause->isVisible());
    ASSERT_TRUE(ends([&] { QTest::mouseClick(pause, Qt::LeftButton); }));
    EXPECT_TRUE(panel.controls()->status().startsWith(QStringLiteral("Paused")))
        << panel.controls()->status().toStdString();
    ASSERT_TRUE(resume->isVisible());
    EXPECT_TRUE(panel.findChild<QLabel*>(QStringLiteral("resume_text"))->text().contains(QStringLiteral("paused")));
    const auto done = session.project().runs[0].epochs.size();
    QTest::mouseClick(resume, Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return session.currentRun()->epochs.size() > done; }));
    EXPECT_EQ(session.project().runs.size(), 1U);
    ASSERT_TRUE(ends([&] { session.stopTraining(); }));
}

TEST_F(QueueTest, InTheWindowRunsAreQueuedTrainedAndExtended) {
    TrainPanel panel(&session);
    panel.resize(1040, 500);
    panel.show();
    session.setHyperparameters(quickRun(1));
    panel.findChild<QPushButton*>(QStringLiteral("queue_add"))->click(); // on a tab that is not in front
    ASSERT_EQ(session.queue().size(), 1U);
    EXPECT_EQ(panel.queue()->list()->topLevelItemCount(), 1);
    ASSERT_TRUE(ends([&] { panel.findChild<QPushButton*>(QStringLiteral("queue_start"))->click(); }));
    EXPECT_EQ(panel.queue()->list()->topLevelItemCount(), 0);
    ASSERT_EQ(session.project().runs.size(), 1U);
    auto* extend = panel.findChild<QPushButton*>(QStringLiteral("extend"));
    EXPECT_FALSE(extend->isEnabled()) << "no run is chosen";
    panel.runs()->selectRun(1);
    ASSERT_TRUE(extend->isEnabled());
    ASSERT_TRUE(ends([&] { extend->click(); }));
    EXPECT_EQ(session.project().runs[0].epochs.size(), 11U);
}

TEST(TrainingQueueTest, ARunsNotesSayOnceWhyItHasFailed) {
    EXPECT_EQ(notesWithReason({}, "No number."), "No number.");
    EXPECT_EQ(notesWithReason("mine", "No number."), "mine; No number.");
    const std::string said = "mine; No number. The weights of the best epoch before that are kept.";
    EXPECT_EQ(notesWithReason(said, "No number."), said);
}

TEST(TrainingQueueTest, ReadsBackWhatItWritesAndNothingHostile) {
    const std::vector<QueuedRun> queue = {{1, "a", quickRun(3)}, {2, "", quickRun(5)}};
    EXPECT_EQ(queueFromJson(toJson(queue)), queue);
    for (const char* json : {"", "{", "{}", "[1,null,{}]", "[{\"name\":3}]", "[{\"name\":\"x\",\"hyperparameters\":7}]",
                             "[{\"name\":\"x\",\"hyperparameters\":{\"heads\":7}}]"})
        EXPECT_TRUE(queueFromJson(json).empty()) << json;
}

} // namespace
} // namespace ovation::ui::test
