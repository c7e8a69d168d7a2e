// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/FileManager.h"

#include "tests/ui/Studio.h"
#include "ui/main/SpeechList.h"

#include <QDBusConnection>
#include <QDBusVirtualObject>
#include <QFile>
#include <QListView>
#include <QMenu>
#include <QProcess>
#include <QStandardPaths>

namespace ovation::ui::test {
namespace {

/// Another bus than that of whoever runs the tests, for as long as it is there.
class BusAddress {
public:
    explicit BusAddress(const QString& address) { qputenv(kBus, address.toLocal8Bit()); }
    ~BusAddress() { m_before.isNull() ? qunsetenv(kBus) : qputenv(kBus, m_before); }
    BusAddress(const BusAddress&) = delete;
    BusAddress& operator=(const BusAddress&) = delete;

private:
    static constexpr const char* kBus = "DBUS_SESSION_BUS_ADDRESS";
    const QByteArray m_before = qgetenv(kBus);
};

/// Keeps what it is asked to show.
class ShownFiles : public QDBusVirtualObject {
public:
    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override {
        calls << message.member();
        files << message.arguments().value(0).toStringList();
        return connection.send(message.createReply());
    }
    QStringList calls, files;
};

/// A bus of the test's own at `socket`.
class OwnBus {
public:
    OwnBus(const Folder& itsFolder, QString itsSocket) : folder(itsFolder), socket(std::move(itsSocket)) {}
    bool start(const QString& program) {
        const QString config = folder.write(
            QStringLiteral("bus.conf"),
            QStringLiteral("<busconfig><type>session</type><listen>unix:path=%1</listen><auth>EXTERNAL</auth>"
                           "<policy context=\"default\"><allow send_destination=\"*\"/><allow receive_sender=\"*\"/>"
                           "<allow own=\"*\"/></policy></busconfig>")
                .arg(socket)
                .toUtf8());
        daemon.start(program, {QStringLiteral("--nofork"), QStringLiteral("--nopidfile"),
                               QStringLiteral("--config-file=") + config});
        return daemon.waitForStarted() && waitFor([&] { return QFile::exists(socket); });
    }
    ~OwnBus() {
        daemon.terminate();
        daemon.waitForFinished();
    }

private:
    const Folder& folder;
    const QString socket;
    QProcess daemon;
};

class FileManagerTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        file = folder.copy("clips/other/rain.flac", QStringLiteral("caf\u00e9 1.flac"));
        ASSERT_TRUE(add(session, {file}, 1));
        id = session.currentSpeech();
    }

    const Folder folder;
    const QString socket = folder.path(QStringLiteral("bus")); ///< nobody is there yet
    const QString address = QStringLiteral("unix:path=") + socket;
    const BusAddress ofBus{address};
    Session session;
    QString file;
    SpeechId id = 0;
};

TEST_F(FileManagerTest, FilesAreNamedByTheBytesOfTheirPaths) {
    EXPECT_EQ(fileUrl("/tmp/caf\xc3\xa9 #1%.wav"), QStringLiteral("file:///tmp/caf%C3%A9%20%231%25.wav"));
    EXPECT_EQ(fileUrl("/tmp/caf\xe9.wav"), QStringLiteral("file:///tmp/caf%E9.wav")) << "Latin-1";
    const QDBusMessage call = showItemsCall({"/a.wav", "/b.wav"});
    EXPECT_EQ(call.service(), QStringLiteral("org.freedesktop.FileManager1"));
    EXPECT_EQ(call.path(), QStringLiteral("/org/freedesktop/FileManager1"));
    EXPECT_EQ(call.member(), QStringLiteral("ShowItems"));
    ASSERT_EQ(call.arguments().size(), 2);
    EXPECT_EQ(call.arguments()[0].toStringList(),
              (QStringList{QStringLiteral("file:///a.wav"), QStringLiteral("file:///b.wav")}));
    EXPECT_EQ(call.arguments()[1].toString(), QString());
}

TEST_F(FileManagerTest, WithoutAFileManagerTheFolderIsToBeShown) {
    QSignalSpy folders(&session, &Session::folderToShow), errors(&session, &Session::errorRaised);
    SpeechList list(&session);
    Q_EMIT list.view()->customContextMenuRequested(QPoint(1, 1));
    auto* menu = list.findChild<QMenu*>(QString(), Qt::FindDirectChildrenOnly);
    ASSERT_NE(menu, nullptr);
    for (QAction* action : menu->actions())
        if (action->text() == QStringLiteral("Show in folder")) action->trigger();
    menu->close();
    ASSERT_TRUE(waitFor([&] { return folders.count() > 0; }));
    EXPECT_EQ(folders[0][0].toUrl(), QUrl::fromLocalFile(folder.path()));
    ASSERT_TRUE(QFile::remove(file));
    ASSERT_EQ(errors.count(), 0);
    session.showInFolder({id});
    ASSERT_TRUE(waitFor([&] { return errors.count() > 0; }));
    EXPECT_EQ(errors[0][0].value<Error>().code, ErrorCode::FileNotFound);
    EXPECT_EQ(errors[0][0].value<Error>().file, file.toStdString());
    EXPECT_EQ(folders.count(), 1);
}

TEST_F(FileManagerTest, TheFileManagerShowsTheFileInItsFolder) {
    const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    ASSERT_FALSE(program.isEmpty()) << "the package dbus-daemon";
    OwnBus bus(folder, socket);
    ASSERT_TRUE(bus.start(program));
    QSignalSpy folders(&session, &Session::folderToShow);
    const QString name = QStringLiteral("file-manager-of-the-test");
    ShownFiles shown;
    {
        QDBusConnection there = QDBusConnection::connectToBus(address, name);
        ASSERT_TRUE(there.isConnected());
        ASSERT_TRUE(there.registerVirtualObject(QStringLiteral("/org/freedesktop/FileManager1"), &shown));
        ASSERT_TRUE(there.registerService(QStringLiteral("org.freedesktop.FileManager1")));
    }
    session.showInFolder({id});
    ASSERT_TRUE(waitFor([&] { return !shown.calls.isEmpty(); }));
    EXPECT_EQ(shown.calls, QStringList{QStringLiteral("ShowItems")});
    EXPECT_EQ(shown.files, QStringList{fileUrl(file.toStdString())});
    EXPECT_TRUE(shown.files[0].endsWith(QStringLiteral("/caf%C3%A9%201.flac")));
    QDBusConnection::disconnectFromBus(name);
    session.showInFolder({id}); // nobody is there now
    ASSERT_TRUE(waitFor([&] { return folders.count() > 0; }));
    EXPECT_EQ(folders.count(), 1) << "not while a file manager was there";
}

} // namespace
} // namespace ovation::ui::test
