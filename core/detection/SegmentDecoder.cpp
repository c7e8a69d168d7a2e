// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/SegmentDecoder.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

constexpr double kRounding = 1e-9; ///< s; lengths that differ by less are equal

std::vector<float> finiteValues(const ProbabilityCurve& curve) {
    std::vector<float> values = curve.values;
    for (float& value : values)
        if (!std::isfinite(value)) value = 0;
    return values;
}

/// Running median over `radius` points to each side; fewer at the ends, symmetrically, so that edges stay where they
/// are.
std::vector<float> medianFiltered(const std::vector<float>& values, size_t radius) {
    const size_t count = values.size();
    std::vector<float> result(count);
    std::vector<float> window; // sorted
    size_t begin = 0, end = 0; // window holds values[begin, end)
    for (size_t i = 0; i < count; ++i) {
        const size_t reach = std::min({radius, i, count - 1 - i});
        for (; end < i + reach + 1; ++end)
            window.insert(std::upper_bound(window.begin(), window.end(), values[end]), values[end]);
        for (; begin < i - reach; ++begin)
            window.erase(std::lower_bound(window.begin(), window.end(), values[begin]));
        // Towards the end the window shrinks on both sides; what lies beyond i + reach has to leave as well.
        for (; end > i + reach + 1; --end)
            window.erase(std::lower_bound(window.begin(), window.end(), values[end - 1]));
        result[i] = window[window.size() / 2];
    }
    return result;
}

/// Where the line from (t, a) to (t + step, b) meets `level`.
double crossing(double t, double step, float a, float b, double level) {
    const double difference = static_cast<double>(b) - a;
    if (difference == 0) return t;
    return t + step * std::clamp((level - a) / difference, 0.0, 1.0);
}

/// A Schmitt trigger over the curve: on at `on`, off below `off`.
std::vector<TimeSpan> activeSpans(const ProbabilityCurve& curve, const std::vector<float>& values, double on,
                                  double off) {
    std::vector<TimeSpan> spans;
    bool active = values.front() >= on;
    double start = 0;
    for (size_t i = 1; i < values.size(); ++i) {
        const double previous = curve.startS + static_cast<double>(i - 1) * curve.stepS;
        if (!active && values[i] >= on) {
            start = crossing(previous, curve.stepS, values[i - 1], values[i], on);
            active = true;
        } else if (active && values[i] < off) {
            spans.push_back({start, crossing(previous, curve.stepS, values[i - 1], values[i], off)});
            active = false;
        }
    }
    if (active) spans.push_back({start, curve.durationS});
    return spans;
}

constexpr double kMostLogOdds = 6; ///< no single moment is beyond all doubt

double logOdds(double probability) {
    const double p = std::clamp(probability, 1e-6, 1 - 1e-6);
    return std::clamp(std::log(p / (1 - p)), -kMostLogOdds, kMostLogOdds);
}

/// Where the log odds between points i - 1 and i meet `level`; half-way where both lie on it.
double edgeBefore(size_t i, const ProbabilityCurve& curve, const std::vector<float>& values, double level) {
    const double before = curve.startS + (static_cast<double>(i) - 1) * curve.stepS;
    const double a = logOdds(static_cast<double>(values[i - 1])) - level;
    const double b = logOdds(static_cast<double>(values[i])) - level;
    return before + curve.stepS * (a == b ? 0.5 : std::clamp(a / (a - b), 0.0, 1.0));
}

/// The most likely sequence of the two states (Viterbi). Neither costs anything at the start.
std::vector<TimeSpan> likelySpans(const ProbabilityCurve& curve, const std::vector<float>& values,
                                  const DecoderOptions& options) {
    const size_t count = values.size();
    const double cost = options.evidence / 2; // of each change; a stretch has two
    const double neutral = logOdds(options.threshold);
    std::vector<char> fromOther(2 * count); // by point and state: whether the state before is the other one
    double without = 0, with = 0;           // best scores of sequences that end in either state
    for (size_t i = 0; i < count; ++i) {
        const double evidence = (logOdds(static_cast<double>(values[i])) - neutral) * curve.stepS / 2;
        const bool starts = i > 0 && without - cost > with, ends = i > 0 && with - cost > without;
        fromOther[2 * i] = ends ? 1 : 0;
        fromOther[2 * i + 1] = starts ? 1 : 0;
        const double before = without;
        without = (ends ? with - cost : without) - evidence;
        with = (starts ? before - cost : with) + evidence;
    }
    std::vector<TimeSpan> spans; // from the last to the first
    bool active = with > without;
    double end = curve.durationS;
    for (size_t i = count; i-- > 0;) {
        const bool changes = fromOther[2 * i + (active ? 1 : 0)] != 0;
        const double edge = i == 0 ? 0 : edgeBefore(i, curve, values, neutral);
        if (active && (changes || i == 0)) spans.push_back({edge, end});
        if (!changes) continue;
        active = !active;
        end = edge;
    }
    std::ranges::reverse(spans);
    return spans;
}

