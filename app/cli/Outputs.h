// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>

namespace ovation::cli {

/// Whether a file could be written there ("" is no file): better known before hours of work than after.
Result<void> checkWritable(const std::string& path);

/// WrongUsage where `output` is the file `input` under whatever name, and would replace it.
Result<void> checkNotInput(const std::string& output, const std::string& input);

} // namespace ovation::cli
