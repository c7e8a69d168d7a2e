// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <functional>
#include <string>

namespace ovation::ui {

/// Makes the bytes that a file is to hold. Called once, on any thread.
using FileContent = std::function<Result<std::string>()>;

} // namespace ovation::ui
