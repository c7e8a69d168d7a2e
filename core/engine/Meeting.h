// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
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

    std::chrono::milliseconds left() const; ///< at least one second

private:
    std::chrono::steady_clock::time_point m_end;
    CancelToken m_cancel;
};

/// Error PeerLost where another program listens on the port of this machine.
Result<void> checkPort(int port);

/// Waits until somebody listens at the launch's address, and returns this machine's own address on the way there
/// ("192.168.1.7"). WrongUsage where the address means nothing; PeerLost where nobody listens in time.
Result<std::string> addressTowards(const Launch& launch, const Deadline& deadline);

} // namespace ovation
