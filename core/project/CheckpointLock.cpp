// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/CheckpointLock.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace ovation {

Result<ProjectLock> lockCheckpoints(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return errorFromErrno(error.value(), folder, ErrorCode::WriteFailed);
    const std::string file = folder + "/lock";
    // Two that make it at once get the same file.
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (made < 0) return errorFromErrno(errno, file, ErrorCode::WriteFailed);
    ::close(made);
    auto lock = ProjectLock::take(file);
    if (!lock && lock.error().code == ErrorCode::ProjectInUse) return Error{ErrorCode::CheckpointsInUse, folder, "", 0};
    return lock;
}

} // namespace ovation
