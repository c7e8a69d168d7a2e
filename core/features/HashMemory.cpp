// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/HashMemory.h"

#include "core/base/Files.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <locale>
#include <sstream>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace ovation {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = size_t{32} << 20; ///< some 150,000 lines; a larger file is begun anew
constexpr size_t kSuperfluousLines = 1000;     ///< lines that later ones replace, before the file is written anew
constexpr size_t kNameDigits = 32;

std::string pathHashOf(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    return hashOf(error ? path : absolute.string());
}

int64_t nanoseconds(const timespec& time) {
    return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::string lineOf(const std::string& pathHash, const HashMemory::Known& known) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    const FileState& state = known.state;
    text << pathHash << ' ' << state.device << ' ' << state.inode << ' ' << state.size << ' ' << state.modifiedNs << ' '
         << state.changedNs << ' ' << known.hash;
    std::string line = text.str();
    line += ' ' + hashOf(line) + '\n';
    return line;
}

} // namespace

Result<FileState> fileState(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    return FileState{static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino),
                     static_cast<int64_t>(status.st_size), nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

std::optional<HashMemory::Known> HashMemory::recall(const std::string& path) {
    const auto state = fileState(path);
    return state ? recall(pathHashOf(path), *state) : std::nullopt;
}

std::optional<HashMemory::Known> HashMemory::recall(const std::string& pathHash, const FileState& state) {
    const std::lock_guard lock(m_mutex);
    if (!m_loaded) load();
    const auto found = m_known.find(pathHash);
    if (found == m_known.end() || found->second.state != state) return {};
    return found->second;
}

Result<HashMemory::Known> HashMemory::hashOf(const std::string& path, const CancelToken& cancel) {
    const auto state = fileState(path);
    if (!state) return state.error();
    const std::string pathHash = pathHashOf(path);
    if (auto known = recall(pathHash, *state)) return std::move(*known);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    auto hash = contentHash(path, cancel);
    if (!hash) return hash.error();
    const auto after = fileState(path);
    if (!after) return after.error();
    if (*after != *state) return Error{ErrorCode::FileChanged, path, "", 0};
    const int64_t settled =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - static_cast<int64_t>(m_settleS * 1e9);
    Known known{std::move(*hash), *state, std::max(state->modifiedNs, state->changedNs) <= settled};
    if (known.settled) remember(pathHash, known);
    return known;
}

/// Under the lock.
void HashMemory::load() {
    m_loaded = true;
    const auto bytes = readFile(m_file, kMaxBytes);
    if (!bytes) {
        std::error_code ignored;
        if (bytes.error().code == ErrorCode::ReadFailed) fs::remove(m_file, ignored);
        return;
    }
    size_t lines = 0;
    std::string_view rest = *bytes;
    for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (line.empty()) continue;
        ++lines;
        if (line.size() < kNameDigits + 1) continue;
        const std::string_view body = line.substr(0, line.size() - kNameDigits - 1);
        if (ovation::hashOf(body) != line.substr(body.size() + 1)) continue;
        std::istringstream text{std::string(body)};
        text.imbue(std::locale::classic());
        std::string pathHash;
        Known known;
        known.settled = true;
        FileState& state = known.state;
        if (text >> pathHash >> state.device >> state.inode >> state.size >> state.modifiedNs >> state.changedNs >>
            known.hash)
            m_known[pathHash] = known;
    }
    if (lines <= m_known.size() + kSuperfluousLines) return;
    std::string compact;
    for (const auto& [pathHash, known] : m_known)
        compact += lineOf(pathHash, known);
    (void)writeFileAtomically(m_file, compact); // what another program appends meanwhile is hashed again
}

void HashMemory::remember(const std::string& pathHash, const Known& known) {
    const std::lock_guard lock(m_mutex);
    m_known[pathHash] = known;
    std::error_code error;
    fs::create_directories(fs::path(m_file).parent_path(), error);
    const int file = ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return;
    // A line that a full disk or a killed program cut short must not swallow this one.
    const std::string line = '\n' + lineOf(pathHash, known);
    [[maybe_unused]] const ssize_t written = ::write(file, line.data(), line.size());
    ::close(file);
}

} // namespace ovation
