// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace ovation {

/// How far a job is. `done` of `total` units (total 0: unknown); `stage` names what is being done, `item` with what.
struct Progress {
    double done = 0;
    double total = 0;
    std::string stage;
    std::string item;
};

/// Called by workers, on their own thread, as often as they like: receivers thin it out.
using ProgressCallback = std::function<void(const Progress&)>;

} // namespace ovation
