// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelRegistry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace ovation;

namespace {

std::vector<int64_t> shapeOf(const TensorShapes& shapes, const std::string& name) {
    const auto found = std::ranges::find(shapes, name, [](const auto& entry) { return entry.first; });
    return found == shapes.end() ? std::vector<int64_t>{} : found->second;
}

} // namespace

TEST(ModelRegistry, TheSeedsNetworkHasExactly13415042Parameters) {
    const auto architecture = architectureFor(Hyperparameters{});
    ASSERT_TRUE(architecture);
    EXPECT_EQ(parameterCount(*architecture), 13'415'042);
}

TEST(ModelRegistry, BilstmTensorsHaveTheNamesAndShapesOfItsModules) {
    const auto shapes = modelDescription("bilstm-attention")->tensorShapes(*architectureFor(Hyperparameters{}));
    EXPECT_EQ(shapes.size(), 16U + 4U + 4U + 6U);
    EXPECT_EQ(shapes[0].first, "lstm.weight_ih_l0");
    EXPECT_EQ(shapeOf(shapes, "lstm.weight_ih_l0"), (std::vector<int64_t>{2048, 13}));
    EXPECT_EQ(shapeOf(shapes, "lstm.weight_ih_l1_reverse"), (std::vector<int64_t>{2048, 1024}));
    EXPECT_EQ(shapeOf(shapes, "lstm.bias_hh_l1"), (std::vector<int64_t>{2048}));
    EXPECT_EQ(shapeOf(shapes, "attention.in_proj_weight"), (std::vector<int64_t>{3072, 1024}));
    EXPECT_EQ(shapeOf(shapes, "attention.out_proj.weight"), (std::vector<int64_t>{1024, 1024}));
    EXPECT_EQ(shapeOf(shapes, "clip.0.weight"), (std::vector<int64_t>{256, 12}));
    EXPECT_EQ(shapeOf(shapes, "clip.1.weight"), (std::vector<int64_t>{128, 256}));
    EXPECT_EQ(shapeOf(shapes, "head.0.weight"), (std::vector<int64_t>{512, 1152}));
    EXPECT_EQ(shapeOf(shapes, "head.2.weight"), (std::vector<int64_t>{2, 256}));
    EXPECT_EQ(shapes.back().first, "head.2.bias");
}

TEST(ModelRegistry, TransformerTensorsHaveTheNamesAndShapesOfItsModules) {
    const auto architecture = architectureFor(preset("transformer")->values);
    ASSERT_TRUE(architecture);
    const auto shapes = modelDescription("transformer")->tensorShapes(*architecture);
    EXPECT_EQ(shapes.size(), 2U + 6U * 12U + 4U + 6U);
    EXPECT_EQ(shapeOf(shapes, "projection.weight"), (std::vector<int64_t>{512, 13}));
    EXPECT_EQ(shapeOf(shapes, "encoder.layers.5.self_attn.in_proj_weight"), (std::vector<int64_t>{1536, 512}));
    EXPECT_EQ(shapeOf(shapes, "encoder.layers.0.linear1.weight"), (std::vector<int64_t>{2048, 512}));
    EXPECT_EQ(shapeOf(shapes, "encoder.layers.0.norm2.bias"), (std::vector<int64_t>{512}));
    EXPECT_EQ(shapeOf(shapes, "head.0.weight"), (std::vector<int64_t>{512, 640}));
    // Worked by hand: projection 7,168; layer 3,152,384; clip 36,224; head 460,034.
    EXPECT_EQ(parameterCount(*architecture), 7'168 + 6 * 3'152'384 + 36'224 + 460'034);
}

TEST(ModelRegistry, TensorNamesAreUnique) {
    for (const ModelDescription& model : modelRegistry()) {
        Hyperparameters values;
        values.model = model.id;
        std::set<std::string> names;
        for (const auto& [name, shape] : model.tensorShapes(*architectureFor(values)))
            EXPECT_TRUE(names.insert(name).second) << name;
    }
}

TEST(ModelRegistry, UnknownArchitecturesAndImpossibleSizesAreRefused) {
    Hyperparameters unknown;
    unknown.model = "crystal-ball";
    ASSERT_FALSE(architectureFor(unknown));
    EXPECT_EQ(architectureFor(unknown).error().code, ErrorCode::WrongArchitecture);
    Hyperparameters indivisible;
    indivisible.hiddenSize = 10;
    indivisible.heads = 8;
    EXPECT_FALSE(architectureFor(indivisible));
    Hyperparameters negative;
    negative.layers = -1;
    EXPECT_FALSE(architectureFor(negative));
    EXPECT_EQ(modelDescription("crystal-ball"), nullptr);
}

TEST(ModelRegistry, ArchitectureJsonRoundTrip) {
    for (const Preset& candidate : presets()) {
        const auto architecture = architectureFor(candidate.values);
        ASSERT_TRUE(architecture);
        const auto back = architectureFromJson(toJson(*architecture));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, *architecture);
    }
}

TEST(ModelRegistry, HostileArchitecturesAreRefused) {
    const std::string good = toJson(*architectureFor(Hyperparameters{}));
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = good;
        const auto at = changed.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return changed.replace(at, from.size(), to);
    };
    for (const std::string& json :
         {with("\"hidden_size\":512", "\"hidden_size\":1000000000"), with("\"hidden_size\":512", "\"hidden_size\":-4"),
          with("\"hidden_size\":512", "\"hidden_size\":\"512\""), with("\"heads\":8", "\"heads\":0"),
          with("\"heads\":8", "\"heads\":18446744073709551615"), with("\"layers\":2", "\"layers\":2.5"),
          with("bilstm", "unknown"), with("\"dropout\":0.3", "\"dropout\":7"), with("\"mfcc\":13,", ""),
          std::string("[]"), std::string("")}) {
        const auto result = architectureFromJson(json);
        ASSERT_FALSE(result) << json;
        EXPECT_EQ(result.error().code, ErrorCode::WrongArchitecture);
    }
}
