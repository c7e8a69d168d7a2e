// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Decoder.h"
#include "core/audio/MpegRest.h"

#include <mpg123.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <mutex>
#include <vector>

namespace ovation {
namespace {

/// Frames decoded and thrown away before the one asked for: the bit reservoir reaches back up to 511 bytes, which at
/// the lowest rates is some ten MP3 frames, and the synthesis filter carries over one more.
constexpr int64_t kSettleFrames = 16 * 1152;
constexpr size_t kHeaderBlockBytes = 65536;
constexpr int64_t kMeasuredAtOnce = 4096;

/// Whether two frames' headers name different sample rates: MPEG version and rate index.
bool ratesDiffer(const unsigned char* a, const unsigned char* b) {
    return ((a[1] ^ b[1]) & 0x18) != 0 || ((a[2] ^ b[2]) & 0x0C) != 0;
}

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
        if (auto opened = open(); !opened) return opened;
        const int64_t promised = mpg123_length(m_handle);
        if (mpg123_scan(m_handle) != MPG123_OK) return Error{ErrorCode::NotAudio, m_path, ""};
        const int64_t there = mpg123_length(m_handle);
        m_info.frames = std::max<int64_t>(there, 0);
        m_info.format = "MP3";
        mpg123_frameinfo frame{};
        if (mpg123_info(m_handle, &frame) == MPG123_OK) {
            m_info.format = "MP3, " + std::to_string(frame.bitrate) + " kbit/s";
            // Only a Xing or VBRI header promises a length; without one the first length was an estimate.
            if (frame.vbr != MPG123_CBR) {
                m_info.format = "MP3, variable bit rate";
                m_missingFrames = std::max<int64_t>(0, promised - there);
            }
        }
        const Result<bool> changes = rateChanges();
        if (!changes) return changes.error();
        if (*changes)
            if (auto converted = convertRates(); !converted) return converted;
        lookBehindTheEnd();
        return {};
    }

    Result<int64_t> read(float* samples, int64_t frames) override {
        const size_t frameBytes = sizeof(float) * static_cast<size_t>(m_info.channels);
        const size_t wanted = static_cast<size_t>(frames) * frameBytes;
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
        const auto done = static_cast<int64_t>(got / frameBytes);
        m_position += done;
        return done;
    }

    Result<int64_t> seekBefore(int64_t frame) override {
        if (m_converts) {
            if (frame >= m_position) return m_position;
            if (auto opened = reopen(); !opened) return opened.error();
            return int64_t{0};
        }
        // To the beginning of the MP3 frame that the target lies in: behind what a Xing header counts, where other
        // files have been joined to the first, the library delivers the whole frame but says to be inside it.
        const off_t target = std::max<int64_t>(0, frame - kSettleFrames);
        off_t at = mpg123_seek(m_handle, target, SEEK_SET);
        if (at >= 0) at = mpg123_seek_frame(m_handle, mpg123_tellframe(m_handle), SEEK_SET);
        if (at >= 0) at = mpg123_tell(m_handle);
        if (at < 0) return Error{ErrorCode::ReadFailed, m_path, mpg123_strerror(m_handle)};
        return static_cast<int64_t>(at);
    }

private:
    /// Begins at the start, and settles the format that the file begins with.
    Result<void> open() {
        long rate = 0;
        int channels = 0;
        int encoding = 0;
        if (mpg123_open(m_handle, m_path.c_str()) != MPG123_OK ||
            mpg123_getformat(m_handle, &rate, &channels, &encoding) != MPG123_OK || rate <= 0 || channels <= 0)
            return Error{ErrorCode::NotAudio, m_path, ""};
        // A later change of channels is converted instead of reported; for one of the rate see convertRates().
        mpg123_format_none(m_handle);
        mpg123_format(m_handle, rate, channels, MPG123_ENC_FLOAT_32);
        m_info.sampleRate = static_cast<int>(rate);
        m_info.channels = channels;
        m_position = 0;
        return {};
    }

    Result<void> reopen() {
        const AudioInfo before = m_info;
        if (!open() || mpg123_scan(m_handle) != MPG123_OK || m_info.sampleRate != before.sampleRate ||
            m_info.channels != before.channels) {
            m_info = before;
            return Error{ErrorCode::FileChanged, m_path, ""};
        }
        return {};
    }

    /// Frames behind damage of more than a kilobyte are not found, and without a header nothing promises them.
    void lookBehindTheEnd() {
        off_t* places = nullptr;
        off_t step = 0;
        size_t count = 0;
        if (m_missingFrames > 0 || mpg123_index(m_handle, &places, &step, &count) != MPG123_OK || count < 2) return;
        const auto behind = static_cast<double>(mpegBytesBehind(m_path, places[count - 1]));
        const auto read = static_cast<double>(places[count - 1] - places[0]);
        if (read > 0) m_info.lostS = m_info.durationS() * behind / read;
    }

    /// Whether some frame has another sample rate than the first, by the headers of all that the scan has found.
    Result<bool> rateChanges() {
        off_t* places = nullptr;
        off_t step = 0;
        size_t count = 0;
        if (mpg123_index(m_handle, &places, &step, &count) != MPG123_OK || count == 0) return false;
        std::ifstream file(m_path, std::ios::binary);
        std::vector<unsigned char> first(4), block(kHeaderBlockBytes);
        off_t begin = 0, end = 0; // of what is in the block
        for (size_t i = 0; i < count; ++i) {
            if (places[i] < begin || places[i] + 4 > end) {
                file.clear();
                file.seekg(places[i]);
                file.read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(block.size()));
                begin = places[i];
                end = begin + file.gcount();
                if (end - begin < 4) return Error{ErrorCode::ReadFailed, m_path, ""};
            }
            const unsigned char* header = block.data() + (places[i] - begin);
            if (i == 0) std::copy_n(header, first.size(), first.begin());
            if (ratesDiffer(first.data(), header)) return true;
        }
        return false;
    }

    /// Parts of another rate are converted to the first frame's. The library counts and seeks in samples of each
    /// frame's own rate, so that what decoding gives is counted, and places are reached by decoding.
    Result<void> convertRates() {
        m_converts = true;
        mpg123_param(m_handle, MPG123_ADD_FLAGS, MPG123_AUTO_RESAMPLE, 0);
        if (auto opened = reopen(); !opened) return opened;
        std::vector<float> block(static_cast<size_t>(kMeasuredAtOnce) * static_cast<size_t>(m_info.channels));
        m_info.frames = 0;
        while (true) {
            const Result<int64_t> done = read(block.data(), kMeasuredAtOnce);
            if (!done) return Error{ErrorCode::NotAudio, m_path, done.error().detail};
            if (*done == 0) break;
            m_info.frames += *done;
        }
        return reopen();
    }

    mpg123_handle* m_handle;
    bool m_converts = false; ///< the file's sample rate changes
    int64_t m_position = 0;  ///< frames read since the start, where it does
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
