// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/support/WavFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

using namespace ovation::test;
using testing::HasSubstr;
using testing::Not;

namespace {

const std::string kStarter = OVATION_SOURCE "/resources/models/starter.safetensors";
const std::string kExamples = OVATION_SOURCE "/resources/examples";
const std::string kModules = OVATION_SOURCE "/tests/javascript/node_modules";
const std::string kSpeech = OVATION_EXAMPLE "/speeches/kennedy-en.flac";

struct Said {
    int status = -1;
    std::string text;
};

Said sayOf(const std::string& command) {
    Said said;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (!pipe) return said;
    std::array<char, 4096> buffer{};
    for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        said.text.append(buffer.data(), got);
    said.status = pclose(pipe);
    return said;
}

class Examples : public ::testing::Test {
protected:
    std::string exported(const std::string& format) const {
        const std::string file = data.path("model." + format);
        const Ran ran = run({"export", kStarter, "--format", format, "--output", file});
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
        return file;
    }

    /// The starter finds four stretches of applause in this speech; its labels: 2.1 to 7.3, 11.3 to 14.6, 18.3 to 25.9,
    /// 40.2 to 46.2 s.
    static void expectTheApplause(const std::vector<std::pair<double, double>>& segments) {
        ASSERT_EQ(segments.size(), 4U);
        const double starts[] = {2.147, 11.295, 18.279, 40.223};
        for (size_t i = 0; i < 4; ++i)
            EXPECT_NEAR(segments[i].first, starts[i], 0.5);
        EXPECT_NEAR(segments[3].second, 46.151, 0.5);
    }

    /// Of the lines "   2.27 s  0.9871  applause".
    static std::vector<std::pair<double, double>> segmentsIn(const std::string& text) {
        std::vector<std::pair<double, double>> segments;
        bool open = false;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            const bool applause = line.find("applause") != std::string::npos;
            const double time = std::atof(line.c_str());
            if (applause && !open) segments.push_back({time, time});
            if (applause) segments.back().second = time;
            open = applause;
        }
        return segments;
    }

    /// The speech at 22 050 Hz in one channel, with samples and in containers that libsndfile knows.
    std::vector<std::string> speechesAs(const std::vector<std::pair<std::string, std::string>>& kinds) const {
        std::string script = "import soundfile, scipy.signal\nx, r = soundfile.read('" + kSpeech +
                             "', always_2d=True)\ny = scipy.signal.resample_poly(x.mean(1), 441, 320)\n";
        std::vector<std::string> files;
        for (const auto& [kind, container] : kinds) {
            files.push_back(data.path(kind + container + ".wav"));
            script += "soundfile.write('" + files.back() + "', y, 22050, '" + kind + "', format='" + container + "')\n";
        }
        const Said made = sayOf("/usr/bin/python3 -c \"" + script + "\"");
        EXPECT_EQ(made.status, 0) << made.text;
        return files;
    }

    Said node(const std::string& recording) const {
        return sayOf("NODE_PATH=" + kModules + " node " + kExamples + "/node/applause.js " + data.path("model.onnx") +
                     " " + recording);
    }

    const DataFolder data;
};

} // namespace

TEST_F(Examples, PythonRunsTheTorchScriptModel) {
    const Said said =
        sayOf("/usr/bin/python3 " + kExamples + "/python/torchscript.py " + exported("torchscript") + " " + kSpeech);
    ASSERT_EQ(said.status, 0) << said.text;
    expectTheApplause(segmentsIn(said.text));
}

TEST_F(Examples, PythonSaysWhichRecordingCannotBeRead) {
    const std::string model = exported("torchscript");
    const Said said =
        sayOf("/usr/bin/python3 " + kExamples + "/python/torchscript.py " + model + " " + data.text("bad.wav", "RIFF"));
    EXPECT_NE(said.status, 0);
    EXPECT_THAT(said.text, HasSubstr("bad.wav cannot be read"));
    EXPECT_THAT(said.text, Not(HasSubstr("Traceback")));
}

TEST_F(Examples, NodeRunsTheOnnxModel) {
    const std::string wav = speechesAs({{"PCM_16", "WAV"}})[0];
    exported("onnx");
    const Said said = node(wav);
    ASSERT_EQ(said.status, 0) << said.text;
    expectTheApplause(segmentsIn(said.text));
    const Said refused = node(kSpeech);
    EXPECT_NE(refused.status, 0);
    EXPECT_THAT(refused.text, HasSubstr("is not a WAV file"));
}

TEST_F(Examples, NodeReadsTheUsualKindsOfWav) {
    exported("onnx");
    for (const std::string& wav : speechesAs({{"PCM_24", "WAV"},
                                              {"PCM_24", "WAVEX"},
                                              {"PCM_32", "WAV"},
                                              {"PCM_32", "WAVEX"},
                                              {"FLOAT", "WAV"},
                                              {"FLOAT", "WAVEX"}})) {
        const Said said = node(wav);
        ASSERT_EQ(said.status, 0) << wav << ": " << said.text;
        expectTheApplause(segmentsIn(said.text));
    }
}

TEST_F(Examples, NodeSaysWhichKindsOfWavItDoesNotRead) {
    exported("onnx");
    for (const std::string& wav :
         speechesAs({{"PCM_U8", "WAV"}, {"DOUBLE", "WAV"}, {"ULAW", "WAV"}, {"IMA_ADPCM", "WAV"}})) {
        const Said said = node(wav);
        EXPECT_NE(said.status, 0) << wav;
        EXPECT_THAT(said.text, HasSubstr("-bit samples of kind")) << wav;
    }
    const Said rate = node(data.sound("other-rate.wav", 1, 1, 16000));
    EXPECT_NE(rate.status, 0);
    EXPECT_THAT(rate.text, HasSubstr("has 16000 samples a second"));
}

