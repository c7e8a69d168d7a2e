// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/DecoderTuning.h"

#include "core/detection/EventMatching.h"
#include "core/detection/RecordingCounts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation {

namespace {

/// How far the threshold is moved to see whether a choice is lucky.
constexpr std::array kNeighbours{-0.16, -0.08, 0.08, 0.16};
constexpr int kRounds = 3;
/// A smaller gain is no reason to leave what did well elsewhere: on other recordings of the same kind it is lost.
constexpr double kWorthwhile = 0.015;

/// Without curves, whose ranking is the same whatever the decoder.
std::vector<ScoredRecording> bare(const std::vector<ScoredRecording>& recordings) {
    std::vector<ScoredRecording> result;
    for (const ScoredRecording& recording : recordings)
        result.push_back({recording.file, recording.durationS, recording.reference, recording.unknown, {}, {}});
    return result;
}

std::vector<TimeSpan> decodedSpans(const ProbabilityCurve& curve, const DecoderOptions& options) {
    std::vector<TimeSpan> spans;
    for (const DecodedSegment& segment : decode(curve, options))
        spans.push_back(segment.span);
    return spans;
}

class Tuning {
public:
    explicit Tuning(const std::vector<ScoredRecording>& recordings)
        : m_recordings(recordings), m_bare(bare(recordings)) {}

    double score(const DecoderOptions& options) {
        RecordingCounts counts;
        for (size_t i = 0; i < m_recordings.size(); ++i) {
            m_bare[i].detected = decodedSpans(m_recordings[i].curve, options);
            counts.add(countsOf(m_bare[i]));
        }
        double sum = counts.frames.f1().value_or(0);
        for (const MatchCounts& events : counts.events)
            sum += events.f1().value_or(0);
        return sum / static_cast<double>(counts.events.size() + 1);
    }

    double robustScore(const DecoderOptions& options) {
        double sum = 2 * score(options);
        for (const double change : kNeighbours) {
            DecoderOptions moved = options;
            moved.threshold = std::clamp(options.threshold + change, 0.02, 0.98);
            sum += score(moved);
        }
        return sum / static_cast<double>(2 + kNeighbours.size());
    }

private:
    const std::vector<ScoredRecording>& m_recordings;
    std::vector<ScoredRecording> m_bare;
};

struct Choice {
    double DecoderOptions::*option;
    std::vector<double> values;
};

const std::vector<Choice>& choices() {
    // The confirmation first: clips of single sounds say nothing about where applause ends, and what keeps false alarms
    // out must not cost ends.
    static const std::vector<Choice> all{
        {&DecoderOptions::confirmation, {0, 0.5, 1, 1.5, 2, 2.5}},
        {&DecoderOptions::threshold, {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9}},
        {&DecoderOptions::hysteresis, {0, 0.1, 0.2, 0.3, 0.4}},
        {&DecoderOptions::medianS, {0, 0.24, 0.4, 0.56, 0.8}},
        {&DecoderOptions::minimumDurationS, {0.2, 0.4, 0.6, 0.8, 1, 1.5}},
        {&DecoderOptions::mergeGapS, {0, 0.3, 0.5, 0.8, 1.2}},
        {&DecoderOptions::evidence, {0, 0.6, 1.2, 1.8, 2.4, 3.2}},
        {&DecoderOptions::edgeConfidence, {0, 1.5, 2, 2.75, 3.5}},
    };
    return all;
}

constexpr double kLeastShiftS = 0.005, kLargestShiftS = 1;
constexpr double kUnsureReachS = 1; ///< nobody knows where applause begins that is this near to unsure time

/// The median of the differences where its 95 % interval leaves 0 out, otherwise 0.
double clearMedian(std::vector<double> differences) {
    const size_t count = differences.size();
    const auto real = static_cast<double>(count);
    const auto beyond = static_cast<int64_t>(std::floor((real - 1.96 * std::sqrt(real) + 1) / 2));
    if (beyond < 1) return 0;
    std::ranges::sort(differences);
    const auto low = static_cast<size_t>(beyond - 1); // the order statistics that bound the interval
    if (differences[low] <= 0 && differences[count - 1 - low] >= 0) return 0;
    const double median = (differences[(count - 1) / 2] + differences[count / 2]) / 2;
    return std::abs(median) < kLeastShiftS ? 0 : median;
}

/// How far each edge would have to be moved, s.
struct EdgeErrors {
    std::vector<double> starts, ends;

