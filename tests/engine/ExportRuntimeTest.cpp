// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "RuntimeSupport.h"
#include "core/audio/MonoStream.h"
#include "core/base/Files.h"
#include "core/export/ModelExport.h"
#include "core/export/StudioAnswers.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using namespace ovation;
using namespace ovation::test;

namespace {

/// Real audio, a minute of it and more.
const std::vector<float>& realAudio() {
    static const std::vector<float> samples = [] {
        std::vector<float> all;
        for (const char* name : {"speeches/kennedy-en.flac", "clips/applause/clap-03.flac", "clips/other/rain.flac",
                                 "speeches/greek.flac", "speeches/french.flac", "clips/other/laugh.flac"}) {
            const auto part = readMono(std::string(OVATION_EXAMPLE) + "/" + name);
            EXPECT_TRUE(part) << describe(part.error());
            all.insert(all.end(), part->begin(), part->end());
        }
        // Digital silence longer than a window, in the middle.
        std::fill_n(all.begin() + 20 * 22050, 7 * 22050, 0.0F);
        return all;
    }();
    return samples;
}

/// `count` recordings of real audio from different places, one behind another.
std::vector<float> recordings(int64_t count, double seconds) {
    const std::vector<float>& audio = realAudio();
    const auto length = static_cast<size_t>(seconds * 22050);
    std::vector<float> samples;
    for (int64_t i = 0; i < count; ++i) {
        const size_t begin = static_cast<size_t>(i) * 37 * 2205 % (audio.size() - length);
        samples.insert(samples.end(), audio.begin() + static_cast<std::ptrdiff_t>(begin),
                       audio.begin() + static_cast<std::ptrdiff_t>(begin + length));
    }
    return samples;
}

struct Size {
    int64_t count;
    double seconds;
};

class ExportRuntime : public testing::TestWithParam<const char*> {
protected:
    std::string write(const std::string& name, const std::vector<float>& values) {
        const std::string bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
        EXPECT_TRUE(writeFileAtomically(m_folder.file(name), bytes));
        return name;
    }

    nlohmann::json curveCase(const std::string& model, const ModelBundle& bundle, Network& network, const Size& size) {
        const std::string name = std::to_string(size.count) + "x" + std::to_string(size.seconds);
        const std::vector<float> samples = recordings(size.count, size.seconds);
        std::vector<float> expected;
        for (int64_t i = 0; i < size.count; ++i) {
            const size_t length = samples.size() / static_cast<size_t>(size.count);
            const auto curve =
                studioAnswers(std::span(samples).subspan(static_cast<size_t>(i) * length, length), bundle, network);
            EXPECT_TRUE(curve) << describe(curve.error());
            expected.insert(expected.end(), curve->begin(), curve->end());
        }
        return {{"samples", write(name + ".f32", samples)},
                {"count", size.count},
                {"expected", write(name + "." + model + ".f32", expected)}};
    }

    /// Clips of several lengths side by side, as feature tensors.
    nlohmann::json featureCase(const std::string& model, const ModelBundle& bundle, Network& network) {
        return isFrameModel(bundle.architecture.id) ? frameFeatureCase(model, bundle, network)
                                                    : clipFeatureCase(model, bundle, network);
    }

    nlohmann::json clipFeatureCase(const std::string& model, const ModelBundle& bundle, Network& network) {
        std::vector<float> mfcc, clip, lengths, expected;
        const int64_t count = 3;
        for (const double seconds : {0.1, 6.0, 2.0}) {
            const RawClip raw = rawClip(recordings(1, seconds), bundle);
            mfcc.insert(mfcc.end(), raw.mfcc.begin(), raw.mfcc.end());
            clip.insert(clip.end(), raw.clipValues.begin(), raw.clipValues.end());
            lengths.push_back(static_cast<float>(raw.length[0]));
            const float applause = (*network.probabilities(standardised(raw, bundle).batch()))[0];
            expected.insert(expected.end(), {1 - applause, applause});
        }
        const auto input = [&](const char* name, const std::vector<float>& values, std::vector<int64_t> shape,
                               const char* type) {
            return nlohmann::json{
                {"file", write(model + "." + name + ".f32", values)}, {"shape", shape}, {"type", type}};
        };
        return {{"inputs",
                 {{"mfcc", input("mfcc", mfcc, {count, bundle.architecture.frames, 13}, "float32")},
                  {"clip_values", input("clip", clip, {count, 12}, "float32")},
                  {"lengths", input("lengths", lengths, {count}, "int64")}}},
                {"expected", write(model + ".features.f32", expected)}};
    }

