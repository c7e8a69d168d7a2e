// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/MixSources.h"
#include "core/dataset/Random.h"
#include "core/training/Hyperparameters.h"

#include <cstddef>
#include <vector>

namespace ovation {

/// The sounds that one training example is laid out of, drawn from recordings or made up, at an active level of 1. One
/// thread; what they are depends on the generator alone.
class SceneSounds {
public:
    /// Cumulative, of sources.others: how often each kind is drawn.
    static std::vector<double> kindWeights(const MixSources& sources);

    /// All outlive it. `longest`: samples that are asked for at most.
    SceneSounds(const MixSources& sources, const Hyperparameters& settings, const std::vector<double>& kindWeights,
                size_t longest, Random& random);

    Samples applause(size_t count);

    /// Something that is not applause; may be shorter than `count`.
    Samples negative(size_t count);

    /// Speech end to end, with pauses, by one voice or several; silence where there is none.
    Samples speech(size_t count);

    /// Of one clip. There must be speech.
    Samples pieceOfSpeech(size_t count);

    /// `count` samples of a sound: a stretch of it, or random stretches of it joined.
    Samples loop(const Samples& sound, size_t count);

private:
    struct Rooms {
        double shortestS, longestS; ///< reverberation
        double lowDb, highDb;       ///< its level
        double coloured;            ///< how often the spectrum is changed where there is no room
        double colourDb;            ///< deviation of that
    };
    void hearIn(const Rooms& rooms, Samples& sound); ///< in one of them, or none

    size_t samples(double seconds) const;
    const StoredSound& any(const std::vector<StoredSound>& sounds);
    const StoredSound& anyOther();
    void unit(Samples& sound) const;

    /// A sound, or a stretch of it where it is long: the rest would only cost time and memory.
    Samples some(const StoredSound& sound);

    /// At another speed in some cases.
    Samples varied(const StoredSound& sound, double chance, double spread);

    /// Many voices at once, speaking or (where there is such a kind) laughing.
    Samples crowd(size_t count);

    const MixSources& m_sources;
    const Hyperparameters& m_settings;
    const std::vector<double>& m_kindWeights;
    const int m_rate;
    const size_t m_longest;
    Random& m_random;
};

} // namespace ovation
