// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ovation {

/// How loud a sound is over time against its own usual loudness: a value for each `hop` samples (at least one), from 0
/// (silent) to 1 (as loud as for most of its time, or louder). Root mean square over 0.1 s; lulls of under a second
/// between louder parts do not count, such as those between the claps of a few people, but quiet ends do. All 0 where
/// the sound is silent. Thread-safe.
std::vector<float> relativeLoudness(std::span<const float> sound, int sampleRate, size_t hop);

} // namespace ovation
