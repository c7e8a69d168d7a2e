// SPDX-License-Identifier: GPL-3.0-or-later
#include "ProjectFixture.h"
#include "core/project/ProjectSchema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>

namespace ovation::test {
namespace {

using Mode = ProjectStore::Mode;

class ProjectStoreTest : public ProjectTest {};

TEST_F(ProjectStoreTest, NewProjectIsEmptyAndCountsFromOne) {
    auto data = created()->load();
    ASSERT_TRUE(data) << describe(data.error());
    EXPECT_TRUE(data->speeches.empty());
    EXPECT_TRUE(data->edits.empty());
    EXPECT_EQ(data->nextSegmentId, 1);
    EXPECT_EQ(data->nextSpeechId, 1);
    EXPECT_EQ(data->nextEditId, 1);
}

TEST_F(ProjectStoreTest, CarriesTheApplicationIdAndAVersion) {
    created();
    const std::string bytes = bytesOf("p.ovation");
    ASSERT_GE(bytes.size(), 100u);
    EXPECT_EQ(bytes.substr(68, 4), "OVAT");
    EXPECT_EQ(bytes.substr(60, 4), (std::string{0, 0, 0, static_cast<char>(newestProjectVersion())}));
}

TEST_F(ProjectStoreTest, CreateRefusesToOverwriteAndLeavesTheFileAlone) {
    write("p.ovation", "precious");
    auto store = ProjectStore::create(in("p.ovation"));
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::WriteFailed);
    EXPECT_EQ(bytesOf("p.ovation"), "precious");
}

TEST_F(ProjectStoreTest, CreateInAFolderThatIsNotThereFails) {
    auto store = ProjectStore::create(in("nowhere/p.ovation"));
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::WriteFailed);
    EXPECT_EQ(store.error().detail, "there is no folder \"" + in("nowhere") + "\"");
}

TEST_F(ProjectStoreTest, SpeechesComeBackAsTheyWerePut) {
    Speech speech = speechOf(7, in("audio/a.wav"));
    speech.fullyLabelled = true;
    ASSERT_TRUE(created()->putSpeech(speech));
    auto data = opened()->load();
    ASSERT_TRUE(data);
    ASSERT_EQ(data->speeches.size(), 1u);
    const Speech& read = data->speeches[0];
    EXPECT_EQ(read.id, 7);
    EXPECT_EQ(read.path, speech.path);
    EXPECT_EQ(read.relativePath, "audio/a.wav");
    EXPECT_EQ(read.contentHash, "0123");
    EXPECT_EQ(read.frames, 480000);
    EXPECT_EQ(read.sampleRate, 48000);
    EXPECT_EQ(read.channels, 2);
    EXPECT_TRUE(read.fullyLabelled);
    EXPECT_EQ(read.role, SplitRole::Validation);
    EXPECT_EQ(read.group, "congress");
    EXPECT_TRUE(read.missing);
    EXPECT_EQ(data->nextSpeechId, 8);
}

TEST_F(ProjectStoreTest, PathsThatAreNotUtf8AndTextsWithQuotesSurvive) {
    const std::string odd = in("caf\xe9 'x' \"y\".wav");
    Segment segment = segmentOf(1, 5, 10);
    segment.text = "it's; DROP TABLE segment; \xe2\x82\xac";
    segment.source = odd;
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1, odd)));
        ASSERT_TRUE(store->pushEdit(addition(1, 1, segment)));
    }
    auto data = opened()->load();
    ASSERT_TRUE(data);
    EXPECT_EQ(data->speeches[0].path, odd);
    ASSERT_EQ(data->segments[1].size(), 1u);
    EXPECT_EQ(data->segments[1][0], segment);
    EXPECT_EQ(data->edits[0].added[0], segment);
}

