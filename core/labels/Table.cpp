// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/Table.h"

#include "core/labels/LabelText.h"

#include <algorithm>

namespace ovation {

Result<std::vector<TableRow>> tableRows(std::string_view text, char separator,
                                        bool (*isHeader)(const std::vector<std::string>& cells)) {
    std::vector<TableRow> rows;
    bool headerIsComment = false;
    int line = 1;
    for (size_t i = 0; i < text.size();) {
        TableRow row;
        row.line = line;
        const bool comment = text[i] == '#';
        bool rowEnds = false;
        while (!rowEnds) {
            std::string cell;
            if (i < text.size() && text[i] == '"' && !comment) {
                const int opened = line;
                for (++i;; ++i) {
                    if (i >= text.size()) return badLabelFile(opened, "a quote is never closed");
                    if (text[i] == '"') {
                        if (i + 1 >= text.size() || text[i + 1] != '"') break;
                        ++i;
                    }
                    if (text[i] == '\n') ++line;
                    cell += text[i];
                }
                ++i;
            }
            while (i < text.size() && text[i] != separator && text[i] != '\n' && text[i] != '\r')
                cell += text[i++];
            row.cells.push_back(std::move(cell));
            rowEnds = i >= text.size() || text[i] != separator;
            if (!rowEnds) ++i;
        }
        if (i < text.size()) {
            i += text.substr(i).starts_with("\r\n") ? 2 : 1;
            ++line;
        }
        const bool header = comment && rows.empty() && isHeader && isHeader(row.cells);
        if (rows.size() == 1 && headerIsComment && !comment && isHeader(row.cells)) rows.clear(); // said twice
        if (header) headerIsComment = true;
        const auto isBlank = [](const std::string& cell) { return trimmed(cell).empty(); };
        if (header || (!comment && !std::ranges::all_of(row.cells, isBlank))) rows.push_back(std::move(row));
    }
    return rows;
}

char separatorOf(std::string_view utf8) {
    for (const std::string_view line : linesOf(utf8)) {
        if (trimmed(line).empty() || line.starts_with('#')) continue;
        int tabs = 0, semicolons = 0, commas = 0;
        bool quoted = false;
        for (const char c : line) {
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            tabs += c == '\t';
            semicolons += c == ';';
            commas += c == ',';
        }
        // Decimal commas outnumber nothing where another separator is used.
        return tabs > 0 ? '\t' : semicolons > 0 ? ';' : commas > 0 ? ',' : '\t';
    }
    return ',';
}

std::string headerWord(std::string_view cell) {
    std::string spaced = lowerCase(cell);
    for (char& c : spaced)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80))) c = ' ';
    std::string word;
    for (const std::string_view part : splitAt(spaced, ' ')) {
        if (part.empty() || part == "s" || part == "sec" || part == "secs" || part == "seconds" || part == "time" ||
            part == "hz")
            continue;
        if (!word.empty()) word += ' ';
        word += part;
    }
    return word;
}

int columnOf(const std::vector<std::string>& header, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words)
        for (size_t i = 0; i < header.size(); ++i)
            if (headerWord(header[i]) == word) return static_cast<int>(i);
    return -1;
}

std::string cellText(std::string_view text, char separator) {
    const bool plain =
        text.find_first_of("\"\r\n#") == text.npos && text.find(separator) == text.npos && trimmed(text) == text;
    if (plain) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

} // namespace ovation
