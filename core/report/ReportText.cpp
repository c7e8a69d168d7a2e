// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ReportText.h"

#include "core/base/NamesApart.h"
#include "core/base/Text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace ovation::reporttext {

namespace {

std::string percentText(std::optional<double> share) {
    return share ? fixed(*share * 100, 1) + " %" : "n/a";
}

std::string secondsText(double value) {
    return fixed(value, 1) + " s";
}

std::string lufsText(std::optional<double> loudness) {
    return loudness ? fixed(*loudness, 1) + " LUFS" : "n/a";
}

std::string rateText(std::optional<double> perMinute) {
    return perMinute ? fixed(*perMinute, 2) : "n/a";
}

std::string counted(int64_t count, const std::string& one, const std::string& several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

const char* wordFor(ApplauseSource source) {
    switch (source) {
    case ApplauseSource::LabelFile:
        return "label file";
    case ApplauseSource::Detected:
        return "detected";
    case ApplauseSource::Accepted:
        return "accepted";
    case ApplauseSource::DetectedLabelled:
        return "detected, labelled";
    case ApplauseSource::AcceptedEarlier:
        return "accepted earlier";
    case ApplauseSource::Labelled:
        return "labelled";
    }
    return "";
}

const char* meaningOf(ApplauseSource source) {
    switch (source) {
    case ApplauseSource::LabelFile:
        return "read from a label file";
    case ApplauseSource::Detected:
        return "found by the model and not judged";
    case ApplauseSource::Accepted:
        return "found by the model and accepted";
    case ApplauseSource::DetectedLabelled:
        return "labelled, with these edges, and found by the model too";
    case ApplauseSource::AcceptedEarlier:
        return "accepted after an earlier detection, and not found now";
    case ApplauseSource::Labelled:
        return "labelled, and found by no model";
    }
    return "";
}

int64_t countOf(const std::vector<RecordingReport>& reports, ApplauseSource source) {
    int64_t count = 0;
    for (const RecordingReport& report : reports)
        if (report.failure.empty()) count += std::ranges::count(report.applause, source, &ReportedApplause::source);
    return count;
}

int64_t onlyLabelledIn(const RecordingReport& report) {
    return std::ranges::count_if(report.applause, &ReportedApplause::onlyLabelled);
}

std::string modelText(const RecordingReport& report) {
    std::string text = report.model->empty() ? "an unnamed model" : "\"" + *report.model + "\"";
    if (!report.decoder) return text;
    const DecoderOptions& decoder = *report.decoder;
    return text + " at a threshold of " + fixedBetween(decoder.threshold, 2, 4) + " (minimum length " +
           fixedBetween(decoder.minimumDurationS, 1, 2) + " s, merge gap " + fixedBetween(decoder.mergeGapS, 1, 2) +
           " s, " + (decoder.evidence > 0 || decoder.confirmation > 0 ? "only sure ones" : "unsure ones too") + ")";
}

/// What detected, and in how many recordings, in order of appearance.
std::vector<std::pair<std::string, int64_t>> modelsIn(const std::vector<RecordingReport>& reports) {
    std::vector<std::pair<std::string, int64_t>> models;
    for (const RecordingReport& report : reports) {
        if (!report.model || !report.failure.empty()) continue;
        const std::string text = modelText(report);
        const auto known = std::ranges::find(models, text, &std::pair<std::string, int64_t>::first);
        if (known == models.end())
            models.emplace_back(text, 1);
        else
            ++known->second;
    }
    return models;
}

} // namespace

std::string clock(double seconds, int decimals) {
    const double parts = std::pow(10, decimals);
    const auto all = static_cast<int64_t>(std::llround(std::max(0.0, seconds) * parts));
    const auto unit = static_cast<int64_t>(parts);
    const int64_t whole = all / unit;
    char text[64];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(whole / 3600),
                      static_cast<int>(whole / 60 % 60), static_cast<int>(whole % 60));
    else
        std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(whole / 60), static_cast<int>(whole % 60));
    if (decimals <= 0) return text;
    char rest[32];
    std::snprintf(rest, sizeof rest, ".%0*d", decimals, static_cast<int>(all % unit));
    return std::string(text) + rest;
}

std::vector<std::string> namesIn(const std::vector<RecordingReport>& reports) {
    std::vector<std::string> paths;
    for (const RecordingReport& report : reports)
        paths.push_back(report.path);
    return namesApart(paths);
}

ReportTable overview(const std::vector<RecordingReport>& reports) {
    ReportTable table;
    table.columns = {{"Recording", true}, {"Length"}, {"Count"}, {"Total"}, {"Share"}, {"Longest"}, {"A minute"}};
    const std::vector<std::string> names = namesIn(reports);
    for (size_t i = 0; i < reports.size(); ++i) {
        const RecordingReport& report = reports[i];
        if (report.failure.empty())
            table.rows.push_back(
                {{names[i], clock(report.durationS, 0), std::to_string(report.count()), secondsText(report.totalS()),
                  percentText(report.share()), secondsText(report.longestS()), rateText(report.perMinute())},
                 {},
                 false});
        else
            table.rows.push_back({{names[i]}, report.failure, false});
    }
    const ReportTotals totals = totalsOf(reports);
    if (totals.recordings > 1)
        table.rows.push_back({{"All " + std::to_string(totals.recordings), clock(totals.durationS, 0),
                               std::to_string(totals.count), secondsText(totals.totalS), percentText(totals.share()),
                               secondsText(totals.longestS), rateText(totals.perMinute())},
                              {},
                              true});
    return table;
}

