// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/SegmentSweep.h"

#include <algorithm>
#include <iterator>

namespace ovation {

SegmentSweep::SegmentSweep(const std::vector<Segment>& segments) {
    m_segments.reserve(segments.size());
    for (const Segment& segment : segments)
        m_segments.push_back(&segment);
    const auto begin = [](const Segment* segment) { return segment->range.begin; };
    if (!std::ranges::is_sorted(m_segments, {}, begin)) std::ranges::stable_sort(m_segments, {}, begin);
}

const std::vector<const Segment*>& SegmentSweep::over(const SampleRange& range) {
    if (range.begin < m_begin) {
        m_open.clear();
        m_next = 0;
    }
    m_begin = range.begin;
    for (; m_next < m_segments.size() && m_segments[m_next]->range.begin < range.end; ++m_next) {
        m_open.push_back(m_segments[m_next]);
        ++m_looked;
    }
    m_looked += static_cast<int64_t>(m_open.size());
    std::erase_if(m_open, [&](const Segment* segment) { return segment->range.end <= range.begin; });
    m_over.clear();
    std::ranges::copy_if(m_open, std::back_inserter(m_over),
                         [&](const Segment* segment) { return segment->range.overlaps(range); });
    return m_over;
}

} // namespace ovation
