// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectData.h"

#include <algorithm>
#include <tuple>

namespace ovation {

Edit Edit::inverse() const {
    Edit edit = *this;
    std::swap(edit.removed, edit.added);
    edit.fullyLabelledAfter = !fullyLabelledAfter;
    return edit;
}

const Speech* ProjectData::speech(SpeechId id) const {
    const auto found = std::ranges::find(speeches, id, &Speech::id);
    return found == speeches.end() ? nullptr : &*found;
}

Speech* ProjectData::speech(SpeechId id) {
    return const_cast<Speech*>(std::as_const(*this).speech(id));
}

void ProjectData::apply(const Edit& edit) {
    std::vector<Segment>& list = segments[edit.speech];
    std::erase_if(list, [&](const Segment& segment) {
        return std::ranges::find(edit.removed, segment.id, &Segment::id) != edit.removed.end();
    });
    list.insert(list.end(), edit.added.begin(), edit.added.end());
    std::ranges::sort(list, {}, [](const Segment& s) { return std::tuple(s.range.begin, s.range.end, s.id); });
    for (const Segment& segment : edit.added)
        nextSegmentId = std::max(nextSegmentId, segment.id + 1);
    if (edit.changesFullyLabelled)
        if (Speech* changed = speech(edit.speech)) changed->fullyLabelled = edit.fullyLabelledAfter;
}

} // namespace ovation
