// SPDX-License-Identifier: GPL-3.0-or-later

// What detection goes by where models are chosen, trained and renamed, recordings removed, and projects opened again.

#include "core/models/ModelBundle.h"
#include "core/project/ProjectStore.h"
#include "tests/ui/Studio.h"
#include "ui/review/DetectBar.h"
#include "ui/review/ReviewPanel.h"

#include <QCheckBox>
#include <QFile>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace ovation::ui::test {
namespace {

bool hasReadModel(Session& session) {
    return waitFor([&] { return session.model() != nullptr; });
}

bool hasOpenedModel(Session& session) {
    return waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; });
}

bool searchIn(Session& session, const std::vector<SpeechId>& speeches) {
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection(speeches);
    return waitFor([&] { return ended.count() > 0; });
}

std::vector<SampleRange> rangesFound(const Session& session, SpeechId id) {
    std::vector<SampleRange> ranges;
    for (const DetectedSegment& segment : session.detection(id)->segments)
        ranges.push_back(segment.range);
    return ranges;
}

/// A new project with a minute of speech and applause, without labels.
class DetectionModelTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(hasReadModel(session));
        ASSERT_TRUE(add(session, {folder.copy("speeches/french.flac", QStringLiteral("french.flac"))}, 1));
        id = session.currentSpeech();
    }
    /// The starter with a decoder that finds nothing.
    QString strictModel() {
        ModelBundle bundle = *session.model();
        bundle.decoder.threshold = 0.999;
        bundle.decoder.minimumDurationS = 600;
        const QString file = folder.path(QStringLiteral("strict.safetensors"));
        EXPECT_TRUE(writeModel(file.toStdString(), bundle));
        return file;
    }

    const Folder folder;
    Session session;
    SpeechId id = 0;
};

TEST_F(DetectionModelTest, AModelThatIsChosenWhileTheFirstDetectionRunsLeavesItsSettingsAlone) {
    const DecoderOptions own = session.decoder();
    const QString file = strictModel();
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection({id});
    session.openModel(file);
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_TRUE(hasOpenedModel(session));
    EXPECT_EQ(session.decoder(), own);
    ASSERT_NE(session.detection(id), nullptr);
    EXPECT_EQ(session.detection(id)->model, "starter");
    EXPECT_FALSE(session.detection(id)->segments.empty());
}

TEST_F(DetectionModelTest, WhereTheFirstDetectionFindsNothingTheModelThatWasChosenMeanwhileIsNext) {
    const QString file = strictModel();
    session.startDetection({id});
    session.openModel(file);
    for (const JobStatus& job : session.jobs())
        session.cancelJob(job.id);
    ASSERT_TRUE(hasOpenedModel(session));
    ASSERT_TRUE(waitFor([&] { return !session.detecting(); }));
    ASSERT_EQ(session.detection(id), nullptr);
    EXPECT_EQ(session.decoder(), session.model()->decoder);
    EXPECT_EQ(session.decoder().minimumDurationS, 600);
}

TEST_F(DetectionModelTest, WhatARunsModelFindsAfterItWasRenamedGoesByTheNewName) {
    ASSERT_TRUE(add(session, {example("clips")}, 35));
    session.setHyperparameters(quickRun(1));
    QSignalSpy trained(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return trained.count() > 0; }));
    ASSERT_EQ(session.modelSource().kind, ModelSource::Kind::Run);
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection({id});
    session.renameRun(1, QStringLiteral("renamed")); // before anything was found
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_NE(session.detection(id), nullptr);
    EXPECT_EQ(session.detection(id)->model, "renamed");
    const std::vector<SpeechId> undetected = session.undetected();
    EXPECT_EQ(std::ranges::find(undetected, id), undetected.end());
}

TEST_F(DetectionModelTest, WhatWasThereWhenTheModelChangedIsKeptWithTheProject) {
    const QString project = folder.path(QStringLiteral("p.ovation"));
    ASSERT_TRUE(searchIn(session, {id}));
    const std::vector<SampleRange> found = rangesFound(session, id);
    ASSERT_FALSE(found.empty());
    session.openModel(strictModel());
    ASSERT_TRUE(hasOpenedModel(session));
    DecoderOptions none = session.decoder();
    none.minimumDurationS = 600;
    session.setDecoder(none);
    ASSERT_TRUE(rangesFound(session, id).empty());
    ASSERT_TRUE(saveAs(session, project));

    Session later;
    ASSERT_TRUE(open(later, project));
    ASSERT_TRUE(hasOpenedModel(later));
    ASSERT_TRUE(searchIn(later, {id}));
    ASSERT_NE(later.earlierDetection(id), nullptr);
    EXPECT_EQ(later.earlierDetection(id)->model, QStringLiteral("starter"));
    EXPECT_EQ(later.earlierDetection(id)->segments, found);
}

TEST_F(DetectionModelTest, WhatItsOwnModelAsksOfASegmentIsTakenUpAgainWhileAnotherOneIsInUse) {
    ASSERT_TRUE(searchIn(session, {id}));
    const DecoderOptions own = session.decoder();
    ASSERT_GT(own.evidence + own.confirmation, 0);
    ModelBundle bundle = *session.model();
    bundle.decoder.evidence = bundle.decoder.confirmation = 0;
    const QString file = folder.path(QStringLiteral("plain.safetensors"));
    ASSERT_TRUE(writeModel(file.toStdString(), bundle));
    session.openModel(file);
    ASSERT_TRUE(hasOpenedModel(session));
    ReviewPanel panel(&session, nullptr, nullptr);
    panel.show();
    auto* sure = panel.findChild<QCheckBox*>(QStringLiteral("only_sure"));
    ASSERT_TRUE(sure->isChecked());
    sure->click();
    EXPECT_EQ(session.decoder().evidence + session.decoder().confirmation, 0);
    EXPECT_TRUE(sure->isEnabled()) << "it is the starter's segments that are shown";
    sure->click();
    EXPECT_EQ(session.decoder(), own);
}