struct Candidate {
    TimeSpan found; ///< as in the curve
    TimeSpan span;  ///< with its edges shifted
};

/// What of each span lies in the recording, with its edges moved but for those at the recording's ends; without what
/// nothing is left of.
std::vector<Candidate> shifted(const std::vector<TimeSpan>& spans, double durationS, const DecoderOptions& options) {
    std::vector<Candidate> result;
    for (const TimeSpan& span : spans) {
        const TimeSpan found{std::max(0.0, span.start), std::min(span.end, durationS)};
        if (found.length() <= 0) continue;
        const TimeSpan moved{found.start > 0 ? std::clamp(found.start + options.startShiftS, 0.0, durationS) : 0,
                             found.end < durationS ? std::clamp(found.end + options.endShiftS, 0.0, durationS)
                                                   : durationS};
        if (moved.length() > 0) result.push_back({found, moved});
    }
    return result;
}

/// From the first to the last moment of `span` at which the log odds reach `level`; all of it where none does.
TimeSpan partAbove(double level, TimeSpan span, const ProbabilityCurve& curve, const std::vector<float>& values) {
    const auto above = [&](int64_t i) { return logOdds(static_cast<double>(values[static_cast<size_t>(i)])) >= level; };
    const auto indexAt = [&](double t) { return (t - curve.startS) / curve.stepS; };
    const auto last = static_cast<int64_t>(values.size()) - 1;
    const auto from = static_cast<int64_t>(std::ceil(std::clamp(indexAt(span.start), 0.0, static_cast<double>(last))));
    const auto to = static_cast<int64_t>(std::floor(std::clamp(indexAt(span.end), 0.0, static_cast<double>(last))));
    int64_t first = from, final = to;
    while (first <= to && !above(first))
        ++first;
    if (first > to) return span;
    while (!above(final))
        --final;
    TimeSpan part = span; // before the first and after the last point the curve keeps its end values
    if (first > 0) {
        const double edge = edgeBefore(static_cast<size_t>(first), curve, values, level);
        part.start = std::max(part.start, above(first - 1) ? part.start : edge);
    }
    if (final < last) {
        const double edge = edgeBefore(static_cast<size_t>(final) + 1, curve, values, level);
        part.end = std::min(part.end, above(final + 1) ? part.end : edge);
    }
    return part;
}

/// From 0 at `none` to 1 at `full`, which may be the lower of the two.
double ramp(double value, double none, double full) {
    return std::clamp((value - none) / (full - none), 0.0, 1.0);
}

/// An end is sudden, and a start doubtful, in full where the sure part is this near and this far; not at all beyond and
/// below the other, s.
constexpr double kSuddenEndS = 0.25, kNotSuddenEndS = 0.5;
constexpr double kDoubtfulStartS = 1.5, kNotDoubtfulStartS = 1;
constexpr double kLeastPart = 0.5; ///< of a segment has to be left

/// The candidate's span with its edges as its sure part wants them; see DecoderOptions::edgeConfidence.
TimeSpan surePart(const Candidate& candidate, const ProbabilityCurve& curve, const std::vector<float>& values,
                  const DecoderOptions& options) {
    if (!(options.edgeConfidence > 0) || curve.stepS <= 0) return candidate.span;
    const double level = std::min(logOdds(options.threshold) + options.edgeConfidence, kMostLogOdds - 1);
    const TimeSpan sure = partAbove(level, candidate.found, curve, values);
    TimeSpan span = candidate.span;
    if (candidate.found.start > 0) {
        const double before = sure.start - candidate.found.start;
        span.start += before * ramp(before, kNotDoubtfulStartS, kDoubtfulStartS);
    }
    if (candidate.found.end < curve.durationS) {
        const double behind = candidate.found.end - sure.end;
        span.end -= std::min(behind, kSuddenEndS) * ramp(behind, kNotSuddenEndS, kSuddenEndS);
    }
    const double least = std::max(kLeastPart * candidate.span.length(), options.minimumDurationS);
    return span.length() < least ? candidate.span : span;
}

