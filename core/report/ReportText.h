// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/ApplauseReport.h"

#include <optional>
#include <string>

namespace ovation::reporttext {

/// With a point whatever the locale; "" for nothing.
std::string fixed(std::optional<double> value, int decimals);

/// "1:02:03.5", "2:03.5".
std::string clock(double seconds, int decimals = 1);

std::string csvCell(const std::string& text);  ///< in quotation marks
std::string htmlText(const std::string& text); ///< escaped

/// The file's stem.
std::string nameIn(const RecordingReport& report);

} // namespace ovation::reporttext
