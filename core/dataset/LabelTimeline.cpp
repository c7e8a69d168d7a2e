// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/LabelTimeline.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

/// A label's start (+1) or end (-1).
struct Edge {
    double time;
    LabelClass labelClass;
    int change;
};

std::vector<Edge> edgesOf(const LabelledRecording& recording, double duration) {
    std::vector<Edge> edges;
    for (const Label& label : recording.labels) {
        if (!std::isfinite(label.span.start) || !std::isfinite(label.span.end)) continue;
        const double start = std::clamp(label.span.start, 0.0, duration);
        const double end = std::clamp(label.span.end, 0.0, duration);
        if (end <= start) continue;
        edges.push_back({start, label.labelClass, 1});
        edges.push_back({end, label.labelClass, -1});
    }
    std::ranges::stable_sort(edges, {}, &Edge::time);
    return edges;
}

} // namespace

LabelTimeline::LabelTimeline(const LabelledRecording& recording) {
    const double duration = recording.info.durationS();
    const auto add = [&](double start, double end, std::optional<LabelClass> labelClass) {
        if (end <= start) return;
        if (!m_stretches.empty() && m_stretches.back().labelClass == labelClass)
            m_stretches.back().span.end = end;
        else
            m_stretches.push_back({{start, end}, labelClass});
    };
    if (recording.wholeClip) {
        add(0, duration, recording.wholeClip);
    } else {
        int open[3] = {0, 0, 0};
        const auto current = [&]() -> std::optional<LabelClass> {
            for (const LabelClass winner : {LabelClass::Unsure, LabelClass::Applause, LabelClass::NotApplause})
                if (open[static_cast<size_t>(winner)] > 0) return winner;
            if (recording.fullyLabelled) return LabelClass::NotApplause;
            return std::nullopt;
        };
        double position = 0;
        for (const Edge& edge : edgesOf(recording, duration)) {
            add(position, edge.time, current());
            position = edge.time;
            open[static_cast<size_t>(edge.labelClass)] += edge.change;
        }
        add(position, duration, current());
    }
    double total[3] = {0, 0, 0};
    for (const Stretch& stretch : m_stretches) {
        for (size_t c = 0; c < 3; ++c)
            m_before[c].push_back(total[c]);
        if (stretch.labelClass) total[static_cast<size_t>(*stretch.labelClass)] += stretch.span.length();
    }
}

double LabelTimeline::secondsBefore(LabelClass labelClass, double time) const {
    const auto after = std::ranges::upper_bound(m_stretches, time, {}, [](const Stretch& s) { return s.span.start; });
    if (after == m_stretches.begin()) return 0;
    const auto index = static_cast<size_t>(after - m_stretches.begin()) - 1;
    const Stretch& stretch = m_stretches[index];
    const double inside = stretch.labelClass == labelClass ? std::min(time, stretch.span.end) - stretch.span.start : 0;
    return m_before[static_cast<size_t>(labelClass)][index] + inside;
}

double LabelTimeline::seconds(LabelClass labelClass, double start, double end) const {
    return secondsBefore(labelClass, end) - secondsBefore(labelClass, start);
}

std::vector<TimeSpan> LabelTimeline::parts(LabelClass labelClass, const TimeSpan& span) const {
    std::vector<TimeSpan> found;
    if (!(span.start < span.end)) return found;
    const auto first =
        std::ranges::upper_bound(m_stretches, span.start, {}, [](const Stretch& s) { return s.span.end; });
    for (auto stretch = first; stretch != m_stretches.end() && stretch->span.start < span.end; ++stretch)
        if (stretch->labelClass == labelClass)
            found.push_back({std::max(stretch->span.start, span.start), std::min(stretch->span.end, span.end)});
    return found;
}

std::vector<TimeSpan> equalPieces(const TimeSpan& span, double longestS) {
    std::vector<TimeSpan> pieces;
    const int count = static_cast<int>(std::ceil(span.length() / longestS));
    for (int i = 0; i < count; ++i) {
        const double start = i == 0 ? span.start : pieces.back().end;
        pieces.push_back({start, i + 1 == count ? span.end : span.start + span.length() * (i + 1) / count});
    }
    return pieces;
}

} // namespace ovation
