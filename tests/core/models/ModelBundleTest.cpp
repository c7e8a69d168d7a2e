// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"

#include "core/base/Files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <limits>
#include <random>
#include <unistd.h>

namespace ovation {
namespace {

namespace fs = std::filesystem;

class ModelBundleTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_folder = fs::temp_directory_path() / ("ovation-bundle-" + std::to_string(::getpid()) + "-" +
                                                ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
    }
    void TearDown() override { fs::remove_all(m_folder); }

    std::string path(const char* name) const { return (m_folder / name).string(); }

    fs::path m_folder;
};

ModelBundle smallBundle(const char* id = "bilstm-attention") {
    ModelBundle bundle;
    bundle.architecture.id = id;
    bundle.architecture.hiddenSize = 4;
    bundle.architecture.layers = 1;
    bundle.architecture.heads = 2;
    bundle.architecture.feedForward = bundle.architecture.id == "transformer" ? 8 : 0;
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (const auto& [name, shape] : modelDescription(id)->tensorShapes(bundle.architecture)) {
        Tensor tensor;
        tensor.shape = shape;
        size_t count = 1;
        for (int64_t size : shape)
            count *= static_cast<size_t>(size);
        for (size_t i = 0; i < count; ++i)
            tensor.values.push_back(normal(random));
        bundle.weights[name] = std::move(tensor);
    }
    for (int i = 0; i < 13; ++i) {
        bundle.mfccStandardizer.mean.push_back(-100.1F / static_cast<float>(i + 1));
        bundle.mfccStandardizer.deviation.push_back(0.1F + static_cast<float>(i));
    }
    bundle.clipStandardizer.mean.assign(12, 1.0F / 3);
    bundle.clipStandardizer.deviation.assign(12, 1e-3F);
    bundle.decoder = {0.62, 0.07, 0.8, 1.1, 0.3, 2.4, 1.5, 2.2, -0.02, -0.11};
    bundle.datasetFingerprint = "00ff";
    bundle.metricsJson = R"({"f1":0.9,"roc_auc":null})";
    bundle.trainingJson = R"({"epochs":3})";
    bundle.programVersion = "9.8.7";
    return bundle;
}

ModelBundle smallFrameBundle() {
    ModelBundle bundle = smallBundle();
    bundle.architecture = {};
    bundle.architecture.id = "crnn";
    bundle.architecture.hiddenSize = 4;
    bundle.architecture.layers = 1;
    bundle.architecture.bands = 16;
    bundle.architecture.channels = 8;
    bundle.weights.clear();
    for (const auto& [name, shape] : modelDescription("crnn")->tensorShapes(bundle.architecture)) {
        size_t count = 1;
        for (int64_t size : shape)
            count *= static_cast<size_t>(size);
        bundle.weights[name] = Tensor{shape, std::vector<float>(count, 0.25F)};
    }
    bundle.mfccStandardizer = bundle.clipStandardizer = {};
    bundle.logMel.bands = 16;
    bundle.logMel.sampleRate = 16000;
    bundle.logMel.levelS = 3;
    bundle.logMelStandardizer = {std::vector<float>(16, -25.0F), std::vector<float>(16, 20.0F)};
    return bundle;
}

void expectEqual(const ModelBundle& a, const ModelBundle& b) {
    EXPECT_EQ(a.architecture, b.architecture);
    EXPECT_EQ(a.weights, b.weights);
    EXPECT_EQ(a.mfccStandardizer.mean, b.mfccStandardizer.mean);
    EXPECT_EQ(a.mfccStandardizer.deviation, b.mfccStandardizer.deviation);
    EXPECT_EQ(a.clipStandardizer.mean, b.clipStandardizer.mean);
    EXPECT_EQ(a.clipStandardizer.deviation, b.clipStandardizer.deviation);
    EXPECT_EQ(a.logMel, b.logMel);
    EXPECT_EQ(a.logMelStandardizer.mean, b.logMelStandardizer.mean);
    EXPECT_EQ(a.logMelStandardizer.deviation, b.logMelStandardizer.deviation);
    EXPECT_EQ(a.decoder, b.decoder);
    EXPECT_EQ(a.datasetFingerprint, b.datasetFingerprint);
    EXPECT_EQ(a.metricsJson, b.metricsJson);
    EXPECT_EQ(a.trainingJson, b.trainingJson);
    EXPECT_EQ(a.programVersion, b.programVersion);
}

/// The bundle's file after `change` to its metadata and tensors.
std::string changed(const std::function<void(SafetensorsContent&)>& change) {
    Result<SafetensorsContent> content = readSafetensors(toSafetensors(smallBundle()), "m");
    EXPECT_TRUE(content);
    change(*content);
    return writeSafetensors(content->tensors, content->metadata);
}

std::string withMetadata(const std::string& key, const std::string& value) {
    return changed([&](SafetensorsContent& content) { content.metadata[key] = value; });
}

void expectRefused(const std::string& bytes, ErrorCode code, const std::string& part) {
    const Result<ModelBundle> bundle = fromSafetensors(bytes, "dir/m.safetensors");
    ASSERT_FALSE(bundle) << part;
    EXPECT_EQ(static_cast<int>(bundle.error().code), static_cast<int>(code)) << bundle.error().detail;
    EXPECT_NE(bundle.error().detail.find(part), std::string::npos) << bundle.error().detail;
    EXPECT_EQ(bundle.error().file, "dir/m.safetensors");
}

TEST_F(ModelBundleTest, EveryArchitectureIsReadAsItWasWritten) {
    for (const ModelDescription& description : modelRegistry()) {
        const bool frames = description.answers == AnswersFor::Frames;
        const ModelBundle bundle = frames ? smallFrameBundle() : smallBundle(description.id);
        ASSERT_TRUE(writeModel(path("my model.safetensors"), bundle));
        const Result<ModelBundle> again = readModel(path("my model.safetensors"));
        ASSERT_TRUE(again) << again.error().detail;
        expectEqual(bundle, *again);
        EXPECT_EQ(again->name, "my model");
    }
}

TEST_F(ModelBundleTest, MetadataAreJsonUnderTheAgreedKeys) {
    const Result<SafetensorsContent> content = readSafetensors(toSafetensors(smallBundle()), "m");
    ASSERT_TRUE(content);
    for (const char* key :
         {"ovation.format", "ovation.architecture", "ovation.features", "ovation.standardizer", "ovation.classes",
          "ovation.decoder", "ovation.dataset", "ovation.metrics", "ovation.training", "ovation.version"}) {
        ASSERT_TRUE(content->metadata.contains(key)) << key;
        EXPECT_FALSE(nlohmann::json::parse(content->metadata.at(key), nullptr, false).is_discarded()) << key;
    }
    EXPECT_EQ(content->metadata.at("ovation.format"), "1");
    EXPECT_EQ(nlohmann::json::parse(content->metadata.at("ovation.dataset")).at("fingerprint"), "00ff");
    EXPECT_EQ(nlohmann::json::parse(content->metadata.at("ovation.features")).at("hop"), 512);
}

TEST_F(ModelBundleTest, ShorterWindowsOfDetectionAreKeptWhereAModelHasThem) {
    ModelBundle bundle = smallBundle();
    EXPECT_FALSE(readSafetensors(toSafetensors(bundle), "m")->metadata.contains("ovation.window"));
    EXPECT_EQ(fromSafetensors(toSafetensors(bundle), "m")->windowFrames, 0);
    bundle.windowFrames = bundle.architecture.frames / 2;
    EXPECT_EQ(fromSafetensors(toSafetensors(bundle), "m")->windowFrames, bundle.windowFrames);
    for (const char* value : {"", "{", "7", "{}", R"({"frames":0})", R"({"frames":-4})", R"({"frames":"43"})",
                              R"({"frames":1000000})", R"({"frames":20.5})"})
        expectRefused(withMetadata("ovation.window", value), ErrorCode::DamagedModel, "ovation.window");
}

TEST_F(ModelBundleTest, TheSettingsOfTheFirstTrainingAreKeptWhereAModelBeganFromAnother) {
    ModelBundle bundle = smallBundle();
    EXPECT_FALSE(readSafetensors(toSafetensors(bundle), "m")->metadata.contains("ovation.origin"));
    EXPECT_EQ(fromSafetensors(toSafetensors(bundle), "m")->originJson, "{}");
    bundle.originJson = R"({"learning_rate":0.003})";
    EXPECT_EQ(fromSafetensors(toSafetensors(bundle), "m")->originJson, bundle.originJson);
    for (const char* value : {"", "{", "7"})
        expectRefused(withMetadata("ovation.origin", value), ErrorCode::DamagedModel, "ovation.origin");
}

TEST_F(ModelBundleTest, TheNamesOfTeachersAreKept) {
    ModelBundle bundle = smallBundle();
    EXPECT_FALSE(readSafetensors(toSafetensors(bundle), "m")->metadata.contains("ovation.teachers"));
    EXPECT_TRUE(fromSafetensors(toSafetensors(bundle), "m")->taughtBy.empty());
    EXPECT_EQ(describeTeachers(bundle), "");
    bundle.taughtBy = {"Run 1", "Ø \"2\""};
    EXPECT_EQ(fromSafetensors(toSafetensors(bundle), "m")->taughtBy, bundle.taughtBy);
    EXPECT_EQ(describeTeachers(bundle), R"(It learnt from the answers of 2 models ("Run 1", "Ø "2"").)");
    for (const char* value : {"", "{}", "7", "[1]", R"(["a", null])"})
        expectRefused(withMetadata("ovation.teachers", value), ErrorCode::DamagedModel, "ovation.teachers");
}

TEST_F(ModelBundleTest, HostileFrameModelsAreRefused) {
    const auto with = [](const std::function<void(SafetensorsContent&)>& change) {
        Result<SafetensorsContent> content = readSafetensors(toSafetensors(smallFrameBundle()), "m");
        EXPECT_TRUE(content);
        change(*content);
        return writeSafetensors(content->tensors, content->metadata);
    };
    const auto features = [&](const char* name, const nlohmann::json& value) {
        return with([&](SafetensorsContent& content) {
            auto json = nlohmann::json::parse(content.metadata["ovation.features"]);
            json[name] = value;
            content.metadata["ovation.features"] = json.dump();
        });
    };
    for (const auto& [name, value] : std::vector<std::pair<const char*, nlohmann::json>>{{"kind", "mfcc"},
                                                                                         {"sample_rate", 0},
                                                                                         {"sample_rate", 1e300},
                                                                                         {"window", 7},
                                                                                         {"n_fft", 1 << 22},
                                                                                         {"hop", -1},
                                                                                         {"hop", "441"},
                                                                                         {"mel_bands", 17},
                                                                                         {"high_hz", 1e6},
                                                                                         {"floor_db", nullptr},
                                                                                         {"level_s", 1e8},
                                                                                         {"answer_frames", 5}})
        expectRefused(features(name, value), ErrorCode::WrongArchitecture, "features");
    expectRefused(with([](SafetensorsContent& content) { content.tensors["norm.1.running_var"].values[0] = -1; }),
                  ErrorCode::DamagedModel, "norm.1.running_var");
    expectRefused(with([](SafetensorsContent& content) { content.tensors.erase("gru.weight_hh_l0"); }),
                  ErrorCode::DamagedModel, "gru.weight_hh_l0");
    expectRefused(with([](SafetensorsContent& content) {
                      auto json = nlohmann::json::parse(content.metadata["ovation.architecture"]);
                      json["channels"] = 1000000000;
                      content.metadata["ovation.architecture"] = json.dump();
                  }),
                  ErrorCode::WrongArchitecture, "channels");
}

TEST_F(ModelBundleTest, AnotherProgramsSafetensorsIsNoModel) {
    expectRefused(writeSafetensors({{"x", {{1}, {1}}}}, {{"format", "pt"}}), ErrorCode::NotAModel,
                  "not one that Ovation");
    expectRefused("PK\x03\x04 a pickled torch file", ErrorCode::NotAModel, "not a safetensors");
    expectRefused("", ErrorCode::NotAModel, "not a safetensors");
}

TEST_F(ModelBundleTest, ANewerFormatIsNamedAsSuch) {
    expectRefused(withMetadata("ovation.format", "2"), ErrorCode::NewerModel, "format is 2");
    for (const char* value : {"0", "-1", "1.5", "\"1\"", "", "[1]"})
        expectRefused(withMetadata("ovation.format", value), ErrorCode::DamagedModel, "ovation.format");
}

TEST_F(ModelBundleTest, AMissingOrBrokenEntryIsNamed) {
    for (const char* key :
         {"ovation.architecture", "ovation.features", "ovation.standardizer", "ovation.classes", "ovation.decoder",
          "ovation.dataset", "ovation.metrics", "ovation.training", "ovation.version"}) {
        expectRefused(changed([&](SafetensorsContent& content) { content.metadata.erase(key); }),
                      ErrorCode::DamagedModel, std::string(key) + " is missing");
        for (const char* value : {"", "{", "[]", "7", "null"})
            expectRefused(withMetadata(key, value), ErrorCode::DamagedModel, std::string(key) + " is not valid");
        expectRefused(withMetadata(key, std::string(200000, '[')), ErrorCode::DamagedModel, key);
        std::string deep;
        for (int i = 0; i < 100000; ++i)
            deep += "{\"a\":";
        expectRefused(withMetadata(key, deep + "1" + std::string(100000, '}')), ErrorCode::DamagedModel, key);
    }
}

TEST_F(ModelBundleTest, UnknownArchitecturesAndAbsurdSizesAreRefused) {
    const auto architecture = [](const std::function<void(nlohmann::json&)>& change) {
        auto json = nlohmann::json::parse(toJson(smallBundle().architecture));
        change(json);
        return withMetadata("ovation.architecture", json.dump());
    };
    expectRefused(architecture([](auto& json) { json["id"] = "wavenet"; }), ErrorCode::WrongArchitecture, "wavenet");
    for (const char* size : {"hidden_size", "layers", "heads", "mfcc", "frames"})
        for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{1} << 40, std::numeric_limits<int64_t>::max()})
            expectRefused(architecture([&](auto& json) { json[size] = value; }), ErrorCode::WrongArchitecture, size);
    expectRefused(architecture([](auto& json) { json["hidden_size"] = 8; }), ErrorCode::DamagedModel, "instead of");
    expectRefused(architecture([](auto& json) { json["mfcc"] = 14; }), ErrorCode::WrongArchitecture, "features");
    expectRefused(withMetadata("ovation.features", R"({"hop": 256})"), ErrorCode::WrongArchitecture, "features");
}

