// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/Dropped.h"

#include <QMimeData>
#include <QUrl>

namespace ovation::ui {

Dropped sortDropped(const QStringList& paths) {
    Dropped dropped;
    for (const QString& path : paths) {
        if (path.endsWith(QLatin1String(".ovation"), Qt::CaseInsensitive))
            dropped.projects << path;
        else if (path.endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive))
            dropped.models << path;
        else
            dropped.others << path;
    }
    return dropped;
}

QStringList localPaths(const QMimeData* data) {
    QStringList paths;
    if (!data) return paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) paths << url.toLocalFile();
    return paths;
}

} // namespace ovation::ui
