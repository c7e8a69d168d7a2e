// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelBundle.h"

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

namespace ovation {

/// As a ParameterSet has them: by name, in its order.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

std::vector<at::Tensor> tensorsOf(const NamedTensors& pairs);

/// Copies of tensors under the names of `like`, which are as many or more; and back, in its order. Nothing for nothing;
/// throws where a tensor is missing or of another size.
TensorMap named(const std::vector<at::Tensor>& tensors, const NamedTensors& like);
std::vector<at::Tensor> unnamed(const TensorMap& map, const NamedTensors& like);

} // namespace ovation
