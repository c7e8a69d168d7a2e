// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/FrameStream.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ovation {

// A cache entry: a header, then pieces of kFrameStreamPiece frames (scalars, mel power; the last piece is shorter),
// each followed by its hash. Native byte order: a cache does not leave its machine.

/// What an entry says of its recording.
struct EntryInfo {
    int64_t frames = 0;
    double durationS = 0;
};

int64_t entryBytes(int64_t frames); ///< size of an entry with so many frames

/// Reads one entry piece by piece. An entry that goes meanwhile stays readable.
class EntryReader {
public:
    /// nullopt where there is no entry, or none whose header and size are right. Notes the time of use.
    static std::optional<EntryReader> open(const std::string& path);
    ~EntryReader();
    EntryReader(EntryReader&& other) noexcept;
    EntryReader& operator=(EntryReader&&) = delete;

    const EntryInfo& info() const { return m_info; }
    bool atEnd() const { return m_next >= m_info.frames; }

    /// Appends the next piece; false, with nothing appended, where it is damaged.
    bool read(FrameFeatures& out);

private:
    EntryReader(int file, EntryInfo info) : m_file(file), m_info(info) {}

    int m_file;
    EntryInfo m_info;
    int64_t m_next = 0; // frame
    std::string m_bytes;
};

/// Writes an entry under another name, which it gets rid of unless committed. The file is locked meanwhile, which tells
/// it from what a killed program has left behind.
class EntryWriter {
public:
    /// Stops silently where the entry would grow beyond `maxBytes`.
    EntryWriter(std::string path, int64_t maxBytes);
    ~EntryWriter();
    EntryWriter(const EntryWriter&) = delete;
    EntryWriter& operator=(const EntryWriter&) = delete;

    /// Frames [first, frames.frames()).
    void append(const FrameFeatures& frames, int64_t first);

    /// Gives the entry its name. Returns its size, 0 where any of it could not be written. Not forced to the disk:
    /// after a power failure the hashes tell what is whole.
    int64_t commit(double durationS);

    /// The part of a file name that entries being written have; after it comes the writer's process id and a '-'.
    static constexpr const char* kPart = ".part";

private:
    bool put(const void* bytes, size_t size);
    void writePiece(int64_t count);

    const std::string m_path;
    const int64_t m_maxBytes;
    std::string m_temporary;
    int m_file = -1; // -1: failed
    int64_t m_frames = 0;
    int64_t m_written = 0;
    FrameFeatures m_pending;
};

} // namespace ovation
