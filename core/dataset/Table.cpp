// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Table.h"

#include "core/base/Files.h"
#include "core/labels/LabelText.h"

#include <algorithm>

namespace ovation {

namespace {

constexpr size_t kMaxTableBytes = size_t{64} << 20U;

/// The separator that the header has most of.
char separatorOf(std::string_view header) {
    const auto count = [&](char c) { return std::ranges::count(header, c); };
    char best = ',';
    for (const char candidate : {';', '\t'})
        if (count(candidate) > count(best)) best = candidate;
    return best;
}

/// Reads one row from `text` at `position`, which moves on behind its line end. Quoted cells may hold line breaks.
std::vector<std::string> readRow(std::string_view text, size_t& position, char separator, int& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    while (position < text.size()) {
        const char c = text[position++];
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"')
                cells.back() += c;
            else if (position < text.size() && text[position] == '"')
                cells.back() += text[position++];
            else
                quoted = false;
        } else if (c == '"' && trimmed(cells.back()).empty()) {
            quoted = true;
        } else if (c == separator) {
            cells.emplace_back();
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    return cells;
}

} // namespace

std::optional<size_t> Table::column(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names)
        if (const auto found = std::ranges::find(columns, name); found != columns.end())
            return static_cast<size_t>(found - columns.begin());
    return std::nullopt;
}

std::string Table::cell(const Row& row, size_t column) {
    return column < row.cells.size() ? std::string(trimmed(row.cells[column])) : std::string();
}

Table parseTable(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Table table;
    const char separator = separatorOf(text.substr(0, text.find('\n')));
    size_t position = 0;
    int line = 1;
    for (const std::string& name : readRow(text, position, separator, line))
        table.columns.push_back(lowerCase(trimmed(name)));
    while (position < text.size()) {
        Table::Row row;
        row.line = line;
        row.cells = readRow(text, position, separator, line);
        if (!std::ranges::all_of(row.cells, [](const std::string& cell) { return trimmed(cell).empty(); }))
            table.rows.push_back(std::move(row));
    }
    return table;
}

Result<Table> readTable(const std::string& path) {
    const auto text = readFile(path, kMaxTableBytes);
    if (!text) return text.error();
    // UTF-16, as spreadsheets write "Unicode text". Other bytes stay as they are: names of files may be in any
    // encoding.
    return parseTable(text->find('\0') == text->npos ? *text : toUtf8(*text));
}

} // namespace ovation
