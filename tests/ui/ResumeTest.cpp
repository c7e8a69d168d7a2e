// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/models/ModelBundle.h"
#include "tests/ui/Studio.h"
#include "ui/session/RunCheckpoints.h"
#include "ui/train/TrainControls.h"
#include "ui/train/TrainPanel.h"

#include <QDirIterator>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>

#include <algorithm>
#include <csignal>
#include <limits>

namespace ovation::ui::test {
namespace {

constexpr int64_t kForever = 100000; ///< epochs
constexpr int64_t kEpochs = 120;

QString checkpointsFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/ovation/checkpoints");
}

QStringList checkpointFiles() {
    QStringList files;
    for (QDirIterator it(checkpointsFolder(), {QStringLiteral("*.safetensors")}, QDir::Files,
                         QDirIterator::Subdirectories);
         it.hasNext();)
        files << it.next();
    return files;
}

void makeProject(const QString& file, int64_t epochs) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips")}, 34));
    session.setHyperparameters(quickRun(epochs));
    ASSERT_TRUE(saveAs(session, file));
}

/// Starts training (or goes on) and waits for `epochs` of them.
bool trainFor(Session& session, int epochs, bool resume = false) {
    QSignalSpy done(&session, &Session::trainingEpoch);
    resume ? session.resumeTraining() : session.startTraining();
    return waitFor([&] { return done.count() >= epochs; });
}

std::optional<Error> endOf(Session& session, const std::function<void()>& start) {
    QSignalSpy ended(&session, &Session::trainingEnded);
    start();
    EXPECT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_EQ(ended.count(), 1);
    return ended.isEmpty() ? std::nullopt : ended[0][0].value<std::optional<Error>>();
}

bool stop(Session& session) {
    return !endOf(session, [&] { session.stopTraining(); });
}

std::vector<double> losses(const TrainingRun& run) {
    std::vector<double> values;
    for (const EpochMetrics& epoch : run.epochs) {
        values.push_back(epoch.train.loss.value_or(-1));
        values.push_back(epoch.validation.loss.value_or(-1));
    }
    return values;
}

class ResumeTest : public ::testing::Test {
protected:
    void SetUp() override {
        QDir(checkpointsFolder()).removeRecursively();
        makeProject(file, kForever);
    }
    const Folder folder;
    const QString file = folder.path(QStringLiteral("p.ovation"));
};

/// Not a test: what the next one kills. It trains the project that the environment names and dies in the midst of it.
TEST(ResumeProcess, DISABLED_TrainsAndIsKilled) {
    Session session;
    ASSERT_TRUE(open(session, qEnvironmentVariable("OVATION_TEST_PROJECT")));
    QObject::connect(&session, &Session::trainingEpoch, [](const EpochMetrics& epoch) {
        if (epoch.epoch >= 3) ::raise(SIGKILL);
    });
    endOf(session, [&] { session.startTraining(); });
}

TEST(ResumeProcess, AKilledRunIsOfferedAndContinuesToTheSameEnd) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("killed.ovation"));
    makeProject(file, kEpochs);
    const QString whole = folder.path(QStringLiteral("whole.ovation"));
    makeProject(whole, kEpochs);
    const auto before = checkpointFiles();

    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("OVATION_TEST_PROJECT"), file);
    environment.insert(QStringLiteral("OVATION_TEST_HOME"), qEnvironmentVariable("HOME"));
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(),
                  {QStringLiteral("--gtest_also_run_disabled_tests"),
                   QStringLiteral("--gtest_filter=ResumeProcess.DISABLED_TrainsAndIsKilled")});
    ASSERT_TRUE(process.waitForFinished(kPatience));
    ASSERT_EQ(process.exitStatus(), QProcess::CrashExit) << process.readAllStandardOutput().toStdString();
    ASSERT_GT(checkpointFiles().size(), before.size());

    Session expected;
    ASSERT_TRUE(open(expected, whole));
    ASSERT_FALSE(endOf(expected, [&] { expected.startTraining(); }));

    Session session;
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(open(session, file));
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages[0][0].toString().contains(QLatin1String("Run 1 was interrupted")));
    const auto offered = session.resumableRun();
    ASSERT_TRUE(offered);
    EXPECT_EQ(offered->name, QStringLiteral("Run 1"));
    EXPECT_LT(offered->epochsDone, kEpochs);
    EXPECT_EQ(offered->epochs, kEpochs);
    session.setHyperparameters(quickRun(7)); // the run has its own
    int64_t firstEpoch = 0;
    QObject::connect(&session, &Session::trainingEpoch, [&](const EpochMetrics& epoch) {
        if (firstEpoch == 0) firstEpoch = epoch.epoch;
    });
    ASSERT_FALSE(endOf(session, [&] { session.resumeTraining(); }));
    EXPECT_GT(firstEpoch, 3) << "it went on, it did not start anew";
    ASSERT_EQ(session.project().runs.size(), 1U);
    EXPECT_EQ(session.project().runs[0].stopped, StopReason::Epochs);
    EXPECT_EQ(losses(session.project().runs[0]), losses(expected.project().runs[0]));
    EXPECT_EQ(session.model()->weights, expected.model()->weights);
}

