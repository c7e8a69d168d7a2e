// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Meeting.h"

#include <mutex>
#include <torch/csrc/distributed/c10d/Store.hpp>

namespace ovation {

struct TableRequest;
struct TableReply;

/// A value of the table as text, and back.
std::string textOf(const std::vector<uint8_t>& bytes);
std::vector<uint8_t> bytesOf(const std::string& text);

/// A process's way to the table in the first one (MeetingTable), as Gloo wants it. Waits end with the deadline or its
/// token: then, and where the connection breaks, std::runtime_error.
class MeetingStore final : public c10d::Store {
public:
    MeetingStore(Socket connection, const Deadline& deadline) : m_connection(std::move(connection)), m_end(deadline) {}

    void set(const std::string& key, const std::vector<uint8_t>& value) override;
    std::vector<uint8_t> compareSet(const std::string& key, const std::vector<uint8_t>& currentValue,
                                    const std::vector<uint8_t>& newValue) override;
    std::vector<uint8_t> get(const std::string& key) override; ///< waits until it is there
    int64_t add(const std::string& key, int64_t value) override;
    bool check(const std::vector<std::string>& keys) override;
    void wait(const std::vector<std::string>& keys) override;
    void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) override;

    // Nobody asks for these.
    bool deleteKey(const std::string& key) override;
    int64_t getNumKeys() override;

private:
    TableReply ask(const TableRequest& request);
    void waitFor(short events) const;

    std::mutex m_mutex; ///< one question at a time
    const Socket m_connection;
    const Deadline m_end;
};

} // namespace ovation
