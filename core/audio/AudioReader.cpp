// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioReader.h"

#include "core/audio/Decoder.h"
#include "core/base/Text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <string_view>

namespace ovation {
namespace {

constexpr int kMinRate = 1000;
constexpr int kMaxRate = 768000;
constexpr int kMaxChannels = 64;
/// Beyond 32-bit integers taken for floats; squares of such samples still sum up in a float.
constexpr float kLargestSample = 1e10F;
constexpr int64_t kBlockFrames = 4096;
/// A file that ends this much before its header says is called truncated; less is an encoder's rounding.
constexpr double kTruncatedS = 0.25;

/// What libsndfile would not tell apart: whether the path can be read at all.
Result<void> checkFile(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    if (S_ISDIR(status.st_mode)) return Error{ErrorCode::IsFolder, path, ""};
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::NotAudio, path, "it is not a regular file"};
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errorFromErrno(errno, path, ErrorCode::ReadFailed);
    ::close(descriptor);
    if (status.st_size == 0) return Error{ErrorCode::EmptyFile, path, ""};
    return {};
}

Result<void> checkInfo(const AudioInfo& info, const std::string& path) {
    if (info.sampleRate < kMinRate || info.sampleRate > kMaxRate)
        return Error{ErrorCode::UnsupportedSampleRate, path, std::to_string(info.sampleRate) + " Hz"};
    if (info.channels < 1 || info.channels > kMaxChannels)
        return Error{ErrorCode::UnsupportedChannels, path, std::to_string(info.channels) + " channels"};
    if (info.frames <= 0) return Error{ErrorCode::ZeroLengthAudio, path, ""};
    return {};
}

Result<std::unique_ptr<Decoder>> openDecoder(const std::string& path) {
    auto decoder = openSndfileDecoder(path);
    if (!decoder) return decoder;
    if (holdsMp3(**decoder)) return openMp3Decoder(path);
    if (holdsVorbis(**decoder)) return openVorbisDecoder(path);
    return decoder;
}

} // namespace

struct AudioReader::Impl {
    std::unique_ptr<Decoder> decoder;
    std::vector<float> block; // interleaved, for mixing and for reading ahead
    int64_t position = 0;     // frames delivered or skipped
    int64_t nonFinite = 0;

    const AudioInfo& info() const { return decoder->info(); }

    Result<int64_t> decode(float* samples, int64_t frames) {
        const int64_t wanted = std::min(frames, info().frames - position);
        int64_t done = 0;
        while (done < wanted) {
            auto n = decoder->read(samples + done * info().channels, wanted - done);
            if (!n) return n;
            if (*n == 0) break;
            done += *n;
        }
        position += done;
        const double promised = static_cast<double>(info().frames + decoder->missingFrames() - position);
        if (frames > 0 && done == 0 && promised > kTruncatedS * info().sampleRate)
            return Error{ErrorCode::TruncatedAudio, decoder->path(), ""};
        const int64_t count = done * info().channels;
        for (int64_t i = 0; i < count; ++i) {
            if (!(std::abs(samples[i]) <= kLargestSample)) {
                samples[i] = 0;
                ++nonFinite;
            }
        }
        return done;
    }

    float* blockSpace() {
        block.resize(static_cast<size_t>(kBlockFrames * info().channels));
        return block.data();
    }
};

