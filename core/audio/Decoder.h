// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"

#include <memory>
#include <optional>

namespace ovation {

/// One open sound file in one of the libraries that decode it. Interleaved float. Used by one thread at a time.
class Decoder {
public:
    virtual ~Decoder() = default;

    const AudioInfo& info() const { return m_info; }
    /// Frames that the file's header promises beyond those that are there; 0 where it promises nothing more.
    int64_t missingFrames() const { return m_missingFrames; }
    const std::string& path() const { return m_path; }

    /// Decodes up to `frames` frames; 0 at the end, an Error where decoding stops for another reason.
    virtual Result<int64_t> read(float* samples, int64_t frames) = 0;

    /// Moves to some frame at or shortly before `frame` (0 <= frame <= frames), from where decoding gives what
    /// sequential decoding gives by the time it reaches `frame`; returns where it is.
    virtual Result<int64_t> seekBefore(int64_t frame) = 0;

protected:
    AudioInfo m_info;
    std::string m_path;
    int64_t m_missingFrames = 0;
};

/// By libsndfile: everything that it reads, MP3 and Vorbis included, though not exactly (see below).
Result<std::unique_ptr<Decoder>> openSndfileDecoder(const std::string& path);

/// By libmpg123: libsndfile ends an MP3 of variable bit rate that has no Xing header where its estimate of the length
/// does, and lands beside the frame asked for in some seeks near the start. Where the sample rate changes, everything
/// is converted to the first frame's: such a file is decoded once to open it, and seeks backwards decode from its
/// start.
Result<std::unique_ptr<Decoder>> openMp3Decoder(const std::string& path);

/// By libvorbisfile: libsndfile's seek is a block off in some places.
Result<std::unique_ptr<Decoder>> openVorbisDecoder(const std::string& path);

/// True where a decoder opened by libsndfile holds MP3 or Ogg Vorbis.
bool holdsMp3(const Decoder& decoder);
bool holdsVorbis(const Decoder& decoder);

} // namespace ovation
