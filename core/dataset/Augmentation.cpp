// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Augmentation.h"

#include "core/audio/Mp3Coding.h"
#include "core/features/Fft.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace ovation {

namespace {

constexpr double kStepS = 0.02; ///< over which levels are measured

/// The next size that is a power of two, or three quarters of one.
int transformSize(size_t least) {
    size_t size = 64;
    while (size < least)
        size *= 2;
    return static_cast<int>(size / 4 * 3 >= least ? size / 4 * 3 : size);
}

double atFrequency(const Equaliser& equaliser, double hz) {
    constexpr double kOffset = 30; // Hz, so that 0 Hz has a logarithm
    const auto& points = Equaliser::kHz;
    size_t i = 1;
    while (i + 1 < points.size() && hz > points[i])
        ++i;
    const double from = std::log(points[i - 1] + kOffset), to = std::log(points[i] + kOffset);
    const double share = std::clamp((std::log(hz + kOffset) - from) / (to - from), 0.0, 1.0);
    return equaliser.db[i - 1] + share * (equaliser.db[i] - equaliser.db[i - 1]);
}

/// The gain at a frequency of all that has no phase.
float magnitudeAt(const Shaping& shaping, double hz) {
    double gain = 1;
    if (shaping.equaliser) gain *= std::pow(10, atFrequency(*shaping.equaliser, hz) / 20);
    if (shaping.highCutHz > 0) gain /= std::sqrt(1 + std::pow(hz / shaping.highCutHz, 2 * shaping.order));
    if (shaping.lowCutHz > 0) gain /= std::sqrt(1 + std::pow(shaping.lowCutHz / (hz + 1e-3), 4));
    return static_cast<float>(gain);
}

/// Gains for `bins` bins, computed at every 16th and in straight lines between.
std::vector<float> magnitudes(const Shaping& shaping, size_t bins, double hzPerBin) {
    constexpr size_t kStep = 16;
    std::vector<float> result(bins);
    for (size_t first = 0; first < bins; first += kStep) {
        const float a = magnitudeAt(shaping, static_cast<double>(first) * hzPerBin);
        const float b = magnitudeAt(shaping, static_cast<double>(first + kStep) * hzPerBin);
        for (size_t i = 0; i < kStep && first + i < bins; ++i)
            result[first + i] = a + (b - a) * static_cast<float>(i) / kStep;
    }
    return result;
}

/// The spectrum of a room: noise that falls by 60 dB, after a silence of 8 ms, with the energy of the direct sound
/// times the ratio.
void room(const Shaping& shaping, int sampleRate, Random& random, RealFft& transform) {
    const auto count = static_cast<size_t>(shaping.reverberationS * sampleRate);
    const std::span<float> response = transform.input();
    std::ranges::fill(response, 0.0F);
    const auto decay = static_cast<float>(std::exp(-6.9 / static_cast<double>(std::max<size_t>(count, 1))));
    float envelope = 1;
    double energy = 0;
    for (size_t i = 0; i < std::min(count, response.size()); ++i, envelope *= decay) {
        const float value = random.quickNormal() * envelope;
        if (static_cast<double>(i) < 0.008 * sampleRate) continue;
        response[i] = value;
        energy += static_cast<double>(value) * static_cast<double>(value);
    }
    const float scale = energy > 0 ? gainOf(shaping.reverberationDb) / static_cast<float>(std::sqrt(energy)) : 0;
    for (float& value : response)
        value *= scale;
    response[0] += 1;
    transform.run();
}

} // namespace

float gainOf(double decibels) {
    return static_cast<float>(std::pow(10, decibels / 20));
}

Equaliser Equaliser::random(Random& random, double deviationDb) {
    Equaliser result;
    for (double& value : result.db)
        value = random.normal(deviationDb);
    result.db[0] = result.db[1];
    double mean = 0;
    for (const double value : result.db)
        mean += value / static_cast<double>(result.db.size());
    for (double& value : result.db)
        value = std::clamp(value - mean, -2.2 * deviationDb, 2.2 * deviationDb);
    return result;
}