/// The values of the curve's points within a span; the one that holds in its middle where there is no point.
std::vector<float> valuesIn(const ProbabilityCurve& curve, const std::vector<float>& values, TimeSpan span) {
    if (curve.stepS > 0) {
        const double last = static_cast<double>(values.size() - 1);
        const double from = std::max(0.0, std::ceil((span.start - curve.startS) / curve.stepS));
        const double to = std::min(last, std::floor((span.end - curve.startS) / curve.stepS));
        if (from <= to)
            return {values.begin() + static_cast<std::ptrdiff_t>(from),
                    values.begin() + static_cast<std::ptrdiff_t>(to) + 1};
    }
    const float value = curve.at((span.start + span.end) / 2);
    return {std::isfinite(value) ? value : 0};
}

double median(std::vector<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return static_cast<double>(*middle);
}

DecodedSegment measured(TimeSpan span, const std::vector<float>& values) {
    double sum = 0;
    for (const float value : values)
        sum += static_cast<double>(value);
    return {span, sum / static_cast<double>(values.size()), static_cast<double>(std::ranges::max(values))};
}

} // namespace

std::vector<DecodedSegment> decode(const ProbabilityCurve& curve, const DecoderOptions& options) {
    const bool usable = std::isfinite(curve.startS) && std::isfinite(curve.stepS) && std::isfinite(curve.durationS) &&
                        curve.durationS > 0 && (curve.stepS > 0 || curve.values.size() == 1);
    if (curve.empty() || !usable || !std::isfinite(options.threshold)) return {};

    const std::vector<float> raw = finiteValues(curve);
    std::vector<float> filtered;
    if (options.medianS > 0 && curve.stepS > 0) {
        const double points = std::min(options.medianS / curve.stepS, static_cast<double>(raw.size()));
        if (points >= 2) filtered = medianFiltered(raw, static_cast<size_t>(points / 2));
    }
    const std::vector<float>& values = filtered.empty() ? raw : filtered;

    const double off = std::max(options.threshold - std::max(0.0, options.hysteresis), options.threshold / 2);
    std::vector<Candidate> merged;
    const bool likely = options.evidence > 0 && curve.stepS > 0;
    const std::vector<TimeSpan> spans =
        likely ? likelySpans(curve, values, options) : activeSpans(curve, values, options.threshold, off);
    for (const Candidate& one : shifted(spans, curve.durationS, options)) {
        if (!merged.empty() && one.span.start - merged.back().span.end < std::max(0.0, options.mergeGapS - kRounding)) {
            merged.back().span.end = std::max(merged.back().span.end, one.span.end);
            merged.back().found.end = one.found.end;
        } else {
            merged.push_back(one);
        }
    }

    const double confirmed = logOdds(options.threshold) + options.confirmation;
    std::vector<DecodedSegment> segments;
    for (const Candidate& one : merged) {
        if (one.span.length() <= 0 || one.span.length() < options.minimumDurationS - kRounding) continue;
        const std::vector<float> inside = valuesIn(curve, raw, one.span);
        if (options.confirmation > 0 && logOdds(median(inside)) < std::min(confirmed, kMostLogOdds - 1)) continue;
        const TimeSpan sure = surePart(one, curve, values, options);
        segments.push_back(measured(sure, sure == one.span ? inside : valuesIn(curve, raw, sure)));
    }
    return segments;
}

int64_t leftOutAsUnsure(const ProbabilityCurve& curve, const DecoderOptions& options) {
    if (!(options.evidence > 0) && !(options.confirmation > 0)) return 0;
    DecoderOptions whole = options; // what edges leave out is no segment of its own
    whole.edgeConfidence = 0;
    DecoderOptions all = whole;
    all.evidence = all.confirmation = 0;
    const std::vector<DecodedSegment> sure = decode(curve, whole);
    int64_t count = 0;
    size_t next = 0; // the first of them that is not wholly before
    for (const DecodedSegment& one : decode(curve, all)) {
        while (next < sure.size() && sure[next].span.end <= one.span.start)
            ++next;
        count += next == sure.size() || sure[next].span.start >= one.span.end;
    }
    return count;
}

} // namespace ovation
