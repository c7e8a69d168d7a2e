// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MonoStream.h"
#include "core/dataset/DatasetCheck.h"
#include "core/dataset/SoundPrint.h"
#include "core/training/RunCheck.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/Mp3File.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace ovation;
using namespace ovation::test;
using testing::Contains;
using testing::HasSubstr;

namespace {

const Finding* findingOf(const std::vector<Finding>& findings, const std::string& id) {
    const auto found = std::ranges::find(findings, id, &Finding::id);
    return found == findings.end() ? nullptr : &*found;
}

/// Every finding that asks for something says what, and shows what it is about.
void expectWhole(const CheckReport& report) {
    for (const Finding& finding : report.findings) {
        if (finding.severity == Severity::Info) continue;
        EXPECT_FALSE(finding.remedy.empty()) << finding.id;
        EXPECT_FALSE(finding.evidence.empty()) << finding.id;
    }
}

CheckReport heardCheck(const RecordingCollection& collection) {
    auto report = checkBySound(collection, Hyperparameters{}, nullptr, nullptr, nullptr);
    EXPECT_TRUE(report);
    expectWhole(*report);
    return *std::move(report);
}

/// Clips of noise on both sides of the split, by their roles: half applause, half not.
RecordingCollection noiseOnBothSides(const DataFolder& data, int clipsOfClass, double otherLevel = 0.3) {
    for (int i = 0; i < clipsOfClass; ++i) {
        const auto seed = static_cast<unsigned>(i);
        data.sound("applause/a" + std::to_string(i) + ".wav", 2, 100 + seed);
        data.sound("other/b" + std::to_string(i) + ".wav", 2, 200 + seed, 22050, otherLevel);
    }
    auto collection = collectRecordings({data.path()});
    EXPECT_TRUE(collection);
    for (size_t i = 0; i < collection->recordings.size(); ++i)
        collection->recordings[i].role = i % 2 == 0 ? SplitRole::Training : SplitRole::Validation;
    return *std::move(collection);
}

void addClip(RecordingCollection& collection, const std::string& path, SplitRole role) {
    LabelledRecording added;
    added.path = path;
    auto reader = AudioReader::open(path);
    ASSERT_TRUE(reader);
    added.info = (*reader)->info();
    added.wholeClip = LabelClass::Applause;
    added.role = role;
    collection.recordings.push_back(added);
}

} // namespace

TEST(PlantedFaults, CleanDataThatIsListenedToHasNoWarningButItsSize) {
    const DataFolder data;
    for (const Finding& finding : heardCheck(noiseOnBothSides(data, 6)).findings)
        EXPECT_TRUE(finding.severity == Severity::Info || finding.id == "few-examples") << finding.text;
}

TEST(PlantedFaults, AnMp3CopyThatIs3DbLouderOnTheOtherSideIsFound) {
    const DataFolder data;
    RecordingCollection collection = noiseOnBothSides(data, 2);
    const std::string original = OVATION_TEST_DATA "/reference/applause_22k.flac";
    auto samples = readMono(original);
    ASSERT_TRUE(samples);
    for (float& sample : *samples)
        sample *= 1.4125F;
    const std::string copy = data.path("louder.mp3");
    ASSERT_TRUE(writeMp3(copy, *samples, 22050));
    addClip(collection, original, SplitRole::Training);
    addClip(collection, copy, SplitRole::Validation);
    const CheckReport one = heardCheck(collection);
    ASSERT_TRUE(findingOf(one.findings, "near-duplicates"));
    EXPECT_EQ(findingOf(one.findings, "near-duplicates")->severity, Severity::Warning) << "a third of the windows";
    for (float& sample : *samples)
        sample *= 0.25F;
    ASSERT_TRUE(writeMp3(data.path("quieter.mp3"), *samples, 22050));
    addClip(collection, data.path("quieter.mp3"), SplitRole::Validation);
    const CheckReport report = heardCheck(collection);
    const Finding* found = findingOf(report.findings, "near-duplicates");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->severity, Severity::Fatal) << "half of the validation windows";
    ASSERT_EQ(found->evidence.size(), 3U) << "no other pair";
    EXPECT_THAT(found->evidence[1], HasSubstr("applause_22k.flac"));
    EXPECT_THAT(found->evidence[1], HasSubstr("louder.mp3"));
}

