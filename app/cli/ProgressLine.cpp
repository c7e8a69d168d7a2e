// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ProgressLine.h"

#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace ovation::cli {
namespace {

constexpr int kUsualColumns = 80;

/// Of the terminal now, without the last one: a line that reaches it may go on in the next.
int columnsForBar() {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return std::max(1, (known ? size.ws_col : kUsualColumns) - 1);
}

} // namespace

ProgressLine::ProgressLine(bool quiet) : m_quiet(quiet), m_terminal(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(const Progress& progress) {
    if (m_quiet) return;
    const std::lock_guard lock(m_mutex);
    m_text.note(progress, std::chrono::duration<double>(Clock::now().time_since_epoch()).count());
    const bool complete = progress.total > 0 && progress.done >= progress.total;
    if (tooSoon() && !(complete && m_terminal)) return;
    if (m_terminal) {
        std::fprintf(stderr, "\r\033[K%s", m_text.bar(columnsForBar()).c_str());
        std::fflush(stderr);
        m_drawn = true;
        return;
    }
    if (!m_heldBack.empty()) {
        printHeldBack();
    } else if (std::string text = m_text.line(); text != m_lastText) {
        print(text);
        m_lastText = std::move(text);
    }
}

void ProgressLine::line(const std::string& text) {
    if (m_quiet) return;
    warn(text);
}

void ProgressLine::oneOfMany(const std::string& text) {
    if (m_quiet) return;
    const std::lock_guard lock(m_mutex);
    if (!m_terminal && tooSoon()) {
        m_heldBack = text;
        return;
    }
    m_heldBack.clear();
    removeBar();
    print(text);
}

void ProgressLine::warn(const std::string& text) {
    const std::lock_guard lock(m_mutex);
    removeBar();
    printHeldBack();
    print(text);
}

void ProgressLine::clear() {
    const std::lock_guard lock(m_mutex);
    removeBar();
    printHeldBack();
}

/// Whether something was shown a moment ago; what is shown now counts from now on where it was not.
bool ProgressLine::tooSoon() {
    const Clock::time_point now = Clock::now();
    if (now - m_last < (m_terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(1000))) return true;
    m_last = now;
    return false;
}

void ProgressLine::removeBar() {
    if (!m_drawn) return;
    std::fprintf(stderr, "\r\033[K");
    std::fflush(stderr);
    m_drawn = false;
}

void ProgressLine::printHeldBack() {
    if (const std::string held = std::exchange(m_heldBack, {}); !held.empty()) print(held);
}

void ProgressLine::print(const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    std::fflush(stderr);
}

} // namespace ovation::cli
