// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/TimeRange.h"
#include "ui/session/PlaybackStream.h"

#include <QAudioFormat>
#include <QAudioSink>
#include <QObject>
#include <QTimer>

#include <memory>

namespace ovation::ui {

/// The player's half on its own thread: owns the sound device and the reader. Every function is called there.
class PlayerWorker : public QObject {
    Q_OBJECT
public:
    PlayerWorker();
    ~PlayerWorker() override;

    void setSource(const QString& path);
    /// Plays from `from` to range.end, then, with `loop`, range over and over. `command` comes back with every report.
    void start(int command, int64_t from, SampleRange range, bool loop, double speed);
    void stop();
    void setLoop(bool loop);
    void setSpeed(double speed);
    void setVolume(double volume);

Q_SIGNALS:
    void heard(int command, qint64 frame);
    void ended(int command, qint64 frame);
    void failed(int command, const ovation::Error& error);
    void deviceFound();

private:
    void report();
    int64_t framesHeard() const;

    QString m_path;
    std::unique_ptr<PlaybackStream> m_stream;
    std::unique_ptr<QAudioSink> m_sink;
    QTimer m_timer;
    int m_command = 0;
    double m_volume = 1;
};

} // namespace ovation::ui