    void add(const ScoredRecording& recording, const DecoderOptions& options) {
        const std::vector<TimeSpan> unsure = spansOf(recording.reference, LabelClass::Unsure);
        const auto known = [&](double edge) {
            const TimeSpan around{edge - kUnsureReachS, edge + kUnsureReachS};
            return edge > 0 && edge < recording.durationS &&
                   std::ranges::none_of(unsure, [&](const TimeSpan& span) { return span.overlaps(around); });
        };
        for (const auto& [label, found] : overlappingPairs(spansOf(recording.reference, LabelClass::Applause),
                                                           decodedSpans(recording.curve, options))) {
            if (known(label.start) && known(found.start)) starts.push_back(label.start - found.start);
            if (known(label.end) && known(found.end)) ends.push_back(label.end - found.end);
        }
    }
};

} // namespace

double decoderScore(const std::vector<ScoredRecording>& recordings, const DecoderOptions& options) {
    return Tuning(recordings).score(options);
}

DecoderOptions tuneDecoder(const std::vector<ScoredRecording>& recordings, const DecoderOptions& start) {
    const bool any = std::ranges::any_of(recordings, [](const ScoredRecording& recording) {
        return std::ranges::any_of(recording.reference,
                                   [](const Label& label) { return label.labelClass == LabelClass::Applause; });
    });
    if (!any) return start;
    Tuning tuning(recordings);
    DecoderOptions best = start;
    double highest = tuning.robustScore(best);
    for (int round = 0; round < kRounds; ++round) {
        const DecoderOptions before = best;
        for (const Choice& choice : choices()) {
            DecoderOptions winner = best;
            double won = highest;
            for (const double value : choice.values) {
                DecoderOptions candidate = best;
                candidate.*choice.option = value;
                const double score = tuning.robustScore(candidate);
                if (score > won) {
                    won = score;
                    winner = candidate;
                }
            }
            if (won <= highest + kWorthwhile) continue;
            highest = won;
            best = winner;
        }
        if (best == before) break;
    }
    best.hysteresis = std::min(best.hysteresis, best.threshold / 2);
    const DecoderOptions shifted = shiftEdges(recordings, best);
    return tuning.score(shifted) < tuning.score(best) ? best : shifted; // what is shifted can become too short
}

DecoderOptions shiftEdges(const std::vector<ScoredRecording>& recordings, const DecoderOptions& options) {
    EdgeErrors errors;
    for (const ScoredRecording& recording : recordings)
        errors.add(recording, options);
    DecoderOptions shifted = options;
    const auto moved = [](double shift, std::vector<double> differences) {
        return std::clamp(shift + clearMedian(std::move(differences)), -kLargestShiftS, kLargestShiftS);
    };
    shifted.startShiftS = moved(options.startShiftS, std::move(errors.starts));
    shifted.endShiftS = moved(options.endShiftS, std::move(errors.ends));
    return shifted;
}

std::vector<Label> referenceOf(const std::vector<LabelTimeline::Stretch>& stretches) {
    std::vector<Label> labels;
    for (const LabelTimeline::Stretch& stretch : stretches) {
        if (!stretch.labelClass || stretch.labelClass == LabelClass::NotApplause) continue;
        Label label;
        label.span = stretch.span;
        label.labelClass = *stretch.labelClass;
        labels.push_back(std::move(label));
    }
    return labels;
}

std::vector<TimeSpan> unknownOf(const std::vector<LabelTimeline::Stretch>& stretches) {
    std::vector<TimeSpan> unknown;
    for (const LabelTimeline::Stretch& stretch : stretches)
        if (!stretch.labelClass) unknown.push_back(stretch.span);
    return unknown;
}

} // namespace ovation