TEST_F(ProjectStoreTest, RunsModelsDetectionsAndSettingsComeBack) {
    const std::string model("\0model\xff bytes", 13);
    Detection detection;
    detection.speech = 1;
    detection.model = "first";
    detection.curve = {0.25, 0.5, 10, {0.0f, 0.125f, 1.0f}};
    detection.segments = {{{100, 200}, 0.75, 0.875, Verdict::Rejected}, {{300, 400}, 0.5, 0.625, Verdict::Open}};
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        TrainingRun run;
        run.id = 3;
        run.name = "Run 3";
        run.startedMs = 123456789;
        run.notes = "good";
        run.hyperparameters.epochs = 9;
        EpochMetrics epoch;
        epoch.epoch = 1;
        epoch.train.loss = 0.6931471805599453;
        run.epochs = {epoch};
        ASSERT_TRUE(store->putRun(run));
        ASSERT_TRUE(store->putModel(3, model));
        ASSERT_TRUE(store->putDetection(detection));
        ASSERT_TRUE(store->putSetting("view", "{\"zoom\":2}"));
        ASSERT_TRUE(store->putSetting("view", "{\"zoom\":3}"));
    }
    auto store = opened();
    auto data = store->load();
    ASSERT_TRUE(data) << describe(data.error());
    ASSERT_EQ(data->runs.size(), 1u);
    EXPECT_EQ(data->runs[0].id, 3);
    EXPECT_EQ(data->runs[0].name, "Run 3");
    EXPECT_EQ(data->runs[0].startedMs, 123456789);
    EXPECT_EQ(data->runs[0].notes, "good");
    EXPECT_EQ(data->runs[0].hyperparameters.epochs, 9);
    ASSERT_EQ(data->runs[0].epochs.size(), 1u);
    EXPECT_EQ(data->runs[0].epochs[0].train.loss, 0.6931471805599453);
    const Detection& read = data->detections.at(1);
    EXPECT_EQ(read.model, "first");
    EXPECT_EQ(read.curve.values, detection.curve.values);
    EXPECT_EQ(read.curve.startS, 0.25);
    EXPECT_EQ(read.curve.stepS, 0.5);
    EXPECT_EQ(read.curve.durationS, 10);
    ASSERT_EQ(read.segments.size(), 2u);
    EXPECT_EQ(read.segments[0].range, (SampleRange{100, 200}));
    EXPECT_EQ(read.segments[0].score, 0.75);
    EXPECT_EQ(read.segments[0].peak, 0.875);
    EXPECT_EQ(read.segments[0].verdict, Verdict::Rejected);
    EXPECT_EQ(data->settings.at("view"), "{\"zoom\":3}");
    auto stored = store->model(3);
    ASSERT_TRUE(stored);
    EXPECT_EQ(*stored, model);
}

TEST_F(ProjectStoreTest, AnOlderProjectIsBroughtUpToDateWithAllItHolds) {
    Segment imported = segmentOf(1, 100, 200);
    imported.origin = Origin::Imported;
    imported.source = "/labels/a.txt";
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        ASSERT_TRUE(store->pushEdit(addition(1, 1, imported)));
    }
    SQLite::Database(in("p.ovation"), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 1");
    Segment proposed = segmentOf(2, 300, 400);
    proposed.origin = Origin::Proposed;
    proposed.score = 0.75;
    {
        auto store = opened();
        ASSERT_TRUE(store->pushEdit(addition(2, 1, proposed)));
    }
    EXPECT_EQ(SQLite::Database(in("p.ovation")).execAndGet("PRAGMA user_version").getInt(), newestProjectVersion());
    auto data = opened()->load();
    ASSERT_TRUE(data) << describe(data.error());
    EXPECT_EQ(data->segments[1], (std::vector{imported, proposed}));
    EXPECT_EQ(data->edits.size(), 2u);
}

TEST_F(ProjectStoreTest, AnEmptyCurveIsStoredToo) {
    Detection detection;
    detection.speech = 1;
    auto store = created();
    ASSERT_TRUE(store->putSpeech(speechOf(1)));
    ASSERT_TRUE(store->putDetection(detection));
    auto data = store->load();
    ASSERT_TRUE(data) << describe(data.error());
    EXPECT_TRUE(data->detections.at(1).curve.empty());
}