TEST_F(ModelBundleTest, WeightsMustBeTheNetworksOwn) {
    expectRefused(changed([](SafetensorsContent& c) { c.tensors.erase("head.2.bias"); }), ErrorCode::DamagedModel,
                  "\"head.2.bias\" is missing");
    expectRefused(changed([](SafetensorsContent& c) {
                      c.tensors["spare"] = {{1}, {0}};
                  }),
                  ErrorCode::DamagedModel, "does not have");
    expectRefused(changed([](SafetensorsContent& c) {
                      c.tensors["head.2.bias"] = {{1, 2}, {0, 0}};
                  }),
                  ErrorCode::DamagedModel, "(1, 2) instead of (2)");
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
        expectRefused(changed([&](SafetensorsContent& c) { c.tensors["head.2.bias"].values[1] = value; }),
                      ErrorCode::DamagedModel, "not numbers");
}

TEST_F(ModelBundleTest, StandardisersMustFitAndDivideByNothingOdd) {
    const auto standardizer = [](const std::function<void(nlohmann::json&)>& change) {
        Result<SafetensorsContent> content = readSafetensors(toSafetensors(smallBundle()), "m");
        auto json = nlohmann::json::parse(content->metadata.at("ovation.standardizer"));
        change(json);
        return withMetadata("ovation.standardizer", json.dump());
    };
    for (const auto& change : std::vector<std::function<void(nlohmann::json&)>>{
             [](auto& json) { json["mfcc"]["mean"].push_back(1); },
             [](auto& json) { json["mfcc"]["deviation"][3] = 0; },
             [](auto& json) { json["mfcc"]["deviation"][3] = -1; }, [](auto& json) { json["mfcc"]["mean"][3] = "x"; },
             [](auto& json) { json["mfcc"]["mean"][3] = 1e300; }, [](auto& json) { json.erase("clip_values"); }})
        expectRefused(standardizer(change), ErrorCode::DamagedModel, "ovation.standardizer");
}

