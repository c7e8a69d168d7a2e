// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

class QApplication;

namespace ovation::ui {

/// Sets the application's colours: "light", "dark", or "" for those of the desktop.
void applyPalette(QApplication& application, const std::string& name);

} // namespace ovation::ui
