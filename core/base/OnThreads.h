// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <system_error>
#include <thread>
#include <vector>

namespace ovation {

/// Runs `work` on `count` threads at once, this one among them, or on as many as there are to be had, and returns when
/// all of them have. `work` shares what there is to do among its calls itself, and throws nothing.
template <typename Work>
void onThreads(size_t count, const Work& work) {
    std::vector<std::jthread> others;
    try {
        for (size_t i = 1; i < count; ++i)
            others.emplace_back([&work] { work(); });
    } catch (const std::system_error&) { // the others do its share
    }
    work();
}

} // namespace ovation
