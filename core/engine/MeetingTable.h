// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/engine/Socket.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace ovation {

/// What one process asks of the table in the first one, and the answer.
struct TableRequest {
    enum class Kind : uint8_t {
        Set,       ///< value := first
        Get,       ///< value
        Add,       ///< value, a number, += first, a number; a missing one counts as 0
        CompareSet ///< value := second where it is first; missing counts as ""
    };
    Kind kind = Kind::Get;
    std::string key, first, second;
};
struct TableReply {
    bool found = false; ///< whether the key has a value now
    std::string value;  ///< what it is now
};

/// On the wire: a mark, the length of what follows, and the parts, each behind its length.
std::string toWire(const TableRequest& request);
std::string toWire(const TableReply& reply);

/// Takes the first whole message off `bytes`, and leaves them alone where there is none yet. False where they are no
/// message of ours, or one that is too long.
bool fromWire(std::string& bytes, std::optional<TableRequest>& request);
bool fromWire(std::string& bytes, std::optional<TableReply>& reply);

/// A table of short values that the first process of a training serves to all of them, over TCP, so that they find
/// each other. LibTorch has such a store (c10d::TCPStore); its threads end the whole program when a connection is
/// reset, and it waits without end for a program that listens and says nothing.
class MeetingTable {
public:
    /// Listens on all of this machine's addresses. PeerLost where the port cannot be had.
    static Result<std::unique_ptr<MeetingTable>> open(int port);
    ~MeetingTable(); ///< closes all connections
    MeetingTable(const MeetingTable&) = delete;
    MeetingTable& operator=(const MeetingTable&) = delete;

private:
    struct Guest {
        Socket socket;
        std::string received;
    };

    MeetingTable(Socket listening, Socket wakeHere, Socket wakeThere);
    void serve();
    bool serveOnce();
    void admit();
    /// False where the connection has ended or speaks another language.
    bool answer(Guest& guest);
    TableReply apply(const TableRequest& request);

    const Socket m_listening, m_wakeHere, m_wakeThere; ///< the pair of a pipe: closing wakes serve()

    // The serving thread's only.
    std::vector<Guest> m_guests;
    std::map<std::string, std::string> m_values;

    std::thread m_thread;
};

} // namespace ovation
