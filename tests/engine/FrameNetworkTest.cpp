// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"

#include "core/detection/FrameChunks.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

Architecture smallFrames() {
    Hyperparameters values = preset("compact")->values;
    values.channels = 16;
    values.hiddenSize = 12;
    return *architectureFor(values);
}

std::vector<float> madeUp(int64_t frames, int64_t bands, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<size_t>(frames * bands));
    for (float& value : values)
        value = normal(random);
    return values;
}

std::vector<float> ask(Network& network, const FrameBatch& batch) {
    auto answers = network.frameProbabilities(batch);
    EXPECT_TRUE(answers) << describe(answers.error());
    return answers ? *answers : std::vector<float>();
}

/// Random weights, but for update gates that are nearly shut: it remembers less than the surroundings of a stretch.
/// With any weights a unit may keep what it heard for minutes.
std::unique_ptr<Network> forgetful(uint64_t seed) {
    const auto random = theEngine().create(smallFrames(), seed);
    if (!random) return nullptr;
    ModelBundle bundle;
    bundle.architecture = smallFrames();
    bundle.weights = (*random)->weights();
    const auto hidden = static_cast<std::ptrdiff_t>(bundle.architecture.hiddenSize);
    for (const char* name : {"gru.bias_ih_l0", "gru.bias_ih_l0_reverse"}) {
        std::vector<float>& biases = bundle.weights.at(name).values; // reset gates, update gates, new values
        for (auto bias = biases.begin() + hidden; bias != biases.begin() + 2 * hidden; ++bias)
            *bias -= 4;
    }
    auto network = theEngine().load(bundle);
    return network ? std::move(*network) : nullptr;
}

} // namespace

TEST(FrameNetwork, StaysCompact) {
    const Hyperparameters values = preset("compact")->values;
    EXPECT_EQ(values.model, "crnn");
    EXPECT_LT(parameterCount(*architectureFor(values)), 300000);
    const auto network = theEngine().create(*architectureFor(values), 1);
    ASSERT_TRUE(network);
    EXPECT_EQ((*network)->parameterCount(), parameterCount(*architectureFor(values)));
}

TEST(FrameNetwork, PaddingHasNoInfluence) {
    const auto network = theEngine().create(smallFrames(), 5);
    ASSERT_TRUE(network);
    const std::vector<int32_t> lengths{40, 1, 23, 39};
    std::vector<float> padded(4 * 40 * 64, 1e3F);
    for (size_t i = 0; i < lengths.size(); ++i) {
        const std::vector<float> own = madeUp(lengths[i], 64, static_cast<unsigned>(i));
        std::copy(own.begin(), own.end(), padded.begin() + static_cast<std::ptrdiff_t>(i * 40 * 64));
    }
    const std::vector<float> together = ask(**network, {4, 40, padded, lengths});
    ASSERT_EQ(together.size(), 40U);
    for (size_t i = 0; i < lengths.size(); ++i) {
        const std::vector<float> own = madeUp(lengths[i], 64, static_cast<unsigned>(i));
        const std::vector<int32_t> length{lengths[i]};
        const std::vector<float> alone = ask(**network, {1, lengths[i], own, length});
        for (size_t a = 0; a < 10; ++a)
            EXPECT_NEAR(together[i * 10 + a], a < alone.size() ? alone[a] : 0.0F, 1e-6) << i << " " << a;
    }
}

TEST(FrameNetwork, StretchesAnswerAsTheWholeDoes) {
    const auto network = forgetful(6);
    ASSERT_TRUE(network);
    constexpr int64_t kFrames = 2003;
    LogMelFrames frames;
    frames.values = FeatureMatrix(kFrames, 64);
    frames.values.values = madeUp(kFrames, 64, 11);
    frames.silent.assign(kFrames, 0);
    const std::vector<int32_t> length{kFrames};
    const std::vector<float> whole = ask(*network, {1, kFrames, frames.values.values, length});
    FrameChunks chunks(64, {.answers = 100, .surroundings = 60, .batch = 3});
    chunks.append(frames);
    chunks.finish();
    std::vector<float> pieces;
    while (const auto batch = chunks.take())
        ASSERT_TRUE(answer(*batch, *network, "", pieces, AnswerPasses::One));
    ASSERT_EQ(pieces.size(), whole.size());
    for (size_t i = 0; i < whole.size(); ++i)
        ASSERT_NEAR(pieces[i], whole[i], 1e-4) << i;
}

TEST(FrameNetwork, WrongBatchesAreErrorsNotCrashes) {
    const auto network = theEngine().create(smallFrames(), 1);
    ASSERT_TRUE(network);
    const std::vector<float> values(4 * 64);
    for (const std::vector<int32_t>& lengths : {std::vector<int32_t>{0}, {5}, {-1}, {}})
        EXPECT_FALSE((*network)->frameProbabilities({1, 4, values, lengths}));
    const std::vector<int32_t> two{2};
    EXPECT_FALSE((*network)->frameProbabilities({1, 5, values, two}));
    EXPECT_FALSE((*network)->probabilities(makeClips({4}, 4, 1).batch()));
    const auto clips = theEngine().create(smallArchitecture("bilstm-attention"), 1);
    ASSERT_TRUE(clips);
    EXPECT_FALSE((*clips)->frameProbabilities({1, 4, values, two}));
    EXPECT_TRUE(ask(**network, {0, 4, {}, {}}).empty());
}
