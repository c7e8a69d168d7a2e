// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/WorkspaceSwitch.h"

#include "ui/theme/Theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QToolButton>

namespace ovation::ui {

WorkspaceSwitch::WorkspaceSwitch(const QList<QAction*>& workspaces, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 2, kGrid, 2);
    layout->setSpacing(1);
    for (QAction* action : workspaces) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setMinimumWidth(9 * kGrid);
        layout->addWidget(button);
    }
}

} // namespace ovation::ui
