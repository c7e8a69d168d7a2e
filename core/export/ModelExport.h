// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/export/ExportFormat.h"
#include "core/models/ModelBundle.h"

#include <string>
#include <vector>

namespace ovation {

/// Largest difference in probability between the studio and an export with which it still counts as the same model.
constexpr double kExportTolerance = 1e-4;

struct ExportReport {
    double largestDifference = 0; ///< in probability; 0 for a card, which has none
    int clips = 0;                ///< real clips that it was run on
    int64_t answers = 0;          ///< probabilities compared
    std::vector<std::string> files;
};

struct ExportOptions {
    /// Recordings to compare on; the example's clips where there are none.
    std::vector<std::string> recordings;
    std::string scoresJson; ///< of `ovation evaluate --json`, for the card; may be empty
};

/// Writes a model as `format` to `path`: under another name first, from where it is run on real clips and compared with
/// the studio's own output; only then it gets its name. A file that differs by more than kExportTolerance, or cannot be
/// written, checked or run, is removed, and one that was there before stays. Errors: those of writing, WriteFailed with
/// the difference, NoData where there is nothing to compare on, Cancelled.
Result<ExportReport> exportModel(const ModelBundle& bundle, ExportFormat format, const std::string& path,
                                 const ExportOptions& options = {}, const CancelToken& cancel = {},
                                 const ProgressCallback& progress = {});

/// Where exportModel() finds clips when none are named; empty where the example is not installed.
std::vector<std::string> exampleClips();

} // namespace ovation
