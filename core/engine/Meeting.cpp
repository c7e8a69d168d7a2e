// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Meeting.h"

#include <cerrno>
#include <cmath>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <thread>

namespace ovation {

namespace {

constexpr int kConnectMs = 2000;

bool connects(const Socket& socket, const addrinfo& to) {
    if (::connect(socket.number(), to.ai_addr, to.ai_addrlen) == 0) return true;
    if (errno != EINPROGRESS) return false;
    pollfd wait{socket.number(), POLLOUT, 0};
    if (::poll(&wait, 1, kConnectMs) <= 0) return false;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

/// Without an address where it does not connect.
Connected connected(const addrinfo& to) {
    Connected result{Socket(to.ai_family), {}};
    if (!result.socket.valid() || !connects(result.socket, to)) return {};
    const int number = result.socket.number(), on = 1;
    ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    char text[NI_MAXHOST] = "";
    if (::getsockname(number, reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
        ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    result.ownAddress = text;
    return result;
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
        if (cancelled()) return Error{ErrorCode::Cancelled, "", ""};
        if (passed()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

Result<Connected> connectTowards(const Launch& launch, const Deadline& deadline) {
    const std::string port = std::to_string(launch.port);
    Connected result;
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
        for (const addrinfo* to = failure == 0 ? list : nullptr; to && result.ownAddress.empty(); to = to->ai_next)
            result = connected(*to);
        return !result.ownAddress.empty();
    });
    if (!found) return found.error();
    if (*found) return result;
    return Error{ErrorCode::PeerLost, "",
                 "nobody answered at " + launch.address + ", port " + port + ", where the process with rank 0 belongs"};
}

} // namespace ovation
