// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ProgressLine.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace ovation::cli {
namespace {

std::string timeLeft(double seconds) {
    if (seconds < 90) return std::to_string(std::lround(seconds)) + " s left";
    if (seconds < 5400) return std::to_string(std::lround(seconds / 60)) + " min left";
    return std::to_string(std::lround(seconds / 3600)) + " h left";
}

} // namespace

ProgressLine::ProgressLine(bool quiet) : m_quiet(quiet), m_terminal(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(const Progress& progress) {
    if (m_quiet) return;
    const std::lock_guard lock(m_mutex);
    const Clock::time_point now = Clock::now();
    if (progress.stage != m_stage) {
        m_stage = progress.stage;
        m_stageStart = now;
    }
    const bool complete = progress.total > 0 && progress.done >= progress.total;
    const auto interval = m_terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(1000);
    if (now - m_last < interval && !(complete && m_terminal)) return;
    m_last = now;

    std::string text = progress.stage;
    if (progress.total > 0) {
        const double share = std::clamp(progress.done / progress.total, 0.0, 1.0);
        if (m_terminal) {
            const int width = 24, filled = static_cast<int>(share * width);
            text += " [" + std::string(static_cast<size_t>(filled), '#') +
                    std::string(static_cast<size_t>(width - filled), '.') + "]";
        }
        text += " " + std::to_string(static_cast<int>(share * 100)) + " %";
        const double elapsed = std::chrono::duration<double>(now - m_stageStart).count();
        if (share > 0.02 && share < 1 && elapsed > 1) text += ", " + timeLeft(elapsed / share * (1 - share));
    }
    if (!progress.item.empty()) text += "  " + progress.item;
    if (m_terminal) {
        std::fprintf(stderr, "\r\033[K%.200s", text.c_str());
        m_drawn = true;
    } else if (text != m_lastText) {
        std::fprintf(stderr, "%s\n", text.c_str());
        m_lastText = text;
    }
    std::fflush(stderr);
}

void ProgressLine::line(const std::string& text) {
    if (m_quiet) return;
    clear();
    const std::lock_guard lock(m_mutex);
    std::fprintf(stderr, "%s\n", text.c_str());
    std::fflush(stderr);
}

void ProgressLine::clear() {
    const std::lock_guard lock(m_mutex);
    if (!m_drawn) return;
    std::fprintf(stderr, "\r\033[K");
    std::fflush(stderr);
    m_drawn = false;
}

} // namespace ovation::cli
