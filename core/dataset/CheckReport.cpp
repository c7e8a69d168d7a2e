// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DatasetCheck.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

constexpr size_t kMostEvidence = 10;

} // namespace

const char* nameOf(Severity severity) {
    switch (severity) {
    case Severity::Info:
        return "info";
    case Severity::Warning:
        return "warning";
    case Severity::Fatal:
        return "fatal";
    }
    return "info";
}

std::string wordsOf(const Finding& finding) {
    return finding.remedy.empty() ? finding.text : finding.text + " " + finding.remedy;
}

std::vector<std::string> shortEvidence(std::vector<std::string> evidence) {
    if (evidence.size() <= kMostEvidence) return evidence;
    const size_t more = evidence.size() - kMostEvidence;
    evidence.resize(kMostEvidence);
    evidence.push_back("and " + std::to_string(more) + " more");
    return evidence;
}

bool CheckReport::fatal() const {
    return std::ranges::any_of(findings, [](const Finding& finding) { return finding.severity == Severity::Fatal; });
}

std::string toText(const CheckReport& report) {
    std::string text;
    for (const Finding& finding : report.findings) {
        text += std::string(nameOf(finding.severity)) + ": " + wordsOf(finding);
        if (!finding.evidence.empty()) {
            text += " (";
            for (size_t i = 0; i < finding.evidence.size(); ++i)
                text += (i ? "; " : "") + finding.evidence[i];
            text += ")";
        }
        text += "\n";
    }
    return text;
}

std::string toJson(const CheckReport& report) {
    using Json = nlohmann::ordered_json;
    Json json;
    for (const auto& [name, totals] : {std::pair{"applause", report.applause}, {"other", report.other}})
        json["classes"][name] = {{"clips", totals.clips}, {"seconds", totals.seconds}};
    json["findings"] = Json::array();
    for (const Finding& finding : report.findings)
        json["findings"].push_back({{"severity", nameOf(finding.severity)},
                                    {"id", finding.id},
                                    {"text", finding.text},
                                    {"remedy", finding.remedy},
                                    {"evidence", finding.evidence}});
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ovation
