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
/// What every connection holds for reading while it is open (SQLite's os_unix.c): SHARED_FIRST and SHARED_SIZE of the
/// database, UNIX_SHM_DMS of the -shm.
constexpr off_t kSharedFirst = 0x40000002, kSharedSize = 510, kSharedMemoryByte = 128;

int setLock(int descriptor, short type, off_t first, off_t length) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = first;
    lock.l_len = length;
    return ::fcntl(descriptor, F_OFD_SETLK, &lock);
}

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
    if (setLock(descriptor, F_WRLCK, kLockByte, 1) != 0) {
        const int reason = errno;
        ::close(descriptor);
        if (reason == EAGAIN || reason == EACCES) return Error{ErrorCode::ProjectInUse, path, "", 0};
        return errorFromErrno(reason, path, ErrorCode::WriteFailed);
    }
    heldHere().insert(key);
    return ProjectLock(descriptor, status.st_dev, status.st_ino);
}

ProjectLock::ProjectLock(ProjectLock&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_shared(std::exchange(other.m_shared, -1)),
      m_device(other.m_device),
      m_inode(other.m_inode) {}

ProjectLock::~ProjectLock() {
    if (m_descriptor < 0) return;
    const std::lock_guard guard(g_mutex);
    ::close(m_descriptor);
    if (m_shared >= 0) ::close(m_shared);
    heldHere().erase({m_device, m_inode});
}

void ProjectLock::holdDatabase(const std::string& path) {
    setLock(m_descriptor, F_RDLCK, kSharedFirst, kSharedSize);
    if (m_shared < 0) m_shared = ::open((path + "-shm").c_str(), O_RDWR | O_CLOEXEC);
    if (m_shared >= 0) setLock(m_shared, F_RDLCK, kSharedMemoryByte, 1);
}

void ProjectLock::releaseDatabase() {
    setLock(m_descriptor, F_UNLCK, kSharedFirst, kSharedSize);
    if (m_shared >= 0) setLock(m_shared, F_UNLCK, kSharedMemoryByte, 1);
}

} // namespace ovation
