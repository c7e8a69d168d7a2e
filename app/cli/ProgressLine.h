// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <chrono>
#include <mutex>
#include <string>

namespace ovation::cli {

/// Shows progress on stderr: a bar that redraws itself on a terminal, plain lines at most once a second otherwise,
/// nothing when quiet. Thread-safe.
class ProgressLine {
public:
    explicit ProgressLine(bool quiet);
    ~ProgressLine(); ///< clears the bar

    void show(const Progress& progress);
    /// A line that stays (an epoch's figures, a finished file), above the bar.
    void line(const std::string& text);
    /// Removes the bar so that other output can follow.
    void clear();

    ProgressCallback callback() {
        return [this](const Progress& progress) { show(progress); };
    }

private:
    using Clock = std::chrono::steady_clock;
    std::mutex m_mutex;
    bool m_quiet;
    bool m_terminal;
    bool m_drawn = false;
    Clock::time_point m_last{};
    Clock::time_point m_stageStart{};
    std::string m_stage;
    std::string m_lastText;
};

} // namespace ovation::cli
