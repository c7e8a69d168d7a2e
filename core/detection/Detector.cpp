// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"

#include "core/audio/MonoStream.h"
#include "core/detection/SlidingWindows.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace ovation {
namespace {

constexpr size_t kBlock = 1 << 15; ///< samples read at once: 1.5 s

Result<ProbabilityCurve> slide(MonoStream& stream, const std::string& audioPath, SlidingWindows& windows,
                               const CancelToken& cancel, const ProgressCallback& progress) {
    FrameExtractor extractor;
    std::vector<float> block(kBlock);
    const double duration = stream.info().durationS();
    int64_t samples = 0;
    for (;;) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        const Result<int64_t> read = stream.read(block);
        if (!read) return read.error();
        if (*read == 0) break;
        samples += *read;
        extractor.push(std::span<const float>(block).first(static_cast<size_t>(*read)), windows.pending());
        if (Result<void> processed = windows.process(); !processed) return processed.error();
        if (progress) progress({static_cast<double>(samples) / seed::kSampleRate, duration, "Detecting", audioPath});
    }
    if (samples == 0) return Error{ErrorCode::ZeroLengthAudio, audioPath, "", 0};
    extractor.finish(windows.pending());
    if (Result<void> finished = windows.finish(); !finished) return finished.error();
    if (progress) progress({duration, duration, "Detecting", audioPath});
    return windows.curve(duration);
}

} // namespace

int64_t hopFramesOf(double hopS, int64_t windowFrames) {
    const double frames = std::isfinite(hopS) ? std::round(hopS / seed::kHopS) : 1;
    return static_cast<int64_t>(std::clamp(frames, 1.0, static_cast<double>(windowFrames)));
}

Result<ProbabilityCurve> detect(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                const DetectorOptions& options, const CancelToken& cancel,
                                const ProgressCallback& progress) {
    try {
        const Result<std::unique_ptr<MonoStream>> stream = MonoStream::open(audioPath, seed::kSampleRate);
        if (!stream) return stream.error();
        SlidingWindows windows(bundle, network, hopFramesOf(options.hopS, bundle.architecture.frames),
                               options.batchSize);
        return slide(**stream, audioPath, windows, cancel, progress);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, audioPath, "", 0};
    }
}

} // namespace ovation
