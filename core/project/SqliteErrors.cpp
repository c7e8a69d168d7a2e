// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/SqliteErrors.h"

#include <sqlite3.h>

#include <cerrno>

namespace ovation {

int systemErrnoOf(sqlite3* handle) {
    return handle ? sqlite3_system_errno(handle) : 0;
}

Error errorFromSqlite(const SQLite::Exception& exception, int systemErrno, const std::string& file) {
    const int extended = exception.getExtendedErrorCode();
    const int code = exception.getErrorCode() & 0xff;
    // A full disk meets SQLite in many places (growing the shared index, folding in), not all of which say SQLITE_FULL.
    const bool full = systemErrno == ENOSPC || systemErrno == EDQUOT;
    switch (code) {
    case SQLITE_FULL:
        return {ErrorCode::DiskFull, file, "", 0};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR: // a table or column that is not there
    case SQLITE_AUTH:
        return {ErrorCode::DamagedProject, file, exception.what(), 0};
    case SQLITE_TOOBIG:
        return {ErrorCode::WriteFailed, file, "it is too large for a project file", 0};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::ProjectInUse, file, "", 0};
    case SQLITE_READONLY:
        return {ErrorCode::ReadOnlyProject, file, "", 0};
    case SQLITE_PERM:
        return {ErrorCode::NoPermission, file, "", 0};
    case SQLITE_NOMEM:
        return {ErrorCode::OutOfMemory, file, "", 0};
    case SQLITE_CANTOPEN:
        if (full) return {ErrorCode::DiskFull, file, "", 0};
        return errorFromErrno(systemErrno, file, ErrorCode::ReadFailed);
    case SQLITE_IOERR:
        if (full) return {ErrorCode::DiskFull, file, "", 0};
        if (extended == SQLITE_IOERR_SHORT_READ) return {ErrorCode::DamagedProject, file, "it ends too early", 0};
        if (extended == SQLITE_IOERR_READ) return {ErrorCode::ReadFailed, file, exception.what(), 0};
        return {ErrorCode::WriteFailed, file, exception.what(), 0};
    default:
        return {ErrorCode::Internal, file, exception.what(), 0};
    }
}

} // namespace ovation
