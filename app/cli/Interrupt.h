// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"

namespace ovation::cli {

/// A token that Ctrl+C, SIGTERM or a terminal that closes (SIGHUP) cancels, where they are not ignored already. A
/// second Ctrl+C or SIGTERM ends the program at once, as ever. From now on it goes on where nobody reads what it prints
/// any more (SIGPIPE): Ctrl+C ends the other programs of a pipe first, and what was computed is to be kept.
CancelToken cancelOnInterrupt();

/// When all is written and nobody reads the rest: ends the program as SIGPIPE would have. Returns where that was
/// ignored from the start.
void endByBrokenPipe();

} // namespace ovation::cli
