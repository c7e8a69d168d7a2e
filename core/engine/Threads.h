// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation {

/// Cores that this process may use: those of its affinity mask, fewer where a control group allows it less.
int usableCores();

/// Sets the threads of LibTorch, OpenMP and the BLAS library for work on the calling thread, for as long as the scope
/// lives. OpenMP keeps the number for each thread apart, so that work on one thread does not change what runs on
/// another.
class ThreadScope {
public:
    explicit ThreadScope(int threads);
    ~ThreadScope();
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

private:
    int m_before;
};

/// "OpenBLAS 0.3.21, SkylakeX" or "unknown BLAS".
std::string blasDescription();

} // namespace ovation
