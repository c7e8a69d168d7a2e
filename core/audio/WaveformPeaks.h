// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/base/TimeRange.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// Smallest and largest sample of a stretch, channels averaged.
struct Peak {
    float low = 0;
    float high = 0;
};

/// A min/max pyramid over a whole recording, at its own sample rate. Level 0 has one Peak for 256 frames, each further
/// level one for 4 of the level below. A value; const members are safe from any thread.
class WaveformPeaks {
public:
    static constexpr int64_t kFramesPerPeak = 256;
    static constexpr int64_t kLevelFactor = 4;

    WaveformPeaks() = default;

    /// Reads the file once. `partial`, where given, is called a few times a second, on the caller's thread, with what
    /// is there so far. Errors: those of AudioReader, and Cancelled.
    static Result<WaveformPeaks> compute(const std::string& path, const CancelToken& cancel,
                                         const std::function<void(const WaveformPeaks&)>& partial = {});

    /// As bytes of this machine's order, and back; nullopt where they are not what bytes() gives.
    std::string bytes() const;
    static std::optional<WaveformPeaks> fromBytes(std::string_view bytes);

    /// Name in a BlobCache for the recording with this content; another one where peaks would come out differently.
    static std::string cacheName(const std::string& contentHash);

    size_t memoryBytes() const;
    int64_t frames() const { return m_frames; } ///< frames covered so far
    int sampleRate() const { return m_sampleRate; }
    float largest() const;                                   ///< largest absolute sample
    int64_t nonFiniteSamples() const { return m_nonFinite; } ///< NaN or infinite, taken as 0; 0 until all is read
    const std::optional<Error>& damage() const { return m_damage; } ///< damageIn(), once all is read; not in bytes()

    /// One Peak per column, for `columns` equal parts of `range` (clipped to the recording; outside it 0, 0). Cost
    /// is proportional to columns, whatever the range. Ranges with under 256 frames a column are only as exact as level
    /// 0.
    std::vector<Peak> columns(SampleRange range, int columns) const;

private:
    friend class WaveformPeaksBuilder;
    int64_t m_frames = 0;
    int m_sampleRate = 0;
    int64_t m_nonFinite = 0;
    std::optional<Error> m_damage;
    std::vector<std::vector<Peak>> m_levels;
};

} // namespace ovation
