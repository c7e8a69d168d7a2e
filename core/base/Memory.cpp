// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Memory.h"

#include "core/base/Text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace ovation {

namespace {

/// What files of a control group's folder are called.
struct GroupFiles {
    const char* folder;
    const char* limit;
    const char* used;
    const char* cached; ///< start of the names, in memory.stat, of what files take that can be dropped
};
constexpr GroupFiles kFirstVersion{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"};
constexpr GroupFiles kSecondVersion{"/sys/fs/cgroup", "memory.max", "memory.current", ""};

std::optional<int64_t> onlyNumberIn(const std::string& path) {
    std::ifstream file(path);
    int64_t number = 0;
    if (!(file >> number)) return std::nullopt;
    return number;
}

/// "name 123" or "name: 123 kB".
int64_t numberCalled(const std::string& path, const std::string& name) {
    std::ifstream file(path);
    for (std::string word; file >> word;)
        if (int64_t number = 0; word == name && file >> number) return number;
    return -1;
}

/// Bytes that one control group's limit leaves.
std::optional<int64_t> leftInGroup(const std::string& folder, const GroupFiles& files) {
    const auto limit = onlyNumberIn(folder + "/" + files.limit), used = onlyNumberIn(folder + "/" + files.used);
    if (!limit || !used) return std::nullopt; // "max"
    int64_t left = *limit - *used;
    for (const char* kind : {"inactive_file", "active_file"})
        left += std::max<int64_t>(0, numberCalled(folder + "/memory.stat", std::string(files.cached) + kind));
    return std::max<int64_t>(0, left);
}

/// The least that a group or one around it leaves. In a container the outermost folder is the container's own, and the
/// group's name may be that of a folder outside.
std::optional<int64_t> leftInGroups(const std::string& root, const std::string& group, const GroupFiles& files) {
    std::optional<int64_t> least;
    for (std::filesystem::path path = group.empty() ? "/" : group;; path = path.parent_path()) {
        const std::string name = path == "/" ? std::string() : path.string();
        if (const auto left = leftInGroup(root + files.folder + name, files))
            least = std::min(least.value_or(*left), *left);
        if (!path.has_relative_path()) return least;
    }
}

} // namespace

std::optional<int64_t> availableMemory(const std::string& root) {
    std::optional<int64_t> least;
    const auto take = [&](std::optional<int64_t> bytes) {
        if (bytes) least = std::min(least.value_or(*bytes), *bytes);
    };
    if (const int64_t available = numberCalled(root + "/proc/meminfo", "MemAvailable:"); available >= 0)
        take((available + std::max<int64_t>(0, numberCalled(root + "/proc/meminfo", "SwapFree:"))) * 1024);
    std::ifstream groups(root + "/proc/self/cgroup"); // "4:memory:/user" or "0::/user.slice"
    for (std::string line; std::getline(groups, line);) {
        const size_t first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1), group = line.substr(second + 1);
        if (!group.starts_with('/')) continue;
        if (controllers.empty()) take(leftInGroups(root, group, kSecondVersion));
        if (("," + controllers + ",").find(",memory,") != std::string::npos)
            take(leftInGroups(root, group, kFirstVersion));
    }
    return least;
}

std::string memoryText(int64_t bytes) {
    const double megabytes = static_cast<double>(bytes) / 1e6;
    return megabytes >= 999.5 ? fixed(megabytes / 1000, 1) + " GB" : fixed(megabytes, 0) + " MB";
}

} // namespace ovation
