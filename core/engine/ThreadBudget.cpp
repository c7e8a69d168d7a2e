// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ThreadBudget.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace ovation {

namespace {

constexpr std::chrono::seconds kBetweenLooks{1};
constexpr int kQuietLooks = 2;
constexpr double kTolerance = 0.4; ///< cores' worth that other programs may take before a thread is given up

double secondsOf(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

} // namespace

std::optional<CpuTimes> readCpuTimes() {
    std::ifstream file("/proc/stat");
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, waiting = 0;
    if (!(file >> name >> user >> nice >> system >> idle >> waiting) || name != "cpu") return std::nullopt;
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
    const auto wall = std::chrono::steady_clock::now().time_since_epoch();
    return CpuTimes{secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime),
                    (idle + waiting) / static_cast<double>(sysconf(_SC_CLK_TCK)),
                    std::chrono::duration<double>(wall).count()};
}

ThreadBudget::ThreadBudget(int most, Reader reader)
    : m_most(std::max(1, most)), m_reader(std::move(reader)), m_threads(m_most) {}

int ThreadBudget::threads(Clock::time_point now) {
    if (m_most == 1 || now < m_nextLook) return m_threads;
    m_nextLook = now + kBetweenLooks;
    const std::optional<CpuTimes> times = m_reader();
    if (!times) return m_threads;
    if (m_last && times->wallS > m_last->wallS) {
        // Cores that this process had or could have had.
        const double free = (times->own - m_last->own + times->idle - m_last->idle) / (times->wallS - m_last->wallS);
        const int advised = std::clamp(static_cast<int>(std::floor(free + kTolerance)), 1, m_most);
        if (advised <= m_threads) {
            m_threads = advised;
            m_quietLooks = 0;
        } else if (++m_quietLooks >= kQuietLooks) {
            m_threads = advised;
            m_quietLooks = 0;
        }
        m_wasReduced = m_wasReduced || m_threads < m_most;
    }
    m_last = times;
    return m_threads;
}

} // namespace ovation
