// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <functional>
#include <string>

namespace ovation {

/// One process's place among those that train together.
struct Launch {
    int rank = 0; ///< 0 to size - 1; the first writes the files
    int size = 1;
    std::string address; ///< host where the first process listens
    int port = 0;
    int localSize = 1;     ///< processes on this machine, as far as is known
    double timeoutS = 300; ///< longest wait for the others

    bool shared() const { return size > 1; }
    bool first() const { return rank == 0; }
};

/// Value of an environment variable, or nullptr: std::getenv.
using Environment = std::function<const char*(const char*)>;

/// The place that a launcher gave this process: RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT and LOCAL_WORLD_SIZE as
/// torchrun sets them; where RANK and WORLD_SIZE are missing, SLURM_PROCID and the number of tasks of the Slurm step.
/// Where torchrun keeps MASTER_PORT for itself (TORCHELASTIC_USE_AGENT_STORE), the port beside it. One process of one
/// without any of these. WrongUsage names the variable that is missing or wrong.
Result<Launch> launchFromEnvironment(const Environment& environment);

} // namespace ovation