ReportTable applauses(const RecordingReport& report) {
    ReportTable table;
    table.columns = {{"Start", true},           {"End"},   {"Length"},      {"Loudness"},
                     {"Against the recording"}, {"Score"}, {"Source", true}};
    for (const ReportedApplause& one : report.applause) {
        std::string against = "n/a";
        if (one.loudness && report.loudness) {
            const double difference = *one.loudness - *report.loudness;
            against = (difference >= 0 ? "+" : "") + fixed(difference, 1) + " LU";
        }
        table.rows.push_back({{clock(one.span.start), clock(one.span.end), secondsText(one.span.length()),
                               lufsText(one.loudness), against, percentText(one.score), wordFor(one.source)},
                              {},
                              false});
    }
    return table;
}

std::string figures(const RecordingReport& report, bool saysModel) {
    std::string text = clock(report.durationS, 0) + " long \u00b7 " + counted(report.count(), "applause", "applauses");
    // Where no model was run, all are.
    if (const int64_t only = onlyLabelledIn(report); only > 0 && report.model)
        text += " (" + std::to_string(only) + " only labelled)";
    if (report.count() > 0)
        text += ", " + secondsText(report.totalS()) + " in all (" + percentText(report.share()) + "), the longest " +
                secondsText(report.longestS()) + ", " + rateText(report.perMinute()) + " a minute";
    if (report.loudness) text += " \u00b7 loudness " + lufsText(report.loudness);
    if (saysModel) text += report.model ? " \u00b7 detected by " + modelText(report) : " \u00b7 no model was run";
    if (!report.loudnessFailure.empty())
        text += " \u00b7 its loudness could not be measured: " + report.loudnessFailure;
    return text;
}

std::string leftOutText(int64_t segments) {
    return "In fully labelled recordings the labels alone are counted: not " +
           counted(segments, "segment that was detected and is not labelled there.",
                   "segments that were detected and are not labelled there.");
}

bool severalModels(const std::vector<RecordingReport>& reports) {
    return modelsIn(reports).size() > 1;
}

std::string about(const std::vector<RecordingReport>& reports, const std::string& date) {
    std::string text = date.empty() ? "" : "Made on " + date + ".";
    const auto sentence = [&](const std::string& more) { text += (text.empty() ? "" : " ") + more; };
    const ReportTotals totals = totalsOf(reports);
    if (totals.recordings == 0) return text;
    const auto models = modelsIn(reports);
    int64_t modelled = 0;
    std::string names;
    for (const auto& [name, recordings] : models) {
        modelled += recordings;
        names += (names.empty() ? "" : ", ") + name;
        if (models.size() > 1) names += " (" + counted(recordings, "recording", "recordings") + ")";
    }
    if (modelled == 0) {
        sentence(countOf(reports, ApplauseSource::LabelFile) > 0 ? "Counted: the applause in the label files."
                                                                 : "Counted: labelled applause; no model was run.");
        return text;
    }
    sentence("Detected by " + names + ".");
    if (const int64_t others = totals.recordings - modelled; others > 0)
        sentence(counted(others, "recording", "recordings") + " without a detection: labels alone are counted there.");
    const int64_t accepted = countOf(reports, ApplauseSource::Accepted);
    const int64_t detected = countOf(reports, ApplauseSource::Detected) + accepted;
    const int64_t both = countOf(reports, ApplauseSource::DetectedLabelled);
    int64_t labelled = both, leftOut = 0;
    for (const RecordingReport& report : reports) {
        if (!report.failure.empty()) continue;
        labelled += onlyLabelledIn(report);
        leftOut += report.leftOut;
    }
    sentence("Counted: labelled applause, and what was detected and not rejected where nothing is labelled (" +
             std::to_string(labelled) + " labelled" +
             (both > 0 ? ", " + std::to_string(both) + " of them detected too" : "") + "; " + std::to_string(detected) +
             " detected" + (accepted > 0 ? ", " + std::to_string(accepted) + " of them accepted" : "") + ").");
    if (leftOut > 0) sentence(leftOutText(leftOut));
    return text;
}

std::string sourcesExplained(const std::vector<RecordingReport>& reports) {
    std::string text;
    for (const ApplauseSource source :
         {ApplauseSource::LabelFile, ApplauseSource::Detected, ApplauseSource::Accepted,
          ApplauseSource::DetectedLabelled, ApplauseSource::AcceptedEarlier, ApplauseSource::Labelled}) {
        if (countOf(reports, source) == 0) continue;
        text += std::string(text.empty() ? "Source: " : "; ") + "\"" + wordFor(source) + "\": " + meaningOf(source);
    }
    return text.empty() ? text : text + ".";
}

StripLegend stripLegend(const std::vector<RecordingReport>& reports) {
    StripLegend legend;
    bool model = false, file = false, only = false;
    for (const RecordingReport& report : reports) {
        if (!report.failure.empty()) continue;
        legend.strip = "Each strip is a whole recording from left to right, with times below it.";
        for (const ReportedApplause& one : report.applause)
            (one.onlyLabelled() ? only : one.source == ApplauseSource::LabelFile ? file : model) = true;
    }
    if (model || file) legend.detected = model ? "applause that was detected" : "applause";
    if (only) legend.labelled = "applause that is only labelled";
    return legend;
}

std::vector<double> marks(double durationS, int most) {
    if (!(durationS > 0) || most < 1) return {};
    double step = durationS / most;
    for (const double round :
         {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0})
        if (durationS / round <= most) {
            step = round;
            break;
        }
    std::vector<double> times;
    // The duration's own text ends where the strip does; the others begin at their places.
    const double last = durationS * (1 - 1.3 / most);
    for (double time = 0; time <= last; time += step)
        times.push_back(time);
    return times;
}

} // namespace ovation::reporttext
