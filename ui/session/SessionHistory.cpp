// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <algorithm>

namespace ovation::ui {

void Session::goToEdit(size_t done) {
    SessionImpl& impl = *m_impl;
    done = std::min(done, impl.data.edits.size());
    if (impl.readOnly || done == impl.data.editsDone) return;
    const bool back = done < impl.data.editsDone;
    impl.mergeKey.clear();
    std::map<SpeechId, Edit> last; // of each recording: the world is told once, however long the way
    SpeechId newest = 0;
    while (impl.data.editsDone != done) {
        const Edit edit = impl.data.edits[back ? --impl.data.editsDone : impl.data.editsDone++];
        const Edit applied = back ? edit.inverse() : edit;
        impl.data.apply(applied);
        impl.commit([edit, back](ProjectStore& file) { return back ? file.undo(edit) : file.redo(edit); });
        const bool flag =
            applied.changesFullyLabelled || (last.contains(edit.speech) && last[edit.speech].changesFullyLabelled);
        last[edit.speech] = applied;
        last[edit.speech].changesFullyLabelled = flag;
        newest = edit.speech;
    }
    setCurrentSpeech(newest);
    for (const auto& [speech, edit] : last)
        impl.applied(edit);
}

} // namespace ovation::ui
