// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Settings.h"

#include <QSettings>
#include <QStandardPaths>
#include <QThreadPool>
#include <QTimer>

#include <mutex>
#include <utility>
#include <vector>

namespace ovation::ui {

namespace {

constexpr int kWriteDelayMs = 500;
constexpr qsizetype kRecentProjects = 10;

std::mutex& fileMutex() {
    static std::mutex mutex;
    return mutex;
}

/// Whether they are in the file now.
bool writeFile(const QString& path, const QHash<QString, QVariant>& values) {
    const std::lock_guard lock(fileMutex());
    QSettings file(path, QSettings::IniFormat);
    for (auto it = values.begin(); it != values.end(); ++it)
        file.setValue(it.key(), it.value());
    file.sync();
    return file.status() == QSettings::NoError;
}

} // namespace

std::span<const Settings::Entry> Settings::table() {
    static const std::vector<Entry> entries = {
        {"window/geometry", QByteArray()},
        {"window/list_splitter", QByteArray()},
        {"window/panel_splitter", QByteArray()}, // of the workspace Label
        {"window/panel_splitter_train", QByteArray()},
        {"window/panel_splitter_review", QByteArray()},
        {"window/workspace", 0},
        {"projects/recent", QStringList()},
        {"projects/last", QString()},
        {"folders/audio", QString()},
        {"folders/projects", QString()},
        {"folders/exports", QString()},
        {"play/volume", 0.8},
        {"timeline/spectrogram", QString()},
        {"label/snap", true},
        {"train/presets", QString()},    // the person's own: JSON
        {"keys/changed", QStringList()}, // of commands whose keys are not the usual ones: "id=Ctrl+A Shift+B"
    };
    return entries;
}

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent),
      m_file(!file.isEmpty() ? file
                             : QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                                   QStringLiteral("/ovation/settings.ini")) {
    QSettings stored(m_file, QSettings::IniFormat);
    for (const Entry& entry : table()) {
        QVariant value = stored.value(QLatin1String(entry.key), entry.fallback);
        if (!value.convert(entry.fallback.metaType())) value = entry.fallback;
        m_values.insert(QLatin1String(entry.key), value);
    }
}

Settings::~Settings() {
    keepUnwritten();
    if (!m_changed.isEmpty()) writeFile(m_file, takeChanged());
}

QVariant Settings::value(const char* key) const {
    return m_values.value(QLatin1String(key));
}

void Settings::setValue(const char* key, const QVariant& value) {
    QVariant& kept = m_values[QLatin1String(key)];
    if (kept == value) return;
    kept = value;
    m_changed.insert(QLatin1String(key));
    writeSoon();
}

void Settings::writeSoon() {
    if (std::exchange(m_scheduled, true)) return;
    QTimer::singleShot(kWriteDelayMs, this, &Settings::write);
}

void Settings::write() {
    m_scheduled = false;
    keepUnwritten();
    if (m_changed.isEmpty()) return;
    QThreadPool::globalInstance()->start([file = m_file, values = takeChanged(), unwritten = m_unwritten] {
        if (writeFile(file, values)) return;
        const std::lock_guard lock(unwritten->mutex);
        for (auto it = values.begin(); it != values.end(); ++it)
            unwritten->keys.insert(it.key());
    });
}

/// They are written with what changes next, and once more at the end.
void Settings::keepUnwritten() {
    const std::lock_guard lock(m_unwritten->mutex);
    m_changed.unite(std::exchange(m_unwritten->keys, {}));
}

QHash<QString, QVariant> Settings::takeChanged() {
    QHash<QString, QVariant> changed;
    for (const QString& key : std::exchange(m_changed, {}))
        changed.insert(key, m_values.value(key));
    return changed;
}

QStringList Settings::recentProjects() const {
    return value("projects/recent").toStringList();
}

void Settings::addRecentProject(const QString& path) {
    QStringList recent = recentProjects();
    recent.removeAll(path);
    recent.prepend(path);
    setValue("projects/recent", QVariant(recent.mid(0, kRecentProjects)));
    Q_EMIT recentProjectsChanged();
}

void Settings::removeRecentProject(const QString& path) {
    QStringList recent = recentProjects();
    if (recent.removeAll(path) == 0) return;
    setValue("projects/recent", QVariant(recent));
    Q_EMIT recentProjectsChanged();
}

void Settings::clearRecentProjects() {
    setValue("projects/recent", QStringList());
    Q_EMIT recentProjectsChanged();
}

} // namespace ovation::ui
