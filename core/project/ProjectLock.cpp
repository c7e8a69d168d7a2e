// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectLock.h"

#include <cerrno>
#include <mutex>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ovation {
namespace {

/// SQLite locks bytes 0x40000000 to 0x400001ff.
constexpr off_t kLockByte = 0x40001000;

std::mutex g_mutex;
std::set<std::pair<dev_t, ino_t>>& heldHere() {
    static std::set<std::pair<dev_t, ino_t>> held;
    return held;
}

} // namespace

Result<ProjectLock> ProjectLock::take(const std::string& path) {
    const std::lock_guard guard(g_mutex);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    const std::pair key(status.st_dev, status.st_ino);
    if (heldHere().contains(key)) return Error{ErrorCode::ProjectInUse, path, "", 0};
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno == EACCES || errno == EPERM || errno == EROFS) return Error{ErrorCode::ReadOnlyProject, path, "", 0};
        return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    }
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = kLockByte;
    lock.l_len = 1;
    if (::fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
        const int reason = errno;
        ::close(descriptor);
        if (reason == EAGAIN || reason == EACCES) return Error{ErrorCode::ProjectInUse, path, "", 0};
        return errorFromErrno(reason, path, ErrorCode::WriteFailed);
    }
    heldHere().insert(key);
    return ProjectLock(descriptor, status.st_dev, status.st_ino);
}

ProjectLock::ProjectLock(ProjectLock&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_device(other.m_device), m_inode(other.m_inode) {}

ProjectLock::~ProjectLock() {
    if (m_descriptor < 0) return;
    const std::lock_guard guard(g_mutex);
    ::close(m_descriptor);
    heldHere().erase({m_device, m_inode});
}

} // namespace ovation
