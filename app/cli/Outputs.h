// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Files.h"

#include <string>

namespace ovation::cli {

/// WrongUsage where `output` is the file `input` under whatever name, and would replace it.
Result<void> checkNotInput(const std::string& output, const std::string& input);

} // namespace ovation::cli
