// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Augmentation.h"

#include <cstddef>

namespace ovation {

// Sounds from nothing, `count` mono samples at an active level of 1 (activeLevel). Each is a function of its arguments
// and of the generator that is passed in, and safe from any thread.

/// Noise of a random colour whose level wanders slowly: wind, water, hiss, machines, a murmuring room.
Samples colouredNoise(size_t count, int sampleRate, Random& random);

/// Clicks over hiss: the surface of an old record, or frying and rain where `dense`.
Samples crackle(size_t count, int sampleRate, bool dense, Random& random);

/// Notes and chords with overtones, and a beat at times.
Samples madeUpMusic(size_t count, int sampleRate, Random& random);

/// A few people clapping, each at a pace of their own.
Samples madeUpClaps(size_t count, int sampleRate, Random& random);

} // namespace ovation
