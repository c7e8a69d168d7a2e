// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/engine/ExportedModel.h"
#include "core/models/ModelBundle.h"

#include <memory>
#include <string>

namespace ovation {

/// The bytes of a TorchScript file. LibTorch's exceptions pass through, here and below.
Result<std::string> toTorchScript(const ModelBundle& bundle);

std::unique_ptr<ExportedModel> openTorchScript(const std::string& path);

} // namespace ovation
