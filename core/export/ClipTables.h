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

/// Whether two groups are the same, or paths of which one is the other's end: a recording is reached from several
/// folders.
bool sameClipGroup(std::string_view one, std::string_view other);

} // namespace ovation
