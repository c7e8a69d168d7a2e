// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/StudioAnswers.h"

#include "core/detection/CurveSums.h"
#include "core/detection/Detector.h"
#include "core/detection/FrameChunks.h"
#include "core/detection/WindowBatches.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>

namespace ovation {

namespace {

Result<std::vector<float>> clipAnswers(std::span<const float> samples, const ModelBundle& bundle, Network& network) {
    const int64_t hop = hopFramesOf(bundle);
    WindowBatches batches(bundle, hop, DetectorOptions{}.batchSize);
    batches.append(frameFeatures(samples));
    batches.finish();
    CurveSums sums(hop);
    while (const auto batch = batches.take())
        if (auto added = sums.add(*batch, bundle, network); !added) return added.error();
    return sums.curve(batches.frames(), 0).values;
}

Result<std::vector<float>> frameAnswers(std::span<const float> samples, const ModelBundle& bundle, Network& network) {
    LogMelFrames frames = logMel(samples, bundle.logMel);
    bundle.logMelStandardizer.apply(frames.values.values);
    FrameChunks chunks(bundle.logMel.bands);
    chunks.append(frames);
    chunks.finish();
    std::vector<float> answers;
    while (const auto batch = chunks.take())
        if (auto answered = answer(*batch, network, bundle.name, answers); !answered) return answered.error();
    return answers;
}

} // namespace

int sampleRateOf(const ModelBundle& bundle) {
    return isFrameModel(bundle.architecture.id) ? bundle.logMel.sampleRate : seed::kSampleRate;
}

Result<std::vector<float>> studioAnswers(std::span<const float> samples, const ModelBundle& bundle, Network& network) {
    if (samples.empty()) return Error{ErrorCode::ZeroLengthAudio, "", "", 0};
    return isFrameModel(bundle.architecture.id) ? frameAnswers(samples, bundle, network)
                                                : clipAnswers(samples, bundle, network);
}

RawClip rawClip(std::span<const float> samples, const ModelBundle& bundle) {
    const FrameFeatures features = frameFeatures(samples);
    const ClipFeatures clip = clipFeatures(features, 0, bundle.architecture.frames);
    RawClip raw;
    raw.frames = bundle.architecture.frames;
    raw.length = {static_cast<int32_t>(std::max<int64_t>(1, clip.mfcc.rows))};
    raw.mfcc = clip.mfcc.values;
    raw.mfcc.resize(static_cast<size_t>(raw.frames * seed::kMfcc));
    raw.clipValues.assign(clip.clipValues.begin(), clip.clipValues.end());
    return raw;
}

RawClip standardised(RawClip clip, const ModelBundle& bundle) {
    const auto valid = static_cast<size_t>(clip.length[0]) * seed::kMfcc;
    bundle.mfccStandardizer.apply(std::span(clip.mfcc).first(valid));
    bundle.clipStandardizer.apply(clip.clipValues);
    return clip;
}

} // namespace ovation
