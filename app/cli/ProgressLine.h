// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ProgressText.h"

#include <chrono>
#include <mutex>
#include <string>

namespace ovation::cli {

/// Shows progress on stderr: a bar that redraws itself on a terminal, plain lines at most once a second otherwise,
/// nothing but warnings when quiet. Thread-safe.
class ProgressLine {
public:
    explicit ProgressLine(bool quiet);
    ~ProgressLine(); ///< as clear()

    void show(const Progress& progress);
    /// A line that stays, above the bar.
    void line(const std::string& text);
    /// One of many such lines (an epoch's figures, a finished file). Where stderr is no terminal, one that comes too
    /// soon waits for its turn, or gives way to the next.
    void oneOfMany(const std::string& text);
    /// A line that stays also when quiet.
    void warn(const std::string& text);
    /// Removes the bar so that other output can follow; shows what was held back.
    void clear();

    ProgressCallback callback() {
        return [this](const Progress& progress) { show(progress); };
    }

private:
    using Clock = std::chrono::steady_clock;
    // Under the mutex:
    bool tooSoon();
    void removeBar();
    void printHeldBack();
    void print(const std::string& text);

    std::mutex m_mutex;
    bool m_quiet;
    bool m_terminal;
    bool m_drawn = false;
    Clock::time_point m_last{};
    ProgressText m_text;
    std::string m_lastText;
    std::string m_heldBack;
};

} // namespace ovation::cli