TEST_F(ResumeTest, AfterStopTheButtonGoesOnAndTheCurvesStay) {
    Session session;
    ASSERT_TRUE(open(session, file));
    TrainPanel panel(&session);
    panel.resize(1040, 376);
    panel.show();
    auto* button = panel.findChild<QPushButton*>(QStringLiteral("resume"));
    EXPECT_FALSE(button->isVisible());
    ASSERT_TRUE(trainFor(session, 2));
    EXPECT_FALSE(button->isVisible());
    ASSERT_TRUE(stop(session));
    ASSERT_TRUE(button->isVisible());
    const std::vector<double> before = losses(session.project().runs[0]);
    QSignalSpy epochs(&session, &Session::trainingEpoch);
    QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_TRUE(session.training());
    EXPECT_FALSE(button->isVisible());
    ASSERT_TRUE(waitFor([&] { return epochs.count() >= 1; }));
    ASSERT_TRUE(stop(session));
    ASSERT_EQ(session.project().runs.size(), 1U);
    const std::vector<double> after = losses(session.project().runs[0]);
    ASSERT_GT(after.size(), before.size());
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
    for (size_t i = 0; i < session.project().runs[0].epochs.size(); ++i)
        ASSERT_EQ(session.project().runs[0].epochs[i].epoch, static_cast<int64_t>(i) + 1);
}

TEST_F(ResumeTest, ARunInAWindowThatWasClosedIsOfferedOnOpening) {
    {
        Session session;
        ASSERT_TRUE(open(session, file));
        ASSERT_TRUE(trainFor(session, 1));
    }
    Session session;
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(open(session, file));
    EXPECT_EQ(messages.count(), 1);
    ASSERT_TRUE(session.resumableRun());
    ASSERT_TRUE(trainFor(session, 1, true));
    ASSERT_TRUE(stop(session));
    EXPECT_EQ(session.project().runs.size(), 1U);
}

TEST_F(ResumeTest, FinishingRemovesTheOfferAndKeepsOneCheckpointToExtend) {
    {
        Session session;
        ASSERT_TRUE(open(session, file));
        session.setHyperparameters(quickRun(2));
        ASSERT_FALSE(endOf(session, [&] { session.startTraining(); }));
        EXPECT_FALSE(session.resumableRun());
    }
    EXPECT_EQ(checkpointFiles().size(), 1) << "the one before is not needed any more";
    Session session;
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_TRUE(open(session, file));
    EXPECT_FALSE(session.resumableRun());
    EXPECT_TRUE(session.canExtend(1));
    EXPECT_EQ(messages.count(), 0) << "nothing was interrupted";
}

TEST_F(ResumeTest, DiscardingOrDeletingTheRunRemovesTheCheckpoint) {
    for (const bool deleting : {false, true}) {
        {
            Session session;
            ASSERT_TRUE(open(session, file));
            ASSERT_TRUE(trainFor(session, 1));
            ASSERT_TRUE(stop(session));
            ASSERT_TRUE(session.resumableRun());
            const size_t runs = session.project().runs.size();
            deleting ? session.removeRun(session.resumableRun()->id) : session.discardResumableRun();
            EXPECT_FALSE(session.resumableRun());
            EXPECT_EQ(session.project().runs.size(), deleting ? runs - 1 : runs);
        }
        EXPECT_TRUE(QDir(checkpointsFolder()).isEmpty());
    }
}

