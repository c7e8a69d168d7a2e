// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>

#include <sys/types.h>

namespace ovation {

/// The right to write to a project file, held by one ProjectStore at a time, between processes and inside one.
///
/// An open-file-description lock on one byte of the file itself, beyond those that SQLite locks: it dies with the
/// process, leaves no file behind, and follows the file through renames and hard links. Inside one process a table of
/// inodes is asked first, so that no second descriptor is opened and closed: closing one would drop SQLite's own
/// (POSIX) locks on that file.
class ProjectLock {
public:
    /// Errors: ProjectInUse, and those of opening the file for writing.
    static Result<ProjectLock> take(const std::string& path);

    ProjectLock(ProjectLock&& other) noexcept;
    ProjectLock& operator=(ProjectLock&&) = delete;
    ~ProjectLock();

    /// Keeps other processes from believing that nobody has the database open, in which case SQLite deletes its -wal
    /// and empties its -shm when they close or open it. SQLite's own locks say so, too, but the process loses them when
    /// anything in it closes the file once, as file dialogs do to learn a file's type. Where a file system knows no
    /// such locks nothing changes. `path` is open in write-ahead mode.
    void holdDatabase(const std::string& path);
    /// Before the database is closed: the last one to close it folds the -wal in, for which it must be alone.
    void releaseDatabase();

private:
    ProjectLock(int descriptor, dev_t device, ino_t inode)
        : m_descriptor(descriptor), m_device(device), m_inode(inode) {}

    int m_descriptor;
    int m_shared = -1; ///< of the -shm
    dev_t m_device;
    ino_t m_inode;
};

} // namespace ovation
