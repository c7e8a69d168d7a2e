// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <algorithm>

namespace ovation::ui {

void Session::goToEdit(size_t done) {
    SessionImpl& impl = *m_impl;
    done = std::min(done, impl.data.edits.size());
    if (!impl.readOnly && done != impl.data.editsDone) impl.walkTo(done, false);
}

void SessionImpl::walkTo(size_t done, bool stay) {
    const bool back = done < data.editsDone;
    mergeKey.clear();
    std::vector<Edit> walked, changes;
    while (data.editsDone != done) {
        const Edit& edit = data.edits[back ? --data.editsDone : data.editsDone++];
        walked.push_back(edit);
        changes.push_back(back ? edit.inverse() : edit);
        data.apply(changes.back());
    }
    const SpeechId newest = walked.back().speech;
    const bool concerned = std::ranges::find(walked, current, &Edit::speech) != walked.end();
    commit(
        [edits = std::move(walked), back](ProjectStore& file) { return back ? file.undo(edits) : file.redo(edits); });
    if (!stay || !concerned) session->setCurrentSpeech(newest);
    applied(changes);
}

} // namespace ovation::ui
