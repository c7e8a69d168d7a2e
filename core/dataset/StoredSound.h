// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"
#include "core/dataset/Augmentation.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ovation {

/// A sound kept at 16 bits: half the memory of floats, and as exact as the recordings that are worth training on. Of a
/// long one parts alone may be kept; the rest reads as silence.
class StoredSound {
public:
    StoredSound() = default;
    explicit StoredSound(std::span<const float> samples);

    size_t size() const { return m_size; }          ///< with what is not kept
    Samples part(size_t first, size_t count) const; ///< clipped to what is there
    Samples all() const { return part(0, size()); }
    std::span<const int16_t> raw() const { return m_samples; } ///< what is kept, end to end

private:
    friend class SoundIntake;

    struct Kept {
        size_t first, count;
        size_t offset; ///< into m_samples
    };

    std::vector<Kept> m_kept; ///< in order, apart
    std::vector<int16_t> m_samples;
    size_t m_size = 0;
    float m_scale = 0;
};

/// Makes a StoredSound of a stretch of samples that come block by block, and all of them twice: the scale follows from
/// the highest of them.
class SoundIntake {
public:
    /// `range`: of the samples that come. `kept`: ranges of them that are kept, in order and apart.
    SoundIntake(const SampleRange& range, std::vector<SampleRange> kept);

    /// All of `range`.
    explicit SoundIntake(const SampleRange& range) : SoundIntake(range, {range}) {}

    /// `position` is that of the block's first sample.
    void hear(int64_t position, std::span<const float> block);

    /// Once all have been heard: ranges that lie within the last `reach` samples or behind them grow to hold all of
    /// those.
    void reachTheEnd(int64_t reach);

    /// The same blocks again.
    void take(int64_t position, std::span<const float> block);

    int64_t size() const { return m_heard; }
    bool keepsAny() const { return !m_kept.empty(); }

    StoredSound sound() &&;

private:
    int64_t ended() const { return m_range.begin + m_heard; }

    const SampleRange m_range;
    std::vector<SampleRange> m_kept;
    int64_t m_heard = 0;
    float m_peak = 0;
    std::vector<int16_t> m_samples;
};

} // namespace ovation
