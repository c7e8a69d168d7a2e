// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <exception>
#include <new>
#include <string>

namespace ovation {

/// LibTorch's message in one line, without its stack trace.
std::string oneLine(const std::exception& exception);

/// Runs `work`, which returns a Result, and turns what it throws into an Error: the border of the engine.
template <typename Work>
auto guarded(const std::string& file, Work&& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, file, ""};
    } catch (const std::exception& exception) {
        const std::string text = oneLine(exception);
        // c10's allocator reports a failed allocation with an exception of its general kind.
        const bool memory = text.find("allocate memory") != std::string::npos;
        return Error{memory ? ErrorCode::OutOfMemory : ErrorCode::Internal, file, memory ? "" : text};
    }
}

} // namespace ovation
