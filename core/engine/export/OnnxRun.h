// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/engine/ExportedModel.h"

#include <memory>
#include <string>

namespace ovation {

/// Reads an ONNX file, checks it with ONNX's checker, and runs it operator by operator, each as the ONNX specification
/// has it, with LibTorch's functions. Knows the operators that exports use and no others. Exceptions pass through.
Result<std::unique_ptr<ExportedModel>> openOnnx(const std::string& path);

} // namespace ovation
