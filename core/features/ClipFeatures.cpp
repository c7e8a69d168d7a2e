// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/SeedFeatures.h"
#include "core/features/Tempo.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace ovation {
namespace {

constexpr size_t kBands = seed::kMelBands;
constexpr float kTopDb = 80;
constexpr float kAmin = 1e-10F;

/// Mel power of frames [first, first + count) in dB, at most kTopDb under the largest of these frames.
FeatureMatrix melInDb(const FeatureMatrix& power, int64_t first, int64_t count) {
    FeatureMatrix db(count, power.columns);
    const float* from = power.values.data() + first * power.columns;
    float largest = -std::numeric_limits<float>::infinity();
    for (size_t i = 0; i < db.values.size(); ++i) {
        db.values[i] = 10 * std::log10(std::max(from[i], kAmin));
        largest = std::max(largest, db.values[i]);
    }
    for (float& value : db.values)
        value = std::max(value, largest - kTopDb);
    return db;
}

/// (bands, 13): orthonormal DCT-II, transposed.
const std::vector<float>& dctBasis() {
    static const std::vector<float> basis = [] {
        std::vector<float> b(kBands * seed::kMfcc);
        for (size_t band = 0; band < kBands; ++band)
            for (size_t c = 0; c < seed::kMfcc; ++c)
                b[band * seed::kMfcc + c] =
                    static_cast<float>(std::sqrt((c == 0 ? 1.0 : 2.0) / kBands) *
                                       std::cos(std::numbers::pi * static_cast<double>(c) *
                                                (2.0 * static_cast<double>(band) + 1) / (2 * kBands)));
        return b;
    }();
    return basis;
}

FeatureMatrix mfccOf(const FeatureMatrix& db) {
    FeatureMatrix mfcc(db.rows, seed::kMfcc);
    const auto& basis = dctBasis();
    for (int64_t t = 0; t < db.rows; ++t) {
        float sums[seed::kMfcc] = {};
        const auto row = db.row(t);
        for (size_t band = 0; band < kBands; ++band)
            for (size_t c = 0; c < seed::kMfcc; ++c)
                sums[c] += row[band] * basis[band * seed::kMfcc + c];
        std::copy(std::begin(sums), std::end(sums), mfcc.row(t).begin());
    }
    return mfcc;
}

struct Sums {
    double rms = 0, rmsSquares = 0, rmsMax = 0, zeroCrossings = 0, centroid = 0, rolloff = 0, bandwidth = 0;
    double pitchCount = 0, pitchSum = 0, pitchMax = 0, pitchMin = 0;

    void add(const FrameScalars& frame) {
        rms += static_cast<double>(frame.rms);
        rmsMax = std::max(rmsMax, static_cast<double>(frame.rms));
        zeroCrossings += static_cast<double>(frame.zeroCrossingRate);
        centroid += static_cast<double>(frame.centroid);
        rolloff += static_cast<double>(frame.rolloff);
        bandwidth += static_cast<double>(frame.bandwidth);
        if (frame.pitchCount > 0) {
            pitchMax = std::max(pitchMax, static_cast<double>(frame.pitchMax));
            pitchMin = pitchCount > 0 ? std::min(pitchMin, static_cast<double>(frame.pitchMin))
                                      : static_cast<double>(frame.pitchMin);
            pitchCount += static_cast<double>(frame.pitchCount);
            pitchSum += static_cast<double>(frame.pitchSum);
        }
    }
};

} // namespace

const std::array<const char*, seed::kClipValues>& clipValueNames() {
    static const std::array<const char*, seed::kClipValues> names = {
        "pitch_mean", "pitch_max",          "pitch_min", "pitch_range",   "rms_mean",     "rms_max",
        "rms_std",    "zero_crossing_rate", "tempo",     "centroid_mean", "rolloff_mean", "bandwidth_mean"};
    return names;
}

FeatureMatrix mfcc(const FrameFeatures& frames, int64_t first, int64_t count) {
    const int64_t begin = std::clamp<int64_t>(first, 0, frames.frames());
    const int64_t end = std::clamp<int64_t>(first + std::max<int64_t>(count, 0), begin, frames.frames());
    return mfccOf(melInDb(frames.melPower, begin, end - begin));
}

ClipFeatures clipFeatures(const FrameFeatures& frames, int64_t first, int64_t count) {
    const int64_t begin = std::clamp<int64_t>(first, 0, frames.frames());
    const int64_t end = std::clamp<int64_t>(first + std::max<int64_t>(count, 0), begin, frames.frames());
    ClipFeatures clip;
    const auto scalars =
        std::span(frames.scalars).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    clip.silent = std::all_of(scalars.begin(), scalars.end(), [](const FrameScalars& s) { return !(s.rms > 0); });
    const FeatureMatrix db = melInDb(frames.melPower, begin, end - begin);
    clip.mfcc = mfccOf(db);
    if (clip.silent) return clip;

    Sums sums;
    for (const FrameScalars& frame : scalars)
        sums.add(frame);
    const auto n = static_cast<double>(scalars.size());
    const double rmsMean = sums.rms / n;
    for (const FrameScalars& frame : scalars) {
        const double distance = static_cast<double>(frame.rms) - rmsMean;
        sums.rmsSquares += distance * distance;
    }
    const double values[seed::kClipValues] = {
        sums.pitchCount > 0 ? sums.pitchSum / sums.pitchCount : 0,
        sums.pitchMax,
        sums.pitchMin,
        sums.pitchMax - sums.pitchMin,
        rmsMean,
        sums.rmsMax,
        std::sqrt(sums.rmsSquares / n),
        sums.zeroCrossings / n,
        tempoOf(onsetStrength(db)),
        sums.centroid / n,
        sums.rolloff / n,
        sums.bandwidth / n,
    };
    std::transform(std::begin(values), std::end(values), clip.clipValues.begin(),
                   [](double value) { return static_cast<float>(value); });
    return clip;
}

} // namespace ovation
