// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <new>
#include <string>

namespace ovation {

/// What a damaged row says; thrown inside project code only, and caught at its border by guarded().
struct DamagedRow {
    std::string detail;
};

/// The error that an SQLite exception stands for (SQLITE_FULL -> DiskFull, SQLITE_CORRUPT -> DamagedProject, ...).
Error errorFromSqlite(const SQLite::Exception& exception, int systemErrno, const std::string& file);

/// What the operating system said of the connection's last failure; 0 for nothing.
int systemErrnoOf(sqlite3* handle);

/// Runs `body` (returning a Result) and turns whatever SQLite or allocation throws into errors about `file`.
/// `handle`, where not null, tells the operating system's error number.
template <typename Body>
auto guarded(const std::string& file, sqlite3* handle, Body body) -> decltype(body()) {
    try {
        return body();
    } catch (const SQLite::Exception& exception) {
        return errorFromSqlite(exception, systemErrnoOf(handle), file);
    } catch (const DamagedRow& row) {
        return Error{ErrorCode::DamagedProject, file, row.detail, 0};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, file, "", 0};
    } catch (const std::exception& exception) {
        return Error{ErrorCode::Internal, file, exception.what(), 0};
    }
}

} // namespace ovation
