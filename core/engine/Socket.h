// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace ovation {

/// A socket that does not block, closed with its owner.
class Socket {
public:
    Socket() = default;
    explicit Socket(int family) : m_number(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    ~Socket() {
        if (m_number >= 0) ::close(m_number);
    }
    Socket(Socket&& other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(m_number, other.m_number);
        return *this;
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// Takes over a descriptor that does not block.
    static Socket of(int number) {
        Socket socket;
        socket.m_number = number;
        return socket;
    }

    bool valid() const { return m_number >= 0; }
    int number() const { return m_number; }

private:
    int m_number = -1;
};

} // namespace ovation
