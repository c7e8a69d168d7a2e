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

constexpr double kShortestRestS = 0.5; ///< beside labels: what is shorter is their edges

int64_t commonFrames(const Segment& label, const DetectedSegment& detected) {
    return std::min(label.range.end, detected.range.end) - std::max(label.range.begin, detected.range.begin);
}

/// Whether they are about the same applause, and do not merely reach into each other.
bool areOne(const Segment& label, const DetectedSegment& detected) {
    return 2 * commonFrames(label, detected) >= std::min(label.range.length(), detected.range.length());
}

/// `over`: the labels that overlap it.
const Segment* acceptedAmong(const DetectedSegment& detected, const std::vector<const Segment*>& over) {
    if (detected.verdict != Verdict::Accepted) return nullptr;
    const Segment* accepted = nullptr;
    for (const Segment* label : over) {
        if (label->origin != Origin::Accepted) continue;
        if (!areOne(*label, detected)) continue; // another detected segment's label
        if (accepted) return nullptr;            // the parts that other labels left room for
        accepted = label;
    }
    return accepted;
}

/// What was detected on one label.
struct FoundOn {
    int64_t frames = 0;
    double score = 0; ///< mean by length
};

/// What labels leave of the detected segments, in no order. `found`: by label, what was detected on it. `leftOut`:
/// those that are not counted because all is labelled, and they are not.
std::vector<CountedApplause> beyondLabels(const std::vector<DetectedSegment>& detected,
                                          const std::vector<Segment>& labels, const Speech& speech,
                                          std::vector<FoundOn>& found, int64_t& leftOut) {
    std::vector<CountedApplause> parts;
    SegmentSweep sweep(labels);
    for (size_t i = 0; i < detected.size(); ++i) {
        const DetectedSegment& segment = detected[i];
        if (segment.verdict == Verdict::Rejected) continue;
        const std::vector<const Segment*>& over = sweep.over(segment.range);
        std::vector<const Segment*> accepted; // labels that came of accepting it
        std::vector<Segment> speaking;        // the others
        bool labelled = false, applause = false;
        for (const Segment* label : over) {
            if (label->origin == Origin::Accepted && label->labelClass == LabelClass::Applause) {
                if (areOne(*label, segment)) accepted.push_back(label);
                continue;
            }
            speaking.push_back(*label);
            if (label->labelClass != LabelClass::Applause) continue;
            applause = true;
            labelled = labelled || areOne(*label, segment);
            FoundOn& its = found[static_cast<size_t>(label - labels.data())];
            const int64_t common = commonFrames(*label, segment);
            its.frames += common;
            its.score += (segment.score - its.score) * static_cast<double>(common) / static_cast<double>(its.frames);
        }
        const bool judged = segment.verdict == Verdict::Accepted;
        if (judged && !accepted.empty())
            for (const Segment* label : accepted)
                parts.push_back({label->range, segment.score, i});
        else if (judged ? applause : labelled)
            continue; // these labels count
        else if (!judged && speech.fullyLabelled)
            ++leftOut;
        else
            for (const SampleRange& part : freeParts(segment.range, speaking, speech.frames))
                if (part == segment.range || toSeconds(part.length(), speech.sampleRate) >= kShortestRestS)
                    parts.push_back({part, segment.score, i});
    }
    return parts;
}

/// In order, and what overlaps is one.
std::vector<CountedApplause> joinedParts(std::vector<CountedApplause> parts,
                                         const std::vector<DetectedSegment>& detected) {
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

/// Of two that are one applause.
ApplauseSource sourceOfBoth(ApplauseSource one, ApplauseSource other) {
    using enum ApplauseSource;
    const auto either = [&](ApplauseSource source) { return one == source || other == source; };
    if (one == other) return one;
    if (either(DetectedLabelled) || either(Labelled))
        return either(Detected) || either(Accepted) || either(DetectedLabelled) ? DetectedLabelled : Labelled;
    return Accepted;
}

/// What a project's detections are decoded with, where it has been set.
std::optional<DecoderOptions> decoderIn(const ProjectData& project) {
    const auto found = project.settings.find("decoder");
    if (found == project.settings.end()) return {};
    const auto decoder = decoderFromJson(found->second);
    return decoder ? std::optional(*decoder) : std::nullopt;
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
    return joinedParts(std::move(parts), detected);
}

std::vector<ReportedApplause> mergedApplause(std::vector<ReportedApplause> labelled, double durationS) {
    std::ranges::stable_sort(labelled, {}, [](const ReportedApplause& one) { return one.span.start; });
    std::vector<ReportedApplause> merged;
    for (ReportedApplause& one : labelled) {
        one.span = {std::clamp(one.span.start, 0.0, durationS), std::clamp(one.span.end, 0.0, durationS)};
        if (one.span.length() <= 0) continue;
        if (merged.empty() || one.span.start >= merged.back().span.end) {
            merged.push_back(one);
            continue;
        }
        ReportedApplause& whole = merged.back();
        whole.span.end = std::max(whole.span.end, one.span.end);
        whole.source = sourceOfBoth(whole.source, one.source);
        if (!whole.score) whole.score = one.score;
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
    std::vector<FoundOn> found(labels.size());
    std::vector<ReportedApplause> all;
    if (detected != project.detections.end()) {
        const std::vector<DetectedSegment>& segments = detected->second.segments;
        report.model = detected->second.model;
        for (const CountedApplause& counted :
             joinedParts(beyondLabels(segments, labels, speech, found, report.leftOut), segments))
            all.push_back({toSeconds(counted.range, speech.sampleRate),
                           counted.score,
                           {},
                           segments[counted.detected].verdict == Verdict::Accepted ? ApplauseSource::Accepted
                                                                                   : ApplauseSource::Detected});
    }
    for (size_t i = 0; i < labels.size(); ++i) {
        const Segment& label = labels[i];
        if (label.labelClass != LabelClass::Applause) continue;
        std::optional<double> score;
        if (found[i].frames > 0)
            score = found[i].score;
        else if (!report.model && label.score >= 0)
            score = label.score;
        all.push_back({toSeconds(label.range, speech.sampleRate),
                       score,
                       {},
                       isVerdict(label)      ? ApplauseSource::AcceptedEarlier
                       : found[i].frames > 0 ? ApplauseSource::DetectedLabelled
                                             : ApplauseSource::Labelled});
    }
    report.applause = mergedApplause(std::move(all), report.durationS);
    return report;
}

std::vector<RecordingReport> reportsOf(const ProjectData& project) {
    std::vector<RecordingReport> reports;
    const std::optional<DecoderOptions> decoder = decoderIn(project);
    for (const Speech& speech : project.speeches)
        if (auto report = reportOf(project, speech)) {
            if (report->model) report->decoder = decoder;
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
