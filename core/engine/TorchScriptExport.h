// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/models/ModelBundle.h"

#include <string>

namespace ovation {

/// Engine::exportTorchScript. LibTorch's exceptions pass through; the file never has its final name unless it was
/// checked.
Result<double> writeTorchScript(const ModelBundle& bundle, const std::string& path);

} // namespace ovation
