// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/RunComparison.h"

#include "core/dataset/Random.h"
#include "core/training/Metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

using namespace ovation;

namespace {

RecordingResult resultOf(const std::string& file, int64_t tn, int64_t fp, int64_t fn, int64_t tp, double loss = 1) {
    return {file, {tn, fp, fn, tp}, loss};
}

TrainingRun runWith(std::vector<RecordingResult> recordings) {
    TrainingRun run;
    run.byRecording = std::move(recordings);
    run.bestEpoch = 1;
    run.stopped = StopReason::Epochs;
    EpochMetrics epoch;
    epoch.epoch = 1;
    Confusion all;
    for (const RecordingResult& one : run.byRecording) {
        all.tn += one.confusion.tn;
        all.fp += one.confusion.fp;
        all.fn += one.confusion.fn;
        all.tp += one.confusion.tp;
    }
    epoch.validation.f1 = all.f1();
    epoch.validation.accuracy = all.accuracy();
    run.epochs = {epoch};
    return run;
}

/// Ten recordings; `misses` of ten applause windows are missed in each.
TrainingRun evenRun(int64_t misses) {
    std::vector<RecordingResult> recordings;
    for (int i = 0; i < 10; ++i)
        recordings.push_back(resultOf("r" + std::to_string(i), 10, 0, misses, 10 - misses, double(misses)));
    return runWith(recordings);
}

} // namespace

TEST(RunComparison, IntervalHoldsTheValueAndIsAPointWhereRecordingsAgree) {
    const TrainingRun even = evenRun(2);
    const auto point = bestInterval(even, RunMetric::F1);
    ASSERT_TRUE(point);
    EXPECT_DOUBLE_EQ(point->low, point->high);
    EXPECT_DOUBLE_EQ(point->low, *bestValue(even, RunMetric::F1));
    TrainingRun uneven = evenRun(2);
    uneven.byRecording[3] = resultOf("r3", 10, 0, 10, 0);
    uneven.byRecording[7] = resultOf("r7", 5, 5, 0, 10);
    uneven = runWith(uneven.byRecording);
    const auto interval = bestInterval(uneven, RunMetric::F1);
    ASSERT_TRUE(interval);
    EXPECT_LT(interval->low, *bestValue(uneven, RunMetric::F1));
    EXPECT_GT(interval->high, *bestValue(uneven, RunMetric::F1));
    EXPECT_EQ(bestInterval(uneven, RunMetric::F1)->low, interval->low) << "the same each time";
}

TEST(RunComparison, RankingsHaveIntervalsAroundWhatAllScoresGive) {
    std::vector<RecordingResult> results;
    std::vector<RankedExample> all;
    Random random(5);
    for (int i = 0; i < 12; ++i) {
        RecordingResult one;
        one.file = "r" + std::to_string(i);
        for (int k = 0; k < 40; ++k) {
            const bool applause = k % 4 == 0;
            const auto logit = static_cast<float>(random.uniform(-4, 4) + (applause ? 2.5 - 0.3 * i : 0.0));
            const float score = 1 / (1 + std::exp(-logit));
            one.rank(score, applause);
            one.confusion.add(applause, score >= 0.5F);
            all.push_back({score, applause});
        }
        results.push_back(one);
    }
    const TrainingRun run = runWith(results);
    for (const auto& [metric, value] :
         {std::pair{RunMetric::RocAuc, *rocAuc(all)}, std::pair{RunMetric::AveragePrecision, *averagePrecision(all)}}) {
        const auto interval = bestInterval(run, metric);
        ASSERT_TRUE(interval) << nameOf(metric);
        EXPECT_LT(interval->low, value);
        EXPECT_GT(interval->high, value);
        EXPECT_LT(interval->high - interval->low, 0.3);
    }
    // Of recordings that are all alike only the classes' width is left.
    const TrainingRun same = runWith(std::vector<RecordingResult>(6, results.front()));
    std::vector<RankedExample> first(all.begin(), all.begin() + 40);
    const auto point = bestInterval(same, RunMetric::RocAuc);
    ASSERT_TRUE(point);
    EXPECT_DOUBLE_EQ(point->low, point->high);
    EXPECT_NEAR(point->low, *rocAuc(first), 0.02);
}

TEST(RunComparison, ALossThatWeighsTheClassesHasNoIntervalOfUnweightedOnes) {
    TrainingRun run = evenRun(2);
    ASSERT_TRUE(bestInterval(run, RunMetric::Loss));
    run.hyperparameters.classWeights = true;
    EXPECT_FALSE(bestInterval(run, RunMetric::Loss));
    EXPECT_TRUE(bestInterval(run, RunMetric::F1));
    run.hyperparameters.model = "crnn";
    EXPECT_TRUE(bestInterval(run, RunMetric::Loss)) << "a frame network weighs no classes";
}

