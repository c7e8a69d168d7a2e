// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/NetworkDescription.h"

#include "core/base/Version.h"
#include "core/features/SeedFeatures.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson dense(const std::string& tensors, const char* activation) {
    return {{"layer", "linear"}, {"tensors", tensors}, {"activation", activation}};
}

OrderedJson recurrentLayers(const Architecture& sizes, const char* kind) {
    return {{"layer", kind},
            {"tensors", kind},
            {"layers", sizes.layers},
            {"hidden_size", sizes.hiddenSize},
            {"bidirectional", true},
            {"gate_order", std::string(kind) == "lstm" ? "input, forget, cell, output" : "reset, update, new"}};
}

/// Layers of the frames of a clip, up to their mean.
OrderedJson clipLayers(const Architecture& sizes) {
    OrderedJson layers = OrderedJson::array();
    if (sizes.id == "transformer") {
        layers.push_back(dense("projection", "none"));
        layers.push_back({{"layer", "sinusoidal_positions"}, {"width", sizes.hiddenSize}, {"base", 10000}});
        for (int64_t layer = 0; layer < sizes.layers; ++layer)
            layers.push_back({{"layer", "transformer_encoder_layer"},
                              {"tensors", "encoder.layers." + std::to_string(layer)},
                              {"heads", sizes.heads},
                              {"normalise", "after"},
                              {"epsilon", 1e-5},
                              {"activation", "relu"}});
    } else {
        layers.push_back(recurrentLayers(sizes, "lstm"));
        layers.push_back({{"layer", "self_attention"}, {"tensors", "attention"}, {"heads", sizes.heads}});
    }
    layers.push_back({{"layer", "mean_over_frames"}});
    return layers;
}

OrderedJson frameLayers(const Architecture& sizes) {
    OrderedJson layers = OrderedJson::array();
    for (int layer = 0; layer < 4; ++layer) {
        const int64_t kernel = layer == 0 ? 5 : 3;
        layers.push_back({{"layer", "conv2d"},
                          {"tensors", "conv." + std::to_string(layer)},
                          {"stride", {layer < 2 ? 2 : 1, 2}},
                          {"padding", kernel / 2}});
        layers.push_back({{"layer", "batch_norm"},
                          {"tensors", "norm." + std::to_string(layer)},
                          {"epsilon", 1e-5},
                          {"activation", "relu"}});
    }
    layers.push_back({{"layer", "flatten_channels_and_bands"}});
    layers.push_back(recurrentLayers(sizes, "gru"));
    layers.push_back(dense("head", "sigmoid"));
    return layers;
}

} // namespace

std::string networkDescription(const ModelBundle& bundle) {
    const Architecture& sizes = bundle.architecture;
    const bool frames = isFrameModel(sizes.id);
    OrderedJson about;
    about["format"] = "ovation-network";
    about["format_version"] = 1;
    about["name"] = bundle.name;
    about["program_version"] = bundle.programVersion.empty() ? version() : bundle.programVersion;
    about["architecture"] = nlohmann::json::parse(toJson(sizes));
    about["classes"] = {"not applause", "applause"};
    about["threshold"] = bundle.decoder.threshold;
    const auto standardizer = [](const Standardizer& s) {
        return OrderedJson{{"mean", s.mean}, {"deviation", s.deviation}};
    };
    if (frames) {
        const LogMelOptions& mel = bundle.logMel;
        about["inputs"] = {{{"name", "log_mel"}, {"shape", {"batch", "frames", sizes.bands}}}};
        about["standardise"] = {{"log_mel", standardizer(bundle.logMelStandardizer)}};
        about["layers"] = frameLayers(sizes);
        about["output"] = {{"shape", {"batch", "ceil(frames / 4)"}}, {"meaning", "P(applause) for every 4 frames"}};
        about["features"] = {
            {"kind", "log-mel"},     {"sample_rate", mel.sampleRate}, {"window", mel.window}, {"n_fft", mel.fft},
            {"hop", mel.hop},        {"mel_bands", mel.bands},        {"low_hz", mel.lowHz},  {"high_hz", mel.highHz},
            {"mel_scale", "slaney"}, {"floor_db", mel.floorDb},       {"level_s", mel.levelS}};
    } else {
        about["inputs"] = {
            {{"name", "mfcc"}, {"shape", {"batch", "frames", sizes.mfcc}}},
            {{"name", "clip_values"}, {"shape", {"batch", sizes.clipValues}}, {"order", clipValueNames()}}};
        about["standardise"] = {{"mfcc", standardizer(bundle.mfccStandardizer)},
                                {"clip_values", standardizer(bundle.clipStandardizer)}};
        about["layers"] = clipLayers(sizes);
        about["clip_layers"] = {dense("clip.0", "relu"), dense("clip.1", "relu")};
        about["head_layers"] = {dense("head.0", "relu"), dense("head.1", "relu"), dense("head.2", "softmax")};
        about["joined"] = "the mean over frames, then the result of clip_layers, go through head_layers together";
        about["output"] = {{"shape", {"batch", 2}}, {"meaning", "P(not applause), P(applause) of the clip"}};
        about["features"] = {
            {"kind", "seed"},    {"sample_rate", seed::kSampleRate}, {"n_fft", seed::kFft},
            {"hop", seed::kHop}, {"mel_bands", seed::kMelBands},     {"mfcc", seed::kMfcc},
            {"top_db", 80},      {"frames", sizes.frames},           {"detection_frames", detectionFrames(bundle)}};
    }
    OrderedJson tensors;
    for (const auto& [name, tensor] : bundle.weights)
        tensors[name] = tensor.shape;
    about["tensors"] = std::move(tensors);
    return about.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string descriptionPath(const std::string& safetensors) {
    std::filesystem::path path(safetensors);
    path.replace_extension(".json");
    return path.string() == safetensors ? safetensors + ".json" : path.string();
}

} // namespace ovation