TEST_F(ProjectStoreTest, UpdatedDetectionsKeepTheirCurvesAndThoseThatAreNotStoredAreLeftOut) {
    const auto detection = [](SpeechId speech, std::string model, std::vector<DetectedSegment> segments) {
        Detection made;
        made.speech = speech;
        made.model = std::move(model);
        made.segments = std::move(segments);
        return made;
    };
    const std::vector<DetectedSegment> first = {{{100, 200}, 0.75, 0.875, Verdict::Open},
                                                {{300, 400}, 0.5, 0.625, Verdict::Open}};
    const std::vector<DetectedSegment> later = {{{110, 190}, 0.875, 0.875, Verdict::Accepted}};
    {
        auto store = created();
        for (const SpeechId id : {1, 2, 3}) {
            ASSERT_TRUE(store->putSpeech(speechOf(id)));
            if (id == 3) continue;
            Detection made = detection(id, "first", first);
            made.curve = {0.25, 0.5, 10, {0.0F, 0.125F, static_cast<float>(id) / 4}};
            ASSERT_TRUE(store->putDetection(made));
        }
        ASSERT_TRUE(store->updateDetections(
            {detection(1, "first", later), detection(2, "renamed", {}), detection(3, "first", later)}));
    }
    auto data = opened()->load();
    ASSERT_TRUE(data) << describe(data.error());
    ASSERT_EQ(data->detections.size(), 2U);
    const Detection& one = data->detections.at(1);
    EXPECT_EQ(one.model, "first");
    EXPECT_EQ(one.curve.values, (std::vector{0.0F, 0.125F, 0.25F}));
    EXPECT_EQ(one.curve.startS, 0.25);
    EXPECT_EQ(one.segments, later);
    const Detection& other = data->detections.at(2);
    EXPECT_EQ(other.model, "renamed");
    EXPECT_EQ(other.curve.values, (std::vector{0.0F, 0.125F, 0.5F}));
    EXPECT_TRUE(other.segments.empty());
}

TEST_F(ProjectStoreTest, VerdictsFollowTheNameOfTheirModelThroughTheHistory) {
    const auto labelOf = [](int64_t id, Origin origin, const char* source) {
        Segment segment = segmentOf(id, 10 * id, 10 * id + 5);
        segment.origin = origin;
        segment.source = source;
        return segment;
    };
    const std::vector<Segment> labels{labelOf(1, Origin::Accepted, "Run 1"), labelOf(2, Origin::Rejected, "Run 1"),
                                      labelOf(3, Origin::Accepted, "Run 2"), labelOf(4, Origin::Imported, "Run 1")};
    const std::vector<std::string> sources{"it's \"best\"", "it's \"best\"", "Run 2", "Run 1"};
    Edit undone;
    ProjectData data;
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        for (const Segment& label : labels)
            ASSERT_TRUE(store->pushEdit(addition(label.id, 1, label)));
        undone = addition(5, 1, labelOf(5, Origin::Accepted, "Run 1"));
        ASSERT_TRUE(store->pushEdit(undone));
        ASSERT_TRUE(store->undo(undone));
        auto before = store->load();
        ASSERT_TRUE(before);
        data = *std::move(before);
        ASSERT_TRUE(store->renameVerdicts("Run 1", sources[0]));
    }
    EXPECT_EQ(data.renameVerdicts("Run 1", sources[0]), std::vector<SpeechId>{1});
    EXPECT_TRUE(data.renameVerdicts("Run 1", sources[0]).empty());
    const auto read = opened()->load();
    ASSERT_TRUE(read);
    for (const ProjectData& renamed : {data, *read}) {
        ASSERT_EQ(renamed.segments.at(1).size(), 4u);
        ASSERT_EQ(renamed.edits.size(), 5u);
        for (size_t i = 0; i < 4; ++i) {
            EXPECT_EQ(renamed.segments.at(1)[i].source, sources[i]);
            EXPECT_EQ(renamed.edits[i].added[0], renamed.segments.at(1)[i]);
        }
        EXPECT_EQ(renamed.edits[4].added[0].source, sources[0]) << "what can be redone";
    }
    EXPECT_EQ(read->segments.at(1), data.segments.at(1));
}

