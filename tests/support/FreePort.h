// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ovation::test {

/// Listens on a port of this machine for as long as it lives, where nobody else does.
class Listener {
public:
    explicit Listener(int port) : m_number(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        m_listens =
            bind(m_number, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && listen(m_number, 1) == 0;
    }
    ~Listener() { close(m_number); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    bool listens() const { return m_listens; }

private:
    int m_number;
    bool m_listens = false;
};

/// A port of this machine on which nobody listens, from below those that systems usually hand out, so that nobody is
/// given it before it is used. Each process looks from another place on.
inline int freePort() {
    constexpr int kFirst = 20000, kCount = 12000;
    static std::atomic<int> next = getpid() % kCount * 101;
    for (int i = 0; i < kCount; ++i)
        if (const int port = kFirst + next++ % kCount; Listener(port).listens()) return port;
    std::abort();
}

} // namespace ovation::test
