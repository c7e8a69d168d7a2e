// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectRows.h"

#include "core/project/SqliteErrors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace ovation {
namespace {

static_assert(std::endian::native == std::endian::little, "curves are stored as little-endian float32");

template <typename Enum>
Enum enumFrom(SQLite::Statement& row, int column, Enum last, const char* what) {
    const int64_t value = row.getColumn(column).getInt64();
    if (value < 0 || value > static_cast<int64_t>(last)) throw DamagedRow{std::string("unknown ") + what};
    return static_cast<Enum>(value);
}

int64_t integer(SQLite::Statement& row, int column) {
    return row.getColumn(column).getInt64();
}

std::string text(SQLite::Statement& row, int column) {
    return row.getColumn(column).getString();
}

SampleRange rangeFrom(SQLite::Statement& row, int column) {
    const SampleRange range{integer(row, column), integer(row, column + 1)};
    if (range.begin < 0 || range.empty()) throw DamagedRow{"a segment without length"};
    return range;
}

/// Bytes as SQLite stores them; an empty value is an empty blob, not NULL.
void bindBlob(SQLite::Statement& statement, int index, const void* bytes, size_t size) {
    statement.bind(index, size ? bytes : "", static_cast<int>(size));
}

void readCurve(SQLite::Statement& row, int column, ProbabilityCurve& curve) {
    const SQLite::Column blob = row.getColumn(column);
    const auto size = static_cast<size_t>(blob.getBytes());
    if (size % sizeof(float) != 0) throw DamagedRow{"a probability curve of odd length"};
    curve.values.resize(size / sizeof(float));
    if (size) std::memcpy(curve.values.data(), blob.getBlob(), size);
    for (float& value : curve.values)
        value = std::isfinite(value) ? std::clamp(value, 0.0f, 1.0f) : 0.0f;
    if (!curve.values.empty() && !(curve.stepS > 0)) throw DamagedRow{"a probability curve without a time step"};
}

void writeDetectedSegments(SQLite::Database& database, const Detection& detection) {
    SQLite::Statement clear(database, "DELETE FROM detected_segment WHERE speech = ?");
    clear.bind(1, detection.speech);
    clear.exec();
    SQLite::Statement insert(database, "INSERT INTO detected_segment VALUES(?,?,?,?,?,?,?)");
    int position = 0;
    for (const DetectedSegment& segment : detection.segments) {
        insert.bind(1, detection.speech);
        insert.bind(2, position++);
        insert.bind(3, segment.range.begin);
        insert.bind(4, segment.range.end);
        insert.bind(5, segment.score);
        insert.bind(6, segment.peak);
        insert.bind(7, static_cast<int>(segment.verdict));
        insert.exec();
        insert.reset();
    }
}

} // namespace

void bindSegment(SQLite::Statement& statement, int i, const Segment& segment) {
    statement.bind(i, segment.id);
    statement.bind(i + 1, segment.range.begin);
    statement.bind(i + 2, segment.range.end);
    statement.bind(i + 3, static_cast<int>(segment.labelClass));
    statement.bind(i + 4, segment.text);
    statement.bind(i + 5, static_cast<int>(segment.origin));
    statement.bind(i + 6, segment.source);
    statement.bind(i + 7, segment.score);
}

Segment segmentFrom(SQLite::Statement& row, int i) {
    Segment segment;
    segment.id = integer(row, i);
    segment.range = rangeFrom(row, i + 1);
    segment.labelClass = enumFrom(row, i + 3, LabelClass::Unsure, "label class");
    segment.text = text(row, i + 4);
    segment.origin = enumFrom(row, i + 5, Origin::Proposed, "label origin");
    segment.source = text(row, i + 6);
    segment.score = row.getColumn(i + 7).getDouble();
    return segment;
}

void insertSegment(SQLite::Database& database, SpeechId speech, const Segment& segment) {
    SQLite::Statement insert(database,
                             "INSERT INTO segment(" OVATION_SEGMENT_COLUMNS ", speech) VALUES(?,?,?,?,?,?,?,?,?)");
    bindSegment(insert, 1, segment);
    insert.bind(9, speech);
    insert.exec();
}

