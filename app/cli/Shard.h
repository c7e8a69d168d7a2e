// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/training/Launch.h"

#include <string>

namespace ovation::cli {

/// One of several runs that share an archive without talking to each other.
struct Shard {
    int number = 1; ///< from 1
    int count = 1;

    /// Whether this run does the recording at `place` of the list that all runs have.
    bool has(size_t place) const { return place % static_cast<size_t>(count) == static_cast<size_t>(number - 1); }
    bool whole() const { return count == 1; }
    std::string name() const { return std::to_string(number) + "-of-" + std::to_string(count); }
};

/// From "2/8", or for "slurm" from the variables of a Slurm job array (SLURM_ARRAY_TASK_ID, _MIN, _MAX, _COUNT);
/// everything where it is empty: an array's task may as well have been given recordings of its own. WrongUsage.
Result<Shard> shardFrom(const std::string& text, const Environment& environment);

} // namespace ovation::cli
