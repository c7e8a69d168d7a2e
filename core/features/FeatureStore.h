// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/FeatureEntry.h"
#include "core/features/HashMemory.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace ovation {

/// The folder of a FeatureCache: names of entries, room for new ones, and what goes to make it. Thread-safe.
class FeatureStore {
public:
    FeatureStore(std::string folder, int64_t maxBytes, double settleS);

    /// An entry being written; not kept unless committed. Must not outlive the store.
    class Entry {
    public:
        Entry(FeatureStore& store, const std::string& path, int64_t bytes)
            : writer(path, bytes), m_store(store), m_bytes(bytes) {}
        ~Entry() { m_store.release(m_bytes); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        EntryWriter writer;

    private:
        FeatureStore& m_store;
        const int64_t m_bytes;
    };

    std::string entryPath(const std::string& hash) const;

    /// Makes room for `frames` frames. Null where there is none, or no place to write.
    std::unique_ptr<Entry> begin(const std::string& hash, int64_t frames);
    void commit(Entry& entry, double durationS);

    HashMemory& hashes() { return m_hashes; }
    const std::string& folder() const { return m_folder; }

private:
    void release(int64_t bytes);
    void scan(int64_t needed, int64_t lacking);

    const std::string m_folder;
    const int64_t m_maxBytes;
    HashMemory m_hashes; // thread-safe

    std::mutex m_mutex; // guards what follows
    bool m_scanned = false;
    int64_t m_total = 0;    // bytes of entries, as far as this program knows
    int64_t m_added = 0;    // of these, added here since the folder was looked through
    int64_t m_reserved = 0; // bytes of entries being written here
};

} // namespace ovation
