// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FeatureEntry.h"

#include "core/base/Files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <type_traits>
#include <unistd.h>

namespace ovation {
namespace {

constexpr size_t kHashDigits = 32;
constexpr size_t kScalarBytes = sizeof(FrameScalars);
constexpr size_t kMelBytes = seed::kMelBands * sizeof(float);
constexpr size_t kFrameBytes = kScalarBytes + kMelBytes;
constexpr int64_t kMostFrames = int64_t{1} << 40;
static_assert(std::is_trivially_copyable_v<FrameScalars> && sizeof(FrameScalars) == 9 * sizeof(float));

struct Header {
    char magic[8];
    int64_t frames;
    double durationS;
    char hash[kHashDigits]; // of what comes before
};
constexpr char kFeatureMagic[8] = {'O', 'V', 'F', 'E', 'A', 'T', '0', '2'};
static_assert(sizeof(Header) == 56);

Header headerOf(const EntryInfo& info) {
    Header header{};
    std::memcpy(header.magic, kFeatureMagic, sizeof kFeatureMagic);
    header.frames = info.frames;
    header.durationS = info.durationS;
    const std::string hash = hashOf({reinterpret_cast<const char*>(&header), offsetof(Header, hash)});
    std::memcpy(header.hash, hash.data(), kHashDigits);
    return header;
}

bool readAt(int file, void* bytes, size_t size, int64_t offset) {
    auto* to = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t n = ::pread(file, to, size, offset);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        to += n;
        offset += n;
        size -= static_cast<size_t>(n);
    }
    return true;
}

} // namespace

int64_t entryBytes(int64_t frames) {
    const int64_t pieces = (frames + kFrameStreamPiece - 1) / kFrameStreamPiece;
    return static_cast<int64_t>(sizeof(Header)) + frames * static_cast<int64_t>(kFrameBytes) +
           pieces * static_cast<int64_t>(kHashDigits);
}

std::optional<EntryReader> EntryReader::open(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    EntryReader reader(file, {});
    Header header{};
    struct stat status {};
    if (!readAt(file, &header, sizeof header, 0) || ::fstat(file, &status) != 0) return {};
    const EntryInfo info{header.frames, header.durationS};
    const Header expected = headerOf(info);
    if (std::memcmp(&header, &expected, sizeof header) != 0) return {};
    if (info.frames < 0 || info.frames > kMostFrames || !std::isfinite(info.durationS)) return {};
    if (status.st_size != entryBytes(info.frames)) return {};
    reader.m_info = info;
    ::futimens(file, nullptr); // a failure matters only for what goes first
    return reader;
}

EntryReader::EntryReader(EntryReader&& other) noexcept
    : m_file(other.m_file), m_info(other.m_info), m_next(other.m_next), m_bytes(std::move(other.m_bytes)) {
    other.m_file = -1;
}

EntryReader::~EntryReader() {
    if (m_file >= 0) ::close(m_file);
}

bool EntryReader::read(FrameFeatures& out) {
    const int64_t count = std::min(kFrameStreamPiece, m_info.frames - m_next);
    if (count <= 0) return true;
    const auto frames = static_cast<size_t>(count);
    m_bytes.resize(frames * kFrameBytes + kHashDigits);
    if (!readAt(m_file, m_bytes.data(), m_bytes.size(), entryBytes(m_next))) return false;
    const std::string_view body = std::string_view(m_bytes).substr(0, frames * kFrameBytes);
    if (hashOf(body) != std::string_view(m_bytes).substr(body.size())) return false;
    const size_t scalars = out.scalars.size();
    const size_t mel = out.melPower.values.size();
    out.scalars.resize(scalars + frames);
    out.melPower.values.resize(mel + frames * seed::kMelBands);
    out.melPower.columns = seed::kMelBands;
    out.melPower.rows += count;
    std::memcpy(out.scalars.data() + scalars, body.data(), frames * kScalarBytes);
    std::memcpy(out.melPower.values.data() + mel, body.data() + frames * kScalarBytes, frames * kMelBytes);
    m_next += count;
    return true;
}

EntryWriter::EntryWriter(std::string path, int64_t maxBytes) : m_path(std::move(path)), m_maxBytes(maxBytes) {
    static std::atomic<unsigned> counter{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    m_temporary = m_path + kPart + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1)) + "-" +
                  std::to_string(now);
    m_file = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (m_file < 0) return;
    ::flock(m_file, LOCK_EX | LOCK_NB);
    const Header blank{};
    put(&blank, sizeof blank);
}

EntryWriter::~EntryWriter() {
    if (m_file < 0) return;
    ::unlink(m_temporary.c_str());
    ::close(m_file);
}

bool EntryWriter::put(const void* bytes, size_t size) {
    const auto* from = static_cast<const char*>(bytes);
    m_written += static_cast<int64_t>(size);
    bool failed = m_file < 0 || m_written > m_maxBytes;
    while (!failed && size > 0) {
        const ssize_t n = ::write(m_file, from, size);
        if (n < 0 && errno == EINTR) continue;
        failed = n <= 0;
        if (failed) break;
        from += n;
        size -= static_cast<size_t>(n);
    }
    if (failed && m_file >= 0) {
        ::unlink(m_temporary.c_str());
        ::close(m_file);
        m_file = -1;
    }
    return !failed;
}

void EntryWriter::writePiece(int64_t count) {
    const auto frames = static_cast<size_t>(count);
    std::string bytes;
    bytes.reserve(frames * kFrameBytes + kHashDigits);
    bytes.append(reinterpret_cast<const char*>(m_pending.scalars.data()), frames * kScalarBytes);
    bytes.append(reinterpret_cast<const char*>(m_pending.melPower.values.data()), frames * kMelBytes);
    bytes += hashOf(bytes);
    put(bytes.data(), bytes.size());
    m_frames += count;
}

void EntryWriter::append(const FrameFeatures& frames, int64_t first) {
    while (m_file >= 0 && first < frames.frames()) {
        const int64_t count = std::min(frames.frames() - first, kFrameStreamPiece - m_pending.frames());
        appendFrames(frames, first, first + count, m_pending);
        first += count;
        if (m_pending.frames() < kFrameStreamPiece) break;
        writePiece(kFrameStreamPiece);
        clearFrames(m_pending);
    }
}

int64_t EntryWriter::commit(double durationS) {
    if (m_file >= 0 && m_pending.frames() > 0) writePiece(m_pending.frames());
    if (m_file < 0) return 0;
    const Header header = headerOf({m_frames, durationS});
    const bool whole = ::pwrite(m_file, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header) &&
                       ::rename(m_temporary.c_str(), m_path.c_str()) == 0;
    if (!whole) ::unlink(m_temporary.c_str());
    ::close(m_file);
    m_file = -1;
    return whole ? entryBytes(m_frames) : 0;
}

} // namespace ovation
