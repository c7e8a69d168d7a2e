// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ApplauseReport.h"

#include "core/base/Text.h"
#include "core/labels/SegmentSweep.h"
#include "core/models/ModelBundle.h"
#include "core/report/ReportText.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

namespace ovation {

namespace {

std::optional<double> shareIn(double part, double whole) {
    return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

/// `over`: the labels that overlap it.
ApplauseSource sourceOf(const DetectedSegment& detected, const std::vector<const Segment*>& over) {
    if (detected.verdict != Verdict::Accepted) return ApplauseSource::Detected;
    bool labelled = false;
    for (const Segment* label : over) {
        if (label->labelClass != LabelClass::Applause) continue;
        if (label->origin == Origin::Accepted) return ApplauseSource::Accepted;
        labelled = true;
    }
    return labelled ? ApplauseSource::DetectedLabelled : ApplauseSource::Accepted;
}

/// `over`: the labels that overlap it.
const Segment* acceptedAmong(const DetectedSegment& detected, const std::vector<const Segment*>& over) {
    if (detected.verdict != Verdict::Accepted) return nullptr;
    const Segment* accepted = nullptr;
    for (const Segment* label : over) {
        if (label->origin != Origin::Accepted) continue;
        const int64_t inside =
            std::min(label->range.end, detected.range.end) - std::max(label->range.begin, detected.range.begin);
        // Less: another detected segment's label.
        if (2 * inside < std::min(label->range.length(), detected.range.length())) continue;
        if (accepted) return nullptr; // the parts that other labels left room for
        accepted = label;
    }
    return accepted;
}

/// `applause`: in order, and none overlapping another.
bool overlapsAny(const TimeSpan& span, const std::vector<ReportedApplause>& applause) {
    const auto behind =
        std::ranges::lower_bound(applause, span.end, {}, [](const ReportedApplause& one) { return one.span.start; });
    return behind != applause.begin() && std::prev(behind)->span.end > span.start;
}

ApplauseSource sourceOf(const Segment& label) {
    return label.origin == Origin::Accepted ? ApplauseSource::AcceptedEarlier : ApplauseSource::Labelled;
}

/// The threshold that a project's detections are decoded with, where it has been set.
std::optional<double> thresholdIn(const ProjectData& project) {
    const auto found = project.settings.find("decoder");
    if (found == project.settings.end()) return {};
    const auto decoder = decoderFromJson(found->second);
    return decoder ? std::optional(decoder->threshold) : std::nullopt;
}

} // namespace

double RecordingReport::totalS() const {
    double sum = 0;
    for (const ReportedApplause& one : applause)
        sum += one.span.length();
    return sum;
}

double RecordingReport::longestS() const {
    double longest = 0;
    for (const ReportedApplause& one : applause)
        longest = std::max(longest, one.span.length());
    return longest;
}

std::optional<double> RecordingReport::share() const {
    return shareIn(totalS(), durationS);
}

std::optional<double> RecordingReport::perMinute() const {
    return shareIn(60.0 * static_cast<double>(count()), durationS);
}

std::optional<double> ReportTotals::share() const {
    return shareIn(totalS, durationS);
}

std::optional<double> ReportTotals::perMinute() const {
    return shareIn(60.0 * static_cast<double>(count), durationS);
}

ReportTotals totalsOf(const std::vector<RecordingReport>& reports) {
    ReportTotals totals;
    for (const RecordingReport& report : reports) {
        if (!report.failure.empty()) {
            ++totals.failed;
            continue;
        }
        ++totals.recordings;
        totals.withApplause += report.count() > 0;
        totals.count += report.count();
        totals.durationS += report.durationS;
        totals.totalS += report.totalS();
        totals.longestS = std::max(totals.longestS, report.longestS());
    }
    return totals;
}

const Segment* acceptedLabel(const DetectedSegment& detected, const std::vector<Segment>& labels) {
    std::vector<const Segment*> over;
    for (const Segment& label : labels)
        if (label.range.overlaps(detected.range)) over.push_back(&label);
    return acceptedAmong(detected, over);
}

std::vector<const Segment*> acceptedLabels(const std::vector<DetectedSegment>& detected,
                                           const std::vector<Segment>& labels) {
    std::vector<const Segment*> accepted;
    accepted.reserve(detected.size());
    SegmentSweep sweep(labels);
    for (const DetectedSegment& segment : detected)
        accepted.push_back(acceptedAmong(segment, sweep.over(segment.range)));
    return accepted;
}

std::vector<SampleRange> settledRanges(const std::vector<DetectedSegment>& detected,
                                       const std::vector<Segment>& labels) {
    const std::vector<const Segment*> accepted = acceptedLabels(detected, labels);
    std::map<const Segment*, int> uses;
    for (const Segment* label : accepted)
        ++uses[label];
    std::vector<SampleRange> ranges;
    for (size_t i = 0; i < detected.size(); ++i)
        ranges.push_back(accepted[i] && uses[accepted[i]] == 1 ? accepted[i]->range : detected[i].range);
    return ranges;
}

std::vector<CountedApplause> countedApplause(const std::vector<DetectedSegment>& detected,
                                             const std::vector<Segment>& labels) {
    std::vector<CountedApplause> parts;
    const std::vector<const Segment*> accepted = acceptedLabels(detected, labels);
    for (size_t i = 0; i < detected.size(); ++i)
        if (detected[i].verdict != Verdict::Rejected)
            parts.push_back({accepted[i] ? accepted[i]->range : detected[i].range, detected[i].score, i});
    std::ranges::stable_sort(parts, {}, [](const CountedApplause& part) { return part.range.begin; });
    std::vector<CountedApplause> counted;
    int64_t frames = 0; // detected of the last one so far
    for (const CountedApplause& part : parts) {
        const int64_t its = detected[part.detected].range.length();
        if (counted.empty() || part.range.begin >= counted.back().range.end) {
            counted.push_back(part);
            frames = its;
            continue;
        }
        CountedApplause& whole = counted.back();
        whole.range.end = std::max(whole.range.end, part.range.end);
        frames += its;
        const double share = static_cast<double>(its) / static_cast<double>(std::max<int64_t>(frames, 1));
        whole.score += share * (part.score - whole.score);
    }
    return counted;
}

std::vector<ReportedApplause> mergedApplause(std::vector<ReportedApplause> labelled, double durationS) {
    std::ranges::stable_sort(labelled, {}, [](const ReportedApplause& one) { return one.span.start; });
    std::vector<ReportedApplause> merged;
    for (ReportedApplause& one : labelled) {
        one.span = {std::clamp(one.span.start, 0.0, durationS), std::clamp(one.span.end, 0.0, durationS)};
        if (one.span.length() <= 0) continue;
        if (!merged.empty() && one.span.start < merged.back().span.end)
            merged.back().span.end = std::max(merged.back().span.end, one.span.end);
        else
            merged.push_back(one);
    }
    return merged;
}

std::optional<RecordingReport> reportOf(const ProjectData& project, const Speech& speech) {
    if (speech.sampleRate <= 0) return {};
    static const std::vector<Segment> none;
    const auto known = project.segments.find(speech.id);
    const std::vector<Segment>& labels = known == project.segments.end() ? none : known->second;
    const auto detected = project.detections.find(speech.id);
    if (detected == project.detections.end() && labels.empty() && !speech.fullyLabelled) return {};
    RecordingReport report;
    report.path = speech.path;
    report.durationS = speech.durationS();
    std::vector<ReportedApplause> labelled;
    for (const Segment& label : labels)
        if (label.labelClass == LabelClass::Applause)
            labelled.push_back({toSeconds(label.range, speech.sampleRate),
                                label.score >= 0 ? std::optional(label.score) : std::nullopt,
                                {},
                                sourceOf(label)});
    labelled = mergedApplause(std::move(labelled), report.durationS);
    if (detected != project.detections.end()) {
        const std::vector<DetectedSegment>& segments = detected->second.segments;
        report.model = detected->second.model;
        SegmentSweep sweep(labels);
        for (const CountedApplause& counted : countedApplause(segments, labels)) {
            const DetectedSegment& first = segments[counted.detected];
            report.applause.push_back({toSeconds(counted.range, speech.sampleRate),
                                       counted.score,
                                       {},
                                       sourceOf(first, sweep.over(first.range))});
        }
        // And what was missed, but marked by hand.
        const std::vector<ReportedApplause> found = report.applause;
        for (ReportedApplause& label : labelled) {
            if (overlapsAny(label.span, found)) continue;
            label.score.reset();
            report.applause.push_back(label);
        }
    } else {
        report.applause = std::move(labelled);
    }
    std::ranges::stable_sort(report.applause, {}, [](const ReportedApplause& one) { return one.span.start; });
    return report;
}

std::vector<RecordingReport> reportsOf(const ProjectData& project) {
    std::vector<RecordingReport> reports;
    const std::optional<double> threshold = thresholdIn(project);
    for (const Speech& speech : project.speeches)
        if (auto report = reportOf(project, speech)) {
            if (report->model) report->threshold = threshold;
            reports.push_back(*std::move(report));
        }
    return reports;
}

std::string recordingsCsv(const std::vector<RecordingReport>& reports) {
    using namespace reporttext;
    std::string text = "recording,duration_s,segments,total_s,share,longest_s,per_minute,loudness_lufs,file,failure\n";
    const auto row = [&](const std::string& name, double duration, int64_t count, double total,
                         std::optional<double> share, double longest, std::optional<double> rate,
                         std::optional<double> loudness, const std::string& file) {
        text += quotedCsvCell(name) + "," + fixed(duration, 3) + "," + std::to_string(count) + "," + fixed(total, 3) +
                "," + fixed(share, 5) + "," + fixed(longest, 3) + "," + fixed(rate, 3) + "," + fixed(loudness, 1) +
                "," + quotedCsvCell(file) + ",\n";
    };
    const std::vector<std::string> names = namesIn(reports);
    for (size_t i = 0; i < reports.size(); ++i) {
        const RecordingReport& report = reports[i];
        if (report.failure.empty())
            row(names[i], report.durationS, report.count(), report.totalS(), report.share(), report.longestS(),
                report.perMinute(), report.loudness, report.path);
        else
            text += quotedCsvCell(names[i]) + ",,,,,,,," + quotedCsvCell(report.path) + "," +
                    quotedCsvCell(report.failure) + "\n";
    }
    const ReportTotals totals = totalsOf(reports);
    if (totals.recordings > 1)
        row("all " + std::to_string(totals.recordings) + " recordings", totals.durationS, totals.count, totals.totalS,
            totals.share(), totals.longestS, totals.perMinute(), {}, {});
    return text;
}

std::string applausesCsv(const std::vector<RecordingReport>& reports) {
    using namespace reporttext;
    std::string text = "recording,number,start_s,end_s,length_s,score,loudness_lufs,above_recording_lu,file\n";
    const std::vector<std::string> names = namesIn(reports);
    for (size_t i = 0; i < reports.size(); ++i) {
        const RecordingReport& report = reports[i];
        int64_t number = 0;
        for (const ReportedApplause& one : report.applause) {
            const std::optional<double> above =
                one.loudness && report.loudness ? std::optional(*one.loudness - *report.loudness) : std::nullopt;
            text += quotedCsvCell(names[i]) + "," + std::to_string(++number) + "," + fixed(one.span.start, 3) + "," +
                    fixed(one.span.end, 3) + "," + fixed(one.span.length(), 3) + "," + fixed(one.score, 4) + "," +
                    fixed(one.loudness, 1) + "," + fixed(above, 1) + "," + quotedCsvCell(report.path) + "\n";
        }
    }
    return text;
}

} // namespace ovation