TEST_F(ModelBundleTest, DecodersOfEarlierVersionsAreRead) {
    const auto decoder =
        decoderFromJson(R"({"threshold":0.5,"hysteresis":0.1,"minimum_duration_s":1,"merge_gap_s":0.2,"median_s":0})");
    ASSERT_TRUE(decoder);
    EXPECT_EQ(*decoder, (DecoderOptions{0.5, 0.1, 1, 0.2, 0, 0, 0, 0, 0}));
}

TEST_F(ModelBundleTest, DecoderOptionsMustBeInRange) {
    for (
        const char* value :
        {R"({"threshold":2,"hysteresis":0,"minimum_duration_s":0,"merge_gap_s":0,"median_s":0})",
         R"({"threshold":0.5,"hysteresis":-1,"minimum_duration_s":0,"merge_gap_s":0,"median_s":0})",
         R"({"threshold":0.5,"hysteresis":0,"minimum_duration_s":1e99,"merge_gap_s":0,"median_s":0})",
         R"({"threshold":0.5,"hysteresis":0,"minimum_duration_s":1,"merge_gap_s":0,"median_s":0,"end_shift_s":-11})",
         R"({"threshold":0.5,"hysteresis":0,"minimum_duration_s":1,"merge_gap_s":0,"median_s":0,"edge_confidence":-1})",
         R"({"threshold":0.5,"hysteresis":0,"minimum_duration_s":1,"merge_gap_s":0,"median_s":0,"start_shift_s":"x"})",
         R"({"threshold":0.5})"})
        expectRefused(withMetadata("ovation.decoder", value), ErrorCode::DamagedModel, "ovation.decoder");
}

