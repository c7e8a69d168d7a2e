// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ClipTables.h"

#include <filesystem>
#include <utility>

namespace ovation {

namespace {

// Places of columns in a table of clips.
constexpr size_t kClipFileColumn = 0;
constexpr size_t kClipGroupColumn = 3;
constexpr size_t kClipRecordingColumn = 4;

/// Without what says where it was reached from.
std::string groupPath(std::string_view group) {
    std::string path = std::filesystem::path(group).lexically_normal().string();
    while (path.starts_with("../"))
        path.erase(0, 3);
    return path;
}

} // namespace

std::vector<std::string> nextClipCells(std::string_view table, size_t& position) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    while (position < table.size()) {
        const char c = table[position++];
        if (c == '"') {
            const bool isItself = quoted && position < table.size() && table[position] == '"';
            if (isItself) cells.back() += table[position++];
            quoted = quoted == isItself;
        } else if (quoted || (c != ',' && c != '\n')) {
            cells.back() += c;
        } else if (c == ',') {
            cells.emplace_back();
        } else {
            break;
        }
    }
    return cells;
}

std::string clipTableHeader(const std::string& fileColumn) {
    return fileColumn + ",label,text,group,recording,source_start_s,source_end_s,score\n";
}

std::vector<ClipRow> clipRows(std::string_view table, std::string_view header) {
    std::vector<ClipRow> rows;
    if (!table.starts_with(header)) return rows;
    for (size_t position = header.size(); position < table.size();) {
        const size_t begin = position;
        const std::vector<std::string> cells = nextClipCells(table, position);
        if (cells.size() <= kClipRecordingColumn) continue;
        std::string line(table.substr(begin, position - begin));
        if (!line.ends_with('\n')) line += '\n';
        rows.push_back({cells[kClipFileColumn], cells[kClipGroupColumn], cells[kClipRecordingColumn], std::move(line)});
    }
    return rows;
}

bool sameClipGroup(std::string_view first, std::string_view second) {
    const std::string normalFirst = groupPath(first), normalSecond = groupPath(second);
    std::string_view one = normalFirst, other = normalSecond;
    if (one.size() < other.size()) std::swap(one, other);
    return one.ends_with(other) && (one.size() == other.size() || one[one.size() - other.size() - 1] == '/');
}

} // namespace ovation
