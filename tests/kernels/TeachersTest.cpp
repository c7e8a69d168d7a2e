// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Teachers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <torch/types.h>

using namespace ovation;

namespace {

Architecture taughtArchitecture(int64_t hiddenSize) {
    Architecture architecture;
    architecture.id = "crnn";
    architecture.hiddenSize = hiddenSize;
    architecture.layers = 1;
    architecture.bands = 64;
    architecture.channels = 8;
    return architecture;
}

std::shared_ptr<ModelBundle> teacherOf(int64_t hiddenSize, uint64_t seed, float mean, float deviation) {
    Crnn network(taughtArchitecture(hiddenSize));
    network.initialise(seed);
    auto model = std::make_shared<ModelBundle>();
    model->name = "t" + std::to_string(seed);
    model->architecture = network.architecture();
    model->weights = network.weights();
    model->logMelStandardizer = {std::vector<float>(64, mean), std::vector<float>(64, deviation)};
    return model;
}

FrameData heardWith(float mean, float deviation) {
    FrameData data;
    data.standardizer = {std::vector<float>(64, mean), std::vector<float>(64, deviation)};
    return data;
}

at::Tensor answersOf(const ModelBundle& model, const at::Tensor& logMel) {
    Crnn network(model.architecture);
    network.setWeights(model.weights);
    Dropout none;
    const torch::NoGradGuard noGradient;
    const at::Tensor values =
        (logMel - model.logMelStandardizer.mean.front()) / model.logMelStandardizer.deviation.front();
    return network.forward({values, torch::full({logMel.size(0)}, logMel.size(1), torch::kInt64)}, none).sigmoid();
}

} // namespace

TEST(Teachers, AnswerAsTheirModelsDoHoweverTheExamplesAreHeard) {
    torch::manual_seed(1);
    const at::Tensor logMel = torch::randn({2, 40, 64}) * 15 - 30;
    const auto a = teacherOf(8, 1, -25, 20), b = teacherOf(16, 2, -40, 7);
    const at::Tensor heard = (logMel + 31) / 11;
    const FrameInput input{heard, torch::full({2}, 40, torch::kInt64)};
    const auto one = Teachers::of({b}, heardWith(-31, 11));
    ASSERT_TRUE(one);
    const at::Tensor alone = one->answers(input), expected = answersOf(*b, logMel);
    ASSERT_EQ(alone.sizes(), expected.sizes());
    EXPECT_TRUE(alone.allclose(expected, 1e-3, 1e-4));

    const auto both = Teachers::of({a, b}, heardWith(-31, 11));
    ASSERT_TRUE(both);
    const auto logOdds = [](const at::Tensor& p) { return (p / (1 - p)).log(); };
    const at::Tensor mean = ((logOdds(answersOf(*a, logMel)) + logOdds(expected)) / 2).sigmoid();
    EXPECT_TRUE(both->answers(input).allclose(mean, 1e-3, 1e-4));
    EXPECT_FALSE(both->answers(input).requires_grad());
}

TEST(Teachers, AreToldApartByWhatDecidesTheirAnswers) {
    const FrameData data = heardWith(-25, 20);
    const auto hashFor = [&](std::vector<std::shared_ptr<const ModelBundle>> models) {
        const auto teachers = Teachers::of(models, data);
        return teachers ? teachers->hash() : std::string("none");
    };
    EXPECT_TRUE(Teachers().empty());
    EXPECT_EQ(hashFor({}), "");
    const std::string first = hashFor({teacherOf(8, 1, -25, 20)});
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(first, hashFor({teacherOf(8, 1, -25, 20)}));
    EXPECT_NE(first, hashFor({teacherOf(8, 2, -25, 20)}));
    EXPECT_NE(first, hashFor({teacherOf(8, 1, -25, 19)}));
    EXPECT_NE(first, hashFor({teacherOf(8, 1, -25, 20), teacherOf(8, 2, -25, 20)}));
}

TEST(Teachers, AreFrameNetworksThatHearTheSameFeatures) {
    const auto model = teacherOf(8, 1, -25, 20);
    model->logMel.hop = 512;
    const auto other = Teachers::of({model}, heardWith(-25, 20));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::WrongArchitecture);
    EXPECT_EQ(other.error().file, "t1");
    const auto clips = std::make_shared<ModelBundle>();
    clips->architecture.id = "bilstm-attention";
    const auto refused = Teachers::of({clips}, heardWith(-25, 20));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::WrongArchitecture);
}
