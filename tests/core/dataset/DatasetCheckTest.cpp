// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DatasetCheck.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/DamagedMp3.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace ovation;
using namespace ovation::test;
using testing::Contains;
using testing::HasSubstr;

namespace {

RecordingCollection clips(int applause, int other, const std::string& prefix = "") {
    RecordingCollection collection;
    for (int i = 0; i < applause; ++i)
        collection.recordings.push_back(clip(prefix + "/applause/a" + std::to_string(i), LabelClass::Applause));
    for (int i = 0; i < other; ++i)
        collection.recordings.push_back(clip(prefix + "/other/b" + std::to_string(i), LabelClass::NotApplause));
    return collection;
}

const Finding* find(const CheckReport& report, const std::string& id) {
    const auto found = std::ranges::find(report.findings, id, &Finding::id);
    return found == report.findings.end() ? nullptr : &*found;
}

CheckReport check(const RecordingCollection& collection, const Hyperparameters& values = {}) {
    return checkDataset(collection, values);
}

} // namespace

TEST(DatasetCheck, GoodDataHasNoWarning) {
    const auto report = check(clips(60, 100));
    EXPECT_FALSE(report.fatal());
    for (const Finding& finding : report.findings)
        EXPECT_EQ(finding.severity, Severity::Info) << finding.text;
    EXPECT_EQ(report.applause.clips, 60);
    EXPECT_NEAR(report.applause.seconds, 240, 1e-6);
    EXPECT_EQ(report.other.clips, 100);
    EXPECT_EQ(report.trainWindows + report.validationWindows, 160);
    EXPECT_EQ(report.trainPositives + report.validationPositives, 60);
}

TEST(DatasetCheck, NamesRecordingsThatAreReadUpToDamageOnly) {
    const DataFolder data;
    auto collection = clips(60, 100);
    collection.recordings.push_back(clip(data.text("lecture.mp3", damagedMp3()), LabelClass::NotApplause));
    const auto report = check(collection);
    const Finding* damaged = find(report, "damaged");
    ASSERT_TRUE(damaged);
    EXPECT_EQ(damaged->severity, Severity::Warning);
    EXPECT_THAT(damaged->evidence, testing::ElementsAre(HasSubstr("lecture.mp3\" is damaged")));
    EXPECT_FALSE(find(report, "truncated"));
}

TEST(DatasetCheck, NamesWavFilesThatAreLongerThanTheirHeadersTell) {
    const DataFolder data;
    constexpr int64_t kGibibyte = int64_t{1} << 30;
    const std::string path = data.text("long.bwf", wavBytes({}, 48000, 2, kGibibyte - 44));
    std::error_code failed;
    std::filesystem::resize_file(path, 5 * kGibibyte, failed); // takes no room on the disk
    ASSERT_FALSE(failed) << "the disk holds no such file: " << failed.message();
    auto collection = clips(60, 100);
    collection.recordings.push_back(clip(path, LabelClass::NotApplause));
    const auto report = check(collection);
    EXPECT_FALSE(find(report, "damaged"));
    const Finding* overlong = find(report, "overlong");
    ASSERT_TRUE(overlong);
    EXPECT_EQ(overlong->severity, Severity::Warning);
    EXPECT_THAT(overlong->evidence, testing::ElementsAre(HasSubstr("long.bwf\" is longer than its header")));
}

TEST(DatasetCheck, OneClassIsFatal) {
    for (const auto& collection : {clips(50, 0), clips(0, 50)}) {
        const auto report = check(collection);
        ASSERT_TRUE(report.fatal());
        EXPECT_EQ(report.findings.front().id, "one-class") << "worst first";
        EXPECT_FALSE(report.findings.front().evidence.empty());
    }
}

