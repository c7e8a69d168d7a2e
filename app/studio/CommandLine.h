// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ovation::studio {

/// What was asked for on the command line.
struct CommandLine {
    std::vector<std::string> paths;     ///< projects, models, recordings, folders, label files
    std::string palette;                ///< "light", "dark" or "" for the desktop's
    std::optional<std::string> message; ///< to be written instead of opening the window
    int exitCode = 0;
};

/// Qt's own options (-platform, -style ...) are passed over with their values.
CommandLine parse(int argc, char** argv);

} // namespace ovation::studio
