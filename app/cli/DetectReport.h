// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovation::cli {

/// What detection found in one recording.
struct DetectSummary {
    double durationS = 0;
    int64_t segments = 0;
    double applauseS = 0;
};

/// One recording in the report over all shards.
struct ReportRow {
    std::string file;
    std::string output;                   ///< name of its label file
    std::optional<DetectSummary> summary; ///< where it is finished
    std::string failure;                  ///< the sentence; "" where it did not fail

    const char* status() const { return summary ? "done" : failure.empty() ? "missing" : "failed"; }
};

std::string reportCsv(const std::vector<ReportRow>& rows);
std::string reportJson(const std::vector<ReportRow>& rows);

} // namespace ovation::cli
