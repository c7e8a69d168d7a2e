// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Decoder.h"

#include <mpg123.h>

#include <algorithm>
#include <mutex>

namespace ovation {
namespace {

/// Frames decoded and thrown away before the one asked for: the bit reservoir reaches back up to 511 bytes, which at
/// the lowest rates is some ten MP3 frames, and the synthesis filter carries over one more.
constexpr int64_t kSettleFrames = 16 * 1152;

class Mp3Decoder : public Decoder {
public:
    Mp3Decoder(mpg123_handle* handle, std::string path) : m_handle(handle) { m_path = std::move(path); }
    ~Mp3Decoder() override { mpg123_delete(m_handle); }
    Mp3Decoder(const Mp3Decoder&) = delete;
    Mp3Decoder& operator=(const Mp3Decoder&) = delete;

    Result<void> start() {
        mpg123_param(m_handle, MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_GAPLESS, 0);
        mpg123_param(m_handle, MPG123_REMOVE_FLAGS, MPG123_FUZZY | MPG123_AUTO_RESAMPLE, 0);
        mpg123_param(m_handle, MPG123_INDEX_SIZE, -1000, 0);
        long rate = 0;
        int channels = 0;
        int encoding = 0;
        if (mpg123_open(m_handle, m_path.c_str()) != MPG123_OK ||
            mpg123_getformat(m_handle, &rate, &channels, &encoding) != MPG123_OK || rate <= 0 || channels <= 0)
            return Error{ErrorCode::NotAudio, m_path, ""};
        // Settles the format, so that a later change of it in the stream is converted instead of reported.
        mpg123_format_none(m_handle);
        mpg123_format(m_handle, rate, channels, MPG123_ENC_FLOAT_32);
        // What is damaged is passed over, however long it is, instead of ending the recording.
        mpg123_param(m_handle, MPG123_RESYNC_LIMIT, -1, 0);
        const int64_t promised = mpg123_length(m_handle);
        if (mpg123_scan(m_handle) != MPG123_OK) return Error{ErrorCode::NotAudio, m_path, ""};
        const int64_t there = mpg123_length(m_handle);
        m_info = {std::max<int64_t>(there, 0), static_cast<int>(rate), channels, "MP3"};
        mpg123_frameinfo frame{};
        if (mpg123_info(m_handle, &frame) == MPG123_OK) {
            m_info.format = "MP3, " + std::to_string(frame.bitrate) + " kbit/s";
            // Only a Xing or VBRI header promises a length; without one the first length was an estimate.
            if (frame.vbr != MPG123_CBR) {
                m_info.format = "MP3, variable bit rate";
                m_missingFrames = std::max<int64_t>(0, promised - there);
            }
        }
        return {};
    }

    Result<int64_t> read(float* samples, int64_t frames) override {
        const size_t frameBytes = sizeof(float) * static_cast<size_t>(m_info.channels);
        size_t wanted = static_cast<size_t>(frames) * frameBytes;
        size_t got = 0;
        auto* bytes = reinterpret_cast<unsigned char*>(samples);
        while (got < wanted) {
            size_t done = 0;
            const int status = mpg123_read(m_handle, bytes + got, wanted - got, &done);
            got += done;
            if (status == MPG123_DONE) break;
            if (status == MPG123_NEW_FORMAT || status == MPG123_OK) continue;
            if (got == 0) return Error{ErrorCode::ReadFailed, m_path, mpg123_strerror(m_handle)};
            break;
        }
        return static_cast<int64_t>(got / frameBytes);
    }

    Result<int64_t> seekBefore(int64_t frame) override {
        const off_t target = std::max<int64_t>(0, frame - kSettleFrames);
        const off_t at = mpg123_seek(m_handle, target, SEEK_SET);
        if (at < 0) return Error{ErrorCode::ReadFailed, m_path, mpg123_strerror(m_handle)};
        return static_cast<int64_t>(at);
    }

private:
    mpg123_handle* m_handle;
};

} // namespace

Result<std::unique_ptr<Decoder>> openMp3Decoder(const std::string& path) {
    static std::once_flag once;
    std::call_once(once, [] { mpg123_init(); });
    mpg123_handle* handle = mpg123_new(nullptr, nullptr);
    if (!handle) return Error{ErrorCode::OutOfMemory, path, ""};
    auto decoder = std::make_unique<Mp3Decoder>(handle, path);
    if (auto started = decoder->start(); !started) return started.error();
    return std::unique_ptr<Decoder>(std::move(decoder));
}

} // namespace ovation