TEST(PlantedFaults, APartOfARecordingOnTheOtherSideIsFoundWithItsPlace) {
    const DataFolder data;
    RecordingCollection collection = noiseOnBothSides(data, 4);
    const std::string speech = OVATION_EXAMPLE "/speeches/kennedy-en.flac";
    const auto samples = readMono(speech, 22050, 5.1, 4);
    ASSERT_TRUE(samples);
    ASSERT_TRUE(writeMp3(data.path("part.mp3"), *samples, 22050));
    addClip(collection, speech, SplitRole::Training);
    addClip(collection, data.path("part.mp3"), SplitRole::Validation);
    const CheckReport report = heardCheck(collection);
    const Finding* found = findingOf(report.findings, "near-duplicates");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->severity, Severity::Warning) << "few of the validation windows";
    EXPECT_THAT(found->evidence[1], HasSubstr("kennedy-en.flac from 5."));
}

TEST(PlantedFaults, CopiesOnOneSideAreNoLeak) {
    const DataFolder data;
    RecordingCollection collection = noiseOnBothSides(data, 4);
    data.sound("x.wav", 4, 7);
    data.sound("y.wav", 4, 7, 22050, 0.2);
    addClip(collection, data.path("x.wav"), SplitRole::Training);
    addClip(collection, data.path("y.wav"), SplitRole::Training);
    EXPECT_EQ(findingOf(heardCheck(collection).findings, "near-duplicates"), nullptr);
}

TEST(PlantedFaults, ListeningCanBeCancelledAtAnyOfItsParts) {
    const DataFolder data;
    const RecordingCollection collection = noiseOnBothSides(data, 4);
    const auto checked = [&](const CancelToken& cancel, const ProgressCallback& progress) {
        return checkBySound(collection, Hyperparameters{}, nullptr, nullptr, nullptr, cancel, progress);
    };
    const CancelToken before, amid;
    before.cancel();
    ASSERT_FALSE(checked(before, {}));
    EXPECT_EQ(checked(before, {}).error().code, ErrorCode::Cancelled);
    const auto report = checked(amid, [&](const Progress& progress) {
        if (progress.stage == "Listening for copies") amid.cancel();
    });
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
    const auto compared = commonSound({SoundPrint{}, SoundPrint{}}, {SplitSide::Training, SplitSide::Validation}, amid);
    ASSERT_FALSE(compared);
    EXPECT_EQ(compared.error().code, ErrorCode::Cancelled);
}

TEST(PlantedFaults, ACopiedFileHeldToBothSidesIsFatal) {
    const DataFolder data;
    noiseOnBothSides(data, 4);
    data.sound("applause/x.wav", 4, 7);
    data.sound("applause/y.wav", 4, 7);
    auto collection = collectRecordings({data.path()});
    ASSERT_TRUE(collection);
    for (LabelledRecording& recording : collection->recordings) {
        if (recording.path.ends_with("x.wav")) recording.role = SplitRole::Training;
        if (recording.path.ends_with("y.wav")) recording.role = SplitRole::Validation;
    }
    const CheckReport report = checkDataset(*collection, Hyperparameters{});
    ASSERT_TRUE(report.fatal());
    EXPECT_EQ(report.findings.front().id, "split-leak");
    EXPECT_THAT(report.findings.front().evidence, Contains(HasSubstr("x.wav (training) = ")));
    expectWhole(report);
}

TEST(PlantedFaults, TheOriginsLabelRuleIsFoundByItsFolders) {
    RecordingCollection collection;
    for (int i = 0; i < 40; ++i) { // "contains applause": all of them
        collection.recordings.push_back(clip("x/applause/a" + std::to_string(i), LabelClass::Applause));
        collection.recordings.push_back(clip("x/non_applause/b" + std::to_string(i), LabelClass::Applause));
    }
    const CheckReport report = checkDataset(collection, Hyperparameters{});
    expectWhole(report);
    ASSERT_TRUE(findingOf(report.findings, "one-class"));
    const Finding* rule = findingOf(report.findings, "label-rule");
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->severity, Severity::Fatal);
    EXPECT_THAT(rule->evidence, Contains(HasSubstr("x/non_applause: 40 clips labelled applause")));
    // Some negatives from elsewhere do not hide it.
    for (int i = 0; i < 40; ++i)
        collection.recordings.push_back(clip("x/speech/c" + std::to_string(i), LabelClass::NotApplause));
    EXPECT_TRUE(findingOf(checkDataset(collection, Hyperparameters{}).findings, "label-rule"));
}

