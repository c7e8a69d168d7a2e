// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ovation::ui {

// How verdicts on detected segments become labels, and follow from them. Pure functions.

constexpr double kTouchingS = 0.01;    ///< applause that is less apart is one applause
constexpr double kShortestPartS = 0.1; ///< between labels; shorter rests are no labels of their own

/// What the labels say of a detected segment: verdicts on half of what other labels leave free, or else the class that
/// is labelled on half of it anyway.
Verdict verdictOn(const SampleRange& range, const std::vector<Segment>& labels);

/// Sets verdictOn() of each; true where one changed.
bool setVerdicts(std::vector<DetectedSegment>& detected, const std::vector<Segment>& labels);

/// Whether a verdict lies on it; where it is judged nevertheless, that follows from other labels.
bool hasVerdict(const DetectedSegment& detected, const std::vector<Segment>& labels);

/// Whether a verdict is among the labels over a detected segment.
bool hasVerdict(const std::vector<const Segment*>& over);

/// Whether half of it or more is labelled unsure, and so is kept out of scores. `over`: the labels that overlap it, by
/// begin.
bool isMostlyUnsure(const std::vector<const Segment*>& over, const SampleRange& range);

/// What was labelled applause before an accepted segment was joined with it to become `joined`: what the edit that made
/// `joined` took away, as far as it still covers that. Nothing for labels that came about otherwise.
std::vector<Segment> joinedFrom(const ProjectData& project, SpeechId speech, const Segment& joined);

/// Which edit in force made a label. Reads the history once, when it is asked first; the project has to stay as it is.
class LabelMakers {
public:
    explicit LabelMakers(const ProjectData& project) : m_project(project) {}
    const Edit* of(int64_t label); ///< nullptr for none

private:
    const ProjectData& m_project;
    bool m_read = false;
    std::unordered_map<int64_t, const Edit*> m_edits;
};

/// Whether an accepted segment's label is longer than the segment by what it was joined with alone: its edges were not
/// adjusted. `label`: its acceptedLabel().
bool longerByJoining(LabelMakers& makers, const DetectedSegment& detected, const Segment* label);

/// Where a detected segment is now that was at `range`: the one that overlaps it most.
std::optional<size_t> mostOverlapping(const std::vector<DetectedSegment>& segments, const SampleRange& range);

/// Whether the detected segment of this number is still the one at `range`: a recording may be detected or decoded anew
/// between being looked at and being judged. `detection` may be nullptr.
bool isStillAt(const SampleRange& range, const Detection* detection, size_t index);

/// The detected segment that an edit of labels is about: whose verdict changed by it, from `before` to `now`, or else
/// the one under the labels that it put or took away.
std::optional<size_t> concernedBy(const Edit& edit, const std::vector<DetectedSegment>& before,
                                  const std::vector<DetectedSegment>& now);

/// The labels as a new verdict on a detected segment finds them.
struct ClearedLabels {
    std::vector<Segment> labels;
    bool overwrites = false; ///< a label that is no verdict made way
};

/// Takes away verdicts that lie mostly on the segment, and where it is rejected, other labels of applause that do. The
/// labels that an accepted segment was joined with come back as they were; of a label that stands for other detected
/// segments too, the rest stays. `nextId` is advanced.
ClearedLabels clearedFor(Verdict verdict, const ProjectData& project, const Detection& detection, size_t index,
                         int64_t& nextId);

/// A label of applause to be, and the labels that it takes the place of.
struct JoinedApplause {
    SampleRange range;
    std::vector<Segment> from;
};

/// What accepting `range` makes: what labels leave free of it, as one with the labels of applause that it overlaps or
/// touches, from the earliest start to the latest end; other labels are left alone and may leave several. In order.
std::vector<JoinedApplause> joinedApplause(const SampleRange& range, const std::vector<Segment>& labels,
                                           const Speech& recording);

/// The text that a label joined from these keeps: the longest one's that has any.
std::string joinedText(const std::vector<Segment>& from);

} // namespace ovation::ui
