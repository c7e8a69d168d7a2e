// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Random.h"
#include "core/features/FeatureMatrix.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ovation {

// What recordings go through before a network learns from them. Everything is a function of its arguments and of the
// generator that is passed in, and safe from any thread.

using Samples = std::vector<float>; ///< mono

/// Decibels to a factor of amplitude.
float gainOf(double decibels);

/// A curve in dB at these frequencies; straight lines over the logarithm of the frequency between them.
struct Equaliser {
    static constexpr std::array<double, 8> kHz{0, 60, 150, 400, 1000, 2500, 6000, 11025};
    std::array<double, 8> db{};

    /// Random, with mean 0 and about this deviation.
    static Equaliser random(Random& random, double deviationDb);
};

/// What a recording chain and a room do to a sound, in one transform.
struct Shaping {
    std::optional<Equaliser> equaliser;
    double lowCutHz = 0;  ///< second order; 0: none
    double highCutHz = 0; ///< of `order`; 0: none
    int order = 8;
    double reverberationS = 0;  ///< time to fall by 60 dB; 0: none
    double reverberationDb = 0; ///< against the direct sound

    bool nothing() const { return !equaliser && lowCutHz <= 0 && highCutHz <= 0 && reverberationS <= 0; }
};

/// `sound` shaped, as long as before. `random` makes the room.
void shape(Samples& sound, const Shaping& shaping, int sampleRate, Random& random);

/// `factor` times as fast and high, by linear interpolation.
Samples atSpeed(std::span<const float> sound, double factor);

/// Sends `sound` through MP3 at a random rate of 20 to 64 kbit/s, which is returned; 0 where it could not be coded, and
/// stays as it was.
int codeAtLowRate(Samples& sound, int sampleRate, Random& random);

/// Root mean square over the parts that are not silent: what a person would call the level.
double activeLevel(std::span<const float> sound, int sampleRate);

/// Scales to an active level of 1; silence stays.
void toUnitLevel(Samples& sound, int sampleRate);

/// Adds `sound`, as far as `out` reaches.
void mixIn(std::span<float> out, std::span<const float> sound, float gain);

/// A raised cosine over the first and last samples.
void fade(std::span<float> sound, size_t in, size_t out);

/// What is changed about frames of dB above the level, afresh each time an example is used.
struct FrameAugmentation {
    double levelDb = 6;     ///< deviation of a shift of all values
    double equaliserDb = 2; ///< deviation of a smooth curve over the bands
    double maskShare = 0.5; ///< probability of a stretch of hidden bands, and likewise of hidden frames (SpecAugment)
};
void augment(FeatureMatrix& frames, const FrameAugmentation& options, Random& random);

} // namespace ovation
