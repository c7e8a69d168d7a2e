// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ovation::test {

/// Listens on a port of this machine for as long as it lives; 0: one that is free.
class Listener {
public:
    explicit Listener(int port = 0) : m_number(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        socklen_t size = sizeof address;
        if (bind(m_number, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(m_number, 1) != 0 ||
            getsockname(m_number, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            std::abort();
        m_port = ntohs(address.sin_port);
    }
    ~Listener() { close(m_number); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    int port() const { return m_port; }

private:
    int m_number;
    int m_port = 0;
};

/// A port of this machine on which nobody listens.
inline int freePort() {
    return Listener().port();
}

} // namespace ovation::test
