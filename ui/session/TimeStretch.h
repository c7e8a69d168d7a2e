// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace ovation::ui {

/// Plays samples slower or faster at kept pitch (Rubber Band, for streams). What comes out is aligned with what goes
/// in: output frame n belongs to input frame n * speed. Used by one thread.
class TimeStretch {
public:
    static constexpr double kSlowest = 0.5;
    static constexpr double kFastest = 2;

    /// `speed` from kSlowest to kFastest: 2 is twice as fast.
    TimeStretch(int sampleRate, int channels, double speed);
    ~TimeStretch();

    /// Interleaved frames; `last` once, with the last of them (which may be none).
    void put(std::span<const float> samples, bool last);
    int64_t available() const; ///< frames that take() would give now
    /// Fills interleaved `samples` from the front; returns how many frames were there.
    int64_t take(std::span<float> samples);
    bool ended() const; ///< all has been put in, and all has been taken

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation::ui
