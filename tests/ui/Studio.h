// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/Session.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

namespace ovation::ui::test {

constexpr int kPatience = 60000; ///< a limit for what must happen, in ms; nothing is measured by it

inline QString example(const char* path = "") {
    return QStringLiteral(OVATION_EXAMPLE "/") + QLatin1String(path);
}

/// True once `condition` holds; runs the event loop meanwhile.
template <typename Condition>
bool waitFor(Condition condition) {
    return QTest::qWaitFor(condition, kPatience);
}

/// A folder that goes with the test.
class Folder {
public:
    QString path(const QString& name = {}) const { return m_folder.filePath(name); }
    QString write(const QString& name, const QByteArray& bytes) const {
        QFile file(path(name));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        return file.fileName();
    }
    QString copy(const char* examplePath, const QString& name) const {
        EXPECT_TRUE(QFile::copy(example(examplePath), path(name)));
        return path(name);
    }

private:
    QTemporaryDir m_folder;
};

/// A network so small that an epoch over the example's clips takes a moment; without early stopping.
inline Hyperparameters quickRun(int64_t epochs, uint64_t seed = 42) {
    Hyperparameters values;
    values.hiddenSize = 8;
    values.layers = 1;
    values.heads = 2;
    values.epochs = epochs;
    values.patience = 0;
    values.threads = 1;
    values.seed = seed;
    return values;
}

/// Adds recordings and waits until they are there.
inline bool add(Session& session, const QStringList& paths, size_t expected) {
    session.addAudio(paths);
    return waitFor([&] { return session.project().speeches.size() >= expected && session.jobs().empty(); });
}

/// A session on a new project.
inline bool openNew(Session& session) {
    QSignalSpy opened(&session, &Session::projectOpened);
    session.newProject();
    return waitFor([&] { return opened.count() > 0; });
}

inline bool open(Session& session, const QString& path) {
    QSignalSpy opened(&session, &Session::projectOpened);
    session.openProject(path);
    return waitFor([&] { return opened.count() > 0; });
}

inline bool saveAs(Session& session, const QString& path) {
    session.saveProjectAs(path);
    return waitFor([&] { return session.projectPath() == path; });
}

} // namespace ovation::ui::test
