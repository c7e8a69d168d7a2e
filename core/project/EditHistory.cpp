// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/EditHistory.h"

#include "core/project/ProjectRows.h"

#include <algorithm>

namespace ovation {

/// Id of the newest edit in force; 0 for none. Those beyond it have been undone.
int64_t EditHistory::newestDone() {
    if (!m_newest) m_newest = m_database.execAndGet("SELECT ifnull(max(id), 0) FROM edit WHERE done").getInt64();
    return *m_newest;
}

/// The first id that `query` finds for `id`; 0 for none.
int64_t EditHistory::beside(const char* query, int64_t id) {
    SQLite::Statement row(m_database, query);
    row.bind(1, id);
    return row.executeStep() ? row.getColumn(0).getInt64() : 0;
}

void EditHistory::setDone(int64_t id, bool done) {
    SQLite::Statement update(m_database, "UPDATE edit SET done = ? WHERE id = ?");
    update.bind(1, done ? 1 : 0);
    update.bind(2, id);
    update.exec();
}

bool EditHistory::push(const Edit& edit) {
    if (edit.id <= newestDone()) return false;
    deleteEditsWhere(m_database, "id > ?", newestDone());
    insertEdit(m_database, edit);
    applyEdit(m_database, edit);
    m_newest = edit.id;
    reserveId(m_database, "edit", edit.id);
    int64_t largest = 0;
    for (const Segment& segment : edit.added)
        largest = std::max(largest, segment.id);
    reserveId(m_database, "segment", largest);
    return true;
}

bool EditHistory::undo(const Edit& edit) {
    if (newestDone() != edit.id) return false;
    setDone(edit.id, false);
    applyEdit(m_database, edit.inverse());
    m_newest = beside("SELECT id FROM edit WHERE id < ? ORDER BY id DESC LIMIT 1", edit.id);
    return true;
}

bool EditHistory::redo(const Edit& edit) {
    if (beside("SELECT id FROM edit WHERE id > ? ORDER BY id LIMIT 1", newestDone()) != edit.id) return false;
    setDone(edit.id, true);
    applyEdit(m_database, edit);
    m_newest = edit.id;
    return true;
}

} // namespace ovation
