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

private:
    ProjectLock(int descriptor, dev_t device, ino_t inode)
        : m_descriptor(descriptor), m_device(device), m_inode(inode) {}

    int m_descriptor;
    dev_t m_device;
    ino_t m_inode;
};

} // namespace ovation
