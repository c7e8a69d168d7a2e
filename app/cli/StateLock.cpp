// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/StateLock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ovation::cli {
namespace {

/// Whether the open file is the one that has the name still: whoever held it takes it away at the end.
bool hasName(int file, const std::string& path) {
    struct stat opened {
    }, named{};
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

} // namespace

StateLock::~StateLock() {
    if (m_file < 0) return;
    ::unlink(m_path.c_str());
    ::close(m_file);
}

bool StateLock::take(const std::string& path) {
    constexpr int kMostAttempts = 100;
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (file < 0) return true;
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            const bool held = errno == EWOULDBLOCK;
            if (!held) ::unlink(path.c_str());
            ::close(file);
            return !held;
        }
        if (hasName(file, path)) {
            m_file = file;
            m_path = path;
            return true;
        }
        ::close(file);
    }
    return true;
}

} // namespace ovation::cli