void shape(Samples& sound, const Shaping& shaping, int sampleRate, Random& random) {
    if (shaping.nothing() || sound.empty()) return;
    const auto tail = static_cast<size_t>(std::max(0.0, shaping.reverberationS) * sampleRate);
    const int size = transformSize(sound.size() + tail);
    RealFft forward(size);
    InverseRealFft inverse(size);
    std::ranges::copy(sound, forward.input().begin());
    std::ranges::fill(forward.input().subspan(sound.size()), 0.0F);
    forward.run();
    const std::vector<float> gains =
        magnitudes(shaping, forward.output().size(), static_cast<double>(sampleRate) / size);
    const std::span<std::complex<float>> spectrum = inverse.input();
    const float scale = 1.0F / static_cast<float>(size);
    for (size_t k = 0; k < spectrum.size(); ++k)
        spectrum[k] = forward.output()[k] * (gains[k] * scale);
    if (tail > 0) {
        room(shaping, sampleRate, random, forward);
        for (size_t k = 0; k < spectrum.size(); ++k) {
            const std::complex<float> a = spectrum[k], b = forward.output()[k];
            spectrum[k] = {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
        }
    }
    inverse.run();
    std::copy_n(inverse.output().begin(), sound.size(), sound.begin());
}

Samples atSpeed(std::span<const float> sound, double factor) {
    Samples result(sound.empty() ? 0 : static_cast<size_t>(static_cast<double>(sound.size() - 1) / factor) + 1);
    for (size_t i = 0; i < result.size(); ++i) {
        const double position = static_cast<double>(i) * factor;
        const size_t before = std::min(static_cast<size_t>(position), sound.size() - 1);
        const size_t after = std::min(before + 1, sound.size() - 1);
        const auto share = static_cast<float>(position - static_cast<double>(before));
        result[i] = sound[before] + share * (sound[after] - sound[before]);
    }
    return result;
}

int codeAtLowRate(Samples& sound, int sampleRate, Random& random) {
    const auto kbitPerS = static_cast<int>(random.scale(20, 64));
    auto coded = throughMp3(sound, sampleRate, kbitPerS);
    if (!coded) return 0;
    sound = std::move(*coded);
    return kbitPerS;
}

double activeLevel(std::span<const float> sound, int sampleRate) {
    const auto step = std::max<size_t>(1, static_cast<size_t>(kStepS * sampleRate));
    std::vector<double> powers;
    for (size_t first = 0; first + step <= sound.size() || (first == 0 && !sound.empty()); first += step) {
        const auto part = sound.subspan(first, std::min(step, sound.size() - first));
        float sum = 0;
        for (const float sample : part)
            sum += sample * sample;
        powers.push_back(static_cast<double>(sum) / static_cast<double>(part.size()));
    }
    if (powers.empty()) return 0;
    std::vector<double> sorted = powers;
    const auto loud = sorted.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(sorted.size() - 1));
    std::ranges::nth_element(sorted, loud);
    const double least = *loud / 16; // 12 dB below the loud parts
    double sum = 0;
    size_t count = 0;
    for (const double power : powers)
        if (power > least) {
            sum += power;
            ++count;
        }
    return count == 0 ? 0 : std::sqrt(sum / static_cast<double>(count));
}

void toUnitLevel(Samples& sound, int sampleRate) {
    const double level = activeLevel(sound, sampleRate);
    if (level < 1e-9) return;
    const auto scale = static_cast<float>(1 / level);
    for (float& sample : sound)
        sample *= scale;
}

void mixIn(std::span<float> out, std::span<const float> sound, float gain) {
    for (size_t i = 0; i < std::min(out.size(), sound.size()); ++i)
        out[i] += gain * sound[i];
}

void fade(std::span<float> sound, size_t in, size_t out) {
    const auto rise = [](size_t i, size_t count) {
        return static_cast<float>(
            0.5 - 0.5 * std::cos(std::numbers::pi * static_cast<double>(i) / static_cast<double>(count)));
    };
    in = std::min(in, sound.size());
    out = std::min(out, sound.size());
    for (size_t i = 0; i < in; ++i)
        sound[i] *= rise(i, in);
    for (size_t i = 0; i < out; ++i)
        sound[sound.size() - 1 - i] *= rise(i, out);
}

void augment(FeatureMatrix& frames, const FrameAugmentation& options, Random& random) {
    constexpr size_t kKnots = 6;
    if (frames.rows == 0 || frames.columns == 0) return;
    const auto bands = static_cast<size_t>(frames.columns);
    std::array<double, kKnots> knots{};
    for (double& knot : knots)
        knot = random.normal(options.equaliserDb);
    const double level = random.chance(0.7) ? random.normal(options.levelDb) : 0;
    std::vector<float> curve(bands);
    for (size_t b = 0; b < bands; ++b) {
        const double position =
            static_cast<double>(b) * (kKnots - 1) / static_cast<double>(std::max<size_t>(1, bands - 1));
        const size_t knot = std::min(static_cast<size_t>(position), kKnots - 2);
        const double share = position - static_cast<double>(knot);
        curve[b] = static_cast<float>(knots[knot] + share * (knots[knot + 1] - knots[knot]) - level);
    }
    double sum = 0;
    float lowest = frames.values[0];
    for (int64_t t = 0; t < frames.rows; ++t) {
        const std::span<float> row = frames.row(t);
        for (size_t b = 0; b < bands; ++b) {
            row[b] += curve[b];
            sum += static_cast<double>(row[b]);
            lowest = std::min(lowest, row[b]);
        }
    }
    if (random.chance(options.maskShare)) {
        const size_t width = std::min(bands, 1 + random.below(8));
        const size_t first = random.below(bands - width + 1);
        const auto mean = static_cast<float>(sum / static_cast<double>(frames.values.size()));
        for (int64_t t = 0; t < frames.rows; ++t)
            std::ranges::fill(frames.row(t).subspan(first, width), mean);
    }
    if (random.chance(options.maskShare)) {
        const auto width = std::min<int64_t>(frames.rows, 2 + static_cast<int64_t>(random.below(10)));
        const auto first = static_cast<int64_t>(random.below(static_cast<size_t>(frames.rows - width + 1)));
        for (int64_t t = first; t < first + width; ++t)
            std::ranges::fill(frames.row(t), lowest);
    }
}

} // namespace ovation