TEST_F(ResumeTest, ADamagedCheckpointIsSaidAndTrainingFromTheBeginningWorks) {
    Session session;
    ASSERT_TRUE(open(session, file));
    ASSERT_TRUE(trainFor(session, 2));
    ASSERT_TRUE(stop(session));
    const TrainingRun before = session.project().runs[0];
    for (const QString& path : checkpointFiles()) {
        QFile damaged(path);
        ASSERT_TRUE(damaged.open(QIODevice::ReadWrite));
        ASSERT_TRUE(damaged.resize(damaged.size() / 2));
    }
    TrainPanel panel(&session);
    panel.show();
    QSignalSpy errors(&session, &Session::errorRaised);
    const auto error = endOf(session, [&] { session.resumeTraining(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::BadCheckpoint);
    EXPECT_TRUE(panel.controls()->status().contains(QLatin1String("damaged")));
    EXPECT_EQ(errors.count(), 1);
    EXPECT_EQ(session.project().runs[0].stopped, StopReason::Cancelled) << "what was there is as it was";
    EXPECT_EQ(losses(session.project().runs[0]), losses(before));
    EXPECT_NE(session.model(), nullptr);

    session.setHyperparameters(quickRun(2));
    auto* train = panel.findChild<QPushButton*>(QStringLiteral("train"));
    ASSERT_TRUE(train->isEnabled());
    EXPECT_FALSE(endOf(session, [&] { QTest::mouseClick(train, Qt::LeftButton); }));
    ASSERT_EQ(session.project().runs.size(), 2U);
    EXPECT_EQ(session.project().runs[1].epochs.size(), 2U);
}

/// What is no number among its weights: training cannot go on from it.
void spoil(const QString& path) {
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadWrite));
    auto content = readSafetensors(file.readAll().toStdString(), {});
    ASSERT_TRUE(content);
    std::string hashes;
    for (auto& [name, tensor] : content->tensors) {
        if (name.starts_with("weights/")) std::ranges::fill(tensor.values, std::numeric_limits<float>::quiet_NaN());
        const auto* bytes = reinterpret_cast<const char*>(tensor.values.data());
        hashes += name + hashOf({bytes, tensor.values.size() * sizeof(float)});
    }
    for (const auto& [name, text] : content->metadata)
        if (name != "ovation.hash") hashes += name + hashOf(text);
    content->metadata["ovation.hash"] = hashOf(hashes);
    ASSERT_TRUE(file.resize(0));
    ASSERT_TRUE(file.seek(0));
    file.write(QByteArray::fromStdString(writeSafetensors(content->tensors, content->metadata)));
}

TEST_F(ResumeTest, AnExtensionWhoseLossLeavesTheNumbersLeavesTheRunAsItWas) {
    Session session;
    ASSERT_TRUE(open(session, file));
    session.setHyperparameters(quickRun(2));
    ASSERT_FALSE(endOf(session, [&] { session.startTraining(); }));
    const TrainingRun before = session.project().runs[0];
    ASSERT_EQ(before.stopped, StopReason::Epochs);
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    ASSERT_FALSE(checkpointFiles().isEmpty());
    for (const QString& path : checkpointFiles())
        spoil(path);
    const auto error = endOf(session, [&] { session.extendTraining(before.id, 2, Session::ExtendFrom::Last); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::NotFinite) << describe(*error);
    ASSERT_EQ(session.project().runs.size(), 1U);
    const TrainingRun& after = session.project().runs[0];
    EXPECT_EQ(after.stopped, StopReason::Epochs);
    EXPECT_EQ(after.hyperparameters, before.hyperparameters);
    EXPECT_EQ(after.bestEpoch, before.bestEpoch);
    EXPECT_EQ(losses(after), losses(before));
    EXPECT_FALSE(session.resumableRun());
}

TEST_F(ResumeTest, OtherDataIsRefusedWithASentenceAndTheOfferStays) {
    Session session;
    ASSERT_TRUE(open(session, file));
    ASSERT_TRUE(trainFor(session, 1));
    ASSERT_TRUE(stop(session));
    const SpeechId first = session.project().speeches.front().id;
    Segment other = session.segments(first).front();
    other.labelClass = LabelClass::Unsure;
    session.changeSegment(first, other, QStringLiteral("Change"));
    const auto error = endOf(session, [&] { session.resumeTraining(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::BadCheckpoint);
    EXPECT_NE(describe(*error).find("another data set"), std::string::npos);
    session.undo();
    ASSERT_TRUE(session.resumableRun());
    ASSERT_TRUE(trainFor(session, 1, true));
    ASSERT_TRUE(stop(session));
}

TEST_F(ResumeTest, ANewRunDoesNotCostTheOneThatCanBeResumed) {
    Session session;
    ASSERT_TRUE(open(session, file));
    ASSERT_TRUE(trainFor(session, 1));
    ASSERT_TRUE(stop(session));
    session.setHyperparameters(quickRun(1));
    ASSERT_FALSE(endOf(session, [&] { session.startTraining(); }));
    ASSERT_TRUE(session.resumableRun());
    EXPECT_EQ(session.resumableRun()->id, 1);
    // A start that comes to nothing leaves no checkpoint behind.
    for (const Speech& speech : std::vector(session.project().speeches))
        if (session.segments(speech.id)[0].labelClass == LabelClass::Applause) session.removeSpeech(speech.id);
    EXPECT_TRUE(endOf(session, [&] { session.startTraining(); }));
    EXPECT_EQ(session.resumableRun()->id, 1);
}

TEST_F(ResumeTest, OffersTheTwoNewestRunsAndLetsOlderOnesBeExtended) {
    Session session;
    ASSERT_TRUE(open(session, file));
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(trainFor(session, 1));
        ASSERT_TRUE(stop(session));
    }
    for (int64_t id = 3; id > 1; --id) {
        ASSERT_TRUE(session.resumableRun());
        EXPECT_EQ(session.resumableRun()->id, id);
        session.discardResumableRun();
    }
    EXPECT_FALSE(session.resumableRun());
    EXPECT_TRUE(session.canExtend(1));
    const QDir folders(checkpointsFolder());
    EXPECT_TRUE(waitFor([&] { return folders.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() == 1; }));
}

TEST_F(ResumeTest, SavingElsewhereTakesTheOfferAlong) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips")}, 34));
    session.setHyperparameters(quickRun(kForever));
    ASSERT_TRUE(trainFor(session, 1));
    ASSERT_TRUE(stop(session));
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("saved.ovation"))));
    ASSERT_TRUE(openNew(session));
    EXPECT_FALSE(session.resumableRun());
    ASSERT_TRUE(open(session, folder.path(QStringLiteral("saved.ovation"))));
    ASSERT_TRUE(session.resumableRun());
    ASSERT_TRUE(trainFor(session, 1, true));
    ASSERT_TRUE(stop(session));
}

