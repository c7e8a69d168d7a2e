// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MadeUpSounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace ovation {

namespace {

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
        mixIn(sound, peak, gainOf(random.uniform(-8, 12)));
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
    mixIn(sound, hiss, gainOf(dense ? random.uniform(-25, -6) : random.uniform(-22, 3)));
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
        mixIn(sound, drums, gainOf(beatDb));
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

} // namespace ovation
