// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/base/TimeRange.h"
#include "core/detection/SegmentDecoder.h"
#include "core/project/ProjectData.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// Why an applause is counted.
enum class ApplauseSource {
    LabelFile,        ///< in a label file: whoever wrote it
    Detected,         ///< by the model, and not judged
    Accepted,         ///< detected and accepted
    DetectedLabelled, ///< by hand, imported or proposed, with its own edges; detected there, too
    AcceptedEarlier,  ///< a label that was made by accepting, where nothing is detected now
    Labelled,         ///< by hand, imported or proposed, where nothing is detected
};

/// One applause in a report.
struct ReportedApplause {
    TimeSpan span;                  ///< seconds
    std::optional<double> score;    ///< mean probability, where a model found it
    std::optional<double> loudness; ///< LUFS (EBU R 128); nothing under 0.4 s, in silence, or before it is measured
    ApplauseSource source = ApplauseSource::LabelFile;

    bool onlyLabelled() const {
        return source == ApplauseSource::AcceptedEarlier || source == ApplauseSource::Labelled;
    }
};

/// The applause of one recording in figures.
struct RecordingReport {
    std::string path;
    double durationS = 0;
    std::vector<ReportedApplause> applause; ///< in order
    std::optional<double> loudness;         ///< of the whole recording, LUFS
    std::string loudnessFailure;            ///< why no loudness could be measured; "" otherwise
    std::string failure;                    ///< why there is nothing to report; "" otherwise
    std::optional<std::string> model;       ///< that detected in it, by name; nothing where none did
    std::optional<DecoderOptions> decoder;  ///< that it detected with, where that is known
    int64_t leftOut = 0; ///< detected segments without a verdict that are not counted: all is labelled, they are not
    std::vector<std::string> remarks = {}; ///< sentences: what its figures do not rest on, and what is doubtful in them

    int64_t count() const { return static_cast<int64_t>(applause.size()); }
    double totalS() const;
    double longestS() const;
    std::optional<double> share() const;     ///< of the duration; nothing where that is 0
    std::optional<double> perMinute() const; ///< applauses
};

/// All of a collection as if it were one recording; without applauses' places.
struct ReportTotals {
    int64_t recordings = 0, withApplause = 0, failed = 0, count = 0;
    double durationS = 0, totalS = 0, longestS = 0;

    std::optional<double> share() const;
    std::optional<double> perMinute() const;
};
ReportTotals totalsOf(const std::vector<RecordingReport>& reports);

/// Labelled applause as it is counted: inside a recording of that length, in order, and what overlaps is one.
std::vector<ReportedApplause> mergedApplause(std::vector<ReportedApplause> labelled, double durationS);

/// One for each recording of a project that detection was run on or that is labelled. Labelled applause counts with its
/// own edges, what was accepted with those that it was given. What was detected and has no verdict counts where nothing
/// is labelled, of whatever class, nor rejected; in fully labelled recordings it does not count at all. Without
/// loudness.
std::vector<RecordingReport> reportsOf(const ProjectData& project);
/// Of one speech, without the decoder; nothing where nothing is known of it.
std::optional<RecordingReport> reportOf(const ProjectData& project, const Speech& speech);

/// The label that an accepted segment became, where there is exactly one; it may have been adjusted since.
const Segment* acceptedLabel(const DetectedSegment& detected, const std::vector<Segment>& labels);
/// That of each, in order; nullptr where there is none.
std::vector<const Segment*> acceptedLabels(const std::vector<DetectedSegment>& detected,
                                           const std::vector<Segment>& labels);

/// What a detected segment counts as: acceptedLabel()'s range, or else what was detected. One for each, in order; those
/// that became the same label keep what was detected of each.
std::vector<SampleRange> settledRanges(const std::vector<DetectedSegment>& detected,
                                       const std::vector<Segment>& labels);

/// One applause of a detection.
struct CountedApplause {
    SampleRange range;
    double score = 0;    ///< where several detected segments are one applause, their mean by length
    size_t detected = 0; ///< place of the first of them
};
/// What is counted of a detection: everything but what was rejected, with the edges that it was given, in order; what
/// overlaps is one, as segments that became the same label are.
std::vector<CountedApplause> countedApplause(const std::vector<DetectedSegment>& detected,
                                             const std::vector<Segment>& labels);

/// Measures the loudness of the recording and of each applause in it, in one pass over the file; all or none. Errors:
/// those of AudioReader, which are noted in `report` too, Cancelled.
Result<void> measureLoudness(RecordingReport& report, const CancelToken& cancel = {},
                             const ProgressCallback& progress = {});

/// A row for each recording, and one for all; and a row for each applause. Times in seconds, loudness in LUFS.
std::string recordingsCsv(const std::vector<RecordingReport>& reports);
std::string applausesCsv(const std::vector<RecordingReport>& reports);

/// A page that needs nothing else: totals, what they count, and for each recording its figures, a strip of the whole of
/// it, and its applauses. `date`: when it is made, as it is to be read; "" to leave that out.
std::string reportHtml(const std::string& title, const std::vector<RecordingReport>& reports,
                       const std::string& date = {});

} // namespace ovation