TEST(DatasetCheck, AFrameNetworkLearnsFromMomentsThatMakeNoWindow) {
    RecordingCollection collection;
    for (int i = 0; i < 10; ++i) { // accepted applause, and short rejected segments
        std::vector<Label> labels{label(10, 16), label(20, 22, LabelClass::NotApplause), label(30, 36),
                                  label(40, 42, LabelClass::NotApplause)};
        collection.recordings.push_back(recording(60, std::move(labels), false));
        collection.recordings.back().path = "r" + std::to_string(i);
    }
    const Hyperparameters compact = preset("compact")->values;
    const auto clipModel = check(collection), frameModel = check(collection, compact);
    EXPECT_TRUE(find(clipModel, "one-class")) << "no window is known to be without applause";
    EXPECT_FALSE(frameModel.fatal()) << toText(frameModel);
    EXPECT_FALSE(find(frameModel, "one-class"));
    for (LabelledRecording& one : collection.recordings)
        std::erase_if(one.labels, [](const Label& l) { return l.labelClass == LabelClass::NotApplause; });
    const auto applauseOnly = check(collection, compact);
    ASSERT_TRUE(find(applauseOnly, "one-class"));
    EXPECT_THAT(find(applauseOnly, "one-class")->text, HasSubstr("All that is labelled for training is applause"));
}

TEST(DatasetCheck, AFrameNetworksRareClassIsNotToBeWeighed) {
    const auto data = clips(8, 200);
    ASSERT_TRUE(find(check(data), "imbalance"));
    EXPECT_THAT(find(check(data), "imbalance")->remedy, HasSubstr("weigh the classes"));
    const auto report = check(data, preset("compact")->values);
    ASSERT_TRUE(find(report, "imbalance"));
    EXPECT_EQ(find(report, "imbalance")->remedy, "Add more of it.");
}

TEST(DatasetCheck, NoExamplesIsFatal) {
    RecordingCollection collection;
    collection.recordings.push_back(recording(20, {}, false));
    EXPECT_TRUE(check(collection).fatal());
    EXPECT_NE(find(check(collection), "no-examples"), nullptr);
}

TEST(DatasetCheck, FewExamplesForValidationWarnNoneIsFatal) {
    const Finding* few = nullptr;
    const auto small = check(clips(8, 8));
    few = find(small, "few-examples");
    ASSERT_TRUE(few);
    EXPECT_EQ(few->severity, Severity::Warning);
    RecordingCollection single;
    single.recordings.push_back(recording(100, {label(20, 60)}));
    const auto none = check(single);
    few = find(none, "few-examples");
    ASSERT_TRUE(few);
    EXPECT_EQ(few->severity, Severity::Fatal);
}

TEST(DatasetCheck, TheRandomSplitIsSaidToLeak) {
    Hyperparameters random;
    random.split = "random";
    const auto report = check(clips(60, 100), random);
    const Finding* leak = find(report, "split-leak");
    ASSERT_TRUE(leak);
    EXPECT_EQ(leak->severity, Severity::Warning);
    EXPECT_EQ(find(check(clips(60, 100)), "split-leak"), nullptr);
}

TEST(DatasetCheck, AFrameNetworkIsSplitByRecordingWhateverIsAskedFor) {
    Hyperparameters compact = preset("compact")->values;
    const auto byRecording = check(clips(60, 100), compact);
    compact.split = "random";
    EXPECT_TRUE(validate(compact).empty()) << "a setting of clip networks, which a frame network does not use";
    const auto report = check(clips(60, 100), compact);
    EXPECT_EQ(find(report, "split-leak"), nullptr);
    ASSERT_TRUE(find(report, "split"));
    EXPECT_EQ(find(report, "split")->text, "Split: by recording.");
    EXPECT_EQ(report.split.train, byRecording.split.train);
    EXPECT_FALSE(report.split.leaky);
}

TEST(DatasetCheck, ValidationDataThatIsAlsoTrainingDataIsFatal) {
    const DataFolder data;
    data.sound("train/applause/a.wav", 1, 1);
    data.sound("train/other/b.wav", 1, 2);
    data.sound("test/applause/renamed.wav", 1, 1);
    data.sound("test/other/c.wav", 1, 3);
    const auto training = collectRecordings({data.path("train")});
    const auto byContent = collectRecordings({data.path("test")});
    ASSERT_TRUE(training && byContent);
    for (const auto* validation : {&*training, &*byContent}) {
        const auto report = checkDataset(*training, Hyperparameters{}, validation);
        const Finding* leak = find(report, "split-leak");
        ASSERT_TRUE(leak);
        EXPECT_EQ(leak->severity, Severity::Fatal);
    }
    const auto report = checkDataset(*training, Hyperparameters{}, &*byContent);
    EXPECT_THAT(find(report, "split-leak")->evidence, Contains(HasSubstr("renamed.wav")));
}

