// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/TimeAxis.h"

#include <QString>

#include <vector>

namespace ovation::ui {

struct TimeTick {
    double seconds = 0;
    bool major = false; ///< has a label
};

struct TimeTicks {
    double stepS = 0; ///< between major ticks
    int decimals = 0; ///< that the labels need
    std::vector<TimeTick> ticks;
};

/// Ticks in the visible part: 1, 2 and 5 times powers of ten below a second; 1, 2, 5, 10, 15, 30 seconds and minutes;
/// hours. Major ones are at least `smallestGapPx` apart. At most a few hundred ticks, none for an empty axis.
TimeTicks timeTicks(const TimeAxis& axis, double smallestGapPx);

/// "h:mm:ss.mmm", rounded to `decimals` (0 to 6); "-" where not finite. Without the hours below an hour ("0:12.480",
/// "1:02:03"), unless `withHours` ("0:00:12.480").
QString formatTime(double seconds, int decimals = 3, bool withHours = false);

/// A length for people: "480 ms", "2.54 s", "3:05.2".
QString formatLength(double seconds);

} // namespace ovation::ui
