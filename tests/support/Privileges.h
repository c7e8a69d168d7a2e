// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ovation::test {

/// Holds what the calling process executes next to file permissions, also where the tests run as root.
inline void obeyPermissions() {
    if (::geteuid() != 0) return;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    bool dropped = ::syscall(SYS_capget, &header, data) == 0;
    for (__user_cap_data_struct& part : data)
        part.inheritable = 0;
    dropped = dropped && ::syscall(SYS_capset, &header, data) == 0 &&
              ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0 &&
              ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0) == 0;
    // Somebody else may not reach a build folder in root's home, so this is the second choice.
    if (!dropped && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(125);
}

} // namespace ovation::test
