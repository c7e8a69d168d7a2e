// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/SeedFeatures.h"

#include <span>

namespace ovation {

/// Fills centroid and bandwidth from a frame's magnitude spectrum (fftSize / 2 + 1 bins), as
/// librosa.feature.spectral_*: all 0 where the spectrum is.
void describeSpectrum(std::span<const float> magnitude, FrameScalars& scalars);

struct Rolloff {
    float hz = 0;
    bool certain = true; ///< false where the last bits of the magnitudes decide between two bins
};

/// The frequency under which 0.85 of the magnitude lies, as librosa.feature.spectral_rolloff; 0 for a spectrum of
/// zeros.
Rolloff rolloffOf(std::span<const float> magnitude);

/// Fills the pitch fields as librosa.piptrack does (150 to 4000 Hz, threshold 0.1 of the frame's largest magnitude,
/// parabolic interpolation of local maxima), positive pitches only.
void trackPitches(std::span<const float> magnitude, FrameScalars& scalars);

} // namespace ovation
