// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace ovation {

struct TableRow {
    int line = 0; ///< where it starts
    std::vector<std::string> cells;
};

/// Rows of separated values (RFC 4180): quoted cells may hold separators, line ends and doubled quotes. Rows of
/// empty cells only, as spreadsheets leave them, and lines that start with # are left out, but for a first row that
/// `isHeader` takes: # may be a column's name, or stand before the first one. Errors: BadLabelFile for a quote that is
/// never closed.
Result<std::vector<TableRow>> tableRows(std::string_view utf8, char separator,
                                        bool (*isHeader)(const std::vector<std::string>& cells) = nullptr);

/// Tab, semicolon or comma: which stands oftenest in the first line, outside quotes.
char separatorOf(std::string_view utf8);

/// A header cell as words in lower case, without units and punctuation: "Begin Time (s)" -> "begin", "start_s" ->
/// "start".
std::string headerWord(std::string_view cell);

/// Index of the first header cell whose headerWord() is one of `words`; -1 for none.
int columnOf(const std::vector<std::string>& header, std::initializer_list<std::string_view> words);

/// `text` as a cell: in quotes where it has to be.
std::string cellText(std::string_view text, char separator);

} // namespace ovation
