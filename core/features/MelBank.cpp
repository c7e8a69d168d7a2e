// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/MelBank.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

constexpr double kLinearStepHz = 200.0 / 3;
constexpr double kLogStartHz = 1000;
const double kLogStep = std::log(6.4) / 27;

double hzToMel(double hz) {
    if (hz < kLogStartHz) return hz / kLinearStepHz;
    return kLogStartHz / kLinearStepHz + std::log(hz / kLogStartHz) / kLogStep;
}

double melToHz(double mel) {
    const double logStart = kLogStartHz / kLinearStepHz;
    if (mel < logStart) return mel * kLinearStepHz;
    return kLogStartHz * std::exp(kLogStep * (mel - logStart));
}

} // namespace

MelBank::MelBank(int sampleRate, int fftSize, int bands, double lowHz, double highHz) {
    const double lowMel = hzToMel(lowHz);
    const double step = (hzToMel(highHz) - lowMel) / (bands + 1);
    const auto bins = static_cast<size_t>(fftSize / 2 + 1);
    for (int b = 0; b < bands; ++b) {
        const double left = melToHz(lowMel + b * step);
        const double centre = melToHz(lowMel + (b + 1) * step);
        const double right = melToHz(lowMel + (b + 2) * step);
        Band band{0, m_weights.size(), 0};
        for (size_t k = 0; k < bins; ++k) {
            const double hz = static_cast<double>(k) * sampleRate / fftSize;
            const double rise = (hz - left) / (centre - left);
            const double fall = (right - hz) / (right - centre);
            const double weight = std::max(0.0, std::min(rise, fall)) * 2 / (right - left);
            if (weight <= 0) continue;
            if (band.bins == 0) band.firstBin = k;
            m_weights.push_back(static_cast<float>(weight));
            ++band.bins;
        }
        m_bands.push_back(band);
    }
}

void MelBank::apply(std::span<const float> power, std::span<float> mel) const {
    for (size_t b = 0; b < m_bands.size(); ++b) {
        const Band& band = m_bands[b];
        const float* weights = m_weights.data() + band.firstWeight;
        const float* bins = power.data() + band.firstBin;
        float sum = 0;
        for (size_t k = 0; k < band.bins; ++k)
            sum += weights[k] * bins[k];
        mel[b] = sum;
    }
}

float MelBank::weight(int band, int bin) const {
    const Band& b = m_bands[static_cast<size_t>(band)];
    const auto k = static_cast<size_t>(bin);
    return k < b.firstBin || k >= b.firstBin + b.bins ? 0.0F : m_weights[b.firstWeight + k - b.firstBin];
}

} // namespace ovation
