// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineViewImpl.h"

#include <algorithm>

namespace ovation::ui {

void TimelineView::Impl::rearrange(const Rearranged& wanted, const QString& text, const QString& mergeKey) {
    if (!session || shown == 0 || wanted.added.empty()) return;
    const std::vector<int64_t> kept = scene.selected;
    const std::vector<int64_t> ids = session->replaceSegments(shown, wanted.removed, wanted.added, text, mergeKey);
    const bool sameOnes = ids.size() == wanted.removed.size() && std::ranges::is_permutation(ids, wanted.removed);
    select(sameOnes ? kept : ids);
}

void TimelineView::selectAll() {
    m_impl->refresh();
    if (m_impl->scene.segments == nullptr) return;
    std::vector<int64_t> ids;
    for (const Segment& segment : *m_impl->scene.segments)
        ids.push_back(segment.id);
    m_impl->select(std::move(ids));
}

void TimelineView::splitAtCursor() {
    m_impl->refresh();
    TimelineScene& scene = m_impl->scene;
    if (scene.segments == nullptr) return;
    Rearranged halves = splitAt(scene.cursor, *scene.segments, scene.selected);
    // With others selected, the one under the cursor is meant all the same.
    if (halves.added.empty()) halves = splitAt(scene.cursor, *scene.segments, {});
    if (halves.added.empty()) {
        if (m_impl->session) Q_EMIT m_impl->session->messageRaised(tr("Put the cursor inside a segment to split it."));
        return;
    }
    m_impl->rearrange(halves, tr("Split segment"));
}

void TimelineView::mergeSelection() {
    m_impl->refresh();
    const TimelineScene& scene = m_impl->scene;
    if (scene.segments == nullptr) return;
    const Rearranged merged = mergeChosen(*scene.segments, scene.selected);
    if (merged.added.empty() && m_impl->session)
        Q_EMIT m_impl->session->messageRaised(
            tr("Select several segments to merge them, or one that another follows."));
    m_impl->rearrange(merged, tr("Merge segments"));
}

void TimelineView::duplicateSelection() {
    m_impl->refresh();
    const TimelineScene& scene = m_impl->scene;
    if (scene.segments == nullptr || scene.selected.empty()) return;
    const Rearranged copies = duplicateChosen(*scene.segments, scene.selected, scene.axis.frames());
    if (copies.added.empty() && m_impl->session)
        Q_EMIT m_impl->session->messageRaised(tr("No gap after the segment is long enough for a copy of it."));
    m_impl->rearrange(copies, tr("Duplicate segment"));
    if (const auto span = selectedTime(); span && !copies.added.empty()) reveal(*span);
}

} // namespace ovation::ui
