// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace ovation::ui {

class ActionSet;
class MessageBar;

/// The list of keys as they are now, in a window of its own that may stay open beside the studio's.
class CheatSheet {
public:
    static void show(QWidget* window, const ActionSet& actions);
    static void showAbout(MessageBar* messages);
};

} // namespace ovation::ui
