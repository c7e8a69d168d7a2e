// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/FeatureMatrix.h"

#include <vector>

namespace ovation {

/// Onset strength for each row of a mel spectrogram in dB (frames, bands): the median over bands of the rise against
/// the frame before, delayed by half an FFT frame; as librosa.onset.onset_strength(aggregate=median).
std::vector<float> onsetStrength(const FeatureMatrix& melDb);

/// Tempo in BPM, as librosa.beat.beat_track finds it: the autocorrelation over 8 s around each frame, averaged, under a
/// log-normal prior around 120 BPM. 0 where there is no onset.
double tempoOf(const std::vector<float>& onsetStrength);

} // namespace ovation
