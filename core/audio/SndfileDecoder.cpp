// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Decoder.h"

#include <sndfile.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <vector>

namespace ovation {
namespace {

constexpr int64_t kUnknownLength = int64_t{1} << 60;
/// Codecs that carry state from block to block settle within this time after a seek.
constexpr double kSettleS = 0.5;

std::string formatText(const SF_INFO& info) {
    std::string text;
    SF_FORMAT_INFO major{};
    major.format = info.format & SF_FORMAT_TYPEMASK;
    if (sf_command(nullptr, SFC_GET_FORMAT_INFO, &major, sizeof major) == 0 && major.name) text = major.name;
    if (const auto paren = text.find(" ("); paren != std::string::npos) text.resize(paren);
    SF_FORMAT_INFO minor{};
    minor.format = info.format & SF_FORMAT_SUBMASK;
    if (sf_command(nullptr, SFC_GET_FORMAT_INFO, &minor, sizeof minor) == 0 && minor.name) {
        text += text.empty() ? "" : ", ";
        text += minor.name;
    }
    return text;
}

std::string logOf(SNDFILE* file) {
    std::vector<char> log(16384);
    sf_command(file, SFC_GET_LOG_INFO, log.data(), static_cast<int>(log.size()) - 1);
    return log.data();
}

/// libsndfile shortens a file whose header promises more than is there, and says so in its log only: "data : 1000
/// (should be 600)". Returns the frames that are missing. Sizes that stand for "unknown" (streamed files) promise
/// nothing.
int64_t framesMissing(const std::string& log, int64_t framesThere) {
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        const auto should = line.find(" (should be ");
        if (should != std::string::npos) {
            const auto first = line.find_first_not_of(" ");
            const bool samples = line.compare(first, 4, "data") == 0 || line.compare(first, 4, "SSND") == 0 ||
                                 line.compare(first, 9, "Data Size") == 0 || line.compare(first, 4, "riff") == 0;
            const auto colon = line.find(':');
            if (!samples || colon == std::string::npos || colon > should) continue;
            const double promised = std::strtod(line.c_str() + colon + 1, nullptr);
            const double there = std::strtod(line.c_str() + should + 12, nullptr);
            if (promised >= 0x7FFFF000 || there <= 0 || promised <= there) continue;
            return static_cast<int64_t>((promised - there) / there * static_cast<double>(framesThere));
        }
        const std::string ds64 = "from 'ds64' chunk of ";
        if (const auto at = line.find(ds64); at != std::string::npos)
            return std::max<int64_t>(0, std::atoll(line.c_str() + at + ds64.size()) - framesThere);
    }
    return 0;
}

/// Bytes of a sample where every one has as many; 0 for other codecs.
int64_t bytesOfSample(int format) {
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
        return 1;
    case SF_FORMAT_PCM_16:
        return 2;
    case SF_FORMAT_PCM_24:
        return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
        return 4;
    case SF_FORMAT_DOUBLE:
        return 8;
    default:
        return 0;
    }
}

/// A WAV file counts its bytes with 32 bits: what a larger one has beyond that is missing in its header, as a rule some
/// multiple of 4 GiB. About how many seconds lie behind what the header tells.
double secondsBehindWav(const SF_INFO& info, const std::string& path) {
    constexpr int64_t kLargestWav = (int64_t{1} << 32) + 8;
    constexpr int64_t kTags = int64_t{64} << 20; // no file has more of them behind its samples
    const int type = info.format & SF_FORMAT_TYPEMASK;
    struct stat status {};
    if ((type != SF_FORMAT_WAV && type != SF_FORMAT_WAVEX) || ::stat(path.c_str(), &status) != 0) return 0;
    const int64_t frame = bytesOfSample(info.format) * info.channels, size = status.st_size;
    if (frame <= 0 || info.samplerate <= 0 || size <= kLargestWav) return 0;
    const int64_t behind = size - info.frames * frame;
    return behind > kTags ? static_cast<double>(behind / frame) / info.samplerate : 0;
}

Error openError(const std::string& path) {
    const std::string text = sf_strerror(nullptr);
    if (text.find("hannel") != std::string::npos) return {ErrorCode::UnsupportedChannels, path, ""};
    // A rate beyond a signed integer is called an incomplete SF_INFO.
    if (text.find("SF_INFO") != std::string::npos || text.find("ample rate") != std::string::npos ||
        text.find("amplerate") != std::string::npos)
        return {ErrorCode::UnsupportedSampleRate, path, ""};
    if (sf_error(nullptr) == SF_ERR_MALFORMED_FILE)
        return {ErrorCode::NotAudio, path, "its header is damaged or it is cut off"};
    return {ErrorCode::NotAudio, path, ""};
}

