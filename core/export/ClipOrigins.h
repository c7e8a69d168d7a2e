// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/features/HashMemory.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ovation {

/// What a recording is known by.
struct RecordingMark {
    std::string content; ///< of its length and of what stands all over it, whatever it is called; "" where unreadable
    std::string place;   ///< of where it lies, however it is reached
};

/// Reads 1 MiB of the file at most.
RecordingMark recordingMark(const std::string& path);

/// Those of several recordings.
struct RecordingMarks {
    std::set<std::string> contents, places;

    void add(const RecordingMark& mark);
};

/// Whether a clip is of some recordings.
enum class ClipOrigin {
    Same,     ///< it is, for certain, and as it was written
    Doubtful, ///< it was written from one of them, or from what lay at one's place, but one of the two has changed
              ///< since
    Other,    ///< it was written from another recording
    Unknown   ///< nothing is noted
};

/// Which recordings the clips in a folder were written from: kept in a file there beside the tables, so that these have
/// the columns that everybody reads. Names are relative to the folder. A damaged file counts as none. One thread at a
/// time.
class ClipOrigins {
public:
    static constexpr const char* kFile = ".ovation-clips.csv";

    explicit ClipOrigins(const std::string& folder);

    ClipOrigin of(const std::string& clip, const RecordingMarks& recordings) const;

    /// All clips of which something is noted; they need not be there.
    std::vector<std::string> clips() const;

    /// Notes a clip that has been written.
    void add(const std::string& clip, const RecordingMark& recording);

    /// Writes what is noted of clips that are there, if anything was added. Errors: those of writeFileAtomically().
    Result<void> save() const;

private:
    struct Entry {
        std::string bytes; ///< contentHash() of the clip
        RecordingMark recording;
    };
    struct HashedClip {
        FileState state;
        std::string bytes;
    };

    std::string hashOfClip(const std::string& clip) const;

    std::string m_folder;
    std::map<std::string, Entry> m_entries; ///< by the clip's name
    bool m_added = false;
    mutable std::map<std::string, HashedClip> m_hashed; ///< by name: clips are asked for several times
};

} // namespace ovation
