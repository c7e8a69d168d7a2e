// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"

#include <cmath>
#include <limits>

using namespace ovation;
using namespace ovation::test;

namespace {

class Networks : public testing::TestWithParam<const char*> {};

std::unique_ptr<Network> smallNetwork(const std::string& id, uint64_t seed = 1) {
    auto network = theEngine().create(smallArchitecture(id), seed);
    EXPECT_TRUE(network) << describe(network.error());
    return std::move(*network);
}

std::vector<float> ask(Network& network, const Clips& clips) {
    const auto result = network.probabilities(clips.batch());
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *result : std::vector<float>();
}

TEST(SeedNetwork, HasThirteenMillionParametersUnderTheRegistrysNames) {
    const Result<Architecture> architecture = architectureFor(preset("seed")->values);
    ASSERT_TRUE(architecture);
    const auto network = theEngine().create(*architecture, 42);
    ASSERT_TRUE(network);
    EXPECT_EQ((*network)->parameterCount(), 13'415'042);
    const TensorMap weights = (*network)->weights();
    int64_t values = 0;
    for (const auto& [name, tensor] : weights)
        values += static_cast<int64_t>(tensor.values.size());
    EXPECT_EQ(values, 13'415'042);
    EXPECT_EQ(weights.at("lstm.weight_ih_l0_reverse").shape, (std::vector<int64_t>{2048, 13}));
    EXPECT_EQ(weights.at("attention.in_proj_weight").shape, (std::vector<int64_t>{3072, 1024}));
}

TEST(SeedNetwork, StartsWithXavierAndKaimingWeightsAndZeroBiases) {
    const TensorMap weights = smallNetwork("bilstm-attention")->weights();
    const auto largest = [&](const std::string& name) {
        float most = 0;
        for (const float value : weights.at(name).values)
            most = std::max(most, std::abs(value));
        return most;
    };
    // lstm.weight_hh_l0: (64, 16); bound sqrt(6 / 80). head.1: fan in 512, bound sqrt(6 / 512).
    EXPECT_LE(largest("lstm.weight_hh_l0"), std::sqrt(6.0 / 80));
    EXPECT_GT(largest("lstm.weight_hh_l0"), 0.95 * std::sqrt(6.0 / 80));
    EXPECT_LE(largest("head.1.weight"), std::sqrt(6.0 / 512));
    EXPECT_GT(largest("head.1.weight"), 0.99 * std::sqrt(6.0 / 512));
    EXPECT_EQ(largest("lstm.bias_hh_l1_reverse"), 0);
    EXPECT_EQ(largest("attention.out_proj.bias"), 0);
}

TEST_P(Networks, HaveTheTensorsThatTheRegistryLists) {
    const Architecture architecture = smallArchitecture(GetParam());
    const TensorMap weights = smallNetwork(GetParam())->weights();
    const TensorShapes shapes = modelDescription(GetParam())->tensorShapes(architecture);
    EXPECT_EQ(weights.size(), shapes.size());
    for (const auto& [name, shape] : shapes) {
        ASSERT_TRUE(weights.contains(name)) << name;
        EXPECT_EQ(weights.at(name).shape, shape) << name;
    }
}

TEST_P(Networks, AreTheSameForTheSameSeedOnly) {
    EXPECT_EQ(smallNetwork(GetParam(), 3)->weights(), smallNetwork(GetParam(), 3)->weights());
    EXPECT_NE(smallNetwork(GetParam(), 3)->weights(), smallNetwork(GetParam(), 4)->weights());
}

TEST_P(Networks, AnswerProbabilitiesThatDependOnTheClip) {
    const auto answers = ask(*smallNetwork(GetParam()), makeClips({20, 20, 20}, 20, 1));
    ASSERT_EQ(answers.size(), 3u);
    for (const float answer : answers) {
        EXPECT_GT(answer, 0);
        EXPECT_LT(answer, 1);
    }
    EXPECT_NE(answers[0], answers[1]);
}

TEST_P(Networks, AreBlindToWhatIsInThePadding) {
    const auto network = smallNetwork(GetParam());
    const Clips clips = makeClips({5, 30, 1, 17}, 30, 2);
    const auto expected = ask(*network, clips);
    EXPECT_EQ(ask(*network, clips.padded(30, 1e6F)), expected);
    EXPECT_EQ(ask(*network, clips.padded(30, std::numeric_limits<float>::quiet_NaN())), expected);
}

TEST_P(Networks, AreBlindToThePaddedLength) {
    const auto network = smallNetwork(GetParam());
    const Clips clips = makeClips({5, 30, 1, 17}, 30, 3);
    const auto expected = ask(*network, clips);
    EXPECT_EQ(ask(*network, clips.padded(77, 0)), expected);
    for (int64_t i = 0; i < clips.count; ++i) {
        const auto alone = ask(*network, clips.only(i));
        ASSERT_EQ(alone.size(), 1u);
        EXPECT_NEAR(alone[0], expected[static_cast<size_t>(i)], 2e-6) << "clip " << i;
    }
}

TEST_P(Networks, AnswerTheSameWithTheSameWeightsLoaded) {
    const auto network = smallNetwork(GetParam(), 5);
    ModelBundle bundle;
    bundle.architecture = smallArchitecture(GetParam());
    bundle.weights = network->weights();
    const auto loaded = theEngine().load(bundle);
    ASSERT_TRUE(loaded) << describe(loaded.error());
    const Clips clips = makeClips({9, 12}, 12, 4);
    EXPECT_EQ(ask(**loaded, clips), ask(*network, clips));
}

TEST_P(Networks, RefuseABundleWhoseWeightsDoNotFit) {
    ModelBundle bundle;
    bundle.architecture = smallArchitecture(GetParam());
    bundle.weights = smallNetwork(GetParam())->weights();
    ModelBundle missing = bundle;
    missing.weights.erase("head.2.bias");
    ModelBundle reshaped = bundle;
    reshaped.weights["head.2.bias"] = {{1}, {0.0F}};
    ModelBundle surplus = bundle;
    surplus.weights["extra"] = {{1}, {0.0F}};
    for (const ModelBundle& wrong : {missing, reshaped, surplus}) {
        const auto loaded = theEngine().load(wrong);
        ASSERT_FALSE(loaded);
        EXPECT_EQ(loaded.error().code, ErrorCode::WrongArchitecture);
    }
}

TEST_P(Networks, RefuseABatchThatContradictsItself) {
    const auto network = smallNetwork(GetParam());
    Clips tooLong = makeClips({5, 6}, 6, 5);
    tooLong.lengths[0] = 7;
    Clips empty = makeClips({5, 6}, 6, 5);
    empty.lengths[1] = 0;
    Clips shortValues = makeClips({5, 6}, 6, 5);
    shortValues.clipValues.pop_back();
    for (const Clips& wrong : {tooLong, empty, shortValues})
        EXPECT_FALSE(network->probabilities(wrong.batch()));
    EXPECT_EQ(ask(*network, Clips()).size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(All, Networks, testing::Values("bilstm-attention", "transformer"), [](const auto& name) {
    return std::string(name.param) == "transformer" ? "Transformer" : "BilstmAttention";
});

TEST(EngineFace, NamesItsParts) {
    theEngine().setThreads(1);
    EXPECT_NE(theEngine().description().find("LibTorch 1.13"), std::string::npos) << theEngine().description();
    EXPECT_NE(theEngine().description().find("1 thread"), std::string::npos);
    theEngine().setThreads(0);
}

TEST(EngineFace, RefusesAnUnknownArchitecture) {
    Architecture unknown;
    unknown.id = "perceptron";
    const auto network = theEngine().create(unknown, 1);
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().code, ErrorCode::WrongArchitecture);
}

// In a process of its own: an engine that is loaded stays loaded.
TEST(EngineLoaderDeathTest, SaysWhyTheEngineCannotBeLoaded) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            setenv("OVATION_ENGINE", "/nonexistent/libovation_engine.so", 1);
            const auto loaded = engine();
            const bool right = !loaded && loaded.error().code == ErrorCode::EngineUnavailable &&
                               loaded.error().detail.find("cannot open shared object") != std::string::npos;
            std::exit(right ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
    EXPECT_EXIT(
        {
            setenv("OVATION_ENGINE", "libm.so.6", 1);
            const auto loaded = engine();
            std::exit(!loaded && loaded.error().detail.find("not Ovation's engine") != std::string::npos ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
}

} // namespace
