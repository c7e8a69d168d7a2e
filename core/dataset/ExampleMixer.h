// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/MixSources.h"
#include "core/features/LogMel.h"
#include "core/training/Hyperparameters.h"

#include <cstdint>
#include <vector>

namespace ovation {

/// A training example of a frame network, before it is standardised.
struct MixedExample {
    FeatureMatrix values;       ///< (frames, bands): dB above the level, floor kMixFloorDb
    std::vector<float> targets; ///< by frame: 1 applause, 0 not
    std::vector<float> weights; ///< by frame: 1, or 0 where the label is unknown or unsure
};

constexpr double kMixFloorDb = -120; ///< low enough that levels may still be shifted

/// Makes training examples out of parts of recordings: speech with applause and other sounds laid in, stretches of
/// anything end to end, sounds that are not applause, and cuts of recordings as they are; then noise, old records'
/// surfaces, band limits and rooms. Examples are functions of their number; const functions may be called from several
/// threads.
class ExampleMixer {
public:
    /// `sources` outlives it. `frames`: of an example.
    ExampleMixer(const MixSources& sources, const LogMelOptions& features, const Hyperparameters& hyperparameters,
                 int64_t frames);

    MixedExample make(uint64_t seed, uint64_t number) const;

    /// The sound of an example and its labels by frame, for listening and tests.
    struct Sound {
        Samples samples;
        std::vector<float> targets, weights;
    };
    Sound sound(uint64_t seed, uint64_t number) const;

private:
    class Scene;

    const MixSources& m_sources;
    const LogMelOptions m_features;
    const Hyperparameters m_settings;
    const int64_t m_frames;
    std::vector<double> m_kindWeights;   ///< cumulative, of sources.others
    std::vector<double> m_recordingEnds; ///< cumulative samples of sources.recordings
};

} // namespace ovation
