// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"

#include <memory>
#include <span>
#include <string>

namespace ovation {

/// A stretch of a recording as mono samples at a chosen rate: AudioReader -> average of channels -> soxr (high
/// quality). Memory is bounded by one block. Used by one thread at a time.
class MonoStream {
public:
    /// `startS` and `durationS` choose the stretch (durationS < 0: to the end). A stretch gives the samples that the
    /// same stretch saved as a file would give, edges aside.
    static Result<std::unique_ptr<MonoStream>> open(const std::string& path, int sampleRate = 22050, double startS = 0,
                                                    double durationS = -1);
    ~MonoStream();

    const AudioInfo& info() const; ///< of the file
    int sampleRate() const;        ///< of the samples given
    int64_t expectedSamples() const;

    /// Fills `samples` from the front; returns how many were written, 0 at the end.
    Result<int64_t> read(std::span<float> samples);

    int64_t nonFiniteSamples() const;

private:
    struct Impl;
    explicit MonoStream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The whole stretch in memory. For clips; long recordings stream.
Result<std::vector<float>> readMono(const std::string& path, int sampleRate = 22050, double startS = 0,
                                    double durationS = -1);

} // namespace ovation
