// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/models/ModelBundle.h"

#include <string>

namespace ovation {

/// Audio: "samples" (batch, samples) -> "probabilities" (batch, answers) over time, as detection gives them.
/// Tensors: "mfcc" (batch, frames, 13), "clip_values" (batch, 12), "lengths" (batch) -> "probabilities" (batch, 2) of
/// a clip model; "log_mel" (batch, frames, bands), "lengths" (batch) -> "probabilities" (batch, answers) of a frame
/// model.
enum class OnnxInput { Audio, Tensors };

/// The bytes of an ONNX file (opset 17). Passes ONNX's checker, or throws.
Result<std::string> toOnnx(const ModelBundle& bundle, OnnxInput input);

} // namespace ovation
