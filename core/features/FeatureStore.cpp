// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FeatureStore.h"

#include "core/audio/LibraryVersions.h"
#include "core/base/Files.h"
#include "core/base/Version.h"

#include <algorithm>
#include <fcntl.h>
#include <fftw3.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace ovation {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEntryExtension = ".features";

/// Names all that the values of a recording's frames depend on, but the recording.
const std::string& featureKey() {
    static const std::string key = [] {
        std::string options = std::string("layout 2, frame values 1, ") + version();
        for (const int option : {seed::kSampleRate, seed::kFft, seed::kHop, seed::kMelBands})
            options += ", " + std::to_string(option);
        return hashOf(options + ", " + fftwf_version + ", " + fftw_version + ", " + audioLibraryVersions())
            .substr(0, 16);
    }();
    return key;
}

/// What a killed program has left: nobody holds its lock.
bool abandoned(const fs::path& part) {
    const int file = ::open(part.c_str(), O_RDWR | O_CLOEXEC); // NFS locks nothing that is open for reading only
    if (file < 0) return false;
    const bool locked = ::flock(file, LOCK_EX | LOCK_NB) == 0;
    ::close(file);
    return locked;
}

} // namespace

FeatureStore::FeatureStore(std::string folder, int64_t maxBytes, double settleS)
    : m_folder(std::move(folder)), m_maxBytes(maxBytes), m_hashes(m_folder + "/hashes", settleS) {}

std::string FeatureStore::entryPath(const std::string& hash) const {
    return m_folder + "/" + hash + "-" + featureKey() + kEntryExtension;
}

std::unique_ptr<FeatureStore::Entry> FeatureStore::begin(const std::string& hash, int64_t frames) {
    const int64_t bytes = entryBytes(frames);
    if (bytes > m_maxBytes) return nullptr;
    std::error_code failed;
    fs::create_directories(m_folder, failed);
    if (failed) return nullptr;
    {
        const std::lock_guard lock(m_mutex);
        // Other programs add entries, too, which only looking shows.
        const bool stale = !m_scanned || m_added > m_maxBytes / 64;
        const int64_t lacking = lackingForCache(m_folder, m_reserved + bytes);
        if (stale || m_total + m_reserved + bytes > m_maxBytes || (lacking > 0 && lacking <= m_total))
            scan(bytes, lacking);
        if (m_total + m_reserved + bytes > m_maxBytes || !hasRoomForCache(m_folder, m_reserved + bytes)) return nullptr;
        m_reserved += bytes;
    }
    return std::make_unique<Entry>(*this, entryPath(hash), bytes);
}

void FeatureStore::commit(Entry& entry, double durationS) {
    const int64_t bytes = entry.writer.commit(durationS);
    const std::lock_guard lock(m_mutex);
    m_total += bytes;
    m_added += bytes;
}

void FeatureStore::release(int64_t bytes) {
    const std::lock_guard lock(m_mutex);
    m_reserved -= bytes;
}

/// Counts what is there and, where `needed` bytes have no room, or so many are lacking on the disk, drops what was used
/// least recently; some more than that, so that it need not be done again for the next entry. Under the lock.
void FeatureStore::scan(int64_t needed, int64_t lacking) {
    struct Found {
        fs::path path;
        fs::file_time_type used;
        int64_t bytes = 0;
    };
    std::vector<Found> entries;
    const std::string own = EntryWriter::kPart + std::to_string(::getpid()) + "-";
    m_total = 0;
    int64_t finished = 0; // bytes of entries that can be dropped
    std::error_code failed;
    for (fs::directory_iterator it(m_folder, failed), end; !failed && it != end; it.increment(failed)) {
        const std::string name = it->path().filename().string();
        const bool part = name.find(std::string(kEntryExtension) + EntryWriter::kPart) != std::string::npos;
        if ((!part && it->path().extension() != kEntryExtension) || name.find(own) != std::string::npos) continue;
        std::error_code gone; // another program may be making room, too
        if (part && abandoned(it->path())) {
            fs::remove(it->path(), gone);
            continue;
        }
        Found found{it->path(), it->last_write_time(gone), 0};
        if (!gone) found.bytes = static_cast<int64_t>(it->file_size(gone));
        if (gone) continue;
        m_total += found.bytes;
        if (part) continue;
        finished += found.bytes;
        entries.push_back(std::move(found));
    }
    m_scanned = true;
    m_added = 0;
    int64_t most = m_total; // bytes that may stay
    if (m_total + m_reserved + needed > m_maxBytes) most = m_maxBytes - m_maxBytes / 16 - m_reserved - needed;
    if (lacking > 0 && lacking <= finished)
        most = std::min(most, m_total - lacking - std::min(m_maxBytes, finished) / 16);
    if (m_total <= most) return;
    std::sort(entries.begin(), entries.end(), [](const Found& a, const Found& b) { return a.used < b.used; });
    for (const Found& entry : entries) {
        if (m_total <= most) break;
        std::error_code kept;
        fs::remove(entry.path, kept);
        if (!kept) m_total -= entry.bytes;
    }
}

} // namespace ovation
