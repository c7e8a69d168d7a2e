// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;

namespace ovation::ui {

/// Three joined buttons, one for each workspace.
class WorkspaceSwitch : public QWidget {
    Q_OBJECT
public:
    WorkspaceSwitch(const QList<QAction*>& workspaces, QWidget* parent = nullptr);
};

} // namespace ovation::ui
