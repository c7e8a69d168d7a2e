// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/Interrupt.h"
#include "app/cli/ProgressLine.h"
#include "app/cli/TemporaryFolder.h"
#include "core/base/Files.h"
#include "core/detection/Detector.h"
#include "core/detection/SegmentDecoder.h"
#include "core/engine/Engine.h"
#include "core/features/SeedFeatures.h"
#include "core/labels/LabelFormats.h"

#include <nlohmann/json.hpp>
#include <sndfile.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <random>

namespace ovation::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr double kRecordingS = 120;     ///< detected in
constexpr double kLongRecordingS = 600; ///< by what is much faster
constexpr double kClipS = 5;        ///< features of one
constexpr int kSteps = 5;
constexpr int kRepeats = 3;

struct Options {
    bool json = false;
    int threads = 0;
    int64_t hiddenSize = 0; ///< 0: the presets'
};

double secondsOf(const std::function<void()>& work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A second of voice-like tone, a second of noise, and so on: nothing is silent, which would be skipped.
std::vector<float> madeUpRecording(double seconds) {
    std::vector<float> samples(static_cast<size_t>(seconds * seed::kSampleRate));
    std::mt19937 random(1);
    std::normal_distribution<float> noise(0, 0.1F);
    for (size_t i = 0; i < samples.size(); ++i) {
        const double t = static_cast<double>(i) / seed::kSampleRate;
        const bool tone = static_cast<int64_t>(t) % 2 == 0;
        const double voice = 0.2 * std::sin(2 * M_PI * 140 * t) + 0.1 * std::sin(2 * M_PI * 1400 * t);
        samples[i] = static_cast<float>(tone ? voice : 0.0) + noise(random) * (tone ? 0.05F : 1.0F);
    }
    return samples;
}

Result<void> writeWave(const std::string& path, const std::vector<float>& samples) {
    SF_INFO info{};
    info.samplerate = seed::kSampleRate;
    info.channels = 1;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
    if (!file) return Error{ErrorCode::WriteFailed, path, sf_strerror(nullptr), 0};
    const auto count = static_cast<sf_count_t>(samples.size());
    const bool whole = sf_write_float(file, samples.data(), count) == count;
    return sf_close(file) == 0 && whole ? Result<void>() : Error{ErrorCode::WriteFailed, path, "", 0};
}

/// Floating-point operations of the matrix products that a training step of the seed's network needs: attention is
/// pooled over the frames before its values are projected, and nothing asks for the features' gradient.
double neededOperations(const Architecture& sizes, int64_t batchSize) {
    const auto frames = static_cast<double>(sizes.frames), rows = static_cast<double>(batchSize) * frames;
    const auto hidden = static_cast<double>(sizes.hiddenSize), width = 2 * hidden;
    double total = 0;
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const double inputs = layer == 0 ? static_cast<double>(sizes.mfcc) : width;
        const double input = 2 * 2 * rows * 4 * hidden * inputs, recurrent = 2 * 2 * rows * 4 * hidden * hidden;
        total += 3 * recurrent + (layer == 0 ? 2 : 3) * input; // forward, weights' gradient, input's gradient
    }
    total += 3 * 2 * rows * width * 2 * width;          // queries and keys
    total += 3 * 2 * rows * frames * width;             // scores
    total += 3 * 2 * 2 * rows / frames * width * width; // value and output projections of the pooled frames
    return total;
}

std::optional<double> systemLoad() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? std::optional(load) : std::nullopt;
}

/// Seconds of audio per second of work, one thread, from samples.
double featuresTimesRealtime(FrameContent content) {
    const std::vector<float> samples = madeUpRecording(kClipS);
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < 40; ++i) {
        best = std::min(best, secondsOf([&] {
                            FrameExtractor extractor(content);
                            FrameFeatures frames;
                            extractor.push(samples, frames);
                            extractor.finish(frames);
                            if (content == FrameContent::All)
                                clipFeatures(frames, 0, frames.frames());
                            else
                                mfcc(frames, 0, frames.frames());
                        }));
    }
    return kClipS / best;
}

