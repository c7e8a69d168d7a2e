// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <mutex>
#include <utility>

namespace ovation::ui {

/// A queue from a worker to the window's thread, emptied 15 times a second.
template <typename T>
class EventQueue {
public:
    void push(T event) {
        const std::lock_guard lock(m_mutex);
        m_events.push_back(std::move(event));
    }
    std::deque<T> take() {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_events, {});
    }

private:
    std::mutex m_mutex;
    std::deque<T> m_events;
};

} // namespace ovation::ui
