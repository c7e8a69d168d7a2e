// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectSchema.h"

#include <iterator>
#include <map>
#include <string>

namespace ovation {
namespace {

/// Entry i brings version i to version i + 1. Entries are never changed once released, only added.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE counter(name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counter VALUES('segment', 1), ('speech', 1), ('edit', 1);
CREATE TABLE speech(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, relative_path TEXT NOT NULL, content_hash TEXT NOT NULL,
    frames INTEGER NOT NULL, sample_rate INTEGER NOT NULL, channels INTEGER NOT NULL,
    fully_labelled INTEGER NOT NULL, role INTEGER NOT NULL, group_name TEXT NOT NULL);
CREATE TABLE segment(
    id INTEGER PRIMARY KEY, speech INTEGER NOT NULL, range_begin INTEGER NOT NULL, range_end INTEGER NOT NULL,
    class INTEGER NOT NULL, text TEXT NOT NULL, origin INTEGER NOT NULL, source TEXT NOT NULL, score REAL NOT NULL);
CREATE INDEX segment_by_speech ON segment(speech);
CREATE TABLE edit(
    id INTEGER PRIMARY KEY, speech INTEGER NOT NULL, text TEXT NOT NULL, changes_fully_labelled INTEGER NOT NULL,
    fully_labelled_after INTEGER NOT NULL, time_ms INTEGER NOT NULL, done INTEGER NOT NULL);
CREATE INDEX edit_by_speech ON edit(speech);
CREATE TABLE edit_segment(
    edit INTEGER NOT NULL, added INTEGER NOT NULL, position INTEGER NOT NULL,
    id INTEGER NOT NULL, range_begin INTEGER NOT NULL, range_end INTEGER NOT NULL,
    class INTEGER NOT NULL, text TEXT NOT NULL, origin INTEGER NOT NULL, source TEXT NOT NULL, score REAL NOT NULL,
    PRIMARY KEY(edit, added, position)) WITHOUT ROWID;
CREATE TABLE run(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, started_ms INTEGER NOT NULL, notes TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE model(run INTEGER PRIMARY KEY, hash TEXT NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE detection(
    speech INTEGER PRIMARY KEY, model TEXT NOT NULL, start_s REAL NOT NULL, step_s REAL NOT NULL,
    duration_s REAL NOT NULL, curve BLOB NOT NULL);
CREATE TABLE detected_segment(
    speech INTEGER NOT NULL, position INTEGER NOT NULL, range_begin INTEGER NOT NULL, range_end INTEGER NOT NULL,
    score REAL NOT NULL, peak REAL NOT NULL, verdict INTEGER NOT NULL, PRIMARY KEY(speech, position)) WITHOUT ROWID;
CREATE TABLE setting(name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
)sql",
    // Labels may come from accepted proposals (origin 4), which version 1 would take for damage.
    "SELECT 1",
};

std::map<std::string, std::string> objectsOf(SQLite::Database& database) {
    std::map<std::string, std::string> objects;
    // sqlite_stat tables are left by ANALYZE, which other tools may have run; sqlite_autoindex follow from the tables.
    SQLite::Statement query(database,
                            "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' "
                            "ESCAPE '\\'");
    while (query.executeStep())
        objects[query.getColumn(0).getString()] = query.getColumn(1).getString();
    return objects;
}

} // namespace

int newestProjectVersion() {
    return static_cast<int>(std::size(kMigrations));
}

void migrateProject(SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    for (int i = version; i < newestProjectVersion(); ++i)
        database.exec(kMigrations[i]);
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(newestProjectVersion()));
    transaction.commit();
}

bool hasProjectTables(SQLite::Database& database) {
    SQLite::Database wanted(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrateProject(wanted);
    return objectsOf(database) == objectsOf(wanted);
}

} // namespace ovation
