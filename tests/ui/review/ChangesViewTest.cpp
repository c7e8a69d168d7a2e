// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ChangesView.h"

#include "core/project/ProjectStore.h"
#include "tests/ui/Studio.h"
#include "ui/review/DetectionsModel.h"

#include <QTableWidget>

namespace ovation::ui::test {
namespace {

constexpr int kLongRate = 8000;

SampleRange secondsOf(int64_t begin, int64_t end) {
    return {begin * kLongRate, end * kLongRate};
}

/// Two recordings of four hours, each with 100 s of applause at the beginning. Before, the first was found; now, half
/// of the first and all of the second.
class ChangesViewTest : public ::testing::Test {
protected:
    void SetUp() override {
        const QString path = folder.path(QStringLiteral("p.ovation"));
        ASSERT_NO_FATAL_FAILURE(writeProject(path.toStdString(), R"({"1":{"model":"sooner","segments":[[0,800000]]},)"
                                                                 R"("2":{"model":"sooner","segments":[]}})"));
        ASSERT_TRUE(open(session, path));
        ASSERT_NE(session.earlierDetection(1), nullptr);
        ASSERT_NE(session.earlierDetection(2), nullptr);
    }
    void writeProject(const std::string& path, const char* before) {
        auto store = ProjectStore::create(path);
        ASSERT_TRUE(store);
        for (const SpeechId id : {1, 2}) {
            Speech speech;
            speech.id = id;
            speech.path = folder.path(QStringLiteral("long-%1.wav").arg(id)).toStdString();
            speech.frames = int64_t{4} * 3600 * kLongRate;
            speech.sampleRate = kLongRate;
            speech.channels = 1;
            speech.fullyLabelled = true;
            ASSERT_TRUE((*store)->putSpeech(speech));
            Edit edit;
            edit.id = id;
            edit.speech = id;
            edit.text = "Mark applause";
            Segment label;
            label.id = id;
            label.range = secondsOf(0, 100);
            edit.added = {label};
            ASSERT_TRUE((*store)->pushEdit(edit));
            Detection detection;
            detection.speech = id;
            detection.model = "later";
            detection.segments = {{secondsOf(0, id == 1 ? 50 : 100), 0.9, 0.9, Verdict::Open}};
            ASSERT_TRUE((*store)->putDetection(detection));
        }
        ASSERT_TRUE((*store)->putSetting("earlier_detections", before));
    }

    const Folder folder;
    Session session;
};

TEST_F(ChangesViewTest, EveryFullyLabelledRecordingIsScoredHoweverLong) {
    ChangesView view(&session);
    EXPECT_EQ(view.rows().size(), 2U) << "one moved, one new";
    EXPECT_TRUE(view.summary().startsWith(QStringLiteral("Against sooner: 1 new, 0 gone, 1 moved, 0 as before.")))
        << view.summary().toStdString();
    EXPECT_TRUE(view.summary().endsWith(QStringLiteral("… before, … now."))) << "not known at once";
    ASSERT_TRUE(waitFor([&] { return !view.summary().contains(QStringLiteral("…")); }));
    EXPECT_TRUE(view.summary().endsWith(QStringLiteral("0.667 before, 0.857 now."))) << view.summary().toStdString();
}

TEST_F(ChangesViewTest, WhereNothingChangedThereIsNoTable) {
    ChangesView view(&session);
    const auto* table = view.findChild<QTableWidget*>(QStringLiteral("changes"));
    ASSERT_NE(table, nullptr);
    EXPECT_FALSE(table->isHidden());
    const QString same = folder.path(QStringLiteral("same.ovation"));
    ASSERT_NO_FATAL_FAILURE(writeProject(same.toStdString(), R"({"1":{"model":"sooner","segments":[[0,400000]]}})"));
    ASSERT_TRUE(open(session, same));
    view.show(); // is filled anew
    EXPECT_TRUE(view.summary().contains(QStringLiteral("0 new, 0 gone, 0 moved, 1 as before.")))
        << view.summary().toStdString();
    EXPECT_TRUE(table->isHidden());
}

TEST_F(ChangesViewTest, SaysHowMuchOfWhatWasJudgedIsDecidedSoNow) {
    // What was judged in the present detection says nothing.
    const auto write = [&](const char* name, std::vector<Segment> labels) {
        const QString path = folder.path(QLatin1String(name));
        writeProject(path.toStdString(), R"({"1":{"model":"sooner","segments":[[0,800000]]}})");
        {
            auto store = ProjectStore::open(path.toStdString());
            ASSERT_TRUE(store);
            Edit edit;
            edit.id = 3;
            edit.speech = 1;
            edit.text = "Judge";
            edit.added = std::move(labels);
            ASSERT_TRUE((*store)->pushEdit(edit));
        }
        ASSERT_TRUE(open(session, path));
    };
    const auto verdict = [](int64_t id, SampleRange range, Origin origin, const char* model) {
        Segment label;
        label.id = id;
        label.range = range;
        label.origin = origin;
        label.labelClass = origin == Origin::Accepted ? LabelClass::Applause : LabelClass::NotApplause;
        label.source = model;
        return label;
    };
    const Segment stillFound = verdict(11, secondsOf(30, 60), Origin::Rejected, "sooner"),
                  gone = verdict(12, secondsOf(200, 210), Origin::Rejected, "sooner"),
                  lost = verdict(13, secondsOf(300, 310), Origin::Accepted, "sooner"),
                  ofNow = verdict(14, secondsOf(400, 410), Origin::Accepted, "later");
    ASSERT_NO_FATAL_FAILURE(write("three.ovation", {stillFound, gone, lost, ofNow}));
    const ChangesView view(&session);
    EXPECT_TRUE(view.summary().contains(QStringLiteral("Now decided as you judged: 1 of 3 judged segments.")))
        << view.summary().toStdString();
    ASSERT_NO_FATAL_FAILURE(write("one.ovation", {gone}));
    const ChangesView one(&session);
    EXPECT_TRUE(one.summary().contains(QStringLiteral("The judged segment is now decided as you judged.")))
        << one.summary().toStdString();
}

TEST_F(ChangesViewTest, VerdictsGoWithARunThatIsRenamed) {
    const QString path = folder.path(QStringLiteral("runs.ovation"));
    ASSERT_NO_FATAL_FAILURE(writeProject(path.toStdString(), R"({"1":{"model":"sooner","segments":[[0,800000]]}})"));
    {
        auto store = ProjectStore::open(path.toStdString());
        ASSERT_TRUE(store);
        for (const auto& [id, name] : {std::pair{1, "later"}, std::pair{2, "another"}}) {
            TrainingRun run;
            run.id = id;
            run.name = name;
            run.stopped = StopReason::Epochs;
            ASSERT_TRUE((*store)->putRun(run));
        }
        Edit edit;
        edit.id = 3;
        edit.speech = 1;
        edit.text = "Judge";
        for (const auto& [id, source] : {std::pair{11, "later"}, std::pair{12, "sooner"}}) {
            Segment label;
            label.id = id;
            label.range = secondsOf(10 * id, 10 * id + 5);
            label.origin = Origin::Accepted;
            label.source = source;
            edit.added.push_back(label);
        }
        ASSERT_TRUE((*store)->pushEdit(edit));
    }
    ASSERT_TRUE(open(session, path));
    ChangesView view(&session);
    const QString oneJudged = QStringLiteral("The judged segment is not decided as you judged.");
    ASSERT_TRUE(view.summary().contains(oneJudged)) << view.summary().toStdString();
    QSignalSpy relabelled(&session, &Session::segmentsChanged);
    session.renameRun(1, QStringLiteral("last"));
    EXPECT_EQ(relabelled.count(), 1) << "for tables that name it";
    ASSERT_EQ(session.detection(1)->model, "last");
    ASSERT_EQ(session.segments(1).size(), 3U);
    EXPECT_EQ(session.segments(1)[1].source, "last");
    EXPECT_EQ(session.segments(1)[2].source, "sooner");
    view.reload();
    EXPECT_TRUE(view.summary().contains(oneJudged)) << view.summary().toStdString();
    session.undo();
    session.redo();
    EXPECT_EQ(session.segments(1)[1].source, "last");
    // Two of one name: what was judged of either stays apart.
    session.renameRun(1, QStringLiteral("another"));
    session.renameRun(1, QStringLiteral("last"));
    EXPECT_EQ(session.segments(1)[1].source, "last");
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, path));
    EXPECT_EQ(again.segments(1), session.segments(1));
    EXPECT_EQ(again.project().edits.back().added, session.project().edits.back().added);
}

