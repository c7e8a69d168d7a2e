// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ExportFormat.h"

#include <algorithm>
#include <array>

namespace ovation {

namespace {

constexpr std::array<ExportFormatInfo, 6> kExportFormats{{
    {ExportFormat::TorchScript, "torchscript", "TorchScript", "pt",
     "For PyTorch and LibTorch: samples in, probabilities out; features and standardiser are inside."},
    {ExportFormat::Onnx, "onnx", "ONNX", "onnx",
     "For onnxruntime in Python, JavaScript, browsers and elsewhere: samples in, probabilities out; features and "
     "standardiser are inside."},
    {ExportFormat::OnnxFeatures, "onnx-features", "ONNX, features in", "onnx",
     "The network and its standardiser alone, for programs that compute the features themselves."},
    {ExportFormat::Safetensors, "safetensors", "safetensors", "safetensors",
     "Ovation's own model file, with a JSON description beside it from which the network can be rebuilt."},
    {ExportFormat::CardMarkdown, "card-markdown", "Model card, Markdown", "md",
     "What to know about the model: data, split, scores, limits, and how to call it."},
    {ExportFormat::CardHtml, "card-html", "Model card, HTML", "html", "The same as a page."},
}};

} // namespace

std::span<const ExportFormatInfo> exportFormats() {
    return kExportFormats;
}

const ExportFormatInfo* exportFormat(std::string_view id) {
    const auto found = std::ranges::find_if(kExportFormats, [&](const auto& info) { return id == info.id; });
    return found == kExportFormats.end() ? nullptr : &*found;
}

const ExportFormatInfo& infoOf(ExportFormat format) {
    return *std::ranges::find_if(kExportFormats, [&](const auto& info) { return info.format == format; });
}

} // namespace ovation
