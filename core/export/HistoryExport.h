// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/training/TrainingRun.h"

#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// What a training history can be written as.
enum class HistoryFormat {
    Csv,         ///< one line an epoch, undefined metrics empty
    Json,        ///< as `ovation train --history` writes it
    TensorBoard, ///< event files: a folder for `tensorboard --logdir`
};
Result<HistoryFormat> historyFormat(std::string_view id); ///< "csv", "json", "tensorboard"; else WrongUsage

std::string historyCsv(const TrainingRun& run);

/// Writes one run to `path`: a file, or a folder with an event file in it. Returns what was written.
Result<std::string> writeHistory(const TrainingRun& run, HistoryFormat format, const std::string& path);

/// The same where `path` is this run's own: event files of Ovation that stand in its folder go, since TensorBoard would
/// mix that run with this one.
Result<std::string> replaceHistory(const TrainingRun& run, HistoryFormat format, const std::string& path);

/// Whether Ovation's event files of other runs stand beside what writeHistory() wrote: TensorBoard draws all of a
/// folder as one run.
bool hasOtherRunsBeside(const std::string& written, HistoryFormat format);

/// What writeHistories() calls each run's file or folder, all different, and how these names end ("" for folders).
std::vector<std::string> historyNames(const std::vector<TrainingRun>& runs, HistoryFormat format);
std::string historyEnding(HistoryFormat format);

/// Writes every run into `folder`, under its name: a file or, of TensorBoard, a folder each.
Result<std::vector<std::string>> writeHistories(const std::vector<TrainingRun>& runs, HistoryFormat format,
                                                const std::string& folder);

} // namespace ovation
