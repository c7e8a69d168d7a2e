// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xxhash.h>

namespace ovation {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor() {
        if (m_fd >= 0) ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }
    /// Closes now; false with errno where the system reports a late write error.
    bool close() {
        const int fd = m_fd;
        m_fd = -1;
        return ::close(fd) == 0;
    }

private:
    int m_fd;
};

constexpr const char* kTemporary = ".part"; ///< behind a file's name, before "PROCESS-NUMBER"

/// The process in "PROCESS-NUMBER".
std::optional<pid_t> writerOf(std::string_view text) {
    pid_t process = 0;
    unsigned number = 0;
    const char* end = text.data() + text.size();
    const auto [dash, badProcess] = std::from_chars(text.data(), end, process);
    if (badProcess != std::errc() || process <= 0 || dash == end || *dash != '-') return std::nullopt;
    const auto [behind, badNumber] = std::from_chars(dash + 1, end, number);
    if (badNumber != std::errc() || behind != end) return std::nullopt;
    return process;
}

std::string hex(const XXH128_hash_t& hash) {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    return text;
}

/// False with errno.
bool writeWhole(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
}

/// Makes names in the folder of a file durable that were put there or changed.
void syncParentOf(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const Descriptor parent(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.valid()) ::fsync(parent.get());
}

/// Opens a regular file for reading. O_NONBLOCK: a pipe must not keep the caller waiting for somebody to write to it.
Result<int> openToRead(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    struct stat status {};
    if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return fd;
    ::close(fd);
    if (S_ISDIR(status.st_mode)) return Error{ErrorCode::IsFolder, path, "", 0};
    return Error{ErrorCode::ReadFailed, path, "it is not an ordinary file", 0};
}

} // namespace

Result<std::string> readFile(const std::string& path, size_t maxBytes) {
    const Result<int> opened = openToRead(path);
    if (!opened) return opened.error();
    const Descriptor file(*opened);
    std::string bytes;
    struct stat status {};
    if (::fstat(file.get(), &status) == 0 && status.st_size > 0)
        bytes.reserve(std::min(static_cast<size_t>(status.st_size), maxBytes));
    std::string block(1 << 16, '\0');
    for (;;) {
        const ssize_t n = ::read(file.get(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
        if (n == 0) return bytes;
        if (bytes.size() + static_cast<size_t>(n) > maxBytes)
            return Error{ErrorCode::ReadFailed, path, "it is larger than " + std::to_string(maxBytes) + " bytes", 0};
        bytes.append(block.data(), static_cast<size_t>(n));
    }
}

Result<void> checkWritable(const std::string& path) {
    if (path.empty()) return {};
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Error{ErrorCode::IsFolder, path, "", 0};
    const std::string folder =
        std::filesystem::path(path).has_parent_path() ? std::filesystem::path(path).parent_path().string() : ".";
    if (!std::filesystem::is_directory(folder, error))
        return Error{ErrorCode::FileNotFound, folder, "the folder to write to", 0};
    if (::access(folder.c_str(), W_OK) != 0) return errorFromErrno(errno, folder, ErrorCode::WriteFailed);
    return {};
}

Result<void> writeFileAtomically(const std::string& path, std::string_view bytes) {
    static std::atomic<unsigned> counter{0};
    const std::string temporary =
        path + kTemporary + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
    const auto fail = [&](int errnoValue) -> Error {
        ::unlink(temporary.c_str());
        return errorFromErrno(errnoValue, path, ErrorCode::WriteFailed);
    };
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.valid()) return errorFromErrno(errno, path, ErrorCode::WriteFailed);
    if (!writeWhole(file.get(), bytes)) return fail(errno);
    if (::fsync(file.get()) != 0) return fail(errno);
    if (!file.close()) return fail(errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return fail(errno);
    syncParentOf(path);
    return {};
}

Result<void> appendToFile(const std::string& path, std::string_view bytes) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
    if (!file.valid()) return errorFromErrno(errno, path, ErrorCode::WriteFailed);
    struct stat status {};
    const bool isNew = ::fstat(file.get(), &status) == 0 && status.st_size == 0;
    if (!writeWhole(file.get(), bytes) || ::fsync(file.get()) != 0 || !file.close())
        return errorFromErrno(errno, path, ErrorCode::WriteFailed);
    if (isNew) syncParentOf(path);
    return {};
}

void removeAbandonedTemporaries(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path file(path);
    const std::string beginning = file.filename().string() + kTemporary;
    const auto latest = fs::file_time_type::clock::now() - std::chrono::hours(1);
    std::error_code error;
    fs::directory_iterator entry(file.has_parent_path() ? file.parent_path() : fs::path("."), error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const auto process = name.starts_with(beginning) ? writerOf(name.substr(beginning.size())) : std::nullopt;
        if (!process || ::kill(*process, 0) == 0 || errno != ESRCH) continue;
        std::error_code ignored;
        const auto written = entry->last_write_time(ignored);
        if (!ignored && written <= latest && entry->is_regular_file(ignored)) fs::remove(entry->path(), ignored);
    }
}

Result<std::string> contentHash(const std::string& path, const CancelToken& cancel) {
    const Result<int> opened = openToRead(path);
    if (!opened) return opened.error();
    const Descriptor file(*opened);
    XXH3_state_t* state = XXH3_createState();
    XXH3_128bits_reset(state);
    std::string block(1 << 18, '\0');
    for (;;) {
        const ssize_t n = ::read(file.get(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int failure = errno;
            XXH3_freeState(state);
            return errorFromErrno(failure, path, ErrorCode::ReadFailed);
        }
        if (n == 0) break;
        if (cancel.cancelled()) {
            XXH3_freeState(state);
            return Error{ErrorCode::Cancelled, path, "", 0};
        }
        XXH3_128bits_update(state, block.data(), static_cast<size_t>(n));
    }
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    return hex(hash);
}

std::string hashOf(std::string_view bytes) {
    return hex(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string stemOf(const std::string& path) {
    return std::filesystem::path(path).stem().string();
}

std::string extensionOf(const std::string& path) {
    std::string extension = std::filesystem::path(path).extension().string();
    if (!extension.empty()) extension.erase(0, 1);
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    return extension;
}

int64_t roomForCache(int64_t totalBytes, int64_t freeBytes) {
    constexpr int64_t kShareLeft = 20, kMostLeft = int64_t{1} << 30;
    return std::max<int64_t>(0, freeBytes - std::min(totalBytes / kShareLeft, kMostLeft));
}

int64_t lackingForCache(const std::string& folder, int64_t bytes) {
    struct statvfs disk {};
    if (::statvfs(folder.c_str(), &disk) != 0 || disk.f_blocks == 0) return 0;
    const auto block = static_cast<int64_t>(disk.f_frsize);
    const int64_t total = block * static_cast<int64_t>(disk.f_blocks);
    const int64_t room = block * static_cast<int64_t>(disk.f_bavail) - (total - roomForCache(total, total));
    if (bytes <= 0 || bytes <= room) return 0;
    return room >= 0 || bytes <= INT64_MAX + room ? bytes - room : INT64_MAX; // below 0, some goes to others, too
}

std::string cacheFolder() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/')
        return std::string(cache) + "/ovation";
    if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.cache/ovation";
    return (std::filesystem::temp_directory_path() / "ovation-cache").string();
}

} // namespace ovation