TEST_F(ProjectStoreTest, CountsTheRecordingsOfAProjectThatNobodyWrites) {
    namespace fs = std::filesystem;
    const auto longAgo = fs::file_time_type::clock::now() - std::chrono::hours(100);
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        ASSERT_TRUE(store->putSpeech(speechOf(2)));
        const auto inUse = ProjectStore::speechesIn(in("p.ovation"));
        ASSERT_FALSE(inUse);
        EXPECT_EQ(inUse.error().code, ErrorCode::ProjectInUse);
        // As a crash leaves it: all is in the log yet.
        fs::copy_file(in("p.ovation"), in("crashed.ovation"));
        fs::copy_file(in("p.ovation-wal"), in("crashed.ovation-wal"));
    }
    for (const char* name : {"p.ovation", "crashed.ovation"}) {
        SCOPED_TRACE(name);
        fs::last_write_time(in(name), longAgo);
        const auto before = fs::last_write_time(in(name));
        const auto count = ProjectStore::speechesIn(in(name));
        ASSERT_TRUE(count) << describe(count.error());
        EXPECT_EQ(*count, 2);
        EXPECT_EQ(fs::last_write_time(in(name)), before);
        EXPECT_TRUE(ProjectStore::open(in(name))) << "nothing holds it";
    }
    EXPECT_EQ(ProjectStore::speechesIn(in("nowhere.ovation")).error().code, ErrorCode::FileNotFound);
}

TEST_F(ProjectStoreTest, ARunWithoutModelSaysSo) {
    auto model = created()->model(5);
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, ErrorCode::NotAModel);
}

TEST_F(ProjectStoreTest, RemovingARunTakesItsModelAndGivesTheSpaceBack) {
    {
        auto store = created();
        TrainingRun run;
        run.id = 1;
        ASSERT_TRUE(store->putRun(run));
        ASSERT_TRUE(store->putModel(1, std::string(3'000'000, 'x')));
        ASSERT_TRUE(store->removeRun(1));
        EXPECT_FALSE(store->model(1));
    }
    EXPECT_LT(bytesOf("p.ovation").size(), 1'000'000u);
    EXPECT_TRUE(opened()->load()->runs.empty());
}

TEST_F(ProjectStoreTest, AModelThatChangedInTheFileIsRefused) {
    {
        auto store = created();
        ASSERT_TRUE(store->putModel(1, std::string(5000, 'x')));
    }
    SQLite::Database(in("p.ovation"), SQLite::OPEN_READWRITE).exec("UPDATE model SET bytes = zeroblob(5000)");
    auto model = opened()->model(1);
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, ErrorCode::DamagedModel);
}

TEST_F(ProjectStoreTest, RemovingASpeechTakesItsSegmentsEditsAndDetection) {
    auto store = created();
    for (const SpeechId id : {1, 2}) {
        ASSERT_TRUE(store->putSpeech(speechOf(id)));
        ASSERT_TRUE(store->pushEdit(addition(id, id, segmentOf(id, 0, 10))));
    }
    Detection detection;
    detection.speech = 1;
    detection.segments = {{{1, 2}, 0.5, 0.5, Verdict::Open}};
    ASSERT_TRUE(store->putDetection(detection));
    ASSERT_TRUE(store->removeSpeech(1));
    auto data = store->load();
    ASSERT_TRUE(data) << describe(data.error());
    ASSERT_EQ(data->speeches.size(), 1u);
    EXPECT_EQ(data->speeches[0].id, 2);
    EXPECT_FALSE(data->segments.contains(1));
    ASSERT_EQ(data->edits.size(), 1u);
    EXPECT_EQ(data->edits[0].speech, 2);
    EXPECT_EQ(data->editsDone, 1u);
    EXPECT_TRUE(data->detections.empty());
    EXPECT_EQ(data->nextSpeechId, 3) << "ids are never used again";
}

