// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/base/Text.h"
#include "core/report/ApplauseReport.h"
#include "core/report/ReportText.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace ovation {

namespace reporttext {

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

std::string nameIn(const RecordingReport& report) {
    return stemOf(report.path);
}

} // namespace reporttext

namespace {

using namespace reporttext;

constexpr const char* kStyle = R"(
body { font: 15px/1.45 system-ui, sans-serif; color: #1d1f21; background: #fff; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin: 1.8em 0 .3em; }
p.figures { margin: .2em 0 .5em; color: #44484d; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .2em .7em; border-bottom: 1px solid #dcdcd8; text-align: right; }
th:first-child, td:first-child { text-align: left; }
thead th { border-bottom: 2px solid #9a9da1; }
tr.all td { font-weight: 600; border-top: 2px solid #9a9da1; }
svg { width: 100%; height: 44px; display: block; margin-bottom: .5em; }
.failure { color: #a01c1c; }
section { break-inside: avoid-page; }
@media (prefers-color-scheme: dark) { body { color: #e4e6e8; background: #1b1d20; } p.figures { color: #b4b8bd; } th, td { border-color: #3a3e44; } .failure { color: #ff8f8f; } svg { color: #e4e6e8; } }
@media print { body { color: #000; background: #fff; max-width: none; margin: 0; } }
)";

std::string percent(std::optional<double> share) {
    return share ? fixed(*share * 100, 1) + " %" : "n/a";
}

std::string seconds(double value) {
    return fixed(value, 1) + " s";
}

std::string lufs(std::optional<double> loudness) {
    return loudness ? fixed(*loudness, 1) + " LUFS" : "n/a";
}

std::string rate(std::optional<double> perMinute) {
    return perMinute ? fixed(*perMinute, 2) : "n/a";
}

/// A step for times along a strip: at most `most` of them.
double tickStep(double durationS, int most) {
    for (const double step :
         {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0})
        if (durationS / step <= most) return step;
    return durationS / most;
}

/// The whole recording, applause as hatched blocks: told apart without colour too.
std::string svgOf(const RecordingReport& report) {
    constexpr double kWidth = 1000, kBar = 26, kHeight = 44;
    if (!(report.durationS > 0)) return {};
    const auto x = [&](double time) { return fixed(time / report.durationS * kWidth, 2); };
    std::string svg = "<svg viewBox=\"0 0 1000 44\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" +
                      std::to_string(report.count()) + " applauses over " + clock(report.durationS, 0) +
                      "\"><defs><pattern id=\"clap\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
                      "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#e07b00\"/><rect "
                      "width=\"2\" height=\"6\" fill=\"#ffc27a\"/></pattern></defs><rect width=\"1000\" height=\"" +
                      fixed(kBar, 0) + "\" fill=\"#8882\" stroke=\"#888\" stroke-width=\"0.5\"/>";
    for (const ReportedApplause& one : report.applause)
        svg += "<rect x=\"" + x(one.span.start) + "\" width=\"" +
               fixed(std::max(1.0, one.span.length() / report.durationS * kWidth), 2) + "\" height=\"" +
               fixed(kBar, 0) + "\" fill=\"url(#clap)\" stroke=\"#a65a00\" stroke-width=\"0.5\"><title>" +
               clock(one.span.start) + " to " + clock(one.span.end) + "</title></rect>";
    const double step = tickStep(report.durationS, 12);
    for (double time = 0; time < report.durationS - step / 3; time += step)
        svg += "<text x=\"" + x(time) + "\" y=\"" + fixed(kHeight - 4, 0) +
               "\" font-size=\"12\" fill=\"currentColor\">" + clock(time, 0) + "</text>";
    return svg + "</svg>";
}

std::string figuresOf(const RecordingReport& report) {
    std::string text = clock(report.durationS, 0) + " long &middot; " + std::to_string(report.count()) +
                       (report.count() == 1 ? " applause" : " applauses");
    if (report.count() > 0)
        text += ", " + seconds(report.totalS()) + " in all (" + percent(report.share()) + "), the longest " +
                seconds(report.longestS()) + ", " + rate(report.perMinute()) + " a minute";
    if (report.loudness) text += " &middot; the recording's loudness " + lufs(report.loudness);
    return text;
}

std::string sectionOf(const RecordingReport& report, const std::string& strip) {
    std::string html = "<section><h2>" + escapedHtml(nameIn(report)) + "</h2>\n";
    if (!report.failure.empty())
        return html + "<p class=\"failure\">" + escapedHtml(report.failure) + "</p></section>\n";
    html += "<p class=\"figures\">" + figuresOf(report) + "</p>\n" + strip + "\n";
    if (report.applause.empty()) return html + "</section>\n";
    html += "<table width=\"100%\"><thead><tr><th align=\"left\">Start</th><th align=\"right\">End</th><th "
            "align=\"right\">Length</th><th align=\"right\">Loudness</th><th align=\"right\">Against the "
            "recording</th><th align=\"right\">Score</th></tr></thead><tbody>\n";
    const auto cell = [](const std::string& text) { return "<td align=\"right\">" + text + "</td>"; };
    for (const ReportedApplause& one : report.applause) {
        std::string against = "n/a";
        if (one.loudness && report.loudness) {
            const double difference = *one.loudness - *report.loudness;
            against = (difference >= 0 ? "+" : "") + fixed(difference, 1) + " LU";
        }
        html += "<tr><td>" + clock(one.span.start) + "</td>" + cell(clock(one.span.end)) +
                cell(seconds(one.span.length())) + cell(lufs(one.loudness)) + cell(against) +
                cell(one.score ? percent(one.score) : "n/a") + "</tr>\n";
    }
    return html + "</tbody></table></section>\n";
}

std::string overviewOf(const std::vector<RecordingReport>& reports) {
    std::string html =
        "<table width=\"100%\"><thead><tr><th align=\"left\">Recording</th><th align=\"right\">Length</th><th "
        "align=\"right\">Count</th><th align=\"right\">Total</th><th align=\"right\">Share</th><th "
        "align=\"right\">Longest</th><th align=\"right\">A minute</th></tr></thead><tbody>\n";
    const auto cell = [](const std::string& text) { return "<td align=\"right\">" + text + "</td>"; };
    for (const RecordingReport& report : reports) {
        html += "<tr><td>" + escapedHtml(nameIn(report)) + "</td>";
        if (report.failure.empty())
            html += cell(clock(report.durationS, 0)) + cell(std::to_string(report.count())) +
                    cell(seconds(report.totalS())) + cell(percent(report.share())) + cell(seconds(report.longestS())) +
                    cell(rate(report.perMinute()));
        else
            html += "<td colspan=\"6\" class=\"failure\">" + escapedHtml(report.failure) + "</td>";
        html += "</tr>\n";
    }
    const ReportTotals totals = totalsOf(reports);
    if (totals.recordings > 1)
        html += "<tr class=\"all\"><td>All " + std::to_string(totals.recordings) + "</td>" +
                cell(clock(totals.durationS, 0)) + cell(std::to_string(totals.count)) + cell(seconds(totals.totalS)) +
                cell(percent(totals.share())) + cell(seconds(totals.longestS)) + cell(rate(totals.perMinute())) +
                "</tr>\n";
    return html + "</tbody></table>\n";
}

} // namespace

std::string reportHtml(const std::string& title, const std::vector<RecordingReport>& reports,
                       const std::function<std::string(size_t)>& strip) {
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>" +
                       escapedHtml(title) + "</title><style>" + (strip ? "" : kStyle) + "</style></head><body>\n<h1>" +
                       escapedHtml(title) + "</h1>\n" + overviewOf(reports);
    for (size_t i = 0; i < reports.size(); ++i)
        html += sectionOf(reports[i], strip ? strip(i) : svgOf(reports[i]));
    return html + "</body></html>\n";
}

} // namespace ovation
