// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ovation {

/// Triangular filters on the Slaney mel scale (linear below 1 kHz, logarithmic above), each normalised to unit area
/// (2 / bandwidth in Hz), as librosa.filters.mel's defaults. Immutable; safe from any thread.
class MelBank {
public:
    MelBank(int sampleRate, int fftSize, int bands, double lowHz, double highHz);

    int bands() const { return static_cast<int>(m_bands.size()); }

    /// mel[b] := sum over bins of weight * power; `power` has fftSize / 2 + 1 values, `mel` bands() values.
    void apply(std::span<const float> power, std::span<float> mel) const;

    /// Weight of one bin in one band.
    float weight(int band, int bin) const;

private:
    struct Band {
        size_t firstBin = 0;
        size_t firstWeight = 0;
        size_t bins = 0;
    };
    std::vector<Band> m_bands;
    std::vector<float> m_weights; // of all bands, one after another, without the zeros
};

} // namespace ovation
