// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/TorchScriptExport.h"

#include "core/detection/Detector.h"
#include "core/engine/Engine.h"
#include "core/engine/FrameNetwork.h"
#include "core/engine/Guard.h"
#include "core/engine/export/FeatureTables.h"
#include "core/engine/export/TorchScriptSource.h"
#include "core/engine/networks/ClipNetwork.h"
#include "core/export/StudioAnswers.h"
#include "core/features/SeedFeatures.h"

#include <cmath>
#include <sstream>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/script.h>

namespace ovation {

namespace {

at::Tensor floatRow(const std::vector<float>& values) {
    return torch::tensor(values, torch::kFloat32);
}

at::Tensor doubleRow(const std::vector<double>& values) {
    return torch::tensor(values, torch::kFloat64);
}

at::Tensor matrixOf(const std::vector<float>& values, int64_t columns) {
    return floatRow(values).view({-1, columns});
}

void addClipTables(torch::jit::Module& module, const ModelBundle& bundle) {
    const Architecture& sizes = bundle.architecture;
    module.register_buffer("mfcc_mean", floatRow(bundle.mfccStandardizer.mean));
    module.register_buffer("mfcc_deviation", floatRow(bundle.mfccStandardizer.deviation));
    module.register_buffer("clip_mean", floatRow(bundle.clipStandardizer.mean));
    module.register_buffer("clip_deviation", floatRow(bundle.clipStandardizer.deviation));
    module.register_buffer("window", floatRow(periodicHann(seed::kFft)));
    module.register_buffer(
        "mel", matrixOf(melMatrix(seed::kSampleRate, seed::kFft, seed::kMelBands, 0, seed::kSampleRate / 2.0),
                        seed::kMelBands));
    module.register_buffer("dct", matrixOf(mfccMatrix(), seed::kMfcc));
    const TempoTables tempo = tempoTables();
    module.register_buffer("tempo_window", doubleRow(tempo.window));
    module.register_buffer("tempo_ramp", doubleRow(tempo.ramp));
    module.register_buffer("tempo_prior", doubleRow(tempo.prior));
    module.register_buffer("tempo_bpm", floatRow(tempo.bpm));
    if (sizes.id == "transformer") {
        const at::Tensor columns = torch::arange(0, sizes.hiddenSize, 2, torch::kFloat32);
        module.register_buffer("position_rate",
                               (columns * (-std::log(10000.0) / static_cast<double>(sizes.hiddenSize))).exp());
    }
}

void addFrameTables(torch::jit::Module& module, const ModelBundle& bundle) {
    const LogMelOptions& mel = bundle.logMel;
    module.register_buffer("log_mel_mean", floatRow(bundle.logMelStandardizer.mean));
    module.register_buffer("log_mel_deviation", floatRow(bundle.logMelStandardizer.deviation));
    module.register_buffer("window", floatRow(periodicHann(mel.window)));
    module.register_buffer("mel",
                           matrixOf(melMatrix(mel.sampleRate, mel.fft, mel.bands, mel.lowHz, mel.highHz), mel.bands));
}

std::vector<std::string> sourceOf(const ModelBundle& bundle) {
    const LogMelOptions& mel = bundle.logMel;
    if (!isFrameModel(bundle.architecture.id))
        return clipModuleSource(bundle.architecture, detectionFrames(bundle), hopFramesOf(bundle));
    return frameModuleSource(bundle.architecture,
                             {mel.window, mel.fft, mel.hop, static_cast<int>(mel.levelFrames()),
                              static_cast<float>(mel.floorDb), static_cast<float>(std::pow(10, mel.floorDb / 10))});
}

/// LibTorch may not change what lies behind the spans, and does not.
template <typename Value>
at::Tensor tensorOver(std::span<const Value> values, at::IntArrayRef sizes, at::ScalarType type) {
    return torch::from_blob(const_cast<Value*>(values.data()), sizes, type);
}

std::vector<float> copiedValues(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.to(torch::kFloat32).contiguous();
    const float* values = flat.data_ptr<float>();
    return {values, values + flat.numel()};
}

/// Values per frame.
int64_t bandsPerFrame(const FrameBatch& features) {
    return static_cast<int64_t>(features.values.size()) / std::max<int64_t>(1, features.count * features.frames);
}

class TorchScriptModel final : public ExportedModel {
public:
    explicit TorchScriptModel(torch::jit::Module module) : m_module(std::move(module)) {}

    Result<std::vector<float>> probabilities(int64_t count, std::span<const float> samples) override {
        return guarded("", [&]() -> Result<std::vector<float>> {
            const torch::NoGradGuard noGradient;
            const auto length = static_cast<int64_t>(samples.size()) / std::max<int64_t>(1, count);
            return copiedValues(m_module.forward({tensorOver(samples, {count, length}, torch::kFloat32)}).toTensor());
        });
    }

    Result<std::vector<float>> clipProbabilities(const ClipBatch& features) override {
        return guarded("", [&]() -> Result<std::vector<float>> {
            const torch::NoGradGuard noGradient;
            const at::Tensor answer =
                m_module
                    .get_method("from_features")(
                        {tensorOver(features.mfcc, {features.count, features.frames, seed::kMfcc}, torch::kFloat32),
                         tensorOver(features.clipValues, {features.count, seed::kClipValues}, torch::kFloat32),
                         tensorOver(features.lengths, {features.count}, torch::kInt32)})
                    .toTensor();
            return copiedValues(answer.select(1, 1));
        });
    }

    Result<std::vector<float>> frameProbabilities(const FrameBatch& features) override {
        return guarded("", [&]() -> Result<std::vector<float>> {
            const torch::NoGradGuard noGradient;
            return copiedValues(
                m_module
                    .get_method("from_features")(
                        {tensorOver(features.values, {features.count, features.frames, bandsPerFrame(features)},
                                    torch::kFloat32),
                         tensorOver(features.lengths, {features.count}, torch::kInt32)})
                    .toTensor());
        });
    }

private:
    torch::jit::Module m_module;
};

} // namespace

Result<std::string> toTorchScript(const ModelBundle& bundle) {
    if (std::string problem = standardizerProblem(bundle); !problem.empty())
        return Error{ErrorCode::WrongArchitecture, bundle.name, std::move(problem)};
    const torch::NoGradGuard noGradient;
    torch::jit::Module module("OvationApplause");
    for (const auto& [name, tensor] : bundle.weights)
        module.register_parameter(attributeOf(name), floatRow(tensor.values).view(tensor.shape), /*is_buffer=*/false);
    if (isFrameModel(bundle.architecture.id))
        addFrameTables(module, bundle);
    else
        addClipTables(module, bundle);
    for (const std::string& source : sourceOf(bundle))
        module.define(source);
    const AnswerTimes when = answerTimes(bundle);
    module.register_attribute("answer_start_s", c10::FloatType::get(), when.startS);
    module.register_attribute("answer_step_s", c10::FloatType::get(), when.stepS);
    module.register_attribute("threshold", c10::FloatType::get(), bundle.decoder.threshold);
    module.register_attribute("sample_rate", c10::IntType::get(), int64_t{sampleRateOf(bundle)});
    module.eval();
    std::ostringstream archive;
    module.save(archive, {{"ovation.json", exportDescription(bundle)}});
    return std::move(archive).str();
}

std::unique_ptr<ExportedModel> openTorchScript(const std::string& path) {
    torch::jit::Module module = torch::jit::load(path);
    module.eval();
    return std::make_unique<TorchScriptModel>(std::move(module));
}

} // namespace ovation
