// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/DetectReport.h"
#include "app/cli/Shard.h"
#include "app/cli/StateLock.h"
#include "core/base/Result.h"
#include "core/features/HashMemory.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovation::cli {

/// What the names of probability curves end with.
inline constexpr const char* kScoresEnd = ".scores.csv";

/// In how many names two paths end alike: their own and the folders' above them.
size_t namesInCommon(const std::string& a, const std::string& b);

/// What `detect` has written into a folder, kept there in `.ovation-detect.json`: lets a second run skip what is
/// finished and never replace a file that is not its own, or that somebody has changed. Each shard has a file of its
/// own for what it wrote, and so has a run beside which another one of the same part is still going
/// (`.ovation-detect.run-2.json`); all of them are read: runs side by side write nothing in common. While a run goes
/// on, what it notes is a line each in a journal beside its file (`.ovation-detect.jsonl`), which is read as well and
/// goes when all of it is in the file: at the run's end, or at that of the next one where a run was killed. A damaged
/// state file or line counts as none.
class DetectState {
public:
    explicit DetectState(const std::string& folder, const Shard& shard = {});
    ~DetectState(); ///< the journal becomes the file
    DetectState(const DetectState&) = delete;
    DetectState& operator=(const DetectState&) = delete;

    bool empty() const { return m_entries.empty(); } ///< nothing is noted

    /// True where `output` was finished under the same key and still exists.
    bool finished(const std::string& output, const std::string& key) const;

    /// WriteFailed where `output` exists and is not as a run wrote it, OutputTaken where it belongsToAnother() than
    /// `recording`. Looks at what others have noted meanwhile before it says so.
    Result<void> mayWrite(const std::string& output, const std::string& recording);

    /// True where an earlier run wrote `output` for another recording, and that recording is still there or its disk
    /// may be away. Recordings are canonical paths.
    bool belongsToAnother(const std::string& output, const std::string& recording) const;

    /// The label file that was written last for a recording, whatever its format; "" where there is none.
    std::string labelFileOf(const std::string& recording) const;
    /// The same for a recording that has been moved: of the one of those that are there no longer whose path ends most
    /// alike, with `least` namesInCommon() or more.
    std::string labelFileOfMoved(const std::string& recording, size_t least) const;
    /// The label files of all recordings as labelFileOf() has them, by recording.
    std::map<std::string, std::string> labelFiles() const { return labelFilesOf(""); }
    /// True where `output` is known to be about a recording.
    bool hasRecording(const std::string& output) const;

    /// Notes that bytes of that hash (hashOf()) are about to be written to `output` for `recording`, or have been.
    /// Errors: those of mayWrite().
    Result<void> begin(const std::string& output, const std::string& recording, const std::string& hash);
    Result<void> finish(const std::string& output, const std::string& key, const DetectSummary& summary = {});
    /// Notes why there is no output; nothing where there is a file that mayWrite() refuses, by what is known already.
    Result<void> fail(const std::string& output, const std::string& recording, const std::string& sentence);

    /// What was found where `output` is finished under that key.
    std::optional<DetectSummary> summary(const std::string& output, const std::string& key) const;
    /// Why there is no output for the recording; "" where nothing was noted.
    std::string failure(const std::string& output, const std::string& recording) const;

private:
    struct Entry {
        std::string key; ///< "" while it is not finished
        std::string recording;
        std::string failure;
        DetectSummary summary;
        int64_t timeMs = 0;              ///< since 1970
        bool own = false;                ///< kept in this run's file
        std::vector<std::string> hashes; ///< of what may stand in the output: what was there, and what is written
    };

    std::map<std::string, std::string> labelFilesOf(const std::string& end) const;
    std::map<std::string, std::string> labelFilesNamedAs(const std::string& recording) const; ///< of its file name
    const Entry* find(const std::string& output) const;
    Entry& touch(const std::string& output);
    Entry& restart(const std::string& output, const std::string& recording);
    bool asWritten(const std::string& output) const;
    void claim();
    void readAll();
    bool known(const std::string& name, const FileState& state) const;
    Result<void> allowed(const std::string& output, const std::string& recording) const;
    std::string pathOf(const std::string& output) const;
    void read(const std::string& path, bool own);
    void take(std::string_view text, int64_t writtenMs, bool own);
    bool exists(const std::string& output) const;
    std::string textOf(const std::optional<std::string>& only, int indent) const;
    Result<void> note(const std::string& output);
    Result<void> save();

    std::string m_folder;
    std::string m_part;                      ///< beginning of the names of this shard's files
    std::string m_name;                      ///< of the one that is written
    std::unique_ptr<StateLock> m_lock;       ///< on it; none before anything is noted
    bool m_noted = false;                    ///< something, by this run
    std::map<std::string, Entry> m_entries;  ///< by output's name; of several files' the newest
    std::map<std::string, FileState> m_read; ///< files of notes and journals as they were read or written last
};

} // namespace ovation::cli
