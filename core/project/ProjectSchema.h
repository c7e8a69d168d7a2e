// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace ovation {

/// "OVAT", in the database header: what makes an SQLite file a project.
constexpr int kApplicationId = 0x4F564154;

/// The version that this program writes: user_version in the database header.
int newestProjectVersion();

/// Brings a database from its user_version to the newest one, in one transaction; a new, empty database (0) too.
/// Throws SQLite::Exception.
void migrateProject(SQLite::Database& database);

/// True if the database has exactly the tables that migrateProject() makes, and nothing that acts by itself (triggers,
/// views): a file from elsewhere is data, never a program.
bool hasProjectTables(SQLite::Database& database);

} // namespace ovation
