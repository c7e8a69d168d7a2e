// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/MeetingStore.h"

#include "core/engine/MeetingTable.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <thread>

namespace ovation {

namespace {

using Kind = TableRequest::Kind;

constexpr int kLookMs = 50; ///< between looks at the token

} // namespace

std::string textOf(const std::vector<uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::vector<uint8_t> bytesOf(const std::string& text) {
    return {text.begin(), text.end()};
}

void MeetingStore::set(const std::string& key, const std::vector<uint8_t>& value) {
    ask({Kind::Set, key, textOf(value), {}});
}

std::vector<uint8_t> MeetingStore::compareSet(const std::string& key, const std::vector<uint8_t>& currentValue,
                                              const std::vector<uint8_t>& newValue) {
    return bytesOf(ask({Kind::CompareSet, key, textOf(currentValue), textOf(newValue)}).value);
}

std::vector<uint8_t> MeetingStore::get(const std::string& key) {
    wait({key});
    return bytesOf(ask({Kind::Get, key, {}, {}}).value);
}

int64_t MeetingStore::add(const std::string& key, int64_t value) {
    return std::strtoll(ask({Kind::Add, key, std::to_string(value), {}}).value.c_str(), nullptr, 10);
}

bool MeetingStore::check(const std::vector<std::string>& keys) {
    return std::ranges::all_of(keys, [this](const std::string& key) { return ask({Kind::Get, key, {}, {}}).found; });
}

void MeetingStore::wait(const std::vector<std::string>& keys) {
    wait(keys, timeout_);
}

void MeetingStore::wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (!check(keys)) {
        if (m_end.cancelled() || std::chrono::steady_clock::now() >= end) throw std::runtime_error("timed out");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

bool MeetingStore::deleteKey(const std::string&) {
    throw std::runtime_error("a meeting keeps its keys");
}

int64_t MeetingStore::getNumKeys() {
    throw std::runtime_error("a meeting does not count its keys");
}

void MeetingStore::waitFor(short events) const {
    for (;;) {
        pollfd wait{m_connection.number(), events, 0};
        const int ready = ::poll(&wait, 1, kLookMs);
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) throw std::runtime_error("the connection broke");
        if (m_end.cancelled() || m_end.passed()) throw std::runtime_error("timed out");
    }
}

TableReply MeetingStore::ask(const TableRequest& request) {
    const std::lock_guard lock(m_mutex);
    const std::string bytes = toWire(request);
    for (size_t sent = 0; sent < bytes.size();) {
        waitFor(POLLOUT);
        const ssize_t count = ::send(m_connection.number(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count > 0) sent += static_cast<size_t>(count);
        if (count < 0 && errno != EAGAIN && errno != EINTR) throw std::runtime_error("the connection broke");
    }
    std::string received;
    for (;;) {
        waitFor(POLLIN);
        char part[4096];
        const ssize_t count = ::recv(m_connection.number(), part, sizeof part, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            throw std::runtime_error("the connection broke");
        if (count > 0) received.append(part, static_cast<size_t>(count));
        std::optional<TableReply> reply;
        if (!fromWire(received, reply)) throw std::runtime_error("another program answered");
        if (reply) return *reply;
    }
}

} // namespace ovation
