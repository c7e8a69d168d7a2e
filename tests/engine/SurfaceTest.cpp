// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "core/base/Files.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

using namespace ovation;
using namespace ovation::test;

namespace {

struct TrainedWithPath {
    TrainingOutcome outcome;
    WeightPath path;
};

TrainedWithPath trainKeepingPath(const Dataset& data, const Hyperparameters& values) {
    const TemporaryFolder folder;
    TrainingOptions options;
    options.hyperparameters = values;
    options.pathRoot = folder.path();
    auto outcome = theEngine().train(data, options, {}, CancelToken());
    EXPECT_TRUE(outcome) << describe(outcome.error());
    TrainedWithPath trained{std::move(*outcome), {}};
    trained.path = readPath(
        pathFolderOf(folder.path(), trained.outcome.model.trainingJson, trained.outcome.model.datasetFingerprint));
    return trained;
}

class Attention : public testing::TestWithParam<const char*> {};

TEST(WeightPath, IsWhereProgramsBeforeKeptItAsLongAsNothingNewIsSet) {
    Hyperparameters values = preset("compact")->values;
    auto before = nlohmann::ordered_json::parse(toJson(values));
    before.erase("split_seed");
    before.erase("teacher_share");
    before["epochs"] = 1;
    before["threads"] = 0;
    EXPECT_EQ(pathFolderOf("r", toJson(values), "f"), "r/" + hashOf(before.dump() + "f"));
    values.splitSeed = 3;
    EXPECT_NE(pathFolderOf("r", toJson(values), "f"), "r/" + hashOf(before.dump() + "f"));
}

TEST_P(Attention, SumsToOneOverAClipsFramesAndIsNothingInThePadding) {
    const auto network = theEngine().create(smallArchitecture(GetParam()), 3);
    ASSERT_TRUE(network);
    const Clips clips = makeClips({5, 9, 1}, 9, 4);
    const auto attention = (*network)->attention(clips.batch());
    ASSERT_TRUE(attention) << describe(attention.error());
    ASSERT_EQ(attention->size(), 27U);
    for (size_t clip = 0; clip < 3; ++clip) {
        const auto first = attention->begin() + static_cast<ptrdiff_t>(9 * clip);
        const int32_t length = clips.lengths[clip];
        EXPECT_NEAR(std::accumulate(first, first + length, 0.0), 1, 1e-5);
        for (int32_t i = length; i < 9; ++i)
            EXPECT_EQ(first[i], 0);
    }
    // What is in the padding, and which clips are beside it, has no influence.
    const auto alone = (*network)->attention(clips.only(0).padded(20, 99).batch());
    ASSERT_TRUE(alone);
    for (size_t i = 0; i < 5; ++i)
        EXPECT_NEAR((*alone)[i], (*attention)[i], 1e-6);
}

INSTANTIATE_TEST_SUITE_P(All, Attention, testing::Values("bilstm-attention", "transformer"));

} // namespace

