// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/ProgressLine.h"
#include "core/dataset/DatasetCheck.h"
#include "core/engine/Engine.h"

#include <chrono>
#include <mutex>
#include <string>

namespace ovation::cli {

/// Shows a training on stderr: progress, one line per epoch; and its summary on stdout. Where stderr is no terminal,
/// lines come at most once a second: an epoch's line that came too soon waits for its turn, or gives way to the next.
/// Thread-safe.
class TrainingReport {
public:
    explicit TrainingReport(bool quiet);

    ProgressCallback progress();
    TrainingCallbacks callbacks();
    void findings(const std::vector<Finding>& findings); ///< warnings, one line each
    void leftOut(const std::vector<SkippedFile>& files); ///< those found unusable while features were made
    void clear();                                        ///< ends the progress; shows what was held back

    /// `modelPath` "" where the model could not be written.
    void summary(const TrainingOutcome& outcome, const std::string& modelPath);

private:
    using Clock = std::chrono::steady_clock;
    bool tooSoon();
    std::string takeHeldBack();

    ProgressLine m_line;
    bool m_terminal;
    std::mutex m_mutex;
    std::string m_heldBack;
    Clock::time_point m_last{};
};

} // namespace ovation::cli
