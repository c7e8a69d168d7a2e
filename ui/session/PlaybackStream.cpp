// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/PlaybackStream.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace ovation::ui {

namespace {
constexpr int64_t kBlockFrames = 4096;
constexpr int64_t kStretchFrames = 1024; ///< that go into the stretcher at once
} // namespace

int64_t framesIn(int64_t microseconds, int sampleRate) {
    constexpr int64_t kSecond = 1'000'000;
    return microseconds / kSecond * sampleRate + microseconds % kSecond * sampleRate / kSecond;
}

PlaybackStream::PlaybackStream(std::string path, std::unique_ptr<AudioReader> reader)
    : m_path(std::move(path)), m_reader(std::move(reader)), m_info(m_reader->info()) {}

Result<std::unique_ptr<PlaybackStream>> PlaybackStream::open(const std::string& path) {
    auto reader = AudioReader::open(path);
    if (!reader) return reader.error();
    return std::unique_ptr<PlaybackStream>(new PlaybackStream(path, std::move(*reader)));
}

Result<void> PlaybackStream::start(const QAudioFormat& format, const Options& options) {
    m_format = format;
    m_range = options.range;
    m_loop = options.loop;
    m_speed = options.speed;
    m_rateRatio = static_cast<double>(m_info.sampleRate) / format.sampleRate();
    m_pulled = 0;
    m_jumps.clear();
    m_length.reset();
    m_error.reset();
    if (!beginAt(options.silence, options.from) && m_error) return *m_error;
    if (!isOpen()) QIODevice::open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    return {};
}

void PlaybackStream::setSpeed(double speed) {
    if (std::exchange(m_speed, speed) == speed || m_jumps.empty() || m_length) return;
    const int64_t frame = recordingFrame(m_pulled);
    while (m_jumps.size() > 1 && m_jumps.back().deviceFrame > m_pulled) // read ahead of what was pulled
        m_jumps.pop_back();
    beginAt(std::max(m_pulled, m_begin), frame);
}

/// Begins anew: the recording's `frame` will be the device's `deviceFrame`.
bool PlaybackStream::beginAt(int64_t deviceFrame, int64_t frame) {
    m_begin = deviceFrame;
    m_given = 0;
    m_stretch.reset();
    m_ended = false;
    if (m_speed != 1)
        m_stretch = std::make_unique<TimeStretch>(m_format.sampleRate(), m_format.channelCount(), m_speed);
    return jumpTo(frame);
}

/// The next frame read is the recording's `frame`.
bool PlaybackStream::jumpTo(int64_t frame) {
    const bool resample = m_format.sampleRate() != m_info.sampleRate || m_format.channelCount() != m_info.channels;
    if (resample) {
        const double start = toSeconds(frame, m_info.sampleRate);
        auto stream =
            MonoStream::open(m_path, m_format.sampleRate(), start, toSeconds(m_range.end - frame, m_info.sampleRate));
        if (!stream) {
            m_error = stream.error();
            return false;
        }
        m_resampled = std::move(*stream);
    } else if (auto moved = m_reader->seek(frame); !moved) {
        m_error = moved.error();
        return false;
    }
    m_leftInRange = std::llround(static_cast<double>(m_range.end - frame) / m_rateRatio);
    m_givenAtJump = m_given;
    m_jumps.push_back({deviceFrameOf(m_given), frame, m_rateRatio * m_speed});
    return m_leftInRange > 0;
}

int64_t PlaybackStream::deviceFrameOf(int64_t given) const {
    return m_begin + std::llround(static_cast<double>(given) / m_speed);
}

int64_t PlaybackStream::recordingFrame(int64_t deviceFrame) const {
    if (m_jumps.empty()) return 0;
    const int64_t last = m_length ? std::min(deviceFrame, *m_length) : deviceFrame;
    const auto after = std::upper_bound(m_jumps.begin(), m_jumps.end(), last,
                                        [](int64_t frame, const Jump& jump) { return frame < jump.deviceFrame; });
    const Jump& jump = after == m_jumps.begin() ? *after : *(after - 1);
    const int64_t since = std::max<int64_t>(0, last - jump.deviceFrame);
    return std::min<int64_t>(m_range.end, jump.recordingFrame + std::llround(static_cast<double>(since) * jump.ratio));
}

