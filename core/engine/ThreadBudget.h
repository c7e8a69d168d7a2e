// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace ovation {

/// Processor time since some fixed point, in seconds, summed over the cores.
struct CpuTimes {
    double own = 0;  ///< of this process
    double idle = 0; ///< that nobody used
    double wallS = 0;
};

/// From /proc/stat and getrusage; nothing where the system does not tell.
std::optional<CpuTimes> readCpuTimes();

/// How many threads are worth using while other programs compete for the cores. Threads that wait for each other at
/// every step lose far more than the other program's share when one of them has to wait for a core: fewer threads
/// than free cores are then faster. Looks at most once a second; used by one thread.
class ThreadBudget {
public:
    using Clock = std::chrono::steady_clock;
    using Reader = std::function<std::optional<CpuTimes>()>;

    /// `most`: threads on a quiet machine. `reader` and the times passed to threads() stand in for the machine in
    /// tests.
    explicit ThreadBudget(int most, Reader reader = readCpuTimes);

    /// From 1 to `most`: follows at once when cores are taken, and after two quiet looks when they are free again.
    int threads(Clock::time_point now = Clock::now());

    /// Whether fewer than `most` were ever advised.
    bool wasReduced() const { return m_wasReduced; }

private:
    const int m_most;
    const Reader m_reader;
    int m_threads;
    int m_quietLooks = 0;
    bool m_wasReduced = false;
    std::optional<CpuTimes> m_last;
    Clock::time_point m_nextLook{};
};

} // namespace ovation
