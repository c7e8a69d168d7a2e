// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace ovation {

/// Bytes under names in a folder, each in a file of its own that is written whole or not at all and carries its hash.
/// Safe from several threads and several programs at once. Nothing about it fails: what is missing or damaged is not
/// there, and what a read-only disk or one that is nearly full (hasRoomForCache()) does not take is not kept. When all
/// together exceeds the limit, or there is no room for more, what was used least recently goes.
class BlobCache {
public:
    static constexpr int64_t kDefaultMaxBytes = int64_t{2} << 30;

    /// `folder` need not exist.
    explicit BlobCache(std::string folder, int64_t maxBytes = kDefaultMaxBytes);

    /// The cache of whoever runs the program: "pictures" in $OVATION_CACHE, or where that is not set, in cacheFolder().
    /// Null where $OVATION_CACHE is "off".
    static BlobCache* ofUser();

    /// `name`: letters, digits, '-' and '_'. Notes the time of use. A damaged file is removed.
    std::optional<std::string> read(const std::string& name);
    void write(const std::string& name, std::string_view bytes);

    const std::string& folder() const { return m_folder; }

private:
    std::string pathOf(const std::string& name) const;
    bool makeRoom(int64_t needed);

    const std::string m_folder;
    const int64_t m_maxBytes;

    std::mutex m_mutex; // guards what follows
    bool m_counted = false;
    int64_t m_total = 0; ///< bytes of all files, as far as this program knows
    int64_t m_added = 0; ///< of these, added here since they were counted
};

} // namespace ovation
