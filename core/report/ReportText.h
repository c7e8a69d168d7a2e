// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/ApplauseReport.h"

#include <string>
#include <vector>

/// What a report says, whatever it is written on: plain text, not escaped.
namespace ovation::reporttext {

/// "1:02:03.5", "2:03.5".
std::string clock(double seconds, int decimals = 1);

/// What each recording is called: its file's stem, or as much of its path as tells it from the others.
std::vector<std::string> namesIn(const std::vector<RecordingReport>& reports);

struct ReportColumn {
    std::string name;
    bool words = false; ///< aligned to the left; figures are to the right
};

struct ReportRow {
    std::vector<std::string> cells;
    std::string failure; ///< instead of all cells but the first; "" otherwise
    bool total = false;  ///< of all rows before
};

struct ReportTable {
    std::vector<ReportColumn> columns;
    std::vector<ReportRow> rows;
};

/// A row for each recording, and one for all.
ReportTable overview(const std::vector<RecordingReport>& reports);
/// A row for each applause of a recording.
ReportTable applauses(const RecordingReport& report);

/// A recording's figures in a line; with its model where `saysModel`.
std::string figures(const RecordingReport& report, bool saysModel);
/// Says that so many detected segments, at least one, are not counted, as RecordingReport::leftOut says: a sentence.
std::string leftOutText(int64_t segments);
/// Whether several models, or settings, detected: then each recording has to say its own.
bool severalModels(const std::vector<RecordingReport>& reports);

/// When and with what the report was made, and what it counts: sentences. `date` as in reportHtml().
std::string about(const std::vector<RecordingReport>& reports, const std::string& date);

/// What the words in the column "Source" mean, those that occur; "" where there are none.
std::string sourcesExplained(const std::vector<RecordingReport>& reports);

/// What the strips show: in words, and for the two kinds of block, "" where there are none of it.
struct StripLegend {
    std::string strip, detected, labelled;
};
StripLegend stripLegend(const std::vector<RecordingReport>& reports);

/// Round times along a strip, from 0, at most `most` + 1 of them; they leave room for the duration at the right end.
std::vector<double> marks(double durationS, int most);

} // namespace ovation::reporttext
