// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelBundle.h"

#include <string>

namespace ovation {

/// JSON that says how to rebuild a model's network from the tensors of its safetensors file: inputs, standardising,
/// every layer in order with its kind, sizes and the names of its tensors, features, classes, threshold.
std::string networkDescription(const ModelBundle& bundle);

/// The file beside a safetensors file: "a/b.safetensors" -> "a/b.json".
std::string descriptionPath(const std::string& safetensors);

} // namespace ovation