TEST(RunComparison, PairsTakeFewerResamplesTheMoreRecordingsThereAre) {
    const TrainingRun few = evenRun(2);
    EXPECT_EQ(compareRuns(few, evenRun(1)).f1.better, compareRuns(few, evenRun(1), 2000).f1.better);
    std::vector<RecordingResult> before, after;
    for (int i = 0; i < 1999; ++i) {
        before.push_back(resultOf("r" + std::to_string(i), 2, 0, i % 2, 2 - i % 2));
        after.push_back(resultOf("r" + std::to_string(i), 2, 0, i % 3 % 2, 2 - i % 3 % 2));
    }
    const TrainingRun first = runWith(before), second = runWith(after);
    const auto usual = compareRuns(first, second).accuracy, asMany = compareRuns(first, second, 500).accuracy;
    ASSERT_TRUE(usual.interval && asMany.interval);
    EXPECT_EQ(usual.interval->low, asMany.interval->low);
    EXPECT_EQ(usual.interval->high, asMany.interval->high);
}

TEST(RunComparison, AModelHoldsTheIntervalsOfItsRun) {
    TrainingRun run = evenRun(2);
    run.byRecording[3] = resultOf("r3", 10, 0, 10, 0);
    run.byRecording[7] = resultOf("r7", 5, 5, 0, 10);
    run = runWith(run.byRecording);
    const auto validation = nlohmann::json::parse(metricsOfModel(run)).at("validation");
    EXPECT_EQ(validation.at("recordings"), 10);
    EXPECT_DOUBLE_EQ(validation.at("f1").get<double>(), *bestValue(run, RunMetric::F1));
    const auto& intervals = validation.at("intervals");
    const auto f1 = bestInterval(run, RunMetric::F1);
    EXPECT_DOUBLE_EQ(intervals.at("f1")[0].get<double>(), f1->low);
    EXPECT_DOUBLE_EQ(intervals.at("f1")[1].get<double>(), f1->high);
    // Of 100 applause windows 8 x 8 + 0 + 10 are found, with 5 false alarms.
    EXPECT_LT(intervals.at("recall")[0].get<double>(), 0.74);
    EXPECT_GT(intervals.at("recall")[1].get<double>(), 0.74);
    EXPECT_LT(intervals.at("precision")[0].get<double>(), 74.0 / 79);
    EXPECT_FALSE(intervals.contains("roc_auc")) << "the rankings were not kept";
    run.byRecording.resize(1);
    EXPECT_TRUE(nlohmann::json::parse(metricsOfModel(run)).at("validation").at("intervals").empty());
    run.bestEpoch = 0;
    EXPECT_EQ(metricsOfModel(run), "{}");
}

TEST(RunComparison, NothingCanBeSaidOfOneRecordingOrWithoutRankings) {
    EXPECT_FALSE(bestInterval(runWith({resultOf("a", 5, 1, 1, 5)}), RunMetric::F1));
    EXPECT_FALSE(bestInterval(runWith({}), RunMetric::F1));
    EXPECT_FALSE(bestInterval(evenRun(1), RunMetric::RocAuc));
    // Applause in one of many recordings: most resamples would do without any, and F1 is undefined there.
    std::vector<RecordingResult> rare(12, resultOf("n", 10, 0, 0, 0));
    for (size_t i = 0; i < rare.size(); ++i)
        rare[i].file += std::to_string(i);
    rare[0] = resultOf("a", 0, 0, 5, 5);
    EXPECT_FALSE(bestInterval(runWith(rare), RunMetric::F1));
    EXPECT_TRUE(bestInterval(runWith(rare), RunMetric::Accuracy));
}

TEST(RunComparison, PairsSeeADifferenceThatEveryRecordingShares) {
    // The recordings are of very different difficulty; the second run finds one window more in each.
    std::vector<RecordingResult> before, after;
    for (int i = 0; i < 8; ++i) {
        before.push_back(resultOf("r" + std::to_string(i), 10, 0, i + 1, 9 - i, 5));
        after.push_back(resultOf("r" + std::to_string(i), 10, 0, i, 10 - i, 4));
    }
    const TrainingRun first = runWith(before), second = runWith(after);
    const PairedComparison pair = compareRuns(first, second);
    EXPECT_EQ(pair.recordings, 8);
    EXPECT_EQ(pair.others, 0);
    ASSERT_TRUE(pair.f1.value && pair.f1.interval && pair.f1.better);
    EXPECT_GT(pair.f1.interval->low, 0);
    EXPECT_DOUBLE_EQ(*pair.f1.better, 1);
    EXPECT_NEAR(*pair.accuracy.value, 0.05, 1e-12);
    EXPECT_NEAR(*pair.loss.value, -0.05, 1e-12);
    EXPECT_DOUBLE_EQ(*pair.loss.better, 1) << "a lower loss is better";
    // Each alone is far less certain than their difference.
    const auto alone = bestInterval(first, RunMetric::F1);
    EXPECT_GT(alone->high - alone->low, 2 * (pair.f1.interval->high - pair.f1.interval->low));
    const PairedComparison same = compareRuns(first, first);
    EXPECT_DOUBLE_EQ(*same.f1.value, 0);
    EXPECT_DOUBLE_EQ(*same.f1.better, 0.5);
}

