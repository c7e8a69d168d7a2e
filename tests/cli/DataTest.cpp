// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of training data, through check, train and evaluate.
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"
#include "core/training/TrainingRun.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/core/project/ProjectFixture.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <numbers>
#include <set>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kRate = 8000;

class TrainingData : public ::testing::Test {
protected:
    /// A recording of 5 s of tone and then `noiseS` of noise.
    std::string recording(const std::string& name, unsigned seed, double noiseS = 5) const {
        std::vector<float> samples;
        for (int i = 0; i < 5 * kRate; ++i)
            samples.push_back(0.3F *
                              static_cast<float>(std::sin(2 * std::numbers::pi * (200 + 30 * seed) * i / kRate)));
        std::mt19937 random(seed);
        for (int i = 0; i < static_cast<int>(noiseS * kRate); ++i)
            samples.push_back(static_cast<float>(random() % 2001) / 4000 - 0.25F);
        return data.text(name, wavBytes(samples, kRate));
    }
    static LabelFile applause(double start = 5, double end = 10) {
        LabelFile file;
        file.durationS = 10;
        if (end > start) {
            file.labels.emplace_back();
            file.labels[0].span = {start, end};
            file.labels[0].text = "applause";
        }
        return file;
    }
    void clips(const std::string& positive, const std::string& negative, unsigned each, unsigned first = 0) const {
        for (unsigned i = first; i < first + each; ++i) {
            data.sound(positive + "/a" + std::to_string(i) + ".wav", 0.6, i + 1);
            data.tone(negative + "/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
        }
    }

    /// `check` finds that many stretches and seconds of each class.
    void expectCheck(const std::vector<std::string>& arguments, int applauseClips, double applauseS, int otherClips,
                     double otherS) const {
        std::vector<std::string> all{"check", "--json"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Ran ran = run(all);
        ASSERT_EQ(ran.exitCode, 0) << ran.out << ran.err;
        const Json classes = Json::parse(ran.out)["classes"];
        EXPECT_EQ(classes["applause"]["clips"], applauseClips) << ran.out;
        EXPECT_NEAR(classes["applause"]["seconds"].get<double>(), applauseS, 0.01);
        EXPECT_EQ(classes["other"]["clips"], otherClips);
        EXPECT_NEAR(classes["other"]["seconds"].get<double>(), otherS, 0.01);
    }

    /// `train` and then `evaluate` take it all; both classes are in what was learnt, and every recording is scored.
    void expectTrainsAndScores(const std::vector<std::string>& arguments, size_t recordings,
                               const std::string& seed = "1") {
        std::vector<std::string> all{"--quiet",       "train",
                                     "--output",      data.path("m.safetensors"),
                                     "--history",     data.path("h.json"),
                                     "--hidden-size", "8",
                                     "--layers",      "1",
                                     "--heads",       "2",
                                     "--batch-size",  "4",
                                     "--epochs",      "1",
                                     "--seed",        seed};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Ran trained = run(all);
        ASSERT_EQ(trained.exitCode, 0) << trained.err;
        const auto read = trainingRunFromJson(readBytes(data.path("h.json")));
        ASSERT_TRUE(read);
        history = *read;
        EXPECT_EQ(history.dataset.trainRecordings + history.dataset.validationRecordings,
                  static_cast<int64_t>(recordings));
        EXPECT_GT(history.dataset.trainPositives, 0);
        EXPECT_LT(history.dataset.trainPositives, history.dataset.trainExamples);

        all = {"--quiet", "evaluate", "--json", "--model", data.path("m.safetensors")};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Ran scored = run(all);
        ASSERT_EQ(scored.exitCode, 0) << scored.err;
        const Json json = Json::parse(scored.out);
        EXPECT_EQ(json["recordings"].size(), recordings);
        EXPECT_EQ(json["seen_in_training"].size(), static_cast<size_t>(history.dataset.trainRecordings));
        EXPECT_TRUE(json["pooled"]["prevalence"].is_number());
    }

    const DataFolder data;
    TrainingRun history;
};

} // namespace

TEST_F(TrainingData, AProjectGivesItsLabelledSpeeches) {
    {
        auto created = ProjectStore::create(data.path("p.ovation"));
        ASSERT_TRUE(created) << describe(created.error());
        ProjectStore& store = **created;
        int64_t segment = 0;
        for (int64_t id = 1; id <= 12; ++id) {
            Speech speech = speechOf(id, recording("audio/" + std::to_string(id) + ".wav", static_cast<unsigned>(id)));
            speech.frames = 10 * kRate;
            speech.sampleRate = kRate;
            speech.channels = 1;
            speech.contentHash = contentHash(speech.path).value();
            speech.role = SplitRole::Automatic;
            speech.group.clear();
            // The last has segments of both classes instead of the tick, the one before no labels at all.
            speech.fullyLabelled = id <= 10;
            ASSERT_TRUE(store.putSpeech(speech));
            if (id == 11) continue;
            ++segment;
            ASSERT_TRUE(store.pushEdit(addition(segment, id, segmentOf(segment, 5 * kRate, 10 * kRate))));
            if (id < 12) continue;
            ++segment;
            ASSERT_TRUE(
                store.pushEdit(addition(segment, id, segmentOf(segment, 0, 5 * kRate, LabelClass::NotApplause))));
        }
    }
    const std::string project = data.path("p.ovation");
    const std::string before = readBytes(project);
    expectCheck({project}, 11, 55, 11, 55);
    EXPECT_THAT(run({"check", project}).out, HasSubstr("1 recording of the project without labels left out"));
    expectTrainsAndScores({project}, 11);
    // A project that lies in a folder is found there, and its recordings are not taken twice.
    expectCheck({data.path()}, 11, 55, 11, 55);
    EXPECT_EQ(readBytes(project), before) << "using a project as data changes nothing in it";
    EXPECT_FALSE(fs::exists(project + "-wal"));

    // Audio that has moved with the project's folder is found by its relative path, other audio is said to be missing.
    fs::rename(data.path("audio/1.wav"), data.path("gone"));
    const Ran ran = run({"check", project});
    EXPECT_EQ(ran.exitCode, 0);
    EXPECT_THAT(ran.out, HasSubstr("audio/1.wav\" was not found"));
}

TEST_F(TrainingData, LabelFilesOfEveryFormatAreTaken) {
    unsigned seed = 0;
    for (const LabelFormat& format : labelFormats()) {
        const std::string stem = std::string("data/with-") + format.id;
        recording(stem + ".wav", ++seed);
        LabelFile labels = applause();
        labels.audioFile = fs::path(stem + ".wav").filename().string();
        ASSERT_TRUE(writeLabels(data.path(stem + "." + format.extension), labels, format.id));
    }
    for (int i = 0; i < 3; ++i) { // an empty label file: no applause
        recording("data/none" + std::to_string(i) + ".wav", ++seed, 0);
        data.text("data/none" + std::to_string(i) + ".txt", "");
    }
    recording("data/unlabelled.wav", ++seed);
    expectCheck({data.path("data")}, 9, 45, 12, 60);
    EXPECT_THAT(run({"check", data.path("data")}).out, HasSubstr("1 recording without labels"));
    expectTrainsAndScores({data.path("data")}, 12);
}

TEST_F(TrainingData, ClassFoldersGoByTheStartOfTheirName) {
    clips("data/applause_pt1", "data/non_applause_pt1", 6);
    clips("data/deeper/applause-2", "data/deeper/music", 6, 20);
    clips("data/unsure", "data/ambiguous", 2, 40);
    expectCheck({data.path("data")}, 12, 7.2, 12, 7.2);
    const std::string said = run({"check", data.path("data")}).out;
    EXPECT_THAT(said, HasSubstr("because folders named \"unsure\" are"));
    EXPECT_THAT(said, HasSubstr("because folders named \"ambiguous\" are"));
    expectTrainsAndScores({data.path("data")}, 24);
}

TEST_F(TrainingData, TheHipstasLayoutHasClipsAndTables) {
    clips("data/applause", "data/speech", 6);
    std::string table = "file,start_s,end_s\n";
    for (unsigned i = 0; i < 6; ++i) {
        recording("data/long/r" + std::to_string(i) + ".wav", i);
        table += "long/r" + std::to_string(i) + ".wav,5.0,10.0\n";
    }
    data.text("data/applause.csv", table + "long/gone.wav,1,2\nlong/gone.wav,9,8\n");
    expectCheck({data.path("data")}, 12, 33.6, 12, 33.6);
    const std::string said = run({"check", data.path("data")}).out;
    EXPECT_THAT(said, HasSubstr("names 1 recording that cannot be found, the first being long/gone.wav"));
    EXPECT_THAT(said, HasSubstr("Line 9 skipped: \"9\" to \"8\""));
    expectTrainsAndScores({data.path("data")}, 18);
    expectCheck({data.path("data/applause.csv")}, 6, 30, 6, 30);
}

TEST_F(TrainingData, AMixtureIsTakenTogetherAndNothingTwice) {
    clips("clips/applause", "clips/other", 6);
    std::vector<std::string> mixed{data.path("clips"), data.path("labelled"), data.path("labelled/l0.wav"),
                                   data.path("p.ovation")};
    for (unsigned i = 0; i < 4; ++i) {
        recording("labelled/l" + std::to_string(i) + ".wav", i);
        ASSERT_TRUE(writeLabels(data.path("labelled/l" + std::to_string(i) + ".TextGrid"), applause()));
    }
    {
        auto store = ProjectStore::create(data.path("p.ovation"));
        ASSERT_TRUE(store);
        for (const char* name : {"labelled/l0.wav", "elsewhere/p.wav"}) { // one that the folder has, too
            Speech speech = speechOf((*store)->load()->nextSpeechId, data.path(name));
            if (!fs::exists(speech.path)) recording(name, 50);
            speech.frames = 10 * kRate;
            speech.sampleRate = kRate;
            speech.fullyLabelled = true;
            speech.contentHash = contentHash(speech.path).value();
            speech.role = SplitRole::Automatic;
            ASSERT_TRUE((*store)->putSpeech(speech));
            ASSERT_TRUE(
                (*store)->pushEdit(addition(speech.id, speech.id, segmentOf(speech.id, 5 * kRate, 10 * kRate))));
        }
    }
    expectCheck(mixed, 6 + 4 + 1, 3.6 + 20 + 5, 6 + 4 + 1, 3.6 + 20 + 5);
    expectTrainsAndScores(mixed, 12 + 4 + 1);
}

TEST_F(TrainingData, AManifestKeepsRecordingsOfOneSourceTogether) {
    clips("data/applause", "data/other", 12);
    for (const auto& [column, separator] :
         std::map<std::string, std::string>{{"group", ";"}, {"source_group", " "}, {"recording_group", "; "}}) {
        // Six sources; each joins two clips of either class, half of them over a token that both name.
        std::string manifest = "file,licence," + column + "\n";
        for (int i = 0; i < 12; ++i) {
            const std::string source = "tape" + std::to_string(i / 2);
            manifest += "applause/a" + std::to_string(i) + ".wav,CC0,own" + std::to_string(i) + separator + source +
                        "\nother/b" + std::to_string(i) + ".wav,CC0," + source + "\n";
        }
        data.text("data/MANIFEST.csv", manifest);
        expectTrainsAndScores({data.path("data")}, 24, column == "group" ? "1" : "2");
        if (HasFatalFailure()) return;
        std::map<int, int> inValidation;
        for (const std::string& file : history.dataset.validationFiles)
            ++inValidation[std::stoi(fs::path(file).stem().string().substr(1)) / 2];
        EXPECT_FALSE(inValidation.empty());
        for (const auto& [source, count] : inValidation)
            EXPECT_EQ(count, 4) << column << ": tape" << source << " is on both sides";
    }
}

TEST_F(TrainingData, SeparateValidationDataMayBeOfAnotherKind) {
    clips("data/applause", "data/other", 8);
    for (unsigned i = 0; i < 3; ++i) {
        recording("valid/v" + std::to_string(i) + ".wav", i);
        ASSERT_TRUE(writeLabels(data.path("valid/v" + std::to_string(i) + ".csv"), applause()));
    }
    const Ran ran = run({"--quiet", "train", data.path("data"), "--validation", data.path("valid"), "--output",
                         data.path("m.safetensors"), "--history", data.path("h.json"), "--hidden-size", "8", "--layers",
                         "1", "--heads", "2", "--epochs", "1"});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    const auto read = trainingRunFromJson(readBytes(data.path("h.json")));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->dataset.trainRecordings, 16);
    EXPECT_EQ(read->dataset.validationRecordings, 3);
}
