// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace ovation {

// Rows of a project's tables as values and back. All throw SQLite::Exception, and DamagedRow where a row cannot be.

/// Columns of a segment in the order in which bindSegment() and segmentFrom() take them; 8 of them.
#define OVATION_SEGMENT_COLUMNS "id, range_begin, range_end, class, text, origin, source, score"
void bindSegment(SQLite::Statement& statement, int firstIndex, const Segment& segment);
Segment segmentFrom(SQLite::Statement& row, int firstColumn);

void insertSegment(SQLite::Database& database, SpeechId speech, const Segment& segment);
void writeSpeech(SQLite::Database& database, const Speech& speech);
void insertEdit(SQLite::Database& database, const Edit& edit);
void deleteEditsWhere(SQLite::Database& database, const char* condition, int64_t value);
void writeDetection(SQLite::Database& database, const Detection& detection);
/// Model and segments of a detection that is there; the stored curve is left as it is. Nothing where there is none.
void updateDetection(SQLite::Database& database, const Detection& detection);

/// Takes away and puts in the segments of `edit`, and sets the flag, as ProjectData::apply() does.
void applyEdit(SQLite::Database& database, const Edit& edit);

/// Makes sure that `name`'s counter ("segment", "speech", "edit") is beyond `id`: ids are never used again.
void reserveId(SQLite::Database& database, const char* name, int64_t id);

std::vector<Speech> readSpeeches(SQLite::Database& database);
std::map<SpeechId, std::vector<Segment>> readSegments(SQLite::Database& database);
/// Oldest first, those in force before those undone; `done` receives how many are in force.
std::vector<Edit> readEdits(SQLite::Database& database, size_t& done);
std::map<SpeechId, Detection> readDetections(SQLite::Database& database);

} // namespace ovation