TEST(PlantedFaults, AllApplauseAt44100HzAndTheRestAt22050IsFoundWithItsFigure) {
    RecordingCollection collection;
    for (int i = 0; i < 60; ++i) {
        collection.recordings.push_back(clip("x/applause/a" + std::to_string(i), LabelClass::Applause));
        collection.recordings.back().info.sampleRate = 44100;
        collection.recordings.back().info.frames *= 2;
        collection.recordings.push_back(clip("x/other/b" + std::to_string(i), LabelClass::NotApplause));
    }
    const auto rateFinding = [&]() -> std::optional<Finding> {
        const CheckReport report = checkDataset(collection, Hyperparameters{});
        expectWhole(report);
        const Finding* found = findingOf(report.findings, "class-sample-rate");
        return found ? std::optional(*found) : std::nullopt;
    };
    ASSERT_TRUE(rateFinding());
    EXPECT_THAT(rateFinding()->evidence[0], HasSubstr("right in 100 %"));
    // A few exceptions do not hide it.
    for (int i = 0; i < 3; ++i)
        collection.recordings.push_back(clip("x/applause/c" + std::to_string(i), LabelClass::Applause));
    ASSERT_TRUE(rateFinding());
    EXPECT_THAT(rateFinding()->evidence[0], HasSubstr("right in 98 %"));
}

TEST(PlantedFaults, ClassesFromDifferentSourcesAreFound) {
    RecordingCollection collection;
    for (int i = 0; i < 40; ++i) {
        collection.recordings.push_back(clip("claps/applause/a" + std::to_string(i), LabelClass::Applause));
        collection.recordings.push_back(clip("talks/other/b" + std::to_string(i), LabelClass::NotApplause));
    }
    EXPECT_TRUE(findingOf(checkDataset(collection, Hyperparameters{}).findings, "class-source"));
    for (int i = 0; i < 40; ++i)
        collection.recordings.push_back(clip("talks/applause/b" + std::to_string(i), LabelClass::Applause));
    EXPECT_EQ(findingOf(checkDataset(collection, Hyperparameters{}).findings, "class-source"), nullptr);
}

TEST(PlantedFaults, ClassesOfDifferentLoudnessAreFound) {
    const DataFolder data;
    const CheckReport report = heardCheck(noiseOnBothSides(data, 6, 0.03));
    const Finding* found = findingOf(report.findings, "class-loudness");
    ASSERT_TRUE(found);
    EXPECT_THAT(found->text, HasSubstr("always louder"));
    EXPECT_THAT(found->evidence[0], HasSubstr("100 % of pairs"));
}

TEST(PlantedFaults, TwoValidationExamplesAreTooFew) {
    RecordingCollection collection;
    for (int i = 0; i < 40; ++i) {
        const auto role = i == 0 ? SplitRole::Validation : SplitRole::Training;
        collection.recordings.push_back(clip("x/applause/a" + std::to_string(i), LabelClass::Applause));
        collection.recordings.back().role = role;
        collection.recordings.push_back(clip("x/other/b" + std::to_string(i), LabelClass::NotApplause));
        collection.recordings.back().role = role;
    }
    const CheckReport report = checkDataset(collection, Hyperparameters{});
    const Finding* few = findingOf(report.findings, "few-examples");
    ASSERT_TRUE(few);
    EXPECT_EQ(few->severity, Severity::Warning);
    EXPECT_THAT(few->evidence, Contains("2 windows for validation"));
}

TEST(RunCheck, ZeroLossAndPerfectFirstEpochsAreSaid) {
    TrainingRun run;
    EpochMetrics epoch;
    epoch.epoch = 1;
    epoch.validation.loss = 0.0;
    epoch.validation.confusion = {0, 0, 0, 20};
    run.epochs.push_back(epoch);
    ASSERT_TRUE(findingOf(checkRun(run), "zero-loss"));
    EXPECT_THAT(findingOf(checkRun(run), "too-good")->text, HasSubstr("one class only"));

    run.epochs[0].validation.loss = 0.2;
    run.epochs[0].validation.confusion = {30, 0, 0, 20};
    EXPECT_EQ(findingOf(checkRun(run), "zero-loss"), nullptr);
    EXPECT_THAT(findingOf(checkRun(run), "too-good")->text, HasSubstr("first epochs"));

    run.epochs[0].validation.confusion = {30, 1, 0, 20};
    EXPECT_TRUE(checkRun(run).empty());
    run.epochs[0].epoch = 10;
    run.epochs[0].validation.confusion = {30, 0, 0, 20};
    EXPECT_TRUE(checkRun(run).empty()) << "late perfection may be earned";
}
