// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"
#include "tests/ui/Studio.h"

#include <QAbstractEventDispatcher>
#include <QTimer>

#include <algorithm>
#include <memory>

namespace ovation::ui::test {
namespace {

/// A session with the example's clips.
class TrainingTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("clips")}, 34));
        QObject::connect(&session, &Session::errorRaised,
                         [](const Error& error) { std::fprintf(stderr, "error: %s\n", describe(error).c_str()); });
    }

    bool train(int64_t epochs) {
        session.setHyperparameters(quickRun(epochs));
        QSignalSpy ended(&session, &Session::trainingEnded);
        session.startTraining();
        return waitFor([&] { return ended.count() > 0; }) && !ended[0][0].value<std::optional<Error>>();
    }

    Session session;
};

TEST_F(TrainingTest, TrainsReportsInOrderAndKeepsTheModelInTheProject) {
    session.setHyperparameters(quickRun(3));
    std::vector<std::string> events;
    std::vector<int64_t> batches;
    QObject::connect(&session, &Session::trainingStarted, [&] { events.push_back("started"); });
    QObject::connect(&session, &Session::trainingBatch, [&](const BatchMetrics& batch) {
        batches.push_back(batch.epoch * 1000 + batch.batch);
        if (batch.batch == 1) events.push_back("first batch of " + std::to_string(batch.epoch));
    });
    QObject::connect(&session, &Session::trainingEpoch,
                     [&](const EpochMetrics& epoch) { events.push_back("epoch " + std::to_string(epoch.epoch)); });
    int ends = 0;
    QObject::connect(&session, &Session::trainingEnded, [&] {
        ++ends;
        events.push_back("ended");
    });
    session.startTraining();
    session.startTraining(); // a second click does nothing
    ASSERT_TRUE(waitFor([&] { return ends > 0; }));
    QCoreApplication::processEvents();
    EXPECT_EQ(events, (std::vector<std::string>{"started", "first batch of 1", "epoch 1", "first batch of 2", "epoch 2",
                                                "first batch of 3", "epoch 3", "ended"}));
    EXPECT_TRUE(std::is_sorted(batches.begin(), batches.end()));
    EXPECT_EQ(ends, 1);
    ASSERT_NE(session.model(), nullptr);
    ASSERT_EQ(session.project().runs.size(), 1U);
    EXPECT_EQ(session.project().runs[0].epochs.size(), 3U);

    const Folder folder;
    const QString file = folder.path(QStringLiteral("trained.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    Session again;
    QSignalSpy models(&again, &Session::modelChanged);
    ASSERT_TRUE(open(again, file));
    ASSERT_TRUE(waitFor([&] { return again.model() != nullptr; }));
    EXPECT_EQ(again.model()->weights, session.model()->weights);
    EXPECT_EQ(again.project().runs[0].epochs.size(), 3U);
    EXPECT_EQ(again.hyperparameters(), quickRun(3));
}

TEST_F(TrainingTest, NeverBlocksTheWindowsThread) {
    // The event loop is asked for a beat every 5 ms; the longest time between two is how long the window would have
    // been dead.
    QElapsedTimer clock;
    qint64 longest = 0;
    QTimer heart;
    heart.setTimerType(Qt::PreciseTimer);
    QObject::connect(&heart, &QTimer::timeout, [&] { longest = std::max(longest, clock.restart()); });
    session.setHyperparameters(quickRun(5));
    int ends = 0;
    QObject::connect(&session, &Session::trainingEnded, [&] { ++ends; });
    clock.start();
    heart.start(5);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return ends > 0; }));
    EXPECT_LT(longest, 50);
}

TEST_F(TrainingTest, StopsWhenAskedAndKeepsTheBest) {
    session.setHyperparameters(quickRun(100000));
    QSignalSpy ended(&session, &Session::trainingEnded);
    QSignalSpy epochs(&session, &Session::trainingEpoch);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() >= 2; }));
    session.stopTraining();
    session.stopTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    QCoreApplication::processEvents();
    EXPECT_EQ(ended.count(), 1);
    EXPECT_FALSE(ended[0][0].value<std::optional<Error>>());
    EXPECT_NE(session.model(), nullptr);
    EXPECT_EQ(session.project().runs.back().stopped, StopReason::Cancelled);
}

TEST(SessionJobsTest, CanBeDestroyedWhileTraining) {
    auto session = std::make_unique<Session>();
    ASSERT_TRUE(openNew(*session));
    ASSERT_TRUE(add(*session, {example("clips")}, 34));
    session->setHyperparameters(quickRun(100000));
    QSignalSpy epochs(session.get(), &Session::trainingEpoch);
    session->startTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() >= 1; }));
    session.reset();
}

TEST(SessionJobsTest, RefusesToTrainOnOneClassAndSaysWhy) {
    Session session;
    ASSERT_TRUE(openNew(session));
    ASSERT_TRUE(add(session, {example("clips/applause")}, 10));
    session.setHyperparameters(quickRun(2));
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_TRUE(ended[0][0].value<std::optional<Error>>());
    EXPECT_NE(session.modelSource().kind, ModelSource::Kind::Run);
    EXPECT_TRUE(session.project().runs.empty());
}

