// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectData.h"

#include "core/project/FindById.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace ovation {

Edit Edit::inverse() const {
    Edit edit = *this;
    std::swap(edit.removed, edit.added);
    edit.fullyLabelledAfter = !fullyLabelledAfter;
    return edit;
}

const Speech* ProjectData::speech(SpeechId id) const {
    const auto found = findById(speeches, id, &Speech::id);
    return found == speeches.end() ? nullptr : &*found;
}

Speech* ProjectData::speech(SpeechId id) {
    return const_cast<Speech*>(std::as_const(*this).speech(id));
}

void ProjectData::apply(const Edit& edit) {
    const auto order = [](const Segment& s) { return std::tuple(s.range.begin, s.range.end, s.id); };
    std::vector<Segment>& list = segments[edit.speech];
    if (!edit.removed.empty()) {
        std::unordered_set<int64_t> removed;
        for (const Segment& segment : edit.removed)
            removed.insert(segment.id);
        std::erase_if(list, [&](const Segment& segment) { return removed.contains(segment.id); });
    }
    const auto kept = static_cast<std::ptrdiff_t>(list.size());
    list.insert(list.end(), edit.added.begin(), edit.added.end());
    std::ranges::sort(list.begin() + kept, list.end(), {}, order);
    std::ranges::inplace_merge(list, list.begin() + kept, {}, order);
    for (const Segment& segment : edit.added)
        nextSegmentId = std::max(nextSegmentId, segment.id + 1);
    if (edit.changesFullyLabelled)
        if (Speech* changed = speech(edit.speech)) changed->fullyLabelled = edit.fullyLabelledAfter;
}

std::vector<SpeechId> ProjectData::renameVerdicts(const std::string& before, const std::string& name) {
    const auto rename = [&](std::vector<Segment>& list) {
        bool any = false;
        for (Segment& segment : list) {
            if (!isVerdict(segment) || segment.source != before) continue;
            segment.source = name;
            any = true;
        }
        return any;
    };
    std::vector<SpeechId> changed;
    for (auto& [id, list] : segments)
        if (rename(list)) changed.push_back(id);
    for (Edit& edit : edits) {
        rename(edit.removed);
        rename(edit.added);
    }
    return changed;
}

} // namespace ovation
