// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "ui/session/Session.h"

#include <functional>
#include <string>
#include <vector>

namespace ovation::ui {

/// Files, or folders, that are written into one folder.
struct FolderExport {
    QString title; ///< of the job; "" for one that is not shown
    QString folder;
    std::vector<std::string> names; ///< all different
    std::string ending;             ///< of every name: a number comes before it
    /// Writes the one of that index; on a worker's thread.
    std::function<Result<void>(size_t index, const std::string& path)> write;
    std::function<void(size_t count)> done; ///< all are written
};

/// Those of `names` that are in the folder already.
std::vector<std::string> namesThere(const std::string& folder, const std::vector<std::string>& names);

/// `names`, with a number where one is in the folder already: "a-2.csv", of which none is there or is another's.
std::vector<std::string> namesBeside(const std::string& folder, const std::vector<std::string>& names,
                                     const std::string& ending);

/// Writes `wanted` as a job: at once where nothing is in the way, else after Session::existingFilesAsked().
void exportTo(SessionImpl& impl, FolderExport wanted);

} // namespace ovation::ui
