// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/MeetingTable.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <new>
#include <poll.h>
#include <string_view>

namespace ovation {

namespace {

constexpr std::string_view kMark = "OVMEET01";
constexpr size_t kLongest = 1 << 16;
constexpr int kWaiting = 1024; ///< connections that wait to be accepted

void append(std::string& bytes, std::string_view part) {
    const auto size = static_cast<uint32_t>(part.size());
    for (int i = 0; i < 4; ++i)
        bytes += static_cast<char>(size >> (8 * i));
    bytes += part;
}

std::string message(const std::vector<std::string_view>& parts) {
    std::string content;
    for (const std::string_view part : parts)
        append(content, part);
    std::string bytes(kMark);
    append(bytes, content);
    return bytes;
}

/// Takes a part off the front; nothing where it is not whole.
std::optional<std::string_view> nextPart(std::string_view& bytes) {
    if (bytes.size() < 4) return std::nullopt;
    uint32_t size = 0;
    for (size_t i = 0; i < 4; ++i)
        size |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    if (bytes.size() - 4 < size) return std::nullopt;
    const std::string_view part = bytes.substr(4, size);
    bytes.remove_prefix(4 + size);
    return part;
}

/// The parts of the first message, if it is whole. False as in fromWire().
template <size_t Count>
bool takeMessage(std::string& bytes, std::optional<std::array<std::string, Count>>& parts) {
    parts.reset();
    const size_t seen = std::min(bytes.size(), kMark.size());
    if (bytes.compare(0, seen, kMark, 0, seen) != 0) return false;
    std::string_view rest = std::string_view(bytes).substr(seen);
    std::optional<std::string_view> content = nextPart(rest);
    if (!content) return bytes.size() < kLongest;
    std::array<std::string, Count> found;
    for (std::string& one : found) {
        const std::optional<std::string_view> part = nextPart(*content);
        if (!part) return false;
        one = *part;
    }
    if (!content->empty()) return false;
    bytes.erase(0, bytes.size() - rest.size());
    parts = std::move(found);
    return true;
}

int64_t numberOf(const std::string& text) {
    return std::strtoll(text.c_str(), nullptr, 10);
}

} // namespace

std::string toWire(const TableRequest& request) {
    const char kind = static_cast<char>(request.kind);
    return message({std::string_view(&kind, 1), request.key, request.first, request.second});
}

std::string toWire(const TableReply& reply) {
    return message({reply.found ? "+" : "-", reply.value});
}

bool fromWire(std::string& bytes, std::optional<TableRequest>& request) {
    std::optional<std::array<std::string, 4>> parts;
    request.reset();
    if (!takeMessage(bytes, parts)) return false;
    if (!parts) return true;
    auto& [kind, key, first, second] = *parts;
    if (kind.size() != 1 || kind[0] < 0 || kind[0] > static_cast<char>(TableRequest::Kind::CompareSet)) return false;
    request =
        TableRequest{static_cast<TableRequest::Kind>(kind[0]), std::move(key), std::move(first), std::move(second)};
    return true;
}

bool fromWire(std::string& bytes, std::optional<TableReply>& reply) {
    std::optional<std::array<std::string, 2>> parts;
    reply.reset();
    if (!takeMessage(bytes, parts)) return false;
    if (parts) reply = TableReply{(*parts)[0] == "+", std::move((*parts)[1])};
    return true;
}

Result<std::unique_ptr<MeetingTable>> MeetingTable::open(int port) {
    const int on = 1, off = 0;
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(static_cast<uint16_t>(port));
    sockaddr_in anyOld{};
    anyOld.sin_family = AF_INET;
    anyOld.sin_port = any.sin6_port;
    const auto listens = [&](const Socket& socket, const sockaddr* address, socklen_t size) {
        if (!socket.valid()) return false;
        // A port that a past training left in TIME_WAIT is free.
        ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        return ::bind(socket.number(), address, size) == 0 && ::listen(socket.number(), kWaiting) == 0;
    };
    Socket listening(AF_INET6);
    if (listening.valid()) ::setsockopt(listening.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    bool open = listens(listening, reinterpret_cast<const sockaddr*>(&any), sizeof any);
    if (!open && errno != EADDRINUSE) { // a machine without IPv6
        listening = Socket(AF_INET);
        open = listens(listening, reinterpret_cast<const sockaddr*>(&anyOld), sizeof anyOld);
    }
    int pair[2] = {-1, -1};
    if (open) open = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0;
    if (!open)
        return Error{ErrorCode::PeerLost, "",
                     "the port " + std::to_string(port) + " (MASTER_PORT) cannot be used on this machine (" +
                         std::strerror(errno) + ")"};
    return std::unique_ptr<MeetingTable>(
        new MeetingTable(std::move(listening), Socket::of(pair[0]), Socket::of(pair[1])));
}

MeetingTable::MeetingTable(Socket listening, Socket wakeHere, Socket wakeThere)
    : m_listening(std::move(listening)),
      m_wakeHere(std::move(wakeHere)),
      m_wakeThere(std::move(wakeThere)),
      m_thread([this] { serve(); }) {}

MeetingTable::~MeetingTable() {
    ::shutdown(m_wakeHere.number(), SHUT_RDWR);
    m_thread.join();
}

void MeetingTable::serve() {
    for (bool goesOn = true; goesOn;) {
        try {
            goesOn = serveOnce();
        } catch (const std::bad_alloc&) {
            m_guests.clear(); // their processes see a connection that broke
        }
    }
}

/// Waits until somebody says something, and answers. False where the table is to go.
bool MeetingTable::serveOnce() {
    std::vector<pollfd> waits{{m_wakeThere.number(), POLLIN, 0}, {m_listening.number(), POLLIN, 0}};
    for (const Guest& guest : m_guests)
        waits.push_back({guest.socket.number(), POLLIN, 0});
    if (::poll(waits.data(), waits.size(), -1) < 0) return errno == EINTR;
    if (waits[0].revents != 0) return false;
    for (size_t i = waits.size(); i-- > 2;)
        if (waits[i].revents != 0 && !answer(m_guests[i - 2]))
            m_guests.erase(m_guests.begin() + static_cast<ptrdiff_t>(i - 2));
    if (waits[1].revents != 0) admit();
    return true;
}

void MeetingTable::admit() {
    const int number = ::accept4(m_listening.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (number < 0) {
        // Gone again; or this process may open no more files for now.
        if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return;
    }
    const int on = 1;
    ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    m_guests.push_back({Socket::of(number), {}});
}

bool MeetingTable::answer(Guest& guest) {
    char bytes[4096];
    const ssize_t count = ::recv(guest.socket.number(), bytes, sizeof bytes, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (count > 0) guest.received.append(bytes, static_cast<size_t>(count));
    for (;;) {
        std::optional<TableRequest> request;
        if (!fromWire(guest.received, request)) return false;
        if (!request) return true;
        // Replies are far shorter than what a connection holds: one that takes no more is stuck.
        const std::string reply = toWire(apply(*request));
        if (::send(guest.socket.number(), reply.data(), reply.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(reply.size()))
            return false;
    }
}

TableReply MeetingTable::apply(const TableRequest& request) {
    const auto place = m_values.find(request.key);
    const std::string before = place == m_values.end() ? "" : place->second;
    switch (request.kind) {
    case TableRequest::Kind::Get:
        return {place != m_values.end(), before};
    case TableRequest::Kind::Set:
        m_values[request.key] = request.first;
        break;
    case TableRequest::Kind::Add:
        m_values[request.key] = std::to_string(numberOf(before) + numberOf(request.first));
        break;
    case TableRequest::Kind::CompareSet:
        if (before != request.first) return {place != m_values.end(), before};
        m_values[request.key] = request.second;
        break;
    }
    return {true, m_values[request.key]};
}

} // namespace ovation
