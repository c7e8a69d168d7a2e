// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/Tempo.h"

#include "core/features/Fft.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace ovation {
namespace {

constexpr size_t kWindow = 8 * seed::kSampleRate / seed::kHop; // frames in 8 s, rounded down
constexpr int kTransform = 700;                                // at least 2 * kWindow - 1, and quick
constexpr double kStartBpm = 120;
constexpr double kMaxBpm = 320;
static_assert(kTransform >= 2 * static_cast<int>(kWindow) - 1);
static_assert(kOnsetDelay == 1 + seed::kFft / (2 * seed::kHop));

/// What a lag of 0, 1, ... frames is worth before anything is heard; -inf for tempi from kMaxBpm up.
const std::vector<double>& logPrior() {
    static const std::vector<double> prior = [] {
        std::vector<double> values(kWindow, -std::numeric_limits<double>::infinity());
        for (size_t lag = 1; lag < kWindow; ++lag) {
            const double bpm = 60.0 * seed::kSampleRate / (seed::kHop * static_cast<double>(lag));
            const double octaves = std::log2(bpm / kStartBpm);
            if (bpm < kMaxBpm) values[lag] = -0.5 * octaves * octaves;
        }
        return values;
    }();
    return prior;
}

const std::vector<double>& smoothingWindow() {
    static const std::vector<double> window = [] {
        std::vector<double> w(kWindow);
        for (size_t i = 0; i < kWindow; ++i)
            w[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / kWindow);
        return w;
    }();
    return window;
}

/// The onsets with half a window at each end that ramps down to 0.
std::vector<double> rampPadded(const std::vector<float>& onsets) {
    constexpr size_t pad = kWindow / 2;
    std::vector<double> padded(onsets.size() + 2 * pad);
    for (size_t i = 0; i < pad; ++i) {
        const double share = static_cast<double>(i) / pad;
        padded[i] = share * static_cast<double>(onsets.front());
        padded[padded.size() - 1 - i] = share * static_cast<double>(onsets.back());
    }
    std::copy(onsets.begin(), onsets.end(), padded.begin() + pad);
    return padded;
}

/// Autocorrelation for lags 0 to kWindow - 1 of the window around each frame, each scaled to 1 at lag 0, averaged.
/// Power spectra are averaged and transformed back once, and two windows share one complex transform as its real and
/// imaginary part: their cross terms cancel in the sum of bins k and -k.
std::vector<double> meanAutocorrelation(const std::vector<float>& onsets) {
    const std::vector<double> padded = rampPadded(onsets);
    const auto& window = smoothingWindow();
    thread_local ComplexFft fft(kTransform);
    auto data = fft.data();
    std::vector<double> power(kTransform);
    for (size_t t = 0; t < onsets.size(); t += 2) {
        const bool pair = t + 1 < onsets.size();
        const double* first = padded.data() + t;
        double firstEnergy = 0;
        double secondEnergy = 0;
        for (size_t i = 0; i < kWindow; ++i) {
            const double a = first[i] * window[i];
            const double b = pair ? first[i + 1] * window[i] : 0;
            firstEnergy += a * a;
            secondEnergy += b * b;
            data[i] = {a, b};
        }
        const auto scale = [](double energy) {
            return energy < static_cast<double>(std::numeric_limits<float>::min()) ? 1.0 : 1 / std::sqrt(energy);
        };
        const double a = scale(firstEnergy);
        const double b = scale(secondEnergy);
        for (size_t i = 0; i < kWindow; ++i)
            data[i] = {data[i].real() * a, data[i].imag() * b};
        std::fill(data.begin() + kWindow, data.end(), 0.0);
        fft.run();
        for (size_t k = 0; k < kTransform; ++k)
            power[k] += std::norm(data[k]);
    }
    for (size_t k = 0; k < kTransform; ++k) {
        const double mirrored = power[(kTransform - k) % kTransform];
        data[k] = (power[k] + mirrored) / 2;
    }
    fft.run(); // symmetric input: forward and inverse transform are the same
    std::vector<double> correlation(kWindow);
    for (size_t lag = 0; lag < kWindow; ++lag)
        correlation[lag] = data[lag].real() / (static_cast<double>(kTransform) * static_cast<double>(onsets.size()));
    return correlation;
}

} // namespace

float medianRise(std::span<const float> before, std::span<const float> after, float floor,
                 std::vector<float>& scratch) {
    scratch.resize(before.size());
    size_t positive = 0;
    for (size_t b = 0; b < before.size(); ++b) {
        scratch[b] = std::max(after[b], floor) - std::max(before[b], floor);
        positive += scratch[b] > 0 ? 1 : 0;
    }
    const size_t half = scratch.size() / 2;
    if (positive < half) return 0;
    const auto middle = scratch.begin() + static_cast<std::ptrdiff_t>(half);
    std::nth_element(scratch.begin(), middle, scratch.end());
    const float below = *std::max_element(scratch.begin(), middle);
    return (std::max(below, 0.0F) + std::max(*middle, 0.0F)) / 2;
}

double tempoOf(const std::vector<float>& onsetStrength) {
    if (std::none_of(onsetStrength.begin(), onsetStrength.end(), [](float v) { return v > 0; })) return 0;
    const std::vector<double> correlation = meanAutocorrelation(onsetStrength);
    const auto& prior = logPrior();
    size_t best = 0;
    double bestScore = -std::numeric_limits<double>::infinity();
    for (size_t lag = 1; lag < kWindow; ++lag) {
        const double score = std::log1p(1e6 * std::max(correlation[lag], 0.0)) + prior[lag];
        if (score > bestScore) {
            bestScore = score;
            best = lag;
        }
    }
    return best == 0 ? 0 : 60.0 * seed::kSampleRate / (seed::kHop * static_cast<double>(best));
}

} // namespace ovation
