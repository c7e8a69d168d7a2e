// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <span>
#include <vector>

namespace ovation {

/// What is left of a mono sound after MP3 at about `kbitPerS` (constant rate; by LAME, through libsndfile), as long as
/// before and in its place. The loudest sample may be anything; level and silence stay. Any rate that MPEG audio
/// knows: 8 to 24 (MPEG-2, 2.5: up to 160 kbit/s), 32, 44.1, 48 kHz (up to 320). In memory; safe from any thread.
/// Error: WriteFailed, for other rates, for samples that are no numbers, and where libsndfile was built without MP3.
Result<std::vector<float>> throughMp3(std::span<const float> sound, int sampleRate, int kbitPerS);

/// Whether throughMp3() works here at this rate, found by trying. Error: WriteFailed.
Result<void> mp3Available(int sampleRate);

} // namespace ovation
