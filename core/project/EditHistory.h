// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>

namespace ovation {

/// The stored history of edits, which undo and redo walk along, and what it does to the segments. Each step is to run
/// inside a transaction and costs the same however long the history is. Throws SQLite::Exception.
class EditHistory {
public:
    explicit EditHistory(SQLite::Database& database) : m_database(database) {}

    // False, with nothing changed, where `edit` is not the next one in that direction.
    bool push(const Edit& edit); ///< drops what could be redone
    bool undo(const Edit& edit);
    bool redo(const Edit& edit);

    /// After a transaction that was rolled back, or edits that were deleted.
    void forget() { m_newest.reset(); }

private:
    int64_t newestDone();
    int64_t beside(const char* query, int64_t id);
    void setDone(int64_t id, bool done);

    SQLite::Database& m_database;
    std::optional<int64_t> m_newest; ///< newestDone(), once it has been looked up
};

} // namespace ovation
