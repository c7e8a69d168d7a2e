// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "core/training/Launch.h"

#include <memory>
#include <span>
#include <string>

namespace ovation {

/// The processes that train together, over c10d with Gloo. All of them call the same functions in the same order; each
/// call waits for the others. Used by one thread. PeerLost where another process has ended, cannot be reached or does
/// not answer in time; after that only the destructor may follow.
class ProcessGroup {
public:
    /// Waits until every process is there. PeerLost where they are not in time, WrongUsage where the processes were
    /// told different things about the group, Cancelled.
    static Result<std::unique_ptr<ProcessGroup>> join(const Launch& launch, const CancelToken& cancel);

    ~ProcessGroup(); ///< the others notice at once
    ProcessGroup(const ProcessGroup&) = delete;
    ProcessGroup& operator=(const ProcessGroup&) = delete;

    const Launch& launch() const { return m_launch; }

    /// Adds up the values of all processes, element by element. All get the same bits.
    Result<void> sum(std::span<float> values);
    Result<void> sum(std::span<double> values);

    /// Gives every process the first one's.
    Result<void> copyFirst(std::span<float> values);
    Result<std::string> copyFirst(std::string text);

    /// Whether all processes gave the same text; the same answer for all.
    Result<bool> same(const std::string& text);

private:
    struct Connection;
    static Result<std::unique_ptr<Connection>> connect(const Launch& launch, const CancelToken& cancel);
    ProcessGroup(const Launch& launch, std::unique_ptr<Connection> connection);

    Launch m_launch;
    std::unique_ptr<Connection> m_connection;
};

} // namespace ovation
