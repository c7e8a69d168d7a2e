// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/LabelText.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace ovation {

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = text.find_first_of("\r\n");
        lines.push_back(text.substr(0, end));
        if (end == text.npos) break;
        text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    return lines;
}

std::vector<std::string_view> splitAt(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::optional<double> numberFrom(std::string_view text, bool decimalComma) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::string withPoint;
    if (decimalComma && std::ranges::count(text, ',') == 1 && text.find('.') == text.npos) {
        withPoint = text;
        std::ranges::replace(withPoint, ',', '.');
        text = withPoint;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range && end == text.data() + text.size()) return HUGE_VAL;
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string numberText(double value) {
    std::array<char, 64> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc() ? std::string(buffer.data(), end) : "0";
}

std::string secondsText(double seconds, int decimals) {
    std::array<char, 512> buffer; // a double has up to 309 digits before the point
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), seconds, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(seconds)) return numberText(seconds);
    std::string text(buffer.data(), end);
    size_t point = text.find('.');
    if (point == text.npos) {
        if (decimals == 0) return text;
        point = text.size();
        text += '.';
    }
    while (text.size() - point - 1 < static_cast<size_t>(decimals))
        text += '0';
    return text;
}

double endOf(double start, double duration) {
    const double sum = start + duration;
    const double rounded = std::round(sum * 1e9) / 1e9;
    return std::abs(rounded - sum) <= 1e-15 * std::max(1.0, std::abs(sum)) ? rounded : sum;
}

std::string durationText(double start, double end) {
    const double rounded = std::round((end - start) * 1e9) / 1e9;
    return secondsText(endOf(start, rounded) == end ? rounded : end - start);
}

std::optional<double> clockFrom(std::string_view text) {
    const std::vector<std::string_view> parts = splitAt(trimmed(text), ':');
    if (parts.size() > 3) return std::nullopt;
    double seconds = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        if (parts.size() > 1 && (parts[i].empty() || parts[i][0] < '0' || parts[i][0] > '9')) return std::nullopt;
        if (!last && parts[i].find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
        const std::optional<double> part = numberFrom(parts[i], true);
        if (!part || (i > 0 && *part >= 60)) return std::nullopt;
        seconds = i == 0 ? *part : endOf(seconds * 60, *part);
    }
    return seconds;
}

std::string clockText(double seconds) {
    const auto ms = static_cast<int64_t>(std::llround(std::clamp(seconds, 0.0, 1e12) * 1000));
    char text[64];
    std::snprintf(text, sizeof text, "%02lld:%02d:%02d.%03d", static_cast<long long>(ms / 3600000),
                  static_cast<int>(ms / 60000 % 60), static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
    return text;
}

int lineAt(std::string_view text, size_t offset) {
    return 1 + static_cast<int>(std::ranges::count(text.substr(0, std::min(offset, text.size())), '\n'));
}

std::vector<std::vector<Label>> withoutOverlaps(const std::vector<Label>& labels) {
    std::vector<std::vector<Label>> tiers(1);
    for (const Label& label : labels) {
        const auto free = std::ranges::find_if(tiers, [&](const std::vector<Label>& tier) {
            return tier.empty() || tier.back().span.end <= label.span.start;
        });
        (free == tiers.end() ? tiers.emplace_back() : *free).push_back(label);
    }
    return tiers;
}

bool isLabelTier(std::string_view name, const std::vector<Label>& labels) {
    const std::string lower = lowerCase(trimmed(name));
    return lower.starts_with("label") || lower.starts_with("applause") ||
           std::ranges::any_of(labels, [](const Label& label) {
               return !label.text.empty() && classOf(label.text) != LabelClass::NotApplause;
           });
}

bool hasFreeText(const Label& label) {
    return !trimmed(label.text).empty() && classOf(label.text) != label.labelClass;
}

std::string textOf(const Label& label) {
    return trimmed(label.text).empty() || hasFreeText(label) ? nameOf(label.labelClass) : label.text;
}

const std::string& recordingOf(const Label& label, const LabelFile& file) {
    return label.recording.empty() ? file.audioFile : label.recording;
}

std::string underscored(std::string_view text) {
    std::string out(trimmed(text));
    for (char& c : out)
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') c = '_';
    return out;
}

std::string oneLineText(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    return line;
}

void LabelCollector::warn(int line, const std::string& what) {
    m_warnings.push_back((line > 0 ? "Line " + std::to_string(line) + ": " : "") + what);
}

void LabelCollector::leaveOut(int line, const std::string& reason) {
    warn(line, reason + "; it was left out.");
    if (m_leftOut++ > 0) return;
    m_firstBadLine = line;
    m_firstReason = reason;
}

void LabelCollector::take(Label label, int line, std::string_view freeText) {
    const char* reason = nullptr;
    if (!std::isfinite(label.span.start) || !std::isfinite(label.span.end))
        reason = "the times are not numbers";
    else if (label.span.end < label.span.start)
        reason = "the label ends before it starts";
    else if (label.span.end < 0)
        reason = "the label lies before the recording's start";
    if (reason) {
        leaveOut(line, reason);
        return;
    }
    if (label.span.start < 0) {
        warn(line, "the label starts before the recording does; it was cut there.");
        label.span.start = 0;
    }
    for (auto* hz : {&label.lowHz, &label.highHz})
        if (*hz && !std::isfinite(**hz)) hz->reset();
    if (label.score && !(*label.score >= 0 && *label.score <= 1)) {
        warn(line, "the score " + numberText(*label.score) + " is no probability; it was left out.");
        label.score.reset();
    }
    if (trimmed(label.text).empty()) {
        label.text.clear();
        label.labelClass = LabelClass::Applause;
        ++m_withoutText;
    } else
        label.labelClass = classOf(label.text);
    if (!trimmed(freeText).empty() && label.text == nameOf(label.labelClass)) label.text = freeText;
    m_labels.push_back(std::move(label));
}

void LabelCollector::add(Label label, int line, std::string_view name, std::string_view freeText) {
    m_names.emplace(name);
    label.recording = name;
    take(std::move(label), line, freeText);
}

Result<LabelFile> LabelCollector::finish(LabelFile file) {
    if (m_names.size() == 2) m_names.erase(""); // a name that stands in some rows only is meant for all
    if (!m_names.empty()) file.audioFile = m_names.size() == 1 ? *m_names.begin() : "";
    if (m_names.size() == 1)
        for (Label& label : m_labels)
            label.recording.clear();
    if (m_labels.empty() && m_leftOut > 0) return badLabelFile(m_firstBadLine, m_firstReason);
    std::ranges::stable_sort(m_labels, {}, [](const Label& label) { return label.span.start; });
    file.labels = std::move(m_labels);
    file.leftOut += m_leftOut;
    file.warnings.insert(file.warnings.end(), m_warnings.begin(), m_warnings.end());
    if (m_withoutText > 0)
        file.warnings.push_back(m_withoutText == 1 ? "1 label has no text and was taken for applause."
                                                   : std::to_string(m_withoutText) +
                                                         " labels have no text and were taken for applause.");
    return file;
}

Error badLabelFile(int line, std::string what) {
    return {ErrorCode::BadLabelFile, "", std::move(what), line};
}

} // namespace ovation
