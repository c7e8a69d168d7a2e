// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace ovation::studio {

/// Why no window can be opened, as a sentence; nothing where one can. Asks the X server where Qt would.
std::optional<std::string> displayProblem(int argc, char** argv);

} // namespace ovation::studio
