// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"
#include "core/dataset/Recordings.h"

#include <optional>
#include <vector>

namespace ovation {

/// A recording's labels as stretches that follow each other without gap or overlap over [0, duration]; neighbours
/// differ.
class LabelTimeline {
public:
    struct Stretch {
        TimeSpan span;
        std::optional<LabelClass> labelClass; ///< nullopt: unknown
    };

    explicit LabelTimeline(const LabelledRecording& recording);

    const std::vector<Stretch>& stretches() const { return m_stretches; }

    /// Seconds of a class inside [start, end). Logarithmic in the number of stretches.
    double seconds(LabelClass labelClass, double start, double end) const;

    /// What of `span` is of a class, in order.
    std::vector<TimeSpan> parts(LabelClass labelClass, const TimeSpan& span) const;

private:
    double secondsBefore(LabelClass labelClass, double time) const;

    std::vector<Stretch> m_stretches;
    std::vector<double> m_before[3]; ///< per class: seconds of it before each stretch
};

/// `span` in as few pieces of equal length as it takes for none to be longer than `longestS`.
std::vector<TimeSpan> equalPieces(const TimeSpan& span, double longestS);

} // namespace ovation
