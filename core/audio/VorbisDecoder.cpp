// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Decoder.h"

#define OV_EXCLUDE_STATIC_CALLBACKS
#include <vorbis/vorbisfile.h>

#include <algorithm>

namespace ovation {
namespace {

class VorbisDecoder : public Decoder {
public:
    explicit VorbisDecoder(std::string path) { m_path = std::move(path); }
    ~VorbisDecoder() override {
        if (m_open) ov_clear(&m_file);
    }
    VorbisDecoder(const VorbisDecoder&) = delete;
    VorbisDecoder& operator=(const VorbisDecoder&) = delete;

    Result<void> start() {
        if (ov_fopen(m_path.c_str(), &m_file) != 0) return Error{ErrorCode::NotAudio, m_path, ""};
        m_open = true;
        const vorbis_info* info = ov_info(&m_file, -1);
        const auto total = ov_pcm_total(&m_file, -1);
        if (!info || total < 0) return Error{ErrorCode::NotAudio, m_path, ""};
        // Chained streams may change rate and channels; they are played as the first one is.
        m_info = {total, static_cast<int>(info->rate), info->channels, "Ogg Vorbis"};
        return {};
    }

    Result<int64_t> read(float* samples, int64_t frames) override {
        const auto channels = static_cast<size_t>(m_info.channels);
        int64_t done = 0;
        while (done < frames) {
            float** planes = nullptr;
            const int wanted = static_cast<int>(std::min<int64_t>(frames - done, 4096));
            int section = 0;
            const long n = ov_read_float(&m_file, &planes, wanted, &section);
            if (n == OV_HOLE) continue;
            if (n < 0 && done == 0) return Error{ErrorCode::ReadFailed, m_path, "the Vorbis stream is damaged"};
            if (n <= 0) break;
            const auto there = static_cast<size_t>(ov_info(&m_file, section)->channels);
            float* out = samples + static_cast<size_t>(done) * channels;
            for (long i = 0; i < n; ++i)
                for (size_t c = 0; c < channels; ++c)
                    *out++ = planes[std::min(c, there - 1)][i];
            done += n;
        }
        return done;
    }

    Result<int64_t> seekBefore(int64_t frame) override {
        if (ov_pcm_seek(&m_file, frame) != 0) return Error{ErrorCode::ReadFailed, m_path, "it cannot be searched"};
        return static_cast<int64_t>(ov_pcm_tell(&m_file));
    }

private:
    OggVorbis_File m_file{};
    bool m_open = false;
};

} // namespace

Result<std::unique_ptr<Decoder>> openVorbisDecoder(const std::string& path) {
    auto decoder = std::make_unique<VorbisDecoder>(path);
    if (auto started = decoder->start(); !started) return started.error();
    return std::unique_ptr<Decoder>(std::move(decoder));
}

} // namespace ovation
