// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ovation {

/// Where a label came from.
enum class Origin {
    Drawn,
    Imported, ///< from a label file, or with a class folder or bin
    Accepted, ///< detected by a model and accepted, or rejected
    Rejected,
    Proposed, ///< proposed without a model and accepted
};

/// A labelled segment of a recording in the project: what people edit. A value.
struct Segment {
    int64_t id = 0;    ///< unique in the project, never used again
    SampleRange range; ///< at the recording's own sample rate; within it, never empty
    LabelClass labelClass = LabelClass::Applause;
    std::string text; ///< its own text; "" means the class's name
    Origin origin = Origin::Drawn;
    std::string source; ///< the label file or the model it came from; what proposed it
    double score = -1;  ///< the probability it was accepted or rejected with, else -1

    bool operator==(const Segment&) const = default;
};

/// Whether it came of judging a detected segment.
bool isVerdict(const Segment& segment);

/// The parts of `range`, which may be reversed, in [0, frames) that no segment covers, in order; and the longest of
/// them, empty if there is none.
std::vector<SampleRange> freeParts(SampleRange range, const std::vector<Segment>& segments, int64_t frames);
SampleRange freePart(SampleRange range, const std::vector<Segment>& segments, int64_t frames);

/// A frame's time with as few decimals as say which frame it is: 6 in practice.
double readableSeconds(int64_t frame, int sampleRate);

/// Segments as labels in seconds, sorted by start, and back. `nextId` is advanced. Labels are clipped to [0, frames];
/// what is empty then is dropped and said so in `warnings`.
std::vector<Label> toLabels(const std::vector<Segment>& segments, int sampleRate);
std::vector<Segment> toSegments(const LabelFile& file, int sampleRate, int64_t frames, int64_t& nextId,
                                std::vector<std::string>& warnings);

} // namespace ovation
