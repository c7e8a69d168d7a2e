// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/StoreWorker.h"

#include <chrono>

namespace ovation::ui {

namespace {

constexpr auto kRetryAfter = std::chrono::seconds(3);

/// True where the same change may well succeed later.
bool passes(ErrorCode code) {
    switch (code) {
    case ErrorCode::DiskFull:
    case ErrorCode::WriteFailed:
    case ErrorCode::ReadFailed:
    case ErrorCode::NoPermission:
    case ErrorCode::ReadOnlyProject:
    case ErrorCode::ProjectInUse:
    case ErrorCode::FileNotFound:
    case ErrorCode::OutOfMemory:
        return true;
    default:
        return false;
    }
}

} // namespace

StoreWorker::StoreWorker(std::function<void(const Error&)> failed, std::function<void()> recovered)
    : m_failed(std::move(failed)), m_recovered(std::move(recovered)), m_thread([this] { run(); }) {}

StoreWorker::~StoreWorker() {
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void StoreWorker::post(std::function<void()> task) {
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_wake.notify_one();
}

void StoreWorker::commit(Slot slot, StoreSlot::Change change) {
    ++slot->pending;
    post([this, slot = std::move(slot), change = std::move(change)]() mutable {
        slot->backlog.push_back(std::move(change));
        writeBacklog(slot);
    });
}

void StoreWorker::writeBacklog(const Slot& slot) {
    while (slot->store && !slot->backlog.empty()) {
        const Result<void> written = slot->backlog.front()(*slot->store);
        if (!written && passes(written.error().code)) {
            slot->stuck = true;
            m_retry = slot;
            if (!slot->failing) m_failed(written.error());
            slot->failing = true;
            return;
        }
        if (!written) m_failed(written.error());
        slot->backlog.pop_front();
        --slot->pending;
        ++slot->dealtWith;
    }
    slot->stuck = !slot->backlog.empty(); // where there is no file
    if (slot->failing && slot->backlog.empty()) {
        slot->failing = false;
        m_recovered();
    }
}

void StoreWorker::run() {
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock(m_mutex);
            const auto ready = [this] { return m_stop || !m_tasks.empty(); };
            if (m_retry.expired())
                m_wake.wait(lock, ready);
            else
                m_wake.wait_for(lock, kRetryAfter, ready);
            if (m_tasks.empty() && m_stop) return;
            if (!m_tasks.empty()) {
                task = std::move(m_tasks.front());
                m_tasks.pop_front();
            }
        }
        if (task) {
            task();
        } else if (const Slot slot = m_retry.lock()) {
            m_retry.reset();
            writeBacklog(slot);
        }
    }
}

} // namespace ovation::ui