AudioReader::AudioReader(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

AudioReader::~AudioReader() = default;

Result<std::unique_ptr<AudioReader>> AudioReader::open(const std::string& path) {
    if (auto there = checkFile(path); !there) return there.error();
    auto decoder = openDecoder(path);
    if (!decoder) return decoder.error();
    if (auto sensible = checkInfo((*decoder)->info(), path); !sensible) return sensible.error();
    auto impl = std::make_unique<Impl>();
    impl->decoder = std::move(*decoder);
    return std::unique_ptr<AudioReader>(new AudioReader(std::move(impl)));
}

const AudioInfo& AudioReader::info() const {
    return m_impl->info();
}

const std::string& AudioReader::path() const {
    return m_impl->decoder->path();
}

int64_t AudioReader::position() const {
    return m_impl->position;
}

int64_t AudioReader::nonFiniteSamples() const {
    return m_impl->nonFinite;
}

Result<void> AudioReader::seek(int64_t frame) {
    frame = std::clamp<int64_t>(frame, 0, info().frames);
    if (frame == m_impl->position) return {};
    auto at = m_impl->decoder->seekBefore(frame);
    if (!at) return at.error();
    const int64_t replaced = m_impl->nonFinite;
    m_impl->position = *at;
    while (m_impl->position < frame) {
        auto n = m_impl->decode(m_impl->blockSpace(), std::min(kBlockFrames, frame - m_impl->position));
        if (!n) return n.error();
        if (*n == 0) break;
    }
    m_impl->nonFinite = replaced;
    return {};
}

Result<int64_t> AudioReader::read(std::span<float> samples, int64_t frames) {
    frames = std::min(frames, static_cast<int64_t>(samples.size()) / info().channels);
    return m_impl->decode(samples.data(), frames);
}

Result<int64_t> AudioReader::readMono(std::span<float> mono) {
    if (info().channels == 1) return m_impl->decode(mono.data(), static_cast<int64_t>(mono.size()));
    int64_t done = 0;
    const auto channels = static_cast<size_t>(info().channels);
    while (done < static_cast<int64_t>(mono.size())) {
        float* block = m_impl->blockSpace();
        auto n = m_impl->decode(block, std::min(kBlockFrames, static_cast<int64_t>(mono.size()) - done));
        if (!n && done > 0) break; // told again by the next call
        if (!n) return n;
        if (*n == 0) break;
        for (int64_t i = 0; i < *n; ++i) {
            float sum = 0;
            for (size_t c = 0; c < channels; ++c)
                sum += *block++;
            mono[static_cast<size_t>(done + i)] = sum / static_cast<float>(channels);
        }
        done += *n;
    }
    return done;
}

Result<AudioInfo> audioInfo(const std::string& path) {
    auto reader = AudioReader::open(path);
    if (!reader) return reader.error();
    return (*reader)->info();
}

std::optional<Error> damageIn(const AudioInfo& info, const std::string& path) {
    if (info.lostS <= 0) return {};
    const std::string begin = "only the first " + fixed(info.durationS(), 1) + " s can be read, and about " +
                              fixed(info.lostS, 1) + " s of sound lie behind";
    if (!info.format.starts_with("MP3")) return Error{ErrorCode::OverlongAudio, path, begin};
    return Error{ErrorCode::DamagedAudio, path, begin + " the damage"};
}

bool isAudioExtension(const std::string& lowerCaseExtension) {
    static constexpr std::array<std::string_view, 25> extensions = {
        "wav", "wave", "flac", "mp3", "mp2", "ogg",  "oga", "opus", "aiff", "aif", "aifc", "au", "snd",
        "caf", "w64",  "rf64", "voc", "sph", "nist", "paf", "svx",  "iff",  "avr", "mat",  "htk"};
    return std::find(extensions.begin(), extensions.end(), lowerCaseExtension) != extensions.end();
}

bool isUnreadableSoundExtension(const std::string& lowerCaseExtension) {
    static constexpr std::array<std::string_view, 35> extensions = {
        // without "mts", which is TypeScript, too
        "m4a", "m4b", "m4r", "mp4", "m4v", "aac", "ac3",  "eac3", "dts", "wma", "wmv",  "asf",
        "amr", "3gp", "3g2", "mov", "mkv", "mka", "webm", "avi",  "flv", "mpg", "mpeg", "vob",
        "ape", "wv",  "tta", "mpc", "ra",  "rm",  "dsf",  "dff",  "dss", "ds2", "qcp"};
    return std::find(extensions.begin(), extensions.end(), lowerCaseExtension) != extensions.end();
}

} // namespace ovation