TEST_F(DetectionModelTest, WhatWasSetByHandStaysWhereItsModelIsNotedWithFewerOptions) {
    ModelBundle bundle = *session.model();
    bundle.decoder.edgeConfidence = 0;
    const QString file = folder.path(QStringLiteral("own.safetensors"));
    const QString project = folder.path(QStringLiteral("p.ovation"));
    ASSERT_TRUE(writeModel(file.toStdString(), bundle));
    DecoderOptions chosen;
    SpeechId searched = 0;
    {
        Session sooner;
        ASSERT_TRUE(openNew(sooner));
        ASSERT_TRUE(hasReadModel(sooner));
        sooner.openModel(file);
        ASSERT_TRUE(hasOpenedModel(sooner));
        ASSERT_TRUE(add(sooner, {folder.path(QStringLiteral("french.flac"))}, 1));
        searched = sooner.currentSpeech();
        ASSERT_TRUE(searchIn(sooner, {searched}));
        chosen = sooner.decoder();
        chosen.threshold = 0.31;
        sooner.setDecoder(chosen);
        ASSERT_TRUE(saveAs(sooner, project));
    }
    {
        const auto store = ProjectStore::open(project.toStdString());
        ASSERT_TRUE(store);
        const auto stored = (*store)->load();
        ASSERT_TRUE(stored);
        std::string noted = stored->settings.at("decoder_model"); // in a JSON string
        const std::string option = R"(\"edge_confidence\":0.0,)";
        const size_t at = noted.find(option);
        ASSERT_NE(at, std::string::npos) << noted;
        ASSERT_TRUE((*store)->putSetting("decoder_model", noted.erase(at, option.size())));
    }
    Session later;
    ASSERT_TRUE(open(later, project));
    ASSERT_TRUE(hasOpenedModel(later));
    ASSERT_EQ(later.decoder(), chosen);
    EXPECT_EQ(later.usualDecoder(), bundle.decoder);
    ASSERT_TRUE(searchIn(later, {searched}));
    EXPECT_EQ(later.decoder(), chosen);
}

/// A project of three short recordings without applause.
class DetectionQueueTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(hasReadModel(session));
        ASSERT_TRUE(add(session,
                        {folder.copy("clips/other/rain.flac", QStringLiteral("rain.flac")),
                         folder.copy("clips/other/wind.flac", QStringLiteral("wind.flac")),
                         folder.copy("clips/other/fan.flac", QStringLiteral("fan.flac"))},
                        3));
        ASSERT_TRUE(saveAs(session, project));
    }
    std::vector<SpeechId> all() const {
        std::vector<SpeechId> ids;
        for (const Speech& speech : session.project().speeches)
            ids.push_back(speech.id);
        return ids;
    }

    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    Session session;
};

TEST_F(DetectionQueueTest, WhatAnotherModelFoundBeforeTheProjectWasOpenedIsComparedWith) {
    const SpeechId id = all().front();
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("copy.ovation")))); // lets go of the project
    {
        auto store = ProjectStore::open(project.toStdString());
        ASSERT_TRUE(store);
        Detection found;
        found.speech = id;
        found.model = "evening";
        found.curve.durationS = 1;
        found.segments = {{{100, 8000}, 0.9, 0.95, Verdict::Open}};
        ASSERT_TRUE((*store)->putDetection(found));
    }
    Session later;
    ASSERT_TRUE(open(later, project));
    ASSERT_TRUE(hasReadModel(later));
    ASSERT_EQ(later.earlierDetection(id), nullptr);
    ASSERT_TRUE(searchIn(later, {id}));
    ASSERT_NE(later.earlierDetection(id), nullptr);
    EXPECT_EQ(later.earlierDetection(id)->model, QStringLiteral("evening"));
    EXPECT_EQ(later.earlierDetection(id)->segments, (std::vector<SampleRange>{{100, 8000}}));
}

TEST_F(DetectionQueueTest, RecordingsThatAreRemovedLeaveTheQueue) {
    DetectBar bar(&session);
    auto* failed = bar.findChild<QToolButton*>(QStringLiteral("detect_failed"));
    auto* goOn = bar.findChild<QPushButton*>(QStringLiteral("detect_go_on"));
    const SpeechId bad = all()[1];
    ASSERT_TRUE(QFile::remove(QString::fromStdString(session.project().speech(bad)->path)));
    ASSERT_TRUE(searchIn(session, all()));
    ASSERT_EQ(session.detectionQueue().failed.size(), 1U);
    ASSERT_FALSE(failed->isHidden());
    session.removeSpeech(bad);
    EXPECT_TRUE(session.detectionQueue().failed.empty());
    EXPECT_TRUE(failed->isHidden()) << "there is nothing to try again";

    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection(all());
    session.pauseDetection();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    const std::vector<SpeechId> left = session.detectionQueue().pending;
    ASSERT_FALSE(left.empty());
    ASSERT_FALSE(goOn->isHidden());
    session.removeSpeeches(left);
    EXPECT_TRUE(session.detectionQueue().pending.empty());
    EXPECT_EQ(session.detectionQueue().total, 2 - left.size());
    EXPECT_TRUE(goOn->isHidden()) << "there is nothing to go on with";
}

} // namespace
} // namespace ovation::ui::test
