// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fast/Interrupt.h"

#include <ATen/Parallel.h>
#include <array>
#include <exception>
#include <omp.h>

namespace ovation::fast {

/// Runs `body(direction)` for both directions of a recurrence, side by side where two threads are allowed. An exception
/// of either is passed on.
template <typename Body>
void forBothDirections(const Interrupt& interrupt, const Body& body) {
    if (at::get_num_threads() > 1 && !omp_in_parallel()) {
        std::array<std::exception_ptr, 2> failures;
#pragma omp parallel for num_threads(2) schedule(static, 1)
        for (int direction = 0; direction < 2; ++direction) {
            try {
                body(direction);
            } catch (...) {
                failures[static_cast<size_t>(direction)] = std::current_exception();
            }
        }
        for (const std::exception_ptr& failure : failures)
            if (failure) std::rethrow_exception(failure);
    } else {
        body(0);
        body(1);
    }
    interrupt.throwIfRequested();
}

} // namespace ovation::fast
