// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/BlobCache.h"

#include "core/base/Files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace ovation {
namespace {

namespace fs = std::filesystem;

// A file: magic, the hash of the name and the bytes, the bytes.
constexpr std::string_view kEntryMagic = "OVBLOB1\n";
constexpr size_t kCheckDigits = 32;
constexpr size_t kHeader = kEntryMagic.size() + kCheckDigits;
constexpr const char* kExtension = ".blob";
constexpr const char* kPart = ".part";
constexpr auto kAbandonedAfter = std::chrono::hours(1); ///< what a killed program was writing

std::string sealOf(const std::string& name, std::string_view bytes) {
    return hashOf(name + ' ' + hashOf(bytes));
}

bool writeAll(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(file, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
}

/// The rest of the file from where it stands, of which `size` bytes are expected.
std::optional<std::string> readAll(int file, size_t size) {
    std::string bytes(size, '\0');
    size_t done = 0;
    while (done < size) {
        const ssize_t n = ::read(file, bytes.data() + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return {};
        done += static_cast<size_t>(n);
    }
    return bytes;
}

} // namespace

BlobCache::BlobCache(std::string folder, int64_t maxBytes) : m_folder(std::move(folder)), m_maxBytes(maxBytes) {}

BlobCache* BlobCache::ofUser() {
    static const std::unique_ptr<BlobCache> cache = [] {
        const char* chosen = std::getenv("OVATION_CACHE");
        const std::string base = chosen && *chosen ? chosen : cacheFolder();
        return base == "off" ? nullptr : std::make_unique<BlobCache>(base + "/pictures");
    }();
    return cache.get();
}

std::string BlobCache::pathOf(const std::string& name) const {
    return m_folder + "/" + name + kExtension;
}

std::optional<std::string> BlobCache::read(const std::string& name) {
    const std::string path = pathOf(name);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    struct stat status {};
    std::optional<std::string> bytes;
    if (::fstat(file, &status) == 0 && status.st_size >= static_cast<off_t>(kHeader) && status.st_size <= m_maxBytes) {
        const auto header = readAll(file, kHeader);
        bytes = readAll(file, static_cast<size_t>(status.st_size) - kHeader);
        if (!header || !bytes || !header->starts_with(kEntryMagic) ||
            std::string_view(*header).substr(kEntryMagic.size()) != sealOf(name, *bytes))
            bytes.reset();
    }
    if (bytes)
        ::futimens(file, nullptr); // a failure matters only for what goes first
    else
        ::unlink(path.c_str());
    ::close(file);
    return bytes;
}

void BlobCache::write(const std::string& name, std::string_view bytes) {
    static std::atomic<unsigned> counter{0};
    const auto size = static_cast<int64_t>(kHeader + bytes.size());
    if (size > m_maxBytes) return;
    std::error_code failed;
    fs::create_directories(m_folder, failed);
    if (failed) return;
    if (!makeRoom(size)) return;
    const std::string path = pathOf(name);
    const std::string part = path + kPart + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return;
    // Not forced to the disk: after a power failure the hash tells what is whole.
    const bool whole = writeAll(file, kEntryMagic) && writeAll(file, sealOf(name, bytes)) && writeAll(file, bytes);
    const bool closed = ::close(file) == 0;
    if (!whole || !closed || ::rename(part.c_str(), path.c_str()) != 0) {
        ::unlink(part.c_str());
        return;
    }
    const std::lock_guard lock(m_mutex);
    m_total += size;
    m_added += size;
}

/// Counts what is there, now and then, because other programs write, too; drops what was used least recently where
/// `needed` bytes have no room, and some more, so that it need not be done for each of many. False where the disk has
/// no room for them.
bool BlobCache::makeRoom(int64_t needed) {
    const std::lock_guard lock(m_mutex);
    const int64_t lacking = lackingForCache(m_folder, needed);
    if (m_counted && m_added <= m_maxBytes / 64 && m_total + needed <= m_maxBytes &&
        (lacking == 0 || m_total < lacking)) // else there is something to drop
        return lacking == 0;
    struct Found {
        fs::path path;
        fs::file_time_type used;
        int64_t bytes = 0;
    };
    std::vector<Found> blobs;
    m_total = 0;
    m_added = 0;
    m_counted = true;
    const auto now = fs::file_time_type::clock::now();
    std::error_code failed;
    for (fs::directory_iterator it(m_folder, failed), end; !failed && it != end; it.increment(failed)) {
        std::error_code gone; // another program may be making room, too
        const bool part = it->path().filename().string().find(std::string(kExtension) + kPart) != std::string::npos;
        if (!part && it->path().extension() != kExtension) continue;
        Found found{it->path(), it->last_write_time(gone), 0};
        if (!gone) found.bytes = static_cast<int64_t>(it->file_size(gone));
        if (gone) continue;
        if (part) {
            if (now - found.used > kAbandonedAfter) fs::remove(found.path, gone);
            continue;
        }
        m_total += found.bytes;
        blobs.push_back(std::move(found));
    }
    int64_t most = m_total; // bytes that may stay
    if (m_total + needed > m_maxBytes) most = m_maxBytes - m_maxBytes / 16 - needed;
    if (lacking > 0 && lacking <= m_total)
        most = std::min(most, m_total - lacking - std::min(m_maxBytes, m_total) / 16);
    if (m_total > most) std::ranges::sort(blobs, {}, &Found::used);
    for (const Found& blob : blobs) {
        if (m_total <= most) break;
        std::error_code kept;
        fs::remove(blob.path, kept);
        if (!kept) m_total -= blob.bytes;
    }
    return hasRoomForCache(m_folder, needed);
}

} // namespace ovation
