// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <string>

namespace ovation {

/// Words a job's progress on one line, with an estimate of the time left in its stage: by what has been done since the
/// stage began, for what is gone on with has a part done already. Used by one thread at a time.
class ProgressText {
public:
    /// To be told of every progress. `nowS`: seconds on a clock that only goes forward.
    void note(const Progress& progress, double nowS);

    /// Of what was noted last, for a log.
    std::string line() const;
    /// The same with a bar, and with the file's name in place of its path, in at most `columns` of a terminal.
    std::string bar(int columns) const;

private:
    double share() const; ///< 0 to 1; below 0 where it is not known
    std::string figures() const;

    Progress m_progress;
    double m_nowS = 0;
    double m_stageStartS = 0;
    double m_stageBegan = 0; ///< the share that was done then
    bool m_begun = false;
};

} // namespace ovation
