// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ProgressText.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

namespace ovation {

namespace {

constexpr int kBarColumns = 24;
constexpr double kShareForTimeLeft = 0.02;
constexpr double kSecondsForTimeLeft = 1;

std::string timeLeft(double seconds) {
    if (seconds < 90) return std::to_string(std::max(1L, std::lround(seconds))) + " s left";
    if (seconds < 5400) return std::to_string(std::lround(seconds / 60)) + " min left";
    return std::to_string(std::lround(seconds / 3600)) + " h left";
}

/// The character that a UTF-8 text begins with, and its bytes; a byte that begins none stands for itself.
std::pair<uint32_t, size_t> firstCharacter(std::string_view text) {
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
    const uint32_t first = byte(0);
    const size_t length = first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (length == 1 || first >= 0xF8 || length > text.size()) return {first, 1};
    uint32_t character = first & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {first, 1};
        character = character << 6U | (byte(i) & 0x3FU);
    }
    return {character, length};
}

/// How many columns a terminal gives a character: 2 to those of East Asia and to pictures, 0 to accents put on others.
int columnsOnTerminal(uint32_t character) {
    constexpr std::array<std::pair<uint32_t, uint32_t>, 9> kWide{{{0x1100, 0x115F},
                                                                  {0x2E80, 0xA4CF},
                                                                  {0xAC00, 0xD7A3},
                                                                  {0xF900, 0xFAFF},
                                                                  {0xFE30, 0xFE6F},
                                                                  {0xFF00, 0xFF60},
                                                                  {0xFFE0, 0xFFE6},
                                                                  {0x1F300, 0x1FAFF},
                                                                  {0x20000, 0x3FFFD}}};
    if (character >= 0x300 && character <= 0x36F) return 0;
    const auto isIn = [&](const auto& range) { return character >= range.first && character <= range.second; };
    return std::ranges::any_of(kWide, isIn) ? 2 : 1;
}

/// As much of the text as fits, in whole characters; control characters are blanks.
std::string cutTo(std::string_view text, int columns) {
    std::string cut;
    while (!text.empty()) {
        const auto [character, bytes] = firstCharacter(text);
        const bool control = character < 0x20 || character == 0x7F;
        columns -= columnsOnTerminal(character);
        if (columns < 0) break;
        cut += control ? std::string_view(" ") : text.substr(0, bytes);
        text.remove_prefix(bytes);
    }
    return cut;
}

} // namespace

void ProgressText::note(const Progress& progress, double nowS) {
    const bool begins = !m_begun || progress.stage != m_progress.stage;
    m_progress = progress;
    m_nowS = nowS;
    if (!begins) return;
    m_begun = true;
    m_stageStartS = nowS;
    m_stageBegan = std::max(0.0, share());
}

double ProgressText::share() const {
    return m_progress.total > 0 ? std::clamp(m_progress.done / m_progress.total, 0.0, 1.0) : -1;
}

std::string ProgressText::figures() const {
    if (share() < 0) return {};
    std::string text = " " + std::to_string(static_cast<int>(share() * 100)) + " %";
    const double elapsed = m_nowS - m_stageStartS, done = share() - m_stageBegan;
    if (done > kShareForTimeLeft && share() < 1 && elapsed > kSecondsForTimeLeft)
        text += ", " + timeLeft(elapsed * (1 - share()) / done);
    return text;
}

std::string ProgressText::line() const {
    return m_progress.stage + figures() + (m_progress.item.empty() ? "" : "  " + m_progress.item);
}

std::string ProgressText::bar(int columns) const {
    std::string text = m_progress.stage;
    if (share() >= 0) {
        const auto filled = static_cast<size_t>(share() * kBarColumns);
        text += " [" + std::string(filled, '#') + std::string(kBarColumns - filled, '.') + "]";
    }
    text += figures();
    const std::string name = m_progress.item.substr(m_progress.item.rfind('/') + 1); // npos + 1 is 0
    return cutTo(text + (name.empty() ? "" : "  " + name), columns);
}

} // namespace ovation
