// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace ovation {

/// In plain decimals, with a point whatever the locale; "" for nothing and for what is not finite.
std::string fixed(std::optional<double> value, int decimals = 3);
/// With as many decimals as it has, `least` (1 or more) to `most`.
std::string fixedBetween(double value, int least, int most);
/// A setting as people write it: whole numbers whole, others to six digits, 0.0006 for what is 0.0006000000000000001.
std::string settingText(double value);

std::string escapedHtml(const std::string& text);

std::string quotedCsvCell(const std::string& text);
/// In quotation marks where it needs them.
std::string csvCell(const std::string& text);

/// With '-' for what some system takes in no file's name.
std::string withoutIllegalCharacters(std::string text);

} // namespace ovation