TEST(Surface, ThePathOfTrainingIsOnIt) {
    const Dataset data = makeDataset(48, 24, 2.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 5;
    values.patience = 0;
    const TrainedWithPath trained = trainKeepingPath(data, values);
    ASSERT_EQ(trained.path.epochs, (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
    SurfaceOptions options;
    options.steps = 5;
    options.mostExamples = 48;
    int calls = 0;
    const auto surface = theEngine().lossSurface(data, values, trained.outcome.model, trained.path, options,
                                                 CancelToken(), [&](const Progress&) { ++calls; });
    ASSERT_TRUE(surface) << describe(surface.error());
    EXPECT_EQ(surface->directions, "path");
    EXPECT_EQ(calls, 25);
    EXPECT_EQ(surface->examples, 48);
    ASSERT_EQ(surface->path.size(), 6U);
    EXPECT_GT(surface->shown, 0.8);
    EXPECT_LE(surface->shown, 1.0 + 1e-9);
    for (const LossSurface::Point& point : surface->path) {
        EXPECT_GE(point.x, surface->lowX);
        EXPECT_LE(point.x, surface->highX);
        EXPECT_GE(point.y, surface->lowY);
        EXPECT_LE(point.y, surface->highY);
    }
    // The path's point of the best epoch is the trained weights.
    const auto& best = surface->path[static_cast<size_t>(trained.outcome.run.bestEpoch)];
    EXPECT_NEAR(std::hypot(best.x, best.y), 0, 1e-3);
    const auto& start = surface->path.front();
    EXPECT_GT(std::hypot(start.x, start.y), 0.1);
}

// A path of known steps: how far its points lie from the trained weights, in units of the filters' lengths.
TEST(Surface, IsOfWhatTheModelHears) {
    const Dataset data = makeDataset(48, 24, 2.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 2;
    const TrainedWithPath trained = trainKeepingPath(data, values);
    SurfaceOptions options;
    options.steps = 3;
    options.mostExamples = 48;
    const auto own = theEngine().lossSurface(data, values, trained.outcome.model, {}, options, {}, {});
    const auto other =
        theEngine().lossSurface(standardisedOtherwise(data), values, trained.outcome.model, {}, options, {}, {});
    ASSERT_TRUE(own && other);
    ASSERT_EQ(own->loss.size(), other->loss.size());
    for (size_t i = 0; i < own->loss.size(); ++i)
        EXPECT_NEAR(own->loss[i], other->loss[i], 1e-3 * own->loss[i]);
}

TEST(Surface, ThePathIsMeasuredInLengthsOfFilters) {
    const Dataset data = makeDataset(24, 12, 2.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 1;
    const TrainedWithPath trained = trainKeepingPath(data, values);
    const TensorMap& middle = trained.outcome.model.weights;
    WeightPath path;
    // One matrix grows by a quarter, another shrinks by a half: every filter of it moves by that share of its length.
    const std::pair<const char*, float> moves[] = {{"lstm.weight_ih_l0", 1.25F}, {"attention.in_proj_weight", 0.5F}};
    for (const auto& [name, factor] : moves) {
        TensorMap moved = middle;
        ASSERT_TRUE(moved.contains(name));
        for (float& value : moved.at(name).values)
            value *= factor;
        path.weights.push_back(moved);
        path.epochs.push_back(path.epochs.empty() ? 0 : 1);
    }
    path.weights.push_back(middle);
    path.epochs.push_back(2);
    SurfaceOptions options;
    options.steps = 3;
    const auto surface = theEngine().lossSurface(data, values, trained.outcome.model, path, options, CancelToken(), {});
    ASSERT_TRUE(surface) << describe(surface.error());
    EXPECT_EQ(surface->directions, "path");
    EXPECT_NEAR(surface->shown, 1, 1e-6);
    ASSERT_EQ(surface->path.size(), 3U);
    const auto filters = [&](const char* name) { return static_cast<double>(middle.at(name).shape[0]); };
    EXPECT_NEAR(std::hypot(surface->path[0].x, surface->path[0].y), 0.25 * std::sqrt(filters(moves[0].first)), 1e-4);
    EXPECT_NEAR(std::hypot(surface->path[1].x, surface->path[1].y), 0.5 * std::sqrt(filters(moves[1].first)), 1e-4);
    EXPECT_NEAR(std::hypot(surface->path[2].x, surface->path[2].y), 0, 1e-4);
}

TEST(Surface, RandomDirectionsClimbAwayFromTheTrainedWeights) {
    const Dataset data = makeDataset(48, 24, 3.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 8;
    const TrainedWithPath trained = trainKeepingPath(data, values);
    SurfaceOptions options;
    options.alongPath = false;
    options.steps = 5;
    options.reach = 2;
    const auto surface = theEngine().lossSurface(data, values, trained.outcome.model, {}, options, CancelToken(), {});
    ASSERT_TRUE(surface) << describe(surface.error());
    EXPECT_EQ(surface->directions, "random");
    EXPECT_TRUE(surface->path.empty());
    const double middle = surface->at(2, 2);
    double sum = 0;
    for (const double loss : surface->loss)
        sum += loss;
    EXPECT_LT(middle, sum / 25);
    // Both directions lead away, and the middle is the trained network's loss.
    EXPECT_NE(surface->at(2, 0), middle);
    EXPECT_NE(surface->at(0, 2), middle);
    const auto network = theEngine().load(trained.outcome.model);
    ASSERT_TRUE(network);
    const ExampleSet& set = data.train;
    const auto answers = (*network)->probabilities({set.count, 12, set.mfcc, set.clipValues, set.lengths});
    ASSERT_TRUE(answers);
    double loss = 0;
    for (size_t i = 0; i < answers->size(); ++i) {
        const auto p = static_cast<double>((*answers)[i]);
        loss -= std::log(set.labels[i] == 1 ? p : 1 - p);
    }
    EXPECT_NEAR(middle, loss / static_cast<double>(set.count), 1e-4);
    const auto again = theEngine().lossSurface(data, values, trained.outcome.model, {}, options, CancelToken(), {});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->loss, surface->loss) << "the same every time";
    options.seed = 2;
    EXPECT_NE(theEngine().lossSurface(data, values, trained.outcome.model, {}, options, CancelToken(), {})->loss,
              surface->loss);
}

TEST(Surface, IsCancelled) {
    const Dataset data = makeDataset(48, 24, 3.0);
    Hyperparameters values = smallHyperparameters();
    values.epochs = 1;
    const TrainedWithPath trained = trainKeepingPath(data, values);
    const CancelToken cancel;
    int calls = 0;
    const auto surface = theEngine().lossSurface(data, values, trained.outcome.model, {}, SurfaceOptions(), cancel,
                                                 [&](const Progress&) {
                                                     if (++calls == 3) cancel.cancel();
                                                 });
    ASSERT_FALSE(surface);
    EXPECT_EQ(surface.error().code, ErrorCode::Cancelled);
    EXPECT_LT(calls, 5);
}
