// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/ProbabilityCurve.h"
#include "core/labels/Segment.h"
#include "core/training/TrainingRun.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ovation {

using SpeechId = int64_t;

/// Which part of the split a speech is held to; Automatic: the split decides.
enum class SplitRole { Automatic, Training, Validation, Test };

/// A recording in the project. Audio is referenced, not copied.
struct Speech {
    SpeechId id = 0;
    std::string path;         ///< absolute; where the file was last seen
    std::string relativePath; ///< from the project file's folder; tried first
    std::string contentHash;  ///< finds the file again after it has moved; "" until known
    int64_t frames = 0;
    int sampleRate = 0;
    int channels = 0;
    bool fullyLabelled = false; ///< unlabelled time counts as not applause
    SplitRole role = SplitRole::Automatic;
    std::string group;    ///< recordings with a group in common are never split; "" for none
    bool missing = false; ///< not found when the project was opened (not stored)

    double durationS() const { return sampleRate > 0 ? static_cast<double>(frames) / sampleRate : 0.0; }
};

/// One undoable change: segments taken away and put in, speech flags before and after. Small values only.
/// Undo swaps `removed` and `added`. A moved segment stands in both lists under the same id.
struct Edit {
    int64_t id = 0;
    SpeechId speech = 0;
    std::string text; ///< for the history list and the Undo menu: "Mark applause"
    std::vector<Segment> removed;
    std::vector<Segment> added;
    bool changesFullyLabelled = false;
    bool fullyLabelledAfter = false;
    int64_t timeMs = 0; ///< since 1970, UTC

    Edit inverse() const;
};

/// What the person decided about a detected segment.
enum class Verdict { Open, Accepted, Rejected };

struct DetectedSegment {
    SampleRange range;
    double score = 0; ///< mean probability, 0 to 1
    double peak = 0;  ///< largest probability
    Verdict verdict = Verdict::Open;

    bool operator==(const DetectedSegment&) const = default;
};

/// Latest detection of one speech: the network's curve, the segments decoded from it, and the verdicts.
struct Detection {
    SpeechId speech = 0;
    std::string model; ///< name of the model that made it
    ProbabilityCurve curve;
    std::vector<DetectedSegment> segments;
};

/// All of a project, as a value: read whole on a worker, then lives in the window's session. Model weights stay in the
/// store.
struct ProjectData {
    std::vector<Speech> speeches;
    std::map<SpeechId, std::vector<Segment>> segments; ///< sorted by begin
    std::vector<Edit> edits;                           ///< oldest first
    size_t editsDone = 0;                              ///< edits[0, editsDone) are in force; the rest can be redone
    std::vector<TrainingRun> runs;                     ///< oldest first
    std::map<SpeechId, Detection> detections;
    std::map<std::string, std::string> settings; ///< hyperparameters, view state: JSON strings by name
    int64_t nextSegmentId = 1;
    int64_t nextSpeechId = 1;
    int64_t nextEditId = 1;

    const Speech* speech(SpeechId id) const; ///< nullptr for none; findById()
    Speech* speech(SpeechId id);

    /// Applies `edit` to segments and flags (not to the history).
    void apply(const Edit& edit);

    /// Verdicts on what the model `before` found go by `name`, in the segments and in the history. Returns the
    /// recordings whose segments are others now.
    std::vector<SpeechId> renameVerdicts(const std::string& before, const std::string& name);
};

} // namespace ovation
