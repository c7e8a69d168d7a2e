// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/RecordingDetection.h"

#include "core/labels/LabelFormats.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace ovation {
namespace {

/// With a point whatever the locale.
void appendFixed(std::string& text, double value, int digits) {
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits);
    text.append(buffer, error == std::errc() ? end : buffer);
}

double inParts(double value, double parts) {
    return std::round(value * parts) / parts;
}

Error noSuchFormat(const std::string& format) {
    return {ErrorCode::WrongUsage, "", "there is no label format \"" + format + "\"", 0};
}

/// Nothing where the folders cannot be told.
std::optional<MediaLink> linkFrom(const std::string& folder, const std::string& audioPath) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path audio(audioPath);
    const fs::path parent = fs::weakly_canonical(audio.has_parent_path() ? audio.parent_path() : ".", error);
    if (error) return {};
    const fs::path from = fs::weakly_canonical(folder.empty() ? "." : folder, error);
    const fs::path whole = parent / audio.filename();
    if (error || !whole.is_absolute()) return {};
    return MediaLink{whole.string(), whole.lexically_relative(from).string()};
}

} // namespace

TimeSpan roundedToMs(TimeSpan span, double durationS) {
    TimeSpan result{inParts(span.start, 1000), inParts(span.end, 1000)};
    if (result.end > durationS) result.end = std::floor(durationS * 1000) / 1000;
    return result.end > result.start ? result : span;
}

Result<RecordingDetection> detectRecording(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                           const DetectorOptions& options, const DecoderOptions& decoder,
                                           const CancelToken& cancel, const ProgressCallback& progress) {
    Result<AudioInfo> info = audioInfo(audioPath);
    if (!info) return info.error();
    Result<ProbabilityCurve> curve = detect(audioPath, bundle, network, options, cancel, progress);
    if (!curve) return curve.error();
    RecordingDetection detection{audioPath, std::move(*info), std::move(*curve), {}};
    detection.segments = decode(detection.curve, decoder);
    return detection;
}

LabelFile toLabelFile(const RecordingDetection& detection) {
    LabelFile file;
    file.audioFile = std::filesystem::path(detection.path).filename().string();
    file.durationS = inParts(detection.curve.durationS, 1e6);
    for (const DecodedSegment& segment : detection.segments) {
        Label label;
        label.span = roundedToMs(segment.span, detection.curve.durationS);
        label.labelClass = LabelClass::Applause;
        label.text = "applause";
        label.score = inParts(segment.mean, 1e4);
        file.labels.push_back(std::move(label));
    }
    return file;
}

Result<std::string> labelFileName(const std::string& stem, const std::string& format) {
    const LabelFormat* found = labelFormat(format);
    if (!found) return noSuchFormat(format);
    return stem + "." + found->extension;
}

Result<std::string> labelFileText(const RecordingDetection& detection, const std::string& format,
                                  const std::string& folder) {
    const LabelFormat* found = labelFormat(format);
    if (!found) return noSuchFormat(format);
    LabelFile file = toLabelFile(detection);
    file.media = linkFrom(folder, detection.path);
    return found->write(file);
}

std::vector<DetectedSegment> toDetectedSegments(const std::vector<DecodedSegment>& segments, int sampleRate,
                                                int64_t frames) {
    std::vector<DetectedSegment> result;
    if (sampleRate <= 0) return result;
    for (const DecodedSegment& segment : segments) {
        const SampleRange range = toFrames(segment.span, sampleRate).clamped(0, frames);
        if (!range.empty()) result.push_back({range, segment.mean, segment.peak, Verdict::Open});
    }
    return result;
}

std::string toCsv(const ProbabilityCurve& curve) {
    std::string text = "time_s,probability\n";
    for (size_t i = 0; i < curve.values.size(); ++i) {
        appendFixed(text, curve.startS + static_cast<double>(i) * curve.stepS, 3);
        text += ',';
        appendFixed(text, curve.values[i], 6);
        text += '\n';
    }
    return text;
}

} // namespace ovation
