// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/PlayerWorker.h"

#include <QAudioDevice>
#include <QMediaDevices>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr int kReportMs = 16;
constexpr double kBufferS = 0.1; ///< short, so that pausing and seeking are felt at once
/// PulseAudio renders anew what it had rendered ahead when a stream begins (pa_sink_request_rewind). Whoever listens at
/// a sink's monitor, and some virtual sinks, miss what falls into that: 30 ms as a rule, 110 ms on a busy machine.
constexpr double kSilenceS = 0.12;

/// The recording's own format where the device takes it, else what the device likes best.
QAudioFormat formatFor(const QAudioDevice& device, const AudioInfo& info) {
    QAudioFormat format;
    format.setSampleRate(info.sampleRate);
    format.setChannelCount(info.channels);
    for (const auto sample : {QAudioFormat::Float, QAudioFormat::Int16}) {
        format.setSampleFormat(sample);
        if (info.channels <= 2 && device.isFormatSupported(format)) return format;
    }
    format = device.preferredFormat();
    format.setSampleFormat(QAudioFormat::Float);
    if (!device.isFormatSupported(format)) format.setSampleFormat(QAudioFormat::Int16);
    return format;
}

} // namespace

PlayerWorker::PlayerWorker() : m_timer(this) {
    m_timer.setInterval(kReportMs);
    connect(&m_timer, &QTimer::timeout, this, &PlayerWorker::report);
}

PlayerWorker::~PlayerWorker() {
    stop();
}

void PlayerWorker::setSource(const QString& path) {
    stop();
    m_stream.reset();
    m_path = path;
}

void PlayerWorker::start(int command, int64_t from, SampleRange range, bool loop, double speed) {
    stop();
    m_command = command;
    const QAudioDevice device = QMediaDevices::defaultAudioOutput();
    if (device.isNull()) {
        Q_EMIT failed(command, Error{ErrorCode::NoSoundDevice, {}, {}});
        return;
    }
    Q_EMIT deviceFound();
    // Opened anew each time: the file may have been replaced, and a reader that failed starts afresh.
    auto opened = PlaybackStream::open(m_path.toStdString());
    if (!opened) {
        Q_EMIT failed(command, opened.error());
        return;
    }
    m_stream = std::move(*opened);
    const QAudioFormat format = formatFor(device, m_stream->info());
    const int64_t silence = format.framesForDuration(static_cast<qint64>(kSilenceS * 1e6));
    if (auto started = m_stream->start(format, {from, range, loop, speed, silence}); !started) {
        Q_EMIT failed(command, started.error());
        return;
    }
    m_sink = std::make_unique<QAudioSink>(device, format);
    m_sink->setBufferSize(format.bytesForDuration(static_cast<qint64>(kBufferS * 1e6)));
    m_sink->setVolume(m_volume);
    m_sink->start(m_stream.get());
    if (m_sink->error() == QAudio::OpenError || m_sink->error() == QAudio::FatalError) {
        stop();
        Q_EMIT failed(command, Error{ErrorCode::NoSoundDevice, {}, {}});
        return;
    }
    m_timer.start();
}

void PlayerWorker::stop() {
    m_timer.stop();
    if (!m_sink) return;
    m_sink->reset();
    m_sink.reset();
}

void PlayerWorker::setLoop(bool loop) {
    if (m_stream) m_stream->setLoop(loop);
}

void PlayerWorker::setSpeed(double speed) {
    if (m_stream) m_stream->setSpeed(speed);
}

void PlayerWorker::setVolume(double volume) {
    m_volume = volume;
    if (m_sink) m_sink->setVolume(volume);
}

int64_t PlayerWorker::framesHeard() const {
    // Some backends count as processed what has been heard, others what has been handed over: that less what waits in
    // the buffer is the latest that can have been heard.
    const QAudioFormat format = m_sink->format();
    const int64_t processed = framesIn(m_sink->processedUSecs(), format.sampleRate());
    const int64_t waiting = format.framesForBytes(static_cast<qint32>(m_sink->bufferSize() - m_sink->bytesFree()));
    return std::clamp<int64_t>(m_stream->pulled() - std::max<int64_t>(0, waiting), 0, std::max<int64_t>(0, processed));
}

void PlayerWorker::report() {
    if (!m_sink || !m_stream) return;
    const int64_t heardFrames = framesHeard();
    const int64_t frame = m_stream->recordingFrame(heardFrames);
    const auto length = m_stream->length();
    if (m_sink->state() == QAudio::StoppedState && m_sink->error() != QAudio::NoError) {
        stop();
        Q_EMIT failed(m_command, Error{ErrorCode::NoSoundDevice, {}, {}});
    } else if (length && heardFrames >= *length) {
        const auto error = m_stream->error();
        stop();
        if (error) Q_EMIT failed(m_command, *error);
        Q_EMIT ended(m_command, frame);
    } else {
        Q_EMIT heard(m_command, frame);
    }
}

} // namespace ovation::ui
