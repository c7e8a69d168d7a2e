// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation {

/// Cores that this process may use: those of its affinity mask, fewer where a control group allows it less.
int usableCores();

/// Sets the threads of LibTorch, OpenMP and the BLAS library for work on the calling thread (OpenMP keeps the number
/// per thread). Call at the start of each piece of work.
void useThreads(int threads);

/// "OpenBLAS 0.3.21, SkylakeX" or "unknown BLAS".
std::string blasDescription();

} // namespace ovation