TEST_F(ProjectStoreTest, SeveralSpeechesGoTogetherWithAllThatIsTheirs) {
    auto store = created();
    for (const SpeechId id : {1, 2, 3}) {
        ASSERT_TRUE(store->putSpeech(speechOf(id)));
        ASSERT_TRUE(store->pushEdit(addition(id, id, segmentOf(id, 0, 10))));
    }
    ASSERT_TRUE(store->removeSpeeches({3, 1}));
    auto data = store->load();
    ASSERT_TRUE(data) << describe(data.error());
    ASSERT_EQ(data->speeches.size(), 1U);
    EXPECT_EQ(data->speeches[0].id, 2);
    ASSERT_EQ(data->edits.size(), 1U);
    EXPECT_EQ(data->editsDone, 1U);
    ASSERT_TRUE(store->undo(data->edits[0])) << "the newest that is left";
    EXPECT_TRUE(store->load()->segments.empty());
}

TEST_F(ProjectStoreTest, ClosingFoldsTheLogIn) {
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        EXPECT_TRUE(exists("p.ovation-wal"));
    }
    EXPECT_FALSE(exists("p.ovation-wal"));
    EXPECT_FALSE(exists("p.ovation-shm"));
    std::filesystem::copy_file(in("p.ovation"), in("copy.ovation"));
    EXPECT_EQ(opened("copy.ovation")->load()->speeches.size(), 1u);
}

TEST_F(ProjectStoreTest, ACopyHoldsEverythingAndItsOwnRelativePaths) {
    std::filesystem::create_directories(in("audio"));
    std::filesystem::create_directories(in("other"));
    write("audio/a.wav", "sound");
    auto store = created();
    ASSERT_TRUE(store->putSpeech(speechOf(1, in("audio/a.wav"))));
    ASSERT_TRUE(store->pushEdit(addition(1, 1, segmentOf(1, 0, 10))));
    ASSERT_TRUE(store->putModel(1, "weights"));
    write("other/copy.ovation", "an older file");
    auto copied = store->copyTo(in("other/copy.ovation"));
    ASSERT_TRUE(copied) << describe(copied.error());
    auto copy = opened("other/copy.ovation");
    auto data = copy->load();
    ASSERT_TRUE(data) << describe(data.error());
    EXPECT_EQ(data->speeches[0].relativePath, "../audio/a.wav");
    EXPECT_FALSE(data->speeches[0].missing);
    EXPECT_EQ(data->edits.size(), 1u);
    EXPECT_EQ(data->segments[1].size(), 1u);
    EXPECT_EQ(*copy->model(1), "weights");
    ASSERT_TRUE(store->putSetting("a", "1")) << "the original stays open";
    EXPECT_FALSE(copy->load()->settings.contains("a"));
    for (const auto& entry : std::filesystem::directory_iterator(in("other")))
        EXPECT_EQ(entry.path().string().find(".new-"), std::string::npos);
}

TEST_F(ProjectStoreTest, ACopyReplacesNoProjectThatIsOpen) {
    auto store = created();
    auto other = created("other.ovation");
    for (const char* name : {"other.ovation", "p.ovation"}) {
        auto copied = store->copyTo(in(name));
        ASSERT_FALSE(copied);
        EXPECT_EQ(copied.error().code, ErrorCode::ProjectInUse);
    }
    ASSERT_TRUE(other->putSetting("a", "1"));
    EXPECT_EQ(other->load()->settings.at("a"), "1");
}

} // namespace
} // namespace ovation::test
