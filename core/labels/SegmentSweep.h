// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Segment.h"

#include <cstdint>
#include <vector>

namespace ovation {

/// Says which segments overlap one range after the other. As long as ranges come by their begins, all answers together
/// cost no more than reading the segments once and what is answered; a range before the last one starts anew.
class SegmentSweep {
public:
    /// `segments` have to stay as they are.
    explicit SegmentSweep(const std::vector<Segment>& segments);

    /// By begin. Until the next call.
    const std::vector<const Segment*>& over(const SampleRange& range);

    int64_t looked() const { return m_looked; } ///< at a segment, so many times: what the answers cost

private:
    std::vector<const Segment*> m_segments; ///< by begin
    size_t m_next = 0;                      ///< the first that no range has reached yet
    int64_t m_begin = 0;                    ///< of the range before
    std::vector<const Segment*> m_open;     ///< reached, and not behind it
    std::vector<const Segment*> m_over;
    int64_t m_looked = 0;
};

} // namespace ovation
