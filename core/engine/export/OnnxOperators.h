// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <torch/types.h>
#include <vector>

#include <onnx/onnx_pb.h>

namespace ovation {

using OnnxValues = std::map<std::string, at::Tensor>;

/// What a node sees.
struct OnnxScope {
    const OnnxValues* values;
    const OnnxValues* constants;
    const OnnxValues* outer; ///< may be null

    const at::Tensor& at(const std::string& name) const;
};

at::Tensor tensorFromProto(const onnx::TensorProto& proto);

/// Runs one operator as the ONNX specification (opset 17) defines it; throws for operators that exports do not use.
std::vector<at::Tensor> runOperator(const onnx::NodeProto& node, const OnnxScope& scope);

} // namespace ovation
