// SPDX-License-Identifier: GPL-3.0-or-later
// Audacity's label track, as File > Export > Labels writes it: start, end and text, separated by tabs; a label with
// frequencies is followed by a line that starts with a backslash: low and high in Hz, -1 where undefined.
// https://manual.audacityteam.org/man/importing_and_exporting_labels.html
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

namespace ovation::audacity {
namespace {

/// The first two fields and the rest of a line; fields are separated by tabs, or by spaces where there is no tab.
struct Fields {
    std::string_view first, second, rest;
    bool hasSecond = false;
};

Fields fieldsOf(std::string_view line) {
    Fields fields;
    const bool tabs = line.find('\t') != line.npos;
    const auto next = [&](std::string_view& from) {
        if (!tabs) from = from.substr(std::min(from.find_first_not_of(' '), from.size()));
        const size_t end = from.find(tabs ? '\t' : ' ');
        const std::string_view field = from.substr(0, end);
        from = end == from.npos ? std::string_view() : from.substr(end + 1);
        return field;
    };
    fields.first = next(line);
    fields.hasSecond = !line.empty();
    fields.second = next(line);
    fields.rest = line;
    return fields;
}

std::optional<double> frequency(std::string_view text) {
    const std::optional<double> hz = numberFrom(text, true);
    return hz && *hz >= 0 ? hz : std::nullopt;
}

} // namespace

bool recognises(std::string_view utf8, std::string_view extension) {
    for (const std::string_view line : linesOf(utf8)) {
        if (trimmed(line).empty()) continue;
        const Fields fields = fieldsOf(line);
        return fields.hasSecond && numberFrom(fields.first, true) && numberFrom(fields.second, true);
    }
    return extension == "txt"; // an empty track
}

Result<LabelFile> read(std::string_view utf8) {
    LabelCollector labels;
    std::optional<Label> pending; // waits for its line of frequencies
    int pendingLine = 0, number = 0;
    for (const std::string_view line : linesOf(utf8)) {
        ++number;
        if (trimmed(line).empty()) continue;
        const Fields fields = fieldsOf(line);
        if (trimmed(fields.first) == "\\") {
            if (!pending) return badLabelFile(number, "a line of frequencies without a label before it");
            const std::string_view high = splitAt(fields.rest, '\t').front();
            if (!numberFrom(fields.second, true) || !numberFrom(high, true))
                return badLabelFile(number, "the frequencies are not numbers");
            pending->lowHz = frequency(fields.second);
            pending->highHz = frequency(high);
            continue;
        }
        const std::optional<double> start = numberFrom(fields.first, true);
        const std::optional<double> end = numberFrom(fields.second, true);
        if (!fields.hasSecond || !start || !end)
            return badLabelFile(number, "it does not start with two times in seconds");
        if (pending) labels.add(std::move(*pending), pendingLine);
        pending.emplace();
        pending->span = {*start, *end};
        pending->text = fields.rest;
        pendingLine = number;
    }
    if (pending) labels.add(std::move(*pending), pendingLine);
    return labels.finish();
}

std::string write(const LabelFile& file) {
    std::string out;
    for (const Label& label : file.labels) {
        out += secondsText(label.span.start, 6) + "\t" + secondsText(label.span.end, 6) + "\t" +
               oneLineText(textOf(label)) + "\n";
        if (label.lowHz || label.highHz)
            out += "\\\t" + secondsText(label.lowHz.value_or(-1), 6) + "\t" +
                   secondsText(label.highHz.value_or(-1), 6) + "\n";
    }
    return out;
}

} // namespace ovation::audacity