TEST_F(ModelBundleTest, RandomDamageIsRefusedOrHarmless) {
    const std::string valid = toSafetensors(smallBundle());
    std::mt19937 random(21);
    for (int round = 0; round < 800; ++round) {
        std::string bytes = valid;
        const size_t reach = random() % 2 ? std::min<size_t>(bytes.size(), 6000) : bytes.size();
        for (unsigned i = 0; i <= random() % 3; ++i) {
            const size_t at = random() % reach;
            if (random() % 3 == 0)
                bytes.erase(at, 1 + random() % 30);
            else
                bytes[at] = random() % 2 ? static_cast<char>(random()) : "{}[]\",:0129-eE\\u"[random() % 16];
        }
        const Result<ModelBundle> bundle = fromSafetensors(bytes, "m");
        if (!bundle) {
            EXPECT_FALSE(describe(bundle.error()).empty());
            continue;
        }
        for (const auto& [name, shape] : modelDescription(bundle->architecture.id)->tensorShapes(bundle->architecture))
            EXPECT_EQ(bundle->weights.at(name).shape, shape);
    }
}

TEST_F(ModelBundleTest, ModelsThatCouldNotBeReadAgainAreNotWritten) {
    ModelBundle bundle = smallBundle();
    ASSERT_TRUE(writeModel(path("m.safetensors"), bundle));
    bundle.weights.at("head.2.bias").values[0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(writeModel(path("m.safetensors"), bundle));
    EXPECT_TRUE(readModel(path("m.safetensors"))) << "the earlier model has to stay";
}

TEST_F(ModelBundleTest, FilesThatAreNotThereOrCannotBeWrittenSaySo) {
    EXPECT_EQ(readModel(path("none.safetensors")).error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(readModel(m_folder.string()).error().code, ErrorCode::IsFolder);
    EXPECT_EQ(writeModel(path("no/such/folder/m.safetensors"), smallBundle()).error().code, ErrorCode::WriteFailed);
}

} // namespace
} // namespace ovation
