// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// A row of a table of clips, as exportClips() writes it.
struct ClipRow {
    std::string file;             ///< relative to the table's folder
    std::string group, recording; ///< cells of those columns
    std::string line;             ///< as it stands in the table, with its line end
};

/// First line of a table of clips whose first column has that name, with its line end.
std::string clipTableHeader(const std::string& fileColumn);

/// Rows of a table; none where it does not begin with that header.
std::vector<ClipRow> clipRows(std::string_view table, std::string_view header);

/// Cells of the row at `position`, which moves on behind its line end. Quoted cells may hold line breaks.
std::vector<std::string> nextClipCells(std::string_view table, size_t& position);

/// Whether two groups are the same, or paths of which one is the other's end: a recording may have been reached from
/// several folders. Recordings of several folders may be called alike, too, so that nothing is certain by it.
bool sameClipGroup(std::string_view first, std::string_view second);

} // namespace ovation