class SndfileDecoder : public Decoder {
public:
    SndfileDecoder(SNDFILE* file, const SF_INFO& info, std::string path) : m_file(file), m_sf(info) {
        m_path = std::move(path);
        m_info = {info.frames, info.samplerate, info.channels, formatText(info)};
        m_missingFrames = framesMissing(logOf(file), info.frames);
        m_info.lostS = secondsBehindWav(info, m_path);
    }
    ~SndfileDecoder() override { sf_close(m_file); }
    SndfileDecoder(const SndfileDecoder&) = delete;
    SndfileDecoder& operator=(const SndfileDecoder&) = delete;

    int format() const { return m_sf.format; }

    /// For files whose header does not say how long they are: decodes them once.
    Result<void> measure() {
        std::vector<float> block(static_cast<size_t>(4096) * static_cast<size_t>(m_info.channels));
        int64_t total = 0;
        while (const auto n = sf_readf_float(m_file, block.data(), 4096)) {
            if (n < 0) break;
            total += n;
        }
        m_info.frames = total;
        return reopen();
    }

    Result<int64_t> read(float* samples, int64_t frames) override {
        const sf_count_t n = sf_readf_float(m_file, samples, frames);
        if (n <= 0 && sf_error(m_file) == SF_ERR_SYSTEM)
            return Error{ErrorCode::ReadFailed, m_path, sf_strerror(m_file)};
        return n < 0 ? 0 : n;
    }

    Result<int64_t> seekBefore(int64_t frame) override {
        if (m_sf.seekable) {
            const auto settle = carriesState() ? static_cast<int64_t>(kSettleS * m_info.sampleRate) : 0;
            const int64_t target = std::max<int64_t>(0, frame - settle);
            if (sf_seek(m_file, target, SEEK_SET) == target) return target;
        }
        if (auto reopened = reopen(); !reopened) return reopened.error();
        return int64_t{0};
    }

private:
    bool carriesState() const {
        switch (m_sf.format & SF_FORMAT_SUBMASK) {
        case SF_FORMAT_PCM_S8:
        case SF_FORMAT_PCM_16:
        case SF_FORMAT_PCM_24:
        case SF_FORMAT_PCM_32:
        case SF_FORMAT_PCM_U8:
        case SF_FORMAT_FLOAT:
        case SF_FORMAT_DOUBLE:
        case SF_FORMAT_ULAW:
        case SF_FORMAT_ALAW:
        case SF_FORMAT_ALAC_16:
        case SF_FORMAT_ALAC_20:
        case SF_FORMAT_ALAC_24:
        case SF_FORMAT_ALAC_32:
            return false;
        default:
            return true;
        }
    }

    Result<void> reopen() {
        SF_INFO info{};
        SNDFILE* again = sf_open(m_path.c_str(), SFM_READ, &info);
        if (!again) return Error{ErrorCode::FileChanged, m_path, ""};
        sf_close(m_file);
        m_file = again;
        if (info.samplerate != m_sf.samplerate || info.channels != m_sf.channels || info.format != m_sf.format)
            return Error{ErrorCode::FileChanged, m_path, ""};
        return {};
    }

    SNDFILE* m_file;
    SF_INFO m_sf;
};

} // namespace

Result<std::unique_ptr<Decoder>> openSndfileDecoder(const std::string& path) {
    SF_INFO info{};
    SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
    if (!file) return openError(path);
    auto decoder = std::make_unique<SndfileDecoder>(file, info, path);
    const bool compressed =
        (info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC || (info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG;
    const bool sensible = info.channels > 0 && info.channels <= 64;
    if (sensible && (info.frames >= kUnknownLength || (compressed && info.frames <= 0)) && !holdsVorbis(*decoder))
        if (auto measured = decoder->measure(); !measured) return measured.error();
    return std::unique_ptr<Decoder>(std::move(decoder));
}

bool holdsMp3(const Decoder& decoder) {
    const auto* sndfile = dynamic_cast<const SndfileDecoder*>(&decoder);
    return sndfile && (sndfile->format() & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG;
}

bool holdsVorbis(const Decoder& decoder) {
    const auto* sndfile = dynamic_cast<const SndfileDecoder*>(&decoder);
    return sndfile && (sndfile->format() & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG &&
           (sndfile->format() & SF_FORMAT_SUBMASK) == SF_FORMAT_VORBIS;
}

} // namespace ovation
