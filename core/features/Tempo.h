// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ovation {

/// Frames by which an onset comes after the rise that it stands for: half an FFT frame, and the step itself.
constexpr size_t kOnsetDelay = 3;

/// Onset strength between two frames of a mel spectrogram, as librosa.onset.onset_strength(aggregate=median): the
/// median over an even number of bands of how far `after` lies above `before`, both in dB and neither below
/// `floor`; at least 0.
float medianRise(std::span<const float> before, std::span<const float> after, float floor, std::vector<float>& scratch);

/// Tempo in BPM, as librosa.beat.beat_track finds it: the autocorrelation over 8 s around each frame, averaged, under a
/// log-normal prior around 120 BPM. 0 where there is no onset. Takes one onset strength a frame.
double tempoOf(const std::vector<float>& onsetStrength);

} // namespace ovation