TEST(DatasetCheck, SeparateValidationDataFromTheSameSourceWarns) {
    auto training = clips(30, 30, "train");
    auto validation = clips(30, 30, "test");
    training.recordings[0].groups = validation.recordings[0].groups = {"hall"};
    const auto report = checkDataset(training, Hyperparameters{}, &validation);
    const Finding* leak = find(report, "split-leak");
    ASSERT_TRUE(leak);
    EXPECT_EQ(leak->severity, Severity::Warning);
    EXPECT_THAT(leak->evidence, Contains(HasSubstr("test/applause/a0")));
}

TEST(DatasetCheck, ImbalanceWarns) {
    const auto report = check(clips(10, 200));
    ASSERT_TRUE(find(report, "imbalance"));
    EXPECT_EQ(find(report, "imbalance")->severity, Severity::Warning);
    EXPECT_EQ(find(check(clips(50, 200)), "imbalance"), nullptr);
}

TEST(DatasetCheck, LabelsOutsideTheRecordingAreNamedWithFileAndSeconds) {
    auto collection = clips(60, 100);
    auto talk = recording(60, {label(10, 20), label(58, 75.5)});
    talk.path = "talk.wav";
    collection.recordings.push_back(talk);
    const auto report = check(collection);
    const Finding* outside = find(report, "label-outside");
    ASSERT_TRUE(outside);
    ASSERT_EQ(outside->evidence.size(), 1U);
    EXPECT_THAT(outside->evidence[0], HasSubstr("talk.wav: 58.000 to 75.500 s"));
    EXPECT_EQ(outside->severity, Severity::Warning);
}

TEST(DatasetCheck, LabelsThatCannotBeUsedWarn) {
    auto collection = clips(60, 100);
    EXPECT_EQ(find(check(collection), "labels-left-out"), nullptr);
    auto talk = recording(60, {label(10, 20)}, false);
    talk.path = "talk.wav";
    talk.labelsLeftOut = 2;
    collection.recordings.push_back(talk);
    const auto report = check(collection);
    const Finding* left = find(report, "labels-left-out");
    ASSERT_TRUE(left);
    EXPECT_EQ(left->severity, Severity::Warning);
    EXPECT_THAT(left->evidence, testing::ElementsAre("talk.wav: 2 labels"));
}

TEST(DatasetCheck, TextsThatSpeakOfApplauseWarn) {
    auto collection = clips(60, 100);
    auto talk = recording(60, {label(10, 20), label(30, 40, LabelClass::NotApplause)});
    talk.path = "talk.wav";
    talk.labels[1].text = "laughter";
    collection.recordings.push_back(talk);
    EXPECT_EQ(find(check(collection), "label-text"), nullptr);
    collection.recordings.back().labels[1].text = "(Applause)";
    const auto report = check(collection);
    const Finding* text = find(report, "label-text");
    ASSERT_TRUE(text);
    EXPECT_EQ(text->severity, Severity::Warning);
    EXPECT_THAT(text->evidence, testing::ElementsAre("\"(Applause)\": 1 label, in talk.wav"));
}

