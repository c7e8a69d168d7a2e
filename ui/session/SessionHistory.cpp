// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"
#include "ui/session/TimeText.h"

#include <QFileInfo>

#include <algorithm>
#include <set>

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
    if (stay) sayTravelled(changes, back);
}

void SessionImpl::sayTravelled(const std::vector<Edit>& changes, bool back) {
    Travelled travelled;
    std::set<SpeechId> speeches;
    for (const Edit& edit : changes) {
        speeches.insert(edit.speech);
        if (edit.speech != current) continue;
        for (const std::vector<Segment>* segments : {&edit.removed, &edit.added})
            for (const Segment& segment : *segments)
                travelled.changed.push_back(segment.range);
    }
    std::ranges::sort(travelled.changed, {}, &SampleRange::begin);
    const Speech* shown = data.speech(current);
    QString where = Session::tr("%1 recordings").arg(speeches.size());
    if (speeches.size() == 1 && shown) {
        where = QFileInfo(QString::fromStdString(shown->path)).fileName();
        if (!travelled.changed.empty() && shown->sampleRate > 0)
            where = Session::tr("%1, %2").arg(where,
                                              timeText(toSeconds(travelled.changed.front().begin, shown->sampleRate)));
    }
    travelled.text = (back ? Session::tr("Undone: %1 (%2)") : Session::tr("Redone: %1 (%2)"))
                         .arg(QString::fromStdString(changes.front().text), where);
    Q_EMIT session->travelled(travelled);
}

} // namespace ovation::ui
