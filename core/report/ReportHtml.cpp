// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"
#include "core/report/ApplauseReport.h"
#include "core/report/ReportText.h"

#include <algorithm>

namespace ovation {

namespace {

constexpr const char* kStyle = R"(
body { font: 15px/1.45 system-ui, sans-serif; color: #1d1f21; background: #fff; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin: 1.8em 0 .3em; }
p.figures { margin: .2em 0 .5em; color: #44484d; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .2em .7em; border-bottom: 1px solid #dcdcd8; text-align: right; white-space: nowrap; }
th.words, td.words, td.failure { text-align: left; }
td:first-child, td.failure { white-space: normal; overflow-wrap: anywhere; }
thead { display: table-header-group; }
thead th { border-bottom: 2px solid #9a9da1; }
tr { break-inside: avoid; }
tr.all td { font-weight: 600; border-top: 2px solid #9a9da1; }
svg.strip { width: 100%; height: 26px; display: block; }
svg.block { width: 28px; height: 14px; vertical-align: -2px; }
.times { position: relative; height: 1.5em; margin-bottom: .4em; font-size: .8em; font-variant-numeric: tabular-nums; }
.times span { position: absolute; }
.legend { font-size: .87em; margin: .6em 0; } .legend span { white-space: nowrap; margin-left: 1em; }
.failure { color: #a01c1c; }
section { break-inside: avoid-page; } h2, p.figures, svg.strip, .times { break-after: avoid; }
@media (prefers-color-scheme: dark) { body { color: #e4e6e8; background: #1b1d20; } p.figures { color: #b4b8bd; } th, td { border-color: #3a3e44; } .failure { color: #ff8f8f; } }
@media print { body { color: #000; background: #fff; max-width: none; margin: 0; } }
)";

/// A strip's blocks: hatched for what was detected, plain for what is only labelled: told apart without colour too.
constexpr const char* kPatterns =
    "<defs><pattern id=\"clap\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#e07b00\"/><rect width=\"2\" height=\"6\" "
    "fill=\"#ffc27a\"/></pattern></defs>";

std::string blockLook(bool onlyLabelled) {
    return std::string(" fill=\"") + (onlyLabelled ? "#ffd9a8" : "url(#clap)") +
           "\" stroke=\"#a65a00\" stroke-width=\"0.5\"";
}

/// The whole recording, and below it times.
std::string stripOf(const RecordingReport& report) {
    constexpr double kWidth = 1000;
    constexpr int kMarks = 8;
    if (!(report.durationS > 0)) return {};
    std::string html =
        "<svg class=\"strip\" viewBox=\"0 0 1000 26\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" +
        std::to_string(report.count()) + (report.count() == 1 ? " applause" : " applauses") + " over " +
        reporttext::clock(report.durationS, 0) + "\">" + kPatterns +
        "<rect width=\"1000\" height=\"26\" fill=\"#8882\" stroke=\"#888\" stroke-width=\"0.5\"/>";
    for (const ReportedApplause& one : report.applause)
        html += "<rect x=\"" + fixed(one.span.start / report.durationS * kWidth, 2) + "\" width=\"" +
                fixed(std::max(1.0, one.span.length() / report.durationS * kWidth), 2) + "\" height=\"26\"" +
                blockLook(one.onlyLabelled()) + "><title>" + reporttext::clock(one.span.start) + " to " +
                reporttext::clock(one.span.end) + "</title></rect>";
    html += "</svg><div class=\"times\">";
    for (const double time : reporttext::marks(report.durationS, kMarks))
        html += "<span style=\"left:" + fixed(time / report.durationS * 100, 2) + "%\">" + reporttext::clock(time, 0) +
                "</span>";
    return html + "<span style=\"right:0\">" + reporttext::clock(report.durationS, 0) + "</span></div>";
}

std::string legendOf(const std::vector<RecordingReport>& reports) {
    const reporttext::StripLegend legend = reporttext::stripLegend(reports);
    if (legend.strip.empty()) return {};
    std::string html = "<p class=\"legend\">" + escapedHtml(legend.strip);
    const auto block = [&](const std::string& text, bool onlyLabelled) {
        if (text.empty()) return;
        html += " <span><svg class=\"block\" viewBox=\"0 0 28 14\">" + std::string(kPatterns) +
                "<rect x=\"0.5\" y=\"0.5\" width=\"27\" height=\"13\"" + blockLook(onlyLabelled) + "/></svg> " +
                escapedHtml(text) + "</span>";
    };
    block(legend.detected, false);
    block(legend.labelled, true);
    return html + "</p>\n<p class=\"legend\">" + escapedHtml(reporttext::sourcesExplained(reports)) + "</p>\n";
}

std::string tableOf(const reporttext::ReportTable& table) {
    const auto look = [&](size_t column) {
        return table.columns[column].words ? std::string(" class=\"words\"") : std::string();
    };
    std::string html = "<table><thead><tr>";
    for (size_t i = 0; i < table.columns.size(); ++i)
        html += "<th" + look(i) + ">" + escapedHtml(table.columns[i].name) + "</th>";
    html += "</tr></thead><tbody>\n";
    for (const reporttext::ReportRow& row : table.rows) {
        html += row.total ? "<tr class=\"all\">" : "<tr>";
        for (size_t i = 0; i < row.cells.size(); ++i)
            html += "<td" + look(i) + ">" + escapedHtml(row.cells[i]) + "</td>";
        if (!row.failure.empty())
            html += "<td colspan=\"" + std::to_string(table.columns.size() - row.cells.size()) +
                    "\" class=\"failure\">" + escapedHtml(row.failure) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody></table>\n";
}

std::string sectionOf(const RecordingReport& report, const std::string& name, bool saysModel) {
    std::string html = "<section><h2>" + escapedHtml(name) + "</h2>\n";
    if (!report.failure.empty())
        return html + "<p class=\"failure\">" + escapedHtml(report.failure) + "</p></section>\n";
    html += "<p class=\"figures\">" + escapedHtml(reporttext::figures(report, saysModel)) + "</p>\n" + stripOf(report) +
            "\n";
    if (!report.applause.empty()) html += tableOf(reporttext::applauses(report));
    return html + "</section>\n";
}

} // namespace

std::string reportHtml(const std::string& title, const std::vector<RecordingReport>& reports, const std::string& date) {
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>" +
                       escapedHtml(title) + "</title><style>" + kStyle + "</style></head><body>\n<h1>" +
                       escapedHtml(title) + "</h1>\n<p class=\"figures\">" +
                       escapedHtml(reporttext::about(reports, date)) + "</p>\n" +
                       tableOf(reporttext::overview(reports)) + legendOf(reports);
    const bool saysModel = reporttext::severalModels(reports);
    const std::vector<std::string> names = reporttext::namesIn(reports);
    for (size_t i = 0; i < reports.size(); ++i)
        html += sectionOf(reports[i], names[i], saysModel);
    return html + "</body></html>\n";
}

} // namespace ovation
