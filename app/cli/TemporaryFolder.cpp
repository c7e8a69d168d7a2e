// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/TemporaryFolder.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace ovation::cli {

Result<TemporaryFolder> TemporaryFolder::make(const std::string& name) {
    std::error_code error;
    const std::filesystem::path base = std::filesystem::temp_directory_path(error);
    std::string pattern = (base / (name + "-XXXXXX")).string();
    if (error || !mkdtemp(pattern.data()))
        return errorFromErrno(error ? error.value() : errno, pattern, ErrorCode::WriteFailed);
    return TemporaryFolder(pattern);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
}

} // namespace ovation::cli
