// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/FileManager.h"

#include <QByteArray>
#include <QDBusConnection>
#include <QDBusPendingCall>
#include <QStringList>
#include <QThread>

#include <atomic>

namespace ovation::ui {

namespace {

constexpr int kFileManagerMs = 20'000; ///< it may have to be started first
constexpr unsigned long kFileManagerPollMs = 20;

} // namespace

QString fileUrl(const std::string& path) {
    return QStringLiteral("file://") + QString::fromLatin1(QByteArray::fromStdString(path).toPercentEncoding("/"));
}

QDBusMessage showItemsCall(const std::vector<std::string>& paths) {
    QStringList urls;
    for (const std::string& path : paths)
        urls << fileUrl(path);
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.FileManager1"), QStringLiteral("/org/freedesktop/FileManager1"),
        QStringLiteral("org.freedesktop.FileManager1"), QStringLiteral("ShowItems"));
    call << urls << QString(); // no startup notification
    return call;
}

bool showInFileManager(const std::vector<std::string>& paths, const CancelToken& cancel) {
    static std::atomic<int> calls{0};
    const QString name = QStringLiteral("ovation-show-%1").arg(calls.fetch_add(1));
    const QString address = qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
    bool shown = false;
    {
        const QDBusConnection bus = address.isEmpty() ? QDBusConnection::connectToBus(QDBusConnection::SessionBus, name)
                                                      : QDBusConnection::connectToBus(address, name);
        if (bus.isConnected()) {
            const QDBusPendingCall call = bus.asyncCall(showItemsCall(paths), kFileManagerMs);
            while (!call.isFinished() && !cancel.cancelled())
                QThread::msleep(kFileManagerPollMs);
            shown = call.isFinished() && !call.isError();
        }
    }
    QDBusConnection::disconnectFromBus(name);
    return shown;
}

} // namespace ovation::ui
