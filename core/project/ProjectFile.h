// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/project/ProjectLock.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ovation {

/// An open project database, checked and ready, with what must outlive it. Members are destroyed last to first.
struct ProjectFile {
    /// Deletes a private copy's folder, or what a reading connection leaves behind.
    struct Leftovers {
        std::string folder;   ///< of a private copy; "" for none
        std::string tidyPath; ///< project whose -wal may be folded in by whoever closes it last; "" for none

        Leftovers(std::string privateFolder, std::string tidied)
            : folder(std::move(privateFolder)), tidyPath(std::move(tidied)) {}
        Leftovers(const Leftovers&) = delete; // the folder goes with it
        Leftovers& operator=(const Leftovers&) = delete;
        ~Leftovers();
    };
    std::unique_ptr<Leftovers> leftovers;
    std::optional<ProjectLock> lock;
    std::unique_ptr<SQLite::Database> database;
};

/// Opens `path` (absolute) for writing: lock, database, migration, checks. Errors as ProjectStore::open.
Result<ProjectFile> openForWriting(const std::string& path);

/// What is looked at before a project is read: whether it is one, or all that is stored in it, too.
enum class Checks { Identity, All };

/// Opens `path` (absolute) for reading, also from read-only media and beside a writer. Where SQLite cannot read it in
/// place (a crash left a -wal in a folder that cannot be written; a full disk; an older version), a private copy is
/// read.
Result<ProjectFile> openForReading(const std::string& path, Checks checks = Checks::All);

/// Makes a new, empty project at `path`, whole or not at all; never replaces a file.
Result<void> createProjectFile(const std::string& path);

/// A compact copy of `source` under a temporary name beside `path`, which is returned.
Result<std::string> copyBeside(SQLite::Database& source, const std::string& path);

/// Puts a closed temporary copy at `path`, replacing what is there unless it is open for writing (ProjectInUse). The
/// copy is deleted where that fails.
Result<void> moveIntoPlace(const std::string& temporary, const std::string& path);

/// Deletes a temporary project file with what SQLite puts beside it.
void discard(const std::string& temporary);

} // namespace ovation
