// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ovation::test {

/// Gives the calling process and its children a disk of `bytes` of its own at `folder`. False where that may not be
/// had: then no file may grow beyond `bytes`, which is another failure to write.
inline bool limitSpace(const std::string& folder, size_t bytes) {
    const std::string user = "0 " + std::to_string(::getuid()) + " 1", group = "0 " + std::to_string(::getgid()) + " 1",
                      size = "size=" + std::to_string(bytes);
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
        std::ofstream("/proc/self/uid_map") << user;
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/gid_map") << group;
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("none", folder.c_str(), "tmpfs", 0, size.c_str()) == 0) return true;
    }
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return false;
}

/// Runs `body(isDisk)` in a process that has a small disk at `folder`; what it expects counts for the test. `isDisk` as
/// limitSpace() returns.
template <typename Body>
void onSmallDisk(const std::string& folder, size_t bytes, Body body) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        body(limitSpace(folder, bytes));
        std::fflush(stdout);
        ::_exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "on the small disk; see above";
}

} // namespace ovation::test