TEST_F(TrainingTest, DetectsJudgesAndDecodesAgain) {
    ASSERT_TRUE(train(10));
    ASSERT_TRUE(add(session, {example("speeches/french.flac")}, 35));
    const SpeechId id = session.project().speeches.back().id;
    session.setCurrentSpeech(id);
    DecoderOptions options = session.decoder();
    options.threshold = 0.01;
    session.setDecoder(options);
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection({id});
    session.startDetection({id});
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    QCoreApplication::processEvents();
    EXPECT_EQ(ended.count(), 1);
    ASSERT_NE(session.detection(id), nullptr);
    ASSERT_FALSE(session.detection(id)->segments.empty());

    for (const Segment& label : std::vector<Segment>(session.segments(id)))
        session.removeSegments(id, {label.id});
    ASSERT_TRUE(session.segments(id).empty());
    session.judge(id, 0, Verdict::Accepted);
    ASSERT_EQ(session.segments(id).size(), 1U);
    EXPECT_EQ(session.detection(id)->segments[0].verdict, Verdict::Accepted);
    session.judge(id, 0, Verdict::Rejected);
    ASSERT_EQ(session.segments(id).size(), 1U);
    const Segment rejected = session.segments(id).front();
    EXPECT_EQ(rejected.origin, Origin::Rejected);
    EXPECT_EQ(rejected.labelClass, LabelClass::NotApplause);
    EXPECT_EQ(rejected.source, session.model()->name);
    EXPECT_GE(rejected.score, 0);
    session.undo();
    EXPECT_EQ(session.detection(id)->segments[0].verdict, Verdict::Accepted);
    session.undo();
    EXPECT_EQ(session.detection(id)->segments[0].verdict, Verdict::Open);
    EXPECT_TRUE(session.segments(id).empty());

    // Other labels on the segment keep their time.
    const SampleRange whole = session.detection(id)->segments[0].range;
    const int64_t quarter = whole.length() / 4;
    session.addSegment(id, {whole.begin + quarter, whole.begin + 2 * quarter}, LabelClass::Unsure);
    session.judge(id, 0, Verdict::Accepted);
    ASSERT_EQ(session.segments(id).size(), 3U);
    EXPECT_EQ(session.segments(id)[0].range, (SampleRange{whole.begin, whole.begin + quarter}));
    EXPECT_EQ(session.segments(id)[2].range, (SampleRange{whole.begin + 2 * quarter, whole.end}));
    EXPECT_EQ(session.detection(id)->segments[0].verdict, Verdict::Accepted);
    session.judge(id, 0, Verdict::Open);
    ASSERT_EQ(session.segments(id).size(), 1U);
    EXPECT_EQ(session.segments(id)[0].labelClass, LabelClass::Unsure);

    // A verdict on what they leave free is one on the segment.
    session.removeSegments(id, {session.segments(id)[0].id});
    session.addSegment(id, {whole.begin, whole.begin + 3 * quarter}, LabelClass::Unsure);
    session.judge(id, 0, Verdict::Accepted);
    ASSERT_EQ(session.segments(id).size(), 2U);
    EXPECT_EQ(session.detection(id)->segments[0].verdict, Verdict::Accepted);
    session.judge(id, 0, Verdict::Open);
    ASSERT_EQ(session.segments(id).size(), 1U);

    // Labelled applause is a verdict already, but not one that can be taken back from here.
    session.removeSegments(id, {session.segments(id)[0].id});
    session.addSegment(id, {whole.begin, whole.begin + 3 * quarter}, LabelClass::Applause);
    EXPECT_EQ(session.detection(id)->segments[0].verdict, Verdict::Accepted);
    session.judge(id, 0, Verdict::Open);
    ASSERT_EQ(session.segments(id).size(), 1U);
    EXPECT_EQ(session.segments(id)[0].origin, Origin::Drawn);
    session.judge(id, 0, Verdict::Rejected);
    ASSERT_EQ(session.segments(id).size(), 1U);
    EXPECT_EQ(session.segments(id)[0].range, whole);
    EXPECT_EQ(session.segments(id)[0].origin, Origin::Rejected);

    QSignalSpy changed(&session, &Session::detectionChanged);
    options.threshold = 0.9999;
    session.setDecoder(options);
    EXPECT_EQ(changed.count(), 1) << "the recording in sight follows at once";
}

TEST_F(TrainingTest, ExportsTheModelAndReadsItBack) {
    ASSERT_TRUE(train(1));
    const Folder folder;
    QSignalSpy messages(&session, &Session::messageRaised);
    for (const char* format : {"safetensors", "torchscript"}) {
        const auto before = messages.count();
        const QString file = folder.path(QStringLiteral("model.") + QLatin1String(format));
        session.exportModel(file, QLatin1String(format));
        ASSERT_TRUE(waitFor([&] { return messages.count() > before; })) << format;
        EXPECT_TRUE(QFile::exists(file));
    }
    const auto read = readModel(folder.path(QStringLiteral("model.safetensors")).toStdString());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->weights, session.model()->weights);

    QSignalSpy errors(&session, &Session::errorRaised);
    session.exportModel(QStringLiteral("/dev/full/model.safetensors"), QStringLiteral("safetensors"));
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0; }));
}

} // namespace
} // namespace ovation::ui::test
