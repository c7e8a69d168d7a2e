// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"

namespace ovation::cli {

/// A token that Ctrl+C (or SIGTERM) cancels. A second signal ends the program at once, as ever.
CancelToken cancelOnInterrupt();

} // namespace ovation::cli
