// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovation {

/// What a sound file says of itself.
struct AudioInfo {
    int64_t frames = 0; ///< sample frames (one per channel) in the file
    int sampleRate = 0; ///< Hz, 1000 to 768000
    int channels = 0;   ///< 1 to 64
    std::string format; ///< for people, e.g. "FLAC, 16 bit"
    /// About how much sound lies behind damage, or behind the length that a WAV file's header has room for, and is not
    /// read; not in `frames`.
    double lostS = 0;

    double durationS() const { return sampleRate > 0 ? static_cast<double>(frames) / sampleRate : 0.0; }
};

/// Streams a sound file of any format libsndfile reads. Samples are float, nominally in [-1, 1]; NaN, infinite and
/// absurd ones (over 1e10) are read as 0 and counted. Used by one thread at a time; holds one block in memory, never
/// the file.
class AudioReader {
public:
    /// Errors: FileNotFound, NoPermission, IsFolder, EmptyFile (0 bytes), NotAudio, ZeroLengthAudio,
    /// UnsupportedSampleRate, UnsupportedChannels.
    static Result<std::unique_ptr<AudioReader>> open(const std::string& path);
    ~AudioReader();

    const AudioInfo& info() const;
    const std::string& path() const;

    /// Position of the next frame to be read.
    int64_t position() const;

    /// Moves to `frame`, clamped to [0, frames]. Exact to the sample in every format (reads ahead where a format cannot
    /// seek).
    Result<void> seek(int64_t frame);

    /// Reads up to `frames` frames, interleaved, into `samples` (at least frames * channels long); returns how many
    /// were read, 0 at the end. TruncatedAudio where the file ends well before its header says.
    Result<int64_t> read(std::span<float> samples, int64_t frames);

    /// The same, mixed down to mono by averaging the channels.
    Result<int64_t> readMono(std::span<float> mono);

    /// How many NaN, infinite or absurd samples have been replaced by 0 so far.
    int64_t nonFiniteSamples() const;

private:
    struct Impl;
    explicit AudioReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Header of a sound file only. Errors as AudioReader::open.
Result<AudioInfo> audioInfo(const std::string& path);

/// What there is to say of a recording with lostS: DamagedAudio, or OverlongAudio for a WAV file. nullopt
/// for others.
std::optional<Error> damageIn(const AudioInfo& info, const std::string& path);

/// True if the extension is one that libsndfile reads ("wav", "flac", "mp3", ...).
bool isAudioExtension(const std::string& lowerCaseExtension);

/// True if files of that extension hold sound, films among them, that cannot be read here ("m4a", "wma", "mp4", ...).
bool isUnreadableSoundExtension(const std::string& lowerCaseExtension);

} // namespace ovation
