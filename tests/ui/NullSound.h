// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace ovation::ui::test {

/// A sound server of the test's own whose only device is heard by nobody; what plays, plays in real time. Made before
/// anything asks for sound devices.
class NullSound {
public:
    bool start() {
        const QString socket = m_folder.filePath(QStringLiteral("native"));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"})
            environment.insert(QLatin1String(name), m_folder.path());
        m_server.setProcessEnvironment(environment);
        m_server.setStandardErrorFile(QProcess::nullDevice());
        m_server.start(QStringLiteral("pulseaudio"),
                       {QStringLiteral("--daemonize=no"), QStringLiteral("-n"), QStringLiteral("--exit-idle-time=-1"),
                        QStringLiteral("--use-pid-file=no"), QStringLiteral("--disable-shm=yes"),
                        QStringLiteral("--load=module-null-sink sink_name=nobody"),
                        QStringLiteral("--load=module-native-protocol-unix auth-anonymous=1 socket=%1").arg(socket)});
        qputenv("PULSE_SERVER", "unix:" + socket.toLocal8Bit());
        return QTest::qWaitFor([&] { return QFile::exists(socket); }, 20000);
    }
    ~NullSound() {
        qputenv("PULSE_SERVER", "unix:/nonexistent");
        m_server.terminate();
        if (!m_server.waitForFinished(5000)) m_server.kill();
        m_server.waitForFinished(5000);
    }

private:
    const QTemporaryDir m_folder;
    QProcess m_server;
};

} // namespace ovation::ui::test
