// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

// Paths are UTF-8 strings as the operating system gives them.

/// The whole file as bytes. Files over `maxBytes` are refused with ReadFailed.
Result<std::string> readFile(const std::string& path, size_t maxBytes = size_t{1} << 30);

/// Writes the file whole or not at all: a temporary file beside it, fsync, rename. An existing file is replaced.
Result<void> writeFileAtomically(const std::string& path, std::string_view bytes);

/// Writes behind what is in the file, which is made where there is none, and waits until that is on the disk. A failure
/// may leave some of the bytes there.
Result<void> appendToFile(const std::string& path, std::string_view bytes);

/// Whether a file could be written there ("" is no file): better known before hours of work than after.
Result<void> checkWritable(const std::string& path);

/// Removes what writeFileAtomically(path) left beside the file when its program was killed: temporary files that are an
/// hour old and whose process is gone.
void removeAbandonedTemporaries(const std::string& path);

/// XXH3-128 of the file's bytes as 32 lower-case hex digits: identifies audio that has been moved. Errors: those of
/// reading; Cancelled, looked for every 256 kB.
Result<std::string> contentHash(const std::string& path, const CancelToken& cancel = {});

/// XXH3-128 of bytes in memory, as 32 lower-case hex digits.
std::string hashOf(std::string_view bytes);

/// Name without folder and without the last extension: "a/b.c.wav" -> "b.c".
std::string stemOf(const std::string& path);

/// Extension in lower case without the dot: "a/B.WAV" -> "wav"; "" where there is none.
std::string extensionOf(const std::string& path);

/// How many more bytes caches may take of a disk of so many with so many free: a twentieth of it, or 1 GiB of a large
/// one, is left to what cannot be computed again. At least 0.
int64_t roomForCache(int64_t totalBytes, int64_t freeBytes);

/// How many bytes have to go before a cache in `folder`, which exists, may take so many more. 0 where the disk does not
/// tell.
int64_t lackingForCache(const std::string& folder, int64_t bytes);
inline bool hasRoomForCache(const std::string& folder, int64_t bytes) {
    return lackingForCache(folder, bytes) == 0;
}

/// Folder for this user's cached data ($XDG_CACHE_HOME/ovation or ~/.cache/ovation); may not exist yet.
std::string cacheFolder();

} // namespace ovation
