// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "core/engine/Socket.h"
#include "core/training/Launch.h"

#include <chrono>
#include <functional>
#include <string>

namespace ovation {

/// A point in time until which processes wait for each other, and a token that ends the wait.
class Deadline {
public:
    Deadline(double seconds, const CancelToken& cancel);

    /// Asks every 50 ms until `done` answers true. False when the time has passed. Error Cancelled, or the one that
    /// `done` gives.
    Result<bool> wait(const std::function<Result<bool>()>& done) const;

    bool passed() const { return std::chrono::steady_clock::now() >= m_end; }
    bool cancelled() const { return m_cancel.cancelled(); }

private:
    std::chrono::steady_clock::time_point m_end;
    CancelToken m_cancel;
};

/// A connection to the first process.
struct Connected {
    Socket socket;
    std::string ownAddress; ///< this machine's, on the way there: "192.168.1.7"
};

/// Waits until somebody listens at the launch's address. WrongUsage where the address means nothing; PeerLost where
/// nobody listens in time.
Result<Connected> connectTowards(const Launch& launch, const Deadline& deadline);

} // namespace ovation
