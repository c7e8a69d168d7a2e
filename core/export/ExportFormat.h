// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace ovation {

/// What a model can be exported as.
enum class ExportFormat {
    TorchScript,  ///< samples in, probabilities out; methods for features
    Onnx,         ///< samples in, probabilities out
    OnnxFeatures, ///< feature tensors in, probabilities out
    Safetensors,  ///< Ovation's own model file, with a description in JSON beside it
    CardMarkdown, ///< what to know about the model
    CardHtml,
};

struct ExportFormatInfo {
    ExportFormat format;
    const char* id;          ///< as on the command line
    const char* name;        ///< for people
    const char* extension;   ///< without the dot
    const char* explanation; ///< one sentence
};

/// Every format, in the order offered.
std::span<const ExportFormatInfo> exportFormats();
const ExportFormatInfo* exportFormat(std::string_view id);
const ExportFormatInfo& infoOf(ExportFormat format);

} // namespace ovation
