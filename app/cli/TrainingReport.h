// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/ProgressLine.h"
#include "core/dataset/DatasetCheck.h"
#include "core/engine/Engine.h"

#include <string>
#include <vector>

namespace ovation::cli {

/// Shows a training on stderr: progress, one line per epoch, warnings; and its summary on stdout. Thread-safe.
class TrainingReport {
public:
    /// `quiet`: nothing but warnings on stderr; `silent`: not even those.
    explicit TrainingReport(bool quiet, bool silent = false) : m_line(quiet || silent), m_silent(silent) {}

    ProgressCallback progress() { return m_line.callback(); }
    TrainingCallbacks callbacks();
    void warning(const std::string& text);               ///< one line
    void findings(const std::vector<Finding>& findings); ///< warnings, and notes unless quiet: one line each
    void leftOut(const std::vector<SkippedFile>& files); ///< those found unusable while features were made
    void clear() { m_line.clear(); }                     ///< ends the progress

    /// `modelPath` "" where the model could not be written.
    void summary(const TrainingOutcome& outcome, const std::string& modelPath);

private:
    ProgressLine m_line;
    const bool m_silent;
};

} // namespace ovation::cli
