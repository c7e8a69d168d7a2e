// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectFile.h"

#include "core/project/ProjectSchema.h"
#include "core/project/SqliteErrors.h"

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ovation {
namespace fs = std::filesystem;
namespace {

constexpr int kBusyTimeoutMs = 2000;

std::string folderOf(const std::string& path) {
    return fs::path(path).parent_path().string();
}

/// A file that its owner marked read-only counts as such for everybody, for the superuser too.
bool isWritable(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && (status.st_mode & 0222) != 0 && ::access(path.c_str(), W_OK) == 0 &&
           ::access(folderOf(path).c_str(), W_OK) == 0;
}

/// SQLite says "not a database" both of a stranger and of a project cut off in its header.
Error notADatabase(const std::string& path) {
    char head[16] = {};
    std::ifstream(path, std::ios::binary).read(head, sizeof head);
    const bool ours = std::memcmp(head, "SQLite format 3", 16) == 0;
    return {ours ? ErrorCode::DamagedProject : ErrorCode::NotAProject, path, "", 0};
}

Result<void> checkFileItself(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    if (S_ISDIR(status.st_mode)) return Error{ErrorCode::IsFolder, path, "", 0};
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::NotAProject, path, "it is not an ordinary file", 0};
    if (status.st_size > 0 && status.st_size < 100) return notADatabase(path); // less than SQLite's header
    if (status.st_size == 0) return Error{ErrorCode::NotAProject, path, "it is empty", 0};
    if (::access(path.c_str(), R_OK) != 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    return {};
}

bool hasPendingLog(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path + "-wal", error);
    return !error && size > 0;
}

/// Settings of a connection to a file that may come from anywhere: its schema may hold nothing that acts.
void harden(SQLite::Database& database) {
    sqlite3* handle = database.getHandle();
    for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                        {SQLITE_DBCONFIG_ENABLE_VIEW, 0}})
        sqlite3_db_config(handle, option, value, nullptr);
    database.exec("PRAGMA cell_size_check = ON");
}

Result<void> checkIdentity(SQLite::Database& database, const std::string& path) {
    try {
        if (database.execAndGet("PRAGMA application_id").getInt() != kApplicationId)
            return Error{ErrorCode::NotAProject, path, "it is a database of another program", 0};
        const int version = database.execAndGet("PRAGMA user_version").getInt();
        if (version > newestProjectVersion()) return Error{ErrorCode::NewerProject, path, "", 0};
        if (version < 1) return Error{ErrorCode::DamagedProject, path, "its version is missing", 0};
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() == SQLITE_NOTADB) return notADatabase(path);
        throw;
    }
    return {};
}

/// Structure of every table but the models', whose bytes have a hash of their own and may be hundreds of megabytes.
Result<void> checkTables(SQLite::Database& database, const std::string& path) {
    if (!hasProjectTables(database)) return Error{ErrorCode::DamagedProject, path, "its tables are not a project's", 0};
    for (const char* table :
         {"counter", "speech", "segment", "edit", "edit_segment", "run", "detection", "detected_segment", "setting"}) {
        const std::string said = database.execAndGet("PRAGMA quick_check('" + std::string(table) + "')").getString();
        if (said != "ok") return Error{ErrorCode::DamagedProject, path, said, 0};
    }
    return {};
}

/// Whether SQLite could not read a project for what it has to write beside it: a folder without permission, a full
/// disk.
bool needsToWrite(const SQLite::Exception& exception) {
    switch (exception.getExtendedErrorCode()) {
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMMAP:
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
        return true;
    default:
        const int code = exception.getErrorCode() & 0xff;
        return code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_FULL;
    }
}

Result<ProjectFile> openPrivateCopy(const std::string& path) {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "ovation-XXXXXX").string();
    if (error || !::mkdtemp(pattern.data())) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    ProjectFile file;
    file.leftovers = std::make_unique<ProjectFile::Leftovers>(pattern, "");
    const std::string copy = pattern + "/project.ovation";
    fs::copy_file(path, copy, error);
    if (!error && hasPendingLog(path)) fs::copy_file(path + "-wal", copy + "-wal", error);
    if (error) return errorFromErrno(error.value(), path, ErrorCode::ReadFailed);
    fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write, error);
    fs::permissions(copy + "-wal", fs::perms::owner_read | fs::perms::owner_write, error);
    file.database = std::make_unique<SQLite::Database>(copy, SQLite::OPEN_READWRITE, kBusyTimeoutMs);
    harden(*file.database);
    if (auto identity = checkIdentity(*file.database, path); !identity) return identity.error();
    migrateProject(*file.database);
    if (auto tables = checkTables(*file.database, path); !tables) return tables.error();
    return file;
}

std::string immutableUri(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '?' || c == '#' || c == '%') {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(c));
            uri += escaped;
        } else
            uri += c;
    }
    return uri + "?immutable=1";
}

/// An unused name beside `path`, with an empty file of that name.
Result<std::string> temporaryBeside(const std::string& path) {
    static std::atomic<int> counter{0};
    const std::string name = path + ".new-" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) return errorFromErrno(errno, path, ErrorCode::WriteFailed);
    ::close(descriptor);
    return name;
}

void syncFolderOf(const std::string& path) {
    const int folder = ::open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
}

/// A log that lies beside a name belongs to a file that is gone; SQLite would replay it into the new one.
void dropLogOf(const std::string& path) {
    for (const char* suffix : {"-wal", "-shm", "-journal"})
        ::unlink((path + suffix).c_str());
}

} // namespace

