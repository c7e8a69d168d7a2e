// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// A table with a header, as CSV files hold it: separated by commas, semicolons or tabs (the header decides), quoted as
/// RFC 4180 says. Column names are in lower case without surrounding spaces.
struct Table {
    struct Row {
        std::vector<std::string> cells;
        int line = 0; ///< in the file, from 1
    };
    std::vector<std::string> columns;
    std::vector<Row> rows; ///< empty lines are left out

    /// Index of the first column with one of the names.
    std::optional<size_t> column(std::initializer_list<std::string_view> names) const;
    /// A row's cell without surrounding spaces; "" where the row is too short.
    static std::string cell(const Row& row, size_t column);
};

Table parseTable(std::string_view text);

/// Errors: those of readFile.
Result<Table> readTable(const std::string& path);

} // namespace ovation
