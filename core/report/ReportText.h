// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/ApplauseReport.h"

#include <string>

namespace ovation::reporttext {

/// "1:02:03.5", "2:03.5".
std::string clock(double seconds, int decimals = 1);

/// The file's stem.
std::string nameIn(const RecordingReport& report);

} // namespace ovation::reporttext
