// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QMimeData;

namespace ovation::ui {

/// Paths by what the studio does with them.
struct Dropped {
    QStringList projects; ///< .ovation
    QStringList models;   ///< .safetensors
    QStringList others;   ///< recordings, folders, label files: the session tells them apart
};

Dropped sortDropped(const QStringList& paths);

/// The local files that are dragged; empty if there are none.
QStringList localPaths(const QMimeData* data);

} // namespace ovation::ui
