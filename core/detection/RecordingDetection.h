// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"
#include "core/detection/Detector.h"
#include "core/detection/SegmentDecoder.h"
#include "core/labels/Label.h"
#include "core/project/ProjectData.h"

#include <string>
#include <vector>

namespace ovation {

/// All that detection says about one recording. A value.
struct RecordingDetection {
    std::string path;
    AudioInfo info;
    ProbabilityCurve curve;
    std::vector<DecodedSegment> segments;
};

/// Recording -> curve -> segments. Threads and errors as detect().
Result<RecordingDetection> detectRecording(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                           const DetectorOptions& options, const DecoderOptions& decoder,
                                           const CancelToken& cancel = {}, const ProgressCallback& progress = {});

/// A detected span in whole milliseconds, far finer than a model hears: inside [0, durationS], and as it was where it
/// would become empty.
TimeSpan roundedToMs(TimeSpan span, double durationS);

/// The segments as labels "applause" with their mean probability as score, for label files: in whole milliseconds.
LabelFile toLabelFile(const RecordingDetection& detection);

/// "STEM.txt": what a label file in that format (an id of labelFormats()) is called. WrongUsage where there is no such
/// format.
Result<std::string> labelFileName(const std::string& stem, const std::string& format);

/// The segments as the bytes of a label file in `folder`. WrongUsage where there is no such format.
Result<std::string> labelFileText(const RecordingDetection& detection, const std::string& format,
                                  const std::string& folder);

/// The segments in the recording's own sample frames, inside it and never empty, for a project.
std::vector<DetectedSegment> toDetectedSegments(const std::vector<DecodedSegment>& segments, int sampleRate,
                                                int64_t frames);

/// The curve as CSV: a header line "time_s,probability" and one line a value.
std::string toCsv(const ProbabilityCurve& curve);

} // namespace ovation
