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
        // The style's own sunken look is hard to see in dark colours.
        const auto show = [button](bool on) {
            QPalette colours = button->parentWidget()->palette();
            if (on) {
                colours.setColor(QPalette::Button, colours.color(QPalette::Highlight));
                colours.setColor(QPalette::ButtonText, colours.color(QPalette::HighlightedText));
            }
            button->setPalette(colours);
        };
        connect(action, &QAction::toggled, button, show);
        show(action->isChecked());
    }
}

} // namespace ovation::ui
