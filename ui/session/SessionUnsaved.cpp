// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>

#include <algorithm>
#include <atomic>

namespace ovation::ui {

// Projects without a name of their own, which wait in the user's data folder.

namespace {

QString unsavedFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/ovation");
}

/// On the store's thread. `open`: the session's own.
std::vector<UnsavedProject> unsavedBut(const QString& open) {
    std::vector<UnsavedProject> found;
    for (const QString& path : unsavedPaths()) {
        if (path == open) continue;
        const QDateTime changed = QFileInfo(path).lastModified();
        const Result<int64_t> recordings = ProjectStore::speechesIn(path.toStdString());
        if (recordings && *recordings > 0) found.push_back({path, changed, *recordings});
    }
    return found;
}

} // namespace

QString newUnsavedPath() {
    static std::atomic<int> counter = 0;
    QDir().mkpath(unsavedFolder());
    return QStringLiteral("%1/unsaved-%2-%3-%4.ovation")
        .arg(unsavedFolder(), QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")))
        .arg(QCoreApplication::applicationPid())
        .arg(++counter);
}

QStringList unsavedPaths() {
    const QDir folder(unsavedFolder());
    QStringList paths;
    for (const QString& name : folder.entryList({QStringLiteral("unsaved-*.ovation")}, QDir::Files, QDir::Time))
        paths << folder.absoluteFilePath(name);
    return paths;
}

bool isUnsaved(const QString& path) {
    const QFileInfo info(path);
    return info.absolutePath() == QDir(unsavedFolder()).absolutePath() &&
           info.fileName().startsWith(QLatin1String("unsaved-"));
}

const std::vector<UnsavedProject>& Session::unsavedProjects() const {
    return m_impl->unsavedProjects;
}

void SessionImpl::lookForUnsaved(const QString& left) {
    store.post([this, open = path, left, started = generation] {
        std::vector<UnsavedProject> found = unsavedBut(open);
        QMetaObject::invokeMethod(
            session,
            [this, left, started, found = std::move(found)] {
                if (started != generation) return; // the project that is open by now looks for itself
                unsavedProjects = found;
                Q_EMIT session->unsavedProjectsChanged();
                const auto kept = std::ranges::find(unsavedProjects, left, &UnsavedProject::path);
                if (kept == unsavedProjects.end()) return;
                Q_EMIT session->messageRaised(
                    (kept->recordings == 1 ? QObject::tr("The unsaved project with 1 recording is kept: File > Open "
                                                         "Recent lists it until it is saved under a name.")
                                           : QObject::tr("The unsaved project with %1 recordings is kept: File > Open "
                                                         "Recent lists it until it is saved under a name.")
                                                 .arg(kept->recordings)));
            },
            Qt::QueuedConnection);
    });
}

} // namespace ovation::ui
