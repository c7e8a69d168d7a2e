// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Outputs.h"

#include <cerrno>
#include <filesystem>
#include <unistd.h>

namespace ovation::cli {

namespace fs = std::filesystem;

Result<void> checkWritable(const std::string& path) {
    if (path.empty()) return {};
    std::error_code error;
    if (fs::is_directory(path, error)) return Error{ErrorCode::IsFolder, path, "", 0};
    const std::string folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path().string() : ".";
    if (!fs::is_directory(folder, error)) return Error{ErrorCode::FileNotFound, folder, "the folder to write to", 0};
    if (::access(folder.c_str(), W_OK) != 0) return errorFromErrno(errno, folder, ErrorCode::WriteFailed);
    return {};
}

Result<void> checkNotInput(const std::string& output, const std::string& input) {
    std::error_code error; // where one is not there
    if (!fs::equivalent(output, input, error) || error) return {};
    return Error{ErrorCode::WrongUsage, output, "what is written would replace what is read; give another --output", 0};
}

} // namespace ovation::cli
