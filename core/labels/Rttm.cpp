// SPDX-License-Identifier: GPL-3.0-or-later
// Rich Transcription Time Marked: type, file, channel, begin, duration, orthography, subtype, name, confidence, signal
// look-ahead, separated by white space, <NA> where there is nothing; ";;" starts a comment. NIST RT-09 evaluation plan,
// appendix A. A label is a SPEAKER line with its text as the speaker's name.
#include "core/base/NamesApart.h"
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace ovation::rttm {
namespace {

constexpr std::array kTypes = {"SEGMENT",    "NOSCORE", "NO_RT_METADATA", "LEXEME",   "NON-LEX",
                               "NON-SPEECH", "FILLER",  "EDIT",           "IP",       "SU",
                               "CB",         "A/P",     "SPEAKER",        "SPKR-INFO"};

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const size_t first = line.find_first_not_of(" \t");
        if (first == line.npos) return fields;
        const size_t end = std::min(line.find_first_of(" \t", first), line.size());
        fields.push_back(line.substr(first, end - first));
        line.remove_prefix(end);
    }
}

/// A field holds no white space.
std::string field(std::string_view text) {
    std::string out = underscored(text);
    return out.empty() ? "<NA>" : out;
}

/// What each recording is called.
std::map<std::string, std::string> idsOf(const LabelFile& file) {
    std::set<std::string> recordings;
    for (const Label& label : file.labels)
        recordings.insert(recordingOf(label, file));
    const std::vector<std::string> paths(recordings.begin(), recordings.end());
    const std::vector<std::string> names = namesApart(paths, field);
    std::map<std::string, std::string> ids;
    for (size_t i = 0; i < paths.size(); ++i)
        ids[paths[i]] = names[i];
    return ids;
}

std::string labelText(std::string_view name) {
    if (name == "<NA>") return {};
    return name == "not_applause" ? nameOf(LabelClass::NotApplause) : std::string(name);
}

} // namespace

bool recognises(std::string_view utf8, std::string_view extension) {
    for (const std::string_view line : linesOf(utf8)) {
        const auto fields = words(line);
        if (fields.empty() || fields[0].starts_with(";;")) continue;
        return fields.size() >= 8 && std::ranges::find(kTypes, fields[0]) != kTypes.end();
    }
    return extension == "rttm";
}

Result<LabelFile> read(std::string_view utf8) {
    LabelCollector labels;
    int number = 0;
    for (const std::string_view line : linesOf(utf8)) {
        ++number;
        const auto fields = words(line);
        if (fields.empty() || fields[0].starts_with(";;")) continue;
        if (std::ranges::find(kTypes, fields[0]) == kTypes.end())
            return badLabelFile(number, "\"" + std::string(fields[0].substr(0, 40)) + "\" is no type of RTTM line");
        const bool sound = fields[0] == "NON-SPEECH" || fields[0] == "NON-LEX";
        if (fields[0] != "SPEAKER" && !sound) continue;
        if (fields.size() < 8) return badLabelFile(number, "it has fewer than 8 fields");
        const std::optional<double> start = numberFrom(fields[3]), duration = numberFrom(fields[4]);
        if (!start || !duration) return badLabelFile(number, "its begin and duration are not numbers");
        Label label;
        label.span = {*start, endOf(*start, *duration)};
        label.text = labelText(sound && fields[7] == "<NA>" ? fields[6] : fields[7]);
        if (fields.size() > 8) label.score = numberFrom(fields[8]);
        labels.add(std::move(label), number, fields[1] == "<NA>" ? std::string_view() : fields[1]);
    }
    return labels.finish();
}

std::string write(const LabelFile& file) {
    const std::map<std::string, std::string> ids = idsOf(file);
    std::string out;
    for (const Label& label : file.labels)
        out += "SPEAKER " + ids.at(recordingOf(label, file)) + " 1 " + secondsText(label.span.start) + " " +
               durationText(label.span.start, label.span.end) + " <NA> <NA> " + field(textOf(label)) + " " +
               (label.score ? numberText(*label.score) : "<NA>") + " <NA>\n";
    return out;
}

} // namespace ovation::rttm