ModelBundle untrained(const Architecture& architecture, Network& network) {
    ModelBundle bundle;
    bundle.architecture = architecture;
    bundle.weights = network.weights();
    bundle.mfccStandardizer.mean.assign(seed::kMfcc, 0.0F);
    bundle.mfccStandardizer.deviation.assign(seed::kMfcc, 100.0F);
    bundle.clipStandardizer.mean.assign(seed::kClipValues, 0.0F);
    bundle.clipStandardizer.deviation.assign(seed::kClipValues, 1000.0F);
    bundle.logMelStandardizer.mean.assign(static_cast<size_t>(bundle.logMel.bands), -25.0F);
    bundle.logMelStandardizer.deviation.assign(static_cast<size_t>(bundle.logMel.bands), 20.0F);
    return bundle;
}

class Bench {
public:
    Bench(const Options& options, Engine& engine, const std::string& folder, ProgressLine& progress)
        : m_engine(engine), m_folder(folder), m_progress(progress), m_hiddenSize(options.hiddenSize) {
        m_engine.setThreads(options.threads);
    }

    Result<Json> run(const CancelToken& cancel);

private:
    Result<double> step(const char* id, const char* engine, const CancelToken& cancel);
    Result<double> detectTimesRealtime(const char* id, const CancelToken& cancel);
    Hyperparameters valuesOf(const char* id) const {
        Hyperparameters values = preset(id)->values;
        if (m_hiddenSize > 0) values.hiddenSize = m_hiddenSize;
        return values;
    }
    void stage(const char* text) { m_progress.line(std::string("Measuring ") + text); }

    Engine& m_engine;
    const std::string m_folder;
    ProgressLine& m_progress;
    const int64_t m_hiddenSize;
};

Result<double> Bench::step(const char* id, const char* engine, const CancelToken& cancel) {
    Hyperparameters hyperparameters = valuesOf(id);
    hyperparameters.engine = engine;
    hyperparameters.threads = m_engine.threads();
    const Result<double> seconds = m_engine.trainingStepSeconds(hyperparameters, kSteps, cancel);
    if (!seconds) return seconds.error();
    return 1000 * *seconds;
}

/// From a WAV file to a label file, hop 1 s.
Result<double> Bench::detectTimesRealtime(const char* id, const CancelToken& cancel) {
    const Result<Architecture> architecture = architectureFor(valuesOf(id));
    if (!architecture) return architecture.error();
    auto network = m_engine.create(*architecture, 1);
    if (!network) return network.error();
    const ModelBundle bundle = untrained(*architecture, **network);
    const std::string audio = m_folder + "/recording.wav", labels = m_folder + "/recording.txt";
    const double recordingS = isFrameModel(architecture->id) ? kLongRecordingS : kRecordingS;
    if (auto written = writeWave(audio, madeUpRecording(recordingS)); !written) return written.error();
    DetectorOptions options;
    options.hopS = 1;
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < kRepeats; ++i) {
        Result<void> done;
        const double seconds = secondsOf([&] {
            const Result<ProbabilityCurve> curve = detect(audio, bundle, **network, options, cancel);
            if (!curve) {
                done = curve.error();
                return;
            }
            LabelFile file;
            for (const DecodedSegment& segment : decode(*curve, bundle.decoder))
                file.labels.push_back({segment.span, LabelClass::Applause, {}, {}, {}, {}});
            done = writeLabels(labels, file);
        });
        if (!done) return done.error();
        best = std::min(best, seconds);
    }
    return recordingS / best;
}

