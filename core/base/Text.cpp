// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace ovation {

std::string fixed(std::optional<double> value, int decimals) {
    if (!value || !std::isfinite(*value)) return {};
    std::array<char, 400> buffer;
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value, std::chars_format::fixed, decimals);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

std::string fixedBetween(double value, int least, int most) {
    std::string text = fixed(value, most);
    for (int decimals = most; decimals > least && text.ends_with('0'); --decimals)
        text.pop_back();
    return text;
}

std::string settingText(double value) {
    constexpr double kWhole = 1e15; // beyond, not every whole number is a double
    constexpr int kDigits = 6;
    if (std::abs(value) < kWhole && value == std::trunc(value)) return fixed(value, 0);
    std::array<char, 40> buffer;
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, kDigits);
    std::string text(buffer.data(), error == std::errc() ? end : buffer.data());
    if (const size_t power = text.find("e-0"); power != std::string::npos) text.erase(power + 2, 1);
    return text;
}

std::string escapedHtml(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string quotedCsvCell(const std::string& text) {
    std::string cell = "\"";
    for (const char c : text)
        cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + "\"";
}

std::string csvCell(const std::string& text) {
    return text.find_first_of(",\"\r\n") == std::string::npos ? text : quotedCsvCell(text);
}

std::string withoutIllegalCharacters(std::string text) {
    constexpr std::string_view kIllegal = "/\\:*?\"<>|";
    std::ranges::replace_if(
        text, [&](char c) { return static_cast<unsigned char>(c) < 32 || kIllegal.find(c) != std::string_view::npos; },
        '-');
    return text;
}

} // namespace ovation