void writeSpeech(SQLite::Database& database, const Speech& speech) {
    SQLite::Statement put(database, "INSERT OR REPLACE INTO speech(id, path, relative_path, content_hash, frames, "
                                    "sample_rate, channels, fully_labelled, role, group_name) "
                                    "VALUES(?,?,?,?,?,?,?,?,?,?)");
    put.bind(1, speech.id);
    put.bind(2, speech.path);
    put.bind(3, speech.relativePath);
    put.bind(4, speech.contentHash);
    put.bind(5, speech.frames);
    put.bind(6, speech.sampleRate);
    put.bind(7, speech.channels);
    put.bind(8, speech.fullyLabelled ? 1 : 0);
    put.bind(9, static_cast<int>(speech.role));
    put.bind(10, speech.group);
    put.exec();
}

void insertEdit(SQLite::Database& database, const Edit& edit) {
    SQLite::Statement insert(database, "INSERT INTO edit(id, speech, text, changes_fully_labelled, "
                                       "fully_labelled_after, time_ms, done) VALUES(?,?,?,?,?,?,1)");
    insert.bind(1, edit.id);
    insert.bind(2, edit.speech);
    insert.bind(3, edit.text);
    insert.bind(4, edit.changesFullyLabelled ? 1 : 0);
    insert.bind(5, edit.fullyLabelledAfter ? 1 : 0);
    insert.bind(6, edit.timeMs);
    insert.exec();
    SQLite::Statement part(database, "INSERT INTO edit_segment(" OVATION_SEGMENT_COLUMNS ", edit, added, position) "
                                     "VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    for (const int added : {0, 1}) {
        int position = 0;
        for (const Segment& segment : added ? edit.added : edit.removed) {
            bindSegment(part, 1, segment);
            part.bind(9, edit.id);
            part.bind(10, added);
            part.bind(11, position++);
            part.exec();
            part.reset();
        }
    }
}

void deleteEditsWhere(SQLite::Database& database, const char* condition, int64_t value) {
    for (const std::string start :
         {"DELETE FROM edit_segment WHERE edit IN (SELECT id FROM edit WHERE ", "DELETE FROM edit WHERE ("}) {
        SQLite::Statement statement(database, start + condition + ")");
        statement.bind(1, value);
        statement.exec();
    }
}

void applyEdit(SQLite::Database& database, const Edit& edit) {
    SQLite::Statement remove(database, "DELETE FROM segment WHERE id = ? AND speech = ?");
    for (const Segment& segment : edit.removed) {
        remove.bind(1, segment.id);
        remove.bind(2, edit.speech);
        remove.exec();
        remove.reset();
    }
    for (const Segment& segment : edit.added)
        insertSegment(database, edit.speech, segment);
    if (!edit.changesFullyLabelled) return;
    SQLite::Statement flag(database, "UPDATE speech SET fully_labelled = ? WHERE id = ?");
    flag.bind(1, edit.fullyLabelledAfter ? 1 : 0);
    flag.bind(2, edit.speech);
    flag.exec();
}

void reserveId(SQLite::Database& database, const char* name, int64_t id) {
    SQLite::Statement update(database, "UPDATE counter SET next = max(next, ?) WHERE name = ?");
    update.bind(1, id + 1);
    update.bind(2, name);
    update.exec();
}

void writeDetection(SQLite::Database& database, const Detection& detection) {
    SQLite::Statement put(database,
                          "INSERT OR REPLACE INTO detection(speech, model, start_s, step_s, duration_s, curve) "
                          "VALUES(?,?,?,?,?,?)");
    put.bind(1, detection.speech);
    put.bind(2, detection.model);
    put.bind(3, detection.curve.startS);
    put.bind(4, detection.curve.stepS);
    put.bind(5, detection.curve.durationS);
    bindBlob(put, 6, detection.curve.values.data(), detection.curve.values.size() * sizeof(float));
    put.exec();
    writeDetectedSegments(database, detection);
}

void updateDetection(SQLite::Database& database, const Detection& detection) {
    SQLite::Statement stored(database, "SELECT model FROM detection WHERE speech = ?");
    stored.bind(1, detection.speech);
    if (!stored.executeStep()) return;
    const bool renamed = text(stored, 0) != detection.model;
    stored.reset();
    if (renamed) { // else the row is not touched: all of it is written anew, the curve included
        SQLite::Statement rename(database, "UPDATE detection SET model = ? WHERE speech = ?");
        rename.bind(1, detection.model);
        rename.bind(2, detection.speech);
        rename.exec();
    }
    writeDetectedSegments(database, detection);
}

