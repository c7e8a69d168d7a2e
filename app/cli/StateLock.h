// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation::cli {

/// A file that keeps other processes from what it stands for, from take() on until this goes, and the file with it.
/// What a killed process leaves of it keeps nobody away.
class StateLock {
public:
    StateLock() = default;
    ~StateLock();
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;

    /// False where another process holds it. Where no such file can be made, or the disk knows no locks, nobody is kept
    /// away, and it is true. To be called until it is true.
    bool take(const std::string& path);

private:
    int m_file = -1;
    std::string m_path;
};

} // namespace ovation::cli
