// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Mp3Coding.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace ovation {
namespace {

/// Delay of LAME's encoder and of the decoder, in samples. libsndfile takes it off itself where the frames are large
/// enough for LAME's header, which tells the true length.
constexpr size_t kCodecDelay = 576 + 529;
constexpr float kPeak = 0.5F; ///< of full scale, when it is coded

/// A file in memory.
class Bytes {
public:
    SF_VIRTUAL_IO* io() {
        static SF_VIRTUAL_IO functions{
            [](void* self) { return static_cast<sf_count_t>(of(self).m_bytes.size()); },
            [](sf_count_t offset, int whence, void* self) { return of(self).seek(offset, whence); },
            [](void* to, sf_count_t count, void* self) { return of(self).read(static_cast<char*>(to), count); },
            [](const void* from, sf_count_t count, void* self) {
                return of(self).write(static_cast<const char*>(from), count);
            },
            [](void* self) { return of(self).m_at; }};
        return &functions;
    }
    void rewind() { m_at = 0; }

private:
    static Bytes& of(void* self) { return *static_cast<Bytes*>(self); }
    sf_count_t size() const { return static_cast<sf_count_t>(m_bytes.size()); }

    sf_count_t seek(sf_count_t offset, int whence) {
        m_at = offset + (whence == SEEK_CUR ? m_at : whence == SEEK_END ? size() : 0);
        return m_at;
    }
    sf_count_t read(char* to, sf_count_t count) {
        count = std::clamp<sf_count_t>(size() - m_at, 0, count);
        std::memcpy(to, m_bytes.data() + m_at, static_cast<size_t>(count));
        m_at += count;
        return count;
    }
    sf_count_t write(const char* from, sf_count_t count) {
        if (m_at + count > size()) m_bytes.resize(static_cast<size_t>(m_at + count));
        std::memcpy(m_bytes.data() + m_at, from, static_cast<size_t>(count));
        m_at += count;
        return count;
    }

    std::vector<char> m_bytes;
    sf_count_t m_at = 0;
};

using OpenMp3 = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

/// `file`: nullptr for one that could not be opened.
Error codingError(SNDFILE* file, int sampleRate) {
    return {ErrorCode::WriteFailed, "MP3",
            std::string(sf_strerror(file)) + ", at " + std::to_string(sampleRate) + " Hz"};
}

/// libsndfile's measure of a constant rate: 0 is the highest that the sample rate allows, 1 the lowest.
double compressionLevel(int sampleRate, int kbitPerS) {
    const double highest = sampleRate >= 32000 ? 320 : 160;
    const double lowest = sampleRate >= 32000 ? 32 : 8;
    return std::clamp((highest - kbitPerS) / (highest - lowest), 0.0, 1.0);
}

} // namespace

Result<std::vector<float>> throughMp3(std::span<const float> sound, int sampleRate, int kbitPerS) {
    float peak = 0;
    bool finite = true;
    for (const float sample : sound) {
        peak = std::max(peak, std::abs(sample));
        finite = finite && std::isfinite(sample);
    }
    std::vector<float> samples(sound.begin(), sound.end());
    if (peak <= 0) return samples;
    if (!finite) return Error{ErrorCode::WriteFailed, "MP3", "the sound holds values that are not numbers"};
    for (float& sample : samples)
        sample *= kPeak / peak;

    Bytes bytes;
    SF_INFO info{};
    info.samplerate = sampleRate;
    info.channels = 1;
    info.format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    OpenMp3 writer(sf_open_virtual(bytes.io(), SFM_WRITE, &info, &bytes), sf_close);
    if (!writer) return codingError(nullptr, sampleRate);
    int mode = SF_BITRATE_MODE_CONSTANT;
    double level = compressionLevel(sampleRate, kbitPerS);
    sf_command(writer.get(), SFC_SET_BITRATE_MODE, &mode, sizeof mode);
    sf_command(writer.get(), SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
    const auto count = static_cast<sf_count_t>(samples.size());
    if (sf_writef_float(writer.get(), samples.data(), count) != count) return codingError(writer.get(), sampleRate);
    writer.reset();

    bytes.rewind();
    SF_INFO coded{};
    const OpenMp3 reader(sf_open_virtual(bytes.io(), SFM_READ, &coded, &bytes), sf_close);
    if (!reader) return codingError(nullptr, sampleRate);
    const size_t late = coded.frames > count ? kCodecDelay : 0;
    std::vector<float> decoded(samples.size() + late);
    if (sf_readf_float(reader.get(), decoded.data(), static_cast<sf_count_t>(decoded.size())) < count)
        return codingError(reader.get(), sampleRate);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = decoded[i + late] * peak / kPeak;
    return samples;
}

Result<void> mp3Available(int sampleRate) {
    // Formats may be known to libsndfile that it was built without.
    const std::vector<float> sound(static_cast<size_t>(sampleRate / 10), 0.1F);
    const auto coded = throughMp3(sound, sampleRate, 64);
    if (!coded) return coded.error();
    return {};
}

} // namespace ovation
