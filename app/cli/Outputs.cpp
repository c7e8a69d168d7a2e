// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Outputs.h"

#include <filesystem>

namespace ovation::cli {

namespace fs = std::filesystem;

Result<void> checkNotInput(const std::string& output, const std::string& input) {
    std::error_code error; // where one is not there
    if (!fs::equivalent(output, input, error) || error) return {};
    return Error{ErrorCode::WrongUsage, output, "what is written would replace what is read; give another --output", 0};
}

} // namespace ovation::cli