ProjectFile::Leftovers::~Leftovers() {
    std::error_code ignored;
    if (!folder.empty()) fs::remove_all(folder, ignored);
    if (tidyPath.empty() || !isWritable(tidyPath)) return;
    const Result<ProjectLock> lock = ProjectLock::take(tidyPath);
    if (!lock) return;
    try {
        // A reading connection leaves -wal and -shm behind; the last writing one takes them along.
        SQLite::Database last(tidyPath, SQLite::OPEN_READWRITE);
        last.execAndGet("PRAGMA application_id");
    } catch (const std::exception&) {
        return;
    }
}

Result<ProjectFile> openForWriting(const std::string& path) {
    if (auto itself = checkFileItself(path); !itself) return itself.error();
    if (!isWritable(path)) return Error{ErrorCode::ReadOnlyProject, path, "", 0};
    Result<ProjectLock> lock = ProjectLock::take(path);
    if (!lock) return lock.error();
    ProjectFile file;
    file.lock.emplace(std::move(lock).value());
    return guarded(path, nullptr, [&]() -> Result<ProjectFile> {
        file.database = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE, kBusyTimeoutMs);
        SQLite::Database& database = *file.database;
        return guarded(path, database.getHandle(), [&]() -> Result<ProjectFile> {
            harden(database);
            if (auto identity = checkIdentity(database, path); !identity) return identity.error();
            migrateProject(database);
            if (auto tables = checkTables(database, path); !tables) return tables.error();
            database.execAndGet("PRAGMA journal_mode = WAL");
            // FULL: in WAL mode this syncs the log at every commit, so that an edit outlives a power cut and not only a
            // crash of the program. Edits come at a person's pace; a sync costs them nothing.
            database.exec("PRAGMA synchronous = FULL");
            database.execAndGet("PRAGMA journal_size_limit = 4194304");
            database.execAndGet("SELECT count(*) FROM sqlite_master"); // the -shm is there from the first reading on
            file.lock->holdDatabase(path);
            return std::move(file);
        });
    });
}

Result<ProjectFile> openForReading(const std::string& path, Checks checks) {
    if (auto itself = checkFileItself(path); !itself) return itself.error();
    return guarded(path, nullptr, [&]() -> Result<ProjectFile> {
        const bool writable = isWritable(path);
        ProjectFile file;
        try {
            if (!writable && !hasPendingLog(path))
                file.database =
                    std::make_unique<SQLite::Database>(immutableUri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
            else
                file.database = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READONLY, kBusyTimeoutMs);
            harden(*file.database);
            if (writable) file.leftovers = std::make_unique<ProjectFile::Leftovers>("", path);
            if (auto identity = checkIdentity(*file.database, path); !identity) return identity.error();
            if (file.database->execAndGet("PRAGMA user_version").getInt() == newestProjectVersion()) {
                if (checks == Checks::Identity) return file;
                if (auto tables = checkTables(*file.database, path); !tables) return tables.error();
                return file;
            }
        } catch (const SQLite::Exception& exception) {
            if (!needsToWrite(exception)) throw;
        }
        file.database.reset();
        return openPrivateCopy(path);
    });
}

Result<void> createProjectFile(const std::string& path) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored)))
        return Error{ErrorCode::WriteFailed, path, "there is already a file of that name", 0};
    const Result<std::string> temporary = temporaryBeside(path);
    if (!temporary) return temporary.error();
    const Result<void> made = guarded(path, nullptr, [&]() -> Result<void> {
        SQLite::Database database(*temporary, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        return guarded(path, database.getHandle(), [&]() -> Result<void> {
            database.exec("PRAGMA auto_vacuum = INCREMENTAL"); // before the first table; deleted models give space back
            migrateProject(database);
            return {};
        });
    });
    if (!made) {
        discard(*temporary);
        return made.error();
    }
    dropLogOf(path);
    if (::renameat2(AT_FDCWD, temporary->c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
        const int reason = errno;
        // Some file systems know no such rename; a link refuses to replace as well, and failing that only the look
        // above.
        const bool moved = (reason == EINVAL || reason == ENOSYS) && ::rename(temporary->c_str(), path.c_str()) == 0;
        if (!moved) {
            discard(*temporary);
            return errorFromErrno(reason, path, ErrorCode::WriteFailed);
        }
    }
    syncFolderOf(path);
    return {};
}

Result<std::string> copyBeside(SQLite::Database& source, const std::string& path) {
    Result<std::string> temporary = temporaryBeside(path);
    if (!temporary) return temporary;
    const Result<void> copied = guarded(path, source.getHandle(), [&]() -> Result<void> {
        SQLite::Statement vacuum(source, "VACUUM INTO ?");
        vacuum.bind(1, *temporary);
        vacuum.exec();
        return {};
    });
    if (copied) return temporary;
    discard(*temporary);
    return copied.error();
}

Result<void> moveIntoPlace(const std::string& temporary, const std::string& path) {
    std::optional<ProjectLock> lock;
    std::error_code ignored;
    if (fs::exists(path, ignored)) {
        Result<ProjectLock> taken = ProjectLock::take(path);
        if (!taken) {
            discard(temporary);
            return taken.error();
        }
        lock.emplace(std::move(taken).value());
    }
    dropLogOf(path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        discard(temporary);
        return errorFromErrno(reason, path, ErrorCode::WriteFailed);
    }
    syncFolderOf(path);
    return {};
}

void discard(const std::string& temporary) {
    ::unlink(temporary.c_str());
    dropLogOf(temporary);
}

} // namespace ovation