TEST(DatasetCheck, ATranscriptInsteadOfLabelsWarns) {
    auto collection = clips(60, 100);
    auto talk = recording(60, {});
    talk.path = "talk.wav";
    for (int i = 0; i < 20; ++i) {
        talk.labels.push_back(label(2 * i, 2 * i + 1, LabelClass::NotApplause));
        talk.labels.back().text = "sentence " + std::to_string(i);
    }
    collection.recordings.push_back(talk);
    const auto report = check(collection);
    const Finding* transcript = find(report, "label-transcript");
    ASSERT_TRUE(transcript);
    EXPECT_EQ(transcript->severity, Severity::Warning);
    EXPECT_THAT(transcript->evidence, testing::ElementsAre("talk.wav: 20 different texts, one being \"sentence 0\""));
    collection.recordings.back().labels.push_back(label(50, 55));
    EXPECT_EQ(find(check(collection), "label-transcript"), nullptr) << "applause is named";
}

TEST(DatasetCheck, ClassesThatDifferBySampleRateWarn) {
    auto collection = clips(60, 100);
    for (auto& one : collection.recordings)
        if (one.wholeClip == LabelClass::Applause) {
            one.info.sampleRate = 44100;
            one.info.frames *= 2;
        }
    EXPECT_NE(find(check(collection), "class-sample-rate"), nullptr);
    EXPECT_EQ(find(check(clips(60, 100)), "class-sample-rate"), nullptr);
}

TEST(DatasetCheck, AFolderNameThatMisledTheOriginIsExplained) {
    auto collection = clips(60, 0);
    for (int i = 0; i < 100; ++i)
        collection.recordings.push_back(clip("x/non_applause_pt1/c" + std::to_string(i), LabelClass::NotApplause));
    const auto report = check(collection);
    EXPECT_FALSE(report.fatal());
    ASSERT_TRUE(find(report, "folder-name"));
    EXPECT_THAT(find(report, "folder-name")->text, HasSubstr("non_applause_pt1 is understood as not applause"));
}

TEST(DatasetCheck, UnusableFilesAreListed) {
    auto collection = clips(60, 100);
    collection.skipped.push_back({"bad.wav", {ErrorCode::NotAudio, "bad.wav", "", 0}});
    collection.unreadable.push_back("film.mp4");
    collection.doubts.push_back("MANIFEST.csv names other files.");
    const auto report = check(collection);
    ASSERT_TRUE(find(report, "unreadable"));
    EXPECT_THAT(find(report, "unreadable")->evidence, Contains(HasSubstr("bad.wav")));
    EXPECT_THAT(find(report, "unreadable")->evidence, Contains(HasSubstr("film.mp4")));
    ASSERT_TRUE(find(report, "doubt"));
    EXPECT_EQ(find(report, "doubt")->severity, Severity::Warning);
}

TEST(DatasetCheck, LookingForCutFilesIsShownAndCanBeCancelled) {
    const RecordingCollection collection = clips(10, 10);
    std::vector<Progress> shown;
    ASSERT_TRUE(checkHeaders(collection, Hyperparameters{}, nullptr, {},
                             [&](const Progress& progress) { shown.push_back(progress); }));
    ASSERT_EQ(shown.size(), 20U);
    EXPECT_EQ(shown.back().done, 19);
    EXPECT_EQ(shown.back().total, 20);
    EXPECT_EQ(shown.back().item, collection.recordings.back().path);
    const CancelToken amid;
    size_t looked = 0;
    const auto report = checkHeaders(collection, Hyperparameters{}, nullptr, amid, [&](const Progress&) {
        ++looked;
        amid.cancel();
    });
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(looked, 1U);
}

TEST(DatasetCheck, TextAndJsonHaveTheAgreedForms) {
    const auto report = check(clips(50, 0));
    EXPECT_THAT(toText(report), testing::StartsWith("fatal: Every training window is applause"));
    EXPECT_THAT(toText(report), HasSubstr("(/applause: 50 applause, 0 not applause)"));
    const auto json = nlohmann::json::parse(toJson(report));
    EXPECT_EQ(json["classes"]["applause"]["clips"], 50);
    EXPECT_EQ(json["classes"]["other"]["seconds"], 0);
    EXPECT_EQ(json["findings"][0]["severity"], "fatal");
    EXPECT_EQ(json["findings"][0]["id"], "one-class");
    EXPECT_TRUE(json["findings"][0]["text"].is_string());
    EXPECT_TRUE(json["findings"][0]["evidence"].is_array());
}
