// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/features/FeatureMatrix.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ovation {

// The seed's features, equal to librosa 0.10's at 22 050 Hz: MFCC 13 and 12 clip values. Work is split in two: what
// depends on one frame only is computed once for a whole recording (FrameFeatures); what depends on the clip that a
// frame is in (top_db, pitch threshold aside, tempo, means) is computed for each window of frames (clipFeatures).

namespace seed {
constexpr int kSampleRate = 22050; ///< Hz
constexpr int kFft = 2048;         ///< samples per frame, periodic Hann, centred with zero padding
constexpr int kHop = 512;          ///< samples
constexpr int kMelBands = 128;     ///< Slaney scale and norm, 0 to 11 025 Hz
constexpr int kMfcc = 13;
constexpr int kClipValues = 12;
constexpr int kWindowFrames = 200; ///< frames of a clip: 4.64 s
constexpr double kHopS = static_cast<double>(kHop) / kSampleRate;
constexpr double kWindowS = kWindowFrames * kHopS;
} // namespace seed

/// Frames of samples, as librosa counts them with centring: 1 + samples / hop; 0 for no samples.
int64_t frameCount(int64_t samples);

/// Everything about a frame that does not depend on its neighbours or its clip.
struct FrameScalars {
    float rms = 0;              ///< root mean square of the frame's samples
    float zeroCrossingRate = 0; ///< share of sign changes, 0 to 1
    float centroid = 0;         ///< Hz
    float rolloff = 0;          ///< Hz, 0.85 of the magnitude
    float bandwidth = 0;        ///< Hz
    float pitchCount = 0;       ///< number of positive piptrack pitches
    float pitchSum = 0;         ///< Hz
    float pitchMax = 0;         ///< Hz, 0 where there is none
    float pitchMin = 0;         ///< Hz, 0 where there is none
};

/// Per-frame features of a stretch of audio: mel power (frames, 128) and FrameScalars. A value.
struct FrameFeatures {
    FeatureMatrix melPower;
    std::vector<FrameScalars> scalars;

    int64_t frames() const { return melPower.rows; }
};

enum class FrameContent {
    All,
    MelOnly, ///< leaves FrameFeatures::scalars empty: enough for mfcc(), at about half the cost
};

/// Streams samples in, frames out. One thread at a time; several extractors may run in parallel.
class FrameExtractor {
public:
    explicit FrameExtractor(FrameContent content = FrameContent::All);
    ~FrameExtractor();

    /// Takes the next samples (22 050 Hz mono) and appends every frame that is complete to `out`.
    void push(std::span<const float> samples, FrameFeatures& out);

    /// Pads the end with zeros and appends the remaining frames; afterwards the extractor is as new.
    void finish(FrameFeatures& out);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// The features of one clip (window).
struct ClipFeatures {
    FeatureMatrix mfcc;                                ///< (frames, 13), as many frames as there are, not padded
    std::array<float, seed::kClipValues> clipValues{}; ///< in the order of clipValueNames()
    bool silent = false; ///< all samples are 0 (or there are none): clip values are 0, and the MFCC those of -100 dB
};

/// "pitch_mean", "pitch_max", ..., in the order of model.
const std::array<const char*, seed::kClipValues>& clipValueNames();

/// Clip features of frames [first, first + count), clipped to what is there. Never NaN.
/// Differs from the features of the same samples saved as a clip in the edge frames only.
ClipFeatures clipFeatures(const FrameFeatures& frames, int64_t first, int64_t count);

/// The MFCC of clipFeatures() alone, (frames, 13); needs no scalars.
FeatureMatrix mfcc(const FrameFeatures& frames, int64_t first, int64_t count);

/// Frame features of a file's stretch (durationS < 0: to the end). Errors: those of AudioReader, and Cancelled.
Result<FrameFeatures> frameFeatures(const std::string& path, double startS = 0, double durationS = -1,
                                    const CancelToken& cancel = {});

/// Frame features of samples at 22 050 Hz.
FrameFeatures frameFeatures(std::span<const float> samples);

} // namespace ovation
