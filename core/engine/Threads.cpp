// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Threads.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <dlfcn.h>
#include <fstream>
#include <omp.h>
#include <sched.h>

namespace ovation {

namespace {

/// Symbols of the BLAS library that is loaded, by whichever name it has; nullptr where it is another one.
template <typename Function>
Function blasSymbol(const char* name) {
    static void* const library = dlopen("libblas.so.3", RTLD_NOW | RTLD_NOLOAD);
    return library ? reinterpret_cast<Function>(dlsym(library, name)) : nullptr;
}

/// Cores' worth of time that the control group grants ("max 100000" or "200000 100000"); 0 where it sets no limit.
int controlGroupCores() {
    std::ifstream file("/sys/fs/cgroup/cpu.max");
    double quota = 0;
    double period = 0;
    if (!(file >> quota >> period) || quota <= 0 || period <= 0) return 0;
    return std::max(1, static_cast<int>(std::ceil(quota / period)));
}

} // namespace

int usableCores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
    if (const int granted = controlGroupCores(); granted > 0) cores = std::min(cores, granted);
    return std::max(1, cores);
}

namespace {

void setThreads(int threads) {
    omp_set_num_threads(threads);
    // OpenBLAS built for OpenMP follows omp_set_num_threads; built for POSIX threads it has to be told.
    if (const auto set = blasSymbol<void (*)(int)>("openblas_set_num_threads")) set(threads);
}

} // namespace

ThreadScope::ThreadScope(int threads) {
    // LibTorch sets this thread's number when it first computes on it: that has to be over.
    at::internal::lazy_init_num_threads();
    m_before = omp_get_max_threads();
    setThreads(threads);
}

ThreadScope::~ThreadScope() {
    setThreads(m_before);
}

std::string blasDescription() {
    const auto config = blasSymbol<char* (*)()>("openblas_get_config");
    const auto core = blasSymbol<char* (*)()>("openblas_get_corename");
    if (!config || !core) return "unknown BLAS";
    const std::string text = config();
    return text.substr(0, text.find(' ', text.find(' ') + 1)) + ", " + core();
}

} // namespace ovation
