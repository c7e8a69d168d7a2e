// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/SlidingClips.h"

#include "core/features/Tempo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ovation {
namespace {

constexpr auto kBands = static_cast<size_t>(seed::kMelBands);
constexpr auto kMfcc = static_cast<size_t>(seed::kMfcc);
constexpr float kTopDb = 80;
constexpr float kAmin = 1e-10F;
constexpr float kNothing = -std::numeric_limits<float>::infinity();
constexpr float kNotYet = std::numeric_limits<float>::quiet_NaN();
constexpr int64_t kDropAtOnce = 256; ///< frames; erasing moves what is kept

/// (bands, 13): orthonormal DCT-II, transposed.
const std::vector<float>& dctBasis() {
    static const std::vector<float> basis = [] {
        std::vector<float> b(kBands * kMfcc);
        for (size_t band = 0; band < kBands; ++band)
            for (size_t c = 0; c < kMfcc; ++c)
                b[band * kMfcc + c] =
                    static_cast<float>(std::sqrt((c == 0 ? 1.0 : 2.0) / kBands) *
                                       std::cos(std::numbers::pi * static_cast<double>(c) *
                                                (2.0 * static_cast<double>(band) + 1) / (2 * kBands)));
        return b;
    }();
    return basis;
}

void transform(const float* db, float floor, float* mfcc) {
    static const std::vector<float>& basis = dctBasis();
    float sums[kMfcc] = {};
    for (size_t band = 0; band < kBands; ++band) {
        const float value = std::max(db[band], floor);
        for (size_t c = 0; c < kMfcc; ++c)
            sums[c] += value * basis[band * kMfcc + c];
    }
    std::copy(std::begin(sums), std::end(sums), mfcc);
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

/// The floor as far as it touches a frame whose smallest value is `low`: all floors below are one and the same.
float effective(float floor, float low) {
    return floor > low ? floor : kNothing;
}

} // namespace

void SlidingClips::append(const FrameFeatures& frames, int64_t first, int64_t count) {
    const int64_t end = first + std::min(count, frames.frames() - first);
    const auto added = static_cast<size_t>(std::max<int64_t>(end - first, 0));
    const bool scalars = !frames.scalars.empty();
    m_frames.reserve(m_frames.size() + added);
    const size_t dbSize = m_db.size();
    m_db.resize(dbSize + added * kBands);
    m_mfcc.resize(m_mfcc.size() + added * kMfcc);
    float* db = m_db.data() + dbSize;
    for (int64_t t = first; t < end; ++t, db += kBands) {
        const auto power = frames.melPower.row(t);
        Frame frame{-kNothing, kNothing, kNotYet, 0, kNotYet, {}};
        for (size_t b = 0; b < kBands; ++b) {
            db[b] = 10 * std::log10(std::max(power[b], kAmin));
            frame.low = std::min(frame.low, db[b]);
            frame.high = std::max(frame.high, db[b]);
        }
        if (scalars) frame.scalars = frames.scalars[static_cast<size_t>(t)];
        m_frames.push_back(frame);
    }
    m_held += static_cast<int64_t>(added);
}

SlidingClips::Range SlidingClips::clipped(int64_t first, int64_t count) const {
    const int64_t begin = std::clamp<int64_t>(first - m_dropped, 0, m_held);
    return {begin, std::clamp<int64_t>(first - m_dropped + std::max<int64_t>(count, 0), begin, m_held)};
}

/// kTopDb under the largest value of the range.
float SlidingClips::floorOf(Range range) const {
    float largest = kNothing;
    for (int64_t i = range.begin; i < range.end; ++i)
        largest = std::max(largest, m_frames[static_cast<size_t>(i)].high);
    return largest - kTopDb;
}

FeatureMatrix SlidingClips::mfccOf(Range range, float floor) {
    FeatureMatrix mfcc(range.end - range.begin, seed::kMfcc);
    for (auto i = static_cast<size_t>(range.begin); i < static_cast<size_t>(range.end); ++i) {
        Frame& frame = m_frames[i];
        const float wanted = effective(floor, frame.low);
        if (frame.mfccFloor != wanted) {
            transform(m_db.data() + i * kBands, wanted, m_mfcc.data() + i * kMfcc);
            frame.mfccFloor = wanted;
        }
    }
    std::copy_n(m_mfcc.begin() + range.begin * seed::kMfcc, mfcc.values.size(), mfcc.values.begin());
    return mfcc;
}

std::vector<float> SlidingClips::onsetsOf(Range range, float floor) {
    std::vector<float> onsets(static_cast<size_t>(range.end - range.begin));
    for (size_t t = kOnsetDelay; t < onsets.size(); ++t) {
        const size_t i = static_cast<size_t>(range.begin) + t - kOnsetDelay;
        Frame& frame = m_frames[i];
        const float wanted = effective(floor, std::min(frame.low, m_frames[i + 1].low));
        if (frame.riseFloor != wanted) {
            const float* db = m_db.data() + i * kBands;
            frame.rise = medianRise({db, kBands}, {db + kBands, kBands}, wanted, m_scratch);
            frame.riseFloor = wanted;
        }
        onsets[t] = frame.rise;
    }
    return onsets;
}

FeatureMatrix SlidingClips::mfcc(int64_t first, int64_t count) {
    const Range range = clipped(first, count);
    return mfccOf(range, floorOf(range));
}

ClipFeatures SlidingClips::clip(int64_t first, int64_t count) {
    const Range range = clipped(first, count);
    const float floor = floorOf(range);
    const auto frames =
        std::span(m_frames).subspan(static_cast<size_t>(range.begin), static_cast<size_t>(range.end - range.begin));
    ClipFeatures clip;
    clip.silent = std::all_of(frames.begin(), frames.end(), [](const Frame& f) { return !(f.scalars.rms > 0); });
    clip.mfcc = mfccOf(range, floor);
    if (clip.silent) return clip;

    Sums sums;
    for (const Frame& frame : frames)
        sums.add(frame.scalars);
    const auto n = static_cast<double>(frames.size());
    const double rmsMean = sums.rms / n;
    for (const Frame& frame : frames) {
        const double distance = static_cast<double>(frame.scalars.rms) - rmsMean;
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
        tempoOf(onsetsOf(range, floor)),
        sums.centroid / n,
        sums.rolloff / n,
        sums.bandwidth / n,
    };
    std::transform(std::begin(values), std::end(values), clip.clipValues.begin(),
                   [](double value) { return static_cast<float>(value); });
    return clip;
}

void SlidingClips::dropBefore(int64_t first) {
    const int64_t unneeded = std::min(first, end()) - m_dropped;
    if (unneeded < kDropAtOnce) return;
    m_frames.erase(m_frames.begin(), m_frames.begin() + unneeded);
    m_db.erase(m_db.begin(), m_db.begin() + unneeded * seed::kMelBands);
    m_mfcc.erase(m_mfcc.begin(), m_mfcc.begin() + unneeded * seed::kMfcc);
    m_held -= unneeded;
    m_dropped += unneeded;
}

} // namespace ovation
