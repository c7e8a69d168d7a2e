// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace ovation::ui {

/// "0:12.480", "1:02:03.004": hours only where there are some. `decimals` 0 to 3.
QString timeText(double seconds, int decimals = 3);

/// Reads "12.5", "0:12.480", "1:02:03.004" (a comma works as the point); nullopt for anything else or negative values.
std::optional<double> parseTime(const QString& text);

/// "about 2 min left", "a few seconds left": for progress.
QString timeLeftText(double seconds);

} // namespace ovation::ui