TEST_F(ChangesViewTest, RecordingsOfOneNameAreToldApartAndModelsMayHaveAnyName) {
    const QString path = folder.path(QStringLiteral("names.ovation"));
    ASSERT_NO_FATAL_FAILURE(writeProject(path.toStdString(), R"({"1":{"model":"at 50%2","segments":[[0,800000]]},)"
                                                             R"("2":{"model":"at 50%2","segments":[]}})"));
    {
        auto store = ProjectStore::open(path.toStdString());
        ASSERT_TRUE(store);
        const auto stored = (*store)->load(ProjectStore::Moved::Leave);
        ASSERT_TRUE(stored);
        for (Speech speech : stored->speeches) {
            speech.path = folder.path(QStringLiteral("%1/speech.wav").arg(speech.id)).toStdString();
            ASSERT_TRUE((*store)->putSpeech(speech));
        }
    }
    ASSERT_TRUE(open(session, path));
    ChangesView view(&session);
    EXPECT_TRUE(view.summary().startsWith(QStringLiteral("Against at 50%2: 1 new, 0 gone, 1 moved, 0 as before.")))
        << view.summary().toStdString();
    ASSERT_EQ(view.rows().size(), 2U);
    EXPECT_EQ(view.rows()[0].recording, QStringLiteral("1/speech"));
    EXPECT_EQ(view.rows()[1].recording, QStringLiteral("2/speech"));
    const std::vector<DetectionRow> detected = detectionRows(session.project());
    ASSERT_EQ(detected.size(), 2U);
    EXPECT_EQ(detected[0].recording, QStringLiteral("1/speech"));
    EXPECT_EQ(detected[1].recording, QStringLiteral("2/speech"));
}

TEST_F(ChangesViewTest, AnOutdatedScoreIsNotShown) {
    ChangesView view(&session);
    view.show();
    QSignalSpy scored(&session, &Session::changesScored);
    session.setFullyLabelled(2, false);
    view.reload();
    ASSERT_TRUE(waitFor([&] { return scored.count() > 0; }));
    EXPECT_TRUE(view.summary().endsWith(QStringLiteral("1.000 before, 0.667 now."))) << view.summary().toStdString();
    session.setFullyLabelled(1, false);
    view.reload();
    EXPECT_FALSE(view.summary().contains(QStringLiteral("F1"))) << "nothing to score against";
    session.scoreChanges();
    ASSERT_TRUE(waitFor([&] { return scored.count() > 1; }));
    EXPECT_EQ(scored.count(), 2) << "requests that were replaced give nothing";
    EXPECT_FALSE(scored[1][0].value<ChangeScores>().now);
}

} // namespace
} // namespace ovation::ui::test
