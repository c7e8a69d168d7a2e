// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/dataset/Recordings.h"

#include <string>
#include <vector>

namespace ovation {

/// One folder of training data as it lies on the disk: names sorted, hidden files and folders left out.
struct Folder {
    std::string path;                                 ///< as reached from the argument
    std::string canonical;                            ///< without links, for comparing
    std::string name;                                 ///< own name
    std::vector<std::string> audio, tables, projects; ///< paths; tables are .csv files but MANIFEST.csv
    std::vector<std::string> unreadable;              ///< paths of sound files of kinds that cannot be read, but
                                                      ///< for those that lie there, or in a folder beside this one,
                                                      ///< above or below it, in another kind, too
    std::string manifest;                             ///< path of its MANIFEST.csv, "" for none
    std::vector<Folder> folders;
};

/// Reads a folder and all below it. Links are followed, each folder is read once; one that may not be read is listed in
/// `skipped`.
Result<Folder> readFolderTree(const std::string& path, std::vector<SkippedFile>& skipped, const CancelToken& cancel);

/// True for a folder named as the positive class (folderClass) beside `canonical`, on the disk.
bool hasPositiveSibling(const std::string& canonical);

/// Path without links and dots; the path itself where it does not exist.
std::string canonicalPath(const std::string& path);

/// The folder's MANIFEST.csv, in whatever case; "" if there is none.
std::string manifestIn(const std::string& folder);

} // namespace ovation
