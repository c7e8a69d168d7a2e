// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/DetectReport.h"

#include "core/base/Text.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ovation::cli {

namespace {

using Json = nlohmann::ordered_json;

double inMs(double seconds) {
    return std::round(seconds * 1000) / 1000;
}

std::string number(double value) {
    return Json(inMs(value)).dump(); // with a point whatever the locale
}

} // namespace

std::string reportCsv(const std::vector<ReportRow>& rows) {
    std::string text = "file,output,status,duration_s,segments,applause_s,failure\n";
    for (const ReportRow& row : rows) {
        text += csvCell(row.file) + "," + csvCell(row.output) + "," + row.status() + ",";
        if (row.summary)
            text += number(row.summary->durationS) + "," + std::to_string(row.summary->segments) + "," +
                    number(row.summary->applauseS) + ",";
        else
            text += ",,,";
        text += csvCell(row.failure) + "\n";
    }
    return text;
}

std::string reportJson(const std::vector<ReportRow>& rows) {
    Json recordings = Json::array(), failed = Json::array(), missing = Json::array();
    DetectSummary total;
    int64_t done = 0;
    for (const ReportRow& row : rows) {
        Json entry{{"file", row.file}, {"output", row.output}, {"status", row.status()}};
        if (row.summary) {
            entry["duration_s"] = inMs(row.summary->durationS);
            entry["segments"] = row.summary->segments;
            entry["applause_s"] = inMs(row.summary->applauseS);
            total.durationS += row.summary->durationS;
            total.segments += row.summary->segments;
            total.applauseS += row.summary->applauseS;
            ++done;
        } else if (!row.failure.empty()) {
            entry["failure"] = row.failure;
            failed.push_back(row.file);
        } else {
            missing.push_back(row.file);
        }
        recordings.push_back(std::move(entry));
    }
    const Json report{{"recordings", recordings},
                      {"total",
                       {{"done", done},
                        {"duration_s", inMs(total.durationS)},
                        {"segments", total.segments},
                        {"applause_s", inMs(total.applauseS)}}},
                      {"failed", failed},
                      {"missing", missing}};
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ovation::cli
