// SPDX-License-Identifier: GPL-3.0-or-later
// Comma-, semicolon- or tab-separated values with a header. Column names are matched by meaning: start, start_s, begin,
// onset, "Start Time (s)" ...; times may be seconds (with a decimal comma too), milliseconds (start_ms) or clock times.
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"
#include "core/labels/Table.h"

#include <algorithm>

namespace ovation::csv {
namespace {

struct Columns {
    int start = -1, end = -1, duration = -1, label = -1, text = -1, score = -1, low = -1, high = -1, file = -1;
    double startUnits = 1, endUnits = 1, durationUnits = 1; ///< in a second

    bool usable() const { return start >= 0 && (end >= 0 || duration >= 0); }
};

/// The column by its name; a name in milliseconds sets `unitsPerSecond`.
int timeColumn(const std::vector<std::string>& header, std::initializer_list<std::string_view> words,
               std::initializer_list<std::string_view> inMs, double& unitsPerSecond) {
    if (const int column = columnOf(header, words); column >= 0) return column;
    const int column = columnOf(header, inMs);
    if (column >= 0) unitsPerSecond = 1000;
    return column;
}

Columns columnsOf(const std::vector<std::string>& header) {
    Columns c;
    c.start =
        timeColumn(header, {"start", "begin", "onset", "starttime", "begintime", "from", "t0", "tmin", "xmin", "in"},
                   {"start ms", "begin ms", "onset ms", "starttime ms"}, c.startUnits);
    c.end =
        timeColumn(header, {"end", "stop", "offset", "endtime", "stoptime", "to", "until", "t1", "tmax", "xmax", "out"},
                   {"end ms", "stop ms", "offset ms", "endtime ms"}, c.endUnits);
    c.duration = timeColumn(header, {"duration", "length", "dur"}, {"duration ms", "length ms"}, c.durationUnits);
    c.label = columnOf(header, {"label", "class", "text", "event label", "event", "annotation", "category", "name",
                                "tag", "type", "value", "label name", "class name", "title"});
    c.text = columnOf(header, {"text"});
    c.score = columnOf(header, {"score", "probability", "confidence", "prob"});
    c.low = columnOf(header, {"low", "low freq", "low frequency", "min freq", "fmin", "lowhz"});
    c.high = columnOf(header, {"high", "high freq", "high frequency", "max freq", "fmax", "highhz"});
    c.file = columnOf(header, {"file", "filename", "file name", "path", "audio", "audio file", "recording"});
    return c;
}

bool isHeader(const std::vector<std::string>& cells) {
    return columnsOf(cells).usable();
}

std::string_view cell(const TableRow& row, int column) {
    if (column < 0 || static_cast<size_t>(column) >= row.cells.size()) return {};
    return trimmed(row.cells[static_cast<size_t>(column)]);
}

/// Whether commas stand in the row's numbers, too: "1,5,2,5,applause" for a start, an end and a label. A label
/// behind the times stands as many cells further on then as there are more than in the first row; a number with a point
/// is a whole one, and a space comes after the comma of a sentence, which no number begins.
bool isSplitInNumbers(const TableRow& row, size_t cellsOfFirst, const Columns& columns) {
    const std::string_view beyond = cell(row, static_cast<int>(cellsOfFirst));
    const bool hasPoint = std::ranges::any_of(row.cells, [](const std::string& text) {
        return text.find('.') != std::string::npos && numberFrom(trimmed(text));
    });
    const bool isSentence =
        row.cells.back().starts_with(' ') && !numberFrom(cell(row, static_cast<int>(row.cells.size()) - 2));
    if (beyond.empty() || hasPoint || isSentence) return false;
    if (columns.label < std::max({columns.start, columns.end, columns.duration})) return numberFrom(beyond).has_value();
    if (!numberFrom(cell(row, columns.label))) return false;
    const auto more = static_cast<int>(row.cells.size() - cellsOfFirst);
    return !numberFrom(cell(row, columns.label + more));
}

/// Without a header the first columns are start, end and label.
bool startsWithTimes(const TableRow& row) {
    return row.cells.size() >= 2 && clockFrom(row.cells[0]) && clockFrom(row.cells[1]);
}

std::string written(const LabelFile& file, char separator) {
    const auto any = [&](auto has) { return std::ranges::any_of(file.labels, has); };
    const bool scores = any([](const Label& l) { return l.score.has_value(); });
    const bool bands = any([](const Label& l) { return l.lowHz || l.highHz; });
    const bool texts = any(hasFreeText);
    const std::string s(1, separator);
    const auto number = [](const std::optional<double>& value) { return value ? numberText(*value) : std::string(); };
    std::string out = "start_s" + s + "end_s" + s + "label";
    if (texts) out += s + "text";
    if (scores) out += s + "score";
    if (bands) out += s + "low_hz" + s + "high_hz";
    const bool names = !file.audioFile.empty() || any([](const Label& l) { return !l.recording.empty(); });
    if (names) out += s + "file";
    out += '\n';
    for (const Label& label : file.labels) {
        out += secondsText(label.span.start) + s + secondsText(label.span.end) + s + cellText(textOf(label), separator);
        if (texts) out += s + (hasFreeText(label) ? cellText(label.text, separator) : std::string());
        if (scores) out += s + number(label.score);
        if (bands) out += s + number(label.lowHz) + s + number(label.highHz);
        if (names) out += s + cellText(recordingOf(label, file), separator);
        out += '\n';
    }
    return out;
}

} // namespace

bool recognises(std::string_view utf8, std::string_view extension) {
    const std::string_view first = utf8.substr(0, utf8.find_first_of("\r\n"));
    if (trimmed(utf8).empty()) return extension == "csv" || extension == "tsv";
    if (utf8.starts_with("WEBVTT") || utf8.starts_with('{') || utf8.starts_with('[') || utf8.starts_with('<'))
        return false;
    if (raven::recognises(utf8, extension)) return false;
    const auto rows = tableRows(first, separatorOf(utf8), isHeader);
    if (!rows || rows->empty()) return false;
    return isHeader(rows->front().cells) ||
           (startsWithTimes(rows->front()) && (extension == "csv" || extension == "tsv"));
}

Result<LabelFile> read(std::string_view utf8) {
    const char separator = separatorOf(utf8);
    const Result<std::vector<TableRow>> table = tableRows(utf8, separator, isHeader);
    if (!table) return table.error();
    LabelCollector labels;
    if (table->empty()) return labels.finish();
    Columns columns = columnsOf(table->front().cells);
    const bool headless = !columns.usable() && startsWithTimes(table->front());
    if (headless) {
        columns = {};
        columns.start = 0;
        columns.end = 1;
        columns.label = 2;
        if (const std::string_view text = cell(table->front(), columns.label); numberFrom(text, true))
            return badLabelFile(table->front().line, "without a header the first three columns are start, end and "
                                                     "label, and the third one is a number, \"" +
                                                         std::string(text) + "\"");
    } else if (!columns.usable())
        return badLabelFile(table->front().line, "the header names no start and end columns");
    for (const TableRow& row : *table) {
        if (!headless && &row == &table->front()) continue;
        const std::optional<double> start = clockFrom(cell(row, columns.start));
        const std::optional<double> end = clockFrom(cell(row, columns.end >= 0 ? columns.end : columns.duration));
        if (!start || !end) return badLabelFile(row.line, "its times are not numbers");
        Label label;
        label.span.start = *start / columns.startUnits;
        label.span.end =
            columns.end >= 0 ? *end / columns.endUnits : endOf(label.span.start, *end / columns.durationUnits);
        label.text = cell(row, columns.label);
        if (separator == ',' && isSplitInNumbers(row, table->front().cells.size(), columns))
            return badLabelFile(row.line, "it has more cells than the first line, as where commas stand in numbers and "
                                          "between cells; numbers need points there, or quotes around them");
        label.score = numberFrom(cell(row, columns.score), true);
        label.lowHz = numberFrom(cell(row, columns.low), true);
        label.highHz = numberFrom(cell(row, columns.high), true);
        labels.add(std::move(label), row.line, cell(row, columns.file), cell(row, columns.text));
    }
    return labels.finish();
}

std::string write(const LabelFile& file) {
    return written(file, ',');
}

std::string writeTabbed(const LabelFile& file) {
    return written(file, '\t');
}

} // namespace ovation::csv