qint64 PlaybackStream::bytesAvailable() const {
    return kBlockFrames * m_format.bytesPerFrame(); // silence after the end: never dry
}

/// Interleaved frames at the device's rate; fewer only at the end of what there is.
int64_t PlaybackStream::readSome(float* samples, int64_t frames) {
    if (!m_resampled) {
        auto read = m_reader->read({samples, static_cast<size_t>(frames * m_info.channels)}, frames);
        if (!read) m_error = read.error();
        return read ? *read : 0;
    }
    const int channels = m_format.channelCount();
    std::vector<float> mono(static_cast<size_t>(frames));
    auto read = m_resampled->read(mono);
    if (!read) m_error = read.error();
    const int64_t count = read ? *read : 0;
    for (int64_t i = 0; i < count; ++i)
        std::fill_n(samples + i * channels, channels, mono[static_cast<size_t>(i)]);
    return count;
}

/// The range's frames at the device's rate, over and over where it loops; fewer only where that ends.
int64_t PlaybackStream::readRange(float* samples, int64_t frames) {
    const int channels = m_format.channelCount();
    int64_t done = 0;
    while (done < frames && !m_ended) {
        const int64_t count =
            m_leftInRange > 0 ? readSome(samples + done * channels, std::min(frames - done, m_leftInRange)) : 0;
        done += count;
        m_given += count;
        m_leftInRange -= count;
        const bool rangeEnds = m_leftInRange <= 0 || count == 0;
        // The file may be shorter than what was asked for, and the whole range beyond its end.
        const bool nothingThere = m_given == m_givenAtJump && m_jumps.back().recordingFrame == m_range.begin;
        m_ended = rangeEnds && (m_error || !m_loop || nothingThere || !jumpTo(m_range.begin));
    }
    return done;
}

/// The same at the chosen speed.
int64_t PlaybackStream::readStretched(float* samples, int64_t frames) {
    const auto channels = static_cast<size_t>(m_format.channelCount());
    int64_t done = 0;
    while (done < frames) {
        const int64_t got = m_stretch->take(
            {samples + static_cast<size_t>(done) * channels, static_cast<size_t>(frames - done) * channels});
        done += got;
        if (got > 0) continue;
        if (m_ended) break;
        m_block.resize(static_cast<size_t>(kStretchFrames) * channels);
        const int64_t count = readRange(m_block.data(), kStretchFrames);
        m_stretch->put(std::span(m_block).first(static_cast<size_t>(count) * channels), m_ended);
    }
    return done;
}

/// The next frames that the device plays.
void PlaybackStream::fill(float* samples, int64_t frames) {
    const int channels = m_format.channelCount();
    const int64_t silent = std::clamp<int64_t>(m_begin - m_pulled, 0, frames);
    std::fill(samples, samples + silent * channels, 0.0F);
    int64_t done = silent;
    if (done < frames && !m_length) {
        float* to = samples + done * channels;
        done += m_stretch ? readStretched(to, frames - done) : readRange(to, frames - done);
        const int64_t end = deviceFrameOf(m_given);
        if (m_ended && (done < frames || m_pulled + done > end)) m_length = end;
        if (m_length) done = std::clamp<int64_t>(end - m_pulled, silent, done); // the stretcher rings on after the end
    }
    std::fill(samples + done * channels, samples + frames * channels, 0.0F);
}

qint64 PlaybackStream::readData(char* data, qint64 maximum) {
    const int bytesPerFrame = m_format.bytesPerFrame();
    if (bytesPerFrame <= 0) return 0;
    const int64_t frames = std::min<int64_t>(maximum / bytesPerFrame, kBlockFrames);
    const auto values = static_cast<size_t>(frames * m_format.channelCount());
    m_buffer.resize(values);
    fill(m_buffer.data(), frames);
    m_pulled += frames;
    if (m_format.sampleFormat() == QAudioFormat::Float) {
        std::memcpy(data, m_buffer.data(), values * sizeof(float));
    } else {
        auto* out = reinterpret_cast<int16_t*>(data);
        for (size_t i = 0; i < values; ++i)
            out[i] = static_cast<int16_t>(std::lround(std::clamp(m_buffer[i], -1.0F, 1.0F) * 32767));
    }
    return frames * bytesPerFrame;
}

} // namespace ovation::ui
