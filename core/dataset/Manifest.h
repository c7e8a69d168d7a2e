// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"

#include <map>
#include <string>
#include <vector>

namespace ovation {

/// What a MANIFEST.csv says: which files come from the same sources.
struct Manifest {
    std::string path;
    /// Groups by canonical path, of every file that it names and that is there; none where the row has none.
    std::map<std::string, std::vector<std::string>> groups;
    std::vector<std::string> missing; ///< names that stand for no file
    std::string note;                 ///< a sentence where it says nothing of sources; "" otherwise
    std::string doubt;                ///< a sentence where it cannot be understood; "" otherwise
};

/// Reads the `file` and group columns of a MANIFEST.csv. A name stands for the file at that place, as seen from the
/// manifest's folder; else for the only one of `audio` (canonical path -> path) in that folder that has the name, or
/// its stem, and that no other row names by its place. Errors: those of readFile.
Result<Manifest> readManifest(const std::string& path, const std::map<std::string, std::string>& audio);

/// A sentence where names stand for no file while some of the recordings around the manifest are not named, so that
/// the names are likely to mean these; "" otherwise.
std::string doubtAbout(const Manifest& manifest, const std::vector<LabelledRecording>& recordings);

} // namespace ovation
