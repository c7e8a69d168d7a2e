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

/// A second-order band pass (R. Bristow-Johnson's cookbook, constant skirt gain).
void bandPass(Samples& sound, double hz, double q, int sampleRate) {
    const double w = 2 * std::numbers::pi * std::min(hz, 0.45 * sampleRate) / sampleRate;
    const double alpha = std::sin(w) / (2 * q);
    const double a0 = 1 + alpha;
    const auto b = static_cast<float>(alpha / a0), a1 = static_cast<float>(-2 * std::cos(w) / a0),
               a2 = static_cast<float>((1 - alpha) / a0);
    float x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (float& sample : sound) {
        const float y = b * (sample - x2) - a1 * y1 - a2 * y2;
        x2 = x1;
        x1 = sample;
        y2 = y1;
        y1 = std::abs(y) < 1e-20F ? 0 : y;
        sample = y1;
    }
}

size_t poisson(double mean, Random& random) {
    if (mean > 50) return static_cast<size_t>(std::max(0.0, std::round(mean + std::sqrt(mean) * random.normal())));
    const double limit = std::exp(-mean);
    size_t count = 0;
    for (double product = random.uniform(); product > limit; product *= random.uniform())
        ++count;
    return count;
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

Samples colouredNoise(size_t count, int sampleRate, Random& random) {
    Samples sound(count);
    for (float& sample : sound)
        sample = random.quickNormal();
    Shaping shaping;
    shaping.equaliser = Equaliser::random(random, 8);
    const double slope = random.uniform(-2, 9); // dB per octave downwards
    for (size_t i = 0; i < shaping.equaliser->db.size(); ++i) {
        double& value = shaping.equaliser->db[i];
        value = std::clamp(value - slope * std::log2(std::max(Equaliser::kHz[i], 60.0) / 1000), -40.0, 40.0);
    }
    constexpr std::array<double, 5> kCuts{0, 0, 3500, 5500, 7500};
    shaping.highCutHz = kCuts[random.below(kCuts.size())];
    shape(sound, shaping, sampleRate, random);
    if (random.chance(0.5)) { // falling water, machines: louder about some frequency
        Samples peak = sound;
        bandPass(peak, random.scale(300, 5000), random.uniform(0.4, 3), sampleRate);
        toUnitLevel(peak, sampleRate);
        toUnitLevel(sound, sampleRate);
        const float level = gainOf(random.uniform(-8, 12));
        for (size_t i = 0; i < count; ++i)
            sound[i] += level * peak[i];
    }
    constexpr std::array<double, 4> kPerSecond{0.15, 0.5, 2, 6};
    const double rate = kPerSecond[random.below(kPerSecond.size())];
    const double depth = random.uniform(0, 8);
    std::vector<float> points(static_cast<size_t>(static_cast<double>(count) / sampleRate * rate) + 3);
    for (float& point : points)
        point = gainOf(depth * random.normal());
    for (size_t i = 0; i < count; ++i) {
        const float position =
            static_cast<float>(i) * static_cast<float>(points.size() - 1) / static_cast<float>(count);
        const auto at = std::min(static_cast<size_t>(position), points.size() - 2);
        sound[i] *= points[at] + (position - static_cast<float>(at)) * (points[at + 1] - points[at]);
    }
    toUnitLevel(sound, sampleRate);
    return sound;
}

Samples crackle(size_t count, int sampleRate, bool dense, Random& random) {
    Samples sound(count);
    const double seconds = static_cast<double>(count) / sampleRate;
    const double rate = dense ? random.scale(100, 3000) : random.scale(1.5, 40); // clicks per second
    for (size_t left = poisson(rate * seconds, random); left > 0; --left)
        sound[random.below(count)] +=
            static_cast<float>(std::exp(random.normal(dense ? 0.7 : 1.0)) * (random.chance(0.5) ? 1 : -1));
    if (!dense && random.chance(0.4)) { // once in every turn of the disc
        constexpr std::array<double, 3> kTurnS{0.77, 1.33, 1.8};
        const auto turn = static_cast<size_t>(kTurnS[random.below(kTurnS.size())] * sampleRate);
        for (size_t i = random.below(turn); i < count; i += turn)
            sound[i] += static_cast<float>(random.uniform(2, 6));
    }
    // Clicks that ring in the middle would sound like claps.
    if (dense || random.chance(0.5)) bandPass(sound, random.scale(3500, 9000), random.uniform(0.3, 1.2), sampleRate);
    toUnitLevel(sound, sampleRate);
    const Samples hiss = colouredNoise(count, sampleRate, random);
    const float level = gainOf(dense ? random.uniform(-25, -6) : random.uniform(-22, 3));
    for (size_t i = 0; i < count; ++i)
        sound[i] += level * hiss[i];
    toUnitLevel(sound, sampleRate);
    return sound;
}

Samples madeUpMusic(size_t count, int sampleRate, Random& random) {
    constexpr std::array<int, 10> kScale{0, 2, 4, 5, 7, 9, 11, 12, 14, 16};
    Samples sound(count);
    const double stepS = random.uniform(0.12, 0.7);
    const double baseHz = random.scale(110, 440);
    const double dullness = random.uniform(0.5, 2.2);
    const double fall = random.uniform(0.5, 6); // per second
    const double attackS = random.uniform(0.005, 0.08);
    const bool beat = random.chance(0.5);
    const double beatDb = random.uniform(-15, 6);
    for (double start = 0; start * sampleRate < static_cast<double>(count);) {
        const double length = stepS * (random.chance(0.5) ? 1 : random.chance(0.5) ? 2 : 0.5);
        const auto first = static_cast<size_t>(start * sampleRate);
        const size_t last = std::min(count, first + static_cast<size_t>(1.6 * length * sampleRate));
        for (size_t voice = 1 + random.below(3); voice > 0; --voice) {
            const double hz = baseHz * std::exp2(kScale[random.below(kScale.size())] / 12.0);
            const double loudness = random.uniform(0.3, 1);
            for (int overtone = 1; overtone <= 8 && overtone * hz < 0.45 * sampleRate; ++overtone) {
                // A rotating pointer is a sine without a call for each sample.
                const double angle = 2 * std::numbers::pi * overtone * hz / sampleRate;
                const std::complex<float> turn(static_cast<float>(std::cos(angle)),
                                               static_cast<float>(std::sin(angle)));
                std::complex<float> pointer(0, static_cast<float>(loudness / std::pow(overtone, dullness)));
                const auto decay = static_cast<float>(std::exp(-fall / sampleRate));
                const auto rise = static_cast<float>(1 / (attackS * sampleRate));
                for (size_t i = first; i < last; ++i) {
                    const float attack = std::min(1.0F, static_cast<float>(i - first) * rise);
                    const float release = std::min(1.0F, static_cast<float>(last - i) / 600);
                    sound[i] += pointer.real() * attack * release;
                    pointer = std::complex<float>(pointer.real() * turn.real() - pointer.imag() * turn.imag(),
                                                  pointer.real() * turn.imag() + pointer.imag() * turn.real()) *
                              decay;
                }
            }
        }
        start += length;
    }
    toUnitLevel(sound, sampleRate);
    if (beat) {
        const double pauseS = 60 / random.uniform(70, 180) / (random.chance(0.5) ? 1 : 2);
        Samples drums(count);
        for (int drum = 0; drum < 2; ++drum) {
            const double hz = random.scale(80, 6000), ring = random.uniform(20, 120), share = random.uniform(0.3, 1);
            for (double at = random.uniform(0, pauseS); at * sampleRate < static_cast<double>(count); at += pauseS) {
                if (!random.chance(share)) continue;
                const auto first = static_cast<size_t>(at * sampleRate);
                float envelope = static_cast<float>(random.uniform(0.6, 1));
                const auto decay = static_cast<float>(std::exp(-ring / sampleRate));
                for (size_t i = first; i < std::min(count, first + static_cast<size_t>(sampleRate / 4)); ++i) {
                    drums[i] += random.quickNormal() * envelope;
                    envelope *= decay;
                }
            }
            bandPass(drums, hz, 0.7, sampleRate);
        }
        toUnitLevel(drums, sampleRate);
        for (size_t i = 0; i < count; ++i)
            sound[i] += gainOf(beatDb) * drums[i];
        toUnitLevel(sound, sampleRate);
    }
    return sound;
}

Samples madeUpClaps(size_t count, int sampleRate, Random& random) {
    Samples sound(count);
    const auto people = static_cast<size_t>(random.scale(3, 80));
    const auto length = static_cast<size_t>(0.06 * sampleRate);
    std::vector<Samples> hands(std::min<size_t>(people, 10), Samples(length));
    for (Samples& clap : hands) {
        float envelope = 1;
        const auto decay = static_cast<float>(std::exp(-1 / (random.scale(0.003, 0.02) * sampleRate)));
        for (float& sample : clap) {
            sample = random.quickNormal() * envelope;
            envelope *= decay;
        }
        bandPass(clap, random.scale(600, 3500), random.uniform(0.4, 2), sampleRate);
    }
    for (size_t person = 0; person < people; ++person) {
        const Samples& clap = hands[person % hands.size()];
        const float loudness = gainOf(random.uniform(-14, 0));
        const double pace = random.uniform(0.17, 0.33), unrest = random.uniform(0.03, 0.15);
        for (double at = random.uniform(0, pace); at * sampleRate < static_cast<double>(count);
             at += pace * std::max(0.2, 1 + unrest * random.normal())) {
            const auto first = static_cast<size_t>(at * sampleRate);
            const float strength = loudness * static_cast<float>(random.uniform(0.6, 1.2));
            for (size_t i = 0; i < length && first + i < count; ++i)
                sound[first + i] += strength * clap[i];
        }
    }
    toUnitLevel(sound, sampleRate);
    return sound;
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
