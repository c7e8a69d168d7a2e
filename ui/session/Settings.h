// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QString>
#include <QVariant>

#include <memory>
#include <mutex>
#include <span>

namespace ovation::ui {

/// The person's settings, apart from projects: one table of key and default. Read once when made. What is changed is
/// written by a worker a moment later, and nothing else is: other windows have settings of their own on the same file.
class Settings : public QObject {
    Q_OBJECT
public:
    struct Entry {
        const char* key;
        QVariant fallback; ///< also says the type
    };
    /// Every setting there is.
    static std::span<const Entry> table();

    /// `file`: where they are kept; "" for the standard place (settings.ini in the configuration folder).
    explicit Settings(const QString& file = {}, QObject* parent = nullptr);
    ~Settings() override; ///< writes what has changed

    QVariant value(const char* key) const;
    void setValue(const char* key, const QVariant& value);

    QStringList recentProjects() const; ///< newest first, at most ten
    void addRecentProject(const QString& path);
    void removeRecentProject(const QString& path);
    void clearRecentProjects();

Q_SIGNALS:
    void recentProjectsChanged();

private:
    void writeSoon();
    void write();
    QHash<QString, QVariant> takeChanged();
    void keepUnwritten();

    QString m_file;
    QHash<QString, QVariant> m_values;
    QSet<QString> m_changed; ///< since they were written
    bool m_scheduled = false;

    /// Keys that a worker could not write: the disk may be full for a while.
    struct Unwritten {
        std::mutex mutex;
        QSet<QString> keys;
    };
    std::shared_ptr<Unwritten> m_unwritten = std::make_shared<Unwritten>();
};

} // namespace ovation::ui