TEST_F(ResumeTest, WithoutAPlaceForCheckpointsTrainingGoesOnAndSaysSo) {
    // A file where the folder belongs stands for a disk that cannot be written to; root may write everywhere.
    QDir().mkpath(QFileInfo(checkpointsFolder()).absolutePath());
    QFile obstacle(checkpointsFolder());
    ASSERT_TRUE(obstacle.open(QIODevice::WriteOnly));
    obstacle.close();
    Session session;
    ASSERT_TRUE(open(session, file));
    session.setHyperparameters(quickRun(2));
    QSignalSpy errors(&session, &Session::errorRaised);
    EXPECT_FALSE(endOf(session, [&] { session.startTraining(); }));
    ASSERT_EQ(errors.count(), 1);
    const std::string sentence = describe(errors[0][0].value<Error>());
    EXPECT_NE(sentence.find("checkpoints"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("training goes on"), std::string::npos) << sentence;
    EXPECT_EQ(session.project().runs.back().epochs.size(), 2U);
    EXPECT_FALSE(session.resumableRun());
    ASSERT_TRUE(obstacle.remove());
}

TEST(RunCheckpointsTest, ReadsBackWhatItWritesAndNothingHostile) {
    TrainingRun run;
    run.id = 4;
    run.name = "Run 4";
    run.startedMs = 12;
    run.hyperparameters = quickRun(9);
    RunCheckpoint made = newRunCheckpoint(run);
    made.beside = {{3, {{10, 20}, {30, 45}}}, {8, {{0, 1}}}};
    made.taughtBy = {"Run 2", "starter"};
    const auto read = runCheckpointsFromJson(toJson(std::vector{made}));
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].runId, 4);
    EXPECT_EQ(read[0].name, "Run 4");
    EXPECT_EQ(read[0].startedMs, 12);
    EXPECT_EQ(read[0].hyperparameters, quickRun(9));
    EXPECT_EQ(folderOf(read[0]), folderOf(made));
    EXPECT_EQ(read[0].beside, made.beside);
    EXPECT_EQ(read[0].taughtBy, made.taughtBy);
    for (const char* token : {"../../../../../../home/someone/aaa", "", "0123456789ABCDEF0123456789ABCDEF"}) {
        RunCheckpoint hostile = made;
        hostile.token = token;
        EXPECT_TRUE(runCheckpointsFromJson(toJson(std::vector{hostile})).empty()) << token;
    }
    for (const char* json : {"", "{", "{}", "[1,null,{}]", "[{\"run\":\"x\"}]"})
        EXPECT_TRUE(runCheckpointsFromJson(json).empty()) << json;
}

} // namespace
} // namespace ovation::ui::test