// Memory grows with what a model is given at once. These stand for models that take 84 s at most and answer every
// second, by the sample in its middle.
TEST_F(Examples, LongRecordingsAreGivenInPieces) {
    constexpr int kSeconds = 150;
    std::vector<float> samples(kSeconds * 22050);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<float>(i / 22050) / 256;
    std::ofstream(data.path("long.wav"), std::ios::binary) << wavBytes(samples, 22050);
    const std::string torchModel = R"(
import sys, torch
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.sample_rate = 22050
        self.threshold = 0.5
        self.answer_start_s = 0.5
        self.answer_step_s = 1.0
    def forward(self, samples: torch.Tensor):
        assert samples.size(1) <= 84 * 22050
        return samples[:, 11025::22050]
torch.jit.script(Model()).save(sys.argv[1])
)";
    const std::string python = "/usr/bin/python3 ", speech = " " + data.path("long.wav");
    const std::string folder = "PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=" + data.path() + " ";
    const Said made = sayOf(python + data.text("make.py", torchModel) + " " + data.path("long.pt"));
    ASSERT_EQ(made.status, 0) << made.text;
    data.text("onnxruntime.py", R"(
import numpy
class InferenceSession:
    def __init__(self, model, providers):
        pass
    def run(self, names, inputs):
        samples = inputs['samples']
        assert samples.shape[1] <= 84 * 22050
        answers = samples[:, 11025::22050]
        return [answers, numpy.arange(answers.shape[1], dtype='float32') + 0.5, numpy.array([0.5], 'float32')]
)");
    data.text("modules/onnxruntime-node/index.js", R"(
exports.Tensor = class { constructor(kind, data, shape) { Object.assign(this, { data, shape }); } };
exports.InferenceSession = { create: async () => ({ run: async ({ samples }) => {
  if (samples.shape[1] > 84 * 22050) throw new Error('too much at once');
  const answers = samples.data.filter((value, i) => i % 22050 === 11025);
  return { probabilities: { data: answers }, times: { data: answers.map((value, i) => i + 0.5) }, threshold: { data: [0.5] } };
} }) };
)");
    for (const std::string& command :
         {python + kExamples + "/python/torchscript.py " + data.path("long.pt") + speech,
          folder + python + kExamples + "/python/onnx_model.py model.onnx" + speech,
          "NODE_PATH=" + data.path("modules") + " node " + kExamples + "/node/applause.js model.onnx" + speech}) {
        const Said said = sayOf(command);
        ASSERT_EQ(said.status, 0) << said.text;
        std::istringstream lines(said.text);
        int second = 0;
        for (std::string line; std::getline(lines, line); ++second) {
            double time = 0, probability = 0;
            ASSERT_EQ(std::sscanf(line.c_str(), "%lf s %lf", &time, &probability), 2) << line;
            EXPECT_NEAR(time, second + 0.5, 0.01) << command;
            EXPECT_NEAR(probability, second / 256.0, 1e-4) << command;
            EXPECT_EQ(line.ends_with("applause"), second >= 128) << line;
        }
        EXPECT_EQ(second, kSeconds) << command;
    }
}

TEST(WebPage, ShowsTheRecordingThatWasGivenLast) {
    const Said said =
        sayOf("node " OVATION_SOURCE "/tests/javascript/web_page_order.js " + kExamples + "/web/applause.js");
    EXPECT_EQ(said.status, 0) << said.text;
}

TEST(WebPage, IsPutTogetherFromWhereNpmPutsPackages) {
    const DataFolder data;
    for (const char* name : {"ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"})
        data.text(std::string("home/node_modules/onnxruntime-web/dist/") + name, name);
    const std::string model = data.text("home/a clone/web/model.onnx", "a model"), page = data.path("a page");
    const auto serve = [&](const std::string& from) {
        return sayOf("cd '" + from + "' && env -u NODE_MODULES '" + kExamples + "/web/serve.sh' '" + model + "' '" +
                     page + "' --no-serve");
    };
    const Said missing = serve(data.path());
    EXPECT_NE(missing.status, 0);
    EXPECT_THAT(missing.text, HasSubstr("npm install onnxruntime-web"));
    const Said made = serve(data.path("home/a clone/web")); // npm goes up to a folder that has node_modules
    EXPECT_EQ(made.status, 0) << made.text;
    for (const char* name : {"index.html", "model.onnx", "ort/ort-wasm-simd-threaded.wasm"})
        EXPECT_TRUE(std::filesystem::exists(page + "/" + name)) << name;
}

// A recording dropped on the page, in a real browser; nothing is asked of anybody else.
TEST_F(Examples, TheWebPageHearsTheApplauseOfADroppedRecording) {
    const Said made = sayOf("NODE_MODULES=" + kModules + " " + kExamples + "/web/serve.sh " + exported("onnx") + " " +
                            data.path("page") + " --no-serve");
    ASSERT_EQ(made.status, 0) << made.text;
    const Said said =
        sayOf("node " OVATION_SOURCE "/tests/javascript/web_page.js " + data.path("page") + " " + kSpeech);
    ASSERT_EQ(said.status, 0) << said.text;
    const auto found = nlohmann::json::parse(said.text.substr(said.text.find('{')));
    std::vector<std::pair<double, double>> segments;
    for (const auto& segment : found["segments"])
        segments.push_back({segment["start"].get<double>(), segment["end"].get<double>()});
    expectTheApplause(segments);
    EXPECT_EQ(found["verdict"], "applause 4 times");
    EXPECT_EQ(found["rows"], 4);
    EXPECT_NEAR(found["duration"].get<double>(), 47.8, 0.1);
    EXPECT_THAT(found["asked"].dump(), HasSubstr("/model.onnx"));
}