    nlohmann::json frameFeatureCase(const std::string& model, const ModelBundle& bundle, Network& network) {
        std::vector<float> values, own, lengths;
        std::vector<int32_t> valid;
        const int64_t frames = 301;
        for (const double seconds : {6.0, 0.1, 3.3}) {
            LogMelFrames mel = logMel(recordings(1, seconds), bundle.logMel);
            valid.push_back(static_cast<int32_t>(mel.frames()));
            lengths.push_back(static_cast<float>(mel.frames()));
            mel.values.values.resize(static_cast<size_t>(frames * bundle.logMel.bands), 7.0F); // padding: no influence
            values.insert(values.end(), mel.values.values.begin(), mel.values.values.end());
            bundle.logMelStandardizer.apply(mel.values.values);
            own.insert(own.end(), mel.values.values.begin(), mel.values.values.end());
        }
        const auto expected = network.frameProbabilities({3, frames, own, valid});
        EXPECT_TRUE(expected);
        const auto input = [&](const char* name, const std::vector<float>& v, std::vector<int64_t> shape,
                               const char* type) {
            return nlohmann::json{{"file", write(model + "." + name + ".f32", v)}, {"shape", shape}, {"type", type}};
        };
        return {{"inputs",
                 {{"log_mel", input("mel", values, {3, frames, bundle.logMel.bands}, "float32")},
                  {"lengths", input("lengths", lengths, {3}, "int64")}}},
                {"expected", write(model + ".features.f32", *expected)}};
    }

    /// Exports the model in every form, with the studio's answers beside it.
    nlohmann::json exported(const std::string& name, const ModelBundle& bundle, const std::vector<Size>& sizes) {
        nlohmann::json model{
            {"torchscript", name + ".pt"}, {"onnx", name + ".onnx"}, {"onnx_features", name + ".features.onnx"}};
        for (const auto& [key, format] :
             {std::pair{"torchscript", ExportFormat::TorchScript}, std::pair{"onnx", ExportFormat::Onnx},
              std::pair{"onnx_features", ExportFormat::OnnxFeatures}}) {
            const auto report = exportModel(bundle, format, m_folder.file(model[key].get<std::string>()));
            EXPECT_TRUE(report) << describe(report.error());
            if (!report) continue;
            EXPECT_LE(report->largestDifference, 1e-4);
            EXPECT_GT(report->answers, 0);
        }
        auto network = theEngine().load(bundle);
        EXPECT_TRUE(network);
        for (const Size& size : sizes)
            model["cases"].push_back(curveCase(name, bundle, **network, size));
        model["feature_cases"].push_back(featureCase(name, bundle, **network));
        return model;
    }

    double largestOf(const Output& output, int64_t leastAnswers) const {
        EXPECT_EQ(output.status, 0) << output.text;
        const auto line = output.text.rfind("{\"");
        if (line == std::string::npos) return 1;
        const auto json = nlohmann::json::parse(output.text.substr(line));
        EXPECT_GE(json["answers"].get<int64_t>(), leastAnswers);
        return json["largest"].get<double>();
    }

    /// Runs PyTorch and onnxruntime on what is exported, and the ONNX checker.
    void expectTheSame(const std::string& id, const nlohmann::json& manifest, int64_t leastAnswers) {
        ASSERT_FALSE(HasFailure());
        ASSERT_TRUE(writeFileAtomically(m_folder.file("manifest.json"), manifest.dump()));

        const double torch = largestOf(runPython("run_torchscript.py", m_folder.path()), leastAnswers);
        const double node = largestOf(runNode("run_onnx.js", m_folder.path()), leastAnswers);
        const Output checker = shell("/usr/bin/python3 -c 'import onnx, sys\nfor f in sys.argv[1:]: "
                                     "onnx.checker.check_model(onnx.load(f), full_check=True)' " +
                                     m_folder.file("*.onnx"));
        EXPECT_EQ(checker.status, 0) << checker.text;
        EXPECT_LE(torch, 1e-4);
        EXPECT_LE(node, 1e-4);
        RecordProperty("largest_torchscript", std::to_string(torch));
        RecordProperty("largest_onnx", std::to_string(node));
        std::printf("%s: largest difference %.2g in PyTorch, %.2g in onnxruntime\n", id.c_str(), torch, node);
    }

    TemporaryFolder m_folder;
};

} // namespace

// What matters to whoever takes a model away: PyTorch and onnxruntime, given samples and nothing else, answer as the
// studio does, for trained and fresh weights, one recording and sixteen, a tenth of a second and a minute.
TEST_P(ExportRuntime, AnswersAsTheStudioDoes) {
    const std::string id = GetParam();
    nlohmann::json manifest;
    manifest["models"].push_back(exported("fresh", freshBundle(id), {{1, 0.1}, {2, 4.7}}));
    manifest["models"].push_back(exported("trained", trainedBundle(id), {{1, 0.1}, {1, 60}, {16, 0.1}, {16, 5}}));
    expectTheSame(id, manifest, 101);
}

// The networks as large as people train them: the seed's 13.4 million weights.
TEST_P(ExportRuntime, AnswersAsTheStudioDoesAtFullSize) {
    const std::string id = GetParam();
    nlohmann::json manifest;
    manifest["models"].push_back(exported("full", freshBundle(id, NetworkSize::Full), {{1, 0.1}, {2, 4.7}}));
    expectTheSame(id, manifest, 5);
}

INSTANTIATE_TEST_SUITE_P(All, ExportRuntime, testing::Values("bilstm-attention", "transformer", "crnn"),
                         [](const auto& name) {
                             std::string text = name.param;
                             std::erase(text, '-');
                             return text;
                         });
