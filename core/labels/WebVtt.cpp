// SPDX-License-Identifier: GPL-3.0-or-later
// WebVTT: a "WEBVTT" line, then blocks between empty lines; a block with a "-->" line is a cue.
// https://www.w3.org/TR/webvtt1/
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ovation::webvtt {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {{{"&lt;", "<"},
                                                                                     {"&gt;", ">"},
                                                                                     {"&nbsp;", "\xC2\xA0"},
                                                                                     {"&lrm;", "\xE2\x80\x8E"},
                                                                                     {"&rlm;", "\xE2\x80\x8F"},
                                                                                     {"&amp;", "&"}}};

/// Cue text without its tags, with its entities resolved.
std::string plainText(std::string_view payload) {
    std::string out;
    for (size_t i = 0; i < payload.size();) {
        if (payload[i] == '<') {
            const size_t end = payload.find('>', i);
            i = end == payload.npos ? payload.size() : end + 1;
            continue;
        }
        const auto entity = std::ranges::find_if(
            kEntities, [&](const auto& pair) { return payload.substr(i).starts_with(pair.first); });
        if (entity != kEntities.end()) {
            out += entity->second;
            i += entity->first.size();
        } else
            out += payload[i++];
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '\n' || c == '\r') { // an empty line would end the cue
            if (!out.empty() && out.back() != '\n') out += '\n';
        } else
            out += c;
    }
    while (out.ends_with('\n'))
        out.pop_back();
    return out;
}

/// Times with minutes, as the format demands.
std::optional<double> timeFrom(std::string_view text) {
    return text.find(':') == text.npos ? std::nullopt : clockFrom(text);
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    return utf8.starts_with("WEBVTT");
}

Result<LabelFile> read(std::string_view utf8) {
    const std::vector<std::string_view> lines = linesOf(utf8);
    const bool header = !lines.empty() && lines[0].starts_with("WEBVTT") &&
                        (lines[0].size() == 6 || lines[0][6] == ' ' || lines[0][6] == '\t');
    if (!header) return badLabelFile(1, "it does not start with WEBVTT");
    LabelCollector labels;
    for (size_t i = 1; i < lines.size(); ++i) {
        const size_t arrow = lines[i].find("-->");
        if (arrow == lines[i].npos) {
            const bool skipped =
                lines[i].starts_with("NOTE") || lines[i].starts_with("STYLE") || lines[i].starts_with("REGION");
            while (skipped && i + 1 < lines.size() && !lines[i + 1].empty() &&
                   lines[i + 1].find("-->") == lines[i].npos)
                ++i;
            continue;
        }
        const int line = static_cast<int>(i) + 1;
        const std::string_view after = trimmed(lines[i].substr(arrow + 3));
        const std::optional<double> start = timeFrom(trimmed(lines[i].substr(0, arrow)));
        const std::optional<double> end = timeFrom(after.substr(0, after.find_first_of(" \t")));
        if (!start || !end) return badLabelFile(line, "its times are not of the form hh:mm:ss.mmm");
        Label label;
        label.span = {*start, *end};
        std::string payload;
        while (i + 1 < lines.size() && !lines[i + 1].empty() && lines[i + 1].find("-->") == lines[i + 1].npos) {
            if (!payload.empty()) payload += '\n';
            payload += lines[++i];
        }
        label.text = plainText(payload);
        labels.add(std::move(label), line);
    }
    return labels.finish();
}

std::string write(const LabelFile& file) {
    std::string out = "WEBVTT\n";
    for (const Label& label : file.labels) {
        // A cue has to end after it starts.
        const double end = std::max(label.span.end, std::round(label.span.start * 1000) / 1000 + 0.001);
        out += "\n" + clockText(label.span.start) + " --> " + clockText(end) + "\n" + escaped(textOf(label)) + "\n";
    }
    return out;
}

} // namespace ovation::webvtt
