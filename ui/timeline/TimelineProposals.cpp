// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Player.h"
#include "ui/timeline/TimelineViewImpl.h"

#include <algorithm>

namespace ovation::ui {

void TimelineView::Impl::onProposalsChanged(SpeechId id) {
    if (id != shown) return;
    refresh();
    const bool had = scene.selectedProposal.has_value();
    scene.selectedProposal.reset(); // the places in the list are other ones now
    changed();
    if (had) Q_EMIT view->selectionChanged();
}

void TimelineView::Impl::play(SampleRange range) {
    const int rate = scene.axis.sampleRate();
    if (rate > 0) Q_EMIT view->playRequested(toSeconds(range, rate));
}

void TimelineView::Impl::judgeProposal(size_t index, bool applause) {
    refresh();
    if (!session || scene.proposals == nullptr || index >= scene.proposals->size()) return;
    const Proposal judged = (*scene.proposals)[index];
    if (session->judgeProposal(shown, judged, applause) == 0) return;
    refresh();
    const auto next = std::ranges::find_if(
        *scene.proposals, [&](const Proposal& proposal) { return proposal.range.begin >= judged.range.end; });
    if (next == scene.proposals->end()) {
        if (player) player->pause();
        select({});
        return;
    }
    const SampleRange range = next->range;
    select({}, {}, static_cast<size_t>(next - scene.proposals->begin()));
    if (const auto span = view->selectedTime()) view->reveal(*span);
    play(range);
}

std::optional<size_t> TimelineView::selectedProposal() const {
    return m_impl->scene.selectedProposal;
}

void TimelineView::selectProposal(std::optional<size_t> index) {
    m_impl->select({}, {}, index);
}

void TimelineView::stepProposal(int direction) {
    m_impl->refresh();
    const TimelineScene& scene = m_impl->scene;
    if (scene.proposals == nullptr || scene.proposals->empty() || direction == 0) return;
    const auto count = static_cast<int64_t>(scene.proposals->size());
    int64_t next = direction > 0 ? 0 : count - 1;
    if (scene.selectedProposal)
        next =
            std::clamp<int64_t>(static_cast<int64_t>(*scene.selectedProposal) + (direction > 0 ? 1 : -1), 0, count - 1);
    else if (direction > 0)
        while (next < count - 1 && (*scene.proposals)[static_cast<size_t>(next)].range.end <= scene.cursor)
            ++next;
    else
        while (next > 0 && (*scene.proposals)[static_cast<size_t>(next)].range.begin >= scene.cursor)
            --next;
    const SampleRange range = (*scene.proposals)[static_cast<size_t>(next)].range;
    m_impl->select({}, {}, static_cast<size_t>(next));
    if (const auto span = selectedTime()) reveal(*span);
    m_impl->play(range);
}

void TimelineView::judgeProposal(bool applause) {
    // Nothing is judged unheard: the first press goes to a proposal and plays it.
    if (const auto index = m_impl->scene.selectedProposal)
        m_impl->judgeProposal(*index, applause);
    else
        stepProposal(+1);
}

} // namespace ovation::ui