std::vector<Speech> readSpeeches(SQLite::Database& database) {
    std::vector<Speech> speeches;
    SQLite::Statement row(database, "SELECT id, path, relative_path, content_hash, frames, sample_rate, channels, "
                                    "fully_labelled, role, group_name FROM speech ORDER BY id");
    while (row.executeStep()) {
        Speech speech;
        speech.id = integer(row, 0);
        speech.path = text(row, 1);
        speech.relativePath = text(row, 2);
        speech.contentHash = text(row, 3);
        speech.frames = integer(row, 4);
        speech.sampleRate = static_cast<int>(integer(row, 5));
        speech.channels = static_cast<int>(integer(row, 6));
        speech.fullyLabelled = integer(row, 7) != 0;
        speech.role = enumFrom(row, 8, SplitRole::Test, "part of the split");
        speech.group = text(row, 9);
        if (speech.frames < 0 || speech.sampleRate < 0 || speech.channels < 0)
            throw DamagedRow{"an impossible recording"};
        speeches.push_back(std::move(speech));
    }
    return speeches;
}

std::map<SpeechId, std::vector<Segment>> readSegments(SQLite::Database& database) {
    std::map<SpeechId, std::vector<Segment>> segments;
    SQLite::Statement row(database, "SELECT " OVATION_SEGMENT_COLUMNS ", speech FROM segment "
                                    "ORDER BY speech, range_begin, range_end, id");
    while (row.executeStep())
        segments[integer(row, 8)].push_back(segmentFrom(row, 0));
    return segments;
}

std::vector<Edit> readEdits(SQLite::Database& database, size_t& done) {
    std::vector<Edit> edits;
    done = 0;
    SQLite::Statement row(database,
                          "SELECT id, speech, text, changes_fully_labelled, fully_labelled_after, time_ms, done "
                          "FROM edit ORDER BY id");
    while (row.executeStep()) {
        Edit edit;
        edit.id = integer(row, 0);
        edit.speech = integer(row, 1);
        edit.text = text(row, 2);
        edit.changesFullyLabelled = integer(row, 3) != 0;
        edit.fullyLabelledAfter = integer(row, 4) != 0;
        edit.timeMs = integer(row, 5);
        if (integer(row, 6) != 0) {
            if (done != edits.size()) throw DamagedRow{"the edit history is out of order"};
            ++done;
        }
        edits.push_back(std::move(edit));
    }
    SQLite::Statement part(database, "SELECT " OVATION_SEGMENT_COLUMNS ", edit, added FROM edit_segment "
                                     "ORDER BY edit, added, position");
    while (part.executeStep()) {
        const auto found = std::ranges::lower_bound(edits, integer(part, 8), {}, &Edit::id);
        if (found == edits.end() || found->id != integer(part, 8)) throw DamagedRow{"a part of an unknown edit"};
        (integer(part, 9) ? found->added : found->removed).push_back(segmentFrom(part, 0));
    }
    return edits;
}

std::map<SpeechId, Detection> readDetections(SQLite::Database& database) {
    std::map<SpeechId, Detection> detections;
    SQLite::Statement row(database, "SELECT speech, model, start_s, step_s, duration_s, curve FROM detection");
    while (row.executeStep()) {
        Detection& detection = detections[integer(row, 0)];
        detection.speech = integer(row, 0);
        detection.model = text(row, 1);
        detection.curve.startS = row.getColumn(2).getDouble();
        detection.curve.stepS = row.getColumn(3).getDouble();
        detection.curve.durationS = row.getColumn(4).getDouble();
        readCurve(row, 5, detection.curve);
    }
    SQLite::Statement part(database,
                           "SELECT speech, range_begin, range_end, score, peak, verdict FROM detected_segment "
                           "ORDER BY speech, position");
    while (part.executeStep()) {
        const auto found = detections.find(integer(part, 0));
        if (found == detections.end()) throw DamagedRow{"a detected segment without its detection"};
        found->second.segments.push_back({rangeFrom(part, 1), part.getColumn(3).getDouble(),
                                          part.getColumn(4).getDouble(),
                                          enumFrom(part, 5, Verdict::Rejected, "verdict")});
    }
    return detections;
}

} // namespace ovation
