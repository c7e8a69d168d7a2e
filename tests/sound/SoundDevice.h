// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>

#include <stdexcept>

namespace ovation::ui::test {

/// A PulseAudio server of the test's own, whose one sound device plays into nothing: no hardware, no session and no
/// configuration is needed, and nobody else hears or disturbs it. Programs of this process find it by PULSE_SERVER.
class SoundDevice {
public:
    static constexpr int kRate = 44100;

    SoundDevice() {
        const QString socket = m_folder.filePath(QStringLiteral("native"));
        qputenv("PULSE_SERVER", QByteArray("unix:") + socket.toLocal8Bit());
        qputenv("PULSE_RUNTIME_PATH", m_folder.path().toLocal8Bit());
        m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_server.setStandardOutputFile(QProcess::nullDevice());
        m_server.start(
            QStringLiteral("pulseaudio"),
            {QStringLiteral("-n"), QStringLiteral("--daemonize=no"), QStringLiteral("--use-pid-file=no"),
             QStringLiteral("--exit-idle-time=-1"), QStringLiteral("--disable-shm=yes"),
             QStringLiteral("--log-level=error"), QStringLiteral("-L"),
             QStringLiteral("module-native-protocol-unix auth-anonymous=1 socket=") + socket, QStringLiteral("-L"),
             QStringLiteral("module-null-sink sink_name=ears format=float32le channels=2 rate=%1").arg(kRate)});
        if (!m_server.waitForStarted()) throw std::runtime_error("pulseaudio cannot be started");
        for (int i = 0; !answers(); ++i) {
            if (m_server.state() != QProcess::Running || i > 600)
                throw std::runtime_error("pulseaudio does not answer");
            QThread::msleep(100);
        }
    }

    ~SoundDevice() {
        m_server.terminate();
        if (!m_server.waitForFinished()) m_server.kill();
    }

    SoundDevice(const SoundDevice&) = delete;
    SoundDevice& operator=(const SoundDevice&) = delete;

private:
    static bool answers() {
        QProcess ask;
        ask.setProcessChannelMode(QProcess::MergedChannels);
        ask.start(QStringLiteral("pactl"), {QStringLiteral("info")});
        return ask.waitForFinished() && ask.exitStatus() == QProcess::NormalExit && ask.exitCode() == 0;
    }

    QTemporaryDir m_folder;
    QProcess m_server;
};

} // namespace ovation::ui::test
