// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/FeatureMatrix.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ovation {

/// What the frame networks hear: mel power on a logarithmic scale, relative to the level of the surroundings, so that
/// the gain of a recording has no influence. Stored in the model file; detection takes it from there. The defaults are
/// those that new networks are trained with.
struct LogMelOptions {
    int sampleRate = 22050; ///< Hz
    int window = 1024;      ///< samples, even: 46 ms, periodic Hann, centred with zero padding
    int fft = 1024;         ///< samples, a power of two; a shorter window is padded to it with zeros
    int hop = 441;          ///< samples: 20 ms
    int bands = 64;         ///< Slaney scale and norm
    double lowHz = 50;
    double highHz = 8000;
    double floorDb = -60; ///< lowest value, relative to the level
    double levelS = 5;    ///< the level is the mean power from so long before a frame to so long after it

    double hopS() const { return static_cast<double>(hop) / sampleRate; }
    int64_t levelFrames() const; ///< frames on each side
    bool operator==(const LogMelOptions&) const = default;
};

/// A sentence about what is wrong with the options, or "". Limits are far above what is useful: a hostile file cannot
/// ask for absurd sizes.
std::string problemOf(const LogMelOptions& options);

/// 1 + samples / hop; 0 for no samples.
int64_t frameCount(int64_t samples, const LogMelOptions& options);

/// Streams samples in, mel power (frames, bands) out. One thread at a time; several may run in parallel.
class MelExtractor {
public:
    explicit MelExtractor(const LogMelOptions& options);
    ~MelExtractor();

    /// Takes the next samples (mono, at the options' rate) and appends every frame that is complete to `out`.
    void push(std::span<const float> samples, FeatureMatrix& out);

    /// Pads the end with zeros and appends the remaining frames; afterwards the extractor is as new.
    void finish(FeatureMatrix& out);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Frames as a frame network takes them, standardising aside.
struct LogMelFrames {
    FeatureMatrix values;     ///< (frames, bands): dB above the level, at least the floor
    std::vector<char> silent; ///< by frame: 1 where all samples are 0

    int64_t frames() const { return values.rows; }
};

/// Turns mel power into dB above the level, as many frames late as the level looks ahead. What it gives does not
/// depend on how the frames were cut into pieces. One thread.
class LevelRemover {
public:
    explicit LevelRemover(const LogMelOptions& options);

    /// Takes the next frames of mel power and appends every frame whose surroundings are known to `out`.
    void push(const FeatureMatrix& mel, LogMelFrames& out);

    /// The recording has ended: appends the remaining frames; afterwards the remover is as new.
    void finish(LogMelFrames& out);

private:
    void emit(bool ended, LogMelFrames& out);
    double levelAt(int64_t frame) const;

    const int64_t m_bands;
    const int64_t m_reach;
    const float m_floor; ///< power relative to the level
    int64_t m_first = 0; ///< frame number of m_power.front()
    int64_t m_next = 0;  ///< frame to be given next
    int64_t m_end = 0;   ///< frames taken
    std::deque<double> m_power;
    std::deque<std::vector<float>> m_waiting; ///< mel power of frames [m_next, m_end)
};

/// All frames of samples at the options' rate.
LogMelFrames logMel(std::span<const float> samples, const LogMelOptions& options);

} // namespace ovation
