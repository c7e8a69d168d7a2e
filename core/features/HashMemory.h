// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace ovation {

/// What tells one state of a file from another without reading it.
struct FileState {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = 0;
    int64_t modifiedNs = 0; ///< content
    int64_t changedNs = 0;  ///< content, name, owner or permissions

    bool operator==(const FileState&) const = default;
};

Result<FileState> fileState(const std::string& path);

/// Content hashes by path and file state, kept in a file, so that long recordings are not read again only to be
/// recognised. Thread-safe; several programs may share the file: every line is appended in one piece and carries its
/// own check, and lines that are damaged are passed over.
class HashMemory {
public:
    /// A hash is not remembered for files that changed less than `settleS` before it was taken: their clock may be too
    /// coarse to show the next change.
    HashMemory(std::string file, double settleS) : m_file(std::move(file)), m_settleS(settleS) {}

    struct Known {
        std::string hash;     ///< as contentHash()
        FileState state;      ///< of the file that was hashed
        bool settled = false; ///< another state means other content, and the same state the same
    };

    /// Errors: those of contentHash(); FileChanged where the file changes while it is read.
    Result<Known> hashOf(const std::string& path, const CancelToken& cancel = {});

    /// What is known of the file as it is now, without reading it; nullopt where nothing is.
    std::optional<Known> recall(const std::string& path);

private:
    std::optional<Known> recall(const std::string& pathHash, const FileState& state);
    void load();
    void remember(const std::string& pathHash, const Known& known);

    const std::string m_file;
    const double m_settleS;
    std::mutex m_mutex; // guards what follows
    bool m_loaded = false;
    std::unordered_map<std::string, Known> m_known; ///< by hash of the absolute path
};

} // namespace ovation
