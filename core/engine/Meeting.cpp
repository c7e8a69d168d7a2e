// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Meeting.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace ovation {

namespace {

constexpr int kConnectMs = 2000;

class Socket {
public:
    explicit Socket(int family) : m_number(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    ~Socket() {
        if (m_number >= 0) ::close(m_number);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    bool valid() const { return m_number >= 0; }
    int number() const { return m_number; }

private:
    int m_number;
};

bool connects(const Socket& socket, const addrinfo& to) {
    if (::connect(socket.number(), to.ai_addr, to.ai_addrlen) == 0) return true;
    if (errno != EINPROGRESS) return false;
    pollfd wait{socket.number(), POLLOUT, 0};
    if (::poll(&wait, 1, kConnectMs) <= 0) return false;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

/// "" where it does not connect.
std::string ownAddress(const addrinfo& to) {
    const Socket socket(to.ai_family);
    if (!socket.valid() || !connects(socket, to)) return {};
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    char text[NI_MAXHOST] = "";
    if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
        ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    return text;
}

} // namespace

Deadline::Deadline(double seconds, const CancelToken& cancel)
    : m_end(std::chrono::steady_clock::now() +
            std::chrono::milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000)))),
      m_cancel(cancel) {}

Result<bool> Deadline::wait(const std::function<Result<bool>()>& done) const {
    for (;;) {
        const Result<bool> answer = done();
        if (!answer || *answer) return answer;
        if (m_cancel.cancelled()) return Error{ErrorCode::Cancelled, "", ""};
        if (std::chrono::steady_clock::now() >= m_end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

std::chrono::milliseconds Deadline::left() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_end - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(1000));
}

Result<void> checkPort(int port) {
    const Socket socket(AF_INET);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(static_cast<uint16_t>(port));
    const int on = 1;
    // A port that a past training left in TIME_WAIT is free.
    if (socket.valid()) ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (socket.valid() && ::bind(socket.number(), reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 &&
        ::listen(socket.number(), 1) == 0)
        return {};
    return Error{ErrorCode::PeerLost, "",
                 "the port " + std::to_string(port) + " (MASTER_PORT) cannot be used on this machine (" +
                     std::strerror(errno) + ")"};
}

Result<std::string> addressTowards(const Launch& launch, const Deadline& deadline) {
    const std::string port = std::to_string(launch.port);
    std::string own;
    const Result<bool> found = deadline.wait([&]() -> Result<bool> {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* list = nullptr;
        const int failure = ::getaddrinfo(launch.address.c_str(), port.c_str(), &hints, &list);
        const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, [](addrinfo* one) {
            if (one) ::freeaddrinfo(one);
        });
        if (failure == EAI_NONAME)
            return Error{ErrorCode::WrongUsage, "",
                         "MASTER_ADDR is \"" + launch.address + "\", and no machine of that name is known"};
        for (const addrinfo* to = failure == 0 ? list : nullptr; to && own.empty(); to = to->ai_next)
            own = ownAddress(*to);
        return !own.empty();
    });
    if (!found) return found.error();
    if (*found) return own;
    return Error{ErrorCode::PeerLost, "",
                 "nobody answered at " + launch.address + ", port " + port + ", where the process with rank 0 belongs"};
}

} // namespace ovation
