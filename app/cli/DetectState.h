// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <map>
#include <string>

namespace ovation::cli {

/// What `detect` has written into a folder, kept there in `.ovation-detect.json`: lets a second run skip what is
/// finished and never replace a file that is not its own. A damaged state file counts as none.
class DetectState {
public:
    explicit DetectState(const std::string& folder);

    /// True where `output` was finished under the same key and still exists.
    bool finished(const std::string& output, const std::string& key) const;

    /// True where `output` does not exist or an earlier run made it.
    bool mayWrite(const std::string& output) const;

    /// True where an earlier run wrote `output` for another recording, and that recording is still there. Recordings
    /// are canonical paths.
    bool belongsToAnother(const std::string& output, const std::string& recording) const;

    /// Notes that `output` is about to be written for `recording`, or has been.
    Result<void> begin(const std::string& output, const std::string& recording);
    Result<void> finish(const std::string& output, const std::string& key);

private:
    bool exists(const std::string& output) const;
    Result<void> save() const;

    std::string m_folder;
    std::map<std::string, std::string> m_keys;       ///< by output's name; "" while it is not finished
    std::map<std::string, std::string> m_recordings; ///< by output's name
};

} // namespace ovation::cli
