// SPDX-License-Identifier: GPL-3.0-or-later
// Raven's selection table: tab-separated, with a header of fixed column names. A selection has one row for each view it
// is shown in; the rows share its number and times. Where tables have been put together, others may have its number.
// https://ravensoundsoftware.com/knowledge-base/
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"
#include "core/labels/Table.h"

#include <algorithm>
#include <array>
#include <set>

namespace ovation::raven {
namespace {

int exactColumn(const std::vector<std::string>& header, std::string_view name) {
    const auto found =
        std::ranges::find_if(header, [&](const std::string& cell) { return lowerCase(trimmed(cell)) == name; });
    return found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

/// Annotations have no fixed column: the common names first, then the first column that is not one of Raven's own.
int annotationColumn(const std::vector<std::string>& header) {
    const int named = columnOf(header, {"annotation", "label", "class", "species", "tag", "sound type", "type",
                                        "call type", "notes", "comments"});
    if (named >= 0) return named;
    static const std::set<std::string> own = {"selection",   "view",        "channel", "begin",      "end",
                                              "low freq",    "high freq",   "delta",   "delta freq", "score",
                                              "confidence",  "file offset", "length",  "begin date", "end date",
                                              "begin clock", "end clock"};
    for (size_t i = 0; i < header.size(); ++i) {
        const std::string word = headerWord(header[i]);
        const bool measurement = header[i].find('(') != std::string::npos || word.find("file") != std::string::npos ||
                                 word.find("path") != std::string::npos;
        if (!word.empty() && !own.contains(word) && !measurement) return static_cast<int>(i);
    }
    return -1;
}

std::string_view cell(const TableRow& row, int column) {
    if (column < 0 || static_cast<size_t>(column) >= row.cells.size()) return {};
    return trimmed(row.cells[static_cast<size_t>(column)]);
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    const std::string first = lowerCase(utf8.substr(0, utf8.find_first_of("\r\n")));
    return first.find("begin time (s)") != std::string::npos && first.find('\t') != std::string::npos;
}

Result<LabelFile> read(std::string_view utf8) {
    const Result<std::vector<TableRow>> table = tableRows(utf8, '\t');
    if (!table) return table.error();
    LabelCollector labels;
    if (table->empty()) return badLabelFile(1, "it has no header");
    const std::vector<std::string>& header = table->front().cells;
    const int begin = exactColumn(header, "begin time (s)"), end = exactColumn(header, "end time (s)");
    if (begin < 0 || end < 0) return badLabelFile(1, "the header lacks \"Begin Time (s)\" and \"End Time (s)\"");
    const int selection = exactColumn(header, "selection"), low = exactColumn(header, "low freq (hz)"),
              high = exactColumn(header, "high freq (hz)"), text = annotationColumn(header),
              freeText = exactColumn(header, "text"), score = columnOf(header, {"score", "confidence", "probability"}),
              beginFile = exactColumn(header, "begin file"), offset = exactColumn(header, "file offset (s)");
    std::set<std::array<std::string, 4>> seen;
    for (const TableRow& row : *table) {
        if (&row == &table->front()) continue;
        const std::string_view number = cell(row, selection);
        const auto place = [&](int column) { return std::string(cell(row, column)); };
        if (!number.empty() && !seen.insert({std::string(number), place(begin), place(end), place(beginFile)}).second)
            continue; // the same selection in another view
        const std::optional<double> from = numberFrom(cell(row, begin), true), to = numberFrom(cell(row, end), true);
        if (!from || !to) return badLabelFile(row.line, "its begin and end times are not numbers");
        Label label;
        label.span = {*from, *to};
        // Of several files opened as one, times run on through all of them; the offset is that in the file itself.
        if (const std::optional<double> start = numberFrom(cell(row, offset), true))
            label.span = {*start, endOf(*start, *to - *from)};
        label.text = cell(row, text);
        label.lowHz = numberFrom(cell(row, low), true);
        label.highHz = numberFrom(cell(row, high), true);
        label.score = numberFrom(cell(row, score), true);
        labels.add(std::move(label), row.line, cell(row, beginFile), cell(row, freeText));
    }
    return labels.finish();
}

std::string write(const LabelFile& file) {
    const auto any = [&](auto has) { return std::ranges::any_of(file.labels, has); };
    const bool bands = any([](const Label& l) { return l.lowHz || l.highHz; });
    const bool scores = any([](const Label& l) { return l.score.has_value(); });
    const bool texts = any(hasFreeText);
    const auto number = [](const std::optional<double>& value) { return value ? numberText(*value) : std::string(); };
    std::string out = "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)";
    if (bands) out += "\tLow Freq (Hz)\tHigh Freq (Hz)";
    const bool names = !file.audioFile.empty() || any([](const Label& l) { return !l.recording.empty(); });
    const bool several = any([](const Label& l) { return !l.recording.empty(); });
    if (names) out += "\tBegin File";
    if (several) out += "\tFile Offset (s)";
    out += "\tAnnotation";
    if (texts) out += "\tText";
    if (scores) out += "\tScore";
    out += '\n';
    int selection = 0;
    for (const Label& label : file.labels) {
        out += std::to_string(++selection) + "\tSpectrogram 1\t1\t" + secondsText(label.span.start, 9) + "\t" +
               secondsText(label.span.end, 9);
        if (bands) out += "\t" + number(label.lowHz) + "\t" + number(label.highHz);
        if (names) out += "\t" + cellText(recordingOf(label, file), '\t');
        if (several) out += "\t" + secondsText(label.span.start, 9);
        out += "\t" + cellText(oneLineText(textOf(label)), '\t');
        if (texts) out += "\t" + (hasFreeText(label) ? cellText(oneLineText(label.text), '\t') : std::string());
        if (scores) out += "\t" + number(label.score);
        out += '\n';
    }
    return out;
}

} // namespace ovation::raven