TEST(RunComparison, OnlySharedRecordingsWithTheSameLabelsCount) {
    const TrainingRun first =
        runWith({resultOf("a", 5, 0, 0, 5), resultOf("b", 5, 0, 0, 5), resultOf("c", 5, 0, 0, 5)});
    const TrainingRun second =
        runWith({resultOf("a", 5, 0, 1, 4), resultOf("b", 6, 0, 0, 4), resultOf("d", 5, 0, 0, 5)});
    const PairedComparison pair = compareRuns(first, second);
    EXPECT_EQ(pair.recordings, 1) << "b was labelled otherwise";
    EXPECT_EQ(pair.others, 4);
    EXPECT_TRUE(pair.f1.value);
    EXPECT_FALSE(pair.f1.interval) << "one recording has no spread";
    EXPECT_FALSE(compareRuns(first, runWith({})).f1.value);
}

TEST(RunComparison, ScoresOfWindowsAndOfAnswersAreNotPaired) {
    const TrainingRun windows = evenRun(1);
    TrainingRun answers = evenRun(2);
    answers.hyperparameters.model = "crnn";
    const PairedComparison pair = compareRuns(windows, answers);
    EXPECT_FALSE(pair.sameUnit);
    EXPECT_EQ(pair.recordings, 0);
    EXPECT_EQ(pair.others, 0) << "the recordings are the same";
    EXPECT_FALSE(pair.f1.value);
    TrainingRun others = answers;
    others.byRecording[0] = resultOf("elsewhere", 10, 0, 0, 10);
    EXPECT_TRUE(compareRuns(answers, others).sameUnit);
    EXPECT_EQ(compareRuns(answers, others).recordings, 9);
}

TEST(RunComparison, NamesTheSettingsThatDiffer) {
    std::vector<TrainingRun> runs(3);
    EXPECT_TRUE(differingFields(runs).empty());
    runs[1].hyperparameters.dropout = 0.1;
    runs[2].hyperparameters.optimizer = "sgd";
    const auto fields = differingFields(runs);
    ASSERT_EQ(fields.size(), 2U);
    EXPECT_STREQ(fields[0]->name, "optimizer");
    EXPECT_STREQ(fields[1]->name, "dropout");
}

TEST(RunComparison, RunsThatOweSomethingToOtherModelsAreNoSeedsOfEachOther) {
    std::vector<TrainingRun> runs;
    const auto put = [&](const char* from, const std::vector<std::string>& teachers) {
        runs.push_back(evenRun(1));
        runs.back().id = static_cast<int64_t>(runs.size());
        runs.back().hyperparameters.seed = runs.size();
        runs.back().begunFrom = from;
        runs.back().taughtBy = teachers;
    };
    put("", {});
    put("starter", {});
    put("", {"a", "b"});
    put("", {"b"});
    EXPECT_TRUE(seedGroups(runs).empty());
    EXPECT_TRUE(differingOrigins(runs).begunFrom);
    EXPECT_TRUE(differingOrigins(runs).taughtBy);
    put("starter", {});
    put("", {"a", "b"});
    const auto groups = seedGroups(runs);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].ids, (std::vector<int64_t>{2, 5}));
    EXPECT_EQ(groups[1].ids, (std::vector<int64_t>{3, 6}));
    EXPECT_FALSE(differingOrigins({runs[0], runs[2]}).begunFrom);
    EXPECT_FALSE(differingOrigins({runs[0], runs[1]}).taughtBy);
    EXPECT_FALSE(differingOrigins({}).begunFrom);
}

TEST(RunComparison, GroupsRunsThatDifferInTheirSeed) {
    std::vector<TrainingRun> runs;
    for (const auto& [seed, misses] : {std::pair{1, 1}, {2, 3}, {3, 5}, {3, 5}}) {
        runs.push_back(evenRun(misses));
        runs.back().id = static_cast<int64_t>(runs.size());
        runs.back().hyperparameters.seed = static_cast<uint64_t>(seed);
    }
    runs.push_back(evenRun(0));
    runs.back().hyperparameters.dropout = 0.5;
    runs.push_back(evenRun(0));
    runs.back().stopped = StopReason::Failed;
    runs.push_back(evenRun(2));
    runs.back().id = 9;
    runs.back().hyperparameters.seed = 4;
    runs.back().dataset.trainRecordings += 5; // labelled meanwhile: another data set
    runs.push_back(evenRun(5));
    runs.back().id = 10;
    runs.back().hyperparameters.seed = 3;
    runs.back().dataset.fingerprint = "of other labels";
    const auto groups = seedGroups(runs);
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].ids, (std::vector<int64_t>{1, 2, 3})) << "the same seed again says nothing new";
    const auto& accuracy = groups[0].metrics[1];
    ASSERT_TRUE(accuracy && accuracy->deviation);
    EXPECT_NEAR(accuracy->mean, 0.85, 1e-12);
    EXPECT_NEAR(*accuracy->deviation, 0.1, 1e-12);
    EXPECT_FALSE(groups[0].metrics[3]) << "ROC-AUC was never measured";
}