Result<Json> Bench::run(const CancelToken& cancel) {
    Json json;
    json["threads"] = m_engine.threads();
    const auto load = systemLoad();
    json["load"] = load ? Json(*load) : Json();
    json["engine"] = m_engine.description();
    stage("matrix products");
    const Result<double> gflops = m_engine.sgemmGflops();
    if (!gflops) return gflops.error();
    json["sgemm_gflops"] = *gflops;

    stage("training steps of the seed's network");
    const Result<double> fast = step("seed", "fast", cancel);
    if (!fast) return fast.error();
    const Result<double> plain = step("seed", "plain", cancel);
    if (!plain) return plain.error();
    json["train_step_ms"] = {{"fast", *fast}, {"plain", *plain}, {"bf16", nullptr}};
    const Hyperparameters seedValues = valuesOf("seed");
    const Result<Architecture> architecture = architectureFor(seedValues);
    if (!architecture) return architecture.error();
    const double operations = neededOperations(*architecture, seedValues.batchSize);
    json["step_share_of_sgemm"] = operations / (*fast / 1000) / (*gflops * 1e9);

    stage("features");
    json["features_x_realtime"] = featuresTimesRealtime(FrameContent::All);
    json["mfcc_x_realtime"] = featuresTimesRealtime(FrameContent::MelOnly);

    Json detection;
    for (const char* id : {"seed", "transformer", "compact"}) {
        stage((std::string("detection, preset ") + id).c_str());
        const Result<double> times = detectTimesRealtime(id, cancel);
        if (!times) return times.error();
        detection[valuesOf(id).model] = *times;
    }
    json["detect_x_realtime"] = detection;
    return json;
}

std::string textOf(const Json& json) {
    const auto number = [](const Json& value, const char* format) {
        char text[64];
        if (value.is_null()) return std::string("n/a");
        std::snprintf(text, sizeof text, format, value.get<double>());
        return std::string(text);
    };
    const Json &step = json["train_step_ms"], &detect = json["detect_x_realtime"];
    std::string text = json["engine"].get<std::string>() + ", load " + number(json["load"], "%.1f") + "\n";
    text += "matrix products         " + number(json["sgemm_gflops"], "%.0f GFLOP/s") + "\n";
    text += "training step, fast     " + number(step["fast"], "%.0f ms") + ", " +
            number(100 * json["step_share_of_sgemm"].get<double>(), "%.0f %% of the matrix products' speed") + "\n";
    text += "training step, plain    " + number(step["plain"], "%.0f ms") + "\n";
    text += "features, one thread    " + number(json["features_x_realtime"], "%.0f x real time") + "\n";
    text += "MFCC, one thread        " + number(json["mfcc_x_realtime"], "%.0f x real time") + "\n";
    text += "detection, seed         " + number(detect["bilstm-attention"], "%.0f x real time") + "\n";
    text += "detection, transformer  " + number(detect["transformer"], "%.0f x real time") + "\n";
    text += "detection, compact      " + number(detect["crnn"], "%.0f x real time") + "\n";
    return text;
}

int bench(const Options& options, const Common& common) {
    const Result<Engine*> loaded = engine();
    if (!loaded) return fail(loaded.error());
    const Result<TemporaryFolder> folder = TemporaryFolder::make("ovation-bench");
    if (!folder) return fail(folder.error());
    ProgressLine progress(common.quiet);
    Bench bench(options, **loaded, folder->path(), progress);
    const Result<Json> json = bench.run(cancelOnInterrupt());
    if (!json) return fail(json.error());
    std::fputs((options.json ? json->dump(2) + "\n" : textOf(*json)).c_str(), stdout);
    return finishOutput();
}

} // namespace

void addBench(CLI::App& app, const Common& common, Run& runLater) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("bench", "Measure how fast training, features and detection are here");
    command->add_flag("--json", options->json, "Print the figures as JSON");
    command->add_option("--threads", options->threads, "Threads (default: the machine's cores)")
        ->type_name("N")
        ->check(CLI::Range(1, 256));
    command->add_option("--hidden-size", options->hiddenSize, "Networks of another size than the presets'")
        ->type_name("N")
        ->check(CLI::Range(8, 4096));
    command->callback(
        [options, &common, &runLater] { runLater = [options, &common] { return bench(*options, common); }; });
}

} // namespace ovation::cli
