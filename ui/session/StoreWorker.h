// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectStore.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace ovation::ui {

/// A project file as the store's thread holds it. Everything but `pending` is for that thread only.
struct StoreSlot {
    using Change = std::function<Result<void>(ProjectStore&)>;

    std::unique_ptr<ProjectStore> store; ///< null while there is no file to write to
    std::deque<Change> backlog;          ///< changes not on disk yet, oldest first
    bool failing = false;                ///< the oldest change could not be written and was reported
    std::atomic<int> pending = 0;        ///< changes not on disk yet; any thread
    std::atomic<int64_t> dealtWith = 0;  ///< changes that are on disk, or were refused for good; any thread
    std::atomic<bool> stuck = false;     ///< writing fails at the moment, or there is no file; any thread
};

/// The thread that owns the project files. Tasks run in order. Changes that cannot be written for now (full disk, file
/// locked) are kept and tried again with every further change and every few seconds, so that memory and file agree in
/// the end.
class StoreWorker {
public:
    using Slot = std::shared_ptr<StoreSlot>;

    /// `failed` and `recovered` are called on the worker's thread.
    StoreWorker(std::function<void(const Error&)> failed, std::function<void()> recovered);
    ~StoreWorker(); ///< runs what is queued, then joins

    void post(std::function<void()> task);            ///< any thread
    void commit(Slot slot, StoreSlot::Change change); ///< any thread

    /// Tries the slot's backlog. Worker's thread only.
    void writeBacklog(const Slot& slot);

private:
    void run();

    const std::function<void(const Error&)> m_failed;
    const std::function<void()> m_recovered;

    // shared, under the mutex
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_tasks;
    bool m_stop = false;

    // worker only
    std::weak_ptr<StoreSlot> m_retry;

    std::thread m_thread; // last: it uses all of the above
};

} // namespace ovation::ui
