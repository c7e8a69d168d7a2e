// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FrameSpectrum.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation {
namespace {

constexpr size_t kSpectrumBins = seed::kFft / 2 + 1;
constexpr size_t kLanes = 8; // independent sums, so that the compiler can use vector registers
constexpr float kBinHz = static_cast<float>(static_cast<double>(seed::kSampleRate) / seed::kFft);
constexpr float kRolloffShare = 0.85F;
constexpr float kRolloffMargin = 1e-5F; // several times the error of a single-precision transform and sum
constexpr double kPitchLowHz = 150;
constexpr double kPitchHighHz = 4000;
constexpr float kPitchThreshold = 0.1F;

float sumOf(const std::array<float, kLanes>& lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/// Sum over all bins of term(k).
template <typename Term>
float sumOverBins(Term term) {
    std::array<float, kLanes> lanes{};
    for (size_t k = 0; k + kLanes <= kSpectrumBins; k += kLanes)
        for (size_t j = 0; j < kLanes; ++j)
            lanes[j] += term(k + j);
    return sumOf(lanes) + term(kSpectrumBins - 1);
}
static_assert(kSpectrumBins % kLanes == 1);

} // namespace

void describeSpectrum(std::span<const float> magnitude, FrameScalars& scalars) {
    const float* s = magnitude.data();
    const float total = sumOverBins([s](size_t k) { return s[k]; });
    if (!(total > 0)) return;
    const float centroidBin =
        sumOverBins([s](size_t k) { return static_cast<float>(static_cast<int>(k)) * s[k]; }) / total;
    const float spread = sumOverBins([s, centroidBin](size_t k) {
        const float distance = static_cast<float>(static_cast<int>(k)) - centroidBin;
        return distance * distance * s[k];
    });
    scalars.centroid = centroidBin * kBinHz;
    scalars.bandwidth = std::sqrt(spread / total) * kBinHz;
}

Rolloff rolloffOf(std::span<const float> magnitude) {
    // Summed in order and in single precision, as the reference does: the bin it ends in depends on the rounding.
    std::array<float, kSpectrumBins> cumulative;
    float sum = 0;
    for (size_t k = 0; k < kSpectrumBins; ++k)
        cumulative[k] = sum += magnitude[k];
    if (!(sum > 0)) return {};
    const float threshold = kRolloffShare * sum;
    const float* begin = cumulative.data();
    const float* bin = std::lower_bound(begin, begin + kSpectrumBins, threshold);
    const float margin = kRolloffMargin * sum;
    const bool certain = *bin - threshold > margin && (bin == begin || threshold - bin[-1] > margin);
    return {static_cast<float>(bin - begin) * kBinHz, certain};
}

void trackPitches(std::span<const float> magnitude, FrameScalars& scalars) {
    static const auto first = static_cast<size_t>(std::ceil(kPitchLowHz * seed::kFft / seed::kSampleRate));
    static const auto end = static_cast<size_t>(std::ceil(kPitchHighHz * seed::kFft / seed::kSampleRate));
    const float* s = magnitude.data();
    std::array<float, kLanes> largest{};
    for (size_t k = 0; k + kLanes <= kSpectrumBins; k += kLanes)
        for (size_t j = 0; j < kLanes; ++j)
            largest[j] = std::max(largest[j], s[k + j]);
    float reference = s[kSpectrumBins - 1];
    for (const float value : largest)
        reference = std::max(reference, value);
    const float threshold = kPitchThreshold * reference;

    float count = 0;
    float sum = 0;
    float high = 0;
    float low = 0;
    for (size_t k = first; k < end; ++k) {
        if (!(s[k] > threshold && s[k] > s[k - 1] && s[k] >= s[k + 1])) continue;
        const float curvature = s[k + 1] + s[k - 1] - 2 * s[k];
        const float slope = (s[k + 1] - s[k - 1]) / 2;
        const float shift = std::fabs(slope) >= std::fabs(curvature) ? 0.0F : -slope / curvature;
        const float hz = (static_cast<float>(k) + shift) * kBinHz;
        high = count > 0 ? std::max(high, hz) : hz;
        low = count > 0 ? std::min(low, hz) : hz;
        sum += hz;
        ++count;
    }
    scalars.pitchCount = count;
    scalars.pitchSum = sum;
    scalars.pitchMax = high;
    scalars.pitchMin = low;
}

} // namespace ovation
